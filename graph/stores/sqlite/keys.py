"""Account keys: the integers that stand for account ids inside one store."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator

import orjson

from graph.batch import AccountRow
from graph.stores.sqlite.state import State

_LIMIT = 500_000
_CHUNK = 20_000
_FIND = "SELECT account.id, account.key FROM json_each(?) AS wanted CROSS JOIN account ON account.id = wanted.value"
_NAME = "SELECT account.key, account.id FROM json_each(?) AS wanted CROSS JOIN account ON account.key = wanted.value"
_INSERT = "INSERT INTO account VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
# A value wins by its date, then by itself; no value is ('' at 0), which nothing is smaller than.
_UPDATE = """
UPDATE account SET
  handle = iif((?3, ?2) > (handle_at, handle), ?2, handle), handle_at = max(handle_at, ?3),
  name = iif((?5, ?4) > (name_at, name), ?4, name), name_at = max(name_at, ?5),
  url = iif((?7, ?6) > (url_at, url), ?6, url), url_at = max(url_at, ?7),
  org = iif((?9, ?8) > (org_at, org), ?8, org), org_at = max(org_at, ?9),
  title = iif((?11, ?10) > (title_at, title), ?10, title), title_at = max(title_at, ?11)
WHERE key = ?1 AND (
  (?3, ?2) > (handle_at, handle) OR (?5, ?4) > (name_at, name) OR (?7, ?6) > (url_at, url)
  OR (?9, ?8) > (org_at, org) OR (?11, ?10) > (title_at, title)
)
"""
NOTHING: AccountRow = (None, None, None, None, None)
_Row = tuple[int | str, ...]


class AccountKeys:
    """The keys that this process looked up or gave, for as long as nothing was removed."""

    def __init__(self) -> None:
        self._keys: dict[str, int] = {}
        self._removals = -1

    def clear(self) -> None:
        """Forget all: a transaction was taken back, or accounts were removed."""
        self._keys = {}

    def upsert(self, connection: sqlite3.Connection, state: State, rows: dict[str, AccountRow]) -> dict[str, int]:
        """Write what a batch says of accounts, and give a mapping that holds at least their keys."""
        keys = self._current(state)
        unknown = self._find(connection, state, [id_ for id_ in rows if id_ not in keys])
        held: list[_Row] = []
        for id_, row in rows.items():
            if id_ not in unknown and row != NOTHING:
                held.append((keys[id_], *_flat(row)))
        connection.executemany(_UPDATE, held)
        for key, id_ in enumerate(unknown, state.next_account):
            keys[id_] = key
        state.next_account += len(unknown)
        connection.executemany(_INSERT, [(keys[id_], id_, *_flat(rows[id_])) for id_ in unknown])
        return keys

    def _current(self, state: State) -> dict[str, int]:
        if state.removals != self._removals or len(self._keys) > _LIMIT:
            self._keys = {}
            self._removals = state.removals
        return self._keys

    def _find(self, connection: sqlite3.Connection, state: State, ids: list[str]) -> dict[str, None]:
        """Look ids up, and give those that are not there, in order."""
        if state.next_account > 1:
            self._keys.update(find_keys(connection, ids))
        return {id_: None for id_ in ids if id_ not in self._keys}


def find_keys(connection: sqlite3.Connection, ids: Collection[str]) -> dict[str, int]:
    """Map account ids to keys; unknown ids are left out."""
    found: dict[str, int] = {}
    for chunk in _chunks(ids):
        found.update(connection.execute(_FIND, (orjson.dumps(chunk).decode(),)))
    return found


def find_ids(connection: sqlite3.Connection, keys: Iterable[int]) -> dict[int, str]:
    """Map account keys to ids."""
    found: dict[int, str] = {}
    for chunk in _chunks(sorted(int(key) for key in keys)):
        found.update(connection.execute(_NAME, (orjson.dumps(chunk).decode(),)))
    return found


def _chunks(values: Iterable[str] | Iterable[int]) -> Iterator[list[object]]:
    listed: list[object] = list(values)
    for start in range(0, len(listed), _CHUNK):
        yield listed[start : start + _CHUNK]


def _flat(row: AccountRow) -> _Row:
    flat: list[int | str] = []
    for field in row:
        if field is None:
            flat += ("", 0)
        else:
            flat += (field[1], field[0])
    return tuple(flat)
