"""The command line as a real process: exit codes, pipes, terminals, and what importing it costs."""

import json
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Set
from pathlib import Path

import pytest

from tests.dashboard.conftest import Cli

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = [sys.executable, "-c", "from dashboard.cli.app import main; main()"]


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("INTROGRAPH", "NO_COLOR"))}
    return kept | {"HOME": str(home), "XDG_DATA_HOME": str(home), "PYTHONPATH": str(ROOT), "COLUMNS": "100"} | more


def run(cli: Cli, *words: str, text: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 # our own program
        [*PROGRAM, "--store", str(cli.store), *words],
        input=text,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=60,
        cwd=cli.home,
        env=environment(cli.home, **more),
        check=False,
    )


def many_lines(cli: Cli, count: int) -> Path:
    file = cli.home / "many.jsonl"
    with file.open("w", encoding="utf-8") as stream:
        for number in range(count):
            people = {"actor": {"network": "x", "id": number % 997}, "to": [{"network": "x", "id": 1 + number % 991}]}
            at = f"2015-{1 + number % 12:02}-{1 + number % 28:02}T10:00:00Z"
            stream.write(json.dumps({"kind": "reply", "id": number, "at": at, **people}) + "\n")
    return file


def test_exit_codes_and_streams_of_a_process(office: Cli) -> None:
    asked = run(office, "ask", "cara", "--as-of", "2020-06-15", "--json")
    assert (asked.returncode, asked.stderr) == (0, "")
    assert json.loads(asked.stdout)["paths"]
    assert run(office, "ask").returncode == 2
    assert run(office, "ask", "Qwertz Uiop").returncode == 3
    assert run(office, "ingest", "nowhere.mbox").returncode == 5
    office.store.write_text("no store", encoding="utf-8")
    assert run(office, "ask", "cara").returncode == 4


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_that_knows_few_characters_gets_question_marks(office: Cli, encoding: str) -> None:
    done = run(office, "ask", "cara", "--as-of", "2020-06-15", PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    assert done.returncode == 0, done.stderr
    assert "You ? Ann Lee" in done.stdout


def test_a_reader_that_stops_is_no_fault(office: Cli) -> None:
    assert run(office, "ingest", str(many_lines(office, 3000)), "-q").returncode == 0
    for what, form in (("ties", "csv"), ("people", "json")):
        command = [*PROGRAM, "--store", str(office.store), "export", what, "--format", form, "-o", "-"]
        with subprocess.Popen(  # noqa: S603 # our own program
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(office.home)
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.read(10)
            process.stdout.close()
            assert process.stderr.read() == b""
            assert process.wait(30) == 0


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
@pytest.mark.parametrize(
    "words", [("ask", "cara"), ("ask", "cara", "--json"), ("export", "ties", "--format", "csv"), ("--version",)]
)
def test_a_full_disk_is_one_clear_line(office: Cli, words: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(  # noqa: S603 # our own program
            [*PROGRAM, "--store", str(office.store), *words],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            env=environment(office.home),
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == (
        "Error: the output can't be written (No space left on device): make room, or write elsewhere.\n"
    )


# --- on a terminal ---------------------------------------------------------------------------------------------------


def on_terminal(cli: Cli, *words: str, answers: str = "", **more: str) -> tuple[int, str]:
    """Run on a pseudo-terminal; answer what is asked; give the exit code and all that was shown."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(cli.home)
        os.execve(  # noqa: S606 # our own program
            sys.executable,
            [*PROGRAM, "--store", str(cli.store), *words],
            environment(cli.home, TERM="xterm", **more),
        )
    try:
        shown = b"".join(_read(terminal, answers))
        _, status = os.waitpid(child, 0)
    finally:
        os.close(terminal)
    return os.waitstatus_to_exitcode(status), shown.decode("utf-8", "replace")


def _read(terminal: int, answers: str) -> Iterator[bytes]:
    until, pending = time.monotonic() + 45, list(answers)
    while time.monotonic() < until:
        ready, _, _ = select.select([terminal], [], [], 0.2)
        if ready:
            try:
                piece = os.read(terminal, 65_536)
            except OSError:  # the child is gone
                return
            if not piece:
                return
            yield piece
            if pending and piece.rstrip().endswith((b":", b"]")):
                os.write(terminal, pending.pop(0).encode() + b"\n")


def test_what_destroys_asks_on_a_terminal(office: Cli) -> None:
    code, shown = on_terminal(office, "forget", "bob", answers="n")
    assert code == 0, shown
    assert "Erase Bob Béranger (1 account: x:200) for good? [y/N]:" in shown
    assert "Nothing was changed." in shown
    code, shown = on_terminal(office, "forget", "bob", answers="y")
    assert code == 0, shown
    assert "Receipt, " in shown


def test_ctrl_c_at_a_question_is_130(office: Cli) -> None:
    code, shown = on_terminal(office, "erase", "--all", answers="\x03")
    assert code == 130, shown
    assert "Stopped." in shown
    assert office("--json").data["accounts"] == 8


def test_colours_and_a_changing_line_on_a_terminal(office: Cli) -> None:
    file = many_lines(office, 2000)
    code, shown = on_terminal(office, "ingest", "jsonl", str(file))
    assert code == 0, shown
    assert "\x1b[1mYour reach\x1b[0m" in shown
    _, plain = on_terminal(office, "reach", NO_COLOR="1")
    assert "\x1b[" not in plain


# --- what it costs ---------------------------------------------------------------------------------------------------

LOOK = """
import sys
sys.argv = ["intrograph", *{words!r}]
from dashboard.cli.app import main
try:
    main()
except SystemExit as ended:
    code = ended.code
loaded = sorted({{name.partition(".")[0] for name in sys.modules}} & {heavy!r})
print("LOADED", code, loaded, file=sys.stderr)
"""
HEAVY = {
    "dash",
    "flask",
    "waitress",
    "numpy",
    "lxml",
    "rich",
    "networkx",
    "dateutil",
    "charset_normalizer",
    "ingest",
    "email",
    "xml",
}


def loaded(cli: Cli, *words: str, heavy: Set[str] = HEAVY) -> tuple[str, list[str]]:
    code = LOOK.format(words=["--store", str(cli.store), *words], heavy=heavy)
    done = subprocess.run(  # noqa: S603 # our own program
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, env=environment(cli.home), check=True
    )
    mark, ended, names = done.stderr.strip().splitlines()[-1].split(" ", 2)
    assert mark == "LOADED"
    return ended, json.loads(names.replace("'", '"'))


def test_help_and_completion_load_nothing_heavy(office: Cli) -> None:
    assert loaded(office, "--help") == ("0", [])
    assert loaded(office, "--version") == ("0", ["email"])
    assert loaded(office, "ask", "--help") == ("0", [])


def test_asking_loads_no_source_and_no_parser(office: Cli) -> None:
    assert loaded(office, "ask", "cara", "--as-of", "2020-06-15") == ("0", ["numpy"])
    assert loaded(office, "ask", "cara", "--as-of", "2020-06-15", "--json") == ("0", ["numpy"])
