"""Finding accounts by what was typed: exact ids and URLs from the rows, the rest by an index of trigrams in a cache."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from graph.people.matches import Match, rank, read_query
from graph.people.names import pad_words, searchable_text
from graph.store.backend import State, Transaction
from graph.store.cache import read_arrays, write_arrays
from graph.store.trigrams import Trigrams, build, nearest
from graph.store.unpacking import make_account

_SCHEMA = 1
_CANDIDATES = 600
_SMALL = 200_000
_LAG = 8
_HEADER = ("uid", "removals", "generation")
_COLUMNS = tuple(field.name for field in fields(Trigrams))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Built:
    """An index of the accounts with their texts as of a generation."""

    uid: str
    removals: int
    generation: int
    index: Trigrams


class NameIndex:
    """The index of one store; what could not be written to a file is held in memory."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._held: _Built | None = None
        self._late: tuple[object, Trigrams] | None = None

    def search(self, transaction: Transaction, text: str, limit: int) -> list[Match]:
        """Find accounts, best first."""
        query = read_query(text)
        wanted = pad_words(query.words)
        near = {key for index in self._indexes(transaction) for key in nearest(index, wanted, _CANDIDATES)}
        rows = transaction.accounts({*query.ids, *transaction.ids_of(near).values()})
        return rank(query, (make_account(id_, row) for id_, row in rows))[:limit]

    def refresh(self, transaction: Transaction) -> None:
        """Bring the file up to date: a small one always, a large one once a good part of it is stale."""
        state = transaction.state()
        held = self._load(state)
        if held is None:
            self._indexes(transaction)
        else:
            more = list(_texts_since(transaction, held.generation))
            if more and (len(held.index.owners) < _SMALL or len(more) * _LAG > len(held.index.owners)):
                self._save(state, build(more, held.index))

    def forget(self) -> None:
        """Let go of what is held in memory."""
        self._held = self._late = None

    def _indexes(self, transaction: Transaction) -> list[Trigrams]:
        """Give the index of most accounts, and one of those that came or changed since it was made."""
        state = transaction.state()
        held = self._load(state)
        if held is None:
            index = build(_texts_since(transaction, -1))
            self._save(state, index)
            return [index]
        # The second is kept until the next write, as a page searches at every key.
        key = (state, held.generation)
        if self._late is None or self._late[0] != key:
            self._late = key, build(_texts_since(transaction, held.generation))
        return [held.index, self._late[1]]

    def _load(self, state: State) -> _Built | None:
        held = self._held or _read(self._path)
        if held is None or (held.uid, held.removals) != (state.uid, state.removals):
            return None
        return held if held.generation <= state.generation else None

    def _save(self, state: State, index: Trigrams) -> None:
        held = _Built(uid=state.uid, removals=state.removals, generation=state.generation, index=index)
        header = {name: getattr(held, name) for name in _HEADER} | {"schema": _SCHEMA}
        written = write_arrays(self._path, header, {name: getattr(index, name) for name in _COLUMNS})
        self._held = None if written else held


def _read(path: Path) -> _Built | None:
    found = read_arrays(path)
    if found is None or found[0].get("schema") != _SCHEMA:
        return None
    header, arrays = found
    return _Built(
        uid=str(header["uid"]),
        removals=int(header["removals"]),
        generation=int(header["generation"]),
        index=Trigrams(**{name: arrays[name] for name in _COLUMNS}),
    )


def _texts_since(transaction: Transaction, generation: int) -> Iterator[tuple[int, str]]:
    for key, texts in transaction.texts_since(generation):
        yield key, searchable_text(*texts)
