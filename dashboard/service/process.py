"""A command of ours in a process of its own, so that the page neither waits for it nor grows with it."""

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
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep

from msgspec.json import encode

from dashboard.service.command_run import (
    ENDED,
    ERR,
    FORGET,
    OUT,
    RECORD,
    RunRecord,
    is_running,
    read_record,
    redact_run,
    seconds_since,
)
from dashboard.service.private_files import LOCK, make_private, open_private, write_private
from dashboard.service.status import PROGRESS
from graph.errors import StoreError

_SECRETS = ("INTROGRAPH_PASSWORD", "INTROGRAPH_SECRET")
PROGRAM = (sys.executable, "-E", "-P", "-X", "utf8", "-m", "dashboard.cli")
"""It runs nothing that lies in the folder at hand, whatever PYTHONPATH says."""
_ONCE_NOTED = ("/bin/sh", "-c", 'read -r go && exec "$@" </dev/null', "sh")
"""Waits for a line. Where its server is killed before it notes the run, nothing runs that nobody could end."""
_PATIENCE = 3.0  # seconds that one takes to end when it is told to
_LOOK_EVERY = 0.02


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
        lock, out, err = (open_private(folder / name, os.O_RDWR) for name in (LOCK, OUT, ERR))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            process = subprocess.Popen(  # noqa: S603 # our own program
                [*_ONCE_NOTED, *PROGRAM, "--as", self.profile, "--json", *words],
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=err,
                cwd=within,
                env={**_environment(), "INTROGRAPH_STORE": self.place, PROGRESS: "json"},
                pass_fds=[lock],
                start_new_session=True,  # Ctrl-C in the terminal is for the page, which ends it in turn
            )
        finally:
            for each in (lock, out, err):
                os.close(each)
        threading.Thread(target=_follow, args=(process, folder, over, most), daemon=True).start()
        started = self.clock().replace(microsecond=0)
        record = RunRecord(thing=thing, started=started, budget=budget, pid=process.pid)
        assert process.stdin is not None  # noqa: S101 # for the type checker
        with process.stdin as gate, suppress(BrokenPipeError):  # ended already
            write_private(folder / RECORD, encode(record))
            gate.write(b"\n")


def _follow(process: subprocess.Popen[bytes], folder: Path, over: Callable[[], None], most: float | None) -> None:
    ended = False
    while not ended:
        with suppress(subprocess.TimeoutExpired):
            process.wait(most)
            ended = True
        with suppress(OSError, StoreError):  # the store's folder may be gone
            if ended and (folder / FORGET).exists():
                redact_run(folder)
            over()


def _environment() -> dict[str, str]:
    """Give our own, but no secret of the page's, and no search path into the folder at hand, as an empty entry is."""
    return {
        name: os.pathsep.join(filter(os.path.isabs, value.split(os.pathsep))) if name.endswith("PATH") else value
        for name, value in os.environ.items()
        if not name.startswith(_SECRETS)
    }


def stop_run(folder: Path) -> None:
    """End a run, if it still runs; what it read is kept. Told again after some seconds, it is killed."""
    if not is_running(folder):
        return
    ended = folder / ENDED
    impatient = seconds_since(ended) > _PATIENCE
    if not ended.exists():
        write_private(ended, b"")
    _send(folder, signal.SIGKILL if impatient else signal.SIGINT)


def end_runs(folders: Iterable[Path]) -> None:
    """End runs, and wait for that; those that take too long are killed."""
    running = [folder for folder in folders if is_running(folder)]
    for end in (stop_run, _kill):
        for folder in running:
            end(folder)
        until = monotonic() + _PATIENCE
        while (running := [folder for folder in running if is_running(folder)]) and monotonic() < until:
            sleep(_LOOK_EVERY)


def _kill(folder: Path) -> None:
    _send(folder, signal.SIGKILL)


def _send(folder: Path, what: signal.Signals) -> None:
    if record := read_record(folder):
        with suppress(ProcessLookupError):
            os.kill(record.pid, what)
