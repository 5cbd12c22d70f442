"""Ties: the strength of every pair of people on a day, from time-free features, introductions and declared ties."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from graph.model import DECLARED, EVIDENCE_KINDS, INTRODUCTION, Declared, end_of, start_of, to_micros
from graph.paths.search import TieArrays, build_tie_arrays
from graph.people.identity import derive_persons
from graph.store.cache import read_arrays, write_arrays
from graph.store.features import UNDATED, Filters, TieRows
from graph.store.store import Store
from graph.ties.formula import FORMULA, INTRODUCTION_CODE
from graph.ties.introductions import mutual_acts
from graph.ties.nodes import Nodes, find_nodes, hide_others, number_people

_DAY = 86_400_000_000
BY_HAND = 1 << 62
"""The bit of `Pairs.sources` for introductions and declared ties."""
_DECLARED_CODE = EVIDENCE_KINDS.index(DECLARED)
_SNAPSHOT = "snap"
_SCHEMA = 1
_NODES = tuple(field.name for field in fields(Nodes))
_ARRAYS = tuple(field.name for field in fields(TieArrays))
_Number = TypeVar("_Number", bound=np.generic)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Every ordered pair of people that ever interacted or is declared, both ways round, by source and target.

    Attributes:
        answers: The chance that target answers source, float32.
        strength: The same where the tie is proven, else 0, float32.
        last: Micros of the newest dated act in either direction, or UNDATED, int64.
        out: Acts of source towards target, int32.
        in_: Acts of target towards source, int32.
        sources: Bits of the sources that show acts in either direction, int64, as `TieRows.sources`; bit 62 stands for
            introductions and declared ties.
        kinds: Bits of the kinds of acts of source towards target, int32: bit i stands for `EVIDENCE_KINDS[i]`. What is
            mutual or declared stands in both directions.
    """

    nodes: Nodes
    source: NDArray[np.int32]
    target: NDArray[np.int32]
    answers: NDArray[np.float32]
    strength: NDArray[np.float32]
    last: NDArray[np.int64]
    out: NDArray[np.int32]
    in_: NDArray[np.int32]
    sources: NDArray[np.int64]
    kinds: NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decayed:
    """Decayed acts as parallel arrays: ordered pair codes, weights, counts, newest, sources, kinds, mutual or not."""

    code: NDArray[np.int64]
    weight: NDArray[np.float64]
    count: NDArray[np.int32]
    last: NDArray[np.int64]
    sources: NDArray[np.int64]
    kinds: NDArray[np.int32]
    mutual: NDArray[np.bool_]


def evaluate_pairs(
    store: Store,
    filters: Filters,
    today: date,
    *,
    among: NDArray[np.int32] | None = None,
) -> Pairs:
    """Evaluate the chance and the strength of every ordered pair of people.

    Strength is `answers` where the tie is proven (acts in both directions, a mutual kind or introduction, or declared),
    else exactly 0. Evaluated at midnight UTC at the start of the as-of day (today where there is none); acts of that
    day count with age 0. Chances are rounded to float32 once.

    Args:
        store: Where the graph is kept.
        filters: Which acts count.
        today: The clock.
        among: Account keys of the people whose pairs are wanted; None for everybody. Much less work for few of many.

    Returns:
        Both orders of each pair, sorted by source and target node.
    """
    if among is None:
        rows = store.tie_rows(filters)  # first: a writer in between may only add accounts that no row names
        nodes = number_people(store, derive_persons(store.assertions()))
    else:
        nodes = hide_others(number_people(store, derive_persons(store.assertions())), among)
        rows = store.tie_rows(filters, among=np.flatnonzero(nodes.of_key >= 0))
    at = to_micros(start_of(filters.as_of or today))
    seen = _acts_of_rows(rows, nodes, at)
    del rows  # of millions of pairs, each of these takes a hundred megabytes
    acts = _fold(seen, _acts_of_introductions(store, nodes, filters, at), nodes.size)
    del seen
    declared, floors = _floors(store, nodes, filters)
    code = _close_under_reversal(np.concatenate((acts.code, declared)), nodes.size)
    reverse = np.argsort(_reverse(code, nodes.size), kind="stable")
    place = np.searchsorted(code, acts.code)
    weight, count = np.zeros(len(code)), np.zeros(len(code), dtype=np.int32)
    last = np.full(len(code), UNDATED, dtype=np.int64)
    sources, mutual = np.zeros(len(code), dtype=np.int64), np.zeros(len(code), dtype=np.bool_)
    weight[place], count[place], last[place] = acts.weight, acts.count, acts.last
    sources[place], mutual[place] = acts.sources, acts.mutual
    kinds = np.zeros(len(code), dtype=np.int32)
    kinds[place] = acts.kinds
    floor = np.zeros(len(code))
    np.maximum.at(floor, np.searchsorted(code, declared), floors)
    sources[floor > 0] |= BY_HAND
    sources |= sources[reverse]
    kinds[(floor > 0) | (floor[reverse] > 0)] |= 1 << _DECLARED_CODE
    floor, mutual = np.maximum(floor, floor[reverse]), mutual | mutual[reverse]
    answers = np.maximum(FORMULA.chance(weight, weight[reverse]), floor).astype(np.float32)
    proven = mutual | (floor > 0) | ((count > 0) & (count[reverse] > 0))
    return Pairs(
        nodes=nodes,
        source=(code // nodes.size).astype(np.int32) if len(code) else np.zeros(0, dtype=np.int32),
        target=(code % nodes.size).astype(np.int32) if len(code) else np.zeros(0, dtype=np.int32),
        answers=answers,
        strength=np.where(proven, answers, np.float32(0)),
        last=np.maximum(last, last[reverse]),
        out=count,
        in_=count[reverse],
        sources=sources,
        kinds=kinds,
    )


def _reverse(code: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    return code % size * size + code // size if size else code


def _close_under_reversal(code: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    both = np.sort(np.concatenate((code, _reverse(code, size))))
    distinct: NDArray[np.int64] = both[np.diff(both, prepend=-1) != 0]  # np.unique hashes: three times as long here
    return distinct


def _acts_of_rows(rows: TieRows, nodes: Nodes, at: int) -> _Decayed:
    source, target = nodes.of_key[rows.source].astype(np.int64), nodes.of_key[rows.target]
    apart = (source != target) & (source >= 0) & (target >= 0)
    kind, last = rows.kind[apart], rows.last[apart]
    age = np.maximum(at - np.where(last == UNDATED, at, last), 0) / _DAY
    decay = np.exp2(-age / FORMULA.half_life_days)
    return _Decayed(
        code=source[apart] * nodes.size + target[apart],
        weight=FORMULA.weights_by_code()[kind] * rows.decayed[apart, FORMULA.half_life] * decay,
        count=rows.count[apart],
        last=last,
        sources=rows.sources[apart],
        kinds=np.left_shift(1, kind, dtype=np.int32),
        mutual=FORMULA.mutual_by_code()[kind],
    )


def _acts_of_introductions(store: Store, nodes: Nodes, filters: Filters, at: int) -> _Decayed:
    held = store.introductions() if filters.kinds is None or INTRODUCTION in filters.kinds else []
    until = None if filters.as_of is None else end_of(filters.as_of)
    dated = [(one, act) for one in held for act in mutual_acts(one, filters.since, until)]
    source, target, known = find_nodes(store, nodes, [(one.person.id, one.to.id) for one, _ in dated])
    micros = np.array([to_micros(act) for _, act in dated], dtype=np.int64)[known]
    weight = FORMULA.weights_by_code()[INTRODUCTION_CODE] * np.exp2(
        -np.maximum(at - micros, 0) / _DAY / FORMULA.half_life_days
    )
    return _Decayed(
        code=source * nodes.size + target,
        weight=weight,
        count=np.ones(len(micros), dtype=np.int32),
        last=micros,
        sources=np.full(len(micros), BY_HAND),
        kinds=np.full(len(micros), 1 << INTRODUCTION_CODE, dtype=np.int32),
        mutual=np.ones(len(micros), dtype=np.bool_),
    )


def _floors(store: Store, nodes: Nodes, filters: Filters) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Give pair codes and least chances of the declared ties that stand."""
    held: Iterable[Declared] = (
        standing_declared(store.declared(), filters.as_of) if filters.kinds is None or DECLARED in filters.kinds else ()
    )
    ties = list(held)
    source, target, known = find_nodes(store, nodes, [(one.a.id, one.b.id) for one in ties])
    return source * nodes.size + target, np.array([FORMULA.floors[one.closeness] for one in ties])[known]


def standing_declared(declared: Iterable[Declared], as_of: date | None) -> list[Declared]:
    """Leave out the declared ties that were taken back, or that hold only since after the as-of day."""
    return [
        one
        for one in declared
        if one.retracted_at is None and (as_of is None or one.since is None or one.since <= as_of)
    ]


def _fold(rows: _Decayed, more: _Decayed, size: int) -> _Decayed:
    """Sum the acts of each ordered pair; a mutual act weighs in both directions and is counted in its own."""

    def stack(pick: Callable[[_Decayed], NDArray[_Number]]) -> NDArray[_Number]:
        return np.concatenate((pick(rows), pick(more), pick(rows)[rows.mutual], pick(more)[more.mutual]))

    code, count = stack(lambda acts: acts.code), stack(lambda acts: acts.count)
    own = len(rows.code) + len(more.code)
    code[own:], count[own:] = _reverse(code[own:], size), 0
    order = np.argsort(code, kind="stable")
    code = code[order]
    starts = np.flatnonzero(np.diff(code, prepend=-1))
    if not len(starts):
        return rows
    return _Decayed(
        code=code[starts],
        weight=np.add.reduceat(stack(lambda acts: acts.weight)[order], starts),
        count=np.add.reduceat(count[order], starts),
        last=np.maximum.reduceat(stack(lambda acts: acts.last)[order], starts),
        sources=np.bitwise_or.reduceat(stack(lambda acts: acts.sources)[order], starts),
        kinds=np.bitwise_or.reduceat(stack(lambda acts: acts.kinds)[order], starts),
        mutual=np.logical_or.reduceat(stack(lambda acts: acts.mutual)[order], starts),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ties:
    """What paths are searched in: the people as nodes, and the strengths above 0 in both directions."""

    nodes: Nodes
    arrays: TieArrays

    def count(self, source: int) -> int:
        """Count the people whom a node can ask."""
        return int(self.arrays.out_ptr[source + 1] - self.arrays.out_ptr[source])

    def strength(self, source: int, target: int) -> float:
        """Give the strength of one ordered pair of nodes; 0 where there is no proven tie."""
        span = slice(self.arrays.out_ptr[source], self.arrays.out_ptr[source + 1])
        place = np.flatnonzero(self.arrays.out_to[span] == target)
        return float(self.arrays.out_strength[span][place[0]]) if len(place) else 0.0


def load_ties(store: Store, filters: Filters, today: date) -> Ties:
    """Load the ties that the filters let through.

    Without filters they come from the snapshot beside the store where it was made today from this generation and this
    formula; else they are evaluated, and the snapshot is made anew.
    """
    if filters != Filters():
        return _tie(evaluate_pairs(store, filters, today))
    return _load_snapshot(store, today) or _tie(refresh_ties(store, today))


def refresh_ties(store: Store, today: date) -> Pairs:
    """Evaluate all ties for today and write the snapshot; an ingest ends with this."""
    header = _header(store, today)
    pairs = evaluate_pairs(store, Filters(), today)
    ties = _tie(pairs)
    arrays = {name: getattr(ties.arrays, name) for name in _ARRAYS} | {
        name: getattr(ties.nodes, name) for name in _NODES
    }
    write_arrays(store.cache_path(_SNAPSHOT), header, arrays)
    return pairs


def _tie(pairs: Pairs) -> Ties:
    return Ties(
        nodes=pairs.nodes,
        arrays=build_tie_arrays(pairs.nodes.size, pairs.source, pairs.target, pairs.strength),
    )


def _load_snapshot(store: Store, today: date) -> Ties | None:
    held = read_arrays(store.cache_path(_SNAPSHOT))
    if held is None:
        return None
    header, arrays = held
    if dict(header) != _header(store, today):
        return None
    return Ties(
        nodes=Nodes(**{name: arrays[name] for name in _NODES}),
        arrays=TieArrays(**{name: arrays[name] for name in _ARRAYS}),
    )


def _header(store: Store, today: date) -> dict[str, str | int]:
    return {"generation": store.generation(), "schema": _SCHEMA, "formula": FORMULA.version, "day": today.isoformat()}
