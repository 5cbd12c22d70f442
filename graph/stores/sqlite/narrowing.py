"""What an exclusion leaves of interactions: the rows that ingest, following the same rule, makes of them from then on.

A row is told from another one of its id by the hash of its content, and named after that where its source gave no id.
One that lost an addressee would come with other content, or as a new one, each time it is read again.
"""

import sqlite3
from collections.abc import Collection
from datetime import UTC, datetime

from msgspec.structs import replace

from graph.model import Interaction
from graph.records.pack import pack
from graph.records.rows import CORE, InteractionRow
from graph.stores.sqlite import narrowed
from graph.stores.sqlite.rows_out import CHUNK, Reader

_FUTURE = datetime(9000, 1, 1, tzinfo=UTC)
"""A clock for which no date that was let in is too late."""
_AFFECTED = """
SELECT key FROM interaction WHERE actor NOT IN temp.gone AND (
  key IN (SELECT interaction FROM act WHERE addressee IN temp.gone)
  OR item IN (SELECT key FROM item WHERE author IN temp.gone)
) ORDER BY key
"""


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
            left = _without(held, set(gone))
            if left.to:
                narrowed.mark(connection, key, held.id or "")
            if not left.to or _is_known(connection, key, held, left):
                lost.append(key)
            elif held.item is not None and left.item is None:
                connection.execute("UPDATE interaction SET item = NULL WHERE key = ?", (key,))
    return lost


def _without(held: Interaction, gone: set[str]) -> Interaction:
    """Take them out as `ingest.pull.rules` does: an item by one of them may name them too, so nothing of it stays."""
    item = held.item
    if item is not None and item.author is not None and item.author.id in gone:
        item = None
    return replace(held, to=tuple(one for one in held.to if one.account.id not in gone), item=item)


def _is_known(connection: sqlite3.Connection, key: int, held: Interaction, left: Interaction) -> bool:
    """Write down the new digest, and the new id where it is one; tell whether another row is the same act by now."""
    (digest,) = connection.execute("SELECT digest FROM interaction WHERE key = ?", (key,)).fetchone()
    row = _row_left(held, left, digest)
    if row is None:
        return False
    for (other,) in connection.execute("SELECT key FROM interaction WHERE id = ? AND key <> ?", (row.id, key)):
        narrowed.pass_on(connection, key, other)
        return True
    digest = digest[: CORE.start] + row.digest[CORE] + digest[CORE.stop :]
    connection.execute("UPDATE interaction SET id = ?, digest = ? WHERE key = ?", (row.id, digest, key))
    return False


def _row_left(held: Interaction, left: Interaction, digest: bytes) -> InteractionRow | None:
    """Pack what is left; None where nobody can tell what it was read as, because it lost somebody forgotten too."""
    for id_ in (None, held.id):  # Named after its content, or by its source.
        before, after = (_row_of(replace(each, id=id_)) for each in (held, left))
        if before is not None and (before.id, before.digest[CORE]) == (held.id, digest[CORE]):
            return after
    return None


def _row_of(record: Interaction) -> InteractionRow | None:
    return next(iter(pack([record], now=_FUTURE).interactions), None)
