"""The embedded store: everything that `graph.store.Store` promises, over one SQLite file."""

import sqlite3
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from pathlib import Path

from graph.batch import NO_ACCOUNT, Batch
from graph.columns import Columns, said_columns
from graph.digest import hash_text
from graph.errors import StoreError
from graph.model import (
    Member,
    Problem,
    from_micros,
)
from graph.store import Cursor, Receipt, Rule, Run, Written
from graph.stores.sqlite import asks, books, records
from graph.stores.sqlite.accounts import AccountBook, find_keys
from graph.stores.sqlite.acts import absorb
from graph.stores.sqlite.interactions import InteractionWriter, Keys, recount, remove_interaction
from graph.stores.sqlite.items import ItemWriter, remove_bare_items
from graph.stores.sqlite.reader import SqliteReader
from graph.stores.sqlite.removing import Removal, erase, remove_before
from graph.stores.sqlite.state import State, load_state, save_state
from graph.stores.sqlite.suppression import admit

ABSORB_AT = 250_000
"""How many interactions may wait until they are absorbed in passing; a reader meanwhile shadows at most so many."""

_ASK_PATIENCE = 0.25
"""Seconds: between two batches of an ingest there is room for an ask, and nobody notices the wait."""


class SqliteStore(SqliteReader):
    """The graph in one SQLite file, its caches beside it: what is asked of it, and what writes and removes."""

    def __init__(self, path: Path, *, now: datetime) -> None:
        super().__init__(path, now=now)
        self._writers = threading.RLock()
        self._accounts = AccountBook()

    # --- writing -------------------------------------------------------------------------------------------------

    def write(self, batch: Batch | Columns, cursor: Cursor | None = None) -> Written:
        """Write a batch and the cursor in one transaction."""
        with self._deriving() as (connection, state):
            before = connection.total_changes
            admitted = admit(connection, state, batch)
            kept = admitted.batch
            accounts = self._accounts.upsert(connection, state, kept.accounts)
            items = ItemWriter(connection, state, kept.items, kept.accounts.ids, accounts).write()
            writer = InteractionWriter(connection, state, self._recent, kept)
            writer.insert(writer.find_new(), Keys(accounts=accounts, items=items))
            if kept.records:
                keys = dict(zip(kept.accounts.ids, accounts.tolist(), strict=True))
                records.write_records(connection, kept.records, partial(_key, connection, keys))
            state.generation += connection.total_changes != before
            if state.pending >= ABSORB_AT:
                absorb(connection, state, self._recent)
            if cursor is not None:
                books.save_cursor(connection, cursor)
            if kept.seal and admitted.whole and not writer.problems:
                books.save_seal(connection, kept.seal, kept.read)
        return Written(
            new=writer.new,
            seen=sum(batch.read.values()) - admitted.suppressed - writer.new,
            suppressed=admitted.suppressed,
            problems=tuple(writer.problems),
        )

    def settle(self, progress: Callable[[str], None] | None = None) -> None:
        """Bring what is derived up to date: rows by pair and by item, their columns, and the index of names."""
        tell = progress or (lambda _: None)
        tell("sorting what was written")
        with self._deriving() as (connection, state):
            absorb(connection, state, self._recent)
            if state.recount:
                recount(connection, state)
        tell("summing up relationships")
        with self._database.reading() as connection:
            done = self._pairs.refresh(connection)
        tell("indexing names")
        with self._database.reading() as connection:
            named = self._names.refresh(connection)
        self._prune(done or 0, named or 0)

    def _prune(self, touch: int, generation: int) -> None:
        """Remove what told the caches of changes that their files hold now."""
        stale = "SELECT 1 FROM touched WHERE seq < ? UNION ALL SELECT 1 FROM renamed WHERE generation <= ? LIMIT 1"
        with self._database.reading() as connection:
            if connection.execute(stale, (touch, generation)).fetchone() is None:
                return
        with self._deriving() as (connection, state):
            connection.execute("DELETE FROM touched WHERE seq < ?", (touch,))
            connection.execute("DELETE FROM renamed WHERE generation <= ?", (generation,))
            state.pruned = max(state.pruned, touch)
            state.pruned_names = max(state.pruned_names, generation)

    def record_run(self, run: Run, problems: Sequence[Problem]) -> None:
        """Keep what an ingest run did."""
        with self._database.writing() as connection:
            books.save_run(connection, run, problems)

    def retract(self, what: str, at: datetime) -> bool:
        """Take back an assertion, declared tie, introduction or interaction by its id."""
        with self._changing() as (connection, state):
            if records.retract_record(connection, what, at):
                return True
            query = "SELECT key, item FROM interaction WHERE hash = ? AND id = ?"
            row = connection.execute(query, (hash_text(what), what)).fetchone()
            if row is None:
                return False
            key, item = row
            remove_interaction(connection, state, key)
            remove_bare_items(connection, [item])
            self._recent.clear()
            return True

    def add_members(self, members: Collection[Member]) -> None:
        """Put accounts on lists."""
        with self._changing() as (connection, state):
            named = [member.account.id for member in members]
            books.save_members(connection, members, self._upsert(connection, state, named))

    def remove_members(self, members: Collection[Member]) -> None:
        """Take accounts off lists."""
        with self._changing() as (connection, _):
            keys = find_keys(connection, {member.account.id for member in members})
            books.drop_members(connection, members, keys)

    def set_profile(self, profile: str, accounts: Collection[str]) -> None:
        """Fix which accounts are "me" under a profile."""
        with self._changing() as (connection, state):
            keys = self._upsert(connection, state, accounts)
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
            removal = Removal(connection, state, ids)
            removal.suppress()
            return removal.run()

    def remove_matching(self, accounts: Collection[str]) -> Receipt:
        """Remove what an exclusion newly covers."""
        with self._removing() as (connection, state):
            return Removal(connection, state, accounts).run()

    def remove_before(self, at: datetime) -> Receipt:
        """Remove interactions older than an instant, and accounts that only they named."""
        with self._removing() as (connection, _):
            return remove_before(connection, at)

    def erase(self) -> None:
        """Remove everything, the caches too."""
        with self._removing() as (connection, state):
            fresh = erase(connection, from_micros(state.created))
            state.uid, state.secret = fresh.uid, fresh.secret
            state.next_account = state.next_item = state.next_interaction = state.next_touch = state.pruned = 1
            state.absorbed = 0

    # --- within --------------------------------------------------------------------------------------------------

    def _upsert(self, connection: sqlite3.Connection, state: State, ids: Collection[str]) -> dict[str, int]:
        """Give the keys of accounts of which nothing is said; unknown ones are made."""
        said = said_columns(dict.fromkeys(ids, NO_ACCOUNT))
        return dict(zip(said.ids, self._accounts.upsert(connection, state, said).tolist(), strict=True))

    @contextmanager
    def _changing(self) -> Iterator[tuple[sqlite3.Connection, State]]:
        """Hold a write transaction with the state; where rows changed, it counts as one more generation."""
        with self._deriving(enforced=True) as (connection, state):
            before = connection.total_changes
            yield connection, state
            state.generation += connection.total_changes != before

    @contextmanager
    def _removing(self) -> Iterator[tuple[sqlite3.Connection, State]]:
        """Hold a write transaction that removes; then take what was removed out of caches and free pages."""
        with self._deriving() as (connection, state):
            absorb(connection, state, self._recent)
            yield connection, state
            self._recent.clear()
            books.drop_seals(connection)
            connection.execute("DELETE FROM touched")
            connection.execute("DELETE FROM renamed")
            state.removals += 1
            state.generation += 1
            recount(connection, state)
        self._accounts.clear()
        self._pairs.forget()
        self._names.forget()
        self._database.remove_caches()
        self._database.scrub()

    @contextmanager
    def _deriving(self, *, enforced: bool = False) -> Iterator[tuple[sqlite3.Connection, State]]:
        """Hold a write transaction with the state, which is saved at the end."""
        with self._writers:
            try:
                with self._database.writing(enforced=enforced) as connection:
                    state = load_state(connection)
                    self._recent.check(state)
                    yield connection, state
                    save_state(connection, state)
            except BaseException:
                self._accounts.clear()
                self._recent.clear()
                raise
            self._accounts.committed(state)
            self._recent.committed(state)


def _key(connection: sqlite3.Connection, keys: dict[str, int], id_: str) -> int:
    key = keys.get(id_)
    return find_keys(connection, [id_])[id_] if key is None else key
