"""All contacts of a step: how many, the newest by pages, how it began, and their counts by month."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from graph.answers.answer import Evidence
from graph.answers.evidence import Case, evidence_of, find_statements, pairs_between, when
from graph.model import DECLARED, INTRODUCTION
from graph.people.person import Person

_BEGINNING = 2


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
    """Read what passed between two people under the case's filters, in both directions; `limit` are the latest."""
    pieces = contacts_between(case, source, target)
    dated = [place for place, piece in enumerate(pieces) if piece.at is not None]
    return Contacts(
        total=len(pieces),
        latest=tuple(pieces[:limit]),
        first=tuple(pieces[place] for place in reversed(dated[-_BEGINNING:]) if place >= limit),
        months=count_by_kind(pieces, source),
    )


def count_by_kind(pieces: Iterable[Evidence], source: Person) -> tuple[Month, ...]:
    """Count dated acts and introductions by month, then kind; `out` are those of `source`."""
    counts: Counter[tuple[date, str, bool]] = Counter()
    for piece in pieces:
        if month := _month_of(piece):
            directions = {True, False} if piece.kind == INTRODUCTION else {piece.source == source.id}
            counts.update((month, piece.kind, out) for out in directions)
    return tuple(
        Month(month=month, kind=kind, out=counts[month, kind, True], in_=counts[month, kind, False])
        for month, kind in sorted({(month, kind) for month, kind, _ in counts})
    )


def count_by_month(case: Case, source: Person, target: Person) -> dict[date, int]:
    """Count the dated acts and introductions of a step by the first day of their month, in order."""
    months = map(_month_of, contacts_between(case, source, target))
    return dict(sorted(Counter(month for month in months if month).items()))


def contacts_between(case: Case, source: Person, target: Person) -> list[Evidence]:
    """Give all that passed between two people, newest first; undated acts last."""
    acts = [
        evidence_of(act, *((source, target) if act.actor.id in source.accounts else (target, source)))
        for act in case.store.interactions(pairs_between(source, target), case.filters)
    ]
    return sorted([*acts, *find_statements(case, source, target)], key=when, reverse=True)


def _month_of(piece: Evidence) -> date | None:
    """Give the month in which it happened; that something is said of two people is no act between them."""
    return None if piece.at is None or piece.kind == DECLARED else piece.at.date().replace(day=1)
