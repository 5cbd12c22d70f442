"""A person as a page: the story of the two of us and what is known, on the demo, and of people of any kind."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from graph.model import Account, Addressee, Interaction, Item, Kind, Rule
from graph.records.pack import pack
from graph.stores import open_store
from tests.web.conftest import SCREENS, OpenPage
from tests.web.serving import Servers
from tests.web.watch import check_access, shoot

NOW = datetime.now(UTC)
NOOR, STEVE, YARA = "forum:noor-haddad", "manual:steve-strauss", "forum:yara-fontane"
ME, ANN, ZOE = "email:me@example.org", "linkedin:in/ann", "x:9"
SCRIPT = "<img src=x onerror=alert(1)><script>alert(2)</script>"


def at(person: str, as_of: str = "2009-04-30") -> str:
    return f"/person/{quote(person, safe='')}?asof={as_of}"


@pytest.mark.parametrize("page", SCREENS, ids=str, indirect=True)
def test_the_story_of_two_who_know_each_other(page: Page) -> None:
    page.goto(at(NOOR))
    expect(page.locator("h1")).to_have_text("Noor Haddad")
    expect(page.locator(".how")).to_have_text("close to you22 messages, 3 meetings, last 24 March 2009")
    story = page.locator(".chapter")
    expect(story).to_have_count(6)
    expect(story.nth(1)).to_contain_text("4 messages: “The new mark”private2 from you, 2 from Noor")
    expect(story.nth(5)).to_contain_text("First contact: Noor wrote to you, “The catalogue”private")
    expect(story.nth(5)).to_contain_text("you answered the next day; 3 more by 9 October 2008")
    expect(page.locator(".facts")).to_contain_text("Joined as one person by the demo, 5 January 2009.")
    expect(page.locator(".facts .away")).to_have_attribute("href", "https://forum.example/people/noor-haddad")
    expect(page.locator("#held")).to_have_text(
        "45 interactions, 2 accounts, on your list “Harbour forum”. No text of private messages."
    )
    page.get_by_label("More").click()
    around = page.get_by_role("link", name="Neighbourhood")
    expect(around).to_have_attribute("href", "/network?around=email%3Anoor.haddad%40example.org&asof=2009-04-30")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    check_access(page)
    page.keyboard.press("Escape")
    shoot(page, "person")
    check_access(page)

    page.locator("#relationships").get_by_role("link", name=re.compile("Marta Quill familiar 6 January 2009")).click()
    expect(page.locator("h1")).to_have_text("Marta Quill")
    expect(page.locator(".chapter")).to_contain_text("no answer seen")
    page.get_by_role("link", name="Ask for Marta").click()
    expect(page.locator("h1")).to_have_text("The 10 best ways to Marta Quill")
    assert "asof=2009-04-30" in page.url


@pytest.mark.parametrize("page", SCREENS, ids=str, indirect=True)
def test_the_story_of_two_who_were_introduced(page: Page) -> None:
    page.goto(at(STEVE))
    story = page.locator(".chapter .told > p:first-child")
    expect(story).to_have_text(
        [
            "Steve mentioned you: “Why I was wrong about Twitter”",
            "Steve mentioned you: “Twitter for small business… reconsidered”",
            "You talked for the first time here: “Your first talk”",
            "Rieva Lesonski introduced you",
            "Your opening: you commented on Steve’s article, “Should entrepreneurs Twitter? Uh, no.”",
        ]
    )
    expect(page.locator(".facts")).to_contain_text("No account or address is known, only the name.")
    expect(page.locator(".facts")).to_contain_text("You, by Rieva Lesonskiaccepted 13 April 2009")
    shoot(page, "person-introduced")
    check_access(page)


def test_nothing_after_the_day_is_shown(page: Page) -> None:
    page.goto(at(STEVE, "2009-04-06"))
    expect(page.locator(".chapter")).to_have_count(1)
    expect(page.locator("#person")).to_contain_text("one way only so far")
    expect(page.locator("#held")).to_contain_text("introduction")  # what is held is held on any day
    expect(page.locator("#person")).not_to_contain_text("13 April")


def test_names_in_an_answer_lead_to_the_person(page: Page) -> None:
    page.goto("/?to=Marta+Quill&way=2&asof=2009-04-30")
    page.locator("#evidence h3").get_by_role("link", name="Noor Haddad").click()
    expect(page.locator("h1")).to_have_text("Noor Haddad")
    page.go_back()
    page.locator("h1").get_by_role("link", name="Marta Quill").click()
    expect(page.locator("h1")).to_have_text("Marta Quill")
    assert page.url.endswith("/person/forum%3Amarta-quill?asof=2009-04-30")


def test_somebody_known_only_behind_others_me_and_nobody(page: Page) -> None:
    page.goto(at(YARA))
    expect(page.locator("#person")).to_contain_text("Nothing in your data shows you and Yara in touch.")
    expect(page.get_by_role("link", name="Ask for Yara")).to_be_visible()
    page.goto(at("manual:you"))
    expect(page.locator("#person")).to_contain_text("This is you.")
    expect(page.locator("#relationships li")).to_have_count(7)
    expect(page.get_by_role("link", name="Ask for")).to_have_count(0)
    page.goto("/person/x%3A99")
    expect(page.locator("h1")).to_have_text("Nobody here goes by “x:99”")


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """A store with a long and hostile relationship to somebody protected."""
    path = tmp_path / "odd.db"
    store = open_store(path, now=NOW)
    kinds = list(Kind)
    acts = [
        Interaction(
            kind=(kind := kinds[number % len(kinds)]),
            at=NOW - timedelta(days=number),
            actor=Account(id=(ME, ANN)[number % 2], name=None if number % 2 == 0 else f"Ann {SCRIPT}"),
            to=(Addressee(account=Account(id=(ANN, ME)[number % 2])),),
            item=Item(title=f"{SCRIPT} {number % 7}", url="javascript:alert(3)", kind=SCRIPT),
            excerpt=SCRIPT,
            private=kind is Kind.MESSAGE,
            source="test",
        )
        for number in range(3_000)
    ]
    profile = Account(id=ANN, url="javascript:alert(4)", org=SCRIPT, title="t" * 5_000, at=NOW)
    store.write(pack([*acts, profile, Account(id=ZOE, name="Zoë\u202e Lind")], now=NOW))
    store.refresh()
    store.set_profile("me", [ME])
    store.set_rule(Rule(kind="protect", value=ANN), on=True)
    store.close()
    return path


def test_a_long_and_hostile_story_is_text_and_comes_by_pages(serve: Servers, open_page: OpenPage, odd: Path) -> None:
    page = open_page(serve(odd).url)
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog}"))
    page.goto(f"/person/{quote(ANN, safe='')}")
    expect(page.locator("h1")).to_contain_text("<script>")
    expect(page.locator(".shield")).to_have_text("protected")
    expect(page.locator("#held")).to_contain_text("Private text too, such as notes.")
    expect(page.locator(".chapter")).to_have_count(30)
    check_access(page)
    while page.locator("#story-more").count():
        shown = page.locator(".chapter").count()
        page.locator("#story-more").click()
        expect(page.locator(".chapter").nth(shown)).to_be_focused()
    expect(page.locator(".chapter").last).to_contain_text("first time here")
    assert page.evaluate("document.querySelectorAll('main script, main img').length") == 0
    hrefs = page.evaluate("[...document.querySelectorAll('main a')].map(a => a.href)")
    assert [href for href in hrefs if not href.startswith("http")] == []
    assert page.evaluate(
        "document.querySelector('.told-of').scrollWidth <= document.querySelector('.told-of').clientWidth"
    )
