"""Accounts: their keys, and what was said of them last."""

import sqlite3
from collections.abc import Iterable, Iterator

import numpy as np
import orjson
from numpy.typing import NDArray

from graph.batch import merge_said
from graph.columns import Ints, SaidColumns, said_row
from graph.stores.sqlite.said import TEXTS, flat_columns, flat_dates, make_row
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
SELECT account.key, mark, at, dates, {TEXTS} FROM account JOIN account_at ON account_at.key = account.key
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
        self._generation = -1
        self.clear()

    def clear(self) -> None:
        """Forget all: a transaction was taken back, or accounts were removed."""
        self._keys: dict[str, int] = {}
        # By key; key 0 stands for nobody.
        self._marks = np.zeros(1, dtype=np.int64)
        self._dates = np.zeros(1, dtype=np.int64)

    def committed(self, state: State) -> None:
        """Note that a transaction was kept."""
        self._generation = state.generation

    def upsert(self, connection: sqlite3.Connection, state: State, said: SaidColumns) -> Ints:
        """Write what a batch says of accounts, and give their keys."""
        if self._generation != state.generation or len(self._keys) > _LIMIT:
            self.clear()
        self._grow(state.next_account + len(said))
        keys = self._look_up(said.ids)
        if state.next_account > 1 and not keys.all():
            self._fetch(connection, [said.ids[place] for place in np.flatnonzero(keys == 0).tolist()])
            keys = self._look_up(said.ids)
        self._update(connection, said, keys)
        new = np.flatnonzero(keys == 0)
        if len(new):
            keys[new] = self._insert(connection, state, said, new)
        return keys

    def _look_up(self, ids: list[str]) -> Ints:
        return np.array([self._keys.get(id_, 0) for id_ in ids], dtype=np.int64)

    def _grow(self, size: int) -> None:
        if size > len(self._marks):
            more = np.zeros(2 * size - len(self._marks), dtype=np.int64)
            self._marks, self._dates = np.concatenate([self._marks, more]), np.concatenate([self._dates, more])

    def _fetch(self, connection: sqlite3.Connection, ids: list[str]) -> None:
        for chunk in _chunks(sorted(ids)):
            for id_, key, mark, at in connection.execute(_MARKS, (orjson.dumps(chunk).decode(),)):
                self._keys[id_] = key
                self._marks[key], self._dates[key] = mark, at

    def _update(self, connection: sqlite3.Connection, said: SaidColumns, keys: Ints) -> None:
        known = (keys > 0) & ((said.mark != 0) | (said.at != 0))
        alike = known & (said.mark != 0) & (said.mark == self._marks[keys])
        newer = np.flatnonzero(alike & (said.at > self._dates[keys]))
        self._dates[keys[newer]] = said.at[newer]
        order = newer[np.argsort(keys[newer])]
        connection.executemany(_TOUCH, zip(said.at[order].tolist(), keys[order].tolist(), strict=True))
        self._merge(connection, said, np.flatnonzero(known & ~alike), keys)

    def _merge(self, connection: sqlite3.Connection, said: SaidColumns, places: NDArray[np.intp], keys: Ints) -> None:
        """Merge what is said with other words than before."""
        by_key = dict(zip(keys[places].tolist(), places.tolist(), strict=True))
        wanted = orjson.dumps(list(by_key)).decode()
        for key, mark, at, dates, *texts in connection.execute(_SAID, (wanted,)).fetchall():
            held = make_row(texts, mark, at, dates)
            after = merge_said(held, said_row(said, by_key[key]))
            if after is held:
                continue
            dated = flat_dates(after)
            self._marks[key], self._dates[key] = dated[:2]
            connection.execute(_DATE, (*dated, key))
            if after[0] != held[0]:
                connection.execute(_SAY, (*after[0], key))

    def _insert(self, connection: sqlite3.Connection, state: State, said: SaidColumns, new: NDArray[np.intp]) -> range:
        keys = range(state.next_account, state.next_account + len(new))
        state.next_account += len(new)
        places = new.tolist()
        ids = [said.ids[place] for place in places]
        texts = [[column[place] for place in places] for column in said.texts]
        mark, at = said.mark[new], said.at[new]
        dates = flat_columns(said, places)
        connection.executemany(_INSERT, zip(keys, ids, *texts, strict=True))
        connection.executemany(_INSERT_DATES, zip(keys, mark.tolist(), at.tolist(), dates, strict=True))
        self._keys.update(zip(ids, keys, strict=True))
        self._marks[keys.start : keys.stop] = mark
        self._dates[keys.start : keys.stop] = at
        return keys


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
