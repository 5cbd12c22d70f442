"""Acts: from interactions with packed addressees to one row a pair, and as columns."""

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from graph.model import ROLE_CODES, Role
from graph.stores.features import Acts, join_acts, make_acts, order_acts, take_acts
from graph.stores.sqlite.state import State

TO = ROLE_CODES[Role.TO]
_KEY = 4
_SLOT = _KEY + 1
_CHUNK = 100_000
_STEP = 500_000
_HELD = 2_000_000
_COLUMNS = "key, actor, addressee, kind, at, share, source"
_SINGLE = """
SELECT key, actor, addressee, kind, at, share, source FROM interaction
WHERE key > ? AND key <= ? AND addressee IS NOT NULL
"""
_SEVERAL = """
SELECT key, actor, addressees, kind, at, share, source FROM interaction
WHERE key > ? AND key <= ? AND addressees IS NOT NULL
"""
_ACTS = "SELECT actor, addressee, kind, at, share, source FROM act ORDER BY actor, addressee, kind, at, interaction"
_ACTS_OF = "SELECT actor, addressee, kind, at, share, source FROM act WHERE actor = ? AND addressee = ?"
_INTERACTION, _ACTOR, _ADDRESSEE = range(3)
_WIDTH = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """Acts with the keys of their interactions, unsorted."""

    interaction: NDArray[np.int64]
    acts: Acts


class RecentActs:
    """The acts that this process wrote last, so that they need not be read back; a bounded number of them."""

    def __init__(self) -> None:
        self._generation = -1
        self.clear()

    def clear(self) -> None:
        """Forget all: they were taken back, or changed."""
        self._lower = self._upper = 0
        self._parts: list[Fresh] = []
        self._size = 0

    def committed(self, state: State) -> None:
        """Note that a transaction was kept."""
        self._generation = state.generation

    def check(self, state: State) -> None:
        """Forget all where another process wrote in between."""
        if self._generation != state.generation:
            self.clear()

    def add(self, lower: int, upper: int, part: Fresh) -> None:
        """Hold the acts of the interactions above `lower` up to `upper`."""
        if lower != self._upper or self._size + len(part.acts) > _HELD:
            self.clear()
            self._lower = lower
        self._upper = upper
        self._parts.append(part)
        self._size += len(part.acts)

    def since(self, lower: int, upper: int) -> Fresh | None:
        """Give the acts of the interactions above `lower` up to `upper`, if all are held."""
        if not self._parts or not self._lower <= lower <= upper == self._upper:
            return None
        parts = [part for part in self._parts if len(part.acts) and part.interaction[-1] > lower]
        if not parts:
            return _no_fresh()
        fresh = _join(parts)
        wanted = fresh.interaction > lower
        return (
            fresh if wanted.all() else Fresh(interaction=fresh.interaction[wanted], acts=take_acts(fresh.acts, wanted))
        )


def pack_addressees(keys: ArrayLike, roles: ArrayLike) -> bytearray:
    """Pack addressees: their keys, then their roles."""
    return bytearray(np.asarray(keys, dtype="<i4").tobytes() + np.asarray(roles, dtype=np.uint8).tobytes())


def unpack_addressees(packed: bytes) -> tuple[list[int], list[int]]:
    """Give the keys and the roles of packed addressees."""
    count = len(packed) // _SLOT
    keys: list[int] = np.frombuffer(packed, dtype="<i4", count=count).tolist()
    return keys, list(packed[count * _KEY :])


def integers(rows: Iterable[Sequence[int]], width: int) -> NDArray[np.int64]:
    """Make a table of what a query of integers gives."""
    return np.fromiter(chain.from_iterable(rows), dtype=np.int64).reshape(-1, width)


def spread(single: NDArray[np.int64], several: Sequence[Sequence[Any]]) -> Fresh:
    """Give one act an interaction and addressee other than its actor.

    Args:
        single: Key, actor, addressee, kind, micros, share and source of interactions with one addressee.
        several: The same with packed addressees.
    """
    table = single
    if several:
        counts = np.array([len(row[_ADDRESSEE]) // _SLOT for row in several])
        keys = [
            np.frombuffer(row[_ADDRESSEE], dtype="<i4", count=count) for row, count in zip(several, counts, strict=True)
        ]
        plain = np.array([(*row[:_ADDRESSEE], 0, *row[_ADDRESSEE + 1 :]) for row in several], dtype=np.int64)
        more = np.repeat(plain, counts, axis=0)
        more[:, _ADDRESSEE] = np.concatenate(keys)
        table = np.concatenate([single, more])
        table = table[np.argsort(table[:, _INTERACTION], kind="stable")]
    table = table[table[:, _ACTOR] != table[:, _ADDRESSEE]]
    return Fresh(interaction=table[:, _INTERACTION], acts=make_acts(table[:, _ACTOR:]))


def spread_columns(table: NDArray[np.int64], counts: NDArray[np.int32], addressees: NDArray[np.int64]) -> Fresh:
    """Give one act an interaction and addressee other than its actor.

    Args:
        table: Key, actor, kind, micros, share and source of each interaction.
        counts: How many addressees each has.
        addressees: Their keys, one interaction's after the other's.
    """
    rows = np.insert(np.repeat(table, counts, axis=0), _ADDRESSEE, addressees, axis=1)
    rows = rows[rows[:, _ACTOR] != rows[:, _ADDRESSEE]]
    return Fresh(interaction=rows[:, _INTERACTION], acts=make_acts(rows[:, _ACTOR:]))


def absorb(connection: sqlite3.Connection, state: State, recent: RecentActs) -> None:
    """Fill `act` with the interactions that it does not hold yet.

    It is clustered by pair, so that one sorted pass over many interactions writes each page once, where a pass after
    every batch would write most pages every time.
    """
    newest = state.next_interaction - 1
    fresh = recent.since(state.absorbed, newest)
    if fresh is not None:
        _fill(connection, "act", fresh)
    else:
        for lower in range(state.absorbed, newest, _STEP):
            _fill(connection, "act", _read(connection, lower, min(lower + _STEP, newest)))
    state.absorbed = newest


def shadow(connection: sqlite3.Connection, state: State) -> str:
    """Make what is not absorbed yet readable on this connection, without writing to the store.

    Returns:
        The name to read acts from: the table itself, or a temporary view over it and what waits.
    """
    if not state.pending:
        return "act"
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS shadowed (absorbed INTEGER, newest INTEGER, touch INTEGER)")
    marker = (state.absorbed, state.next_interaction - 1, state.next_touch)
    if connection.execute("SELECT absorbed, newest, touch FROM shadowed").fetchone() != marker:
        key = "actor, addressee, kind, at, interaction"
        columns = f"{key}, share, source"
        connection.execute("DROP VIEW IF EXISTS temp.all_act")
        connection.execute("DROP TABLE IF EXISTS temp.new_act")
        connection.execute(f"CREATE TEMP TABLE new_act ({columns}, PRIMARY KEY ({key})) WITHOUT ROWID")
        connection.execute(
            f"CREATE TEMP VIEW all_act AS SELECT {columns} FROM main.act"  # noqa: S608 # our own
            f" UNION ALL SELECT {columns} FROM temp.new_act"
        )
        _fill(connection, "temp.new_act", _read(connection, state.absorbed, state.next_interaction))
        connection.execute("DELETE FROM shadowed")
        connection.execute("INSERT INTO shadowed VALUES (?, ?, ?)", marker)
    return "all_act"


def read_new_acts(connection: sqlite3.Connection, state: State, lower: int, recent: RecentActs) -> Acts:
    """Give the acts of the interactions with keys above `lower`, unsorted."""
    newest = state.next_interaction - 1
    fresh = recent.since(lower, newest)
    if fresh is None:
        parts = [_read(connection, at, min(at + _STEP, newest)).acts for at in range(lower, newest, _STEP)]
        return join_acts(_no_fresh().acts, *parts)
    return fresh.acts


def read_acts(connection: sqlite3.Connection) -> Acts:
    """Give all absorbed acts, sorted as `act` is."""
    rows = connection.execute(_ACTS)
    parts = [_no_fresh().acts]
    while chunk := rows.fetchmany(_CHUNK):
        parts.append(make_acts(integers(chunk, _WIDTH - 1)))
    return join_acts(*parts)


def read_acts_of(connection: sqlite3.Connection, pairs: Collection[tuple[int, int]]) -> Acts:
    """Give the absorbed acts of some pairs."""
    rows = chain.from_iterable(connection.execute(_ACTS_OF, pair) for pair in pairs)
    return make_acts(integers(rows, _WIDTH - 1))


def _read(connection: sqlite3.Connection, lower: int, upper: int) -> Fresh:
    single = integers(connection.execute(_SINGLE, (lower, upper)), _WIDTH)
    return spread(single, connection.execute(_SEVERAL, (lower, upper)).fetchall())


def _fill(connection: sqlite3.Connection, table: str, fresh: Fresh) -> None:
    acts = fresh.acts
    order = order_acts(acts, fresh.interaction)
    columns = (acts.actor, acts.addressee, acts.kind, acts.at, fresh.interaction, acts.share, acts.origin)
    rows = zip(*(column[order].tolist() for column in columns), strict=True)
    connection.executemany(f"INSERT INTO {table} VALUES (?, ?, ?, ?, ?, ?, ?)", rows)  # noqa: S608 # our own name


def _join(parts: Sequence[Fresh]) -> Fresh:
    return Fresh(
        interaction=np.concatenate([part.interaction for part in parts]),
        acts=join_acts(*(part.acts for part in parts)),
    )


def _no_fresh() -> Fresh:
    return spread(np.zeros((0, _WIDTH), dtype=np.int64), ())
