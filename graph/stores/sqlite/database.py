"""One SQLite file as the place of a store: its connections and transactions, and what its errors tell the user."""

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from graph.errors import StoreError
from graph.model import from_micros
from graph.store.backend import Transaction
from graph.store.documents import Check
from graph.stores.sqlite.schema import VERSION, check_ours, create, make_tables
from graph.stores.sqlite.transaction import SqliteTransaction

_T = TypeVar("_T")

BUSY_SECONDS = 60.0
"""How long a connection waits for another one that writes."""
_PAGES_KIB = 48 << 10
_PAGE_SIZE = 8_192
_CHECKPOINT_PAGES = 8_000
_KEYS_HELD = 500_000
_SHOWN = 3
_SIDES = ("-wal", "-shm")
_READ_ONLY = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM)


class SqliteBackend:
    """One file; a connection for each thread that uses it, opened at first use.

    State is also the keys of the accounts that this process wrote or looked up.
    """

    batch_size = 50_000

    def __init__(self, path: Path, *, now: datetime) -> None:
        self.path = path
        self.writable = True
        self._local = threading.local()
        self._lock = threading.Lock()
        self._open: list[sqlite3.Connection] = []
        self._writers = threading.RLock()
        self._keys: dict[str, int] = {}
        self._removals = -1  # of the store, as long as the keys count
        try:
            with self.telling():
                self._create(now)
        except BaseException:
            self.close()
            raise

    @property
    def location(self) -> str:
        """The file's path."""
        return str(self.path)

    def cache_path(self, name: str) -> Path:
        """Tell where a cache lies: beside the file."""
        return self.path.with_name(f"{self.path.name}.{name}")

    def close(self) -> None:
        """Close every connection; the last one to a file folds its write-ahead log in."""
        with self._lock:
            connections, self._open = self._open, []
        self._local = threading.local()
        for connection in connections:
            connection.close()

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection."""
        held: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if held is None:
            held = self._local.connection = self._connect()
        return held

    def read(self, work: Callable[[Transaction], _T]) -> _T:
        """Do something with one state of the file."""
        with self._reading() as connection:
            return work(SqliteTransaction(connection, {}))

    def stream(self, work: Callable[[Transaction], Iterator[_T]]) -> Iterator[_T]:
        """Give what is made of one state of the file, over a connection of its own."""
        with self.telling():
            connection = self._connect()
            try:
                connection.execute("BEGIN")
                yield from work(SqliteTransaction(connection, {}))
            finally:
                with self._lock:
                    if connection in self._open:
                        self._open.remove(connection)
                connection.close()

    def change(self, work: Callable[[Transaction], _T], patience: float | None = None) -> _T:
        """Hold the write lock for one transaction."""
        if patience is not None:  # what is small needs no keys, and waits for no other writer of this process
            with self._writing(patience) as connection:
                return work(SqliteTransaction(connection, {}))
        with self._writers:
            with self._writing() as connection:
                transaction = SqliteTransaction(connection, self._keys)
                # Keys are others once accounts were removed, and none if the last transaction was taken back.
                removals = transaction.state().removals
                if removals != self._removals or len(self._keys) > _KEYS_HELD:
                    self._keys.clear()
                self._removals = -1
                done = work(transaction)
                kept = transaction.state().removals == removals
            self._removals = removals if kept else -1
        return done

    def wipe(self) -> None:
        """Drop every table, and make them anew."""

        def work(_: Transaction) -> None:
            state = SqliteTransaction(self.connection, {}).state()
            tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            for (table,) in self.connection.execute(tables).fetchall():
                self.connection.execute(f"DROP TABLE {table}")
            make_tables(self.connection, from_micros(state.created))
            counts = (state.generation + 1, state.removals + 1)
            self.connection.execute("UPDATE state SET generation = ?, removals = ?", counts)

        self.change(work)

    def scrub(self) -> None:
        """Rewrite the file without what was removed, and empty the write-ahead log.

        `secure_delete` overwrites removed cells, but a page that was split keeps copies of what it gave away, so only
        a rewritten file is certain to hold none.

        Raises:
            StoreError: If another program still reads the store, so that the old pages stay in the log.
        """
        with self.telling():
            connection = self.connection
            connection.execute("VACUUM")
            busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if busy:
            raise StoreError(
                f"it is removed, but another program still reads {self.path}, so that {self.path.name}-wal keeps old "
                "pages; close that program and run this again"
            )

    def checks(self) -> Iterator[Check]:
        """Look at the file itself; reads it once."""
        with self._reading() as connection:
            made = from_micros(SqliteTransaction(connection, {}).state().created).date()
            found = [row[0] for row in connection.execute("PRAGMA quick_check(10)")]
        yield Check(name="format", value=f"version {VERSION}, made on {made}, by SQLite {sqlite3.sqlite_version}")
        whole = found == ["ok"]
        yield Check(
            name="whole",
            value="yes" if whole else f"damaged: {'; '.join(found[:_SHOWN])}",
            advice=None if whole else "restore it from a copy, or ingest again into a new store",
        )

    @contextmanager
    def _writing(self, patience: float | None = None) -> Iterator[sqlite3.Connection]:
        """Hold the write lock for one transaction, after at most so many seconds: all of it is kept, or none."""
        with self.telling():
            connection = self.connection
            (before,) = connection.execute("PRAGMA busy_timeout").fetchone()
            if patience is not None:
                connection.execute(f"PRAGMA busy_timeout = {patience * 1_000:.0f}")
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                connection.execute(f"PRAGMA busy_timeout = {before}")

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """Hold one state of the store for several reads."""
        with self.telling():
            connection = self.connection
            if connection.in_transaction:
                yield connection
                return
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.execute("COMMIT")

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Turn SQLite's errors into ours."""
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(self._tell(error)) from error
        except OSError as error:
            raise StoreError(f"{self.path} can't be used: {error.strerror or error}; check the path") from error

    def _connect(self) -> sqlite3.Connection:
        mode = "rwc" if self.writable else "ro"
        connection = sqlite3.connect(
            f"file:{quote(str(self.path.absolute()))}?mode={mode}",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            _prepare(connection)
        except BaseException:
            connection.close()
            raise
        with self._lock:
            self._open.append(connection)
        return connection

    def _create(self, now: datetime) -> None:
        self._check_place()
        if not self.path.exists():
            # SQLite gives its side files the mode of the file itself.
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        self.writable = os.access(self.path, os.W_OK)
        connection = self.connection
        # In one state of the file: another program may be making the store in it.
        with self._reading():
            made = check_ours(connection, str(self.path))
        if not made:
            if not self.writable:
                raise StoreError(f"{self.path} can't be written to; allow it (chmod u+w), or name another store")
            # Counts for a new file only. An index that takes rows anywhere dirties half as many bytes again, but calls
            # the system half as often: a load of a million acts takes a tenth less time than with 4 KiB.
            connection.execute(f"PRAGMA page_size = {_PAGE_SIZE}")
            _turn_to_wal(connection)
            create(connection, str(self.path), now)
        if self.writable:
            self._make_private()

    def _check_place(self) -> None:
        folder = self.path.parent
        if not folder.is_dir():
            raise StoreError(f"there is no folder {folder}; create it, or name another path")
        if self.path.is_dir():
            raise StoreError(f"{self.path} is a folder; name a file in it, such as {self.path / 'people.db'}")
        if self.path.exists():
            if not os.access(self.path, os.R_OK):
                raise StoreError(f"{self.path} can't be read; allow it (chmod u+r), or name another store")
        elif not os.access(folder, os.W_OK | os.X_OK):
            raise StoreError(f"no file can be made in {folder}; allow it, or name another path")

    def _make_private(self) -> None:
        for path in (self.path, *(self.path.with_name(self.path.name + side) for side in _SIDES)):
            if path.exists() and path.stat().st_mode & 0o077:
                path.chmod(0o600)

    def _tell(self, error: sqlite3.Error) -> str:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_NOTADB:
            return f"{self.path} is not a store: it is no SQLite file; name another path with --store"
        if code == sqlite3.SQLITE_CORRUPT:
            return f"{self.path} is damaged ({error}); restore it from a copy, or ingest again into a new store"
        if code == sqlite3.SQLITE_FULL:
            return f"the disk of {self.path} is full; free some space and run the same command again"
        if code in _READ_ONLY:
            return f"{self.path} can't be written to; allow it (chmod u+w on the file and its folder)"
        if code == sqlite3.SQLITE_CANTOPEN:
            return f"{self.path} can't be opened; check that the folder and the file may be read and written"
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return f"{self.path} was kept busy by another program for {BUSY_SECONDS:.0f} s; wait for it and try again"
        if code == sqlite3.SQLITE_IOERR:
            return f"{self.path} can't be read or written ({error}); check the disk and its free space, and try again"
        return f"{self.path}: {error}; please report this"


def _prepare(connection: sqlite3.Connection) -> None:
    for pragma in (
        f"cache_size = -{_PAGES_KIB}",
        "secure_delete = ON",
        "synchronous = NORMAL",
        f"wal_autocheckpoint = {_CHECKPOINT_PAGES}",
        "trusted_schema = OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _turn_to_wal(connection: sqlite3.Connection) -> None:
    """Give the file its write-ahead log; where another turns it too, SQLite refuses at once, whatever the timeout."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return
