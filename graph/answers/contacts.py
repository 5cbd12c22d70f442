"""All contacts of a step: how many, the newest by pages, how it began, and their counts by month."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from heapq import merge
from itertools import product

from graph.answers.answer import Evidence
from graph.answers.evidence import LONG_AGO, Case, evidence_of, evidence_told
from graph.model import DECLARED, INTRODUCTION
from graph.people.person import Person

_BEGINNING = 2
_Counts = Counter[tuple[date, str, bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """The acts of one kind in one month.

    Attributes:
        month: Its first day (UTC).
        kind: A kind, or `introduction`, which counts once in each direction.
        out: Acts of the step's first person towards the second; `in_` back.
    """

    month: date
    kind: str
    out: int
    in_: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts:
    """All that is known to have passed between two people.

    Attributes:
        total: How many acts, introductions and declared ties there are in all, undated acts included.
        latest: Those asked for, newest first; undated ones come last.
        first: The two oldest, oldest first, without undated ones and any on the first page of `latest`.
        months: Dated acts and introductions, by month, then kind.
    """

    total: int
    latest: tuple[Evidence, ...]
    first: tuple[Evidence, ...]
    months: tuple[Month, ...]


def read_contacts(case: Case, source: Person, target: Person, limit: int) -> Contacts:
    """Read what passed between two people under the case's filters, in both directions.

    Args:
        case: What the answer is drawn from.
        source: The step's first person.
        target: Its second.
        limit: How many to give in `latest`.
    """
    total, latest, counts = 0, [], _Counts()
    oldest: deque[tuple[int, Evidence]] = deque(maxlen=_BEGINNING)
    for place, piece in enumerate(contacts_between(case, source, target)):
        total += 1
        if place < limit:
            latest.append(piece)
        if piece.at is not None:
            oldest.append((place, piece))
        _count(counts, piece, source)
    return Contacts(
        total=total,
        latest=tuple(latest),
        first=tuple(piece for place, piece in reversed(oldest) if place >= limit),
        months=_months(counts),
    )


def count_months(pieces: Iterable[Evidence], source: Person) -> tuple[Month, ...]:
    """Count dated acts and introductions by month, then kind; `out` are those of `source`."""
    counts = _Counts()
    for piece in pieces:
        _count(counts, piece, source)
    return _months(counts)


def _count(counts: _Counts, piece: Evidence, source: Person) -> None:
    if (month := _month_of(piece)) is not None:
        counts[month, piece.kind, piece.source == source.id] += 1
        if piece.kind == INTRODUCTION:
            counts[month, piece.kind, piece.source != source.id] += 1


def _months(counts: _Counts) -> tuple[Month, ...]:
    return tuple(
        Month(month=month, kind=kind, out=counts[month, kind, True], in_=counts[month, kind, False])
        for month, kind in sorted({(month, kind) for month, kind, _ in counts})
    )


def months_of(case: Case, steps: Iterable[tuple[Person, Person]]) -> dict[tuple[str, str], dict[date, int]]:
    """Count the dated acts and introductions of steps: by their person ids, by the first day of the month, in order."""
    return {
        (source.id, target.id): dict(
            sorted(
                Counter(
                    month for piece in contacts_between(case, source, target) if (month := _month_of(piece))
                ).items()
            )
        )
        for source, target in steps
    }


def contacts_between(case: Case, source: Person, target: Person) -> Iterator[Evidence]:
    """Give all that passed between two people, newest first; undated acts last."""
    pairs = [*product(source.accounts, target.accounts), *product(target.accounts, source.accounts)]
    own = set(source.accounts)
    acts = (
        evidence_of(act, *((source, target) if act.actor.id in own else (target, source)))
        for act in case.store.interactions(pairs, case.filters)
    )
    told = sorted(evidence_told(case, source, target), key=_when, reverse=True)
    return merge(acts, told, key=_when, reverse=True)


def _when(piece: Evidence) -> datetime:
    return piece.at or LONG_AGO


def _month_of(piece: Evidence) -> date | None:
    """Tell in which month it happened; that something is said of two people is no act between them."""
    return None if piece.at is None or piece.kind == DECLARED else piece.at.date().replace(day=1)
