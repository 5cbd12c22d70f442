"""Writing rows: accounts and items merged with what is held, interactions told from those known, acts beside them."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from msgspec.json import decode, encode

from graph.model import Problem
from graph.records.rows import (
    CONFLICT,
    HASHED,
    NO_ACCOUNT,
    AccountRow,
    Batch,
    Dated,
    InteractionRow,
    ItemRow,
    conflicting,
    merge_fields,
)
from graph.stores.sqlite import books, narrowed
from graph.stores.sqlite.suppression import masked

_MASKS = (HASHED, chr(ord(HASHED) + 1))
_ACCOUNTS_HELD = 100_000
_CHUNK = 20_000
_FIND = "SELECT account.id, account.key FROM json_each(?) AS wanted CROSS JOIN account ON account.id = wanted.value"
_NAME = "SELECT account.key, account.id FROM json_each(?) AS wanted CROSS JOIN account ON account.key = wanted.value"
_ACCOUNTS = """
SELECT account.id, account.key, at, dates, handle, name, url, org, title
FROM json_each(?) AS wanted CROSS JOIN account ON account.id = wanted.value
"""
_ITEMS = """
SELECT item.id, item.key, item.at, item.dates, item.title, item.kind, ifnull(account.id, '')
FROM json_each(?) AS wanted CROSS JOIN item ON item.id = wanted.value LEFT JOIN account ON account.key = author
"""
_INTERACTIONS = """
SELECT i.id, i.key, digest, source.name FROM json_each(?) AS wanted CROSS JOIN interaction AS i ON i.id = wanted.value
JOIN source ON source.key = i.source
"""


class AccountBook:
    """Writes accounts; remembers those that this process wrote or looked up, while no other process writes.

    Most batches say of most accounts what the batches before said, so that they need not be looked up again.
    """

    def __init__(self) -> None:
        self._generation = -1
        self._held: dict[str, tuple[int, AccountRow]] = {}

    def clear(self) -> None:
        """Forget all: a transaction was taken back, or accounts were removed."""
        self._held = {}

    def committed(self, generation: int) -> None:
        """Note that a transaction was kept."""
        self._generation = generation

    def upsert(self, connection: sqlite3.Connection, rows: Mapping[str, AccountRow], generation: int) -> dict[str, int]:
        """Write accounts, and give their keys by id.

        Args:
            connection: In a transaction.
            rows: What is known of them, by id.
            generation: The store's before this transaction.
        """
        if self._generation != generation or len(self._held) > _ACCOUNTS_HELD:
            self._held = {}
        held = self._held
        for id_, key, *fields in _select(connection, _ACCOUNTS, [id_ for id_ in rows if id_ not in held]):
            held[id_] = key, load_fields(*fields)
        new, redated, changed = [], [], []
        next_key = _next_key(connection, "account")
        keys = {}
        for id_, row in rows.items():
            known = held.get(id_)
            if known is None:
                keys[id_] = next_key
                held[id_] = next_key, row
                new.append((next_key, id_, *texts_of(row), *dump_dates(row), generation + 1))
                next_key += 1
                continue
            keys[id_] = known[0]
            merged = merge_fields(known[1], row)
            if merged is not known[1]:
                held[id_] = known[0], merged
                if texts_of(merged) == texts_of(known[1]):
                    redated.append((*dump_dates(merged), known[0]))
                else:
                    changed.append((*texts_of(merged), *dump_dates(merged), generation + 1, known[0]))
        connection.executemany("INSERT INTO account VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", new)
        connection.executemany("UPDATE account SET at = ?, dates = ? WHERE key = ?", redated)
        connection.executemany(
            "UPDATE account SET handle = ?, name = ?, url = ?, org = ?, title = ?, at = ?, dates = ?, changed = ?"
            " WHERE key = ?",
            changed,
        )
        return keys

    def upsert_bare(self, connection: sqlite3.Connection, ids: Iterable[str], generation: int) -> dict[str, int]:
        """Give the keys of accounts of which nothing is said; unknown ones are made."""
        return self.upsert(connection, dict.fromkeys(ids, NO_ACCOUNT), generation)


def upsert_items(
    connection: sqlite3.Connection, rows: Mapping[str, ItemRow], accounts: Mapping[str, int]
) -> dict[str, int]:
    """Write items, and give their keys by id."""
    held = {id_: (key, load_fields(*fields)) for id_, key, *fields in _select(connection, _ITEMS, rows)}
    new, changed, keys = [], [], {}
    next_key = _next_key(connection, "item")
    for id_, row in rows.items():
        known = held.get(id_)
        merged = row if known is None else merge_fields(known[1], row)
        if known is not None and merged is known[1]:
            keys[id_] = known[0]
            continue
        title, kind, author = texts_of(merged)
        writer = (accounts.get(author) or find_keys(connection, [author])[author]) if author else 0
        if known is None:
            keys[id_] = next_key
            new.append((next_key, id_, title, kind, writer, *dump_dates(merged)))
            next_key += 1
        else:
            keys[id_] = known[0]
            changed.append((title, kind, writer, *dump_dates(merged), known[0]))
    connection.executemany("INSERT INTO item VALUES (?, ?, ?, ?, nullif(?, 0), ?, ?)", new)
    connection.executemany(
        "UPDATE item SET title = ?, kind = ?, author = nullif(?, 0), at = ?, dates = ? WHERE key = ?", changed
    )
    return keys


class InteractionWriter:
    """Writes the interactions of one batch within one transaction; counts the new ones, and gathers problems."""

    def __init__(
        self, connection: sqlite3.Connection, secret: bytes, accounts: Mapping[str, int], items: Mapping[str, int]
    ) -> None:
        self.new = 0
        self.problems: list[Problem] = []
        self._connection = connection
        self._secret = secret
        self._accounts = accounts
        self._items = items
        self._sources: dict[str, int] = dict(connection.execute("SELECT name, key FROM source"))

    def write(self, batch: Batch) -> None:
        """Write what is new, and choose between what is held and what comes under its id."""
        for key in narrowed.take_stale(self._connection, batch):
            self._remove(key)
        held = self._find(batch.interactions)
        narrowed.see(self._connection, _seen(batch.interactions, held), batch.narrowed)
        new = [row for row in batch.interactions if row.id not in held or self._replaces(row, *held[row.id])]
        self._insert(sorted(new), batch)
        self.new += len(new)

    def _find(self, rows: Iterable[InteractionRow]) -> dict[str, tuple[int, bytes, str]]:
        """Give key, digest and source of those that are held, by id; some may be held under a mask of their id."""
        names = {row.id: row.id for row in rows}
        if self._connection.execute("SELECT 1 FROM interaction WHERE id BETWEEN ? AND ?", _MASKS).fetchone():
            names |= {masked(self._secret, id_): id_ for id_ in names}
        found = _select(self._connection, _INTERACTIONS, names)
        return {names[id_]: (key, digest, source) for id_, key, digest, source in found}

    def _replaces(self, row: InteractionRow, key: int, digest: bytes, source: str) -> bool:
        """Tell whether a row takes the place of the held one of its id, which is removed then."""
        if row.digest == digest:
            if row.source < source:
                self._change(key, source=row.source)
            return False
        if conflicting(digest, row.digest):
            self.problems.append(Problem(where=row.id, why=CONFLICT.format(id=row.id)))
        elif row.digest > digest:
            self._connection.execute(
                "UPDATE interaction SET excerpt = ?, digest = ? WHERE key = ?",
                (row.excerpt, bytearray(row.digest), key),
            )
            self._change(key, source=row.source)
            return False
        if row.digest < digest:
            return False
        self._remove(key)
        return True

    def _remove(self, key: int) -> None:
        """Make room for another version of an interaction, which is none the newer for it."""
        remove_interaction(self._connection, key)
        self.new -= 1

    def _change(self, key: int, *, source: str) -> None:
        """Note that another source is the one that counts for an interaction."""
        code = self._source(source)
        self._connection.execute("UPDATE interaction SET source = ? WHERE key = ?", (code, key))
        self._connection.execute("UPDATE act SET source = ? WHERE interaction = ?", (code, key))

    def _source(self, name: str) -> int:
        code = self._sources.get(name)
        if code is None:
            code = self._sources[name] = len(self._sources)
            self._connection.execute("INSERT INTO source VALUES (?, ?)", (code, name))
        return code

    def _insert(self, new: list[InteractionRow], batch: Batch) -> None:
        first = _next_key(self._connection, "interaction")
        accounts, items = self._accounts, self._items
        rows, acts = [], []
        for key, row in enumerate(new, first):
            actor, source = accounts[row.actor], self._source(row.source)
            to = [(accounts[id_], role) for id_, role in row.to]
            item = items[row.item] if row.item else 0
            rows.append(
                (
                    *(key, row.id, bytearray(row.digest), source, row.kind, row.at, actor, item),
                    *(row.thread, row.parent, row.excerpt, row.private, encode(dict(to)).decode(), row.share),
                )
            )
            acts += [(actor, one, row.kind, row.at, row.share, key, source) for one, _ in to if one != actor]
        # Binding NULL costs Python's module ten times as much as binding a number.
        self._connection.executemany(
            "INSERT INTO interaction VALUES (?, ?, ?, ?, ?, ?, ?, nullif(?, 0), ?, ?, ?, ?, ?, ?)", rows
        )
        self._connection.executemany("INSERT INTO act VALUES (?, ?, ?, ?, ?, ?, ?)", sorted(acts))
        narrowed.mark_written(self._connection, first, [row.id for row in new], batch.narrowed)


def _seen(rows: Iterable[InteractionRow], held: Mapping[str, tuple[int, bytes, str]]) -> Iterator[tuple[int, str]]:
    """Give key and id of those that are held as they are."""
    for row in rows:
        known = held.get(row.id)
        if known is not None and known[1] == row.digest:
            yield known[0], row.id


def remove_interaction(connection: sqlite3.Connection, key: int) -> None:
    """Remove one interaction with its acts; what told it may be read again."""
    connection.execute("DELETE FROM act WHERE interaction = ?", (key,))
    connection.execute("DELETE FROM interaction WHERE key = ?", (key,))
    books.forget_done(connection)


def remove_bare_items(connection: sqlite3.Connection, keys: Iterable[int | None]) -> None:
    """Remove those items that no interaction is on any more; None stands for no item."""
    connection.executemany(
        "DELETE FROM item WHERE key = ?1 AND NOT EXISTS (SELECT 1 FROM interaction WHERE item = ?1)",
        [(key,) for key in keys],
    )


def find_keys(connection: sqlite3.Connection, ids: Collection[str]) -> dict[str, int]:
    """Map account ids to keys; unknown ids are left out."""
    return dict(_select(connection, _FIND, ids))


def find_ids(connection: sqlite3.Connection, keys: Iterable[int]) -> dict[int, str]:
    """Map account keys to ids."""
    return dict(_select(connection, _NAME, sorted(int(key) for key in keys)))


def texts_of(row: tuple[Dated, ...]) -> tuple[str, ...]:
    """Give the values of a row without their dates."""
    return tuple([text for _, text in row])


def dump_dates(row: tuple[Dated, ...]) -> tuple[int, str]:
    """Give the columns of a row's dates: the newest one, and all where they differ."""
    newest = max(row)[0]
    if row == tuple([(newest, text) if text else (0, "") for _, text in row]):
        return newest, ""
    return newest, encode([at for at, _ in row]).decode()


def load_fields(at: int, dates: str, *texts: str) -> tuple[Dated, ...]:
    """Give the row of its columns."""
    if dates:
        return tuple(zip(decode(dates), texts, strict=True))
    return tuple([(at, text) if text else (0, "") for text in texts])


def _select(connection: sqlite3.Connection, query: str, wanted: Collection[str] | Collection[int]) -> Iterator[Any]:
    listed: list[object] = list(wanted)
    for start in range(0, len(listed), _CHUNK):
        yield from connection.execute(query, (encode(listed[start : start + _CHUNK]).decode(),))


def _next_key(connection: sqlite3.Connection, table: str) -> int:
    key: int = connection.execute(f"SELECT ifnull(max(key), 0) + 1 FROM {table}").fetchone()[0]  # noqa: S608 # ours
    return key
