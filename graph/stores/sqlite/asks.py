"""Whom each profile asked for lately: no part of the graph, and gone with the accounts."""

import sqlite3
from collections.abc import Iterator
from datetime import datetime

from graph.model import from_micros, to_micros
from graph.store.documents import RECENT_KEPT, Recent

_SAVE = "INSERT OR REPLACE INTO recent(profile, account, at) SELECT ?, key, ? FROM account WHERE id = ?"
_READ = """
SELECT profile, id, recent.at FROM recent JOIN account ON account.key = recent.account
WHERE profile = ifnull(?, profile) ORDER BY profile, recent.at DESC, recent.key DESC LIMIT ?
"""
_TRIM = """
DELETE FROM recent WHERE profile = ?1
AND key NOT IN (SELECT key FROM recent WHERE profile = ?1 ORDER BY at DESC, key DESC LIMIT ?2)
"""
_DROP_THEIRS = """
DELETE FROM recent WHERE profile IN (SELECT name FROM profile GROUP BY name HAVING min(account IN temp.gone))
"""


def save_ask(connection: sqlite3.Connection, profile: str, account: str, at: datetime) -> None:
    """Keep an ask for an account that is known, and the newest ones of the profile."""
    connection.execute(_SAVE, (profile, to_micros(at), account))
    connection.execute(_TRIM, (profile, RECENT_KEPT))


def read_asks(connection: sqlite3.Connection, profile: str | None = None, limit: int = -1) -> Iterator[Recent]:
    """Give the newest asks of a profile, or all asks."""
    for asker, account, at in connection.execute(_READ, (profile, limit)):
        yield Recent(profile=asker, account=account, at=from_micros(at))


def drop_asks_by(connection: sqlite3.Connection) -> None:
    """Remove the asks of the profiles that are nobody else than those in `temp.gone`."""
    connection.execute(_DROP_THEIRS)
