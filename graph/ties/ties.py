"""Ties: the strength of every pair of people on a day, from time-free features, introductions and declared ties."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.model import DECLARED, EVIDENCE_KINDS, start_of, to_micros
from graph.paths.arrays import Rows, TieArrays, build_tie_arrays
from graph.people.identity import derive_persons
from graph.store.cache import read_arrays, write_arrays
from graph.store.features import DAY, UNDATED, Filters, TieRows
from graph.store.store import Store
from graph.ties.formula import FORMULA, INTRODUCTION_CODE
from graph.ties.introductions import declared_under, introduction_acts
from graph.ties.nodes import Nodes, find_nodes, hide_others, number_people, number_some

BY_HAND = 1 << 62
"""The bit of `Pairs.sources` for introductions and declared ties."""
_DECLARED_CODE = EVIDENCE_KINDS.index(DECLARED)
_SNAPSHOT = "snap"
_SCHEMA = 2
_FOLDS: dict[str, np.ufunc] = {
    "weight": np.add,
    "count": np.add,
    "last": np.maximum,
    "sources": np.bitwise_or,
    "kinds": np.bitwise_or,
    "mutual": np.logical_or,
    "floor": np.maximum,
}
_Columns = dict[str, NDArray[Any]]
"""Evidence as parallel arrays by name: ordered pairs as codes (source · size + target), and beside them those above."""


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


def evaluate_pairs(store: Store, filters: Filters, today: date, *, among: NDArray[np.int32] | None = None) -> Pairs:
    """Evaluate the chance and the strength of every ordered pair of people: both orders, by source and target node.

    Strength is `answers` where the tie is proven (acts in both directions, a mutual kind or introduction, or declared),
    else exactly 0. Evaluated at midnight UTC at the start of the as-of day (today where there is none). Chances are
    rounded to float32 once.

    `among` are the account keys of the people whose pairs are wanted, None for everybody: much less work for few of
    many.
    """
    if among is None:
        rows = store.tie_rows(filters)  # first: a writer in between may only add accounts that no row names
        nodes = number_people(store, derive_persons(store.assertions()))
    else:
        nodes = hide_others(number_people(store, derive_persons(store.assertions())), among)
        rows = store.tie_rows(filters, among=np.flatnonzero(nodes.of_key >= 0))
    at = to_micros(start_of(filters.as_of or today))
    parts = [
        _evidence_of_rows(rows, nodes, at),
        _evidence_of_introductions(store, nodes, filters, at),
        _evidence_of_declared(store, nodes, filters),
    ]
    del rows  # of millions of pairs, each of these takes a hundred megabytes
    code, found = _fold(parts, nodes.size)
    del parts
    reverse = np.argsort(_reverse(code, nodes.size), kind="stable")
    weight, count, last = found["weight"], found["count"], found["last"]
    sources: NDArray[np.int64] = found["sources"]
    answers = np.maximum(FORMULA.chance(weight, weight[reverse]), found["floor"]).astype(np.float32)
    proven = found["mutual"] | ((count > 0) & (count[reverse] > 0))
    source, target = np.divmod(code, max(nodes.size, 1))
    return Pairs(
        nodes=nodes,
        source=source.astype(np.int32),
        target=target.astype(np.int32),
        answers=answers,
        strength=np.where(proven, answers, np.float32(0)),
        last=np.maximum(last, last[reverse]),
        out=count,
        in_=count[reverse],
        sources=sources | sources[reverse],
        kinds=found["kinds"],
    )


def _reverse(code: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    return code % max(size, 1) * size + code // max(size, 1)


def _evidence_of_rows(rows: TieRows, nodes: Nodes, at: int) -> _Columns:
    source, target = nodes.of_key[rows.source].astype(np.int64), nodes.of_key[rows.target]
    apart = (source != target) & (source >= 0) & (target >= 0)
    kind, last = rows.kind[apart], rows.last[apart]
    decay = _decay(at - np.where(last == UNDATED, at, last))
    return {
        "code": source[apart] * nodes.size + target[apart],
        "weight": FORMULA.weights_by_code()[kind] * rows.decayed[apart, FORMULA.half_life] * decay,
        "count": rows.count[apart],
        "last": last,
        "sources": rows.sources[apart],
        "kinds": np.left_shift(1, kind, dtype=np.int32),
        "mutual": FORMULA.mutual_by_code()[kind],
        "floor": np.broadcast_to(0.0, len(last)),
    }


def _evidence_of_introductions(store: Store, nodes: Nodes, filters: Filters, at: int) -> _Columns:
    dated = introduction_acts(store, filters)
    last = np.array([to_micros(act) for _, act in dated], dtype=np.int64)
    weight = FORMULA.weights_by_code()[INTRODUCTION_CODE] * _decay(at - last)
    pairs = [(one.person.id, one.to.id) for one, _ in dated]
    return _by_hand(store, nodes, pairs, weight=weight, last=last, count=1, code=INTRODUCTION_CODE)


def _evidence_of_declared(store: Store, nodes: Nodes, filters: Filters) -> _Columns:
    held = declared_under(store, filters)
    floor = np.array([FORMULA.floors[one.closeness] for one in held])
    return _by_hand(store, nodes, [(one.a.id, one.b.id) for one in held], floor=floor, code=_DECLARED_CODE)


def _decay(age: NDArray[np.int64]) -> NDArray[np.float64]:
    """Give 2^(-age / half_life) for ages in micros."""
    decay: NDArray[np.float64] = np.exp2(-(age / DAY) / FORMULA.half_life_days)
    return decay


def _by_hand(
    store: Store,
    nodes: Nodes,
    pairs: list[tuple[str, str]],
    *,
    code: int,
    weight: NDArray[np.float64] | float = 0.0,
    count: int = 0,
    last: NDArray[np.int64] | int = UNDATED,
    floor: NDArray[np.float64] | float = 0.0,
) -> _Columns:
    """Give what is mutual between pairs of account ids; those unknown or within one person are left out."""
    source, target, known = find_nodes(store, nodes, pairs)
    columns = {
        "weight": weight, "count": np.int32(count), "last": last, "sources": BY_HAND,
        "kinds": np.int32(1 << code), "mutual": True, "floor": floor,
    }  # fmt: skip
    held = {name: np.broadcast_to(value, len(pairs))[known] for name, value in columns.items()}
    return {"code": source * nodes.size + target, **held}


def _fold(parts: Sequence[_Columns], size: int) -> tuple[NDArray[np.int64], _Columns]:
    """Sum up the evidence of each ordered pair; what is mutual weighs in both directions and is counted in its own.

    Returns:
        The codes of the pairs, in both orders, ascending, and the other columns beside them.
    """

    def stack(name: str) -> NDArray[Any]:
        return np.concatenate([*(part[name] for part in parts), *(part[name][part["mutual"]] for part in parts)])

    own, code = sum(len(part["code"]) for part in parts), stack("code")
    code[own:] = _reverse(code[own:], size)
    order = np.argsort(code, kind="stable")
    code = code[order]
    starts = np.flatnonzero(np.diff(code, prepend=-1))
    both = np.sort(np.concatenate((code[starts], _reverse(code[starts], size))))
    both = both[np.diff(both, prepend=-1) != 0]  # np.unique hashes: three times as long here
    place, found = np.searchsorted(both, code[starts]), {}
    for name, fold in _FOLDS.items():
        column = stack(name)
        if name == "count":
            column[own:] = 0
        found[name] = np.full(len(both), UNDATED if name == "last" else 0, dtype=column.dtype)
        if len(starts):
            found[name][place] = fold.reduceat(column[order], starts)
    return both, found


@dataclass(frozen=True, slots=True, kw_only=True)
class Ties:
    """What paths are searched in: the people as nodes, and the strengths above 0 in both directions.

    Attributes:
        whole: Whether these are all ties, and not only those near some people.
    """

    nodes: Nodes
    arrays: TieArrays
    whole: bool = True

    def strength(self, source: int, target: int) -> float:
        """Give the strength of one ordered pair of nodes; 0 where there is no proven tie."""
        ends, strength = self.arrays.outgoing.row(source)
        return float(strength[ends == target].sum())


def load_ties(store: Store, filters: Filters, today: date) -> Ties:
    """Load the ties that the filters let through.

    Without filters they come from the snapshot beside the store where it was made today from this generation and this
    formula; else they are evaluated, and the snapshot is made anew.
    """
    if filters != Filters():
        return _tie(evaluate_pairs(store, filters, today))
    return _load_snapshot(store, today) or _tie(refresh_ties(store, today))


def load_ties_near(store: Store, me: str, others: Collection[str], today: date) -> Ties:
    """Load what today's ties tell of ways from me to others, at most four steps long, and of who is next to these.

    People are given by id. Where the snapshot is fresh, or the store keeps no ties, these are all ties.
    """
    if held := _load_snapshot(store, today):
        return held
    found = store.near(me, others, today)
    if found is None:
        return _tie(refresh_ties(store, today))
    people = {me, *others}.union(*(one[:2] for one in found))
    nodes = number_some(store, derive_persons(store.assertions()), people)
    source, target, known = find_nodes(store, nodes, [one[:2] for one in found])
    out, back, floor = np.array([one[2:] for one in found], dtype=np.float64).reshape(-1, 3)[known].T
    strength = np.maximum(FORMULA.chance(out, back), floor).astype(np.float32)
    arrays = build_tie_arrays(nodes.size, source.astype(np.int32), target.astype(np.int32), strength)
    return Ties(nodes=nodes, arrays=arrays, whole=False)


def refresh_ties(store: Store, today: date) -> Pairs:
    """Evaluate all ties for today and write the snapshot; an ingest ends with this."""
    header = _header(store, today)
    pairs = evaluate_pairs(store, Filters(), today)
    ties = _tie(pairs)
    ways = ("out_", ties.arrays.outgoing), ("in_", ties.arrays.incoming)
    rows = {way + one.name: getattr(held, one.name) for way, held in ways for one in fields(Rows)}
    nodes = {"of_key": ties.nodes.of_key, "key_of": ties.nodes.key_of}
    write_arrays(store.cache_path(_SNAPSHOT), header, nodes | rows)
    return pairs


def _tie(pairs: Pairs) -> Ties:
    arrays = build_tie_arrays(pairs.nodes.size, pairs.source, pairs.target, pairs.strength)
    return Ties(nodes=pairs.nodes, arrays=arrays)


def _load_snapshot(store: Store, today: date) -> Ties | None:
    header, arrays = read_arrays(store.cache_path(_SNAPSHOT)) or ({}, {})
    if dict(header) != _header(store, today):
        return None
    outgoing, incoming = (Rows(**{one.name: arrays[way + one.name] for one in fields(Rows)}) for way in ("out_", "in_"))
    nodes = Nodes(of_key=arrays["of_key"], key_of=arrays["key_of"])
    return Ties(nodes=nodes, arrays=TieArrays(outgoing=outgoing, incoming=incoming))


def _header(store: Store, today: date) -> dict[str, str | int]:
    return {"generation": store.generation(), "schema": _SCHEMA, "formula": FORMULA.version, "day": today.isoformat()}
