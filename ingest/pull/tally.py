"""What an ingest did, counted while it runs."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, fields

from msgspec.json import decode, encode
from msgspec.structs import replace

from graph.errors import Remedy, UsageError
from graph.model import KINDS, Problem
from graph.records.rows import Batch
from graph.store.documents import Cost, Written
from ingest.kit.text import storable
from ingest.source import Stop

PROBLEMS_KEPT = 1_000
_Counts = tuple[str, int, dict[str, int], dict[str, int], dict[str, int], int, list[Problem]]


@dataclass(slots=True, kw_only=True)
class Tally:
    """What was read and written: of one place while it is read, of one pull, or of several.

    Attributes:
        sources: Names of the sources that read something.
        new: Interactions that were not in the store.
        seen: Interactions that were.
        suppressed: Interactions left out because their people asked to be forgotten.
        failed: How many of the pulls came to nothing but broken records.
        problem_count: How many records could not be read, all told.
        problems: Why; the first 1,000 of each pull.
        by_kind: Interactions read, by name of kind.
        others: Other records read, by name of type: accounts, list members, assertions, declared ties, introductions.
        skipped: What was left out on purpose: why, and how many.
        seconds: How long it took.
        questions: What must be answered before the paths they name are read.
        remedies: What to do about the paths that could not be read, where a command does it.
        notes: What the source guessed of the paths, for the user to check.
        cost: What was bought; None where nothing is for sale.
        stopped: Why a live source ended early.
    """

    sources: list[str] = field(default_factory=list)
    new: int = 0
    seen: int = 0
    suppressed: int = 0
    failed: int = 0
    problem_count: int = 0
    problems: list[Problem] = field(default_factory=list)
    by_kind: Counter[str] = field(default_factory=Counter)
    others: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    questions: list[UsageError] = field(default_factory=list)
    remedies: list[Remedy] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    cost: Cost | None = None
    stopped: Stop | None = None

    def add_problems(self, problems: Iterable[Problem]) -> None:
        """Count problems, and keep the first of them."""
        for problem in problems:
            self.problem_count += problem.count
            if len(self.problems) < PROBLEMS_KEPT:
                self.problems.append(replace(problem, where=storable(problem.where), why=storable(problem.why)))

    def add_batch(self, batch: Batch, written: Written) -> None:
        """Count what one batch held and what writing it did."""
        self.new += written.new
        self.seen += written.seen
        self.suppressed += written.suppressed
        for code, count in batch.read.items():
            self.by_kind[KINDS[code].value] += count
        self.add_problems(batch.problems)
        self.add_problems(written.problems)

    def merge(self, other: "Tally") -> None:
        """Add what was counted elsewhere."""
        for one in fields(self):
            mine, theirs = getattr(self, one.name), getattr(other, one.name)
            setattr(self, one.name, mine or theirs if mine is None or theirs is None else mine + theirs)

    def dump(self, under: str) -> str:
        """Write down what was read of an input that is done, so that it need not be read again.

        Args:
            under: What the counts depend on beside the input.
        """
        counters = (self.by_kind, self.others, self.skipped)
        return encode([under, self.suppressed, *counters, self.problem_count, self.problems]).decode()

    @classmethod
    def load(cls, counts: str, under: str) -> "Tally | None":
        """Count what was written down as seen; None where nothing was, or under other circumstances."""
        if not counts:
            return None
        before, suppressed, by_kind, others, skipped, problem_count, problems = decode(counts, type=_Counts)
        if before != under:
            return None
        return cls(
            seen=sum(by_kind.values()) - suppressed,
            suppressed=suppressed,
            by_kind=Counter(by_kind),
            others=Counter(others),
            skipped=Counter(skipped),
            problem_count=problem_count,
            problems=problems,
        )

    @property
    def read(self) -> int:
        """How many records were read, interactions or not, skipped ones included."""
        return self.by_kind.total() + self.others.total() + self.skipped.total()
