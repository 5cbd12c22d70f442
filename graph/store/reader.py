"""What can be asked of a store, whatever database keeps the graph."""

import glob
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from graph.errors import Remedy, StoreError
from graph.model import (
    KIND_CODES,
    KINDS,
    Account,
    Declared,
    Interaction,
    Introduction,
    Item,
    Problem,
    Record,
    Rule,
    SameAs,
    end_of,
    from_micros,
    to_micros,
)
from graph.people.matches import Match
from graph.records.rare import shown, stands
from graph.records.rows import named_by
from graph.store import books
from graph.store.backend import Backend, Found, NearTie, Transaction, Window
from graph.store.copying import Batches, Origin, going_on, read_origin, read_rows
from graph.store.documents import Check, Cursor, Overview, Recent, Run, is_live
from graph.store.features import DAY, Acts, Filters, PairCount, TieRows, filter_acts, make_tie_rows
from graph.store.name_index import NameIndex
from graph.store.namer import Namer
from graph.store.unpacking import Unpacker, make_account, read_statements

_T = TypeVar("_T")
_CHUNK = 1_000
"""How many records are made at a time."""


class StoreReader:
    """The graph as it is asked; `Store` writes it."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._names = NameIndex(backend.cache_path("names"))
        self._acts: tuple[int, Acts] | None = None  # as of a generation

    @property
    def location(self) -> str:
        """The place as a user would name it: a path, or a URL without its password."""
        return self._backend.location

    @property
    def batch_size(self) -> int:
        """How many records are best written at once."""
        return self._backend.batch_size

    def close(self) -> None:
        """Let go of files and connections."""
        self._backend.close()

    def generation(self) -> int:
        """Count the write transactions; a cache made at another generation is stale."""
        return self._backend.read(lambda transaction: transaction.state().generation)

    def removals(self) -> int:
        """Count those that removed something; who is gone stands in what was made before, and keys may be others."""
        return self._backend.read(lambda transaction: transaction.state().removals)

    def cache_path(self, name: str) -> Path:
        """Tell where a cache of this store lies (`STORE.snap` for the name `snap`); `forget` removes it."""
        return self._backend.cache_path(name)

    def cursor(self, job: str) -> Cursor:
        """Tell how far an input was read; that of an unknown job says nothing.

        What was read of an input that is done is given up as soon as anything is removed.
        """
        return self._backend.read(lambda transaction: next(books.read_cursors(transaction, [job]), Cursor(job=job)))

    def runs(self) -> list[Run]:
        """List the runs, newest first."""
        return self._backend.read(lambda transaction: [run for _, run in books.read_runs(transaction)])

    def problems(self) -> list[Problem]:
        """Give the kept problems of the newest run."""

        def work(transaction: Transaction) -> list[Problem]:
            newest = [id_ for id_, _ in books.read_runs(transaction)][:1]
            return [problem for _, kept in books.read_problems(transaction, newest) for problem in kept]

        return self._backend.read(work)

    def health(self) -> Iterator[Check]:
        """Look at the store itself: its version, whether it is whole, what was interrupted, its caches."""
        yield from self._backend.checks()
        begun = self._backend.read(lambda transaction: list(books.read_cursors(transaction)))
        broken = sum(cursor.position is not None and not is_live(cursor.job) for cursor in begun)
        yield Check(
            name="settled",
            value="yes" if not broken else f"{broken} interrupted {'ingest' if broken == 1 else 'ingests'}",
            advice=None if not broken else "type the interrupted command again; it goes on from where it was",
        )
        erasing, origin = self._backend.read(_read_unfinished)
        if erasing:
            yield Check(name="erase", value="interrupted", advice="go on with it: erase --all")
        if origin:
            advice = "go on with the copy: type its command again"
            yield Check(name="copy", value=f"half of {origin.location}", advice=advice)
        caches = sorted(path.name for path in self._beside())
        yield Check(name="caches", value=", ".join(caches) or "none yet: the first question makes them")

    def rows(self) -> Batches:
        """Give all rows of one state of the store, part by part, as they are copied."""
        return self._backend.stream(read_rows)

    def expect_whole(self) -> None:
        """See that no copy or erasure is under way: of a part there is no answer, and what else is written may be lost.

        Raises:
            StoreError: If one is; says how to go on with it.
        """
        erasing, origin = self._backend.read(_read_unfinished)
        if erasing:
            raise StoreError(
                f"{self.location} was being emptied, and part of it is gone",
                remedies=[Remedy(("erase", "--all"), "to go on with that")],
            )
        if origin:
            raise StoreError(
                f"{self.location} holds half a copy of {origin.location}, and is of use once that is done",
                remedies=[going_on(origin, self.location), Remedy(("erase", "--all"), "to give it up")],
            )

    def overview(self) -> Overview:
        """Count what is in the store."""
        return self._backend.read(_look_over)

    def months(self) -> dict[date, int]:
        """Count the dated interactions by month (its first day, UTC), in order; months without any are left out."""
        months: dict[date, int] = {}
        for day, count in self._backend.stream(lambda transaction: transaction.days()):
            month = from_micros(day * DAY).date().replace(day=1)
            months[month] = months.get(month, 0) + count
        return months

    def tie_rows(self, filters: Filters, among: NDArray[np.int64] | None = None) -> TieRows:
        """Give the features of every pair for the interactions that the filters let through.

        Where account keys are given: of the pairs between these accounts only.
        """
        return make_tie_rows(self.acts(filters, among))

    def acts(self, filters: Filters, among: NDArray[np.int64] | None = None) -> Acts:
        """Give the acts that the filters let through; where account keys are given: those between these only."""

        def work(transaction: Transaction) -> tuple[int, Acts]:
            generation, held = transaction.state().generation, self._acts
            return held if held is not None and held[0] == generation else (generation, transaction.acts())

        held = self._acts = self._backend.read(work)
        return filter_acts(held[1], filters, among)

    def near(self, me: str, others: Collection[str], day: date) -> list[NearTie] | None:
        """Weigh the ties on ways from me to others, all person ids; None where the store keeps none."""
        return self._backend.read(lambda transaction: transaction.near(me, others, day))

    def source_names(self) -> list[str]:
        """Name the sources behind the bits of `TieRows.sources`."""
        return self._backend.read(lambda transaction: transaction.sources())

    def account_keys(self, ids: Collection[str]) -> dict[str, int]:
        """Map account ids to keys; unknown ids are left out."""
        return self._backend.read(lambda transaction: transaction.keys_of(ids))

    def account_ids(self, keys: Collection[int]) -> dict[int, str]:
        """Map account keys to ids."""
        return self._backend.read(lambda transaction: transaction.ids_of(keys))

    def keys_by_id(self) -> NDArray[np.int32]:
        """Give all account keys in the order of their ids (by code point)."""
        return self._backend.read(lambda transaction: transaction.keys_by_id())

    def accounts(self, ids: Collection[str] | None = None) -> Iterator[Account]:
        """Give accounts, in the order of their ids; all of them where ids is None; unknown ids are left out."""
        if ids is None:
            rows = self._backend.stream(lambda transaction: transaction.accounts())
        else:
            rows = iter(self._backend.read(lambda transaction: list(transaction.accounts(ids))))
        return (make_account(id_, row) for id_, row in rows)

    def search(self, text: str, limit: int = 20) -> list[Match]:
        """Find accounts by name, handle, address, organisation, profile URL or id, best first.

        Indifferent to accents and case, tolerant of typos.
        """
        return self._backend.read(lambda transaction: self._names.search(transaction, text, limit))

    def interactions(
        self, pairs: Collection[tuple[str, str]], filters: Filters, limit: int | None = None
    ) -> Iterator[Interaction]:
        """Give the interactions from the first to the second of any of the pairs of account ids, newest first.

        Each once; undated ones last; at most `limit` for each pair and kind.
        """
        wanted = set(pairs)
        return self._make(
            self._backend.read(lambda transaction: transaction.find_between(wanted, _window(filters), limit))
        )

    def pair_counts(self, pairs: Collection[tuple[str, str]], filters: Filters) -> list[PairCount]:
        """Count the acts from the first to the second of each pair of account ids, by kind; nothing where none."""
        wanted = list(dict.fromkeys(pairs))
        sums = self._backend.read(lambda transaction: list(transaction.sums(wanted, _window(filters))))
        return [
            PairCount(
                source=one.actor,
                target=one.addressee,
                kind=KINDS[one.kind],
                count=one.acts,
                first=_date(one.first),
                last=_date(one.last),
                threads=one.threads,
            )
            for one in sums
        ]

    def one_way(self, me: Collection[str], targets: Collection[str], filters: Filters) -> Iterator[Interaction]:
        """Give what me did towards the targets or on items by them, and they towards me or mine, newest first."""
        window = _window(filters)
        pairs = [pair for a in set(me) for b in set(targets) for pair in ((a, b), (b, a)) if a != b]

        def work(transaction: Transaction) -> list[Found]:
            return [
                *transaction.find_between(pairs, window),
                *transaction.find_on_items(me, targets, window),
                *transaction.find_on_items(targets, me, window),
            ]

        return self._make(self._backend.read(work))

    def items_by(self, authors: Collection[str], filters: Filters, limit: int = 20) -> list[tuple[Item, datetime]]:
        """Give the newest items by these authors, each with the newest date seen on it; none that is private."""

        def work(transaction: Transaction) -> list[tuple[Item, datetime]]:
            found = transaction.newest_items(authors, _window(filters), limit)
            items = Unpacker().make_items(transaction, [id_ for id_, _ in found])
            return [(items[id_], from_micros(at)) for id_, at in found]

        return self._backend.read(work)

    def assertions(self) -> list[SameAs]:
        """Give all assertions of identity, retracted ones included, in the order of their ids."""
        return self._records(SameAs)

    def declared(self) -> list[Declared]:
        """Give all declared ties, retracted ones included, in the order of their ids."""
        return self._records(Declared)

    def introductions(self) -> list[Introduction]:
        """Give all introductions, retracted ones included, in the order of their ids, steps by date."""
        return self._records(Introduction)

    def lists(self) -> dict[str, list[str]]:
        """Give the account ids on each list."""
        lists: dict[str, list[str]] = {}
        for member in self._backend.read(lambda transaction: list(books.read_members(transaction))):
            lists.setdefault(member.list, []).append(member.account.id)
        return lists

    def profiles(self) -> dict[str, list[str]]:
        """Give the account ids of each profile."""
        return self._backend.read(books.read_profiles)

    def rules(self) -> list[Rule]:
        """Give the standing orders."""
        return self._backend.read(books.read_rules)

    def recent_asks(self, profile: str, limit: int = 10) -> list[Recent]:
        """Tell whom a profile asked for lately, newest first."""
        return [ask for ask in self._backend.read(books.read_asks) if ask.profile == profile][:limit]

    def about(self, ids: Collection[str]) -> Iterator[Record | Recent]:
        """Give every record held on these accounts, with when they were asked for."""
        return self._backend.stream(lambda transaction: _tell_about(transaction, ids))

    # --- within -------------------------------------------------------------------------------------------------

    def _beside(self) -> Iterable[Path]:
        """Find the caches of this store, those of other programs on it too."""
        path = self._backend.cache_path("")
        return path.parent.glob(f"{glob.escape(path.name)}*")

    def _records(self, type_: type[books.Merged]) -> list[books.Merged]:
        return self._backend.read(lambda transaction: [shown(one) for one in books.read_records(transaction, type_)])

    def _make(self, found: Iterable[Found]) -> Iterator[Interaction]:
        """Make interactions chunk by chunk, newest first, so that no transaction stays open between two."""
        ids = [one.id for one in sorted(set(found), key=lambda one: (-one.at, one.id))]
        unpacker = Unpacker()
        for start in range(0, len(ids), _CHUNK):
            yield from self._backend.read(partial(_made, unpacker=unpacker, ids=ids[start : start + _CHUNK]))


def _made(transaction: Transaction, unpacker: Unpacker, ids: Sequence[str]) -> list[Interaction]:
    rows = {row.id: row for row in transaction.interactions(ids)}
    return unpacker.make(transaction, [rows[id_] for id_ in ids if id_ in rows])


def _tell_about(transaction: Transaction, ids: Collection[str]) -> Iterator[Record | Recent]:
    """Give what is said of accounts, the rare records and problems that name them, then what they did."""
    held = dict(transaction.accounts(ids))
    for id_, row in held.items():
        yield from read_statements(id_, row)
    for type_ in books.MERGED:
        yield from (shown(one) for one in books.read_records(transaction, type_) if named_by(one) & held.keys())
    yield from (member for member in books.read_members(transaction) if member.account.id in held)
    yield from (ask for ask in books.read_asks(transaction) if ask.account in held)
    names = Namer(held).finds
    problems = [one for _, kept in books.read_problems(transaction) for one in kept]
    yield from (one for one in problems if names(one.where) or names(one.why))
    found = [one.id for one in transaction.find_touching(held)]
    unpacker = Unpacker()
    for start in range(0, len(found), _CHUNK):
        yield from _made(transaction, unpacker, found[start : start + _CHUNK])


def _read_unfinished(transaction: Transaction) -> tuple[bool, Origin | None]:
    """Tell whether the store is being emptied, and of which one a copy is under way."""
    return bool(transaction.documents(books.ERASING)), read_origin(transaction)


def _look_over(transaction: Transaction) -> Overview:
    totals = transaction.totals()
    by_kind: dict[str, int] = {}
    by_source: dict[str, int] = {}
    for one in sorted(totals):
        by_kind[KINDS[one.kind].value] = by_kind.get(KINDS[one.kind].value, 0) + one.acts
        by_source[one.source] = by_source.get(one.source, 0) + one.acts
    return Overview(
        accounts=len(transaction.keys_by_id()),
        interactions=sum(by_kind.values()),
        by_kind=by_kind,
        by_source=dict(sorted(by_source.items())),
        first=_date(min((one.first for one in totals if one.first), default=0)),
        last=_date(max((one.last for one in totals), default=0)),
        declared=sum(map(stands, books.read_records(transaction, Declared))),
        introductions=sum(map(stands, books.read_records(transaction, Introduction))),
    )


def _window(filters: Filters) -> Window:
    """Give which acts count: undated ones where no date is asked for."""
    lower, upper = 0, 1 << 62
    if filters.since is not None:
        lower = max(1, to_micros(filters.since))
    if filters.as_of is not None:
        lower, upper = max(1, lower), to_micros(end_of(filters.as_of))
    codes = KIND_CODES if filters.kinds is None else filters.kinds & KIND_CODES.keys()
    return Window(lower=lower, upper=upper, kinds=tuple(sorted(KIND_CODES[name] for name in codes)))


def _date(micros: int) -> datetime | None:
    return from_micros(micros) if micros else None
