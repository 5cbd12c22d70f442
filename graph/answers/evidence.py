"""Evidence: what proves a step, in counts, in single acts, and in warnings."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import product

from graph.answers.answer import Caution, CautionKind, Evidence, Hop, KindCount
from graph.model import (
    DECLARED,
    INTRODUCTION,
    KINDS,
    Declared,
    Interaction,
    Introduction,
    Kind,
    end_of,
    network_of,
    start_of,
)
from graph.people.person import Directory, Person
from graph.store.features import Filters, PairCount
from graph.store.store import Store
from graph.ties.formula import DORMANT_DAYS, FORMULA, closeness_of
from graph.ties.introductions import mutual_acts

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
        introductions: The introductions held.
    """

    store: Store
    directory: Directory
    filters: Filters
    day: date
    today: date
    declared: tuple[Declared, ...]
    introductions: tuple[Introduction, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Proof:
    """Everything found on one step, before it is chosen from.

    Attributes:
        introduced: Introductions of one to the other, each once, with the day of the newest state that proves it.
    """

    counts: tuple[PairCount, ...]
    acts: tuple[Interaction, ...]
    introduced: tuple[tuple[Introduction, datetime], ...]


def prove_hop(case: Case, source: Person, target: Person, strength: float) -> Hop:
    """Gather what proves that `target` answers `source`: counts by kind, chosen acts both ways, warnings."""
    proof = _gather(case, source, target)
    last = max((one.last for one in proof.counts if one.last), default=None)
    last = max([at for _, at in proof.introduced] + ([last] if last else []), default=None)
    dormant = last is not None and last < start_of(case.day) - timedelta(days=DORMANT_DAYS)
    return Hop(
        source=source,
        target=target,
        strength=strength,
        closeness=closeness_of(strength),
        dormant=dormant,
        last=last,
        counts=tuple(_count_kinds(proof, source)),
        evidence=tuple(_choose(case, proof, source, target)),
        warnings=tuple(_warn(proof, (source, target), last if dormant else None)),
    )


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
    )


def evidence_told(case: Case, source: Person, target: Person) -> list[Evidence]:
    """Give what was told of two people: introductions of one to the other that came about, and declared ties."""
    introduced = _introduced(case, source, target)
    people = case.directory.people(one.by.id for one, _ in introduced)
    person_of = case.directory.persons.person_of
    told = [
        Evidence(
            kind=INTRODUCTION,
            at=at,
            source=source.id,
            target=target.id,
            private=True,
            introducer=people[person_of(one.by.id)].name if person_of(one.by.id) in people else None,
        )
        for one, at in introduced
    ]
    both = {source.id, target.id}
    declared = (one for one in case.declared if {person_of(one.a.id), person_of(one.b.id)} == both)
    return told + [_evidence_of_declared(case, one, source, target) for one in declared]


def _introduced(case: Case, source: Person, target: Person) -> list[tuple[Introduction, datetime]]:
    """Give the introductions of one to the other, each once, with the day of the newest state that proves it."""
    both = {source.id, target.id}
    until = None if case.filters.as_of is None else end_of(case.filters.as_of)
    person_of = case.directory.persons.person_of
    return [
        (one, acts[-1])
        for one in case.introductions
        if {person_of(one.person.id), person_of(one.to.id)} == both
        and (acts := mutual_acts(one, case.filters.since, until))
    ]


def _gather(case: Case, source: Person, target: Person) -> _Proof:
    pairs = [*product(source.accounts, target.accounts), *product(target.accounts, source.accounts)]
    return _Proof(
        counts=tuple(case.store.pair_counts(pairs, case.filters)),
        acts=tuple(case.store.interactions(pairs, case.filters, _FETCHED)),
        introduced=tuple(_introduced(case, source, target)),
    )


def _count_kinds(proof: _Proof, source: Person) -> Iterator[KindCount]:
    own = set(source.accounts)
    for kind in KINDS:
        rows = [one for one in proof.counts if one.kind is kind]
        out = sum(one.count for one in rows if one.source in own)
        back = sum(one.count for one in rows if one.source not in own)
        if rows:
            yield KindCount(kind=kind.value, out=out, in_=back)
    if met := len(proof.introduced):
        yield KindCount(kind=INTRODUCTION, out=met, in_=met)


def _choose(case: Case, proof: _Proof, source: Person, target: Person) -> list[Evidence]:
    """Choose the newest and the strongest acts of each direction, and all that was told; newest first."""
    own = set(source.accounts)
    there = [act for act in proof.acts if act.actor.id in own]
    back = [act for act in proof.acts if act.actor.id not in own]
    chosen = [evidence_of(act, source, target) for act in _newest_and_strongest(there)]
    chosen += [evidence_of(act, target, source) for act in _newest_and_strongest(back)]
    chosen += evidence_told(case, source, target)
    return sorted(chosen, key=lambda one: (one.at or LONG_AGO, one.kind, one.source), reverse=True)


def _newest_and_strongest(acts: Iterable[Interaction]) -> list[Interaction]:
    """Choose among all acts, and among the public ones too: an export for other eyes cites only these."""
    held = list(acts)
    chosen = _pick(held)
    return chosen + [act for act in _pick(act for act in held if not act.private) if act not in chosen]


def _pick(acts: Iterable[Interaction]) -> list[Interaction]:
    newest = sorted(acts, key=lambda act: (act.at or LONG_AGO, act.id or ""), reverse=True)
    strongest = max(newest, key=_weigh, default=None)
    chosen = newest[:_NEWEST]
    if strongest is not None and strongest not in chosen:
        chosen.append(strongest)
    return chosen


def _weigh(act: Interaction) -> float:
    return FORMULA.weights[act.kind] / max(len(act.to), 1)


def _evidence_of_declared(case: Case, tie: Declared, source: Person, target: Person) -> Evidence:
    said_by = case.directory.person(tie.by.id).name if tie.by else None
    return Evidence(
        kind=DECLARED,
        at=tie.at,
        source=source.id,
        target=target.id,
        private=True,
        said_by=said_by,
        closeness=tie.closeness,
        how=tie.how,
        since=tie.since,
    )


def _warn(proof: _Proof, people: tuple[Person, Person], dormant_since: datetime | None) -> Iterator[Caution]:
    if dormant_since is not None:
        yield Caution(kind=CautionKind.DORMANT, at=dormant_since)
    kinds = {one.kind for one in proof.counts}
    if not kinds and not proof.introduced:
        yield Caution(kind=CautionKind.TOLD)
    elif kinds and kinds <= _IMPORTED and not proof.introduced:
        yield Caution(kind=CautionKind.UNSPOKEN)
    elif _in_one_thread(proof):
        yield Caution(kind=CautionKind.ONE_THREAD)
    elif len(kinds) == 1 and not proof.introduced:
        yield Caution(kind=CautionKind.ONE_KIND, detail=next(iter(kinds)).value)
    for person in people:
        if all(network_of(account) in _NAME_ONLY for account in person.accounts):
            yield Caution(kind=CautionKind.NAME_ONLY, person=person)


def _in_one_thread(proof: _Proof) -> bool:
    threads = {act.thread for act in proof.acts}
    return (
        len(threads) == 1
        and None not in threads
        and not proof.introduced
        and all(one.threads == 1 for one in proof.counts)
    )
