"""The small records that cross a store's border, beside those of `graph.model`.

The integer account keys of `TieRows` are a store's own, stable for the life of the store, and mean nothing in another
one.
"""

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from graph.model import Account, Kind, Problem

HALF_LIVES = (30.0, 180.0, 720.0)
"""Days; the columns of `TieRows.decayed`."""

UNDATED = np.iinfo(np.int64).min
"""Stands for "no date" in `TieRows.first` and `TieRows.last`."""

RECENT_KEPT = 50
"""How many recent asks of a profile are kept at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which interactions count.

    Attributes:
        kinds: Names of kinds, and `introduction` and `declared`; None for all.
        since: Only what happened at or after this instant; undated acts are hidden then.
        as_of: Only what happened until the end of this day (UTC); undated acts are hidden then. None means now.
    """

    kinds: frozenset[str] | None = None
    since: datetime | None = None
    as_of: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TieRows:
    """Time-free features of every ordered pair and kind: parallel arrays, sorted by source, target, kind.

    An act counts for each pair (actor, addressee), actor and addressee being different accounts; its weight is
    1 / the number of its addressees. Nothing here depends on today.

    Attributes:
        source: Account key of the actor, int32.
        target: Account key of the addressee, int32.
        kind: Code of the kind, uint8.
        count: Acts, int32; undated ones included.
        first: Micros of the oldest dated act, or UNDATED, int64.
        last: Micros of the newest dated act, or UNDATED, int64.
        days: Distinct UTC days with a dated act, int32.
        decayed: Shape (rows, len(HALF_LIVES)), float64: sum of weight · 2^-((last - at) / half-life) over dated acts.
        sources: Which sources these acts were read from, int64: bit i stands for `Store.source_names()[i]` (the first
            62 sources of a store have a bit each, later ones share the last bit).
    """

    source: NDArray[np.int32]
    target: NDArray[np.int32]
    kind: NDArray[np.uint8]
    count: NDArray[np.int32]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    days: NDArray[np.int32]
    decayed: NDArray[np.float64]
    sources: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """How far one input is read: kept in the same transaction as the rows before it.

    Attributes:
        job: What is being read: source, options and content of a file; a job's name for a live source.
        position: Where an interrupted run goes on, in the source's own words; None where it has none.
        counts: What was read of an input that is done and need not be read again while it is unchanged; else ''.
        removals: The store's before it was read. Where there were more since, it is not noted as done.
    """

    job: str
    position: str | None = None
    counts: str = ""
    removals: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What one write did. new + seen = interactions in the batch that were not suppressed."""

    new: int = 0
    seen: int = 0
    suppressed: int = 0
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One account found by a search.

    Attributes:
        score: From 0 to 1; 1 is an exact match of the name, handle, address, organisation or URL.
        why: What matched, e.g. `name`, `handle`, `address`, `org`, `url`, `id`.
    """

    account: Account
    score: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PairCount:
    """How often one account acted towards another in one kind.

    Attributes:
        count: Acts, undated ones included.
        last: The newest dated one, or None.
        threads: Distinct threads among them (acts without a thread count as one thread each), at most 2 are told
            apart: 1 means that all acts are in one thread.
    """

    source: str
    target: str
    kind: Kind
    count: int
    first: datetime | None
    last: datetime | None
    threads: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One ingest run, for `jobs`, `doctor` and reach by source."""

    source: str
    at: datetime
    new: int
    seen: int
    problems: int
    seconds: float


class Recent(Struct, frozen=True, kw_only=True):
    """Whom a profile asked for, and when last.

    Attributes:
        account: The id asked for: any account of the person.
    """

    profile: str
    account: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A standing order of the owner.

    Attributes:
        kind: `exclude`, `protect` or `keep`.
        value: An address, domain or folder; an account id; or how long, e.g. `3y`.
    """

    kind: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What is in a store, in numbers.

    Attributes:
        by_kind: Interactions per kind name.
        by_source: Interactions per source name.
        first: The oldest dated interaction, or None.
        last: The newest one.
    """

    accounts: int
    interactions: int
    by_kind: dict[str, int]
    by_source: dict[str, int]
    first: datetime | None
    last: datetime | None
    declared: int
    introductions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What `forget` or `keep` removed, in numbers.

    Attributes:
        addressees: Those taken off interactions that stay.
        members: Entries of lists.
    """

    accounts: int
    interactions: int
    addressees: int
    declared: int
    introductions: int
    assertions: int
    problems: int
    members: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at in a store, for `doctor`.

    Attributes:
        value: What was found, in words.
        advice: What to do; None where all is well.
    """

    name: str
    value: str
    advice: str | None = None
