"""Removing: what `forget`, `keep` and `erase` take out of the rows; the caller empties caches and free pages."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import fields
from datetime import datetime

from graph.model import Account, Member, Record, from_micros, network_of, to_micros
from graph.records.rare import shown
from graph.records.rows import ACCOUNT_FIELDS, ItemRow, named_by
from graph.store.documents import Receipt, Recent
from graph.stores.sqlite import asks, books, documents
from graph.stores.sqlite.database import State
from graph.stores.sqlite.namer import Namer
from graph.stores.sqlite.narrowing import narrow
from graph.stores.sqlite.rows_in import dump_dates, find_keys, load_fields, remove_bare_items, texts_of
from graph.stores.sqlite.rows_out import CHUNK
from graph.stores.sqlite.schema import make_tables, read_date
from graph.stores.sqlite.suppression import aliases, masked, suppress

_NEVER = 1 << 62
_SAY = "UPDATE item SET title = ?, kind = ?, author = ?, at = ?, dates = ? WHERE key = ?"
_ADDRESSED = "SELECT interaction FROM act WHERE addressee IN temp.gone AND actor NOT IN temp.gone"


class Removal:
    """The removal of some accounts within one transaction."""

    def __init__(self, connection: sqlite3.Connection, secret: bytes, ids: Collection[str]) -> None:
        self._connection = connection
        self._secret = secret
        self._ids = set(ids) | _known_as(connection, ids)
        self._keys = find_keys(connection, self._ids)
        self._counts: Counter[str] = Counter()
        self._forgotten = False
        self._emptied: list[int] = []

    def suppress(self) -> None:
        """Keep these accounts out from now on, also under their handles."""
        self._forgotten = True
        suppress(self._connection, self._secret, self._ids)

    def run(self) -> Receipt:
        """Remove them, and count what went."""
        # Whom a command by hand called so need not be whom other texts mean by that name: only `forget` looks there.
        known = {id_ for id_ in self._ids if self._forgotten or network_of(id_) != "manual"}
        namer = Namer(self._connection, known, [key for id_, key in self._keys.items() if id_ in known])
        self._connection.create_function("names_them", 1, namer.finds, deterministic=True)
        try:
            _list_keys(self._connection, "gone", self._keys.values())
            if not self._forgotten:
                # What is suppressed is known again by the hash of all that it was; what is excluded comes without it.
                self._emptied = narrow(self._connection, self._ids)
            self._drop_items()
            self._drop_addressees()
            self._drop_interactions()
            self._drop_records()
            self._drop_words()
            self._counts["accounts"] = _remove_gone(self._connection)
        finally:
            self._connection.create_function("names_them", 1, None)
        return _receipt(self._counts)

    def _run(self, statement: str, *parameters: object) -> int:
        return self._connection.execute(statement, parameters).rowcount

    def _drop_addressees(self) -> None:
        """Take them off what others sent; the others keep their share of it."""
        left = "SELECT json_group_object(key, value) FROM json_each(addressees) WHERE key NOT IN temp.gone"
        self._run(f"UPDATE interaction SET addressees = ({left}) WHERE key IN ({_ADDRESSED})")  # noqa: S608 # from here

    def _drop_interactions(self) -> None:
        """Remove what they did, and what was addressed to nobody else and is on nothing by somebody else."""
        _list_keys(self._connection, "lost", self._emptied)
        self._run("INSERT OR IGNORE INTO temp.lost SELECT key FROM interaction WHERE actor IN temp.gone")
        bare = "i.addressees = '{}' AND item.author IS NULL"
        query = f"SELECT i.key FROM interaction AS i LEFT JOIN item ON item.key = i.item WHERE {bare}"  # noqa: S608 # ours
        self._run(f"INSERT OR IGNORE INTO temp.lost {query} AND i.key IN ({_ADDRESSED})")  # from here
        if self._forgotten:
            self._mask_parents()
        left = f"{_ADDRESSED} AND interaction NOT IN temp.lost"
        self._counts["addressees"] = self._connection.execute(f"SELECT count(*) FROM ({left})").fetchone()[0]  # noqa: S608
        self._run("DELETE FROM act WHERE actor IN temp.gone OR addressee IN temp.gone")
        self._counts["interactions"] = _remove_lost(self._connection)

    def _mask_parents(self) -> None:
        """Let nothing tell which act of theirs was answered; after an exclusion the answer comes again as it was."""
        theirs = "SELECT id FROM interaction WHERE key IN temp.lost"
        query = f"SELECT key, parent FROM interaction WHERE parent IN ({theirs})"  # noqa: S608 # our own
        for key, parent in self._connection.execute(query).fetchall():
            self._run("UPDATE interaction SET parent = ? WHERE key = ?", masked(self._secret, parent), key)

    def _drop_records(self) -> None:
        self._counts["assertions"] = self._run("DELETE FROM assertion WHERE a IN temp.gone OR b IN temp.gone")
        self._counts["declared"] = self._run(
            "DELETE FROM declared WHERE a IN temp.gone OR b IN temp.gone OR said_by IN temp.gone"
        )
        for (id_,) in self._connection.execute(
            "SELECT id FROM introduction WHERE by IN temp.gone OR person IN temp.gone OR to_ IN temp.gone"
        ).fetchall():
            self._run("DELETE FROM step WHERE introduction = ?", id_)
            self._counts["introductions"] += self._run("DELETE FROM introduction WHERE id = ?", id_)
        self._run("UPDATE introduction SET initiator = NULL WHERE initiator IN temp.gone")
        self._counts["members"] = self._run("DELETE FROM member WHERE account IN temp.gone")
        asks.drop_asks_by(self._connection)
        self._run("DELETE FROM profile WHERE account IN temp.gone")

    def _drop_items(self) -> None:
        """Take them off items; hide an item's address and title where these name them."""
        on_it = "SELECT 1 FROM interaction WHERE interaction.item = item.key"
        self._run(f"DELETE FROM item WHERE author IN temp.gone AND NOT EXISTS ({on_it})")  # noqa: S608 # from here
        self._say_of_items("author IN temp.gone", lambda row: (row[0], row[1], (0, "")))
        named = self._connection.execute("SELECT key, id FROM item WHERE names_them(id)").fetchall()
        suppress(self._connection, self._secret, [id_ for _, id_ in named])
        for key, id_ in named:
            self._run("UPDATE item SET id = ? WHERE key = ?", masked(self._secret, id_), key)
        # Dated after everything, no title is what stays when the item is read again.
        self._say_of_items("names_them(title)", lambda row: ((_NEVER, ""), row[1], row[2]))

    def _say_of_items(self, where: str, change: Callable[[ItemRow], ItemRow]) -> None:
        query = f"SELECT key, author, at, dates, title, kind, ifnull(author, '') FROM item WHERE {where}"  # noqa: S608 # ours
        for key, author, at, dates, *texts in self._connection.execute(query).fetchall():
            row = change(load_fields(at, dates, *map(str, texts)))
            title, kind, kept = texts_of(row)
            self._run(_SAY, title, kind, author if kept else None, *dump_dates(row), key)

    def _drop_words(self) -> None:
        """Take their names out of what stays."""
        self._run("UPDATE interaction SET excerpt = '' WHERE names_them(excerpt)")
        for table, column in (("declared", "how"), ("step", "note"), ("step", "url")):
            query = f"SELECT {column} FROM {table} WHERE names_them({column})"  # noqa: S608 # from here
            words = [word for (word,) in self._connection.execute(query)]
            suppress(self._connection, self._secret, words)
            self._run(f"UPDATE OR REPLACE {table} SET {column} = '' WHERE names_them({column})")  # noqa: S608 # from here
        for column in ("id", "thread", "parent"):
            query = f"SELECT key, {column} FROM interaction WHERE names_them({column})"  # noqa: S608 # from here
            update = f"UPDATE interaction SET {column} = ? WHERE key = ?"  # noqa: S608 # from here
            for key, word in self._connection.execute(query).fetchall():
                self._run(update, masked(self._secret, word), key)
        self._counts["problems"] = self._run("DELETE FROM problem WHERE names_them(place) OR names_them(why)")
        self._run("DELETE FROM job WHERE names_them(name) OR names_them(position)")
        # An exclusion names them by itself, and stands until it is taken back.
        self._run("DELETE FROM rule WHERE names_them(value) AND (? OR kind <> 'exclude')", self._forgotten)
        self._run("UPDATE run SET source = '' WHERE names_them(source)")


def _known_as(connection: sqlite3.Connection, ids: Collection[str]) -> set[str]:
    """Give the ids under which accounts are known or may come again while their own id is unknown."""
    query = "SELECT handle FROM account WHERE id = ?"
    return {alias for id_ in ids for alias in aliases(id_, [handle for (handle,) in connection.execute(query, (id_,))])}


def remove_before(connection: sqlite3.Connection, at: datetime) -> Receipt:
    """Remove dated interactions older than an instant, their items, and accounts that only they named."""
    _list_keys(connection, "lost", ())
    connection.execute("INSERT INTO temp.lost SELECT key FROM interaction WHERE at > 0 AND at < ?", (to_micros(at),))
    named = _accounts_of(connection, "WHERE interaction.key IN temp.lost")
    named.update(
        author
        for (author,) in connection.execute(
            "SELECT author FROM item WHERE author IS NOT NULL AND key IN"
            " (SELECT item FROM interaction WHERE key IN temp.lost)"
        )
    )
    counts = Counter(interactions=_remove_lost(connection))
    still = _accounts_of(connection, "")
    for table, columns in _NAMING.items():
        for column in columns.split():
            query = f"SELECT DISTINCT {column} FROM {table}"  # noqa: S608 # our own names
            still.update(key for (key,) in connection.execute(query))
    still.update(find_keys(connection, [rule.value for rule in books.read_rules(connection)]).values())
    _list_keys(connection, "gone", named - still)
    counts["accounts"] = _remove_gone(connection)
    return _receipt(counts)


def has_before(connection: sqlite3.Connection, at: datetime) -> bool:
    """Tell whether anything is older than an instant."""
    query = "SELECT 1 FROM interaction WHERE at > 0 AND at < ? LIMIT 1"
    return connection.execute(query, (to_micros(at),)).fetchone() is not None


def erase(connection: sqlite3.Connection, state: State) -> None:
    """Remove every table with all that is in it, and make them anew, with another key and identity."""
    tables = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    for (table,) in tables:
        connection.execute(f"DROP TABLE {table}")
    make_tables(connection, from_micros(state.created))
    connection.execute("UPDATE state SET generation = ?, removals = ?", (state.generation, state.removals))


def find_records(connection: sqlite3.Connection, keys: dict[str, int]) -> Iterator[Record | Recent]:
    """Give every rare record held on accounts, with what is said of them, and the problems that name them."""
    for id_, key in sorted(keys.items()):
        yield from _statements(connection, id_, key)
    about = keys.keys()
    yield from (shown(record) for record in documents.read_assertions(connection) if named_by(record) & about)
    yield from (shown(record) for record in documents.read_declared(connection) if named_by(record) & about)
    yield from (shown(record) for record in documents.read_introductions(connection) if named_by(record) & about)
    for name, members in books.read_lists(connection).items():
        yield from (Member(list=name, account=Account(id=id_)) for id_ in members if id_ in about)
    yield from (ask for ask in asks.read_asks(connection) if ask.account in about)
    namer = Namer(connection, about, keys.values())
    for problem in books.read_problems(connection):
        if namer.finds(problem.where) or namer.finds(problem.why):
            yield problem


def find_interactions(connection: sqlite3.Connection, keys: Collection[int]) -> Iterator[list[int]]:
    """Give the keys of what accounts did, of what was addressed to them, and of what is on their items, in chunks."""
    _list_keys(connection, "wanted", keys)
    rows = connection.execute(
        "SELECT i.key FROM interaction AS i LEFT JOIN item ON item.key = i.item"
        " WHERE i.actor IN temp.wanted OR author IN temp.wanted"
        " OR EXISTS (SELECT 1 FROM json_each(addressees) AS one WHERE one.key IN temp.wanted)"
        " ORDER BY i.at, i.id"
    )
    while chunk := rows.fetchmany(CHUNK):
        yield [key for (key,) in chunk]


def _statements(connection: sqlite3.Connection, id_: str, key: int) -> Iterator[Account]:
    """Give what is said of an account, a record for each date at which something was said."""
    query = "SELECT at, dates, handle, name, url, org, title FROM account WHERE key = ?"
    row = load_fields(*connection.execute(query, (key,)).fetchone())
    for date in sorted({at for at, text in row if text}) or [0]:
        said = {field: text for field, (at, text) in zip(ACCOUNT_FIELDS, row, strict=True) if text and at == date}
        yield Account(id=id_, at=read_date(date), **said)


def _list_keys(connection: sqlite3.Connection, name: str, keys: Iterable[int]) -> None:
    connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS {name} (key INTEGER PRIMARY KEY)")
    connection.execute(f"DELETE FROM temp.{name}")  # noqa: S608 # our own name
    connection.executemany(f"INSERT INTO temp.{name} VALUES (?)", [(key,) for key in keys])  # noqa: S608 # our own name


def _remove_lost(connection: sqlite3.Connection) -> int:
    """Remove the listed interactions, what they fill, and the items that nothing is on any more."""
    items = connection.execute(
        "SELECT DISTINCT item FROM interaction WHERE item IS NOT NULL AND key IN temp.lost"
    ).fetchall()
    connection.execute("DELETE FROM act WHERE interaction IN temp.lost")
    removed = connection.execute("DELETE FROM interaction WHERE key IN temp.lost").rowcount
    remove_bare_items(connection, (key for (key,) in items))
    return removed


def _remove_gone(connection: sqlite3.Connection) -> int:
    connection.execute("DELETE FROM recent WHERE account IN temp.gone")
    return connection.execute("DELETE FROM account WHERE key IN temp.gone").rowcount


def _accounts_of(connection: sqlite3.Connection, where: str) -> set[int]:
    """Give the accounts that interactions name as actor or addressee."""
    query = (
        f"SELECT actor FROM interaction {where} UNION "  # noqa: S608 # our own condition
        f"SELECT CAST(one.key AS INTEGER) FROM interaction, json_each(addressees) AS one {where}"
    )
    return {key for (key,) in connection.execute(query)}


def _receipt(counts: Counter[str]) -> Receipt:
    return Receipt(**{field.name: counts[field.name] for field in fields(Receipt)})


_NAMING = {
    "item": "author",
    "assertion": "a b",
    "declared": "a b said_by",
    "introduction": "by person to_ initiator",
    "member": "account",
    "profile": "account",
}

NOTHING_REMOVED = _receipt(Counter())
