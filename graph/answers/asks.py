"""Introductions of mine to others: those that came about, those I wait for, and whom I asked for some lately."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from graph.answers.answer import AskedLately, Introduced
from graph.answers.evidence import Case
from graph.model import Introduction, end_of, start_of
from graph.people.person import Person
from graph.ties.introductions import asked_at, last_asked_at, until_of

LATELY = timedelta(days=30)


def find_introduced(case: Case, me: Person, targets: Sequence[Person]) -> Iterator[Introduced]:
    """Find to which people I was introduced: where an introduction of the two was accepted or met, the newest one."""
    newest: dict[str, Introduced] = {}
    for one, at in case.met:
        other = _introduced_to(case, me, one.person.id, one.to.id)
        target = next((target for target in targets if target.id == other), None)
        if target is not None and (target.id not in newest or at > newest[target.id].at):
            newest[target.id] = Introduced(to=target, by=case.directory.person(one.by.id), at=at)
    yield from (newest[target.id] for target in targets if target.id in newest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asks:
    """Whom I asked for an introduction to whom (person ids), and when.

    What I asked for is no evidence: of the filters only the as-of day counts.

    Attributes:
        waiting: Those that nothing came of yet.
        recent: Those of the 30 days up to the as-of day, whatever came of them.
    """

    waiting: Mapping[tuple[str, str], datetime] = field(default_factory=dict)
    recent: Mapping[tuple[str, str], datetime] = field(default_factory=dict)

    def lately(self, targets: Sequence[Person]) -> dict[str, AskedLately]:
        """Tell by whom I asked (person ids) how often I did of late.

        One to a target that nothing came of yet is left out: its way is the one to wait for.
        """
        waits = {(by, to) for by, to in self.waiting if to in {one.id for one in targets}}
        lately: defaultdict[str, list[datetime]] = defaultdict(list)
        for (by, to), at in self.recent.items():
            if (by, to) not in waits:
                lately[by].append(at)
        return {by: AskedLately(asks=len(days), last=max(days)) for by, days in lately.items()}


def find_asks(case: Case, me: Person) -> Asks:
    """Find whom I asked for introductions."""
    recent = _find_asks(case, me, partial(last_asked_at, until=end_of(case.day)))
    return Asks(
        waiting=_find_asks(case, me, partial(asked_at, until=until_of(case.filters))),
        recent={pair: at for pair, at in recent.items() if start_of(case.day) - at <= LATELY},
    )


def _find_asks(
    case: Case, me: Person, when: Callable[[Introduction], datetime | None]
) -> dict[tuple[str, str], datetime]:
    """Find whom I asked for an introduction to whom (person ids), with the newest day that `when` gives of any."""
    person_of = case.directory.persons.person_of
    asks: dict[tuple[str, str], datetime] = {}
    for one in case.recorded:
        at, other = when(one), _introduced_to(case, me, one.person.id, one.to.id)
        if at and other and one.initiator and person_of(one.initiator.id) == me.id:
            key = person_of(one.by.id), other
            asks[key] = max(at, asks.get(key, at))
    return asks


def _introduced_to(case: Case, me: Person, *accounts: str) -> str | None:
    """Give who of those introduced is not me; None where that is both of them, or neither."""
    others = {case.directory.persons.person_of(account) for account in accounts} - {me.id}
    return others.pop() if len(others) == 1 else None
