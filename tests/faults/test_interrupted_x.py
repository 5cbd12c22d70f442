"""A command that reads X, killed or interrupted: the same command goes on, and buys one page again at most."""

import signal
import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from ingest.sources.x import client
from tests.dashboard.conftest import Cli, Done
from tests.faults.test_interrupted import MAIN, beside, content, run, start
from tests.x_server import TOKEN, Fault, Server, serve
from tests.x_world import NOW, make_world

COMMAND = ("ingest", "x", "--mentions", "--own", "--user", "x:7002", "--quiet")
# A command line with small pages, that kills itself where something is done for the n-th time.
KILLED = """
import os, signal
from graph.store import books
from ingest.sources.x import client

os.environ["INTROGRAPH_X_API"] = "{url}"
client.WITH_POSTS["max_results"] = 10
seen, whole = 0, {what}

def counting(*given):
    global seen
    seen += 1
    if seen == {last}:
        os.kill(os.getpid(), signal.SIGKILL)
    return whole(*given)

{what} = counting
"""
IN_A_WRITE, BEFORE_A_REQUEST = "books.save_cursor", "client.Client._send"


Command = Callable[..., Done]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server over a small world."""
    with serve(make_world(users=30, posts=300)) as opened:
        monkeypatch.setenv("INTROGRAPH_X_API", opened.url)
        monkeypatch.setenv("X_BEARER_TOKEN", TOKEN)
        monkeypatch.setitem(client.WITH_POSTS, "max_results", 10)
        yield opened


@pytest.fixture
def now(cli: Cli, server: Server) -> Command:
    """The command line in the days of the server's world, of which the first person is me."""
    command = partial(cli, now=NOW)
    assert command("me", f"x:{next(iter(server.world.users))}").code == 0
    return command


def check_whole(cli: Cli, now: Command, server: Server, bought_again: int) -> None:
    """See that the same command completes, that all is there once, and how many pages were bought again."""
    server.fault = None
    assert now(*COMMAND).code == 0
    pages = whole(server)
    untouched = partial(beside(cli, "untouched.db"), now=NOW)
    assert untouched("me", f"x:{next(iter(server.world.users))}").code == 0
    assert untouched(*COMMAND).code == 0
    assert content(now) == content(untouched)
    assert pages == whole(server) - pages + bought_again


def whole(server: Server) -> int:
    return sum(request.whole for request in server.requests)


@pytest.mark.parametrize(("what", "again"), [(IN_A_WRITE, 1), (BEFORE_A_REQUEST, 0)])
def test_killed_while_a_page_is_written_or_between_two(
    cli: Cli, now: Command, server: Server, what: str, again: int
) -> None:
    broken = run(cli, *COMMAND, code=KILLED.format(url=server.url, what=what, last=4) + MAIN)
    assert (broken.returncode, broken.stdout) == (-signal.SIGKILL, "")
    assert now("--json").data["interactions"] > 0
    check_whole(cli, now, server, again)


def test_ctrl_c_while_a_rate_limit_is_waited_for(cli: Cli, now: Command, server: Server) -> None:
    server.fault = lambda number, _: Fault.LIMITED if number == 4 else None
    reading = start(cli, *COMMAND, code=KILLED.format(url=server.url, what=BEFORE_A_REQUEST, last=99) + MAIN)
    while len(server.requests) < 4 and reading.poll() is None:
        time.sleep(0.02)
    time.sleep(0.2)
    reading.send_signal(signal.SIGINT)
    _, errors = reading.communicate(timeout=20)
    assert (reading.returncode, errors.splitlines()) == (
        130,
        ["Stopped. What was read so far is kept; the same command goes on from there.", "Stopped."],
    )
    check_whole(cli, now, server, 0)
