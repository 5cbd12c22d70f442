"""The stores under test; a contract test runs over each of them.

Another store is one more parameter here: a name, and how an empty one is found and opened.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from graph.store.store import Store
from graph.stores import open_store
from tests.graph.records import NOW
from tests.neo4j_server import empty_server, find_server

Connect = Callable[[], Store]
Empty = Callable[[], AbstractContextManager[Store]]


@contextmanager
def _empty_sqlite() -> Iterator[str]:
    with TemporaryDirectory(prefix="store-") as folder:
        yield str(Path(folder) / "people.db")


PLACES = {"sqlite": _empty_sqlite, "neo4j": empty_server}
"""How to find an empty place for a store of each kind; the place is cleared afterwards."""


@pytest.fixture(params=PLACES, scope="session")
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of store under test."""
    return str(request.param)


@pytest.fixture
def connect(kind: str) -> Iterator[Connect]:
    """Opens one and the same store again and again, as several programs would; empty at first."""
    opened: list[Store] = []
    with PLACES[kind]() as place:

        def open_again() -> Store:
            opened.append(open_store(place, now=NOW))
            return opened[-1]

        yield open_again
        for store in opened:
            store.close()


@pytest.fixture
def store(connect: Connect) -> Store:
    """An empty store; `connect` opens it a second time."""
    return connect()


@pytest.fixture(scope="session")
def empty(kind: str) -> Empty:
    """Makes an empty store at each call: for properties, whose examples need one each."""

    @contextmanager
    def make() -> Iterator[Store]:
        with PLACES[kind]() as place:
            store = open_store(place, now=NOW)
            try:
                yield store
            finally:
                store.close()

    return make


@pytest.fixture(scope="session")
def neo4j_server() -> str:
    """The address of a real Neo4j, with user and password; the run ends where there is none."""
    return find_server()


@pytest.fixture
def neo4j_place() -> Iterator[str]:
    """The same, empty, and held by this test alone."""
    with empty_server() as url:
        yield url
