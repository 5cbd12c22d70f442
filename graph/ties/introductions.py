"""Introductions and declared ties: which of them count under filters, when, and where an introduction stands."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from graph.model import DECLARED, INTRODUCTION, Declared, Introduction, IntroductionState, IntroductionStep, end_of
from graph.people.identity import Persons
from graph.people.person import Person
from graph.records.rare import order_steps
from graph.store.features import Filters
from graph.store.store import Store

_BY_HAND = "manual"
_MUTUAL = frozenset({IntroductionState.ACCEPTED, IntroductionState.MET})


@dataclass(frozen=True, slots=True, kw_only=True)
class Statements:
    """How many one kind of teller made: `you`, `others`, or `files` where an introduction's teller is not held."""

    teller: str
    declared: int
    introductions: int


def until_of(filters: Filters) -> datetime | None:
    """Give the end of the as-of day; None where no day is asked for."""
    return None if filters.as_of is None else end_of(filters.as_of)


def introductions_under(held: Sequence[Introduction], filters: Filters) -> Sequence[Introduction]:
    """Give the introductions, whatever became of them; none where their kind does not count."""
    return held if filters.kinds is None or INTRODUCTION in filters.kinds else ()


def introduction_acts(store: Store, filters: Filters) -> list[tuple[Introduction, datetime]]:
    """Give when the introductions count as a mutual act under filters, each act by itself."""
    since, until, held = filters.since, until_of(filters), introductions_under(store.introductions(), filters)
    return [(one, act) for one in held for act in mutual_acts(one, since, until)]


def declared_under(store: Store, filters: Filters) -> list[Declared]:
    """Give the declared ties that count: not those taken back, nor those that hold only since after the as-of day."""
    held = store.declared() if filters.kinds is None or DECLARED in filters.kinds else []
    day = filters.as_of
    return [one for one in held if one.retracted_at is None and not (day and one.since and one.since > day)]


def steps_between(
    introduction: Introduction, since: datetime | None, until: datetime | None
) -> Iterator[IntroductionStep]:
    """Give the steps in order of date (then of state) from `since`, up to but not at `until`."""
    for step in order_steps(set(introduction.steps)):
        if (since is None or step.at >= since) and (until is None or step.at < until):
            yield step


def mutual_acts(introduction: Introduction, since: datetime | None, until: datetime | None) -> list[datetime]:
    """Tell when the introduction counts as a mutual act between person and to.

    Each `accepted` and `met` counts as one on its day; `declined` removes what came before it.
    """
    if introduction.retracted_at is not None:
        return []
    acts: list[datetime] = []
    for step in steps_between(introduction, since, until):
        if step.state is IntroductionState.DECLINED:
            acts.clear()
        elif step.state in _MUTUAL:
            acts.append(step.at)
    return acts


def asked_at(introduction: Introduction, until: datetime | None) -> datetime | None:
    """Tell when it was last asked for before `until`; None where it was not, or something came of it since."""
    if introduction.retracted_at is not None:
        return None
    asked = None
    for step in steps_between(introduction, None, until):
        if step.state is IntroductionState.ASKED:
            asked = step.at
        elif step.state is not IntroductionState.PROPOSED:
            asked = None
    return asked


def last_asked_at(introduction: Introduction, until: datetime | None) -> datetime | None:
    """Tell when it was last asked for before `until`, whatever came of it; None where it was not, or was taken back."""
    steps = steps_between(introduction, None, until) if introduction.retracted_at is None else ()
    return max((step.at for step in steps if step.state is IntroductionState.ASKED), default=None)


def state_at(introduction: Introduction, until: datetime | None) -> IntroductionStep | None:
    """Give the latest step before `until`, or None where it had not begun."""
    return [None, *steps_between(introduction, None, until)][-1]


def count_statements(
    declared: Iterable[Declared], introductions: Iterable[Introduction], persons: Persons, me: Person | None
) -> list[Statements]:
    """Count the declared ties and introductions that stand, by who made them; a teller of none is left out.

    A declared tie names its teller, none being the store's owner. An introduction names none: it is the owner's word
    where it was noted by hand, and else the word of the file that it was read from.
    """
    mine = me.id if me else None
    ties = [
        "you" if one.by is None or persons.person_of(one.by.id) == mine else "others"
        for one in declared
        if one.retracted_at is None
    ]
    met = ["you" if one.source == _BY_HAND else "files" for one in introductions if one.retracted_at is None]
    return [
        Statements(teller=teller, declared=ties.count(teller), introductions=met.count(teller))
        for teller in ("you", "others", "files")
        if teller in ties or teller in met
    ]
