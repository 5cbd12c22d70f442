"""Which interactions an exclusion narrowed, so that they come back whole once it has ended.

While an exclusion stands, what it narrowed comes again as it is held, and everything is decided by content. Once one
ends, what was narrowed until then is *stale*: whatever comes of the same interaction takes its place, which is no
conflict. Stale rows lose against all others, so the order of batches still does not matter.
"""

import sqlite3
from collections.abc import Collection, Iterable, Sequence

from msgspec.json import encode

from graph.records.rows import Batch, hashed

_STALE = "SELECT 1 FROM narrowed WHERE stale LIMIT 1"
_FIND = """
SELECT interaction, whole FROM json_each(?) AS wanted CROSS JOIN narrowed ON whole = wanted.value WHERE stale
"""
# What an interaction was when it was narrowed first counts: that is how its source tells it.
_MARK = """
INSERT INTO narrowed SELECT ?1, ?2, 0 WHERE NOT EXISTS (SELECT 1 FROM narrowed WHERE interaction = ?1)
"""
_JOIN = """
INSERT OR IGNORE INTO narrowed SELECT ?, whole, stale FROM narrowed
WHERE interaction = ? AND EXISTS (SELECT 1 FROM narrowed WHERE interaction = ?)
"""
_ADD = """
INSERT OR IGNORE INTO narrowed SELECT ?, ?, 0 WHERE EXISTS (SELECT 1 FROM narrowed WHERE interaction = ?)
"""


def mark(connection: sqlite3.Connection, key: int, id_: str) -> None:
    """Note that an interaction is about to be narrowed."""
    connection.execute(_MARK, (key, hashed(id_)))


def pass_on(connection: sqlite3.Connection, key: int, other: int) -> None:
    """Let another interaction stand for one that says the same by now, unless it says so by itself."""
    connection.execute(_JOIN, (other, key, other))


def make_stale(connection: sqlite3.Connection) -> None:
    """Note that an exclusion has ended."""
    connection.execute("UPDATE narrowed SET stale = 1")


def take_stale(connection: sqlite3.Connection, batch: Batch) -> list[int]:
    """Unmark what comes again, and give the keys of the interactions whose place it takes."""
    if connection.execute(_STALE).fetchone() is None:
        return []
    wholes = [hashed(id_) for id_ in (*(row.id for row in batch.interactions), *(whole for _, whole in batch.narrowed))]
    found = connection.execute(_FIND, (encode(wholes).decode(),)).fetchall()
    connection.executemany("DELETE FROM narrowed WHERE interaction = ? AND whole = ?", found)
    left = "SELECT 1 FROM narrowed WHERE interaction = ?"
    keys = dict.fromkeys(key for key, _ in found)
    return [key for key in keys if connection.execute(left, (key,)).fetchone() is None]


def see(connection: sqlite3.Connection, seen: Iterable[tuple[int, str]], narrowed: Collection[tuple[str, str]]) -> None:
    """Note that held interactions came again as they are: by themselves, or as what is left of another one.

    Args:
        connection: The store's.
        seen: Their keys and ids.
        narrowed: As in a batch.
    """
    if connection.execute("SELECT 1 FROM narrowed LIMIT 1").fetchone() is None:
        return
    wholes = _by_id(narrowed)
    keys = []
    for key, id_ in seen:
        if id_ not in wholes:
            keys.append((key,))
        connection.executemany(_ADD, [(key, hashed(whole), key) for whole in wholes.get(id_, ())])
    connection.executemany("DELETE FROM narrowed WHERE interaction = ?", keys)


def mark_written(
    connection: sqlite3.Connection, first: int, ids: Sequence[str], narrowed: Collection[tuple[str, str]]
) -> None:
    """Mark what was narrowed before it came.

    Args:
        connection: The store's.
        first: The key of the first interaction written; the others follow it.
        ids: Their ids.
        narrowed: As in a batch.
    """
    wholes = _by_id(narrowed)
    rows = [(key, hashed(whole)) for key, id_ in enumerate(ids, first) for whole in wholes.get(id_, ())]
    connection.executemany("INSERT OR IGNORE INTO narrowed VALUES (?, ?, 0)", rows)


def _by_id(narrowed: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    wholes: dict[str, list[str]] = {}
    for id_, whole in narrowed:
        wholes.setdefault(id_, []).append(whole)
    return wholes
