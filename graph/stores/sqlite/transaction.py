"""One transaction of a file: the primitives that `graph.store.backend` names, as SQL.

Accounts, items and interactions have integer keys inside; a list of ids or keys is bound as one JSON text.
"""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from operator import itemgetter
from typing import Any

import numpy as np
from msgspec.json import decode, encode
from numpy.typing import NDArray

from graph.records.rows import AccountRow, InteractionRow, ItemRow, dump_dates, load_dated
from graph.store.backend import Found, Held, State, Sum, Total, Window
from graph.store.features import ACT_COLUMNS, DAY, Acts, make_acts

_CHUNK = 20_000
_ROWS_AT_ONCE = 1_000
_ACTS_AT_ONCE = 100_000
_WANTED = "json_each(?) AS wanted CROSS JOIN"
_ACCOUNT = "account.id, at, dates, handle, name, url, org, title"
_SAME = " AND ".join(f"{field} = excluded.{field}" for field in ("handle", "name", "url", "org", "title"))
_PUT_ACCOUNT = f"""
INSERT INTO account(id, at, dates, handle, name, url, org, title, changed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT(id) DO UPDATE SET changed = CASE WHEN {_SAME} THEN changed ELSE excluded.changed END, at = excluded.at,
dates = excluded.dates, handle = excluded.handle, name = excluded.name, url = excluded.url, org = excluded.org,
title = excluded.title
"""  # noqa: S608 # our own columns
_PUT_ITEM = """
INSERT INTO item(id, at, dates, title, kind, author) VALUES (?, ?, ?, ?, ?, nullif(?, 0))
ON CONFLICT(id) DO UPDATE SET at = excluded.at, dates = excluded.dates, title = excluded.title, kind = excluded.kind,
author = excluded.author
"""
_ITEM = "item.id, item.at, item.dates, item.title, item.kind, ifnull(account.id, '')"
_ITEM_KEYS = f"SELECT item.id, item.key FROM {_WANTED} item ON item.id = wanted.value"  # noqa: S608 # our own
_DROP_BARE = """
DELETE FROM item WHERE id = ? AND NOT EXISTS (SELECT 1 FROM interaction WHERE interaction.item = item.key)
"""
_AUTHOR = "LEFT JOIN account ON account.key = item.author"
_INTERACTION = """
SELECT i.id, digest, i.kind, i.at, i.actor, ifnull(item.id, ''), thread, parent, excerpt, private, source.name,
  addressees, share
FROM interaction AS i JOIN source ON source.key = i.source LEFT JOIN item ON item.key = i.item
"""
_THESE = _INTERACTION + "WHERE i.id IN (SELECT value FROM json_each(?))"  # noqa: S608 # our own
# Binding NULL costs Python's module ten times as much as binding a number.
_PUT_INTERACTION = "INSERT INTO interaction VALUES (?, ?, ?, ?, ?, ?, ?, nullif(?, 0), ?, ?, ?, ?, ?, ?)"
_BETWEEN = """
SELECT act.at, i.id FROM json_each(?) AS pair
CROSS JOIN act ON act.actor = pair.value >> 32 AND act.addressee = pair.value & 4294967295
JOIN interaction AS i ON i.key = act.interaction
WHERE act.at >= ? AND act.at < ? AND act.kind IN (SELECT value FROM json_each(?))
"""
_NEWEST_BETWEEN = """
SELECT act.at, i.id FROM act JOIN interaction AS i ON i.key = act.interaction
WHERE act.actor = ? AND act.addressee = ? AND act.kind = ? AND act.at >= ? AND act.at < ?
ORDER BY act.at DESC, i.id LIMIT ?
"""
_ON_ITEMS = """
SELECT i.at, i.id FROM json_each(?) AS author CROSS JOIN item ON item.author = author.value
CROSS JOIN json_each(?) AS actor CROSS JOIN interaction AS i ON i.item = item.key AND i.actor = actor.value
WHERE i.at >= ? AND i.at < ? AND i.kind IN (SELECT value FROM json_each(?))
"""
_TOUCHING = """
WITH wanted AS (SELECT value AS key FROM json_each(?))
SELECT i.at, i.id FROM interaction AS i LEFT JOIN item ON item.key = i.item
WHERE i.actor IN wanted OR author IN wanted
  OR EXISTS (SELECT 1 FROM json_each(addressees) AS one WHERE CAST(one.key AS INTEGER) IN wanted)
ORDER BY i.at, i.id
"""
_NEWEST_ITEMS = """
SELECT item.id, max(i.at) AS newest
FROM json_each(?) AS author CROSS JOIN item ON item.author = author.value
CROSS JOIN interaction AS i ON i.item = item.key
WHERE i.at >= max(1, ?) AND i.at < ? AND i.kind IN (SELECT value FROM json_each(?)) AND NOT i.private
GROUP BY item.key ORDER BY newest DESC, item.id LIMIT ?
"""
_SUMS = """
SELECT act.kind, count(*), ifnull(min(nullif(act.at, 0)), 0), max(act.at),
  min(2, sum(i.thread = '') + (max(i.thread) <> '') + ifnull(min(nullif(i.thread, '')) <> max(i.thread), 0))
FROM act JOIN interaction AS i ON i.key = act.interaction
WHERE act.actor = ? AND act.addressee = ? AND act.at >= ? AND act.at < ?
GROUP BY act.kind ORDER BY act.kind
"""
_TOTALS = """
SELECT kind, source.name, count(*), ifnull(min(nullif(at, 0)), 0), max(at)
FROM interaction JOIN source ON source.key = source GROUP BY kind, source
"""
_NAMED = """
SELECT id FROM account WHERE key IN
(SELECT actor FROM interaction UNION SELECT addressee FROM act UNION SELECT author FROM item WHERE author NOT NULL)
"""


class SqliteTransaction:
    """What is read and written in one transaction; `keys` are those of accounts known from before, by id."""

    def __init__(self, connection: sqlite3.Connection, keys: dict[str, int]) -> None:
        self._connection = connection
        self._keys = keys

    def state(self) -> State:
        """Read where the store stands."""
        uid, secret, created, generation, removals = self._one(
            "SELECT uid, secret, created, generation, removals FROM state"
        )
        return State(uid=uid, secret=secret, created=created, generation=generation, removals=removals)

    def advance(self, *, removals: int) -> None:
        """Count one more generation, and that many removals."""
        self._run("UPDATE state SET generation = generation + 1, removals = removals + ?", removals)

    def adopt(self, secret: bytes, created: int, sources: Sequence[str]) -> None:
        """Take another store's secret, creation and sources."""
        self._run("UPDATE state SET secret = ?, created = ?", secret, created)
        self._connection.executemany("INSERT OR REPLACE INTO source VALUES (?, ?)", enumerate(sources))

    def changes(self) -> int:
        """Count the rows written over this connection."""
        return self._connection.total_changes

    # --- documents -----------------------------------------------------------------------------------------------

    def kinds(self) -> list[str]:
        """Name the kinds of documents."""
        return [kind for (kind,) in self._run("SELECT DISTINCT kind FROM document ORDER BY kind")]

    def documents(self, kind: str, ids: Collection[str] | None = None) -> list[tuple[str, bytes]]:
        """Give documents of a kind, in the order of their ids."""
        if ids is None:
            return self._run("SELECT id, body FROM document WHERE kind = ? ORDER BY id", kind).fetchall()
        query = f"SELECT document.id, body FROM {_WANTED} document ON kind = ? AND document.id = wanted.value"  # noqa: S608
        return sorted(row for chunk in _chunks(ids) for row in self._run(query, chunk, kind))

    def put_documents(self, kind: str, documents: Mapping[str, bytes]) -> None:
        """Write documents."""
        rows = [(kind, id_, body) for id_, body in documents.items()]
        self._connection.executemany("INSERT OR REPLACE INTO document VALUES (?, ?, ?)", rows)

    def drop_documents(self, kind: str, ids: Collection[str]) -> None:
        """Remove documents."""
        self._connection.executemany("DELETE FROM document WHERE kind = ? AND id = ?", [(kind, id_) for id_ in ids])

    # --- accounts and items --------------------------------------------------------------------------------------

    def accounts(self, ids: Collection[str] | None = None) -> Iterator[tuple[str, AccountRow]]:
        """Give accounts in the order of their ids."""
        if ids is None:
            rows: Iterable[Any] = self._run(f"SELECT {_ACCOUNT} FROM account ORDER BY id")  # noqa: S608 # ours
        else:
            query = f"SELECT {_ACCOUNT} FROM {_WANTED} account ON account.id = wanted.value"  # noqa: S608 # ours
            rows = sorted(self._select(query, set(ids)), key=itemgetter(0))
        return ((id_, load_dated(at, dates, texts)) for id_, at, dates, *texts in rows)

    def put_accounts(self, rows: Mapping[str, AccountRow]) -> None:
        """Write accounts; those whose texts changed are of the generation that this transaction makes."""
        if rows:
            changed = self.state().generation + 1
            made = [(id_, *dump_dates(row), *[text for _, text in row], changed) for id_, row in rows.items()]
            self._connection.executemany(_PUT_ACCOUNT, made)

    def drop_accounts(self, ids: Collection[str]) -> None:
        """Remove accounts."""
        self._connection.executemany("DELETE FROM account WHERE id = ?", [(id_,) for id_ in ids])

    def texts_since(self, generation: int) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Give key, id and fields of accounts that changed."""
        query = "SELECT key, id, handle, name, url, org, title FROM account WHERE changed > ?"
        return ((key, tuple(texts)) for key, *texts in self._run(query, generation))

    def items(self, ids: Collection[str] | None = None) -> Iterator[tuple[str, ItemRow]]:
        """Give items."""
        if ids is None:
            rows: Iterable[Any] = self._run(f"SELECT {_ITEM} FROM item {_AUTHOR}")  # noqa: S608 # ours
        else:
            query = f"SELECT {_ITEM} FROM {_WANTED} item ON item.id = wanted.value {_AUTHOR}"  # noqa: S608 # ours
            rows = self._select(query, ids)
        return ((id_, load_dated(at, dates, texts)) for id_, at, dates, *texts in rows)

    def put_items(self, rows: Mapping[str, ItemRow]) -> None:
        """Write items."""
        authors = self._learn({author for _, _, (_, author) in rows.values() if author})
        self._connection.executemany(
            _PUT_ITEM,
            [
                (id_, *dump_dates(row), row[0][1], row[1][1], authors[row[2][1]] if row[2][1] else 0)
                for id_, row in rows.items()
            ],
        )

    def drop_bare_items(self, ids: Collection[str]) -> None:
        """Remove those of the items that no interaction is on."""
        self._connection.executemany(_DROP_BARE, [(id_,) for id_ in ids])

    def keys_of(self, ids: Collection[str]) -> dict[str, int]:
        """Map account ids to keys."""
        query = f"SELECT account.id, account.key FROM {_WANTED} account ON account.id = wanted.value"  # noqa: S608 # ours
        return dict(self._select(query, ids))

    def ids_of(self, keys: Collection[int]) -> dict[int, str]:
        """Map account keys to ids."""
        query = f"SELECT account.key, account.id FROM {_WANTED} account ON account.key = wanted.value"  # noqa: S608 # ours
        return dict(self._select(query, sorted(map(int, keys))))

    def keys_by_id(self) -> NDArray[np.int32]:
        """Give all account keys in the order of their ids."""
        return np.fromiter((key for (key,) in self._run("SELECT key FROM account ORDER BY id")), dtype=np.int32)

    def named(self) -> set[str]:
        """Give the accounts that interactions and items name."""
        return {id_ for (id_,) in self._run(_NAMED)}

    # --- interactions --------------------------------------------------------------------------------------------

    def held(self, ids: Collection[str]) -> dict[str, Held]:
        """Tell what is held under ids."""
        query = f"""
SELECT i.id, digest, source.name FROM {_WANTED} interaction AS i ON i.id = wanted.value
JOIN source ON source.key = i.source
"""  # noqa: S608 # ours
        return {id_: Held(digest, source) for id_, digest, source in self._select(query, ids)}

    def interactions(self, ids: Collection[str] | None = None) -> Iterator[InteractionRow]:
        """Give interactions."""
        if ids is None:
            yield from self._rows(self._run(_INTERACTION))
        else:
            for chunk in _chunks(ids):
                yield from self._rows(self._run(_THESE, chunk))

    def _rows(self, cursor: sqlite3.Cursor) -> Iterator[InteractionRow]:
        names: dict[int, str] = {}
        while rows := cursor.fetchmany(_ROWS_AT_ONCE):
            roles = [decode(row[11], type=dict[int, int]) for row in rows]
            wanted = {row[4] for row in rows}.union(*roles)
            names.update(self.ids_of(wanted - names.keys()))
            for row, to in zip(rows, roles, strict=True):
                addressees = tuple(sorted([(names[key], role) for key, role in to.items()]))
                yield InteractionRow._make((*row[:4], names[row[4]], *row[5:11], addressees, row[12]))

    def put(self, rows: Collection[InteractionRow]) -> None:
        """Write interactions, and beside each an act for each addressee but the actor."""
        if not rows:
            return
        accounts = self._learn({id_ for row in rows for id_ in (row.actor, *[to for to, _ in row.to])})
        items = dict(self._select(_ITEM_KEYS, {row.item for row in rows} - {""})) | {"": 0}
        sources = self._sources({row.source for row in rows})
        (first,) = self._one("SELECT ifnull(max(key), 0) + 1 FROM interaction")
        made, acts = [], []
        for key, row in enumerate(rows, first):
            actor, source = accounts[row.actor], sources[row.source]
            to = [(accounts[id_], role) for id_, role in row.to]
            made.append(
                (
                    *(key, row.id, bytearray(row.digest), source, row.kind, row.at, actor, items[row.item]),
                    *(row.thread, row.parent, row.excerpt, row.private, encode(dict(to)).decode(), row.share),
                )
            )
            acts += [(actor, one, row.kind, row.at, row.share, key, source) for one, _ in to if one != actor]
        self._connection.executemany(_PUT_INTERACTION, made)
        self._connection.executemany("INSERT INTO act VALUES (?, ?, ?, ?, ?, ?, ?)", sorted(acts))

    def drop(self, ids: Collection[str]) -> None:
        """Remove interactions with their acts."""
        rows = [(id_,) for id_ in ids]
        acts = "DELETE FROM act WHERE interaction = (SELECT key FROM interaction WHERE id = ?)"
        self._connection.executemany(acts, rows)
        self._connection.executemany("DELETE FROM interaction WHERE id = ?", rows)

    def find_between(self, pairs: Collection[tuple[str, str]], window: Window, limit: int | None = None) -> list[Found]:
        """Find what the first of a pair did to the second."""
        keys = self._pairs(pairs)
        if limit is None:
            codes = _listed(first << 32 | second for first, second in keys.values())
            return self._found(_BETWEEN, codes, *_bound(window))
        return [
            found
            for pair in keys.values()
            for kind in window.kinds
            for found in self._found(_NEWEST_BETWEEN, *pair, kind, window.lower, window.upper, limit)
        ]

    def find_on_items(self, actors: Collection[str], authors: Collection[str], window: Window) -> list[Found]:
        """Find what actors did on items by authors."""
        theirs, mine = (_listed(self.keys_of(ids).values()) for ids in (authors, actors))
        return self._found(_ON_ITEMS, theirs, mine, *_bound(window))

    def find_touching(self, accounts: Collection[str]) -> list[Found]:
        """Find what accounts did, what was addressed to them, and what is on their items."""
        return self._found(_TOUCHING, _listed(self.keys_of(accounts).values()))

    def find_before(self, at: int) -> list[str]:
        """Give the ids of the dated interactions before an instant."""
        return [id_ for (id_,) in self._run("SELECT id FROM interaction WHERE at > 0 AND at < ?", at)]

    def find_replies(self, ids: Collection[str]) -> list[str]:
        """Give the ids of the replies to these."""
        query = "SELECT id FROM interaction WHERE parent IN (SELECT value FROM json_each(?))"
        return [id_ for (id_,) in self._run(query, _listed(ids))]

    def newest_items(self, authors: Collection[str], window: Window, limit: int) -> list[tuple[str, int]]:
        """Give the newest items by authors."""
        return self._run(_NEWEST_ITEMS, _listed(self.keys_of(authors).values()), *_bound(window), limit).fetchall()

    def sums(self, pairs: Collection[tuple[str, str]], window: Window) -> Iterator[Sum]:
        """Sum the acts of pairs up."""
        for (actor, addressee), keys in self._pairs(pairs).items():
            for kind, *figures in self._run(_SUMS, *keys, window.lower, window.upper):
                if kind in window.kinds:
                    yield Sum(actor, addressee, kind, *figures)

    def totals(self) -> list[Total]:
        """Count the interactions by kind and source."""
        return list(map(Total._make, self._run(_TOTALS)))

    def days(self) -> Iterator[tuple[int, int]]:
        """Count the dated interactions by day."""
        return iter(self._run("SELECT at / ?, count(*) FROM interaction WHERE at > 0 GROUP BY 1 ORDER BY 1", DAY))

    def acts(self) -> Acts:
        """Give all acts."""
        parts = [np.zeros((0, len(ACT_COLUMNS)), dtype=np.int64)]
        rows = self._run("SELECT actor, addressee, kind, at, share, source FROM act")
        while chunk := rows.fetchmany(_ACTS_AT_ONCE):
            parts.append(np.fromiter(chain.from_iterable(chunk), dtype=np.int64).reshape(-1, len(ACT_COLUMNS)))
        return make_acts(np.concatenate(parts))

    def near(self, me: str, others: Collection[str], day: date) -> None:
        """Keep no ties."""

    def sources(self) -> list[str]:
        """Name the sources, in the order of their keys."""
        return [name for (name,) in self._run("SELECT name FROM source ORDER BY key")]

    # --- within --------------------------------------------------------------------------------------------------

    def _run(self, statement: str, *parameters: object) -> sqlite3.Cursor:
        return self._connection.execute(statement, parameters)

    def _one(self, statement: str) -> Any:
        return self._run(statement).fetchone()

    def _select(self, query: str, wanted: Collection[str] | Collection[int]) -> Iterator[Any]:
        for chunk in _chunks(wanted):
            yield from self._run(query, chunk)

    def _found(self, query: str, *parameters: object) -> list[Found]:
        return list(map(Found._make, self._run(query, *parameters)))

    def _learn(self, ids: Collection[str]) -> dict[str, int]:
        """Give a map from at least these accounts to their keys, which is kept for the next transactions."""
        self._keys.update(self.keys_of([id_ for id_ in ids if id_ not in self._keys]))
        return self._keys

    def _sources(self, names: Iterable[str]) -> dict[str, int]:
        known = self.sources()
        new = sorted(set(names) - set(known))
        self._connection.executemany("INSERT INTO source VALUES (?, ?)", enumerate(new, len(known)))
        return {name: key for key, name in enumerate(known + new)}

    def _pairs(self, pairs: Collection[tuple[str, str]]) -> dict[tuple[str, str], tuple[int, int]]:
        keys = self.keys_of({id_ for pair in pairs for id_ in pair})
        return {pair: (keys[pair[0]], keys[pair[1]]) for pair in pairs if pair[0] in keys and pair[1] in keys}


def _bound(window: Window) -> tuple[int, int, str]:
    return window.lower, window.upper, _listed(window.kinds)


def _listed(values: Iterable[str] | Iterable[int]) -> str:
    return encode(list(values)).decode()


def _chunks(wanted: Collection[str] | Collection[int]) -> Iterator[str]:
    listed: list[object] = list(wanted)
    for start in range(0, len(listed), _CHUNK):
        yield encode(listed[start : start + _CHUNK]).decode()
