"""The embedded store: everything that `graph.store.store.Store` promises, over one SQLite file."""

import sqlite3
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from pathlib import Path

from graph.errors import StoreError
from graph.model import Member, Problem, Rule
from graph.records.rows import Batch
from graph.store.documents import Cursor, Receipt, Run, Written
from graph.stores.sqlite import asks, books, documents
from graph.stores.sqlite.database import State, load_state
from graph.stores.sqlite.reader import SqliteReader
from graph.stores.sqlite.removing import NOTHING_REMOVED, Removal, erase, has_before, remove_before
from graph.stores.sqlite.rows_in import (
    AccountBook,
    InteractionWriter,
    find_keys,
    remove_bare_items,
    remove_interaction,
    upsert_items,
)
from graph.stores.sqlite.suppression import admit

_ASK_PATIENCE = 0.25
"""Seconds: between two batches of an ingest there is room for an ask, and nobody notices the wait."""


class SqliteStore(SqliteReader):
    """The graph in one SQLite file, its caches beside it: what is asked of it, and what writes and removes."""

    def __init__(self, path: Path, *, now: datetime) -> None:
        super().__init__(path, now=now)
        self._writers = threading.RLock()
        self._accounts = AccountBook()

    # --- writing -------------------------------------------------------------------------------------------------

    def write(self, batch: Batch, cursor: Cursor | None = None) -> Written:
        """Write a batch and the cursor in one transaction."""
        # Keys are looked up under the same lock; to have SQLite look them up again costs a third of a load.
        with self._transaction(enforced=False) as (connection, state):
            before = connection.total_changes
            admitted = admit(connection, state.secret, batch)
            accounts = self._accounts.upsert(connection, admitted.accounts, state.generation)
            items = upsert_items(connection, admitted.items, accounts)
            writer = InteractionWriter(connection, state.secret, accounts, items)
            writer.write(admitted)
            if admitted.records:
                documents.write_records(connection, admitted.records, partial(_key, connection, accounts))
            if connection.total_changes != before:
                _count_up(connection, removals=0)
            if cursor is not None:
                books.save_cursor(connection, cursor)
        suppressed = len(batch.interactions) - len(admitted.interactions)
        return Written(
            new=writer.new,
            seen=sum(batch.read.values()) - suppressed - writer.new,
            suppressed=suppressed,
            problems=tuple(writer.problems),
        )

    def refresh(self) -> None:
        """Bring the index of names up to date."""
        with self._database.reading() as connection:
            self._names.refresh(connection)

    def record_run(self, run: Run, problems: Sequence[Problem], key: int | None = None) -> int:
        """Keep what an ingest run did."""
        with self._database.writing() as connection:
            return books.save_run(connection, run, problems, key)

    def retract(self, what: str, at: datetime) -> bool:
        """Take back an assertion, declared tie, introduction or interaction by its id."""
        with self._changing() as (connection, _):
            if documents.retract_record(connection, what, at):
                return True
            row = connection.execute("SELECT key, item FROM interaction WHERE id = ?", (what,)).fetchone()
            if row is None:
                return False
            key, item = row
            remove_interaction(connection, key)
            remove_bare_items(connection, [item])
            return True

    def add_members(self, members: Collection[Member]) -> None:
        """Put accounts on lists."""
        with self._changing() as (connection, state):
            named = [member.account.id for member in members]
            books.save_members(connection, members, self._accounts.upsert_bare(connection, named, state.generation))

    def remove_members(self, members: Collection[Member]) -> None:
        """Take accounts off lists."""
        with self._changing() as (connection, _):
            keys = find_keys(connection, {member.account.id for member in members})
            books.drop_members(connection, members, keys)
            books.forget_done(connection)

    def set_profile(self, profile: str, accounts: Collection[str]) -> None:
        """Fix which accounts are "me" under a profile."""
        with self._changing() as (connection, state):
            keys = self._accounts.upsert_bare(connection, accounts, state.generation)
            books.save_profile(connection, profile, [keys[id_] for id_ in dict.fromkeys(accounts)])

    def set_rule(self, rule: Rule, *, on: bool) -> None:
        """Add or remove a standing order."""
        with self._changing() as (connection, _):
            books.save_rule(connection, rule, on=on)

    def record_ask(self, profile: str, account: str, at: datetime) -> None:
        """Keep whom a profile asked for, unless the store can't be written to within a moment."""
        # Neither the writers' lock nor the state is needed, and an ingest may hold the one and change the other.
        with suppress(StoreError), self._database.writing(patience=_ASK_PATIENCE) as connection:
            asks.save_ask(connection, profile, account, at)

    # --- removing ------------------------------------------------------------------------------------------------

    def forget(self, ids: Collection[str]) -> Receipt:
        """Erase accounts and all derived from them, and suppress them from now on."""
        with self._removing() as (connection, state):
            removal = Removal(connection, state.secret, ids)
            removal.suppress()
            return removal.run()

    def remove_matching(self, accounts: Collection[str]) -> Receipt:
        """Remove what an exclusion newly covers."""
        with self._removing() as (connection, state):
            return Removal(connection, state.secret, accounts).run()

    def remove_before(self, at: datetime) -> Receipt:
        """Remove interactions older than an instant, and accounts that only they named."""
        with self._database.reading() as connection:
            if not has_before(connection, at):
                return NOTHING_REMOVED
        with self._removing() as (connection, _):
            return remove_before(connection, at)

    def erase(self) -> None:
        """Remove everything, the caches too."""
        with self._removing() as (connection, state):
            erase(connection, state)

    # --- within --------------------------------------------------------------------------------------------------

    @contextmanager
    def _changing(self) -> Iterator[tuple[sqlite3.Connection, State]]:
        """Hold a write transaction; where rows changed, it counts as one more generation."""
        with self._transaction(enforced=True) as (connection, state):
            before = connection.total_changes
            yield connection, state
            if connection.total_changes != before:
                _count_up(connection, removals=0)

    @contextmanager
    def _removing(self) -> Iterator[tuple[sqlite3.Connection, State]]:
        """Hold a write transaction that removes; then take what was removed out of caches and free pages."""
        with self._transaction(enforced=False) as (connection, state):
            yield connection, state
            books.forget_done(connection)
            _count_up(connection, removals=1)
            self._accounts.clear()  # while no other thread can take a key from it
        self._acts = None
        self._names.forget()
        self._database.remove_caches()
        self._database.scrub()

    @contextmanager
    def _transaction(self, *, enforced: bool) -> Iterator[tuple[sqlite3.Connection, State]]:
        """Hold a write transaction with the state before it."""
        with self._writers:
            try:
                with self._database.writing(enforced=enforced) as connection:
                    yield connection, load_state(connection)
                    after = load_state(connection)
            except BaseException:
                self._accounts.clear()
                raise
            self._accounts.committed(after.generation)


def _count_up(connection: sqlite3.Connection, *, removals: int) -> None:
    connection.execute("UPDATE state SET generation = generation + 1, removals = removals + ?", (removals,))


def _key(connection: sqlite3.Connection, keys: dict[str, int], id_: str) -> int:
    key = keys.get(id_)
    return find_keys(connection, [id_])[id_] if key is None else key
