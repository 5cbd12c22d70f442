"""Which acts count, and what is summed up of them for every pair: the same for every store.

The integer account keys here are a store's own, stable for the life of the store, and mean nothing in another one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from graph.model import KIND_CODES, Kind, end_of, to_micros

HALF_LIVES = (30.0, 180.0, 720.0)
"""Days; the columns of `TieRows.decayed`."""


UNDATED = np.iinfo(np.int64).min
"""Stands for "no date" in `TieRows.first` and `TieRows.last`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which interactions count.

    Attributes:
        kinds: Names of kinds, and `introduction` and `declared`; None for all.
        since: Only what happened at or after this instant; undated acts are hidden then.
        as_of: Only what happened until the end of this day (UTC); undated acts are hidden then. None means now.
    """

    kinds: frozenset[str] | None = None
    since: datetime | None = None
    as_of: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TieRows:
    """Time-free features of every ordered pair and kind: parallel arrays, sorted by source, target, kind.

    An act counts for each pair (actor, addressee), actor and addressee being different accounts; its weight is
    1 / the number of its addressees. Nothing here depends on today.

    Attributes:
        source: Account key of the actor, int32.
        target: Account key of the addressee, int32.
        kind: Code of the kind, uint8.
        count: Acts, int32; undated ones included.
        first: Micros of the oldest dated act, or UNDATED, int64.
        last: Micros of the newest dated act, or UNDATED, int64.
        days: Distinct UTC days with a dated act, int32.
        decayed: Shape (rows, len(HALF_LIVES)), float64: sum of weight · 2^-((last - at) / half-life) over dated acts.
        sources: Which sources these acts were read from, int64: bit i stands for `Store.source_names()[i]` (the first
            62 sources of a store have a bit each, later ones share the last bit).
    """

    source: NDArray[np.int32]
    target: NDArray[np.int32]
    kind: NDArray[np.uint8]
    count: NDArray[np.int32]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    days: NDArray[np.int32]
    decayed: NDArray[np.float64]
    sources: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairCount:
    """How often one account acted towards another in one kind.

    Attributes:
        count: Acts, undated ones included.
        last: The newest dated one, or None.
        threads: Distinct threads among them (acts without a thread count as one thread each), at most 2 are told
            apart: 1 means that all acts are in one thread.
    """

    source: str
    target: str
    kind: Kind
    count: int
    first: datetime | None
    last: datetime | None
    threads: int


DAY = 86_400_000_000
SOURCE_BITS = 62
_SLICE = 1 << 20
_KIND_SHIFT = 56  # micros need 53 bits until 2255


@dataclass(frozen=True, slots=True, kw_only=True)
class Acts:
    """Acts of actors towards addressees: parallel arrays.

    Attributes:
        at: Micros, 0 for undated.
        share: How many addressees the interaction had.
        origin: Number of the source that read it.
    """

    actor: NDArray[np.int32]
    addressee: NDArray[np.int32]
    kind: NDArray[np.uint8]
    at: NDArray[np.int64]
    share: NDArray[np.int32]
    origin: NDArray[np.uint16]

    def __len__(self) -> int:
        return len(self.actor)


ACT_COLUMNS = {
    "actor": np.int32,
    "addressee": np.int32,
    "kind": np.uint8,
    "at": np.int64,
    "share": np.int32,
    "origin": np.uint16,
}
ROW_COLUMNS = tuple(field.name for field in fields(TieRows))


def make_acts(table: NDArray[np.int64]) -> Acts:
    """Make acts from a table with a column each, in the order of the attributes."""
    columns = {name: table[:, place].astype(kind) for place, (name, kind) in enumerate(ACT_COLUMNS.items())}
    return Acts(**columns)


def take_acts(acts: Acts, which: NDArray[np.bool_] | NDArray[np.intp] | slice) -> Acts:
    """Take some of the acts."""
    return Acts(**{name: getattr(acts, name)[which] for name in ACT_COLUMNS})


def filter_acts(acts: Acts, filters: Filters, among: NDArray[np.int64] | None) -> Acts:
    """Take the acts that the filters let through; where account keys are given, those between these only."""
    let = np.ones(len(acts), dtype=np.bool_)
    if filters.since is not None or filters.as_of is not None:
        let &= acts.at >= (1 if filters.since is None else max(1, to_micros(filters.since)))
    if filters.as_of is not None:
        let &= acts.at < to_micros(end_of(filters.as_of))
    if filters.kinds is not None:
        let &= np.isin(acts.kind, [KIND_CODES[name] for name in filters.kinds if name in KIND_CODES])
    if among is not None:
        known = np.zeros(max(int(keys.max(initial=0)) for keys in (acts.actor, acts.addressee, among)) + 1, np.bool_)
        known[among] = True
        let &= known[acts.actor] & known[acts.addressee]
    return acts if let.all() else take_acts(acts, let)


def make_tie_rows(acts: Acts) -> TieRows:
    """Sum acts up: one row an ordered pair and kind.

    decayed[i] = Σ over dated acts of (1 / share) · 2^-((last - at) / HALF_LIVES[i]), with `last` the pair's own newest
    date in that kind; the sum runs over the sorted acts, so that it is the same in whatever order they were written.
    """
    inner = (acts.kind.astype(np.int64) << _KIND_SHIFT) | acts.at
    acts = take_acts(acts, np.lexsort((acts.share, inner, (acts.actor.astype(np.int64) << 32) | acts.addressee)))
    parts: dict[str, list[NDArray[np.generic]]] = {name: [] for name in ROW_COLUMNS}
    for part, starts_in in _slices(len(acts), _group_starts(acts)):
        rows = _sum_up(take_acts(acts, part), starts_in)
        for name, held in parts.items():
            held.append(getattr(rows, name))
    if not parts["source"]:
        return _sum_up(acts, np.zeros(0, dtype=np.int64))
    return TieRows(**{name: np.concatenate(parts.pop(name)) for name in ROW_COLUMNS})  # each part is let go of at once


def _group_starts(acts: Acts) -> NDArray[np.int64]:
    new = np.ones(len(acts), dtype=np.bool_)
    for column in (acts.actor, acts.addressee, acts.kind):
        if column is acts.actor:
            new[1:] = column[1:] != column[:-1]
        else:
            new[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(new).astype(np.int64)


def _slices(size: int, starts: NDArray[np.int64]) -> Iterator[tuple[slice, NDArray[np.int64]]]:
    """Part the acts between groups, so that what is held besides the columns stays small."""
    first = 0
    while first < len(starts):
        after = int(np.searchsorted(starts, starts[first] + _SLICE))
        begin, end = int(starts[first]), int(starts[after]) if after < len(starts) else size
        yield slice(begin, end), starts[first:after] - begin
        first = after


def _sum_up(acts: Acts, starts: NDArray[np.int64]) -> TieRows:
    counts = np.diff(starts, append=len(acts))
    ends = starts + counts - 1
    dated = acts.at > 0
    undated = counts - _reduce(np.add, dated.astype(np.int64), starts)
    without = undated == counts
    first = np.where(without, UNDATED, acts.at[np.minimum(starts + undated, ends)])
    newest = acts.at[ends]
    days = acts.at // DAY
    new_day = dated.copy()
    new_day[1:] &= days[1:] != days[:-1]
    # The first dated act of a group begins a day, even where the group before it ended on that day.
    begins = (starts + undated)[~without]
    new_day[begins] = True
    ages = (np.repeat(newest, counts) - acts.at) / DAY
    weights = np.divide(dated, acts.share, out=np.zeros(len(acts)), where=acts.share > 0)
    decayed = [_reduce(np.add, weights * np.exp2(-ages / half_life), starts) for half_life in HALF_LIVES]
    bits = np.int64(1) << np.minimum(acts.origin, SOURCE_BITS - 1).astype(np.int64)
    return TieRows(
        source=acts.actor[starts],
        target=acts.addressee[starts],
        kind=acts.kind[starts],
        count=counts.astype(np.int32),
        first=first.astype(np.int64),
        last=np.where(without, UNDATED, newest).astype(np.int64),
        days=_reduce(np.add, new_day.astype(np.int64), starts).astype(np.int32),
        decayed=np.stack(decayed, axis=1),
        sources=_reduce(np.bitwise_or, bits, starts).astype(np.int64),
    )


def _reduce(operation: np.ufunc, values: NDArray[np.generic], starts: NDArray[np.int64]) -> NDArray[np.generic]:
    if not len(starts):
        return values[:0]
    reduced: NDArray[np.generic] = operation.reduceat(values, starts)
    return reduced
