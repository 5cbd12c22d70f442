"""What every test may use: a store of its own."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph.store import Store

NOW = datetime(2020, 6, 15, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty embedded store."""
    from graph.stores import open_store

    opened = open_store(tmp_path / "people.db", now=NOW)
    yield opened
    opened.close()
