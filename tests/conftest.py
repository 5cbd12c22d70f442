"""What every test may use: a store of its own."""

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

from graph.store.store import Store
from tests.neo4j_server import describe_server, keep_server, missing_server
from tests.web.browser import NAMED, need_chromium

NOW = datetime(2020, 6, 15, 12, tzinfo=UTC)

settings.register_profile("tests", deadline=None)  # a property is about results: the machine may be busy
settings.load_profile("tests")


def pytest_configure(config: pytest.Config) -> None:
    """Take Ctrl-C again where a shell started us in the background, which ignores it, in every child too."""
    if not hasattr(config, "workerinput"):  # one server a run, whoever starts it
        run = ExitStack()
        config.add_cleanup(run.close)
        run.enter_context(keep_server())
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """End the run where there is no Neo4j; a worker can't, as xdist takes that for a crash."""
    if report.failed and "PYTEST_XDIST_WORKER" not in os.environ and missing_server():
        pytest.exit(missing_server(), returncode=1)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the server that was tested against."""
    if describe_server():
        terminalreporter.write_line(describe_server())


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Find Chromium before workers start: it is fetched once, and the run ends where none can be had."""
    os.environ[NAMED] = need_chromium()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty embedded store."""
    from graph.stores import open_store

    opened = open_store(tmp_path / "people.db", now=NOW)
    yield opened
    opened.close()
