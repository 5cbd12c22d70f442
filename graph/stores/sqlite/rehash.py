"""From version 1 to 2 of the schema: the hashes of ids and of what interactions say are made by another function.

Of an interaction that lost something to `forget` or `exclude`, nobody can tell any more what it was read as. It is
listed in `rehashed`, and takes the hashes of what comes first under its id, silently: that is what version 1 would have
known again.
"""

import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime

from graph.columns import Columns, to_columns
from graph.digest import hash_texts
from graph.rows import pack
from graph.stores.sqlite.reading import CHUNK, Reader
from graph.stores.sqlite.suppression import masked

TABLE = "CREATE TABLE IF NOT EXISTS rehashed (interaction INTEGER PRIMARY KEY) STRICT"
_FUTURE = datetime(9000, 1, 1, tzinfo=UTC)
"""A clock for which no date that was let in is too late."""
_IDS = "SELECT id, key FROM interaction WHERE key BETWEEN ? AND ?"
_SAY = "UPDATE interaction SET hash = ?, core = ?, excerpt_hash = ? WHERE key = ?"
_MASK = re.compile("~[0-9a-f]{32}")
# Of an excerpt that was taken away its hash is left.
_LESSENED = """
INSERT INTO rehashed SELECT i.key FROM interaction AS i LEFT JOIN item ON item.key = i.item
WHERE is_masked(i.id) OR is_masked(i.thread) OR is_masked(i.parent) OR is_masked(item.id)
  OR (i.excerpt = '' AND i.excerpt_hash <> 0)
  OR i.share <> CASE WHEN i.addressees IS NOT NULL THEN length(i.addressees) / 5 ELSE i.addressee IS NOT NULL END
"""
_LISTED = (
    "SELECT interaction.id, interaction.key FROM rehashed JOIN interaction ON interaction.key = rehashed.interaction"
)


def rehash(connection: sqlite3.Connection) -> None:
    """Make the hashes of items and interactions anew, within the transaction at hand."""
    _list_lessened(connection)
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


def adopt(connection: sqlite3.Connection, secret: bytes, batch: Columns) -> None:
    """Let what is listed as rehashed take the hashes of what the batch has under its id."""
    listed: dict[str, int] = dict(connection.execute(_LISTED))
    if listed:
        for place, key in _find(listed, secret, batch):
            hashes = (int(batch.hashes[place]), int(batch.core[place]), int(batch.excerpt_hash[place]))
            connection.execute(_SAY, (*hashes, key))
            connection.execute("DELETE FROM rehashed WHERE interaction = ?", (key,))


def _find(listed: dict[str, int], secret: bytes, batch: Columns) -> Iterator[tuple[int, int]]:
    for place, id_ in enumerate(batch.ids):
        key = listed.get(id_) or listed.get(masked(secret, id_))
        if key is not None:
            yield place, key


def _list_lessened(connection: sqlite3.Connection) -> None:
    connection.execute(TABLE)
    connection.create_function("is_masked", 1, lambda text: text is not None and bool(_MASK.fullmatch(text)))
    try:
        connection.execute(_LESSENED)
    finally:
        connection.create_function("is_masked", 1, None)


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
