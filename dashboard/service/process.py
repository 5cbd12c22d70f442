"""A command of ours in a process of its own, so that the page neither waits for it nor grows with it.

It has a folder: what runs, what it says, and a lock that its process holds for as long as it lives. So every server
on a store sees the same, a later one too, and nobody takes a run for alive that was killed.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep, time

from msgspec import DecodeError, Struct, ValidationError
from msgspec.json import decode, encode
from msgspec.structs import replace

from dashboard.service.private_files import make_private, open_private, write_private
from dashboard.service.status import PROGRESS, OpenQuestion, StatusLine, read_status
from graph.errors import StoreError
from graph.model import Problem
from graph.store.documents import Cost
from ingest.pull.progress import Progress

PROGRAM = (sys.executable, "-P", "-m", "dashboard.cli")  # -P: whatever lies in the folder at hand is not run
_ERROR = ("Error: ", "Internal error: ")
_LARGEST, _TAIL = 4 << 20, 1 << 18
_PROBLEMS = 50
_LINE = 500
_PATIENCE = 3.0  # seconds that one takes to end when it is told to
_LOOK_EVERY = 0.02
_LOCK, _RECORD, _OUT, _ERR, _ENDED, _FORGET = "lock", "run.json", "out", "err", "ended", "forget"


class Summary(Struct, kw_only=True):
    """What came of a run, as `--json` tells it; of a pull, that of its one job.

    Attributes:
        problems: The first 50.
        reach: As JSON has it; empty where it is not known who I am.
    """

    source: str = ""
    new: int = 0
    seen: int = 0
    problem_count: int = 0
    problems: list[Problem] = []  # msgspec gives each its own
    skipped: dict[str, int] = {}
    others: dict[str, int] = {}
    suppressed: int = 0
    questions: list[str] = []
    notes: list[str] = []
    reach: dict[str, object] = {}
    cost: Cost | None = None
    stopped: str | None = None


class _Pulled(Struct):
    jobs: list[Summary] = []  # as above
    waiting: object = None


class RunRecord(Struct, frozen=True, kw_only=True):
    """What is noted of a run when it begins; see `CommandRun`."""

    thing: str
    started: datetime
    budget: float | None
    pid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRun:
    """One run of a command.

    Attributes:
        started: When, to the second.
        finished: When it last said something; None while it runs.
        budget: What it may cost, in dollars; None for any.
        progress: How far it last said it is.
        question: What it must be told before it can read something.
        error: Why it failed, in its own words.
        summary: What came of it; None while it runs, and where it was ended.
        busy: Whether it found another one at work on the same.
        ended: Whether the user ended it.
    """

    started: datetime
    finished: datetime | None
    budget: float | None
    progress: Progress | None
    question: OpenQuestion | None
    error: str
    summary: Summary | None
    busy: bool
    ended: bool

    def covers(self, at: datetime) -> bool:
        """Tell whether it may have been at work at an instant."""
        return self.started <= at <= (self.finished or at)

    @property
    def running(self) -> bool:
        """Whether it runs."""
        return self.finished is None

    @property
    def failed(self) -> bool:
        """Whether it came to nothing."""
        return not self.running and not self.ended and (bool(self.error) or self.summary is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Launcher:
    """Runs commands of one profile on one store.

    Attributes:
        place: Where it is, with a server's password: told by the environment, as all may read a command line.
        clock: Gives the time.
    """

    place: str
    profile: str
    clock: Callable[[], datetime]

    def launch(
        self,
        folder: Path,
        words: Sequence[str],
        over: Callable[[], None],
        *,
        thing: str = "",
        budget: float | None = None,
        within: Path | None = None,
        most: float | None = None,
    ) -> None:
        """Run a command.

        Args:
            folder: Where the run is kept; what is there of another is removed.
            words: The command, without the options of the whole program.
            over: Called in a thread once it is over, and each time that `most` seconds have passed.
            thing: What it is for.
            budget: What the words say it may cost.
            within: The folder that it runs in.
            most: See `over`.
        """
        shutil.rmtree(folder, ignore_errors=True)
        make_private(folder)
        lock, out, err = (open_private(folder / name, os.O_RDWR) for name in (_LOCK, _OUT, _ERR))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            process = subprocess.Popen(  # noqa: S603 # our own program
                [*PROGRAM, "--as", self.profile, "--json", *words],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                cwd=within,
                env={**os.environ, "INTROGRAPH_STORE": self.place, "PYTHONUTF8": "1", PROGRESS: "json"},
                pass_fds=[lock],
                start_new_session=True,  # Ctrl-C in the terminal is for the page, which ends it in turn
            )
        finally:
            for each in (lock, out, err):
                os.close(each)
        started = self.clock().replace(microsecond=0)
        record = RunRecord(thing=thing, started=started, budget=budget, pid=process.pid)
        write_private(folder / _RECORD, encode(record))

        def follow() -> None:
            ended = False
            while not ended:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(most)
                    ended = True
                with suppress(OSError, StoreError):  # the store's folder may be gone
                    over()

        threading.Thread(target=follow, daemon=True).start()


def read_run(folder: Path) -> CommandRun | None:
    """Read where a run stands; None where there is none."""
    record = read_record(folder)
    if record is None:
        return None
    # In this order: one that ends meanwhile is running still, and has said all next time.
    running = is_running(folder)
    if not running and (folder / _FORGET).exists():
        redact_run(folder)
    error, status = _read_err(folder)
    summary, busy = (None, False) if running else _read_out(folder)
    return CommandRun(
        started=record.started,
        finished=None if running else _last_said(folder),
        budget=record.budget,
        progress=status.progress,
        question=status.question,
        error=error,
        summary=summary,
        busy=busy,
        ended=(folder / _ENDED).exists(),
    )


def stop_run(folder: Path) -> None:
    """End a run, if it still runs; what it read is kept. Told again after some seconds, it is killed."""
    record, ended = read_record(folder), folder / _ENDED
    if record is None or not is_running(folder):
        return
    impatient = ended.exists() and time() - ended.stat().st_mtime > _PATIENCE
    if not ended.exists():
        write_private(ended, b"")
    with suppress(ProcessLookupError):
        os.kill(record.pid, signal.SIGKILL if impatient else signal.SIGINT)


def end_runs(folders: Iterable[Path]) -> None:
    """End runs, and wait for that; those that take too long are killed."""
    running = [folder for folder in folders if is_running(folder)]
    for folder in running:
        stop_run(folder)
    until = monotonic() + _PATIENCE
    while (running := [folder for folder in running if is_running(folder)]) and monotonic() < until:
        sleep(_LOOK_EVERY)
    for folder in running:
        if record := read_record(folder):
            with suppress(ProcessLookupError):
                os.kill(record.pid, signal.SIGKILL)


def redact_run(folder: Path) -> None:
    """Keep of what a run said its numbers alone, as all else may name somebody; of one that runs, once it is over."""
    if is_running(folder):
        write_private(folder / _FORGET, b"")
        return
    record = read_record(folder)
    if record is None:
        return
    write_private(folder / _RECORD, encode(replace(record, thing="")))
    summary, _ = _read_out(folder)
    at = _last_said(folder).timestamp()
    write_private(folder / _ERR, b"")
    if summary is not None:
        summary.problems, summary.questions, summary.notes, summary.skipped, summary.reach = [], [], [], {}, {}
    write_private(folder / _OUT, b"" if summary is None else encode(summary))
    for name in (_OUT, _ERR):
        os.utime(folder / name, (at, at))
    (folder / _FORGET).unlink(missing_ok=True)


def is_running(folder: Path) -> bool:
    """Tell whether a run's process lives."""
    try:
        with (folder / _LOCK).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)  # shared: two that look see the same
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def age(folder: Path) -> float:
    """Tell how many seconds ago a run began."""
    return time() - (folder / _RECORD).stat().st_mtime


def read_record(folder: Path) -> RunRecord | None:
    """Read what runs, or ran; None where that was not noted."""
    try:
        return decode((folder / _RECORD).read_bytes(), type=RunRecord)
    except (OSError, DecodeError, ValidationError):
        return None


def _last_said(folder: Path) -> datetime:
    times = [one.stat().st_mtime for name in (_OUT, _ERR) if (one := folder / name).exists()]
    return datetime.fromtimestamp(max(times, default=0.0), UTC)


def _read_err(folder: Path) -> tuple[str, StatusLine]:
    try:
        with (folder / _ERR).open("rb") as stream:
            stream.seek(max(0, os.fstat(stream.fileno()).st_size - _TAIL))
            lines = stream.read().decode(errors="replace").splitlines()
    except OSError:
        lines = []
    error = next((line for line in lines if line.startswith(_ERROR)), "")
    return error.partition(": ")[2].strip()[:_LINE], read_status(lines)


def _read_out(folder: Path) -> tuple[Summary | None, bool]:
    """Give what came of it, and whether another one was at work on the same."""
    try:
        with (folder / _OUT).open("rb") as stream:
            told = stream.read(_LARGEST)
        pulled = decode(told, type=_Pulled)
        summary = pulled.jobs[0] if pulled.jobs else decode(told, type=Summary) if pulled.waiting is None else None
    except (OSError, DecodeError, ValidationError):
        return None, False
    if summary is not None:
        del summary.problems[_PROBLEMS:]
    return summary, summary is None
