"""Pair features of the embedded store: from columnar caches where these are fresh, from the rows where not.

Two caches lie beside the store. `acts` mirrors the table of acts as sorted columns, up to an interaction key; `pairs`
holds the features made of them. What was written later is read from the interactions (keys rise, so it is one range),
and only the pairs that it touches are summed up again. A removal outdates both, and they are made anew.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graph.model import KIND_CODES, end_of, to_micros
from graph.snapshot import Array, read_arrays, write_arrays
from graph.store import Filters, TieRows
from graph.stores.features import (
    ACT_COLUMNS,
    ROW_COLUMNS,
    Acts,
    join_acts,
    make_acts,
    make_tie_rows,
    pair_codes,
    sort_acts,
    take_acts,
    take_rows,
    weave,
)
from graph.stores.sqlite.acts import RecentActs, read_acts, read_acts_of, read_new_acts
from graph.stores.sqlite.state import State, load_state

_SCHEMA = 1
_SMALL = 2_000_000
_LAG = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """How far a cache goes: whose, after which removal, up to which interaction and touch."""

    uid: str
    removals: int
    newest: int
    touch: int

    def header(self) -> dict[str, str | int]:
        """Give it as a snapshot's header."""
        return {
            "schema": _SCHEMA,
            "uid": self.uid,
            "removals": self.removals,
            "newest": self.newest,
            "touch": self.touch,
        }


class PairCache:
    """The two caches of one store; what could not be written to a file is held in memory."""

    def __init__(self, acts: Path, pairs: Path, recent: RecentActs) -> None:
        self._recent = recent
        self._acts_path = acts
        self._pairs_path = pairs
        self._held: dict[Path, tuple[Mark, Mapping[str, Array]]] = {}

    def rows(self, connection: sqlite3.Connection, filters: Filters, among: NDArray[np.int64] | None = None) -> TieRows:
        """Give the features for the interactions that the filters let through, as of the transaction."""
        state = load_state(connection)
        if filters.since is None and filters.as_of is None:
            rows = self._fresh_rows(connection, state, among)
            return rows if filters.kinds is None else take_rows(rows, _of_kinds(rows.kind, filters.kinds))
        acts = self._fresh_acts(connection, state)
        let = _let_through(acts, filters)
        if among is not None:
            let &= _between(acts.actor, acts.addressee, among)
        return make_tie_rows(take_acts(acts, let))

    def refresh(self, connection: sqlite3.Connection) -> int | None:
        """Bring the files up to date.

        Returns:
            The touch before which no file needs `touched` any more; None where a file could not be written.
        """
        state = load_state(connection)
        self._fresh_acts(connection, state)
        self._fresh_rows(connection, state)
        if self._held:
            return None
        found = [self._load(path, state) for path in (self._acts_path, self._pairs_path)]
        return min(held[0].touch if held else 0 for held in found)

    def forget(self) -> None:
        """Let go of what is held in memory."""
        self._held.clear()

    def _fresh_acts(self, connection: sqlite3.Connection, state: State) -> Acts:
        now = _mark(state)
        held = self._load(self._acts_path, state)
        self._recent.check(state)
        if held is not None:
            mark, base = held[0], Acts(**{name: held[1][name] for name in ACT_COLUMNS})
        elif self._recent.since(0, now.newest) is not None:
            mark, base = _mark(state, newest=0), _none()
        else:
            mark, base = _mark(state, newest=state.absorbed), read_acts(connection)
        new = self._new(connection, state, mark.newest)
        lost = _touched(connection, mark)
        if held is not None and not len(new) and not len(lost):
            return base
        if len(lost):
            base, new = _without(base, lost), _without(new, lost)
            late = self._new(connection, state, state.absorbed)
            late = take_acts(late, np.isin(pair_codes(late.actor, late.addressee), lost))
            new = join_acts(new, late, read_acts_of(connection, _pairs(lost)))
        acts = _merge_acts(base, new)
        if held is None or len(lost) or _worth_writing(len(base), len(new)):
            self._save(self._acts_path, now, {name: getattr(acts, name) for name in ACT_COLUMNS})
        return acts

    def _fresh_rows(
        self, connection: sqlite3.Connection, state: State, among: NDArray[np.int64] | None = None
    ) -> TieRows:
        now = _mark(state)
        held = self._load(self._pairs_path, state)
        if held is None:
            rows = make_tie_rows(self._fresh_acts(connection, state))
            self._save(self._pairs_path, now, {name: getattr(rows, name) for name in ROW_COLUMNS})
            return _take_among(rows, among)
        base = TieRows(**{name: held[1][name] for name in ROW_COLUMNS})
        new = self._new(connection, state, held[0].newest)
        changed = np.union1d(np.unique(pair_codes(new.actor, new.addressee)), _touched(connection, held[0]))
        if not len(changed):
            return _take_among(base, among)
        if _worth_writing(len(base.source), len(changed)):
            rows = self._merge(connection, state, base, changed)
            self._save(self._pairs_path, now, {name: getattr(rows, name) for name in ROW_COLUMNS})
            return _take_among(rows, among)
        return _take_among(self._merge(connection, state, _take_among(base, among), changed), among)

    def _merge(
        self, connection: sqlite3.Connection, state: State, base: TieRows, changed: NDArray[np.int64]
    ) -> TieRows:
        acts = self._fresh_acts(connection, state)
        codes = pair_codes(acts.actor, acts.addressee)
        anew = make_tie_rows(take_acts(acts, _ranges(codes, changed)))
        base_codes = pair_codes(base.source, base.target)
        kept = np.ones(len(base_codes), dtype=np.bool_)
        kept[_ranges(base_codes, changed)] = False
        order = weave(base_codes[kept], pair_codes(anew.source, anew.target))
        return TieRows(**_join_columns(ROW_COLUMNS, base, kept, anew, order))

    def _new(self, connection: sqlite3.Connection, state: State, lower: int) -> Acts:
        return read_new_acts(connection, state, lower, self._recent)

    def _load(self, path: Path, state: State) -> tuple[Mark, Mapping[str, Array]] | None:
        held = self._held.get(path)
        if held is None:
            found = read_arrays(path)
            if found is None or found[0].get("schema") != _SCHEMA:
                return None
            header, arrays = found
            words = {name: header[name] for name in ("removals", "newest", "touch")}
            held = Mark(uid=str(header["uid"]), **{name: int(word) for name, word in words.items()}), arrays
        mark = held[0]
        usable = (
            (mark.uid, mark.removals) == (state.uid, state.removals)
            and state.absorbed // 2 <= mark.newest < state.next_interaction
            and state.pruned <= mark.touch <= state.next_touch
        )
        return held if usable else None

    def _save(self, path: Path, mark: Mark, arrays: Mapping[str, Array]) -> None:
        self._held.pop(path, None)
        if not write_arrays(path, mark.header(), arrays):
            self._held[path] = mark, arrays


def _mark(state: State, newest: int | None = None) -> Mark:
    return Mark(
        uid=state.uid,
        removals=state.removals,
        newest=state.next_interaction - 1 if newest is None else newest,
        touch=state.next_touch,
    )


def _merge_acts(base: Acts, new: Acts) -> Acts:
    """Merge new acts into sorted ones; of these only the pairs that the new ones touch are sorted again."""
    if len(new) * _LAG > len(base):
        return sort_acts(join_acts(base, new))
    codes = pair_codes(base.actor, base.addressee)
    stirred = _ranges(codes, np.unique(pair_codes(new.actor, new.addressee)))
    anew = sort_acts(join_acts(take_acts(base, stirred), new))
    kept = np.ones(len(codes), dtype=np.bool_)
    kept[stirred] = False
    order = weave(codes[kept], pair_codes(anew.actor, anew.addressee))
    return Acts(**_join_columns(ACT_COLUMNS, base, kept, anew, order))


def _join_columns(
    names: Sequence[str],
    base: Acts | TieRows,
    kept: NDArray[np.bool_],
    anew: Acts | TieRows,
    order: NDArray[np.intp],
) -> dict[str, Array]:
    """Put what is kept and what is new in order, a column at a time: of millions, all take a hundred megabytes."""
    columns = ((name, getattr(base, name)[kept], getattr(anew, name)) for name in names)
    return {name: np.concatenate((old, new))[order] for name, old, new in columns}


def _without(acts: Acts, lost: NDArray[np.int64]) -> Acts:
    return take_acts(acts, ~np.isin(pair_codes(acts.actor, acts.addressee), lost))


def _none() -> Acts:
    return make_acts(np.zeros((0, len(ACT_COLUMNS)), dtype=np.int64))


def _touched(connection: sqlite3.Connection, mark: Mark) -> NDArray[np.int64]:
    rows = connection.execute("SELECT actor << 32 | addressee FROM touched WHERE seq >= ?", (mark.touch,))
    return np.unique(np.fromiter((code for (code,) in rows), dtype=np.int64))


def _pairs(codes: NDArray[np.int64]) -> list[tuple[int, int]]:
    return [(code >> 32, code & 0xFFFFFFFF) for code in codes.tolist()]


def _worth_writing(size: int, more: int) -> bool:
    """Tell whether a file is to be written anew: a small one always, a large one once a good part of it is stale."""
    return size < _SMALL or more * _LAG > size


def _ranges(codes: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.intp]:
    """Give the places in sorted `codes` of all that are wanted (sorted, each once)."""
    lower, upper = np.searchsorted(codes, wanted, "left"), np.searchsorted(codes, wanted, "right")
    counts = upper - lower
    places = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    found: NDArray[np.intp] = np.repeat(lower, counts) + places
    return found


def _take_among(rows: TieRows, among: NDArray[np.int64] | None) -> TieRows:
    return rows if among is None else take_rows(rows, _between(rows.source, rows.target, among))


def _between(first: NDArray[np.int32], second: NDArray[np.int32], among: NDArray[np.int64]) -> NDArray[np.bool_]:
    known = np.zeros(max(int(keys.max(initial=0)) for keys in (first, second, among)) + 1, dtype=np.bool_)
    known[among] = True
    inside: NDArray[np.bool_] = known[first] & known[second]
    return inside


def _of_kinds(kind: NDArray[np.uint8], kinds: frozenset[str]) -> NDArray[np.bool_]:
    codes = [KIND_CODES[name] for name in kinds if name in KIND_CODES]
    return np.isin(kind, np.array(codes, dtype=np.uint8))


def _let_through(acts: Acts, filters: Filters) -> NDArray[np.bool_]:
    since = 1 if filters.since is None else max(1, to_micros(filters.since))
    let = acts.at >= since
    if filters.as_of is not None:
        let &= acts.at < to_micros(end_of(filters.as_of))
    if filters.kinds is not None:
        let &= _of_kinds(acts.kind, filters.kinds)
    return let
