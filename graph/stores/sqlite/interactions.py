"""Writing interactions: which are new, which are known, and what becomes of one that comes with other content."""

import sqlite3
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import orjson
from numpy.typing import NDArray

from graph.batch import CONFLICT, InteractionRow, conflicting
from graph.model import Problem
from graph.stores.sqlite.acts import TO, Recent, integers, pack_addressees, spread, unpack_addressees
from graph.stores.sqlite.state import State
from graph.stores.sqlite.suppression import masked

_DIGEST = np.dtype([("flag", "u1"), ("core", ">i8"), ("excerpt", ">i8")])
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
# Places in an InteractionRow.
_ID: Final = 0
_DIGEST_AT: Final = 1
_EXCERPT: Final = 8
_SOURCE: Final = 10


class InteractionWriter:
    """Writes the interactions of one batch within one transaction; counts them, and gathers problems."""

    def __init__(self, connection: sqlite3.Connection, state: State, recent: Recent) -> None:
        self.new = 0
        self.problems: list[Problem] = []
        self._connection = connection
        self._state = state
        self._recent = recent
        self._sources: dict[str, int] = dict(connection.execute("SELECT name, key FROM source"))

    def write(
        self,
        rows: Sequence[InteractionRow],
        hashes: NDArray[np.int64],
        shares: Sequence[int],
        accounts: dict[str, int],
        items: dict[str, int],
    ) -> None:
        """Write rows, given with the hashes of their ids, their original numbers of addressees, and the keys."""
        digests = np.frombuffer(b"".join([row[1] for row in rows]), dtype=_DIGEST)
        order = np.argsort(hashes, kind="stable")
        new = np.ones(len(rows), dtype=np.bool_)
        if self._state.next_interaction > 1:
            self._compare(rows, hashes[order], digests[order], order, new)
        places = order[new[order]]
        if len(places):
            chosen = places.tolist()
            kept = [rows[place] for place in chosen]
            counts = [shares[place] for place in chosen]
            self._insert(kept, hashes[places], digests[places], counts, accounts, items)
        self.new += len(places)

    # --- what is known -------------------------------------------------------------------------------------------

    def _compare(
        self,
        rows: Sequence[InteractionRow],
        hashes: NDArray[np.int64],
        digests: NDArray[Any],
        order: NDArray[np.intp],
        new: NDArray[np.bool_],
    ) -> None:
        """Strike out of `new` what is held already; `hashes` and `digests` are in `order`."""
        wanted = orjson.dumps(hashes.tolist()).decode()
        found = integers(self._connection.execute(_KNOWN, (wanted,)), 5)
        place, key, core, excerpt, source = found.T
        same = (digests["core"][place] == core) & (digests["excerpt"][place] == excerpt)
        new[order[place[same]]] = False
        names = {code: name for name, code in self._sources.items()}
        places = order[place]
        codes = np.array([self._sources.get(rows[at][_SOURCE], -1) for at in places.tolist()], dtype=np.int64)
        for at in np.flatnonzero(same & (codes != source)).tolist():
            row = rows[int(places[at])]
            if row[_SOURCE] < names[int(source[at])]:
                self._read_by(int(key[at]), row[_SOURCE])
        for at in np.flatnonzero(~same).tolist():
            held = _digest(int(core[at]), int(excerpt[at]))
            self._settle(rows[int(places[at])], int(key[at]), held, int(places[at]), new)

    def _settle(self, row: InteractionRow, key: int, held: bytes, place: int, new: NDArray[np.bool_]) -> None:
        """Choose between a row and the held one of the same id, with other content."""
        (id_,) = self._connection.execute("SELECT id FROM interaction WHERE key = ?", (key,)).fetchone()
        if id_ not in (row[_ID], masked(self._state.secret, row[_ID])):
            return  # Two ids with one hash: another interaction.
        new[place] = False
        if conflicting(held, row[_DIGEST_AT]):
            self.problems.append(Problem(where=row[_ID], why=CONFLICT.format(id=row[_ID])))
            if row[_DIGEST_AT] > held:
                remove_interaction(self._connection, self._state, key)
                self._recent.clear()
                new[place] = True
                self.new -= 1
        elif row[_DIGEST_AT] > held:
            _, excerpt = _numbers(row[_DIGEST_AT])
            self._connection.execute(
                "UPDATE interaction SET excerpt = ?, excerpt_hash = ? WHERE key = ?", (row[_EXCERPT], excerpt, key)
            )
            self._read_by(key, row[_SOURCE])

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

    def _insert(
        self,
        rows: list[InteractionRow],
        hashes: NDArray[np.int64],
        digests: NDArray[Any],
        shares: list[int],
        accounts: dict[str, int],
        items: dict[str, int],
    ) -> None:
        keys = range(self._state.next_interaction, self._state.next_interaction + len(rows))
        self._state.next_interaction += len(rows)
        ids, _, kinds, dates, actors, on, threads, parents, excerpts, private, names, to = zip(*rows, strict=True)
        sources = [self._source(name) for name in names]
        actor_keys = [accounts[id_] for id_ in actors]
        singles = [accounts[each[0][0]] if len(each) == 1 and each[0][1] == TO else 0 for each in to]
        packed: list[str | bytearray] = [""] * len(rows)
        several = [place for place, each in enumerate(to) if not singles[place] and each]
        for place in several:
            packed[place] = pack_addressees([accounts[id_] for id_, _ in to[place]], [role for _, role in to[place]])
        columns = zip(
            keys,
            ids,
            hashes.tolist(),
            digests["core"].tolist(),
            digests["excerpt"].tolist(),
            sources,
            kinds,
            dates,
            actor_keys,
            [items[id_] if id_ else 0 for id_ in on],
            threads,
            parents,
            excerpts,
            private,
            singles,
            packed,
            shares,
            strict=True,
        )
        self._connection.executemany(_INSERT, columns)
        table = np.array([keys, actor_keys, singles, kinds, dates, shares, sources], dtype=np.int64).T
        many = [(*table[place, :2].tolist(), packed[place], *table[place, 3:].tolist()) for place in several]
        self._recent.add(keys[0] - 1, keys[-1], spread(table[table[:, 2] > 0], many))
        self._count(table[:, 3], table[:, 4], table[:, 6])

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


def _digest(core: int, excerpt: int) -> bytes:
    return bytes([excerpt != 0]) + core.to_bytes(8, "big", signed=True) + excerpt.to_bytes(8, "big", signed=True)


def _numbers(digest: bytes) -> tuple[int, int]:
    return int.from_bytes(digest[1:9], "big", signed=True), int.from_bytes(digest[9:], "big", signed=True)
