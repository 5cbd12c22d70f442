"""What the page fetches runs in a process of its own, over either store, and tells nobody who it is."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from time import monotonic, sleep

import pytest

from dashboard.service.command_run import CommandRun
from dashboard.service.desk import Desk
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


def wait_for(desk: Desk, things: Sequence[str]) -> CommandRun:
    until = monotonic() + 30
    while (run := desk.runs.find(things)) is None or run.running:
        assert monotonic() < until
        sleep(0.02)
    return run


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
        later = Desk(store=store, profile="me", clock=desk.clock, place=place)  # another server sees the same
        run = wait_for(later, offer.things)
        assert run.summary is not None, run.error
        assert (run.failed, run.ended, store.overview().by_source) == (False, False, {"x": 1})
        files = [one for one in store.cache_path("runs").rglob("*") if one.is_file()]
        told = b"".join(one.read_bytes() for one in files)
        assert TOKEN.encode() not in told
        assert place.rpartition("@")[0].encode() not in told or kind == "sqlite"
        assert {one.stat().st_mode & 0o077 for one in store.cache_path("runs").rglob("*")} == {0}
        store.close()
