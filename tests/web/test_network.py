"""Network and Neighbourhood on the page: what is drawn, filtered, dated and chosen, and the list that says the same."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from graph.model import Account, Addressee, Interaction, Kind
from graph.records.pack import pack
from graph.stores import open_store
from tests.web.conftest import NOW, PHONE, SCREENS, OpenPage
from tests.web.serving import Servers
from tests.web.watch import Watch, check_access, shoot

WHOLE = "23 people, 42 relationships"
_FIND = """() => {
  const canvas = document.querySelector("#drawing"), box = canvas.getBoundingClientRect();
  for (let y = 20; y < box.height; y += 6) for (let x = 20; x < box.width; x += 6) {
    const at = { clientX: box.left + x, clientY: box.top + y, bubbles: true };
    canvas.dispatchEvent(new PointerEvent("pointermove", at));
    if (canvas.style.cursor === "pointer") return [at.clientX, at.clientY];
  }
}"""

_SLOW = """() => {
  const usual = window.fetch;
  window.fetch = async (...sent) => {
    const got = await usual(...sent);
    if (String(sent[0]).includes("asof=2009-03-31")) await new Promise((done) => setTimeout(done, 500));
    return got;
  };
}"""


def drawn(page: Page, counts: str | re.Pattern[str] = WHOLE) -> None:
    expect(page.locator("#drawing[data-drawn]")).to_be_attached()
    expect(page.locator("#counts")).to_have_text(counts)


def box(page: Page, label: str) -> Locator:
    return page.locator("#rail").get_by_role("checkbox", name=re.compile(f"^{label}"))


def person(page: Page, name: str) -> Locator:
    return page.locator("#people").get_by_role("option", name=re.compile(name))


@pytest.mark.parametrize("page", SCREENS, ids=str, indirect=True)
def test_the_network_and_its_list_show_the_same(page: Page) -> None:
    page.goto("/network")
    drawn(page)
    expect(page.locator("#people [role=option]")).to_have_count(23)
    expect(page.locator("#people")).to_contain_text(re.compile("connects groups.*connects groups.*connects groups"))
    check_access(page)
    person(page, "Wim Castellan").click()
    expect(person(page, "Wim Castellan")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#picked")).to_contain_text(re.compile("Connects group . with .*8 relationships"))
    expect(page).to_have_url(re.compile("person=forum%3Awim-castellan"))
    expect(person(page, "Noor Haddad")).to_contain_text("familiar, both ways, group A")
    expect(person(page, "Gus Aldery")).to_contain_text("noticed, from Wim")
    shoot(page, "network")
    check_access(page)


def test_who_is_clicked_in_the_drawing_is_chosen_in_the_list(page: Page) -> None:
    page.goto("/network")
    drawn(page)
    page.mouse.click(*page.evaluate(_FIND))
    expect(page.locator("#people [aria-selected=true]")).to_have_count(1)
    name = page.locator("#people [aria-selected=true] .name").inner_text()
    expect(page.locator("#picked h2")).to_have_text(name)
    page.reload()
    drawn(page)
    expect(page.locator("#picked h2")).to_have_text(name)


def test_filters_leave_what_is_ticked_and_stand_in_the_address(page: Page) -> None:
    page.goto("/network")
    drawn(page)
    box(page, "slight").uncheck()
    drawn(page, "17 people, 21 relationships")
    for word in ("close", "familiar"):
        box(page, word).click()
    expect(box(page, "familiar")).to_be_checked()  # of none, nothing could be drawn
    box(page, "close").check()
    drawn(page, "17 people, 21 relationships")
    box(page, "Harbour forum").check()
    page.reload()
    expect(box(page, "slight")).not_to_be_checked()
    expect(box(page, "Harbour forum")).to_be_checked()
    expect(page.locator("#people")).not_to_contain_text("Rieva Lesonski")
    box(page, "Harbour forum").uncheck()
    box(page, "slight").check()
    drawn(page)
    assert "closeness" not in page.url


def test_the_time_shows_the_network_as_of_a_month(page: Page) -> None:
    page.goto("/network")
    drawn(page)
    until = page.get_by_role("slider", name="To the month")
    until.focus()
    until.press("ArrowLeft")
    expect(page.locator("#time-words")).to_contain_text("February 2006 to March 2009")
    expect(page).to_have_url(re.compile("asof=2009-03-31"))
    drawn(page, re.compile("^2[0-9] people, [34][0-9] relationships"))
    page.goto("/network?asof=2008-06-10")
    drawn(page, re.compile("^1?[0-9] people"))
    expect(page.locator("#time-words")).to_have_text("February 2006 to 10 June 2008")
    expect(page.locator("#people")).not_to_contain_text("connects groups")


def test_the_last_answer_counts_and_none_leaves_all_as_it_was(page: Page, watch: Watch) -> None:
    page.goto("/network")
    drawn(page)
    page.evaluate(_SLOW)
    until = page.get_by_role("slider", name="To the month")
    until.focus()
    until.press("ArrowLeft")
    until.press("ArrowRight")
    page.wait_for_timeout(900)
    drawn(page)

    watch.down = True
    page.route("**/graph.json*", lambda route: route.abort("connectionrefused"))
    until.press("ArrowLeft")
    expect(page.locator("#toasts")).to_contain_text("intrograph does not answer")
    expect(page.locator("#time-words")).to_have_text("February 2006 to April 2009")
    assert "asof" not in page.url


def test_the_network_by_keyboard(page: Page) -> None:
    page.goto("/network")
    drawn(page)
    painted = int(page.locator("#drawing").get_attribute("data-drawn") or 0)
    for key in "++-0":
        page.keyboard.press(key)
    expect(page.locator("#drawing")).not_to_have_attribute("data-drawn", str(painted))
    page.keyboard.press("l")
    expect(page.locator("#people [role=option]").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#people [role=option]").nth(2)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Bea Thornquist")
    page.get_by_role("navigation", name="Views").get_by_role("link", name="Network").click()
    drawn(page)
    expect(person(page, "Bea Thornquist")).to_have_attribute("aria-selected", "true")


@pytest.mark.parametrize("page", SCREENS, ids=str, indirect=True)
def test_the_neighbourhood_grows_on_click(page: Page) -> None:
    page.goto("/network?around=")
    expect(page.locator("#people .title")).to_have_text(["People you can ask", "People behind them"])
    expect(page.locator("#picked")).to_contain_text("7 people you can ask, 5 behind them")
    expect(person(page, "Elif Sandström")).to_contain_text("familiar, dormant")
    expect(person(page, "Marta Quill")).to_contain_text("by 3 ways")
    shoot(page, "neighbourhood")
    check_access(page)
    person(page, "Marta Quill").click()
    expect(page.locator("#picked h2")).to_have_text("Marta Quill")
    expect(page.locator("#people .title")).to_have_count(3)
    expect(person(page, "Sana Rydell")).to_be_visible()
    expect(person(page, "Marta Quill")).to_be_focused()
    person(page, "Noor Haddad").click()
    expect(page.locator("#toasts")).to_have_text("Nobody else is known behind Noor Haddad.")
    assert "grown=email%3Anoor" not in page.url
    expect(page.locator("#picked h2")).to_have_text("Noor Haddad")
    shoot(page, "neighbourhood-grown")
    page.locator("#picked").get_by_role("link", name="Neighbourhood").click()
    expect(page.locator("#people .title").first).to_have_text("Relationships")
    expect(page.locator(".ring-key.inner")).to_have_text("inner ring: people Noor can ask")
    page.go_back()
    expect(page.locator("#people .title").first).to_have_text("People you can ask")


def test_who_is_unknown_is_said_in_words(page: Page) -> None:
    page.goto("/network?around=email:nobody@example.org")
    expect(page.locator("h1")).to_have_text("Nobody here goes by “email:nobody@example.org”")
    page.goto("/network?asof=yesterday")
    expect(page.locator("h1")).to_have_text("This can’t be asked")


def test_many_people_are_a_table(tmp_path: Path, serve: Servers, open_page: OpenPage) -> None:
    me, path = Account(id="email:me@example.org", name="Me"), tmp_path / "many.db"
    others = [Account(id=f"email:friend{number}@example.org", name=f"Friend {number}") for number in range(250)]
    acts = [
        Interaction(kind=Kind.MESSAGE, at=NOW, actor=one, to=(Addressee(account=two),))
        for friend in others
        for one, two in ((me, friend), (friend, me))
    ]
    store = open_store(path, now=NOW)
    store.write(pack(acts, now=NOW))
    store.set_profile("me", [me.id])
    store.refresh()
    store.close()
    page = open_page(serve(path).url)
    page.goto("/network")
    drawn(page, "251 people, 250 relationships")
    row = page.get_by_role("row", name=re.compile("Friend 99"))
    page.get_by_role("gridcell", name="Friend 0", exact=True).click()
    expect(page.locator("#picked h2")).to_have_text("Friend 0")
    expect(page).to_have_url(re.compile("person=email%3Afriend0%40"))
    assert row.count() == 0, "only rows in sight are made"


def test_on_a_phone_the_filters_are_a_drawer(open_page: OpenPage, served: object) -> None:
    page = open_page(served.url, PHONE)  # type: ignore[attr-defined]
    page.goto("/network")
    drawn(page)
    expect(page.locator("#rail")).to_be_hidden()
    page.locator("#rail-open").click()
    box(page, "slight").uncheck()
    drawn(page, "17 people, 21 relationships")
    page.locator("#rail-close").click()
    expect(page.locator("#rail")).to_be_hidden()
