"""What a source is: one module that reads one kind of export and yields records.

A module of `ingest.sources` ends with a `SOURCE = Source(...)`; `ingest.registry` finds it. Its `read` is a generator:
a bad record becomes a `Problem(where, why)` and the next one is read; what is wrong with the whole (not this format,
not readable) is an `UnreadableError` that says what the file looks like and what to do.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from graph.errors import IntrographError
from graph.model import Record, account_id
from graph.people.handles import slug


class UnreadableError(IntrographError):
    """A whole input that a source can't read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An option of one source, shown by the command line as `--name`."""

    name: str
    help: str
    flag: bool = False
    metavar: str = "TEXT"


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
        resume: The position of the last `Checkpoint` of an interrupted run over the same unchanged input, else None.
    """

    now: datetime
    me: frozenset[str] = frozenset()
    profile: str = "me"
    excerpts: bool = False
    options: Mapping[str, str] = field(default_factory=dict)
    resume: str | None = None

    @property
    def myself(self) -> str:
        """Give the account that the word `me` stands for: always the same, whatever other accounts I have or get."""
        return account_id("manual", "me" if self.profile == "me" else f"me#{slug(self.profile)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One kind of export and how to read it.

    Attributes:
        name: The word on the command line: the module's name, with - for _.
        title: What people call it, on the page.
        reads: What it reads, in one line.
        obtain: How a user gets that export, step by step, in plain words.
        wait: How long the network takes to hand it over.
        second_hop: What it shows of whom one's contacts know.
        detect: How sure it is, from 0 to 1, that a path is its kind; must be quick, must not raise, reads little.
        read: Yields the records of one place: the path of a file, a folder or a zip, or what a live source calls it.
        options: Its own options.
        live: Whether it reads no files, so that what it is asked for may have changed each time.
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
    detect: Callable[[Path], float]
    read: Callable[[str, Context], Iterator[Record]]
    options: tuple[Option, ...] = ()
    live: bool = False
    personal: bool = False
    private: bool = False
    explain: Callable[[Path, Mapping[str, str]], list[str]] | None = None
    questions: Callable[[Path, Mapping[str, str]], list[Prompt]] | None = None
