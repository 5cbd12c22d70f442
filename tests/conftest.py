"""What every test may use: a store of its own."""

import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

from graph.store.store import Store
from tests.web.browser import NAMED, need_chromium

NOW = datetime(2020, 6, 15, 12, tzinfo=UTC)

settings.register_profile("tests", deadline=None)  # a property is about results: the machine may be busy
settings.load_profile("tests")


def pytest_configure() -> None:
    """Take Ctrl-C again where a shell started us in the background, which ignores it, in every child too."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


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
