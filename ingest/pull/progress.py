"""Progress of an ingest: how far, how fast, how long yet."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic, sleep

from graph.model import Checkpoint
from ingest.pull.tally import Tally

_EVERY_SECONDS = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an ingest is.

    Attributes:
        source: The source's name.
        place: The input at hand; None once all are read.
        phase: `reading`, or what is done once all is read.
        read: Interactions read so far, over all inputs.
        done: How much of the input at hand is read, in the source's own measure; None where unknown.
        total: How much there is of it.
        seconds: Since the start.
        rate: Interactions a second, over the input at hand.
        left: Seconds that the input at hand will take yet; None where unknown.
    """

    source: str
    place: str | None
    phase: str
    read: int
    done: int | None
    total: int | None
    seconds: float
    rate: float
    left: float | None


class Teller:
    """Tells how far an ingest is, a few times a second at most."""

    def __init__(self, source: str, listener: Callable[[Progress], None] | None) -> None:
        self._source = source
        self._listener = listener
        self._started = self._told = self._place_started = monotonic()
        self._place: str | None = None
        self._place_done: int | None = None
        self._tally = Tally()
        self._read_before = 0

    def elapsed(self) -> float:
        """Count the seconds since the start."""
        return monotonic() - self._started

    def begin(self, place: str, tally: Tally) -> None:
        """Note that a place is now read; what is read of it is counted there."""
        self._read_before += self._tally.by_kind.total()
        self._place, self._tally = place, tally
        self._place_started = monotonic()
        self._place_done = None
        self._tell("reading", None, None, 0)

    def check(self, at: Checkpoint, pending: int) -> None:
        """Tell that a checkpoint was passed, with so many interactions read and not yet counted."""
        if self._place_done is None:
            self._place_done = at.done  # a resumed input is not at its beginning
        if monotonic() - self._told >= _EVERY_SECONDS:
            self._tell("reading", at.done, at.total, pending)

    def finishing(self, phase: str) -> None:
        """Tell what the store does at the end."""
        self._place = None
        self._tell(phase, None, None, 0)

    def wait(self, seconds: float, why: str) -> None:
        """Wait, and tell each second for how long yet."""
        end = monotonic() + seconds
        while (left := end - monotonic()) > 0:
            if left > 1:
                self._tell(why, None, None, 0, left)
            sleep(min(left, 1.0))

    def _tell(self, phase: str, done: int | None, total: int | None, pending: int, left: float | None = None) -> None:
        self._told = now = monotonic()
        if self._listener is None:
            return
        read = self._tally.by_kind.total() + pending
        seconds = now - self._place_started
        self._listener(
            Progress(
                source=self._source,
                place=self._place,
                phase=phase,
                read=self._read_before + read,
                done=done,
                total=total,
                seconds=now - self._started,
                rate=read / seconds if seconds > 0 else 0.0,
                left=self._left(done, total, seconds) if left is None else left,
            )
        )

    def _left(self, done: int | None, total: int | None, seconds: float) -> float | None:
        if done is None or total is None or self._place_done is None or done <= self._place_done:
            return None
        return max(0, total - done) * seconds / (done - self._place_done)
