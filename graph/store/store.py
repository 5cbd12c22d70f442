"""The Store protocol: what every store offers. Nothing above it knows which store it has.

Accounts are named by id at the border. The records that cross it are those of `graph.model`, of `graph.store.documents`
and of `graph.store.features`.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from graph.model import Declared, Interaction, Introduction, Item, Member, Problem, Record, Rule
from graph.people.person import Accounts
from graph.records.rows import Batch
from graph.store.documents import Check, Cursor, Overview, Receipt, Recent, Run, Written
from graph.store.features import Filters, PairCount, TieRows


class Store(Accounts, Protocol):
    """Where the graph is kept."""

    @property
    def location(self) -> str:
        """The place as a user would name it: a path, or a URL without its password."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...

    def generation(self) -> int:
        """Count the write transactions; a cache made at another generation is stale."""
        ...

    def removals(self) -> int:
        """Count those that removed something; who is gone stands in what was made before, and keys may be others."""
        ...

    def cache_path(self, name: str) -> Path:
        """Tell where a cache of this store lies (`STORE.snap` for the name `snap`); `forget` removes it."""
        ...

    # --- writing -------------------------------------------------------------------------------------------------

    def write(self, batch: Batch, cursor: Cursor | None = None) -> Written:
        """Write a batch and the cursor in one transaction; written twice it changes nothing."""
        ...

    def refresh(self) -> None:
        """Bring the index of names up to date with what was written; an ingest ends with this."""
        ...

    def cursor(self, job: str) -> Cursor:
        """Tell how far an input was read; that of an unknown job says nothing.

        What was read of an input that is done is given up as soon as anything is removed.
        """
        ...

    def record_run(self, run: Run, problems: Sequence[Problem], key: int | None = None) -> int:
        """Keep what an ingest run did, with (at most the first 1,000 of) its problems.

        Returns:
            The key under which it is kept; given that, what was kept of it is replaced.
        """
        ...

    def runs(self) -> list[Run]:
        """List the runs, newest first."""
        ...

    def problems(self) -> list[Problem]:
        """Give the kept problems of the newest run."""
        ...

    def health(self) -> list[Check]:
        """Look at the store itself: its version, whether it is whole, what was interrupted, its caches."""
        ...

    def retract(self, what: str, at: datetime) -> bool:
        """Take back an assertion, declared tie, introduction or hand-logged interaction by its id.

        Returns:
            Whether anything by that id stood. Assertions, declared ties and introductions stay as retracted rows;
            an interaction is removed, and its item where nothing else is on that. Writing a retracted record again
            with a later `at` restores it.
        """
        ...

    def add_members(self, members: Collection[Member]) -> None:
        """Put accounts on lists."""
        ...

    def remove_members(self, members: Collection[Member]) -> None:
        """Take accounts off lists; a list without members is gone."""
        ...

    def set_profile(self, profile: str, accounts: Collection[str]) -> None:
        """Fix which account ids are "me" under a profile; creates accounts that are unknown yet."""
        ...

    def set_rule(self, rule: Rule, *, on: bool) -> None:
        """Add or remove a standing order."""
        ...

    def record_ask(self, profile: str, account: str, at: datetime) -> None:
        """Keep whom a profile asked for: the newest RECENT_KEPT accounts, each with its last ask.

        Nothing is kept of an unknown account. It is no change of the graph, so the generation stays. It never fails or
        holds up an answer: where the store can't be written to, or another program writes to it for longer than a
        moment, the ask is not kept, silently.
        """
        ...

    # --- reading -------------------------------------------------------------------------------------------------

    def overview(self) -> Overview:
        """Count what is in the store."""
        ...

    def months(self) -> dict[date, int]:
        """Count the dated interactions by month (its first day, UTC), in order; months without any are left out."""
        ...

    def tie_rows(self, filters: Filters, among: NDArray[np.int64] | None = None) -> TieRows:
        """Give the features of every pair for the interactions that the filters let through.

        Where account keys are given: of the pairs between these accounts only.
        """
        ...

    def source_names(self) -> list[str]:
        """Name the sources behind the bits of `TieRows.sources`."""
        ...

    def account_keys(self, ids: Collection[str]) -> dict[str, int]:
        """Map account ids to keys; unknown ids are left out."""
        ...

    def account_ids(self, keys: Collection[int]) -> dict[int, str]:
        """Map account keys to ids."""
        ...

    def keys_by_id(self) -> NDArray[np.int32]:
        """Give all account keys in the order of their ids (by code point)."""
        ...

    def interactions(
        self,
        pairs: Collection[tuple[str, str]],
        filters: Filters,
        limit: int | None = None,
    ) -> Iterator[Interaction]:
        """Give the interactions from the first to the second of any of the pairs of account ids, newest first.

        Each once; undated ones last; at most `limit` for each pair and kind.
        """
        ...

    def pair_counts(self, pairs: Collection[tuple[str, str]], filters: Filters) -> list[PairCount]:
        """Count the acts from the first to the second of each pair of account ids, by kind; nothing where none."""
        ...

    def one_way(self, me: Collection[str], targets: Collection[str], filters: Filters) -> Iterator[Interaction]:
        """Give what me did towards the targets or on items by them, and they towards me or mine, newest first."""
        ...

    def items_by(self, authors: Collection[str], filters: Filters, limit: int = 20) -> list[tuple[Item, datetime]]:
        """Give the newest items by these authors, each with the newest date seen on it; none that is private."""
        ...

    def declared(self) -> list[Declared]:
        """Give all declared ties, retracted ones included, in the order of their ids."""
        ...

    def introductions(self) -> list[Introduction]:
        """Give all introductions, retracted ones included, in the order of their ids, steps by date."""
        ...

    def lists(self) -> dict[str, list[str]]:
        """Give the account ids on each list."""
        ...

    def recent_asks(self, profile: str, limit: int = 10) -> list[Recent]:
        """Tell whom a profile asked for lately, newest first."""
        ...

    def about(self, ids: Collection[str]) -> Iterator[Record | Recent]:
        """Give every record held on these accounts, with when they were asked for."""
        ...

    # --- removing ------------------------------------------------------------------------------------------------

    def forget(self, ids: Collection[str]) -> Receipt:
        """Erase these accounts and all derived from them, and suppress them from now on."""
        ...

    def remove_matching(self, accounts: Collection[str]) -> Receipt:
        """Remove what an exclusion newly covers: as `forget`, without suppression.

        What stays is as ingest makes it under that rule, so that reading it again changes nothing. Texts that name an
        account made by hand (`manual:`) stay: who they mean is not known.
        """
        ...

    def remove_before(self, at: datetime) -> Receipt:
        """Remove interactions older than an instant (`keep`), and accounts that nothing names any more."""
        ...

    def erase(self) -> None:
        """Remove everything, the caches too, so that no byte of it stays in the store's files."""
        ...
