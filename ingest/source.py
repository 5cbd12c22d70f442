"""What a source is: one module that reads one kind of export and yields records.

A module of `ingest.sources` ends with a `SOURCE = Source(...)`; `ingest.registry` finds it. Its `read` is a generator:
a bad record becomes a `Problem(where, why)` and the next one is read; what is wrong with the whole (not this format,
not readable) is an `UnreadableError` that says what the file looks like and what to do.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from graph.errors import IntrographError
from graph.model import Account, Record, account_id
from graph.people.handles import slug
from graph.store.documents import Cost


class UnreadableError(IntrographError):
    """A whole input that a source can't read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An option of one source, shown by the command line as `--name`.

    Attributes:
        many: Whether it may be given several times; its value has a line for each.
    """

    name: str
    help: str
    flag: bool = False
    metavar: str = "TEXT"
    many: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """Something to ask about an input before it is read, to be answered by an option.

    Attributes:
        option: The option that the answer is a value of.
        text: The question.
        choices: What to choose from: columns, words.
        guess: What is taken where nothing is answered; None where an answer is needed.
    """

    option: str
    text: str
    choices: tuple[str, ...]
    guess: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a source may know of the run it reads for.

    Attributes:
        now: The clock: the instant of the run.
        me: The account ids already known as "me".
        profile: Under which I am me.
        excerpts: Whether private sources may keep body text (`--excerpts`).
        options: The source's own options by name; a flag that is set has the value "yes".
        resume: The position of the last `Checkpoint` of an interrupted run over the same unchanged input, else None; of
            what a live source reads, that of the last run.
        since: Before when nothing is kept; None where everything is.
        accounts_of: Gives the accounts of the person that an account belongs to.
        wait: Waits some seconds, and tells why; None lets the puller do so.
    """

    now: datetime
    me: frozenset[str] = frozenset()
    profile: str = "me"
    excerpts: bool = False
    options: Mapping[str, str] = field(default_factory=dict)
    resume: str | None = None
    since: datetime | None = None
    accounts_of: Callable[[str], Sequence[Account]] = lambda _: ()
    wait: Callable[[float, str], None] | None = None

    @property
    def myself(self) -> str:
        """Give the account that the word `me` stands for: always the same, whatever other accounts I have or get."""
        return account_id("manual", "me" if self.profile == "me" else f"me#{slug(self.profile)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Why a live run ended early.

    Attributes:
        why: `budget`, `usage-cap`, `rate-limit`, `unreachable` or `refused`.
        words: More of it, in the service's own words; may be empty.
    """

    why: str
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What something may cost.

    Attributes:
        sure: Whether it goes by what came before; else it is the most that there may be.
    """

    cost: Cost
    sure: bool


class LiveRun(Protocol):
    """One run of a source that reads a service, and not files.

    It is asked for places one after the other, and each is read before the next one is asked for.
    """

    @property
    def cost(self) -> Cost:
        """What was bought so far."""

    @property
    def stopped(self) -> Stop | None:
        """Why it ended early; then there are no more places."""

    def places(self) -> Iterator[str]:
        """Name what is to be read, each by the name under which its position is kept."""

    def read(self, place: str, context: Context) -> Iterator[Record]:
        """Yield the records of a place; a `Checkpoint` behind each page, by which the next run goes on."""

    def estimate(self, place: str, position: str | None) -> Estimate:
        """Tell what reading a place may cost at most, or as things went before; nothing is asked for."""

    def close(self) -> None:
        """Let go of connections."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One kind of export and how to read it.

    Attributes:
        name: The word on the command line: the module's name, with - for _.
        title: What people call it, on the page.
        reads: What it reads, in one line.
        obtain: How a user gets that export, step by step, in plain words; the first sentence says how it begins.
        wait: How long the network takes to hand it over.
        second_hop: What it shows of whom one's contacts know; its first clause says it in short.
        sight: How much that is: 1 almost nothing, 2 some, 3 much.
        detect: How sure it is, from 0 to 1, that a path is its kind; must be quick, must not raise, reads little.
        read: Yields the records of one place: the path of a file, a folder or a zip.
        options: Its own options.
        example: What follows its name on the command line.
        live: Where it reads a service, and no files: begins a run; with True one that asks for nothing, to estimate.
        check: Looks at what a live run is asked for, before one begins; raises a `UsageError` where that can't be.
        personal: Whether what it reads depends on who is me.
        private: Whether what it reads is private (mail, messages), so that excerpts need `--excerpts`.
        explain: Tells what it guesses of a path under given options, in a line each, for the user to check.
        questions: What is still to ask about a path under given options; ask the first, add its answer, ask again.
    """

    name: str
    title: str
    reads: str
    obtain: str
    wait: str
    second_hop: str
    sight: int
    detect: Callable[[Path], float]
    read: Callable[[str, Context], Iterator[Record]]
    options: tuple[Option, ...] = ()
    example: tuple[str, ...] = ("PATH",)
    live: Callable[[Context, bool], LiveRun] | None = None
    check: Callable[[Context], object] | None = None
    personal: bool = False
    private: bool = False
    explain: Callable[[Path, Mapping[str, str]], list[str]] | None = None
    questions: Callable[[Path, Mapping[str, str]], list[Prompt]] | None = None
