"""The first run: exports to ask for, the demo in one click, and who I am, guessed and confirmed."""

import socket
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep

import pytest
from playwright.sync_api import Page, expect

from dashboard.demo.strauss import COLUMN_DAY, STRAUSS
from dashboard.web.example import STEPS
from graph.answers.ask import Question, ask
from graph.model import Account, Addressee, Interaction, Kind
from graph.records.pack import pack
from graph.store.features import Filters
from graph.stores import open_store
from tests.web.conftest import DESKTOP, PHONE, OpenPage, in_both_themes
from tests.web.serving import Servers
from tests.web.watch import Watch, check_access, shoot

NOW = datetime.now(UTC)
MIA, ANN, BOB = (Account(id=f"email:{name}@example.org", name=name.capitalize()) for name in ("mia", "ann", "bob"))
GUESSES = (
    "7 mails were sent by mia@example.org",
    "5 mails were sent by ann@example.org",
    "1 mail was sent by bob@example.org",
)


@pytest.fixture
def mails(tmp_path: Path) -> Path:
    """A mailbox that nobody has said is theirs: Mia's, who writes with Ann, and once with both Ann and Bob."""
    path = tmp_path / "people.db"
    store = open_store(path, now=NOW)
    written = [
        (MIA, (ANN, BOB)),
        *((MIA, (ANN,)) for _ in range(6)),
        *((ANN, (MIA,)) for _ in range(5)),
        (BOB, (MIA,)),
    ]
    acts = (
        Interaction(
            kind=Kind.MESSAGE,
            at=NOW - timedelta(days=days),
            actor=by,
            to=tuple(Addressee(account=one) for one in to),
            private=True,
            source="email",
        )
        for days, (by, to) in enumerate(written, 1)
    )
    store.write(pack(acts, now=NOW))
    store.refresh()
    store.close()
    return path


def told(page: Page, words: str) -> None:
    expect(page.locator("#toasts")).to_contain_text(words)


def test_an_empty_store_says_how_to_begin(serve: Servers, open_page: OpenPage, tmp_path: Path) -> None:
    url = serve(tmp_path / "empty.db").url
    for screen in (DESKTOP, PHONE):
        page = open_page(url, screen)
        page.goto("/")
        expect(page.locator("#heading")).to_have_text("Who can introduce you?")
        expect(page.locator("#footer")).to_contain_text("Your store is empty")
        asked = page.locator("#asked-for")
        expect(asked).to_have_text("0 of 7 asked for")
        page.get_by_role("checkbox", name="X (Twitter) archive").focus()
        page.keyboard.press("Space")
        page.get_by_text("LinkedIn", exact=True).click()
        expect(asked).to_have_text("2 of 7 asked for")
        for _ in in_both_themes(page):
            shoot(page, "first-run")
            check_access(page)
        page.reload()
        expect(asked).to_have_text("2 of 7 asked for")
        expect(page.get_by_role("checkbox", name="LinkedIn")).to_be_checked()
    page.evaluate("localStorage.setItem('intrograph-asked', '[7, ')")
    page.reload()
    expect(asked).to_have_text("0 of 7 asked for")
    page.goto("/?to=Ann")
    expect(page.locator("#who")).to_contain_text("No way can start before that is known.")


def test_who_i_am_is_guessed_and_confirmed_by_keyboard(serve: Servers, open_page: OpenPage, mails: Path) -> None:
    page = open_page(serve(mails).url)
    page.goto("/")
    for _ in in_both_themes(page):
        shoot(page, "is-that-you")
        check_access(page)
    page.get_by_role("button", name="No", exact=True).focus()
    for guess in GUESSES:
        expect(page.get_by_role("group", name=f"{guess}. Is that you?")).to_be_visible()
        page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    box = page.locator("#form-dialog").get_by_role("textbox", name="You are")
    box.fill("bo")
    expect(page.get_by_role("option").first).to_contain_text("Bob")
    box.press("Enter")
    page.locator("#form-go").press("Enter")
    told(page, "You are Bob here.")
    expect(page.locator("#reach")).to_contain_text("people you can ask")

    page.goto("/person/email%3Abob%40example.org")
    page.get_by_role("button", name="This is not me").press("Enter")
    told(page, "Nobody is you here now.")
    expect(page.locator("#who")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(page.locator("#person")).to_contain_text("This is you.")


def test_a_question_is_answered_once_it_is_known_who_asks(serve: Servers, open_page: OpenPage, mails: Path) -> None:
    page = open_page(serve(mails).url, PHONE)
    page.goto("/?to=Ann")
    expect(page.locator("#who")).to_contain_text("No way can start before that is known. These sent the most:")
    shoot(page, "who-are-you")
    check_access(page)
    page.get_by_role("button", name="mia@example.org, 7 sent").click()
    told(page, "You are Mia here.")
    expect(page.locator("#heading")).to_have_text("You can ask Ann yourself")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    told(page, "Taken back.")
    expect(page.locator("#who")).to_be_visible()


def test_the_demo_is_one_click_away_and_ends_with_the_page(
    serve: Servers, open_page: OpenPage, watch: Watch, tmp_path: Path
) -> None:
    served = serve(tmp_path / "empty.db")
    page = open_page(served.url)
    page.goto("/")
    page.get_by_role("button", name="Try the demo").click()
    expect(page.get_by_role("link", name=STRAUSS)).to_be_visible()
    watch.allow(page.url)
    page.get_by_role("link", name=STRAUSS).click()
    expect(page.locator("#heading")).to_contain_text(STRAUSS)
    demo = int(page.url.split(":")[2].split("/")[0])
    assert demo != served.port
    expect(page.locator("#footer")).to_contain_text("Demo store · 23 people")
    page.goto("about:blank")
    served.kill()
    until = monotonic() + 10
    with suppress(ConnectionRefusedError):
        while monotonic() < until:
            socket.create_connection(("127.0.0.1", demo), 1).close()
            sleep(0.1)
        pytest.fail("the demo's page outlives the one that it was opened from")


def test_the_first_page_shows_what_the_demo_answers(demo_store: Path) -> None:
    store = open_store(demo_store, now=NOW)
    answer = ask(store, Question(asked=STRAUSS, filters=Filters(as_of=COLUMN_DAY)), profile="me", today=NOW.date())
    store.close()
    assert [(hop.source.name, hop.target.name, hop.closeness) for hop in answer.paths[0].hops] == list(STEPS)
