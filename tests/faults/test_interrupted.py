"""Ctrl-C and kill -9 in the middle of a batch, a full disk, two at once, readers beside a writer: nothing is lost."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.dashboard.conftest import Cli, Done
from tests.faults.inputs import MAKERS, make_csv, make_jsonl, make_mbox

ROOT = Path(__file__).resolve().parents[2]
MAIN = "from dashboard.cli.app import main; main()"
COUNT = 1_200
# A command line with small batches that sends itself a signal behind so many records: in the middle of a batch.
INTERRUPTED = (
    """
import os, signal
from ingest.kit import checkpoints
from ingest.pull import writer

writer.BATCH = 150
checkpoints.STEP = 50
seen = 0
add = writer.Writer.add

def counting(self, one):
    global seen
    seen += 1
    if seen == {behind}:
        os.kill(os.getpid(), {signal})
    add(self, one)

writer.Writer.add = counting
"""
    + MAIN
)


def command(cli: Cli, code: str, *words: str) -> list[str]:
    return [sys.executable, "-c", code, "--store", str(cli.store), *words]


def environment(cli: Cli) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INTROGRAPH")}
    return kept | {"HOME": str(cli.home), "XDG_DATA_HOME": str(cli.home), "PYTHONPATH": str(ROOT)}


def run(cli: Cli, *words: str, code: str = MAIN) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 # our own program
        command(cli, code, *words), capture_output=True, text=True, timeout=60, env=environment(cli), check=False
    )


def start(cli: Cli, *words: str, code: str = MAIN) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 # our own program
        command(cli, code, *words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(cli)
    )


def content(cli: Callable[..., Done]) -> list[object]:
    """Give all that is held: ties and people as they are exported, and how many acts."""
    ties = cli("export", "ties", "--format", "csv", "-o", "-")
    people = cli("export", "people", "--format", "csv", "-o", "-")
    assert (ties.code, people.code) == (0, 0), ties.err + people.err
    return [sorted(ties.out.splitlines()), sorted(people.out.splitlines()), cli("--json").data["interactions"]]


def beside(cli: Cli, name: str) -> Cli:
    return Cli(cli.home / name, cli.home)


# --- interrupted -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", MAKERS)
def test_interrupted_in_the_middle_of_a_batch_and_the_same_again(cli: Cli, source: str) -> None:
    file = str(MAKERS[source](cli.home, COUNT))
    untouched = beside(cli, "untouched.db")
    assert untouched("ingest", file, "--quiet").code == 0

    for behind, with_signal, code in ((470, signal.SIGKILL, -9), (270, signal.SIGINT, 130)):
        broken = run(cli, "ingest", file, "--quiet", code=INTERRUPTED.format(behind=behind, signal=int(with_signal)))
        assert broken.returncode == code, broken.stderr
        assert broken.stdout == ""
        assert "Traceback" not in broken.stderr
        kept = cli("jobs", "--json").data
        assert sum(one["new"] for one in kept["runs"]) == cli("--json").data["interactions"] > 0
        assert "has not come to its end; what was read is kept" in kept["problems"][0]["why"]
        if with_signal is signal.SIGINT:
            told, last = broken.stderr.splitlines()
            assert told == "Stopped. What was read so far is kept; the same command goes on from there."
            assert last == "Stopped."

    done = cli("ingest", file, "--quiet", "--json").data
    whole = cli("--json").data["interactions"]
    assert 0 < done["new"] < whole - 300  # what was written before was not lost,
    assert done["new"] + done["seen"] < whole - 300  # nor read again
    assert done["problem_count"] == 0
    again = cli("ingest", file, "--quiet", "--json").data
    assert (again["new"], again["seen"]) == (0, whole)
    assert content(cli) == content(untouched)


# --- a full disk -----------------------------------------------------------------------------------------------------

# As a quota or a full disk does: a file may not grow beyond so many bytes.
SMALL_DISK = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, resource.RLIM_INFINITY)); " + MAIN


@pytest.mark.parametrize("size", [0, 300_000])
def test_a_full_disk_is_one_clear_line_and_the_same_again_completes(cli: Cli, size: int) -> None:
    file = str(make_csv(cli.home, COUNT))
    broken = run(cli, "ingest", file, "--quiet", code=SMALL_DISK.format(size=size))
    assert (broken.returncode, broken.stdout) == (4, "")
    (line,) = broken.stderr.splitlines()
    assert str(cli.store) in line
    assert "free" in line
    assert "again" in line

    done = cli("ingest", file, "--quiet", "--json").data
    assert done["new"] + done["seen"] <= COUNT
    assert cli("--json").data["interactions"] == COUNT
    assert cli("doctor").code == 0


def test_an_export_onto_a_full_disk_leaves_what_was_there(office: Cli) -> None:
    file = office.home / "people.csv"
    file.write_text("what was there", encoding="utf-8")
    broken = run(office, "export", "people", "--format", "csv", "-o", str(file), code=SMALL_DISK.format(size=10))
    assert broken.returncode in (2, 4), broken.stderr
    assert len(broken.stderr.splitlines()) == 1
    assert file.read_text(encoding="utf-8") == "what was there"
    assert {found.name for found in office.home.iterdir() if "people.csv" in found.name} == {"people.csv"}


# --- several at once -------------------------------------------------------------------------------------------------


def test_two_ingests_at_once_lose_nothing_and_write_nothing_twice(cli: Cli) -> None:
    files = [str(make_csv(cli.home, COUNT)), str(make_mbox(cli.home, COUNT // 2))]
    untouched = beside(cli, "untouched.db")
    assert untouched("ingest", *files, "--quiet").code == 0
    running = [start(cli, "ingest", file, "--quiet", "--json") for file in (*files, files[0])]
    told = [process.communicate(timeout=60) for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], told
    assert [err for _, err in told if "Traceback" in err] == []
    new = sum(json.loads(out)["new"] for out, _ in told)
    assert new == cli("--json").data["interactions"] == COUNT + COUNT // 2
    assert content(cli) == content(untouched)


def test_readers_beside_a_writer_see_whole_states(office: Cli) -> None:
    file = str(make_jsonl(office.home, 6_000))
    writer = start(
        office, "ingest", file, "--quiet", code=f"from ingest.pull import writer; writer.BATCH = 200; {MAIN}"
    )
    try:
        counts = list(_read_until(writer, office))
        _, errors = writer.communicate(timeout=60)
    finally:
        writer.kill()
    assert writer.returncode == 0, errors
    assert counts == sorted(counts)
    assert [count for count in counts if (count - counts[0]) % 200] == []
    assert office("--json").data["interactions"] == counts[0] + 6_000


def _read_until(writer: subprocess.Popen[str], cli: Cli) -> Iterator[int]:
    ended = time.monotonic() + 30
    while True:
        running = writer.poll() is None and time.monotonic() < ended
        yield cli("--json").data["interactions"]
        paths = cli("ask", "cara", "--json").data["paths"]
        assert [person["name"] for person in paths[0]["people"]][-1] == "Cara Quill"
        ties = cli("export", "ties", "--format", "csv", "-o", "-")
        assert ties.code == 0, ties.err
        if not running:
            return
