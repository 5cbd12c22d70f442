"""The store: what it promises, whatever database keeps the graph. Nothing above it knows which one that is.

Accounts are named by id at the border. The records that cross it are those of `graph.model`, of `graph.store.documents`
and of `graph.store.features`.
"""

import threading
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TypeVar

from graph.errors import StoreError
from graph.model import (
    Member,
    Problem,
    Rule,
    to_micros,
)
from graph.records.rows import Batch
from graph.store import books
from graph.store.backend import Backend, State, Transaction
from graph.store.batches import KnownAccounts, drop_interactions, write_batch
from graph.store.cache import is_snapshot
from graph.store.copying import Copied, Tell, copy
from graph.store.documents import Cursor, Receipt, Run, Written
from graph.store.narrowing import make_stale
from graph.store.reader import StoreReader
from graph.store.removal import add_up, remove_accounts, remove_interactions

_T = TypeVar("_T")
_ASK_PATIENCE = 0.25
"""Seconds: between two batches of an ingest there is room for an ask, and nobody notices the wait."""


class Store(StoreReader):
    """Where the graph is kept."""

    def __init__(self, backend: Backend) -> None:
        super().__init__(backend)
        self._writers = threading.RLock()
        self._accounts = KnownAccounts()

    # --- writing -------------------------------------------------------------------------------------------------

    def write(self, batch: Batch, cursor: Cursor | None = None) -> Written:
        """Write a batch and the cursor in one transaction; written twice it changes nothing."""

        def work(transaction: Transaction, state: State) -> Written:
            return write_batch(transaction, state.secret, batch, self._accounts)

        def note(transaction: Transaction) -> None:
            if cursor is not None:
                books.save_cursor(transaction, cursor)

        return self._change(work, note)

    def refresh(self) -> None:
        """Bring the index of names up to date with what was written; an ingest ends with this."""
        self._backend.read(self._names.refresh)

    def record_run(self, run: Run, problems: Sequence[Problem], key: int | None = None) -> int:
        """Keep what an ingest run did, with (at most the first 1,000 of) its problems.

        Returns:
            The key under which it is kept; given that, what was kept of it is replaced.
        """
        return self._backend.change(lambda transaction: books.save_run(transaction, run, problems, key))

    def retract(self, what: str, at: datetime) -> bool:
        """Take back an assertion, declared tie, introduction or hand-logged interaction by its id.

        Returns:
            Whether anything by that id stood. Assertions, declared ties and introductions stay as retracted rows;
            an interaction is removed, and its item where nothing else is on that. Writing a retracted record again
            with a later `at` restores it.
        """

        def work(transaction: Transaction, _: State) -> bool:
            stood = books.retract_record(transaction, what, at)
            if stood is not None:
                return stood
            rows = list(transaction.interactions([what]))
            drop_interactions(transaction, [row.id for row in rows])
            transaction.drop_bare_items([row.item for row in rows if row.item])
            return bool(rows)

        return self._change(work)

    def add_members(self, members: Collection[Member]) -> None:
        """Put accounts on lists."""

        def work(transaction: Transaction, _: State) -> None:
            self._accounts.upsert_bare(transaction, [member.account.id for member in members])
            books.add_members(transaction, members)

        self._change(work)

    def remove_members(self, members: Collection[Member]) -> None:
        """Take accounts off lists; a list without members is gone."""

        def work(transaction: Transaction, _: State) -> None:
            books.remove_members(transaction, members)
            books.forget_done(transaction)

        self._change(work)

    def set_profile(self, profile: str, accounts: Collection[str]) -> None:
        """Fix which account ids are "me" under a profile; creates accounts that are unknown yet."""

        def work(transaction: Transaction, _: State) -> None:
            self._accounts.upsert_bare(transaction, accounts)
            books.save_profile(transaction, profile, accounts)

        self._change(work)

    def set_rule(self, rule: Rule, *, on: bool) -> None:
        """Add or remove a standing order."""

        def work(transaction: Transaction, _: State) -> None:
            if rule.kind == "exclude" and not on:
                make_stale(transaction)
            books.save_rule(transaction, rule, on=on)

        self._change(work)

    def record_ask(self, profile: str, account: str, at: datetime) -> None:
        """Keep whom a profile asked for: the newest RECENT_KEPT accounts, each with its last ask.

        Nothing is kept of an unknown account. It is no change of the graph, so the generation stays. It never fails or
        holds up an answer: where the store can't be written to, or another program writes to it for longer than a
        moment, the ask is not kept, silently.
        """
        with suppress(StoreError):
            self._backend.change(
                lambda transaction: books.save_ask(transaction, profile, account, at), patience=_ASK_PATIENCE
            )

    def copy_to(self, target: "Store", tell: Tell) -> Copied:
        """Copy everything to an empty store, or go on with that; see `copying.copy`."""
        return target.take(self._backend, tell)

    def take(self, source: Backend, tell: Tell) -> Copied:
        """Become a copy of another store."""
        copied = copy(source, self._backend, self.erase, tell)
        self.refresh()
        return copied

    # --- removing ------------------------------------------------------------------------------------------------

    def forget(self, ids: Collection[str]) -> Receipt:
        """Erase these accounts and all derived from them, and suppress them from now on."""
        return self._remove(lambda transaction, state: remove_accounts(transaction, state.secret, ids, forgotten=True))

    def remove_matching(self, accounts: Collection[str]) -> Receipt:
        """Remove what an exclusion newly covers: as `forget`, without suppression.

        What stays is as ingest makes it under that rule, so that reading it again changes nothing. Texts that name an
        account made by hand (`manual:`) stay: who they mean is not known.
        """
        return self._remove(
            lambda transaction, state: remove_accounts(transaction, state.secret, accounts, forgotten=False)
        )

    def remove_before(self, at: datetime) -> Receipt:
        """Remove interactions older than an instant (`keep`), and accounts that nothing names any more."""
        micros = to_micros(at)
        ids = self._backend.read(lambda transaction: transaction.find_before(micros))

        def remove(some: list[str]) -> Receipt:
            return self._drop(lambda transaction, _: remove_interactions(transaction, some))

        size = self.batch_size
        receipts = [remove(ids[start : start + size]) for start in range(0, len(ids), size)]
        if receipts:
            self._clean()
        return add_up(receipts)

    def erase(self) -> None:
        """Remove everything, the caches too, so that no byte of it stays in the store's files.

        Where that is interrupted, what is left is of no use until it is done: see `expect_whole`.
        """
        with self._writers:
            self._accounts.begin(-1)
            self._backend.change(books.begin_erasing)
            self._backend.wipe()
        self._clean()

    # --- within --------------------------------------------------------------------------------------------------

    def _change(
        self, work: Callable[[Transaction, State], _T], note: Callable[[Transaction], None] = lambda _: None
    ) -> _T:
        """Write; where something changed, it counts as one more generation, but not for what is noted beside it."""

        def attempt(transaction: Transaction) -> tuple[_T, int]:
            state = transaction.state()
            self._accounts.begin(state.generation)
            before = transaction.changes()
            done = work(transaction, state)
            changed = transaction.changes() != before
            if changed:
                transaction.advance(removals=0)
            note(transaction)
            return done, state.generation + changed

        with self._writers:
            done, generation = self._backend.change(attempt)
            self._accounts.keep(generation)
        return done

    def _remove(self, work: Callable[[Transaction, State], _T]) -> _T:
        """Remove, in the store and beside it."""
        done = self._drop(work)
        self._clean()
        return done

    def _drop(self, work: Callable[[Transaction, State], _T]) -> _T:
        def attempt(transaction: Transaction) -> _T:
            done = work(transaction, transaction.state())
            books.forget_done(transaction)
            transaction.advance(removals=1)
            return done

        with self._writers:
            self._accounts.begin(-1)
            return self._backend.change(attempt)

    def _clean(self) -> None:
        """Take what was removed out of caches and free pages."""
        self._acts = None
        self._names.forget()
        self._backend.scrub()
        for path in self._beside():
            try:
                if is_snapshot(path):
                    path.unlink(missing_ok=True)
            except OSError as error:
                raise StoreError(f"{path} names who was removed, and stays ({error.strerror}); delete it") from error
