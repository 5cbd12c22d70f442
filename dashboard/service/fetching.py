"""Fetching: a command of ours in a process of its own, so that the page neither waits for it nor grows with it."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import IO

from msgspec import DecodeError, Struct, ValidationError
from msgspec.json import decode

from graph.errors import UsageError
from graph.model import Problem
from graph.store.documents import Cost

_PROGRAM = (sys.executable, "-P", "-m", "dashboard.cli")  # -P: whatever lies in the folder at hand is not run
_ERROR = ("Error: ", "Internal error: ")
_LARGEST = 4 << 20
_PROBLEMS = 50
_LINE = 500
_PATIENCE = 3.0  # seconds that one takes to end when it is told to
_KEPT = 20


class Summary(Struct, kw_only=True):
    """What came of a run, as `--json` tells it; of a pull, that of its one job.

    Attributes:
        problems: The first 50.
    """

    new: int = 0
    seen: int = 0
    problem_count: int = 0
    problems: list[Problem] = []  # msgspec gives each its own
    cost: Cost | None = None
    stopped: str | None = None


class _Pulled(Struct):
    jobs: list[Summary] = []  # as above


@dataclass(slots=True, kw_only=True)
class Fetch:
    """One run of a command.

    Attributes:
        started: When, to the second.
        finished: When it was over.
        budget: What it may cost, in dollars; None for any.
        told: The line by which it last said how far it is.
        error: Why it failed, in its own words.
        summary: What came of it; None while it runs, and where it was ended.
        ended: Whether the user ended it.
        code: Its exit code; None while it runs.
    """

    started: datetime
    finished: datetime | None = None
    budget: float | None
    told: str = ""
    error: str = ""
    summary: Summary | None = None
    ended: bool = False
    code: int | None = None
    process: subprocess.Popen[str] = field(repr=False)

    def covers(self, at: datetime) -> bool:
        """Tell whether it may have been at work at an instant."""
        return self.started <= at <= (self.finished or at)

    @property
    def running(self) -> bool:
        """Whether it runs."""
        return self.code is None

    @property
    def failed(self) -> bool:
        """Whether it came to nothing."""
        return not self.running and not self.ended and (self.code != 0 or self.summary is None)


class Fetches:
    """The runs that a page started, one at a time of each thing; a thing is named by any text.

    Of those that are over, the newest few are kept.
    """

    def __init__(self, place: str, profile: str, clock: Callable[[], datetime], changed: Callable[[], None]) -> None:
        """Prepare to fetch into a store.

        Args:
            place: Where it is, with a server's password: told by the environment, as all may read a command line.
            profile: Who asks.
            clock: Gives the time.
            changed: Called whenever a run is over.
        """
        self._place, self._profile, self._clock, self._changed = place, profile, clock, changed
        self._held: dict[str, Fetch] = {}
        self._lock = threading.Lock()

    def find(self, things: Iterable[str]) -> Fetch | None:
        """Give the run of a thing, by any of its names."""
        with self._lock:
            return next((self._held[one] for one in things if one in self._held), None)

    def names(self) -> list[str]:
        """Name the things, newest first."""
        with self._lock:
            return [*reversed(self._held)]

    def start(self, thing: str, words: Sequence[str], budget: float | None) -> Fetch:
        """Run a command for a thing.

        Args:
            thing: What it fetches.
            words: The command, without the options of the whole program.
            budget: What the words say it may cost.

        Raises:
            UsageError: If it runs already.
        """
        with self._lock:
            held = self._held.pop(thing, None)
            if held is not None and held.running:
                self._held[thing] = held
                raise UsageError("this is being fetched already")
            over = [name for name, one in self._held.items() if not one.running]
            for name in over[: max(0, len(self._held) - _KEPT)]:
                del self._held[name]
            made = self._held[thing] = self._run(words, budget)
        return made

    def _run(self, words: Sequence[str], budget: float | None) -> Fetch:
        output = tempfile.TemporaryFile()  # noqa: SIM115 # closed by who follows it
        process = subprocess.Popen(  # noqa: S603 # our own program
            [*_PROGRAM, "--as", self._profile, "--json", *words],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.PIPE,
            env={**os.environ, "INTROGRAPH_STORE": self._place, "PYTHONUTF8": "1"},
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,  # Ctrl-C in the terminal is for the page, which ends it in turn
        )
        made = Fetch(started=self._clock().replace(microsecond=0), budget=budget, process=process)
        threading.Thread(target=self._follow, args=(made, output), daemon=True).start()
        return made

    def _follow(self, one: Fetch, output: IO[bytes]) -> None:
        """Keep what a run says of itself, until it is over."""
        with output, one.process as process:
            assert process.stderr is not None  # noqa: S101 # for the type checker
            for line in process.stderr:
                if line.startswith(_ERROR):
                    one.error = line.partition(": ")[2].strip()[:_LINE]
                elif not one.error:
                    one.told = line.strip()[:_LINE]
            code = process.wait()
            output.seek(0)
            with suppress(DecodeError, ValidationError):
                one.summary = _read(output.read(_LARGEST))
        self._changed()
        one.finished, one.code = self._clock(), code

    def stop(self, things: Iterable[str]) -> None:
        """End the run of a thing, by any of its names, if it still runs; what it read is kept."""
        held = self.find(things)
        if held is not None and held.running:
            held.ended = True
            held.process.send_signal(signal.SIGINT)

    def close(self) -> None:
        """End all runs, and wait for that."""
        running = [(thing, one.process) for thing, one in self._held.items() if one.running]
        for thing, _ in running:
            self.stop([thing])
        until = monotonic() + _PATIENCE
        for _, process in running:
            try:
                process.wait(max(0.1, until - monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()


def _read(told: bytes) -> Summary | None:
    if not told:
        return None
    pulled = decode(told, type=_Pulled).jobs
    summary = pulled[0] if pulled else decode(told, type=Summary) if b'"waiting"' not in told else None
    if summary is not None:
        del summary.problems[_PROBLEMS:]
    return summary
