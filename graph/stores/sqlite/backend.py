"""One SQLite file as the place of a store."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from graph.model import from_micros
from graph.store.backend import Transaction
from graph.store.documents import Check
from graph.stores.sqlite.database import Database
from graph.stores.sqlite.schema import VERSION
from graph.stores.sqlite.transaction import SqliteTransaction

_T = TypeVar("_T")
_KEYS_HELD = 500_000
_SHOWN = 3


class SqliteBackend:
    """The file, and the keys of the accounts that this process wrote or looked up."""

    def __init__(self, path: Path, *, now: datetime) -> None:
        self._path = path
        self.database = Database(path, now)
        self._lock = threading.RLock()
        self._keys: dict[str, int] = {}
        self._removals = -1  # of the store, as long as the keys count

    @property
    def location(self) -> str:
        """The file's path."""
        return str(self._path)

    def cache_path(self, name: str) -> Path:
        """Tell where a cache lies: beside the file."""
        return self._path.with_name(f"{self._path.name}.{name}")

    def close(self) -> None:
        """Let go of the file."""
        self.database.close()

    def read(self, work: Callable[[Transaction], _T]) -> _T:
        """Do something with one state of the file."""
        with self.database.reading() as connection:
            return work(SqliteTransaction(connection, {}))

    def stream(self, work: Callable[[Transaction], Iterator[_T]]) -> Iterator[_T]:
        """Give what is made of one state of the file, over a connection of its own."""
        with self.database.separate() as connection:
            yield from work(SqliteTransaction(connection, {}))

    def change(self, work: Callable[[Transaction], _T], patience: float | None = None) -> _T:
        """Hold the write lock for one transaction."""
        if patience is not None:  # what is small needs no keys, and no turn among this process's writers
            with self.database.writing(patience=patience) as connection:
                return work(SqliteTransaction(connection, {}))
        with self._lock, self.database.writing() as connection:
            transaction = SqliteTransaction(connection, self._keys)
            # Keys are others once accounts were removed, and none if the last transaction was taken back.
            removals = transaction.state().removals
            if removals != self._removals or len(self._keys) > _KEYS_HELD:
                self._keys.clear()
            self._removals = -1
            done = work(transaction)
            kept = transaction.state().removals == removals
            connection.execute("COMMIT")
            self._removals = removals if kept else -1
        return done

    def scrub(self) -> None:
        """Rewrite the file without what was removed."""
        self.database.scrub()

    def checks(self) -> Iterator[Check]:
        """Look at the file itself; reads it once."""
        with self.database.reading() as connection:
            made = from_micros(SqliteTransaction(connection, {}).state().created).date()
            found = [row[0] for row in connection.execute("PRAGMA quick_check(10)")]
        yield Check(name="format", value=f"version {VERSION}, made on {made}, by SQLite {sqlite3.sqlite_version}")
        whole = found == ["ok"]
        yield Check(
            name="whole",
            value="yes" if whole else f"damaged: {'; '.join(found[:_SHOWN])}",
            advice=None if whole else "restore it from a copy, or ingest again into a new store",
        )
