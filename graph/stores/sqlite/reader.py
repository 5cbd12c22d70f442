"""What can be asked of one SQLite file."""

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graph.model import Account, Declared, Interaction, Introduction, Item, Problem, Record, Rule, SameAs
from graph.people.matches import Match
from graph.records.rare import shown
from graph.store.documents import Check, Cursor, Overview, Recent, Run
from graph.store.features import Acts, Filters, PairCount, TieRows, filter_acts, make_tie_rows
from graph.stores.sqlite import asks, books, documents, rows_out
from graph.stores.sqlite.checks import look
from graph.stores.sqlite.database import Database, load_state
from graph.stores.sqlite.name_index import NameIndex
from graph.stores.sqlite.removing import find_interactions, find_records
from graph.stores.sqlite.rows_in import find_ids, find_keys


class SqliteReader:
    """The graph in one SQLite file, its caches beside it, as it is asked; `SqliteStore` writes it."""

    def __init__(self, path: Path, *, now: datetime) -> None:
        self._database = Database(path, now)
        self._path = path
        self._names = NameIndex(self.cache_path("names"))
        self._acts: tuple[int, Acts] | None = None  # as of a generation

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

    def removals(self) -> int:
        """Count the transactions that removed something."""
        with self._database.reading() as connection:
            return load_state(connection).removals

    def cache_path(self, name: str) -> Path:
        """Tell where a cache lies: beside the file."""
        return self._path.with_name(f"{self._path.name}.{name}")

    def cursor(self, job: str) -> Cursor:
        """Tell how far an input was read."""
        with self._database.reading() as connection:
            return books.read_cursor(connection, job)

    def runs(self) -> list[Run]:
        """List the runs, newest first."""
        with self._database.reading() as connection:
            return books.read_runs(connection)

    def problems(self) -> list[Problem]:
        """Give the kept problems of the newest run."""
        with self._database.reading() as connection:
            return books.read_newest_problems(connection)

    def health(self) -> list[Check]:
        """Look at the file itself."""
        with self._database.reading() as connection:
            return list(look(connection, self._path))

    def overview(self) -> Overview:
        """Count what is in the store."""
        with self._database.reading() as connection:
            return books.read_overview(connection)

    def months(self) -> dict[date, int]:
        """Count the dated interactions by month."""
        with self._database.separate() as connection:
            return rows_out.count_months(connection)

    def tie_rows(self, filters: Filters, among: NDArray[np.int64] | None = None) -> TieRows:
        """Give the features of every pair, or of those between some accounts."""
        with self._database.reading() as connection:
            generation, held = load_state(connection).generation, self._acts
            if held is None or held[0] != generation:
                held = self._acts = generation, rows_out.read_acts(connection)
        return make_tie_rows(filter_acts(held[1], filters, among))

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
                yield from map(rows_out.make_account, connection.execute(f"{rows_out.ACCOUNTS} ORDER BY id"))
            return
        with self._database.reading() as connection:
            keys = find_keys(connection, ids).values()
            found = [account for _, account in rows_out.read_accounts(connection, keys)]
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
            found = rows_out.find_between(connection, self._pair_keys(connection, pairs), filters, limit)
        yield from self._make([key for _, _, key in found])

    def pair_counts(self, pairs: Collection[tuple[str, str]], filters: Filters) -> list[PairCount]:
        """Count the acts of pairs by kind."""
        with self._database.reading() as connection:
            wanted = self._pair_keys(connection, pairs)
            names = find_ids(connection, {key for pair in wanted for key in pair})
            return [
                rows_out.make_count(row, names[row[0]], names[row[1]])
                for row in rows_out.count_pairs(connection, wanted, filters)
            ]

    def one_way(self, me: Collection[str], targets: Collection[str], filters: Filters) -> Iterator[Interaction]:
        """Give what me did towards the targets or on their items, and they towards me or mine."""
        with self._database.reading() as connection:
            mine, theirs = (set(find_keys(connection, ids).values()) for ids in (me, targets))
            pairs = [pair for a in mine for b in theirs for pair in ((a, b), (b, a)) if a != b]
            found = set(rows_out.find_between(connection, pairs, filters))
            for actors, authors in ((mine, theirs), (theirs, mine)):
                found.update(rows_out.find_on_items(connection, actors, authors, filters))
        yield from self._make([key for _, _, key in rows_out.newest_first(found)])

    def items_by(self, authors: Collection[str], filters: Filters, limit: int = 20) -> list[tuple[Item, datetime]]:
        """Give the newest items by authors."""
        with self._database.reading() as connection:
            keys = find_keys(connection, authors).values()
            return rows_out.find_items(connection, keys, filters, limit)

    def assertions(self) -> list[SameAs]:
        """Give all assertions of identity."""
        with self._database.reading() as connection:
            return [shown(record) for record in documents.read_assertions(connection)]

    def declared(self) -> list[Declared]:
        """Give all declared ties."""
        with self._database.reading() as connection:
            return [shown(record) for record in documents.read_declared(connection)]

    def introductions(self) -> list[Introduction]:
        """Give all introductions."""
        with self._database.reading() as connection:
            return [shown(record) for record in documents.read_introductions(connection)]

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

    def recent_asks(self, profile: str, limit: int = 10) -> list[Recent]:
        """Tell whom a profile asked for lately, newest first."""
        with self._database.reading() as connection:
            return list(asks.read_asks(connection, profile, limit))

    def about(self, ids: Collection[str]) -> Iterator[Record | Recent]:
        """Give every record held on accounts."""
        reader = rows_out.Reader()
        with self._database.separate() as connection:
            keys = find_keys(connection, ids)
            yield from find_records(connection, keys)
            for chunk in find_interactions(connection, keys.values()):
                yield from reader.read(connection, chunk)

    # --- within --------------------------------------------------------------------------------------------------

    def _pair_keys(self, connection: sqlite3.Connection, pairs: Collection[tuple[str, str]]) -> list[tuple[int, int]]:
        keys = find_keys(connection, {id_ for pair in pairs for id_ in pair})
        wanted = dict.fromkeys(pairs)
        return [(keys[first], keys[second]) for first, second in wanted if first in keys and second in keys]

    def _make(self, keys: Sequence[int]) -> Iterator[Interaction]:
        """Make interactions chunk by chunk, so that no transaction stays open between two."""
        reader = rows_out.Reader()
        for start in range(0, len(keys), rows_out.CHUNK):
            with self._database.reading() as connection:
                made = reader.read(connection, keys[start : start + rows_out.CHUNK])
            yield from made
