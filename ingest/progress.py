"""Progress of an ingest: how far, how fast, how long yet."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from graph.model import Checkpoint
from ingest.tally import Tally

_EVERY_SECONDS = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an ingest is.

    Attributes:
        source: The source's name.
        path: The input at hand; None once all are read.
        phase: `reading`, or what the store says while it brings its ties up to date.
        read: Interactions read so far, over all inputs.
        done: How much of the input at hand is read, in the source's own measure; None where unknown.
        total: How much there is of it.
        seconds: Since the start.
        rate: Interactions a second, over the input at hand.
        left: Seconds that the input at hand will take yet; None where unknown.
    """

    source: str
    path: Path | None
    phase: str
    read: int
    done: int | None
    total: int | None
    seconds: float
    rate: float
    left: float | None


class Teller:
    """Tells how far an ingest is, a few times a second at most."""

    def __init__(self, source: str, tally: Tally, listener: Callable[[Progress], None] | None) -> None:
        self._source = source
        self._tally = tally
        self._listener = listener
        self._started = self._told = monotonic()
        self._path: Path | None = None
        self._path_started = self._started
        self._path_read = 0
        self._path_done: int | None = None

    def elapsed(self) -> float:
        """Count the seconds since the start."""
        return monotonic() - self._started

    def begin(self, path: Path) -> None:
        """Note that a path is now read."""
        self._path = path
        self._path_started = monotonic()
        self._path_read = self._tally.by_kind.total()
        self._path_done = None
        self._tell("reading", None, None, 0)

    def check(self, at: Checkpoint, pending: int) -> None:
        """Tell that a checkpoint was passed, with so many interactions read and not yet counted."""
        if self._path_done is None:
            self._path_done = at.done  # a resumed input is not at its beginning
        if monotonic() - self._told >= _EVERY_SECONDS:
            self._tell("reading", at.done, at.total, pending)

    def settling(self, phase: str) -> None:
        """Tell what the store does at the end."""
        self._path = None
        self._tell(phase, None, None, 0)

    def _tell(self, phase: str, done: int | None, total: int | None, pending: int) -> None:
        self._told = now = monotonic()
        if self._listener is None:
            return
        read = self._tally.by_kind.total() + pending
        seconds = now - self._path_started
        self._listener(
            Progress(
                source=self._source,
                path=self._path,
                phase=phase,
                read=read,
                done=done,
                total=total,
                seconds=now - self._started,
                rate=(read - self._path_read) / seconds if seconds > 0 else 0.0,
                left=self._left(done, total, seconds),
            )
        )

    def _left(self, done: int | None, total: int | None, seconds: float) -> float | None:
        if done is None or total is None or self._path_done is None or done <= self._path_done:
            return None
        return max(0, total - done) * seconds / (done - self._path_done)
