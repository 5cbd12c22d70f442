"""Items: what interactions are on."""

import sqlite3
from collections.abc import Iterable, Sequence

import numpy as np
import orjson
from numpy.typing import NDArray

from graph.batch import merge_said
from graph.columns import Ints, SaidColumns, said_row
from graph.stores.sqlite.said import flat_columns, flat_dates, make_row
from graph.stores.sqlite.state import State

_FIND = """
SELECT wanted.key, item.key, item.id, mark, at
FROM json_each(?) AS wanted CROSS JOIN item ON item.hash = wanted.value
"""
_SAID = """
SELECT item.title, item.kind, ifnull(account.id, ''), mark, at, dates, ifnull(author, 0)
FROM item LEFT JOIN account ON account.key = author WHERE item.key = ?
"""
_INSERT = "INSERT INTO item VALUES (?, ?, ?, ?, ?, nullif(?, 0), ?, ?, ?)"
_TOUCH = "UPDATE item SET at = ? WHERE key = ?"
_SAY = "UPDATE item SET title = ?, kind = ?, author = nullif(?, 0), mark = ?, at = ?, dates = ? WHERE key = ?"


class ItemWriter:
    """Writes what one batch says of items within one transaction.

    Args:
        said: What is said of them.
        ids: The ids of the accounts of the batch.
        accounts: Their keys.
    """

    def __init__(
        self, connection: sqlite3.Connection, state: State, said: SaidColumns, ids: Sequence[str], accounts: Ints
    ) -> None:
        self._connection = connection
        self._state = state
        self._said = said
        self._ids = ids
        self._accounts = accounts

    def write(self) -> Ints:
        """Write, and give the keys of the items, which are parallel to what is said."""
        keys = np.zeros(len(self._said), dtype=np.int64)
        if not len(keys):
            return keys
        order = np.argsort(self._said.hashes)
        if self._state.next_item > 1:
            self._update(order, keys)
        new = order[keys[order] == 0]
        if len(new):
            keys[new] = self._insert(new)
        return keys

    def _update(self, order: NDArray[np.intp], keys: Ints) -> None:
        """Update the items that are known, and put their keys down."""
        said = self._said
        wanted = orjson.dumps(said.hashes[order].tolist()).decode()
        ids, places = said.ids, order.tolist()
        found = [
            (place, key, mark, at)
            for at_, key, id_, mark, at in self._connection.execute(_FIND, (wanted,))
            if ids[place := places[at_]] == id_  # else another item with the same hash
        ]
        if not found:
            return
        place, key, held_mark, held_at = np.array(found, dtype=np.int64).T
        keys[place] = key
        alike = (said.mark[place] == held_mark) & ~np.isin(place, list(said.dates))
        newer = alike & (said.at[place] > held_at)
        self._connection.executemany(_TOUCH, zip(said.at[place[newer]].tolist(), key[newer].tolist(), strict=True))
        for each in place[~alike].tolist():
            self._merge(each, int(keys[each]))

    def _merge(self, place: int, key: int) -> None:
        """Merge what is said with other words than before."""
        *texts, mark, at, dates, author = self._connection.execute(_SAID, (key,)).fetchone()
        held = make_row(texts, mark, at, dates)
        after = merge_said(held, said_row(self._said, place, self._ids))
        if after is held:
            return
        title, kind, name = after[0]
        if name != texts[-1]:
            author = int(self._accounts[self._said.author[place]])
        self._connection.execute(_SAY, (title, kind, author, *flat_dates(after), key))

    def _insert(self, new: NDArray[np.intp]) -> range:
        said, places = self._said, new.tolist()
        keys = range(self._state.next_item, self._state.next_item + len(places))
        self._state.next_item += len(places)
        titles, kinds = said.texts
        authors = said.author[new]
        rows = zip(
            keys,
            [said.ids[place] for place in places],
            said.hashes[new].tolist(),
            [titles[place] for place in places],
            [kinds[place] for place in places],
            np.where(authors >= 0, self._accounts[authors], 0).tolist(),
            said.mark[new].tolist(),
            said.at[new].tolist(),
            flat_columns(said, places),
            strict=True,
        )
        self._connection.executemany(_INSERT, rows)
        return keys


def remove_bare_items(connection: sqlite3.Connection, keys: Iterable[int | None]) -> None:
    """Remove those items that no interaction is on any more; None stands for no item."""
    connection.executemany(
        "DELETE FROM item WHERE key = ?1 AND NOT EXISTS (SELECT 1 FROM interaction WHERE item = ?1)",
        [(key,) for key in keys],
    )
