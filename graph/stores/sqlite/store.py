"""The embedded store: everything that `graph.store.Store` promises, over one SQLite file."""

import sqlite3
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graph.batch import NO_ACCOUNT, Batch
from graph.columns import Columns, said_columns
from graph.digest import hash_text
from graph.merging import shown
from graph.model import (
    Account,
    Declared,
    Interaction,
    Introduction,
    Item,
    Member,
    Problem,
    Record,
    SameAs,
    from_micros,
)
from graph.store import Check, Cursor, Filters, Match, Overview, PairCount, Receipt, Rule, Run, TieRows, Written
from graph.stores.sqlite import books, reading, records
from graph.stores.sqlite.accounts import AccountBook, find_ids, find_keys
from graph.stores.sqlite.acts import Recent, absorb, shadow
from graph.stores.sqlite.database import Database
from graph.stores.sqlite.health import look
from graph.stores.sqlite.interactions import InteractionWriter, Keys, recount, remove_interaction
from graph.stores.sqlite.items import ItemWriter, remove_bare_items
from graph.stores.sqlite.names import NameIndex
from graph.stores.sqlite.pairs import PairCache
from graph.stores.sqlite.removing import Removal, erase, find_interactions, find_records, remove_before
from graph.stores.sqlite.state import State, load_state, save_state
from graph.stores.sqlite.suppression import admit

ABSORB_AT = 250_000
"""How many interactions may wait until they are absorbed in passing; a reader meanwhile shadows at most so many."""


class SqliteStore:
    """The graph in one SQLite file, its caches beside it."""

    def __init__(self, path: Path, *, now: datetime) -> None:
        self._database = Database(path, now)
        self._path = path
        self._writers = threading.RLock()
        self._accounts = AccountBook()
        self._names = NameIndex(self.cache_path("names"))
        self._recent = Recent()
        self._pairs = PairCache(self.cache_path("acts"), self.cache_path("pairs"), self._recent)

    @property
    def location(self) -> str:
        """The file's path."""
        return str(self._path)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def generation(self) -> int:
        """Count the transactions that changed the graph."""
        with self._database.reading() as connection:
            return load_state(connection).generation

    def cache_path(self, name: str) -> Path:
        """Tell where a cache lies: beside the file."""
        return self._path.with_name(f"{self._path.name}.{name}")

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

    def cursor(self, job: str) -> str | None:
        """Tell where an interrupted run goes on."""
        with self._database.reading() as connection:
            return books.read_cursor(connection, job)

    def seals(self) -> dict[str, dict[int, int]]:
        """Tell what need not be read again."""
        with self._database.reading() as connection:
            return books.read_seals(connection)

    def record_run(self, run: Run, problems: Sequence[Problem]) -> None:
        """Keep what an ingest run did."""
        with self._database.writing() as connection:
            books.save_run(connection, run, problems)

    def runs(self) -> list[Run]:
        """List the runs, newest first."""
        with self._database.reading() as connection:
            return books.read_runs(connection)

    def problems(self, limit: int = 1_000) -> list[Problem]:
        """Give the first kept problems of the newest run."""
        with self._database.reading() as connection:
            return books.read_newest_problems(connection, limit)

    def health(self) -> list[Check]:
        """Look at the file itself."""
        with self._database.reading() as connection:
            return list(look(connection, self._path))

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

    # --- reading -------------------------------------------------------------------------------------------------

    def overview(self) -> Overview:
        """Count what is in the store."""
        with self._database.reading() as connection:
            return books.read_overview(connection)

    def tie_rows(self, filters: Filters) -> TieRows:
        """Give the features of every pair."""
        with self._database.reading() as connection:
            return self._pairs.rows(connection, filters)

    def source_names(self) -> list[str]:
        """Name the sources behind the bits of `TieRows.sources`."""
        with self._database.reading() as connection:
            return [name for (name,) in connection.execute("SELECT name FROM source ORDER BY key")]

    def account_keys(self, ids: Collection[str]) -> dict[str, int]:
        """Map account ids to keys."""
        with self._database.reading() as connection:
            return find_keys(connection, ids)

    def account_ids(self, keys: Collection[int]) -> dict[int, str]:
        """Map account keys to ids."""
        with self._database.reading() as connection:
            return find_ids(connection, keys)

    def keys_by_id(self) -> NDArray[np.int32]:
        """Give all account keys in the order of their ids."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT key FROM account ORDER BY id")
            return np.fromiter((key for (key,) in rows), dtype=np.int32)

    def accounts(self, ids: Collection[str] | None = None) -> Iterator[Account]:
        """Give accounts in the order of their ids."""
        if ids is None:
            with self._database.separate() as connection:
                yield from map(reading.make_account, connection.execute(f"{reading.ACCOUNTS} ORDER BY id"))
            return
        with self._database.reading() as connection:
            keys = find_keys(connection, ids).values()
            found = [account for _, account in reading.read_accounts(connection, keys)]
        yield from sorted(found, key=lambda account: account.id)

    def search(self, text: str, limit: int = 20) -> list[Match]:
        """Find accounts by name, handle, address, organisation, profile URL or id, best first."""
        with self._database.reading() as connection:
            return self._names.search(connection, text, limit)

    def interactions(
        self, pairs: Collection[tuple[str, str]], filters: Filters, limit: int | None = None
    ) -> Iterator[Interaction]:
        """Give the interactions of pairs, newest first."""
        with self._database.reading() as connection:
            acts = shadow(connection, load_state(connection))
            found = reading.find_between(connection, acts, self._pair_keys(connection, pairs), filters, limit)
        yield from self._make([key for _, _, key in found])

    def pair_counts(self, pairs: Collection[tuple[str, str]], filters: Filters) -> list[PairCount]:
        """Count the acts of pairs by kind."""
        with self._database.reading() as connection:
            acts = shadow(connection, load_state(connection))
            wanted = self._pair_keys(connection, pairs)
            names = find_ids(connection, {key for pair in wanted for key in pair})
            return [
                reading.make_count(row, names[row[0]], names[row[1]])
                for row in reading.count_pairs(connection, acts, wanted, filters)
            ]

    def one_way(self, me: Collection[str], targets: Collection[str], filters: Filters) -> Iterator[Interaction]:
        """Give what me did towards the targets or on their items, and they towards me or mine."""
        with self._database.reading() as connection:
            acts = shadow(connection, load_state(connection))
            mine, theirs = (set(find_keys(connection, ids).values()) for ids in (me, targets))
            pairs = [pair for a in mine for b in theirs for pair in ((a, b), (b, a)) if a != b]
            found = set(reading.find_between(connection, acts, pairs, filters))
            for actors, authors in ((mine, theirs), (theirs, mine)):
                found.update(reading.find_on_items(connection, actors, authors, filters))
        yield from self._make([key for _, _, key in reading.newest_first(found)])

    def items_by(self, authors: Collection[str], filters: Filters, limit: int = 20) -> list[tuple[Item, datetime]]:
        """Give the newest items by authors."""
        with self._database.reading() as connection:
            keys = find_keys(connection, authors).values()
            return reading.find_items(connection, keys, filters, limit)

    def actors_on(self, authors: Collection[str], filters: Filters) -> list[tuple[str, str, int, datetime | None]]:
        """Tell who else acted on authors' items."""
        with self._database.reading() as connection:
            return reading.find_actors(connection, find_keys(connection, authors).values(), filters)

    def scan(self, filters: Filters) -> Iterator[Interaction]:
        """Give every interaction that the filters let through, by date and id."""
        reader = reading.Reader()
        with self._database.separate() as connection:
            for keys in reading.scan_keys(connection, filters):
                yield from reader.read(connection, keys)

    def assertions(self) -> list[SameAs]:
        """Give all assertions of identity."""
        with self._database.reading() as connection:
            return [shown(record) for record in records.read_assertions(connection)]

    def declared(self) -> list[Declared]:
        """Give all declared ties."""
        with self._database.reading() as connection:
            return [shown(record) for record in records.read_declared(connection)]

    def introductions(self) -> list[Introduction]:
        """Give all introductions."""
        with self._database.reading() as connection:
            return [shown(record) for record in records.read_introductions(connection)]

    def lists(self) -> dict[str, list[str]]:
        """Give the account ids on each list."""
        with self._database.reading() as connection:
            return books.read_lists(connection)

    def profiles(self) -> dict[str, list[str]]:
        """Give the account ids of each profile."""
        with self._database.reading() as connection:
            return books.read_profiles(connection)

    def rules(self) -> list[Rule]:
        """Give the standing orders."""
        with self._database.reading() as connection:
            return books.read_rules(connection)

    def about(self, ids: Collection[str]) -> Iterator[Record]:
        """Give every record held on accounts."""
        reader = reading.Reader()
        with self._database.separate() as connection:
            keys = find_keys(connection, ids)
            yield from find_records(connection, keys)
            for chunk in find_interactions(connection, keys.values()):
                yield from reader.read(connection, chunk)

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

    def _pair_keys(self, connection: sqlite3.Connection, pairs: Collection[tuple[str, str]]) -> list[tuple[int, int]]:
        keys = find_keys(connection, {id_ for pair in pairs for id_ in pair})
        wanted = dict.fromkeys(pairs)
        return [(keys[first], keys[second]) for first, second in wanted if first in keys and second in keys]

    def _make(self, keys: Sequence[int]) -> Iterator[Interaction]:
        """Make interactions chunk by chunk, so that no transaction stays open between two."""
        reader = reading.Reader()
        for start in range(0, len(keys), reading.CHUNK):
            with self._database.reading() as connection:
                made = reader.read(connection, keys[start : start + reading.CHUNK])
            yield from made


def _key(connection: sqlite3.Connection, keys: dict[str, int], id_: str) -> int:
    key = keys.get(id_)
    return find_keys(connection, [id_])[id_] if key is None else key
