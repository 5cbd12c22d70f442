"""Connections to one SQLite file: how it is opened, its transactions, and what its errors tell the user."""

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from graph.errors import StoreError
from graph.stores.sqlite.schema import check_ours, create

BUSY_SECONDS = 60.0
"""How long a connection waits for another one that writes."""
_PAGES_KIB = 48 << 10
_PAGE_SIZE = 8_192
_CHECKPOINT_PAGES = 8_000
_SIDES = ("-wal", "-shm")
_READ_ONLY = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM)


class Database:
    """One file; a connection for each thread that uses it, opened at first use."""

    def __init__(self, path: Path, now: datetime) -> None:
        self.path = path
        self.writable = True
        self._local = threading.local()
        self._lock = threading.Lock()
        self._open: list[sqlite3.Connection] = []
        try:
            with self.telling():
                self._create(now)
        except BaseException:
            self.close()
            raise

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

    @contextmanager
    def separate(self) -> Iterator[sqlite3.Connection]:
        """Hold one state of the store over a connection of its own, to read it while the others write."""
        with self.telling():
            connection = self._connect()
            try:
                connection.execute("BEGIN")
                yield connection
            finally:
                with self._lock:
                    if connection in self._open:
                        self._open.remove(connection)
                connection.close()

    @contextmanager
    def writing(self, *, patience: float | None = None) -> Iterator[sqlite3.Connection]:
        """Hold the write lock for one transaction: all of it is kept, or none.

        Args:
            patience: How many seconds to wait for the lock; None for BUSY_SECONDS.
        """
        with self.telling():
            connection = self.connection
            if patience is not None:
                connection.execute(f"PRAGMA busy_timeout = {patience * 1_000:.0f}")
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                if connection.in_transaction:
                    connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                if patience is not None:
                    connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1_000:.0f}")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
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
        with self.reading():
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
