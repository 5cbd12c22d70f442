"""A person as a page: the story of the two of us and what is known, on the demo, and of people of any kind."""

import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, Route, expect

from graph.model import (
    Account,
    Addressee,
    Interaction,
    Introduction,
    IntroductionState,
    IntroductionStep,
    Item,
    Kind,
    Rule,
)
from graph.records.pack import pack
from graph.stores import open_store
from tests.web.conftest import PHONE, SCREENS, OpenPage
from tests.web.serving import Servers, Serving
from tests.web.watch import check_access, shoot

NOW = datetime.now(UTC)
NOOR, STEVE, YARA = "forum:noor-haddad", "manual:steve-strauss", "forum:yara-fontane"
MARTA, WIM = "forum:marta-quill", "forum:wim-castellan"
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
    expect(around).to_be_hidden()
    expect(page.get_by_label("More")).to_be_focused()
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
    expect(page.locator(".facts")).to_contain_text("You, by Rieva Lesonskiintroduced 13 April 2009")
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


@pytest.fixture(scope="module")
def mine(tmp_path_factory: pytest.TempPathFactory, demo_store: Path) -> Iterator[Serving]:
    """A demo's page to change things on, with an ask that waits; each test takes back what others look at."""
    folder = tmp_path_factory.mktemp("mine")
    store = open_store(shutil.copy(demo_store, folder / "demo.db"), now=NOW)
    me = Account(id=store.profiles()["me"][0])
    asked = IntroductionStep(state=IntroductionState.ASKED, at=datetime(2009, 4, 30, tzinfo=UTC))
    ask = Introduction(by=Account(id=NOOR), person=me, to=Account(id=MARTA), initiator=me, steps=(asked,))
    store.write(pack([ask], now=NOW))
    store.close()
    servers = Servers(folder)
    yield servers(folder / "demo.db")
    servers.close()


def test_nobody_is_asked_for_a_way_over_somebody_protected_until_that_is_undone(
    mine: Serving, open_page: OpenPage
) -> None:
    page = open_page(mine.url)
    page.goto(at(NOOR))
    page.get_by_role("button", name="Protect", exact=True).click()
    expect(page.get_by_role("button", name="Protected")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".shield")).to_be_visible()
    shoot(page, "person-protected")
    page.locator("#relationships").get_by_role("link", name="Marta Quill").click()
    page.get_by_role("link", name="Ask for Marta").click()
    expect(page.locator("h1")).to_contain_text("Marta Quill")
    expect(page.locator(".path-card").first).to_be_visible()
    expect(page.locator(".path-card").filter(has_text="Noor")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".path-card").filter(has_text="Noor").first).to_be_visible()


def test_accounts_are_split_and_people_merged_by_keyboard_and_both_are_undone(
    mine: Serving, open_page: OpenPage
) -> None:
    page = open_page(mine.url)
    page.goto(at(NOOR))
    button, joined = page.get_by_role("button", name="Merge or split"), page.get_by_text("Joined as one person by")
    button.focus()
    page.keyboard.press("Enter")
    first = page.locator("#form-dialog").get_by_role("checkbox").first
    expect(first).to_be_focused()
    check_access(page)
    shoot(page, "person-split")
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(first).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Two people now: Noor Haddad (email:noor.haddad@example.org)")
    expect(joined).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(joined).to_be_visible()

    page.locator("#form-body").wait_for(state="hidden")
    button.focus()
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name="The same person as").focus()
    page.keyboard.type("Ines Okoy")
    expect(page.get_by_role("option")).to_have_text(["Make “Ines Okoy” by hand", re.compile("Ines Okoye")])
    page.keyboard.press("Enter")  # one who is like what was typed is not taken for them
    expect(page.get_by_role("textbox", name="The same person as")).to_have_value("Make “Ines Okoy” by hand")
    page.get_by_role("textbox", name="The same person as").fill("ines  okoye")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="The same person as")).to_have_value(re.compile("Ines Okoye"))
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Noor Haddad and Ines Okoye are one person now.")
    expect(page.locator(".facts")).to_contain_text("ines-okoye")
    page.keyboard.press("Control+z")
    expect(page.locator(".facts")).not_to_contain_text("ines-okoye")

    button.click()
    page.get_by_role("textbox", name="The same person as").fill("you@example.org")
    page.get_by_role("option", name="You ·").click()
    page.get_by_role("button", name="Merge the two").click()
    expect(page.locator("#form-error")).to_have_text("That makes Noor Haddad you. Merge?")


def test_what_i_noted_is_taken_back_from_the_story(mine: Serving, open_page: OpenPage) -> None:
    page = open_page(mine.url)
    page.goto(at(NOOR))
    noted = page.locator(".chapter").filter(has=page.get_by_role("button", name="Take back"))
    page.get_by_text("Log a call").click()
    page.get_by_role("button", name="Meeting").click()
    page.get_by_role("textbox", name="Note").fill("About paper.")
    page.get_by_role("button", name="Record it").click()
    expect(noted).to_contain_text("You metprivate“About paper.”")
    page.get_by_role("button", name="Correct closeness").click()
    page.get_by_text("Familiar", exact=True).click()
    page.get_by_role("button", name="Record it").click()
    expect(noted.filter(has_text="You said so: familiar")).to_be_visible()
    noted.filter(has_text="You said so").get_by_role("button").click()
    expect(noted).to_have_count(1)
    noted.get_by_role("button").click()
    expect(noted).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(noted).to_contain_text("“About paper.”")
    noted.get_by_role("button").click()
    expect(noted).to_have_count(0)


def test_a_form_is_sent_once_and_keeps_what_was_typed_until_then(mine: Serving, open_page: OpenPage) -> None:
    page, slow, written = open_page(mine.url), list[Route](), "\n".join(f"Line {line}" for line in range(45))
    page.goto(at(NOOR))
    form, note, go = page.locator("#form-dialog"), page.get_by_role("textbox", name="Note"), page.locator("#form-go")

    def hold(route: Route) -> None:
        if re.search(r'changedPropIds":\["(act|form-send)\.data', route.request.post_data or ""):
            slow.append(route)
        else:
            route.continue_()

    page.route(re.compile("_dash-update-component"), hold)
    page.get_by_role("button", name="Protect", exact=True).click()
    for _ in range(2):
        page.get_by_text("Log a call").click()
        page.get_by_role("button", name="Meeting").click()
        if note.input_value():
            break
        note.fill(written)
        page.keyboard.press("Escape")
        expect(form).to_be_hidden()
    slow.pop().continue_()
    expect(page.locator(".shield")).to_be_attached()  # another change came back meanwhile
    expect(note).to_have_value(written)
    expect(go).to_be_in_viewport(ratio=1)
    go.dblclick()
    expect(page.locator("#form-body")).to_have_attribute("aria-busy", "true")
    page.keyboard.press("Enter")
    assert len(slow) == 1
    slow.pop().continue_()
    page.unroute_all()
    expect(form).to_be_hidden()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("Taken back.")
    page.get_by_role("button", name="Protected").click()
    expect(page.locator(".shield")).to_have_count(0)


def test_what_came_of_an_ask_is_noted_with_its_introducer_and_taken_back_with_its_target(
    mine: Serving, open_page: OpenPage
) -> None:
    page = open_page(mine.url, PHONE)
    page.goto(at(NOOR))
    introductions, tag = page.locator("#introductions"), page.locator("#introductions .tag")
    expect(tag).to_have_text("asked 30 April 2009")
    for state, said in (("Introduced", "introduced 30 April 2009"), ("Met", "met 30 April 2009")):
        introductions.get_by_role("button", name=state, exact=True).click()
        expect(page.locator("#form-dialog")).to_contain_text("Noor Haddad, who introduces you to Marta Quill.")
        expect(page.locator("#form-dialog input:visible, #form-dialog textarea:visible")).to_have_count(1)
        page.get_by_role("button", name="Record it").click()
        expect(tag).to_have_text(said)
    expect(introductions).to_contain_text("Asked 1, introduced 1")
    shoot(page, "person-met")
    page.goto(at(MARTA))
    for said in ("introduced 30 April 2009", "asked 30 April 2009"):
        introductions.get_by_role("button", name="Take back").click()
        expect(tag).to_have_text(said)


def test_somebody_is_forgotten_only_by_their_name_and_nothing_of_them_is_left(
    mine: Serving, open_page: OpenPage
) -> None:
    page = open_page(mine.url)
    page.goto("/?to=Wim+Castellan&asof=2009-04-30")
    page.locator("#draft").click()
    expect(page.locator("#draft-note")).to_be_focused()
    page.keyboard.press("Escape")
    page.locator("h1").get_by_role("link", name="Wim Castellan").click()
    with page.expect_download() as taken:
        page.get_by_role("link", name="Export all of it").click()
    assert taken.value.suggested_filename == "about-wim-castellan.jsonl"
    lines = taken.value.path().read_text(encoding="utf-8").splitlines()
    assert "interaction" in {json.loads(line)["type"] for line in lines}

    page.get_by_role("button", name="Forget Wim").click()
    typed = page.get_by_role("textbox", name="To go on, type the name: Wim Castellan")
    typed.fill("Wim")
    page.get_by_role("dialog").get_by_role("button", name="Forget Wim").click()
    expect(page.locator("#form-error")).to_contain_text("nothing was forgotten")
    check_access(page)
    shoot(page, "person-forget")
    typed.fill("Wim Castellan")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Forgotten")
    expect(page.locator("#receipt")).to_contain_text("42 interactions")
    expect(page.locator("#footer")).to_contain_text("22 people")
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    assert not re.search("castellan", page.content() + page.url, re.IGNORECASE)
    shoot(page, "person-forgotten")
    page.goto(at(WIM))
    expect(page.locator("h1")).to_contain_text("Nobody here goes by")


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
