"""The answer to "who can introduce me to X": paths, their evidence, openings, warnings, and advice where none is.

These records are what the command line, the page and every export show; `people` are person ids with names.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from graph.model import Closeness


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person: the smallest of its account ids, the best known name, all account ids, and where they work as what.

    Attributes:
        org: What the newest account that names an organisation says; None where none does.
        title: The same of a title.
    """

    id: str
    name: str
    accounts: tuple[str, ...] = ()
    org: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody that the asked name may mean, with what matched and what tells them apart."""

    id: str
    name: str
    accounts: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One act that proves a step.

    Attributes:
        kind: A kind, or `introduction`, or `declared`.
        at: When; None where undated.
        source: Person id of who acted.
        target: Person id of whom they acted towards.
        private: Not for other eyes unless they took part.
        said_by: For a declared tie: who says so.
        item_kind: What the item is, e.g. article; None where there is none, or its kind is not known.
        on_item: Whether the act was on an item of the target's.
    """

    kind: str
    at: datetime | None
    source: str
    target: str
    url: str | None = None
    title: str | None = None
    excerpt: str | None = None
    private: bool = False
    said_by: str | None = None
    item_kind: str | None = None
    on_item: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """An opening: a one-way act between me and the target or an introducer, and whom it is about."""

    evidence: Evidence
    about: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class KindCount:
    """How often the step's first person acted towards the second (`out`), and back (`in_`)."""

    kind: str
    out: int
    in_: int


class CautionKind(StrEnum):
    """What makes a way or a step doubtful, worst first: what is so of the whole way comes before its steps."""

    LONG = "long"
    TOLD_ONLY = "told_only"
    TOLD = "told"
    UNSPOKEN = "unspoken"
    DORMANT = "dormant"
    NAME_ONLY = "name_only"
    ONE_THREAD = "one_thread"
    ONE_KIND = "one_kind"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """One reason for doubt.

    Attributes:
        step: Which step of a way it is about, from 1; None where it is the way's, or stands at the step itself.
        at: For DORMANT: the newest act.
        detail: For ONE_KIND: which kind.
        person: For NAME_ONLY: whose account is unknown.
        count: For LONG: how many people have to pass it on.
    """

    kind: CautionKind
    step: int | None = None
    at: datetime | None = None
    detail: str | None = None
    person: Person | None = None
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One step of a path.

    Attributes:
        strength: The chance that `target` answers `source`, float32 as float.
        last: The newest act in either direction, or None.
    """

    source: Person
    target: Person
    strength: float
    closeness: Closeness
    dormant: bool
    last: datetime | None
    counts: tuple[KindCount, ...]
    evidence: tuple[Evidence, ...]
    warnings: tuple[Caution, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """One way: people from me to the target.

    Attributes:
        strength: Product of the steps' strengths, left to right, rounded to 12 digits.
        weakest: The smallest of the steps' strengths.
        warnings: Those of the whole way and of each step, worst first (in the order of the kinds, then of the steps).
        backup: Whether it leads over nobody that the best way leads over; neither the best nor a direct one is.
        asked: When I asked the first introducer for an introduction to this target, where nothing came of it yet.
    """

    people: tuple[Person, ...]
    strength: float
    weakest: float
    hops: tuple[Hop, ...]
    warnings: tuple[Caution, ...] = ()
    backup: bool = False
    asked: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement:
    """An item of somebody worth a thoughtful comment."""

    person: Person
    item: str
    url: str | None
    title: str | None
    at: datetime | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """Somebody who comes near the target, and how.

    Attributes:
        strength: My strength to them, 0 where none.
        why: In words, e.g. "commented 3 times on their articles".
    """

    person: Person
    strength: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """What would show more, in words, and the command that does it where there is one.

    The command runs as it stands; only what its reader must choose is a word in CAPITALS.
    """

    text: str
    command: str | None = None

    def __str__(self) -> str:
        return f"{self.text}: {self.command}" if self.command else self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What to do where there is no way.

    Attributes:
        answered: Whom the target answers, most first.
        nearest: Which of my contacts come nearest to the target.
        more: What would show more.
    """

    answered: tuple[Near, ...] = ()
    nearest: tuple[Near, ...] = ()
    more: tuple[Hint, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduced:
    """That I was introduced to somebody already: whom, by whom, and when it was last accepted or they met me."""

    to: Person
    by: Person
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The whole answer to one question.

    Attributes:
        asked: The question as it was given.
        as_of: The day that it was answered for.
        target: None where a whole organisation was asked for, or where nobody is meant clearly.
        targets: All who were asked for by one name, the target first: it has the best way. Empty where it is None.
        advice: Only where there is no path.
        notes: What the reader should know of the whole answer, one line each, with the command that settles it.
        introduced: To which of those asked for I was introduced already; the ways stay ranked by value beside it.
        more: Whether there are more ways than the paths given: as many as were asked for.
    """

    asked: str
    as_of: date
    me: Person
    target: Person | None
    candidates: tuple[Candidate, ...] = ()
    paths: tuple[Path, ...] = ()
    hooks: tuple[Hook, ...] = ()
    engage: tuple[Engagement, ...] = ()
    advice: Advice | None = None
    notes: tuple[str | Hint, ...] = ()
    introduced: tuple[Introduced, ...] = ()
    more: bool = False
    targets: tuple[Person, ...] = ()
