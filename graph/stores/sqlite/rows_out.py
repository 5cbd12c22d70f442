"""Reading interactions back: by keys, by pairs, by items, and all of them."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import chain
from typing import Any

import numpy as np
from msgspec.json import decode, encode

from graph.model import (
    KIND_CODES,
    KINDS,
    ROLES,
    Account,
    Addressee,
    Interaction,
    Item,
    end_of,
    from_micros,
    to_micros,
)
from graph.store.features import ACT_COLUMNS, DAY, Acts, Filters, PairCount, make_acts
from graph.stores.sqlite.schema import read_date

ACCOUNTS = "SELECT key, id, at, handle, name, url, org, title FROM account"
_INTERACTIONS = """
SELECT i.key, i.id, i.kind, i.at, i.actor, i.thread, i.parent, i.excerpt, i.private, source.name,
  i.addressees, item.id, item.title, item.kind, item.author
FROM json_each(?) AS wanted CROSS JOIN interaction AS i ON i.key = wanted.value
JOIN source ON source.key = i.source LEFT JOIN item ON item.key = i.item
"""
CHUNK = 1_000
"""How many records are made at a time."""
_ACTS_AT_ONCE = 100_000
_ACCOUNTS_HELD = 50_000


class Reader:
    """Makes records of rows; state is the accounts read before, since the same few come again and again."""

    def __init__(self) -> None:
        self._accounts: dict[int, Account] = {}

    def read(self, connection: sqlite3.Connection, keys: Sequence[int]) -> list[Interaction]:
        """Give interactions by key, in that order."""
        rows = connection.execute(_INTERACTIONS, _lists(keys)).fetchall()
        wanted = {key for row in rows for key in (row[4], row[14], *_roles(row)) if key is not None}
        if len(self._accounts) > _ACCOUNTS_HELD:
            self._accounts.clear()
        self._accounts.update(read_accounts(connection, wanted - self._accounts.keys()))
        made = {row[0]: self._make(row) for row in rows}
        return [made[key] for key in keys if key in made]

    def _make(self, row: Sequence[Any]) -> Interaction:
        _, id_, kind, at, actor, thread, parent, excerpt, private, source = row[:10]
        to = [Addressee(account=self._accounts[key], role=ROLES[role]) for key, role in _roles(row).items()]
        return Interaction(
            id=id_,
            kind=KINDS[kind],
            at=read_date(at),
            actor=self._accounts[actor],
            to=tuple(sorted(to, key=lambda one: one.account.id)),
            item=self._item(row),
            thread=thread or None,
            parent=parent or None,
            excerpt=excerpt or None,
            private=bool(private),
            source=source,
        )

    def _item(self, row: Sequence[Any]) -> Item | None:
        id_, title, kind, author = row[11:15]
        if id_ is None:
            return None
        return make_item(id_, title, kind, None if author is None else self._accounts[author])


def make_account(row: Sequence[Any]) -> Account:
    """Make an account of a row of `ACCOUNTS`; its date is that of its newest field."""
    _, id_, newest, handle, name, url, org, title = row
    return Account(
        id=id_,
        handle=handle or None,
        name=name or None,
        url=url or None,
        org=org or None,
        title=title or None,
        at=read_date(newest),
    )


def make_item(id_: str, title: str, kind: str, author: Account | None) -> Item:
    """Make an item; an id that begins with ~ is no URL."""
    return Item(url=None if id_.startswith("~") else id_, title=title or None, kind=kind or None, author=author)


def window(filters: Filters) -> tuple[int, int]:
    """Give the micros from which (inclusive) to which (exclusive) acts count; 0 as the lower lets undated ones in."""
    lower, upper = 0, 1 << 62
    if filters.since is not None:
        lower = max(1, to_micros(filters.since))
    if filters.as_of is not None:
        lower, upper = max(1, lower), to_micros(end_of(filters.as_of))
    return lower, upper


def kind_codes(filters: Filters) -> list[int]:
    """Give the codes of the kinds that count."""
    if filters.kinds is None:
        return list(range(len(KINDS)))
    return sorted(KIND_CODES[name] for name in filters.kinds if name in KIND_CODES)


def find_between(
    connection: sqlite3.Connection,
    pairs: Collection[tuple[int, int]],
    filters: Filters,
    limit: int | None = None,
) -> list[tuple[int, str, int]]:
    """Find the interactions of pairs, newest first: micros, id, key; at most `limit` for each pair and kind."""
    found: set[tuple[int, str, int]] = set()
    if limit is None:
        codes = [first << 32 | second for first, second in set(pairs)]
        every = """
SELECT act.at, i.id, i.key FROM json_each(?) AS pair
CROSS JOIN act ON act.actor = pair.value >> 32 AND act.addressee = pair.value & 4294967295
JOIN interaction AS i ON i.key = act.interaction
WHERE act.at >= ? AND act.at < ? AND act.kind IN (SELECT value FROM json_each(?))
"""
        found.update(connection.execute(every, (*_lists(codes), *window(filters), *_lists(kind_codes(filters)))))
        return newest_first(found)
    newest = """
SELECT act.at, i.id, i.key FROM act JOIN interaction AS i ON i.key = act.interaction
WHERE act.actor = ? AND act.addressee = ? AND act.kind = ? AND act.at >= ? AND act.at < ?
ORDER BY act.at DESC, i.id LIMIT ?
"""
    for pair in set(pairs):
        for kind in kind_codes(filters):
            found.update(connection.execute(newest, (*pair, kind, *window(filters), limit)))
    return newest_first(found)


def count_months(connection: sqlite3.Connection) -> dict[date, int]:
    """Count the dated interactions by month: by day first, as SQLite divides faster than it reads a date."""
    months: dict[date, int] = {}
    query = "SELECT at / ?, count(*) FROM interaction WHERE at > 0 GROUP BY 1 ORDER BY 1"
    for day, count in connection.execute(query, (DAY,)):
        month = from_micros(day * DAY).date().replace(day=1)
        months[month] = months.get(month, 0) + count
    return months


def read_acts(connection: sqlite3.Connection) -> Acts:
    """Give all acts."""
    parts = [np.zeros((0, len(ACT_COLUMNS)), dtype=np.int64)]
    rows = connection.execute("SELECT actor, addressee, kind, at, share, source FROM act")
    while chunk := rows.fetchmany(_ACTS_AT_ONCE):
        parts.append(np.fromiter(chain.from_iterable(chunk), dtype=np.int64).reshape(-1, len(ACT_COLUMNS)))
    return make_acts(np.concatenate(parts))


def newest_first(found: Iterable[tuple[int, str, int]]) -> list[tuple[int, str, int]]:
    """Sort (micros, id, key) newest first, then by id; undated ones, at 0, come last."""
    return sorted(found, key=lambda one: (-one[0], one[1]))


def count_pairs(
    connection: sqlite3.Connection, pairs: Collection[tuple[int, int]], filters: Filters
) -> Iterator[tuple[int, int, int, int, int, int, int]]:
    """Count the acts of pairs by kind: actor, addressee, kind, count, first and last micros, threads up to 2."""
    query = """
SELECT act.kind, count(*), ifnull(min(nullif(act.at, 0)), 0), max(act.at),
  min(2, sum(i.thread = '') + (max(i.thread) <> '') + ifnull(min(nullif(i.thread, '')) <> max(i.thread), 0))
FROM act JOIN interaction AS i ON i.key = act.interaction
WHERE act.actor = ? AND act.addressee = ? AND act.at >= ? AND act.at < ?
GROUP BY act.kind ORDER BY act.kind
"""
    codes = set(kind_codes(filters))
    for pair in pairs:
        for row in connection.execute(query, (*pair, *window(filters))):
            if row[0] in codes:
                yield (*pair, *row)


def make_count(row: Sequence[int], source: str, target: str) -> PairCount:
    """Make the record of one counted pair and kind."""
    _, _, kind, count, first, last, threads = row
    return PairCount(
        source=source,
        target=target,
        kind=KINDS[kind],
        count=count,
        first=read_date(first),
        last=read_date(last),
        threads=threads,
    )


def find_on_items(
    connection: sqlite3.Connection,
    actors: Collection[int],
    authors: Collection[int],
    filters: Filters,
) -> Iterator[tuple[int, str, int]]:
    """Find what actors did on items by authors: micros, id, key."""
    query = """
SELECT i.at, i.id, i.key FROM json_each(?) AS author CROSS JOIN item ON item.author = author.value
CROSS JOIN json_each(?) AS actor CROSS JOIN interaction AS i ON i.item = item.key AND i.actor = actor.value
WHERE i.at >= ? AND i.at < ? AND i.kind IN (SELECT value FROM json_each(?))
"""
    yield from connection.execute(query, (*_lists(authors, actors), *window(filters), *_lists(kind_codes(filters))))


def find_items(
    connection: sqlite3.Connection, authors: Collection[int], filters: Filters, limit: int
) -> list[tuple[Item, datetime]]:
    """Find the newest items by authors, each with the newest date seen on it; none that only private acts show."""
    query = """
SELECT item.id, item.title, item.kind, item.author, max(i.at) AS newest
FROM json_each(?) AS author CROSS JOIN item ON item.author = author.value
CROSS JOIN interaction AS i ON i.item = item.key
WHERE i.at >= max(1, ?) AND i.at < ? AND i.kind IN (SELECT value FROM json_each(?)) AND NOT i.private
GROUP BY item.key ORDER BY newest DESC, item.id LIMIT ?
"""
    parameters = (*_lists(authors), *window(filters), *_lists(kind_codes(filters)), limit)
    rows = connection.execute(query, parameters).fetchall()
    accounts = dict(read_accounts(connection, {row[3] for row in rows}))
    return [(make_item(id_, title, kind, accounts[author]), from_micros(at)) for id_, title, kind, author, at in rows]


def read_accounts(connection: sqlite3.Connection, keys: Collection[int]) -> Iterator[tuple[int, Account]]:
    """Give accounts by key."""
    query = f"{ACCOUNTS} WHERE key IN (SELECT value FROM json_each(?))"  # noqa: S608 # our own columns
    listed = sorted(keys)
    for start in range(0, len(listed), CHUNK):
        for row in connection.execute(query, _lists(listed[start : start + CHUNK])):
            yield row[0], make_account(row)


def _roles(row: Sequence[Any]) -> dict[int, int]:
    return decode(row[10], type=dict[int, int])


def _lists(*values: Collection[int]) -> tuple[str, ...]:
    return tuple(encode(list(value)).decode() for value in values)
