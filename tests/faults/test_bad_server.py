"""A Neo4j that is killed, cut off, silent, short of memory, or asked by many at once: nothing is lost, nothing twice.

INTROGRAPH_TEST_ROUNDS says how often each is tried, each time at other moments.
"""

import json
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain, repeat

import pytest

from graph.stores.neo4j import database
from ingest.pull import writer
from tests.dashboard.conftest import Cli, Done
from tests.faults.inputs import make_csv, make_jsonl, make_mbox
from tests.faults.proxy import Proxy, bad_line
from tests.faults.test_interrupted import MAIN, beside, content, start
from tests.neo4j_server import NoServerError, OwnServer, own_server
from tests.stores.conftest import neo4j_place

__all__ = ["neo4j_place"]
pytestmark = pytest.mark.slow
ROUNDS = range(int(os.environ.get("INTROGRAPH_TEST_ROUNDS", "1")))
BATCH = 20
COUNT = 120
LONGEST = 2.0
SMALL = f"from ingest.pull import writer; writer.BATCH = {BATCH}; {MAIN}"
IMPATIENT = f"from graph.stores.neo4j import database; database._LONGEST = {LONGEST}; {SMALL}"
# Tells by a file that so many records are gathered.
TELLING = """
from pathlib import Path
from ingest.pull import writer
seen, add = 0, writer.Writer.add
def counting(self, one):
    global seen
    seen += 1
    if seen == {behind}:
        Path("{file}").touch()
    add(self, one)
writer.Writer.add = counting
"""
# A silent client is noticed within seconds; what a transaction takes is soon too much.
SETTINGS = {
    "server.bolt.connection_keep_alive": "1s",
    "db.transaction.monitor.check.interval": "500ms",
    "db.memory.transaction.max": "16m",
}
Command = Callable[..., Done]


@pytest.fixture(scope="module")
def server() -> Iterator[OwnServer]:
    """A server of these tests' own."""
    try:
        with own_server(SETTINGS) as started:
            yield started
    except NoServerError as error:
        pytest.skip(f"only a server on Java can be killed: {error}")


@pytest.fixture
def own(cli: Cli, server: OwnServer) -> Command:
    """Runs commands on that server, which is empty at first."""
    command = partial(cli, "--store", server.url)
    assert command("erase", "--all", "--yes").code == 0
    return command


@pytest.fixture
def line(server: OwnServer) -> Iterator[Proxy]:
    """A line to that server, which hangs from some byte on."""
    with bad_line(server.url) as opened:
        opened.hangs = True
        yield opened


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "BATCH", BATCH)


@pytest.fixture
def file(cli: Cli) -> str:
    """What is brought in."""
    return str(make_csv(cli.home, COUNT))


def random_numbers(round_: int) -> random.Random:
    return random.Random(round_)  # noqa: S311 # a test's moments


def ingest_in_the_end(command: Command, file: str) -> int:
    """Type the same command until it ends well, and tell how often it did not."""
    for failed in range(10):
        done = command("ingest", file, "--quiet")
        if done.code == 0:
            return failed
        assert (done.code, done.out, len(done.err.splitlines())) == (4, "", 1), done.err
    raise AssertionError(done.err)


def check_whole(cli: Cli, command: Command, file: str, failed: int) -> None:
    """See that all is there once. A batch whose commit went unanswered is there, but may be in no run."""
    untouched = beside(cli, "untouched.db")
    assert untouched("ingest", file, "--quiet").code == 0
    assert content(command) == content(untouched)
    told = sum(run["new"] for run in command("jobs", "--json").data["runs"])
    assert COUNT - BATCH * failed <= told <= COUNT


# --- killed, and cut off ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ROUNDS)
def test_killed_in_the_middle_of_an_ingest_and_started_again(
    cli: Cli, server: OwnServer, own: Command, file: str, number: int
) -> None:
    numbers = random_numbers(number)
    told = cli.home / "told"
    code = TELLING.format(behind=numbers.randrange(BATCH, COUNT), file=told) + SMALL
    ingest = start(cli, "--store", server.url, "ingest", file, "--quiet", code=code)
    while not told.exists() and ingest.poll() is None:
        time.sleep(0.01)
    time.sleep(numbers.random() / 5)
    server.kill()
    server.start()
    _, errors = ingest.communicate(timeout=60)
    assert ingest.returncode in (0, 4), errors
    assert len(errors.splitlines()) == (ingest.returncode == 4)
    check_whole(cli, own, file, ingest_in_the_end(own, file) + (ingest.returncode == 4))


@pytest.mark.parametrize("number", ROUNDS)
def test_cut_off_again_and_again_on_a_slow_line(cli: Cli, neo4j_place: str, file: str, number: int) -> None:
    numbers = random_numbers(number)
    with bad_line(neo4j_place) as line:
        line.delay = 0.002
        line.budgets = iter([numbers.randrange(4_000, 20_000) for _ in range(2)])
        failed = ingest_in_the_end(partial(cli, "--store", line.url), file)
        assert line.ended > 0
    check_whole(cli, partial(cli, "--store", neo4j_place), file, failed)


# --- silent ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ROUNDS)
def test_silent_in_the_middle_of_a_transaction(
    cli: Cli, own: Command, line: Proxy, file: str, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server goes on holding what the silent connection began, until that takes too long."""
    monkeypatch.setattr(database, "_LONGEST", LONGEST)
    budget = random_numbers(number).randrange(6_000, 12_000)
    line.budgets = (budget for _ in iter(lambda: line.ended, 1))  # until one connection hangs
    failed = ingest_in_the_end(partial(cli, "--store", line.url), file)
    assert line.ended == 1
    check_whole(cli, own, file, failed)


def test_silent_for_good(cli: Cli, own: Command, line: Proxy, file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in (("_LONGEST", LONGEST), ("_AGAIN", 1.0), ("_PATIENCE", 0.5)):
        monkeypatch.setattr(database, name, seconds)
    line.budgets = chain([10_000], repeat(0))
    done = cli("--store", line.url, "ingest", file, "--quiet")
    assert (done.code, done.out, len(done.err.splitlines())) == (4, "", 1), done.err
    check_whole(cli, own, file, 1 + ingest_in_the_end(own, file))


@pytest.mark.parametrize("number", ROUNDS)
def test_ctrl_c_while_it_is_silent(cli: Cli, own: Command, line: Proxy, file: str, number: int) -> None:
    line.budgets = repeat(random_numbers(number).randrange(6_000, 12_000))
    ingest = start(cli, "--store", line.url, "ingest", file, "--quiet", code=IMPATIENT)
    while not line.ended and ingest.poll() is None:
        time.sleep(0.01)
    time.sleep(0.1)
    began = time.monotonic()
    ingest.send_signal(signal.SIGINT)
    _, errors = ingest.communicate(timeout=60)
    assert time.monotonic() - began < 1.5, "before the driver gives the server up"
    assert (ingest.returncode, errors.splitlines()[-1]) == (130, "Stopped."), errors
    assert "Traceback" not in errors
    check_whole(cli, own, file, 1 + ingest_in_the_end(own, file))


# --- many, and much --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ROUNDS)
def test_four_that_write_at_once(cli: Cli, neo4j_place: str, file: str, number: int) -> None:
    files = [file, str(make_mbox(cli.home, COUNT))]
    untouched = beside(cli, f"untouched-{number}.db")
    assert untouched("ingest", *files, "--quiet").code == 0
    words = ("--store", neo4j_place, "ingest", "--quiet", "--json")
    running = [start(cli, *words, one, code=SMALL) for one in files * 2]
    told = [process.communicate(timeout=60) for process in running]
    assert [process.returncode for process in running] == [0] * 4, told
    assert sum(json.loads(out)["new"] for out, _ in told) == 2 * COUNT
    assert content(partial(cli, "--store", neo4j_place)) == content(untouched)


def test_too_little_memory(cli: Cli, own: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_AGAIN", 0.0)
    monkeypatch.setattr(writer, "BATCH", 5_000)
    large = str(make_jsonl(cli.home, 3_000))
    done = own("ingest", large, "--quiet")
    assert (done.code, len(done.err.splitlines())) == (4, 1)
    assert "raise db.memory.transaction.max or dbms.memory.transaction.total.max" in done.err
    assert own("--json").data["interactions"] == 0
    monkeypatch.setattr(writer, "BATCH", 500)
    assert own("ingest", large, "--quiet", "--json").data["new"] == 3_000
