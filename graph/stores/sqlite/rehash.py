"""From version 1 to 2 of the schema: the hashes of ids and of what interactions say are made by another function."""

import sqlite3
from datetime import UTC, datetime

from graph.columns import Columns, to_columns
from graph.digest import hash_texts
from graph.rows import pack
from graph.stores.sqlite.reading import CHUNK, Reader

_FUTURE = datetime(9000, 1, 1, tzinfo=UTC)
"""A clock for which no date that was let in is too late."""
_IDS = "SELECT id, key FROM interaction WHERE key BETWEEN ? AND ?"
_SAY = "UPDATE interaction SET hash = ?, core = ?, excerpt_hash = ? WHERE key = ?"


def rehash(connection: sqlite3.Connection) -> None:
    """Make the hashes of items and interactions anew, within the transaction at hand.

    An interaction that lost somebody forgotten gets the hash of what is left of it, and is told as a conflict, once,
    where it is read again; version 1 was never released.
    """
    items = connection.execute("SELECT key, id FROM item").fetchall()
    hashes = hash_texts([id_ for _, id_ in items]).tolist()
    connection.executemany(
        "UPDATE item SET hash = ? WHERE key = ?", [(hash_, key) for hash_, (key, _) in zip(hashes, items, strict=True)]
    )
    keys = [key for (key,) in connection.execute("SELECT key FROM interaction ORDER BY key")]
    reader = Reader()
    for start in range(0, len(keys), CHUNK):
        chunk = keys[start : start + CHUNK]
        _write(connection, to_columns(pack(reader.read(connection, chunk), now=_FUTURE)), chunk)


def _write(connection: sqlite3.Connection, columns: Columns, keys: list[int]) -> None:
    own: dict[str, int] = dict(connection.execute(_IDS, (keys[0], keys[-1])))
    rows = zip(
        columns.hashes.tolist(),
        columns.core.tolist(),
        columns.excerpt_hash.tolist(),
        [own[id_] for id_ in columns.ids],
        strict=True,
    )
    connection.executemany(_SAY, rows)
