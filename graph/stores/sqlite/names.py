"""Finding accounts by what was typed: exact ids and URLs from the rows, the rest by an index of trigrams in a cache."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from graph.names import pad_words, rank, read_query, searchable_text
from graph.snapshot import read_arrays, write_arrays
from graph.store import Match
from graph.stores.sqlite.accounts import find_keys
from graph.stores.sqlite.reading import read_accounts
from graph.stores.sqlite.state import State, load_state
from graph.stores.trigrams import Trigrams, build, nearest

_SCHEMA = 1
_CANDIDATES = 600
_SMALL = 200_000
_LAG = 8
_HEADER = ("uid", "removals", "next_account", "generation")
_COLUMNS = tuple(field.name for field in fields(Trigrams))
_TEXTS = "SELECT key, id, handle, name, url, org, title FROM account WHERE key >= ?"
_RENAMED = """
SELECT key, id, handle, name, url, org, title FROM account
WHERE key < ? AND key IN (SELECT account FROM renamed WHERE generation > ?)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An index, and how far it goes: accounts with smaller keys, and their texts as of a generation."""

    uid: str
    removals: int
    next_account: int
    generation: int
    index: Trigrams


class NameIndex:
    """The index of one store; what could not be written to a file is held in memory."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._held: Held | None = None
        self._late: tuple[tuple[object, ...], Trigrams] | None = None

    def search(self, connection: sqlite3.Connection, text: str, limit: int) -> list[Match]:
        """Find accounts, best first."""
        query = read_query(text)
        keys = set(find_keys(connection, query.ids).values())
        wanted = pad_words(query.words)
        for index in self._indexes(connection):
            keys.update(nearest(index, wanted, _CANDIDATES))
        return rank(query, (account for _, account in read_accounts(connection, keys)))[:limit]

    def refresh(self, connection: sqlite3.Connection) -> int | None:
        """Bring the file up to date.

        Returns:
            The generation up to which no file needs `renamed` any more; None where none could be written.
        """
        state = load_state(connection)
        held = self._load(state)
        if held is None:
            self._indexes(connection)
        else:
            more = list(_texts_since(connection, held))
            if more and (len(held.index.owners) < _SMALL or len(more) * _LAG > len(held.index.owners)):
                self._save(state, build(more, held.index))
        kept = None if self._held else self._load(state)
        return kept.generation if kept else None

    def forget(self) -> None:
        """Let go of what is held in memory."""
        self._held = self._late = None

    def _indexes(self, connection: sqlite3.Connection) -> list[Trigrams]:
        """Give the index of most accounts, and one of those that came or were renamed since it was made."""
        state = load_state(connection)
        held = self._load(state)
        if held is None:
            index = build((row[0], searchable_text(*row[1:])) for row in connection.execute(_TEXTS, (0,)))
            self._save(state, index)
            return [index]
        return [held.index, self._index_since(connection, held, state)]

    def _index_since(self, connection: sqlite3.Connection, held: Held, state: State) -> Trigrams:
        """Index what came or was renamed since; it is kept until the next write, as a page searches at every key."""
        key = (state.uid, state.removals, state.generation, held.generation, held.next_account)
        late = self._late
        if late is None or late[0] != key:
            late = self._late = (key, build(_texts_since(connection, held)))
        return late[1]

    def _load(self, state: State) -> Held | None:
        held = self._held or _read(self._path)
        if held is None or (held.uid, held.removals) != (state.uid, state.removals):
            return None
        usable = held.next_account <= state.next_account and state.pruned_names <= held.generation <= state.generation
        return held if usable else None

    def _save(self, state: State, index: Trigrams) -> None:
        held = Held(
            uid=state.uid,
            removals=state.removals,
            next_account=state.next_account,
            generation=state.generation,
            index=index,
        )
        header = {name: getattr(held, name) for name in _HEADER} | {"schema": _SCHEMA}
        written = write_arrays(self._path, header, {name: getattr(index, name) for name in _COLUMNS})
        self._held = None if written else held


def _read(path: Path) -> Held | None:
    found = read_arrays(path)
    if found is None or found[0].get("schema") != _SCHEMA:
        return None
    header, arrays = found
    return Held(
        uid=str(header["uid"]),
        removals=int(header["removals"]),
        next_account=int(header["next_account"]),
        generation=int(header["generation"]),
        index=Trigrams(**{name: arrays[name] for name in _COLUMNS}),
    )


def _texts_since(connection: sqlite3.Connection, held: Held) -> Iterator[tuple[int, str]]:
    for query, parameters in ((_TEXTS, (held.next_account,)), (_RENAMED, (held.next_account, held.generation))):
        for key, *texts in connection.execute(query, parameters):
            yield key, searchable_text(*texts)
