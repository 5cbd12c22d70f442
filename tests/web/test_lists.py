"""Lists on the page: made and filled, what was pasted made clear, asked for as a whole, and every step taken back."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page, expect

from dashboard.service.lists import add_to_list
from graph.stores import open_store
from tests.web.conftest import PHONE, OpenPage, in_both_themes
from tests.web.serving import Servers
from tests.web.watch import check_access, shoot

NOW = datetime.now(UTC)
ODD = "../<b>قائمة</b> “&?"


def test_a_list_from_its_name_to_its_answer_by_keys(
    serve: Servers, open_page: OpenPage, demo_store: Path, tmp_path: Path
) -> None:
    path = shutil.copy(demo_store, tmp_path / "own.db")
    store = open_store(path, now=NOW)
    add_to_list(store, ODD, ["Marta Quill"])
    store.close()
    served = serve(Path(path))
    page = open_page(served.url)

    page.goto("/lists")
    page.get_by_role("button", name="Make a list").press("Enter")
    form = page.locator("#form-dialog")
    expect(form.get_by_role("textbox", name="Name", exact=True)).to_be_focused()
    page.keyboard.type("Spring fair")
    page.keyboard.press("Tab")
    for name in ("Marta Quill", "Steve Strauss"):
        page.keyboard.type(name)
        expect(page.get_by_role("option").first).to_contain_text(name)
        page.keyboard.press("Enter")
    expect(form.locator(".mantine-Pill-label")).to_have_count(2)
    page.keyboard.press("Tab")
    page.keyboard.insert_text("yara fontane\nNoor Hadad\n\nIngrid Vale\nHarbour Ledger")
    check_access(page)
    form.get_by_role("button", name="Add", exact=True).press("Enter")

    expect(page.locator("#toasts")).to_contain_text("3 people are on “Spring fair”. 3 names are not clear.")
    expect(page.locator("#members li")).to_have_count(3)
    unclear = page.locator("#unclear > div")
    expect(unclear).to_have_count(3)
    expect(unclear.nth(2)).to_contain_text("“Harbour Ledger” may mean 2 people")
    unclear.nth(0).get_by_role("button", name="Noor Haddad").press("Enter")
    expect(page.locator("#members")).to_contain_text("Noor Haddad")
    expect(unclear).to_have_count(2)
    unclear.nth(0).get_by_role("button", name="Make “Ingrid Vale” by hand").press("Enter")
    expect(page.locator("#members")).to_contain_text("Ingrid Vale")
    unclear.nth(0).get_by_role("link", name="Leave out").press("Enter")
    expect(unclear).to_have_count(0)
    expect(page.locator("#members li").first).to_contain_text("you can ask directly: close")

    page.get_by_role("button", name="Take Ingrid Vale off the list").press("Enter")
    expect(page.locator("#members li")).to_have_count(4)
    page.keyboard.press("Control+z")
    expect(page.locator("#members li")).to_have_count(5)
    page.get_by_role("button", name="Remove the list").press("Enter")
    expect(page.locator("#lists")).not_to_contain_text("Spring fair")
    page.keyboard.press("Control+z")
    expect(page.locator("#lists")).to_contain_text("Spring fair5 people")

    page.keyboard.press("/")
    page.keyboard.type("FAIR spr")
    page.get_by_role("option", name="Spring fair").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#heading")).to_have_text("The 10 best ways to anybody on the list “Spring fair”")
    expect(page.locator("#ask")).to_have_value("Spring fair")
    page.locator("#ask").press("Enter")
    expect(page.locator("#heading")).to_contain_text("anybody on the list")

    page.goto("/lists")
    page.get_by_role("link", name="قائمة").press("Enter")
    expect(page.locator("h1")).to_have_text(ODD)
    page.get_by_role("link", name="Ask for the list").press("Enter")
    expect(page.locator("h1")).to_contain_text(f"anybody on the list “{ODD}”")

    on_phone(open_page(served.url, PHONE))


def on_phone(page: Page) -> None:
    page.goto("/person/forum%3Asana-rydell")
    page.get_by_label("More").click()
    page.get_by_role("button", name="Add to a list").click()
    form = page.locator("#form-dialog")
    expect(form.locator("h2")).to_have_text("Add Sana Rydell to a list")
    form.get_by_role("option", name="Spring fair").click()
    form.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("Sana Rydell is on “Spring fair”.")
    page.goto("/?to=Harbour+Ledger")
    page.get_by_role("button", name="Add to a list").click()
    expect(form.locator(".mantine-Pill-label")).to_have_count(2)
    page.goto("/lists?list=Spring+fair")
    expect(page.locator("#members li")).to_have_count(6)
    for _ in in_both_themes(page):
        shoot(page, "list")
        check_access(page)
    low = (
        "[...document.querySelectorAll('#list :is(.button, .candidate)')].filter((one) => one.offsetHeight < 40).length"
    )
    assert page.evaluate(low) == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
