"""Jobs, and a look at what somebody says on X: what it may cost before, how far it is, what came of it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from graph.model import Account, Addressee, Interaction, Kind, SameAs
from graph.records.pack import pack
from graph.stores import open_store
from tests.web.conftest import DESKTOP, SCREENS, OpenPage, Screen
from tests.web.serving import Servers, Serving
from tests.web.watch import check_access, shoot
from tests.x_server import TOKEN, Fault, Server, serve as serve_x
from tests.x_world import User, World

NOW = datetime.now(UTC)
ME, ANN = "email:me@example.org", "email:ann@example.org"


@pytest.fixture
def x() -> Iterator[Server]:
    """X, where Marta answers Ann, and Ann is somebody that I write mails with."""
    world = World(NOW)
    ann, marta = world.join("ann_lind", "Ann Lind"), world.join("marta_quill", "Marta Quill")
    for number in range(250):
        asked = world.post(ann.id, f"What of {number}?", at=NOW - timedelta(days=90, hours=-number))
        world.post(marta.id, "Like this.", replied_to=asked.id, at=asked.at + timedelta(minutes=3))
    with serve_x(world) as server:
        yield server


@pytest.fixture
def people(x: Server, tmp_path: Path) -> Path:
    """A mailbox, in which Ann is; and that she named Marta on X."""
    path = tmp_path / "people.db"
    store = open_store(path, now=NOW)
    ann, marta = _on_x(x, "ann_lind"), _on_x(x, "marta_quill")
    mails = [
        Interaction(
            kind=Kind.MESSAGE,
            at=NOW - timedelta(days=number),
            actor=Account(id=(ME, ANN)[number % 2], name=("Mia Moss", "Ann Lind")[number % 2]),
            to=(Addressee(account=Account(id=(ANN, ME)[number % 2])),),
            private=True,
            source="email",
        )
        for number in range(1, 9)
    ]
    named = Interaction(
        kind=Kind.MENTION,
        at=NOW - timedelta(days=40),
        actor=Account(id=f"x:{ann.id}"),
        to=(Addressee(account=Account(id=f"x:{marta.id}", handle="marta_quill", name="Marta Quill")),),
        source="x-archive",
    )
    joined = SameAs(a=ANN, b=f"x:{ann.id}", at=NOW)
    store.write(pack([*mails, named, joined], now=NOW))
    store.refresh()
    store.set_profile("me", [ME])
    store.close()
    return path


def _on_x(x: Server, handle: str) -> User:
    found = x.world.named(handle)
    assert found is not None
    return found


@pytest.fixture
def page(request: pytest.FixtureRequest, x: Server, people: Path, serve: Servers, open_page: OpenPage) -> Page:
    """Its page, on a screen."""
    served = serve(people, INTROGRAPH_X_API=x.url, X_BEARER_TOKEN=TOKEN)
    return open_page(served.url, getattr(request, "param", DESKTOP))


def test_from_no_way_to_one_over_two_networks_in_three_clicks(page: Page, x: Server) -> None:
    page.goto("/?to=Marta+Quill")
    expect(page.locator("h1")).to_have_text("No way to Marta Quill yet")
    look = page.locator(".todo", has_text="See whom Marta answers on X")
    expect(look).to_contain_text("At most $48.00; stops at what you say")
    assert x.requests == []  # nothing is asked of X to say that
    shoot(page, "jobs-no-way")
    look.get_by_role("link").click()
    expect(page.locator("#fetching")).to_contain_text("Whom Marta Quill answers on X")
    expect(page.locator("#fetching")).to_contain_text("At most$48.00")
    shoot(page, "jobs-look")
    page.get_by_role("button", name="Fetch for at most $10.00").click()
    ask = page.get_by_role("link", name="Ask for Marta Quill")
    ask.wait_for()
    shoot(page, "jobs-fetched")
    ask.click()
    expect(page.locator("h1")).to_have_text("1 way to Marta Quill")
    expect(page.locator("#way")).to_contain_text("Ask Ann Lind to introduce you to Marta Quill.")
