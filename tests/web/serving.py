"""The page as its user has it: `intrograph serve` in a process of its own."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from urllib.parse import urlsplit

from coverage import Coverage

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = [sys.executable, "-c", "from dashboard.cli.app import main; main()"]
SAMPLE = [sys.executable, "-m", "tests.web.sample"]
_STARTS_WITHIN = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """A server that runs.

    Attributes:
        url: The page's address.
        errors: What it writes to stderr.
    """

    url: str
    process: subprocess.Popen[str]
    errors: Path

    @property
    def port(self) -> int:
        """Its port."""
        return urlsplit(self.url).port or 0

    def stop(self, how: int = signal.SIGINT) -> int:
        """Send a signal, and give the exit code."""
        self.process.send_signal(how)
        return self.process.wait(10)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait(10)

    def told(self) -> str:
        """Give what it wrote to stderr so far."""
        return self.errors.read_text(encoding="utf-8")


class Servers:
    """Starts servers in a folder of their own; all are stopped at its end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open = ExitStack()
        self._count = 0

    def __call__(self, store: Path, *words: str, port: int = 0, **settings: str) -> Serving:
        """Serve a store's page, with more options, and with environment variables."""
        command = [*PROGRAM, "--store", str(store), "serve", "--json", "--no-open", "--port", str(port), *words]
        return self.start(command, **settings)

    def sample(self, port: int = 0) -> Serving:
        """Serve the sample page."""
        return self.start([*SAMPLE, str(port)])

    def start(self, command: Sequence[str], **settings: str) -> Serving:
        """Start a program that serves a page, and prints its address as JSON."""
        self._count += 1
        errors = self._folder / f"errors-{self._count}"
        with errors.open("w", encoding="utf-8") as stream:
            process = subprocess.Popen(  # noqa: S603 # our own program
                command,
                stdout=subprocess.PIPE,
                stderr=stream,
                text=True,
                cwd=ROOT,
                env=environment(self._folder, **settings),
            )
        self._open.callback(_end, process)
        assert process.stdout is not None
        impatient = Timer(_STARTS_WITHIN, process.kill)
        impatient.start()
        line = process.stdout.readline()
        impatient.cancel()
        assert line, errors.read_text(encoding="utf-8")
        return Serving(url=json.loads(line)["url"], process=process, errors=errors)

    def close(self) -> None:
        """Stop those that still run."""
        self._open.close()


def environment(home: Path, **more: str) -> dict[str, str]:
    """Give a process a home of its own, in which nothing is set; where this one is measured, it is, too."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INTROGRAPH")}
    if Coverage.current() is not None:
        kept["COVERAGE_PROCESS_START"] = str(ROOT / "pyproject.toml")
    own = dict.fromkeys(("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"), str(home))
    return kept | own | more


def _end(process: subprocess.Popen[str]) -> None:
    with process:  # closes its pipe, and waits
        if process.poll() is None:
            process.terminate()
