"""Jobs, and a look at what somebody says on X: what it may cost before, how far it is, what came of it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep

import pytest
from playwright.sync_api import expect

from graph.model import Account, Addressee, Interaction, Kind, SameAs
from graph.records.pack import pack
from graph.stores import open_store
from tests.web.conftest import PHONE, SCREENS, OpenPage
from tests.web.serving import Servers, Serving
from tests.web.watch import check_access
from tests.x_server import TOKEN, Fault, Server
from tests.x_server import serve as serve_x
from tests.x_world import User, World

NOW = datetime.now(UTC)
ME, ANN = "email:me@example.org", "email:ann@example.org"


@pytest.fixture
def x() -> Iterator[Server]:
    """X, where Marta answers Ann, and Ann is somebody that I write mails with."""
    world = World(NOW)
    ann, marta = world.join("ann_lind", "Ann Lind"), world.join("marta_quill", "Marta Quill", user_id="7001")
    for number in range(250):
        asked = world.post(ann.id, f"What of {number}?", at=NOW - timedelta(days=90, hours=-number))
        said = world.post(marta.id, "Like this.", replied_to=asked.id, at=asked.at + timedelta(minutes=3))
    world.post(ann.id, "So I thought.", replied_to=said.id, at=NOW - timedelta(days=2))
    with serve_x(world) as server:
        yield server


@pytest.fixture
def people(x: Server, tmp_path: Path) -> Path:
    """A mailbox, in which Ann is; and who Marta is on X."""
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
    known = Account(id=f"x:{marta.id}", handle="marta_quill", name="Marta Quill")
    joined = SameAs(a=ANN, b=f"x:{ann.id}", at=NOW)
    store.write(pack([*mails, known, joined], now=NOW))
    store.refresh()
    store.set_profile("me", [ME])
    store.close()
    return path


def _on_x(x: Server, handle: str) -> User:
    found = x.world.named(handle)
    assert found is not None
    return found


JOBS = """
[jobs.mentions]
source = "x"
every = "6h"
budget = 2.00
budget-month = 20.00
mentions = true
user = ["marta_quill", "@noor"]

[jobs.marta]
source = "x"
every = "1d"
budget = 5.00
budget-month = 10.00
user = "marta_quill"

[jobs.exports]
path = "exports"
every = "1w"
"""


@pytest.fixture
def served(x: Server, people: Path, tmp_path: Path, serve: Servers) -> Serving:
    """Its page, with jobs."""
    file = tmp_path / ".config" / "intrograph" / "intrograph.toml"
    file.parent.mkdir(parents=True)
    file.write_text(JOBS, encoding="utf-8")
    (file.parent / "exports").mkdir()
    act = {"kind": "call", "at": "2026-01-05T09:00:00Z", "actor": ME, "to": "email:kim@example.org"}
    (file.parent / "exports" / "calls.jsonl").write_text(f"{json.dumps(act)}\n", encoding="utf-8")
    return serve(people, INTROGRAPH_X_API=x.url, X_BEARER_TOKEN=TOKEN, XDG_CONFIG_HOME=str(tmp_path / ".config"))


def test_from_no_way_to_one_over_two_networks_in_three_clicks(x: Server, served: Serving, open_page: OpenPage) -> None:
    page = open_page(served.url)
    page.goto("/?to=Marta+Quill")
    expect(page.locator("h1")).to_have_text("No way to Marta Quill yet")
    look = page.locator(".todo", has_text="See whom Marta answers on X")
    expect(look).to_contain_text("At most $49.50; stops at what you say")
    assert x.requests == []  # nothing is asked of X to say that
    look.get_by_role("link").click()
    page.get_by_role("button", name="Fetch for at most $10.00").click()
    page.get_by_role("link", name="Ask for Marta Quill").click()
    expect(page.locator("h1")).to_have_text("1 way to Marta Quill")
    expect(page.locator("#way")).to_contain_text("Ask Ann Lind to introduce you to Marta Quill.")


def test_what_may_be_fetched_is_seen_by_all_and_costs_nothing_to_see(
    x: Server, served: Serving, open_page: OpenPage
) -> None:
    for screen, address, words in zip(
        SCREENS,
        ("/?to=Marta+Quill", "/jobs?look=x:7001", "/jobs", "/jobs?job=mentions"),
        ("stops at what you say", "At most$49.50", "Choose a job", "Which account on X is yours?"),
        strict=True,
    ):
        page = open_page(served.url, screen)
        page.goto(address)
        expect(page.locator("main")).to_contain_text(words)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        check_access(page)
    assert x.requests == []


def test_a_job_runs_by_its_button_until_its_budget(served: Serving, open_page: OpenPage) -> None:
    page = open_page(served.url)
    page.goto("/jobs?job=marta")
    expect(page).to_have_title("Jobs · intrograph")  # then all follows what is typed
    fetch = page.get_by_role("button", name="Fetch for at most $1.50")
    for _ in range(40):  # a page that is still being put together takes nothing that is typed
        page.get_by_label("Stop at").fill("")
        page.get_by_label("Stop at").fill("$1.50")
        page.wait_for_timeout(250)
        if fetch.is_visible():
            break
    fetch.click()
    expect(page.locator("#came")).to_have_text("100 new, 0 seen before")
    row = page.get_by_role("row", name="marta posts of")
    expect(row).to_contain_text("$1.02waits")
    expect(page.locator("#fetching")).to_contain_text("One page more would pass the budget")
    expect(page.locator(".month")).to_have_text("$1.02 spent on X this month, of at most $30.00")
    expect(page.locator(".footer")).to_contain_text("Only your jobs use the network")
    page.get_by_role("link", name="exports").click()
    page.get_by_role("button", name="Bring in now").click()
    expect(page.locator("#came")).to_have_text("1 new, 0 seen before")
    expect(page.get_by_role("row", name="exports")).to_contain_text("freeready")


def test_a_fetch_is_stopped_and_one_is_refused(x: Server, served: Serving, open_page: OpenPage) -> None:
    x.fault = lambda number, _: Fault.SLOW if number == 3 else None
    page = open_page(served.url)
    page.goto("/jobs?look=x:7001")
    page.get_by_role("button", name="Fetch").click()
    expect(page.locator("#so-far")).to_contain_text("200 new so far, $2.02 of at most $10.00")
    check_access(page)
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#fetching")).to_contain_text("You stopped it. What was read is kept")
    x.go_on.set()
    x.fault = lambda *_: Fault.REFUSED
    page.get_by_role("button", name="Fetch").click()
    expect(page.get_by_role("row", name="Whom Marta")).to_contain_text("failed")
    expect(page.locator("#fetching")).to_contain_text("X refuses the token")
    check_access(page)
    x.fault = lambda *_: Fault.LIMITED
    page.get_by_role("button", name="Fetch").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    assert TOKEN not in page.content()
    page.close()
    assert TOKEN not in served.told()
    assert served.stop() == 0
    until = monotonic() + 10
    while x.connections:  # what was fetched beside the page ends with it
        assert monotonic() < until
        sleep(0.05)


def test_without_a_token_and_without_jobs(x: Server, people: Path, serve: Servers, open_page: OpenPage) -> None:
    page = open_page(serve(people, INTROGRAPH_X_API=x.url).url, PHONE)
    page.goto("/jobs?look=x:7001")
    expect(page.get_by_role("button", name="Fetch")).to_be_disabled()
    expect(page.locator("#fetching")).to_contain_text("X_BEARER_TOKEN_FILE")
    check_access(page)
    page.goto("/jobs")
    expect(page.locator("#jobs")).to_contain_text("intrograph.toml")
    expect(page.locator("#jobs pre")).to_contain_text("[jobs.mentions]")
    check_access(page)
