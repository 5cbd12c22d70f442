"""Whatever stands in somebody's data, the page shows it as text, and goes on."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from graph.model import Account, Addressee, Interaction, Item, Kind, Record, Rule
from graph.records.pack import pack
from graph.stores import open_store
from tests.web.conftest import PHONE, OpenPage, Screen
from tests.web.serving import Servers

NOW = datetime.now(UTC)
ME, FRIEND, TARGET, HUGE = "email:me@example.org", "email:friend@example.org", "x:1", "x:2"
SCRIPT = "<img src=x onerror=alert(1)><script>alert(2)</script>"
FRIEND_NAME = f"Ann '\"><b>Lee</b> {SCRIPT}"
TARGET_NAME = "مرتا \u202eالكاتبة\u202c ]]>--><svg onload=alert(3)>"


def records() -> Iterator[Record]:
    yield Account(id=ME, name="Mia Moss")
    yield Account(id=FRIEND, name=FRIEND_NAME, org="x" * 100_000, title=SCRIPT, url="javascript:alert(4)")
    yield Account(id=TARGET, name=TARGET_NAME, handle="target")
    yield Account(id=HUGE, name="Huge " + "n" * 10_000_000)
    for days in range(1, 60, 3):
        link = Item(url="javascript:alert(5)", title=SCRIPT + "t" * 5_000)
        yield act(Kind.MESSAGE, ME, FRIEND, days, link)
        yield act(Kind.MESSAGE, FRIEND, ME, days, link)
        yield act(
            Kind.REPLY, FRIEND, TARGET, days, Item(url=f'https://example.org/{days}?q="><script>', title="</title>")
        )
        yield act(Kind.REPLY, TARGET, FRIEND, days, Item(url="data:text/html,<script>alert(6)</script>"))
        yield act(Kind.REPLY, TARGET, HUGE, days, None)
        yield act(Kind.REPLY, HUGE, TARGET, days, None)
    column = Item(url="javascript:alert(7)", title=SCRIPT, kind=SCRIPT, author=Account(id=TARGET))
    yield act(Kind.COMMENT, ME, TARGET, 5, column)


def act(kind: Kind, actor: str, to: str, days: int, item: Item | None) -> Interaction:
    return Interaction(
        kind=kind,
        at=NOW - timedelta(days=days),
        actor=Account(id=actor),
        to=(Addressee(account=Account(id=to)),),
        item=item,
        excerpt=SCRIPT,
        source="test",
    )


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hostile") / "hostile.db"
    opened = open_store(path, now=NOW)
    opened.write(pack(list(records()), now=NOW))
    opened.refresh()
    opened.set_profile("me", [ME])
    opened.close()
    return path


@pytest.fixture(scope="module")
def url(shared: Servers, store: Path) -> str:
    return shared(store).url


def stay_calm(page: Page) -> None:
    def alarm(dialog: object) -> None:
        pytest.fail(f"a script ran: {dialog}")

    page.on("dialog", alarm)


@pytest.mark.parametrize("screen", [Screen(), PHONE], ids=str)
def test_markup_and_scripts_in_data_are_text(open_page: OpenPage, url: str, screen: Screen) -> None:
    page = open_page(url, screen)
    stay_calm(page)
    page.goto("/")
    page.locator("#ask").fill("ann")
    expect(page.get_by_role("option")).to_contain_text("<script>")
    page.goto(f"/?to={TARGET}")
    expect(page.locator("h1")).to_contain_text("<svg onload=alert(3)>")
    expect(page.locator("#ways")).to_contain_text("<script>alert(2)</script>")
    expect(page.locator("#evidence")).to_contain_text("</title>")
    hrefs = page.evaluate("[...document.querySelectorAll('main a, #paths a')].map(a => a.href)")
    assert [href for href in hrefs if not href.startswith(("http://", "https://", "mailto:"))] == []
    assert page.evaluate("document.querySelectorAll('main script, main img, #paths image').length") == 0
    if not screen.phone:
        page.locator("#evidence").get_by_role("button", name="Step 1").click()
        expect(page.locator("#evidence h3")).to_contain_text("You → Ann")
    page.goto(f"/network?person={TARGET}")
    expect(page.locator("#people")).to_contain_text("<script>alert(2)</script>")
    expect(page.locator("#picked h2")).to_contain_text("<svg onload=alert(3)>")
    assert page.evaluate("document.querySelectorAll('main script, main img').length") == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= screen.width


def test_a_name_of_ten_million_letters_is_cut(open_page: OpenPage, url: str) -> None:
    page = open_page(url)
    page.goto(f"/?to={HUGE}")

    expect(page.locator("h1")).to_contain_text("Huge nnn")
    assert len(page.content()) < 1_000_000


def test_an_address_of_any_kind_is_answered_in_words(open_page: OpenPage, url: str) -> None:
    page = open_page(url)
    stay_calm(page)
    for odd in (f"/?to={SCRIPT}", "/?to=%00%ff&way=-1", "/?to=x&steps=99", "/?" + "a=1&" * 200, f"/?to={'y' * 5000}"):
        page.goto(odd)
        expect(page.locator("h1")).to_be_visible()


def test_ways_over_protected_people_are_not_shown(
    serve: Servers, open_page: OpenPage, store: Path, tmp_path: Path
) -> None:
    own = Path(shutil.copy(store, tmp_path / "own.db"))
    opened = open_store(own, now=NOW)
    opened.set_rule(Rule(kind="protect", value=FRIEND), on=True)
    opened.close()
    page = open_page(serve(own).url)
    page.goto(f"/?to={TARGET}")

    expect(page.locator("#no-way")).to_contain_text("The only ways lead over people you protect")
    assert "friend@example.org" not in page.content()
    assert "Lee" not in page.locator("main").inner_text()
