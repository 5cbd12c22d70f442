"""What an exclusion leaves of interactions: the rows that ingest, following the same rule, makes of them from then on.

A row is told from another one of its id by the hash of its content, and named after that where its source gave no id.
One that lost an addressee would come with other content, or as a new one, each time it is read again.
"""

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from graph.digest import hash_text
from graph.model import Interaction
from graph.rows import InteractionRow, pack
from graph.stores.sqlite import narrowed
from graph.stores.sqlite.reading import CHUNK, Reader

_FUTURE = datetime(9000, 1, 1, tzinfo=UTC)
"""A clock for which no date that was let in is too late."""
_CORE = slice(1, 9)
_AFFECTED = """
SELECT key FROM interaction WHERE actor NOT IN temp.gone AND (
  key IN (SELECT interaction FROM act WHERE addressee IN temp.gone)
  OR item IN (SELECT key FROM item WHERE author IN temp.gone)
) ORDER BY key
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Narrowed:
    """An interaction without those who are excluded; of no addressee, nothing of it stays."""

    held: Interaction
    left: Interaction

    @property
    def is_empty(self) -> bool:
        return not self.left.to

    @property
    def lost_item(self) -> bool:
        return self.held.item is not None and self.left.item is None


def narrow(connection: sqlite3.Connection, gone: Collection[str]) -> list[int]:
    """Fit the interactions that lose an addressee or their item; `temp.gone` lists the accounts' keys.

    Returns:
        The keys of those of which nothing may stay.
    """
    keys = [key for (key,) in connection.execute(_AFFECTED)]
    reader = Reader()
    lost = []
    for start in range(0, len(keys), CHUNK):
        chunk = keys[start : start + CHUNK]
        for key, held in zip(chunk, reader.read(connection, chunk), strict=True):
            one = _without(held, set(gone))
            if not one.is_empty:
                narrowed.mark(connection, key)
            if one.is_empty or _is_known(connection, key, one):
                lost.append(key)
            elif one.lost_item:
                connection.execute("UPDATE interaction SET item = NULL WHERE key = ?", (key,))
    return lost


def _without(held: Interaction, gone: set[str]) -> _Narrowed:
    """Take them out as `ingest.exclusion` does: an item by one of them may name them too, so nothing of it stays."""
    item = held.item
    if item is not None and item.author is not None and item.author.id in gone:
        item = None
    to = tuple(one for one in held.to if one.account.id not in gone)
    return _Narrowed(held=held, left=replace(held, to=to, item=item))


def _is_known(connection: sqlite3.Connection, key: int, one: _Narrowed) -> bool:
    """Write down the new hash, and the new id where it is one; tell whether another row is the same act by now."""
    row = _row_left(connection, key, one)
    if row is None:
        return False
    hashed = hash_text(row[0])
    same = "SELECT key FROM interaction WHERE hash = ? AND id = ? AND key <> ?"
    for (other,) in connection.execute(same, (hashed, row[0], key)).fetchall():
        narrowed.pass_on(connection, key, other)
        return True
    update = "UPDATE interaction SET id = ?, hash = ?, core = ? WHERE key = ?"
    connection.execute(update, (row[0], hashed, _core_of(row), key))
    return False


def _row_left(connection: sqlite3.Connection, key: int, one: _Narrowed) -> InteractionRow | None:
    """Pack what is left; None where nobody can tell what it was read as, because it lost somebody forgotten too."""
    (core,) = connection.execute("SELECT core FROM interaction WHERE key = ?", (key,)).fetchone()
    for id_ in (None, one.held.id):  # Named after its content, or by its source.
        before, after = (_row_of(replace(each, id=id_)) for each in (one.held, one.left))
        if before is not None and (before[0], _core_of(before)) == (one.held.id, core):
            return after
    return None


def _row_of(record: Interaction) -> InteractionRow | None:
    return next(iter(pack([record], now=_FUTURE).interactions), None)


def _core_of(row: InteractionRow) -> int:
    return int.from_bytes(row[1][_CORE], "big", signed=True)
