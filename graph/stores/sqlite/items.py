"""Items: what interactions are on."""

import sqlite3

import numpy as np
import orjson

from graph.batch import ItemRow, merge_said
from graph.stores.sqlite.hashing import hash_ids
from graph.stores.sqlite.said import flat_dates, make_row
from graph.stores.sqlite.state import State

_FIND = """
SELECT item.id, item.key, mark, at FROM json_each(?) AS wanted CROSS JOIN item ON item.hash = wanted.value
"""
_SAID = """
SELECT item.title, item.kind, ifnull(account.id, ''), mark, at, dates, ifnull(author, 0)
FROM item LEFT JOIN account ON account.key = author WHERE item.key = ?
"""
_INSERT = "INSERT INTO item VALUES (?, ?, ?, ?, ?, nullif(?, 0), ?, ?, ?)"
_TOUCH = "UPDATE item SET at = ? WHERE key = ?"
_SAY = "UPDATE item SET title = ?, kind = ?, author = nullif(?, 0), mark = ?, at = ?, dates = ? WHERE key = ?"


def upsert_items(
    connection: sqlite3.Connection, state: State, rows: dict[str, ItemRow], accounts: dict[str, int]
) -> dict[str, int]:
    """Write what a batch says of items, and give their keys."""
    ids = list(rows)
    hashes = hash_ids(ids)
    order = np.argsort(hashes)
    ids = [ids[place] for place in order.tolist()]
    hashes = hashes[order]
    keys: dict[str, int] = {}
    if state.next_item > 1:
        _update(connection, rows, hashes.tolist(), accounts, keys)
    if keys:
        new = np.array([id_ not in keys for id_ in ids])
        ids = [id_ for id_, wanted in zip(ids, new.tolist(), strict=True) if wanted]
        hashes = hashes[new]
    fresh = range(state.next_item, state.next_item + len(ids))
    state.next_item += len(ids)
    columns = zip(*[_flat(rows[id_], accounts) for id_ in ids], strict=True)
    connection.executemany(_INSERT, zip(fresh, ids, hashes.tolist(), *columns, strict=True))
    keys.update(zip(ids, fresh, strict=True))
    return keys


def _update(
    connection: sqlite3.Connection,
    rows: dict[str, ItemRow],
    hashes: list[int],
    accounts: dict[str, int],
    keys: dict[str, int],
) -> None:
    """Update the items that are known, and put their keys down."""
    touched: list[tuple[int, int]] = []
    others: list[str] = []
    for id_, key, held_mark, held_at in connection.execute(_FIND, (orjson.dumps(hashes).decode(),)):
        row = rows.get(id_)
        if row is None:
            continue  # Another item with the same hash.
        keys[id_] = key
        _, at, mark = row
        if mark != held_mark or isinstance(at, tuple):
            others.append(id_)
        elif at > held_at:
            touched.append((at, key))
    connection.executemany(_TOUCH, touched)
    for id_ in others:
        *texts, mark, at, dates, author = connection.execute(_SAID, (keys[id_],)).fetchone()
        held = make_row(texts, mark, at, dates)
        after = merge_said(held, rows[id_])
        if after is not held:
            # An author whom only an earlier batch named need not be among the accounts.
            authors = {texts[-1]: author} if after[0][-1] == texts[-1] else accounts
            connection.execute(_SAY, (*_flat(after, authors), keys[id_]))


def _flat(row: ItemRow, accounts: dict[str, int]) -> tuple[str | int, ...]:
    (title, kind, author), at, mark = row
    key = accounts[author] if author else 0
    if isinstance(at, tuple):
        return title, kind, key, *flat_dates(row)
    return title, kind, key, mark, at, ""
