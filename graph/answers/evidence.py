"""Evidence: what proves a step, in counts, in single acts, and in warnings."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import product

from graph.answers.answer import Caution, CautionKind, Evidence, Hop, KindCount
from graph.model import DECLARED, INTRODUCTION, KINDS, Declared, Interaction, Introduction, Kind, network_of, start_of
from graph.people.person import Directory, Person
from graph.store.features import Filters, PairCount
from graph.store.store import Store
from graph.ties.formula import DORMANT_DAYS, FORMULA, closeness_of
from graph.ties.introductions import declared_under, introductions_under, mutual_acts, until_of

_NEWEST = 2
_FETCHED = 25  # of each pair and kind; the strongest is chosen among these
_IMPORTED = frozenset({Kind.FOLLOW, Kind.CONNECTION})
_NAME_ONLY = frozenset({"web", "manual"})
LONG_AGO = start_of(date(1, 1, 1))
"""Stands for the day of what is undated, where dates are compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All that the evidence of one answer is drawn from.

    Attributes:
        day: The as-of day, or today.
        today: The day of asking, which is that of what is done next.
        declared: The declared ties that stand on that day.
        recorded: Every introduction, also where their kind is no evidence.
        introductions: Those that are evidence.
        met: Those of them that came about, with the day of the newest state that proves it.
    """

    store: Store
    directory: Directory
    filters: Filters
    day: date
    today: date
    declared: tuple[Declared, ...]
    recorded: tuple[Introduction, ...]
    introductions: tuple[Introduction, ...]
    met: tuple[tuple[Introduction, datetime], ...]


def open_case(store: Store, directory: Directory, filters: Filters, today: date) -> Case:
    """Gather what the evidence of answers under these filters is drawn from; a page reads contacts with it, too."""
    recorded, until = tuple(store.introductions()), until_of(filters)
    introductions = introductions_under(recorded, filters)
    return Case(
        store=store,
        directory=directory,
        filters=filters,
        day=filters.as_of or today,
        today=today,
        declared=tuple(declared_under(store, filters)),
        recorded=recorded,
        introductions=tuple(introductions),
        met=tuple((one, acts[-1]) for one in introductions if (acts := mutual_acts(one, filters.since, until))),
    )


def prove_hop(case: Case, source: Person, target: Person, strength: float) -> Hop:
    """Gather what proves that `target` answers `source`: counts by kind, chosen acts both ways, warnings."""
    pairs = pairs_between(source, target)
    counts = list(case.store.pair_counts(pairs, case.filters))
    acts = list(case.store.interactions(pairs, case.filters, _FETCHED))
    statements = find_statements(case, source, target)
    met = [one.at for one in statements if one.kind == INTRODUCTION and one.at is not None]
    last = max([*met, *(one.last for one in counts if one.last)], default=None)
    dormant = last is not None and last < start_of(case.day) - timedelta(days=DORMANT_DAYS)
    warnings = [Caution(kind=CautionKind.DORMANT, at=last)] if dormant else []
    chosen = [*_choose(acts, source, target), *_choose(acts, target, source), *statements]
    return Hop(
        source=source,
        target=target,
        strength=strength,
        closeness=closeness_of(strength),
        dormant=dormant,
        last=last,
        counts=tuple(_count_kinds(counts, len(met), source.accounts)),
        evidence=tuple(sorted(chosen, key=lambda one: (when(one), one.kind, one.source), reverse=True)),
        warnings=(*warnings, *_doubt(counts, acts, introduced=bool(met)), *_name_unknown(source, target)),
    )


def pairs_between(one: Person, other: Person) -> list[tuple[str, str]]:
    """Give the ordered pairs of two people's accounts, both ways."""
    return [*product(one.accounts, other.accounts), *product(other.accounts, one.accounts)]


def when(piece: Evidence) -> datetime:
    """Give a date to compare by; undated is long ago."""
    return piece.at or LONG_AGO


def is_public(piece: Evidence) -> bool:
    """Tell whether others may read of it: it was seen in public, and is nobody's word alone."""
    return not piece.private and piece.kind not in {DECLARED, INTRODUCTION}


def evidence_of(act: Interaction, source: Person, target: Person) -> Evidence:
    """Turn an interaction of `source` towards `target`, or on an item of theirs, into evidence."""
    item = act.item
    return Evidence(
        kind=act.kind.value,
        at=act.at,
        source=source.id,
        target=target.id,
        url=item.url if item else None,
        title=item.title if item else None,
        excerpt=act.excerpt,
        private=act.private,
        item_kind=item.kind if item else None,
        on_item=item is not None and item.author is not None and item.author.id in target.accounts,
        id=act.id or "",
    )


def find_statements(case: Case, source: Person, target: Person) -> list[Evidence]:
    """Give what is stated of two people: introductions of one to the other that came about, and declared ties."""
    person_of, both = case.directory.persons.person_of, {source.id, target.id}
    met = [(one, at) for one, at in case.met if {person_of(one.person.id), person_of(one.to.id)} == both]
    declared = [one for one in case.declared if {person_of(one.a.id), person_of(one.b.id)} == both]
    people = case.directory.people(one.by.id for one, _ in met)
    names = {id_: one.name for id_, one in people.items()}
    piece = Evidence(kind=DECLARED, at=None, source=source.id, target=target.id, private=True)
    introduced = [
        replace(piece, kind=INTRODUCTION, at=at, introducer=names.get(person_of(one.by.id))) for one, at in met
    ]
    return introduced + [
        replace(
            piece,
            at=one.at,
            said_by=case.directory.person(one.by.id).name if one.by else None,
            closeness=one.closeness,
            how=one.how,
            since=one.since,
            id=str(one.id) if one.by is None and one.source == "manual" else "",
        )
        for one in declared
    ]


def _count_kinds(counts: Sequence[PairCount], met: int, own: Collection[str]) -> Iterator[KindCount]:
    for kind in KINDS:
        rows = [one for one in counts if one.kind is kind]
        out = sum(one.count for one in rows if one.source in own)
        if rows:
            yield KindCount(kind=kind.value, out=out, in_=sum(one.count for one in rows) - out)
    if met:
        yield KindCount(kind=INTRODUCTION, out=met, in_=met)


def _choose(acts: Iterable[Interaction], source: Person, target: Person) -> list[Evidence]:
    """Choose the newest and the strongest acts of one direction.

    They are chosen among the public ones, too: an export for other eyes cites only these.
    """
    held = [act for act in acts if act.actor.id in source.accounts]
    chosen = _pick(held)
    chosen += [act for act in _pick([act for act in held if not act.private]) if act not in chosen]
    return [evidence_of(act, source, target) for act in chosen]


def _pick(acts: Sequence[Interaction]) -> list[Interaction]:
    newest = sorted(acts, key=lambda act: (act.at or LONG_AGO, act.id or ""), reverse=True)
    strongest = max(newest, key=lambda act: FORMULA.weights[act.kind] / max(len(act.to), 1), default=None)
    chosen = newest[:_NEWEST]
    return chosen if strongest is None or strongest in chosen else [*chosen, strongest]


def _doubt(counts: Sequence[PairCount], acts: Sequence[Interaction], *, introduced: bool) -> Iterator[Caution]:
    """Give the reason to doubt what proves a step, where there is one."""
    kinds, threads = {one.kind for one in counts}, {act.thread for act in acts}
    if introduced:
        return
    if not kinds:
        yield Caution(kind=CautionKind.DECLARED)
    elif kinds <= _IMPORTED:
        yield Caution(kind=CautionKind.UNSPOKEN)
    elif len(threads) == 1 and None not in threads and all(one.threads == 1 for one in counts):
        yield Caution(kind=CautionKind.ONE_THREAD)
    elif len(kinds) == 1:
        yield Caution(kind=CautionKind.ONE_KIND, detail=next(iter(kinds)).value)


def _name_unknown(*people: Person) -> Iterator[Caution]:
    for person in people:
        if all(network_of(account) in _NAME_ONLY for account in person.accounts):
            yield Caution(kind=CautionKind.NAME_ONLY, person=person)
