"""Writing interactions: which are new, which are known, and what becomes of one that comes with other content."""

import sqlite3
from dataclasses import dataclass

import numpy as np
import orjson
from numpy.typing import NDArray

from graph.batch import CONFLICT, conflicting
from graph.columns import Columns, Ints, addressees_of, make_digest
from graph.model import Problem
from graph.stores.sqlite import narrowed, rehash
from graph.stores.sqlite.acts import TO, RecentActs, integers, pack_addressees, spread_columns, unpack_addressees
from graph.stores.sqlite.books import drop_seals
from graph.stores.sqlite.state import State
from graph.stores.sqlite.suppression import masked

_KNOWN = """
SELECT wanted.key, held.key, held.core, held.excerpt_hash, held.source
FROM json_each(?) AS wanted CROSS JOIN interaction AS held ON held.hash = wanted.value
"""
_INSERT = """
INSERT INTO interaction VALUES
(?, ?, ?, ?, ?, ?, ?, ?, ?, nullif(?, 0), ?, ?, ?, ?, nullif(?, 0), nullif(?, ''), ?)
"""
_TALLY = """
INSERT INTO tally VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
  count = count + excluded.count,
  first = iif(first = 0 OR (excluded.first > 0 AND excluded.first < first), excluded.first, first),
  last = max(last, excluded.last)
"""
_RECOUNT = """
INSERT INTO tally
SELECT kind, source, count(*), ifnull(min(nullif(at, 0)), 0), max(at) FROM interaction GROUP BY kind, source
"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Keys:
    """The keys of what a batch names.

    Attributes:
        accounts: Parallel to the batch's accounts.
        items: Parallel to its items.
    """

    accounts: Ints
    items: Ints


class InteractionWriter:
    """Writes the interactions of one batch within one transaction; counts them, and gathers problems."""

    def __init__(self, connection: sqlite3.Connection, state: State, recent: RecentActs, batch: Columns) -> None:
        self.new = 0
        self.problems: list[Problem] = []
        self._connection = connection
        self._state = state
        self._recent = recent
        self._batch = batch
        self._sources: dict[str, int] = dict(connection.execute("SELECT name, key FROM source"))

    def find_new(self) -> NDArray[np.intp]:
        """Settle what is held already, and give the places of what is to be inserted, in the order of their hashes."""
        batch = self._batch
        order = np.argsort(batch.hashes, kind="stable")
        new = np.ones(len(order), dtype=np.bool_)
        if self._state.next_interaction > 1:
            for key in narrowed.take_stale(self._connection, batch):
                self._remove(key)
            rehash.adopt(self._connection, self._state.secret, batch)
            self._compare(order, new)
        return order[new[order]]

    def insert(self, places: NDArray[np.intp], keys: Keys) -> None:
        """Insert interactions."""
        if len(places):
            first = self._state.next_interaction
            self._insert(places, keys)
            if self._batch.narrowed:
                ids = [self._batch.ids[place] for place in places.tolist()]
                narrowed.mark_written(self._connection, first, ids, self._batch.narrowed)
        self.new += len(places)

    # --- what is known -------------------------------------------------------------------------------------------

    def _compare(self, order: NDArray[np.intp], new: NDArray[np.bool_]) -> None:
        """Strike out of `new` what is held already."""
        batch = self._batch
        wanted = orjson.dumps(batch.hashes[order].tolist()).decode()
        found = integers(self._connection.execute(_KNOWN, (wanted,)), 5)
        at, key, core, excerpt, source = found.T
        places = order[at]
        same = (batch.core[places] == core) & (batch.excerpt_hash[places] == excerpt)
        new[places[same]] = False
        seen = zip(key[same].tolist(), (batch.ids[place] for place in places[same].tolist()), strict=True)
        narrowed.see(self._connection, seen, batch.narrowed)
        names = {code: name for name, code in self._sources.items()}
        codes = np.array([self._sources.get(name, -1) for name in batch.sources], dtype=np.int64)[batch.source[places]]
        for row in np.flatnonzero(same & (codes != source)).tolist():
            name = batch.sources[batch.source[places[row]]]
            if name < names[int(source[row])]:
                self._read_by(int(key[row]), name)
        for row in np.flatnonzero(~same).tolist():
            held = make_digest(int(core[row]), int(excerpt[row]))
            self._settle(int(places[row]), int(key[row]), held, new)

    def _settle(self, place: int, key: int, held: bytes, new: NDArray[np.bool_]) -> None:
        """Choose between an interaction of the batch and the held one of the same id, with other content."""
        batch, id_, digest = self._batch, self._batch.ids[place], self._batch.digest(place)
        (held_id,) = self._connection.execute("SELECT id FROM interaction WHERE key = ?", (key,)).fetchone()
        if held_id not in (id_, masked(self._state.secret, id_)):
            return  # Two ids with one hash: another interaction.
        new[place] = False
        if conflicting(held, digest):
            self.problems.append(Problem(where=id_, why=CONFLICT.format(id=id_)))
            if digest > held:
                self._remove(key)
                new[place] = True
        elif digest > held:
            self._connection.execute(
                "UPDATE interaction SET excerpt = ?, excerpt_hash = ? WHERE key = ?",
                (batch.excerpt[place], int(batch.excerpt_hash[place]), key),
            )
            self._read_by(key, batch.sources[batch.source[place]])

    def _remove(self, key: int) -> None:
        """Make room for another version of an interaction, which is none the newer for it."""
        remove_interaction(self._connection, self._state, key)
        self._recent.clear()
        self.new -= 1

    def _read_by(self, key: int, source: str) -> None:
        """Note that another source is the one that counts for an interaction."""
        code = self._source(source)
        self._connection.execute("UPDATE interaction SET source = ? WHERE key = ?", (code, key))
        for actor, addressee, kind, at in touch(self._connection, self._state, key):
            self._connection.execute(
                "UPDATE act SET source = ?"
                " WHERE actor = ? AND addressee = ? AND kind = ? AND at = ? AND interaction = ?",
                (code, actor, addressee, kind, at, key),
            )
        self._recent.clear()
        self._state.recount = 1

    # --- what is new ---------------------------------------------------------------------------------------------

    def _source(self, name: str) -> int:
        code = self._sources.get(name)
        if code is None:
            code = self._sources[name] = len(self._sources)
            self._connection.execute("INSERT INTO source VALUES (?, ?)", (code, name))
        return code

    def _insert(self, places: NDArray[np.intp], keys: Keys) -> None:
        batch, chosen = self._batch, places.tolist()
        own = range(self._state.next_interaction, self._state.next_interaction + len(chosen))
        self._state.next_interaction += len(chosen)
        codes = {place: self._source(batch.sources[place]) for place in np.unique(batch.source[places]).tolist()}
        sources = np.array([codes.get(place, 0) for place in range(len(batch.sources))])[batch.source[places]]
        kinds, dates, shares = batch.kind[places], batch.at[places], batch.share[places]
        actors = keys.accounts[batch.actor[places]]
        on = batch.item[places]
        which, counts = addressees_of(batch, places)
        addressees, roles = keys.accounts[batch.addressee[which]], batch.role[which]
        alone = counts == 1
        first = np.cumsum(counts) - counts
        alone[alone] = roles[first[alone]] == TO
        singles = np.zeros(len(chosen), dtype=np.int64)
        singles[alone] = addressees[first[alone]]
        packed: list[str | bytearray] = [""] * len(chosen)
        for row in np.flatnonzero(~alone & (counts > 0)).tolist():
            part = slice(first[row], first[row] + counts[row])
            packed[row] = pack_addressees(addressees[part], roles[part])
        rows = zip(
            own,
            [batch.ids[place] for place in chosen],
            batch.hashes[places].tolist(),
            batch.core[places].tolist(),
            batch.excerpt_hash[places].tolist(),
            sources.tolist(),
            kinds.tolist(),
            dates.tolist(),
            actors.tolist(),
            np.where(on >= 0, keys.items[on], 0).tolist() if len(keys.items) else [0] * len(chosen),
            [batch.thread[place] for place in chosen],
            [batch.parent[place] for place in chosen],
            [batch.excerpt[place] for place in chosen],
            batch.private[places].tolist(),
            singles.tolist(),
            packed,
            shares.tolist(),
            strict=True,
        )
        self._connection.executemany(_INSERT, rows)
        table = np.stack([own, actors, kinds, dates, shares, sources], axis=1)
        self._recent.add(own[0] - 1, own[-1], spread_columns(table, counts, addressees))
        self._count(table[:, 2], table[:, 3], table[:, 5])

    def _count(self, kinds: NDArray[np.int64], dates: NDArray[np.int64], sources: NDArray[np.int64]) -> None:
        groups, members = np.unique((kinds << 32) | sources, return_inverse=True)
        counts = np.bincount(members)
        first = np.full(len(groups), np.iinfo(np.int64).max)
        np.minimum.at(first, members[dates > 0], dates[dates > 0])
        first[first == np.iinfo(np.int64).max] = 0
        last = np.zeros(len(groups), dtype=np.int64)
        np.maximum.at(last, members, dates)
        table = np.stack([groups >> 32, groups & 0xFFFFFFFF, counts, first, last], axis=1)
        self._connection.executemany(_TALLY, table.tolist())


def remove_interaction(connection: sqlite3.Connection, state: State, key: int) -> None:
    """Remove one interaction, and note the pairs that it no longer speaks for."""
    for act in touch(connection, state, key):
        connection.execute(
            "DELETE FROM act WHERE actor = ? AND addressee = ? AND kind = ? AND at = ? AND interaction = ?", (*act, key)
        )
    connection.execute("DELETE FROM interaction WHERE key = ?", (key,))
    drop_seals(connection)
    state.recount = 1


def touch(connection: sqlite3.Connection, state: State, key: int) -> list[tuple[int, int, int, int]]:
    """Note that an interaction's pairs must be summed up anew.

    Returns:
        Its acts: actor, addressee, kind, at.
    """
    actor, kind, at, addressee, packed = connection.execute(
        "SELECT actor, kind, at, addressee, addressees FROM interaction WHERE key = ?", (key,)
    ).fetchone()
    keys = unpack_addressees(packed)[0] if packed is not None else [addressee] if addressee else []
    acts = [(actor, one, kind, at) for one in keys if one != actor]
    connection.executemany(
        "INSERT INTO touched VALUES (?, ?, ?)",
        [(seq, *act[:2]) for seq, act in enumerate(acts, state.next_touch)],
    )
    state.next_touch += len(acts)
    return acts


def recount(connection: sqlite3.Connection, state: State) -> None:
    """Count the interactions by kind and source anew."""
    connection.execute("DELETE FROM tally")
    connection.execute(_RECOUNT)
    state.recount = 0
