"""Acts: from interactions with packed addressees to one row a pair, and as columns."""

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.model import ROLE_CODES, Role
from graph.stores.features import Acts, join_acts, make_acts
from graph.stores.sqlite.state import State

TO = ROLE_CODES[Role.TO]
_KEY = 4
_SLOT = _KEY + 1
_CHUNK = 100_000
_SINGLE = """
SELECT actor, addressee, kind, at, share, source, key, ifnull(item, 0) FROM interaction
WHERE key > ? AND key <= ? AND addressees IS NULL
"""
_SEVERAL = """
SELECT actor, addressees, kind, at, share, source, key, ifnull(item, 0) FROM interaction
WHERE key > ? AND key <= ? AND addressees IS NOT NULL
"""
_ACTOR, _ADDRESSEE, _KIND, _AT, _SHARE, _SOURCE, _INTERACTION, _ITEM = range(8)


def pack_addressees(keys: Sequence[int], roles: Sequence[int]) -> bytearray:
    """Pack addressees: their keys, then their roles."""
    return bytearray(np.array(keys, dtype="<i4").tobytes() + bytes(roles))


def unpack_addressees(packed: bytes) -> tuple[list[int], list[int]]:
    """Give the keys and the roles of packed addressees."""
    count = len(packed) // _SLOT
    keys: list[int] = np.frombuffer(packed, dtype="<i4", count=count).tolist()
    return keys, list(packed[count * _KEY :])


def integers(rows: Iterable[Sequence[int]], width: int) -> NDArray[np.int64]:
    """Make a table of what a query of integers gives."""
    return np.fromiter(chain.from_iterable(rows), dtype=np.int64).reshape(-1, width)


def absorb(connection: sqlite3.Connection, state: State) -> None:
    """Fill `act` and `on_item` with the interactions that they don't hold yet.

    They are clustered by pair and by item, so that one sorted pass over many interactions writes each page once,
    where a pass after every batch would write most pages every time.
    """
    newest = state.next_interaction - 1
    for lower in range(state.absorbed, newest, _CHUNK * 5):
        _fill(connection, "", lower, min(lower + _CHUNK * 5, newest))
    state.absorbed = newest


def shadow(connection: sqlite3.Connection, state: State) -> str:
    """Make what is not absorbed yet readable on this connection, without writing to the store.

    Returns:
        The prefix of the tables to read: '' for the tables themselves, else that of temporary views over both.
    """
    if not state.pending:
        return ""
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS shadowed (absorbed INTEGER, newest INTEGER)")
    marker = (state.absorbed, state.next_interaction - 1)
    if connection.execute("SELECT absorbed, newest FROM shadowed").fetchone() != marker:
        for table, columns, key in _SHADOWS:
            connection.execute(f"DROP VIEW IF EXISTS temp.all_{table}")
            connection.execute(f"DROP TABLE IF EXISTS temp.new_{table}")
            connection.execute(
                f"CREATE TEMP TABLE new_{table} ({columns}, PRIMARY KEY ({key}, interaction)) WITHOUT ROWID"
            )
            connection.execute(
                f"CREATE TEMP VIEW all_{table} AS SELECT {columns} FROM main.{table}"  # noqa: S608 # our own names
                f" UNION ALL SELECT {columns} FROM temp.new_{table}"
            )
        _fill(connection, "temp.new_", *marker)
        connection.execute("DELETE FROM shadowed")
        connection.execute("INSERT INTO shadowed VALUES (?, ?)", marker)
    return "all_"


_SHADOWS = (
    ("act", "actor, addressee, kind, at, interaction, share, source", "actor, addressee, kind, at"),
    ("on_item", "item, actor, kind, at, interaction", "item, actor, kind, at"),
)


def read_new_acts(connection: sqlite3.Connection, lower: int) -> Acts:
    """Give the acts of the interactions with keys above `lower`, unsorted."""
    table = _expand(connection, lower, 1 << 62)
    return make_acts(table[:, [_ACTOR, _ADDRESSEE, _KIND, _AT, _SHARE, _SOURCE]])


def read_acts(connection: sqlite3.Connection) -> Acts:
    """Give all absorbed acts, sorted as `act` is."""
    rows = connection.execute(
        "SELECT actor, addressee, kind, at, share, source FROM act ORDER BY 1, 2, 3, 4, interaction"
    )
    parts = []
    while chunk := rows.fetchmany(_CHUNK):
        parts.append(make_acts(integers(chunk, 6)))
    return join_acts(*parts) if parts else make_acts(np.zeros((0, 6), dtype=np.int64))


def read_acts_of(connection: sqlite3.Connection, pairs: Collection[tuple[int, int]]) -> Acts:
    """Give the absorbed acts of some pairs."""
    query = "SELECT actor, addressee, kind, at, share, source FROM act WHERE actor = ? AND addressee = ?"
    rows = chain.from_iterable(connection.execute(query, pair) for pair in pairs)
    return make_acts(integers(rows, 6))


def _fill(connection: sqlite3.Connection, prefix: str, lower: int, upper: int) -> None:
    acts = _expand(connection, lower, upper)
    order = np.lexsort(acts[:, [_INTERACTION, _AT, _KIND, _ADDRESSEE, _ACTOR]].T)
    rows = acts[:, [_ACTOR, _ADDRESSEE, _KIND, _AT, _INTERACTION, _SHARE, _SOURCE]][order]
    connection.executemany(f"INSERT INTO {prefix}act VALUES (?, ?, ?, ?, ?, ?, ?)", _listed(rows))  # noqa: S608
    rows = integers(
        connection.execute(
            "SELECT item, actor, kind, at, key FROM interaction WHERE key > ? AND key <= ? AND item IS NOT NULL",
            (lower, upper),
        ),
        5,
    )
    order = np.lexsort(rows.T[::-1])
    connection.executemany(f"INSERT INTO {prefix}on_item VALUES (?, ?, ?, ?, ?)", _listed(rows[order]))  # noqa: S608


def _listed(table: NDArray[np.int64]) -> Iterable[tuple[int, ...]]:
    return zip(*(column.tolist() for column in table.T), strict=True)


def _expand(connection: sqlite3.Connection, lower: int, upper: int) -> NDArray[np.int64]:
    """Give one row an interaction and addressee other than its actor."""
    single = integers(connection.execute(_SINGLE + " AND addressee IS NOT NULL", (lower, upper)), 8)
    several = connection.execute(_SEVERAL, (lower, upper)).fetchall()
    table = np.concatenate([single, _spread(several)]) if several else single
    towards: NDArray[np.bool_] = table[:, _ACTOR] != table[:, _ADDRESSEE]
    return table[towards]


def _spread(rows: list[tuple[Any, ...]]) -> NDArray[np.int64]:
    counts = np.array([len(row[_ADDRESSEE]) // _SLOT for row in rows])
    keys = [np.frombuffer(row[_ADDRESSEE], dtype="<i4", count=count) for row, count in zip(rows, counts, strict=True)]
    plain = np.array([(row[_ACTOR], 0, *row[_KIND:]) for row in rows], dtype=np.int64)
    table = np.repeat(plain, counts, axis=0)
    table[:, _ADDRESSEE] = np.concatenate(keys)
    return table
