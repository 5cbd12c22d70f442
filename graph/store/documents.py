"""The small records that cross a store's border, beside those of `graph.model`: its books, and what it tells."""

from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct

from graph.model import Problem

RECENT_KEPT = 50
"""How many recent asks of a profile are kept at most."""


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


_LIVE = "live"


def live_job(source: str, place: str) -> str:
    """Name what a live source reads: its position is where the next run goes on, and no sign of an interruption.

    It stays readable, so that it goes with whom it names.
    """
    return f"{_LIVE}|{source}|{place}"


def is_live(job: str) -> bool:
    """Tell whether a job is a live source's."""
    return job.startswith(f"{_LIVE}|")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What one write did. new + seen = interactions in the batch that were not suppressed."""

    new: int = 0
    seen: int = 0
    suppressed: int = 0
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What was bought of a service that bills what it gives.

    Attributes:
        requests: Answers that were given.
        usd: In dollars, to a thousandth.
    """

    requests: int = 0
    posts: int = 0
    users: int = 0
    usd: float = 0.0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(
            requests=self.requests + other.requests,
            posts=self.posts + other.posts,
            users=self.users + other.users,
            usd=round(self.usd + other.usd, 3),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One ingest run, for `jobs`, `doctor` and reach by source.

    Attributes:
        cost: What it bought; None where nothing is for sale.
        stopped: Why a live source ended early.
        job: The job of the user's that it was a run of, by name.
    """

    source: str
    at: datetime
    new: int
    seen: int
    problems: int
    seconds: float
    cost: Cost | None = None
    stopped: str | None = None
    job: str | None = None


class Recent(Struct, frozen=True, kw_only=True):
    """Whom a profile asked for, and when last.

    Attributes:
        account: The id asked for: any account of the person.
    """

    profile: str
    account: str
    at: datetime


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
