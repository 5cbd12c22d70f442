"""What the page fetches runs in a process of its own, over either store, and tells nobody who it is."""

from collections.abc import Iterator
from datetime import UTC, datetime
from time import monotonic, sleep

import pytest

from dashboard.service.desk import Desk
from dashboard.service.fetching import Fetch
from dashboard.service.offers import begin, offer_look
from graph.errors import UsageError
from graph.model import Account
from graph.records.pack import pack
from graph.stores import open_store
from tests.stores.conftest import PLACES
from tests.x_server import TOKEN, Fault, Server
from tests.x_server import serve as serve_x
from tests.x_world import World

NOW = datetime.now(UTC)


@pytest.fixture
def x(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """X, where Marta answers Ann."""
    world = World(NOW)
    asked = world.post(world.join("ann").id, "What of it?")
    world.post(world.join("marta", user_id="7001").id, "This.", replied_to=asked.id)
    with serve_x(world) as server:
        monkeypatch.setenv("INTROGRAPH_X_API", server.url)
        monkeypatch.setenv("X_BEARER_TOKEN", TOKEN)
        yield server


def wait_for(fetch: Fetch) -> Fetch:
    until = monotonic() + 30
    while fetch.running:
        assert monotonic() < until
        sleep(0.02)
    return fetch


def test_a_look_fetches_into_its_store_one_at_a_time(kind: str, x: Server) -> None:
    with PLACES[kind]() as place:
        store = open_store(place, now=NOW)
        store.write(pack([Account(id="x:7001", handle="marta")], now=NOW))
        store.refresh()
        store.set_profile("me", ["x:7001"])
        desk = Desk(store=store, profile="me", clock=lambda: datetime.now(UTC), place=place)
        x.fault = lambda *_: Fault.SLOW
        offer = offer_look(desk, "x:7001", [])
        assert offer is not None
        begin(desk, offer, 2.0)
        with pytest.raises(UsageError, match="fetched already"):
            begin(desk, offer, 2.0)
        x.go_on.set()
        fetch = desk.fetches.find(offer.things)
        assert fetch is not None
        assert wait_for(fetch).summary is not None, fetch.error
        assert (fetch.code, store.overview().by_source) == (0, {"x": 1})
        told = repr((fetch.process.args, fetch))
        assert TOKEN not in told
        assert place.rpartition("@")[0] not in told or kind == "sqlite"
        store.close()
