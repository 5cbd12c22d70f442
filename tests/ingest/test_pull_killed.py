"""Kill -9 and Ctrl-C in the middle of an ingest, and the same command again: nothing lost, nothing twice."""

import json
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph.store import Filters
from graph.stores import open_store
from tests.graph.records import interactions_of

NOW = datetime(2020, 6, 15, 12, tzinfo=UTC)
COUNT = 4_000
SCRIPT = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from graph.stores import open_store
from ingest import writer
from ingest.pull import pull
from ingest.registry import source
from ingest.source import Context
from ingest.sources import jsonl

writer.BATCH = jsonl.CHECK_EVERY = 200
now = datetime(2020, 6, 15, 12, tzinfo=UTC)
store = open_store(sys.argv[1], now=now)
write = store.write


def slow_write(batch, cursor=None):
    written = write(batch, cursor)
    print(cursor.position, flush=True)
    return written


store.write = slow_write
try:
    summary = pull(store, source("jsonl"), [Path(sys.argv[2])], context=Context(now=now))
    print("done", summary.new, summary.seen, summary.problem_count, flush=True)
except KeyboardInterrupt:
    print("stopped", flush=True)
    raise SystemExit(130)
finally:
    store.close()
"""


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("lines") / "acts.jsonl"
    numbers = random.Random(7)  # noqa: S311 # a test's data
    with path.open("w", encoding="utf-8") as out:
        for n in range(COUNT):
            a, b = numbers.sample(range(60), 2)
            line = {"id": n, "kind": "message", "at": "2020-01-01T00:00:00Z", "actor": f"x:{a}", "to": f"x:{b}"}
            out.write(json.dumps(line) + "\n")
    return path


@pytest.fixture(scope="module")
def whole(lines: Path) -> list[object]:
    place = lines.with_name("whole.db")
    done = subprocess.run([sys.executable, "-c", SCRIPT, str(place), str(lines)], capture_output=True, text=True)  # noqa: S603
    assert f"done {COUNT} 0 0" in done.stdout, done.stderr
    return content(place)


def content(place: Path) -> list[object]:
    store = open_store(place, now=NOW)
    try:
        rows = store.tie_rows(Filters())
        ids = store.account_ids({*rows.source.tolist(), *rows.target.tolist()})
        pairs = zip(rows.source.tolist(), rows.target.tolist(), rows.count.tolist(), strict=True)
        ties = sorted((ids[a], ids[b], count) for a, b, count in pairs)
        return [[record.id for record in interactions_of(store)], ties]
    finally:
        store.close()


def start(place: Path, lines: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", SCRIPT, str(place), str(lines)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # noqa: S603


@pytest.mark.parametrize("with_signal", [signal.SIGKILL, signal.SIGINT], ids=["kill -9", "Ctrl-C"])
def test_the_same_command_again_completes_it(
    tmp_path: Path, lines: Path, whole: list[object], with_signal: signal.Signals
) -> None:
    place = tmp_path / "people.db"
    moment = random.Random(with_signal)  # noqa: S311 # a test's moments
    for writes in (1, 3):
        run = start(place, lines)
        assert run.stdout is not None
        for _ in range(writes):
            assert run.stdout.readline()
        time.sleep(moment.random() * 0.02)
        run.send_signal(with_signal)
        told, errors = run.communicate(timeout=60)
        assert run.returncode in (-9, 130), errors
        assert "done" not in told
        assert "Traceback" not in errors
    run = start(place, lines)
    told, errors = run.communicate(timeout=120)
    assert run.returncode == 0, errors
    words = told.splitlines()[-1].split()
    # What the interrupted runs wrote is not read again, but for the batches behind the last cursor.
    assert words[0] == "done"
    assert int(words[1]) + int(words[2]) < COUNT
    assert content(place) == whole
    again = start(place, lines)
    told, _ = again.communicate(timeout=120)
    assert told.splitlines()[-1] == f"done 0 {COUNT} 0"
    assert content(place) == whole


def test_two_ingests_at_once_lose_nothing(tmp_path: Path, lines: Path, whole: list[object]) -> None:
    place = tmp_path / "people.db"
    runs = [start(place, lines), start(place, lines)]
    told = [run.communicate(timeout=120) for run in runs]
    assert [run.returncode for run in runs] == [0, 0], told
    new = sum(int(out.splitlines()[-1].split()[1]) for out, _ in told)
    assert new == COUNT
    assert content(place) == whole
