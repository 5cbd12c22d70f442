"""Accounts: their keys, and what was said of them last."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping

import orjson

from graph.batch import AccountRow, merge_said
from graph.stores.sqlite.said import TEXTS, flat_dates, make_row
from graph.stores.sqlite.state import State

_LIMIT = 300_000
_CHUNK = 20_000
_FIND = "SELECT account.id, account.key FROM json_each(?) AS wanted CROSS JOIN account ON account.id = wanted.value"
_NAME = "SELECT account.key, account.id FROM json_each(?) AS wanted CROSS JOIN account ON account.key = wanted.value"
_MARKS = """
SELECT account.id, account.key, account_at.mark, account_at.at
FROM json_each(?) AS wanted CROSS JOIN account ON account.id = wanted.value
JOIN account_at ON account_at.key = account.key
"""
_SAID = f"""
SELECT id, mark, at, dates, {TEXTS} FROM account JOIN account_at ON account_at.key = account.key
WHERE account.key IN (SELECT value FROM json_each(?))
"""  # noqa: S608 # our own columns
_INSERT = "INSERT INTO account VALUES (?, ?, ?, ?, ?, ?, ?)"
_INSERT_DATES = "INSERT INTO account_at VALUES (?, ?, ?, ?)"
_TOUCH = "UPDATE account_at SET at = ? WHERE key = ?"
_DATE = "UPDATE account_at SET mark = ?, at = ?, dates = ? WHERE key = ?"
_SAY = "UPDATE account SET handle = ?, name = ?, url = ?, org = ?, title = ? WHERE key = ?"


class AccountBook:
    """Writes accounts; remembers those that this process wrote or looked up, while no other process writes.

    Most of what a batch says of an account is known but for its date, which equal marks tell, so that only the small
    row of dates changes; to tell that without reading each row again takes remembering their marks and dates.
    """

    def __init__(self) -> None:
        self._keys: dict[str, int] = {}
        self._marks: dict[str, tuple[int, int]] = {}
        self._generation = -1

    def clear(self) -> None:
        """Forget all: a transaction was taken back, or accounts were removed."""
        self._keys, self._marks = {}, {}

    def committed(self, state: State) -> None:
        """Note that a transaction was kept."""
        self._generation = state.generation

    def upsert(self, connection: sqlite3.Connection, state: State, rows: Mapping[str, AccountRow]) -> dict[str, int]:
        """Write what a batch says of accounts, and give a mapping that holds at least their keys."""
        if self._generation != state.generation or len(self._keys) > _LIMIT:
            self.clear()
        if state.next_account > 1:
            self._fetch(connection, rows.keys() - self._keys.keys())
        new = [id_ for id_ in rows if id_ not in self._keys]
        self._update(connection, rows)
        self._insert(connection, state, new, [rows[id_] for id_ in new])
        return self._keys

    def _fetch(self, connection: sqlite3.Connection, ids: Collection[str]) -> None:
        for chunk in _chunks(sorted(ids)):
            for id_, key, mark, at in connection.execute(_MARKS, (orjson.dumps(chunk).decode(),)):
                self._keys[id_] = key
                self._marks[id_] = mark, at

    def _update(self, connection: sqlite3.Connection, rows: Mapping[str, AccountRow]) -> None:
        marks, keys = self._marks, self._keys
        touched: list[tuple[int, int]] = []
        others: list[str] = []
        for id_, (_, at, mark) in rows.items():
            held = marks.get(id_)
            if held is None or not (mark or at):
                continue  # New, or nothing is said.
            if mark != held[0] or not mark:
                others.append(id_)
            elif at > held[1]:  # type: ignore[operator] # a row with a mark has one date
                marks[id_] = held[0], at  # type: ignore[assignment]
                touched.append((at, keys[id_]))  # type: ignore[arg-type]
        connection.executemany(_TOUCH, touched)
        self._merge(connection, rows, [keys[id_] for id_ in others])

    def _merge(self, connection: sqlite3.Connection, rows: Mapping[str, AccountRow], keys: list[int]) -> None:
        """Merge what is said with other words than before."""
        wanted = orjson.dumps(keys).decode()
        for id_, mark, at, dates, *texts in connection.execute(_SAID, (wanted,)).fetchall():
            held = make_row(texts, mark, at, dates)
            after = merge_said(held, rows[id_])
            if after is held:
                continue
            dated = flat_dates(after)
            self._marks[id_] = dated[:2]
            connection.execute(_DATE, (*dated, self._keys[id_]))
            if after[0] != held[0]:
                connection.execute(_SAY, (*after[0], self._keys[id_]))

    def _insert(self, connection: sqlite3.Connection, state: State, ids: list[str], rows: list[AccountRow]) -> None:
        keys = range(state.next_account, state.next_account + len(ids))
        state.next_account += len(ids)
        dates = [flat_dates(row) for row in rows]
        texts = zip(*(row[0] for row in rows), strict=True)
        connection.executemany(_INSERT, zip(keys, ids, *texts, strict=True))
        connection.executemany(_INSERT_DATES, zip(keys, *zip(*dates, strict=True), strict=True))
        self._keys.update(zip(ids, keys, strict=True))
        self._marks.update(zip(ids, [dated[:2] for dated in dates], strict=True))


def find_keys(connection: sqlite3.Connection, ids: Iterable[str]) -> dict[str, int]:
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
