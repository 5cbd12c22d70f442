"""The answer to "who can introduce me to X": paths, their evidence, openings, warnings, and advice where none is.

These records are what the command line, the page and every export show; `people` are person ids with names.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from graph.model import Closeness
from graph.people.identity import Refusal
from graph.people.person import Candidate, Person


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
        closeness: For a declared tie: what is said of it; likewise `how` and `since`.
        introducer: For an introduction: who made it, by name.
        item_kind: What the item is, e.g. article; None where there is none, or its kind is not known.
        on_item: Whether the act was on an item of the target's.
        id: Of the act, or of a declared tie that I told by hand; empty for anything else.
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
    closeness: Closeness | None = None
    how: str | None = None
    since: date | None = None
    introducer: str | None = None
    item_kind: str | None = None
    on_item: bool = False
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A one-way act between me and the target or an introducer, and whom it is about."""

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
    ALL_DECLARED = "all_declared"
    DECLARED = "declared"
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
class AskedLately:
    """For how many introductions I asked somebody in the last 30 days, and when last."""

    asks: int
    last: datetime

    @property
    def share(self) -> float:
        """Give the rule: how much of their strength counts, as the first step of a way, when ways are ranked."""
        return 1 / (1 + self.asks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """One way: people from me to the target.

    Attributes:
        strength: Product of the steps' strengths, left to right, rounded to 12 digits.
        weakest: The smallest of the steps' strengths.
        warnings: Those of the whole way and of each step, worst first (in the order of the kinds, then of the steps).
        backup: Whether it leads over nobody that the best way leads over; neither the best nor a direct one is.
        asked: When I asked the first introducer for an introduction to this target, where nothing came of it yet.
        asked_lately: For which other introductions I asked the first introducer lately: by them it stands lower.
    """

    people: tuple[Person, ...]
    strength: float
    weakest: float
    hops: tuple[Hop, ...]
    warnings: tuple[Caution, ...] = ()
    backup: bool = False
    asked: datetime | None = None
    asked_lately: AskedLately | None = None

    @property
    def worth(self) -> float:
        """Give what ways are ranked by."""
        return self.strength * (self.asked_lately.share if self.asked_lately else 1.0)


class EngageKind(StrEnum):
    """Why an item is worth a comment: its person wrote it, or replied or commented there lately."""

    WROTE = "wrote"
    REPLIED = "replied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement:
    """An item where a thoughtful comment is seen by somebody; `at` is the newest act there, or their newest reply."""

    person: Person
    item: str
    url: str | None
    title: str | None
    at: datetime | None
    why: EngageKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way in short: how many steps, the smallest of their strengths, and the people from me to its end."""

    steps: int
    weakest: float
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """Somebody who comes near a target, and how: answered by them, active towards them, or their colleague.

    Attributes:
        strength: Of somebody answered: the chance that the target answers them; else mine to them.
        way: My best way to somebody answered, whatever its steps; None where there is none.
        acts: What somebody active did towards the target, unanswered: only `out` is counted.
        last: The newest of these acts.
        org: Where a colleague and the target both are.
    """

    person: Person
    strength: float
    target: Person
    way: Way | None = None
    acts: tuple[KindCount, ...] = ()
    last: datetime | None = None
    org: str | None = None


class HintKind(StrEnum):
    """What would show more."""

    WIDER = "wider"
    NO_TIES = "no_ties"
    UNSEEN = "unseen"
    ASK_AROUND = "ask_around"
    COMMENT = "comment"
    LOOK = "look"
    OWN_HALF = "own_half"
    MINE = "mine"
    MORE_MINE = "more_mine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """One thing to do: ask without options, bring in ties of mine or what shows others', ask around, comment, be me.

    LOOK is to read what somebody says in public on a network that can be asked.

    Attributes:
        person: Whom it is about, where it is about one; for MINE, whose account bears my name.
        unique: Whether the person's name means nobody else here.
        day: For COMMENT: the day of asking.
        count: For WIDER: how many ways there are without the options, at most as many as were asked for; for
            MORE_MINE: how many more accounts bear my name.
        more: For WIDER: whether there are more than these.
        best: For WIDER: the best of them.
        account: For LOOK: the person's on that network.
    """

    kind: HintKind
    person: Person | None = None
    unique: bool = False
    day: date | None = None
    count: int = 0
    more: bool = False
    best: Way | None = None
    account: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What to do where there is no way.

    Attributes:
        answered: Whom the target answers: first whom I have a way to, then by strength.
        nearest: Which of my contacts come nearest to the target, by my strength to them.
        more: What would show more.
    """

    answered: tuple[Near, ...] = ()
    nearest: tuple[Near, ...] = ()
    more: tuple[Hint, ...] = ()


class NoteKind(StrEnum):
    """What the reader should know of a whole answer."""

    AHEAD = "ahead"
    GUESS = "guess"
    TOGETHER = "together"
    REFUSED = "refused"
    NAMESAKES = "namesakes"
    PROTECTED = "protected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One thing to know of a whole answer: its day lies ahead, its target is a guess, a join is refused, and so on.

    Attributes:
        name: For GUESS and TOGETHER: what was asked; for NAMESAKES: what they are called.
        people: For GUESS: whom it was taken for; for TOGETHER and NAMESAKES: who bear the name, by id.
        maybe_one: For TOGETHER: the pairs of their ids that are not said to be two people.
        day: For AHEAD: the day that was asked for.
        today: For AHEAD: the day of asking.
        refusal: For REFUSED: the join, and what contradicts it.
    """

    kind: NoteKind
    name: str = ""
    people: tuple[Person, ...] = ()
    maybe_one: tuple[tuple[str, str], ...] = ()
    day: date | None = None
    today: date | None = None
    refusal: Refusal | None = None


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
        notes: What the reader should know of the whole answer.
        introduced: To which of those asked for I was introduced already; the ways stay ranked by worth beside it.
        more: Whether there are more ways than the paths given: as many as were asked for.
        for_others: Whether it is for other eyes: then no tie is measured, so that strengths and closeness mean nothing
            and stand at their least, counts and dates are gone, and who writes it leaves them empty.
    """

    asked: str
    as_of: date
    me: Person
    target: Person | None
    candidates: tuple[Candidate, ...] = ()
    paths: tuple[Path, ...] = ()
    openings: tuple[Opening, ...] = ()
    engage: tuple[Engagement, ...] = ()
    advice: Advice | None = None
    notes: tuple[Note, ...] = ()
    introduced: tuple[Introduced, ...] = ()
    more: bool = False
    targets: tuple[Person, ...] = ()
    for_others: bool = False
