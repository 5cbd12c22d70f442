"""What is kept of a run of a command: a folder with what runs, what it says, and a lock that its process holds.

It holds it for as long as it lives. So every server on a store sees the same, a later one too, and nobody takes a run
for alive that was killed.
"""

import fcntl
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import time

from msgspec import DecodeError, Struct, ValidationError
from msgspec.json import decode, encode
from msgspec.structs import replace

from dashboard.service.private_files import LOCK, exclusive, write_private
from dashboard.service.status import OpenQuestion, StatusLine, read_status
from graph.model import Problem
from graph.store.documents import Cost
from ingest.pull.progress import Progress

RECORD, OUT, ERR, ENDED, FORGET = "run.json", "out", "err", "ended", "forget"
"""The files: what runs, what it says, whether its user ended it, and whether what it says names somebody forgotten."""
_ERROR = ("Error: ", "Internal error: ")
_LARGEST, _TAIL = 4 << 20, 1 << 18
_PROBLEMS = 50
_LINE = 500


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


def read_run(folder: Path) -> CommandRun | None:
    """Read where a run stands; None where there is none."""
    record = read_record(folder)
    if record is None:
        return None
    # In this order: one that ends meanwhile is running still, and has said all next time.
    running = is_running(folder)
    if not running and (folder / FORGET).exists():
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
        ended=(folder / ENDED).exists(),
    )


def redact_run(folder: Path) -> None:
    """Keep of what a run said its numbers alone, as all else may name somebody; of one that runs, once it is over."""
    record = read_record(folder)
    if record is None:
        return
    with suppress(FileNotFoundError):  # removed meanwhile
        write_private(folder / FORGET, b"")  # before it is looked: of one that ends meanwhile, who follows it sees it
        if not is_running(folder):
            with exclusive(folder / LOCK):  # it counts as running until that is done
                _redact(folder, record)


def _redact(folder: Path, record: RunRecord) -> None:
    if not (folder / FORGET).exists():  # done by another one
        return
    write_private(folder / RECORD, encode(replace(record, thing="")))
    summary, _ = _read_out(folder)
    at = _last_said(folder).timestamp()
    write_private(folder / ERR, b"")
    if summary is not None:
        summary.problems, summary.questions, summary.notes, summary.skipped, summary.reach = [], [], [], {}, {}
    write_private(folder / OUT, b"" if summary is None else encode(summary))
    for name in (OUT, ERR):
        os.utime(folder / name, (at, at))
    (folder / FORGET).unlink(missing_ok=True)


def is_running(folder: Path) -> bool:
    """Tell whether a run's process lives."""
    try:
        with (folder / LOCK).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)  # shared: two that look see the same
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def age(folder: Path) -> float:
    """Tell how many seconds ago a run began; 0 where that was not noted."""
    return seconds_since(folder / RECORD)


def seconds_since(file: Path) -> float:
    """Tell how many seconds ago a file was written, by the clock that dates files; 0 where there is none."""
    try:
        return time() - file.stat().st_mtime
    except OSError:
        return 0.0


def read_record(folder: Path) -> RunRecord | None:
    """Read what runs, or ran; None where that was not noted."""
    try:
        return decode((folder / RECORD).read_bytes(), type=RunRecord)
    except (OSError, DecodeError, ValidationError):
        return None


def _last_said(folder: Path) -> datetime:
    times = [one.stat().st_mtime for name in (OUT, ERR) if (one := folder / name).exists()]
    return datetime.fromtimestamp(max(times, default=0.0), UTC)


def _read_err(folder: Path) -> tuple[str, StatusLine]:
    try:
        with (folder / ERR).open("rb") as stream:
            stream.seek(max(0, os.fstat(stream.fileno()).st_size - _TAIL))
            lines = stream.read().decode(errors="replace").splitlines()
    except OSError:
        lines = []
    error = next((line for line in lines if line.startswith(_ERROR)), "")
    return error.partition(": ")[2].strip()[:_LINE], read_status(lines)


def _read_out(folder: Path) -> tuple[Summary | None, bool]:
    """Give what came of it, and whether another one was at work on the same."""
    try:
        with (folder / OUT).open("rb") as stream:
            told = stream.read(_LARGEST)
        pulled = decode(told, type=_Pulled)
        summary = pulled.jobs[0] if pulled.jobs else decode(told, type=Summary) if pulled.waiting is None else None
    except (OSError, DecodeError, ValidationError):
        return None, False
    if summary is not None:
        del summary.problems[_PROBLEMS:]
    return summary, summary is None
