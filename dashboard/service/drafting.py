"""Drafts of a request: who reads what, what may be cited to them, and what is left out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from graph.answers.answer import Answer, Evidence, Introduced, KindCount, Path
from graph.answers.evidence import is_public, pairs_between, when
from graph.model import MUTUAL_KINDS, Kind, network_of
from graph.people.handles import account_named
from graph.people.person import Person
from graph.store.features import Filters
from graph.store.store import Store

_UNSEEN = frozenset({Kind.MESSAGE, Kind.COPIED, Kind.MEETING, Kind.CALL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a request over one way may tell; whoever reads a part of it has seen what that cites, or can.

    Attributes:
        people: Whom it goes over, from who reads the note to the target; the target alone where I write to them myself.
        as_of: The day of the answer.
        seen: Public acts between the first two: the newest one, and those of its kind in its month.
        later: The same of each later step.
        opening: My newest public act towards the target.
        introduced: By whom and when I was introduced to the target already.
        withheld: How often I and who reads the note were in touch unseen by others.
        apart: Whether the target took part in none of that.
        others: How many other ways there are.
        mail: An address of who reads the note.
    """

    people: tuple[Person, ...]
    as_of: date
    seen: tuple[Evidence, ...] = ()
    later: tuple[tuple[Evidence, ...], ...] = ()
    opening: Evidence | None = None
    introduced: Introduced | None = None
    withheld: tuple[KindCount, ...] = ()
    apart: bool = False
    others: int = 0
    mail: str | None = None

    @property
    def reader(self) -> Person:
        """Who reads the note."""
        return self.people[0]

    @property
    def target(self) -> Person:
        """Whom I want to meet."""
        return self.people[-1]

    @property
    def direct(self) -> bool:
        """Whether I write to the target myself."""
        return len(self.people) == 1


def find_introduced(answer: Answer, path: Path) -> Introduced | None:
    """Give by whom I was introduced already to whom a way leads."""
    return next((one for one in answer.introduced if one.to.id == path.people[-1].id), None)


def draft_request(store: Store, answer: Answer, rank: int) -> Draft:
    """Gather what a request over a way of an answer may tell; to whom I was introduced already, I write myself."""
    path, me = answer.paths[rank - 1], answer.me
    target, introduced = path.people[-1], find_introduced(answer, path)
    people = (target,) if introduced else path.people[1:]
    reader, direct = people[0], len(people) == 1
    hop = next((way.hops[0] for way in answer.paths if way.people[1].id == reader.id), None)
    own = [one.evidence for one in answer.openings if one.about.id == target.id]
    own += hop.evidence if hop and direct else ()
    mine = [one for one in own if one.source == me.id and _may_cite(one) and one.kind not in MUTUAL_KINDS]
    return Draft(
        people=people,
        as_of=answer.as_of,
        seen=() if direct else _newest(path.hops[1].evidence),
        later=() if direct else tuple(_newest(one.evidence) for one in path.hops[2:]),
        opening=max(mine, key=when, default=None),
        introduced=introduced,
        withheld=tuple(one for one in hop.counts if one.kind in _UNSEEN) if hop else (),
        apart=not direct and not _met(store, target, me, reader),
        others=sum(way.people[1:] != people for way in answer.paths),
        mail=next((found for account in reader.accounts if (found := _address(account))), None),
    )


def _met(store: Store, target: Person, *others: Person) -> bool:
    """Tell whether somebody and one of the others were ever in touch unseen: then it may have been all together."""
    pairs = [pair for other in others for pair in pairs_between(target, other)]
    return any(one.kind in _UNSEEN for one in store.pair_counts(pairs, Filters()))


def _may_cite(piece: Evidence) -> bool:
    """Tell whether anybody may read of it; a message that nothing marks as private is one all the same."""
    return is_public(piece) and piece.kind not in _UNSEEN


def _newest(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Give the newest public act, and those of its kind in its month."""
    public = sorted(filter(_may_cite, evidence), key=when, reverse=True)
    month = [(one.kind, one.at and (one.at.year, one.at.month)) for one in public]
    return tuple(one for one, about in zip(public, month, strict=True) if about == month[0])


def _address(account: str) -> str | None:
    """Give the address of a mail account, where it is one that a mail may be begun to."""
    address = account.partition(":")[2]
    return address if network_of(account) == "email" and account_named(address) == account else None
