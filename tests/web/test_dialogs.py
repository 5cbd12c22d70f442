"""A whole story lived on the page: from a comment on a column to the introduction, with nothing but what one says."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from dashboard.service.me import add_me
from graph.stores import open_store
from tests.web.conftest import DESKTOP, PHONE, OpenPage, Screen
from tests.web.serving import Servers
from tests.web.watch import check_access

NOW = datetime.now(UTC)  # the day of the page, which no test can set


def form(page: Page) -> Locator:
    dialog = page.locator("#form-dialog")
    expect(dialog).to_be_visible()
    return dialog


def name_somebody(page: Page, label: str, name: str) -> None:
    """Type a name, and take what is offered first once it is of that name."""
    box = form(page).get_by_role("textbox", name=label)
    box.fill(name)
    expect(page.get_by_role("option").first).to_contain_text(name)
    box.press("Enter")


def record(page: Page, told: str) -> None:
    form(page).get_by_role("button", name="Record it").click()
    expect(page.locator("#toasts")).to_contain_text(told)
    expect(page.locator("#form-dialog")).to_be_hidden()


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=str)
def test_from_a_comment_to_the_introduction(
    serve: Servers, open_page: OpenPage, tmp_path: Path, screen: Screen
) -> None:
    store = open_store(tmp_path / "own.db", now=NOW)
    add_me(store, "me", ["ann@example.org"], NOW)
    store.close()
    page = open_page(serve(tmp_path / "own.db").url, screen, permissions=["clipboard-read", "clipboard-write"])

    page.goto("/?to=Vera+Columnist")
    expect(page.locator("#unknown")).to_contain_text("Nobody here goes by “Vera Columnist”")
    page.get_by_role("button", name="Record a comment of yours").click()
    form(page).get_by_label("Link").fill("https://column.example/should-they")
    form(page).get_by_label("What it is called").fill("Should they?")
    form(page).get_by_label("What you wrote").fill("They should, and here is why.")
    check_access(page)
    record(page, "Noted: you commented on something of Vera Columnist")
    expect(page.locator("#opening")).to_contain_text("You commented on Vera Columnist’s “Should they?”")

    page.get_by_role("button", name="Say who knows whom").click()
    name_somebody(page, "Who knows them", "Rita Both")
    form(page).get_by_text("Familiar", exact=True).click()
    record(page, "Noted: Rita Both knows Vera Columnist (familiar).")
    expect(page.locator("#no-way")).to_contain_text("No way to Rita is seen yet")
    page.get_by_role("button", name="Say whom you know").click()
    name_somebody(page, "Who", "Rita Both")
    form(page).get_by_label("How do you know?").fill("We worked together")
    record(page, "Noted: you know Rita Both (close).")
    expect(page.locator("#heading")).to_have_text("1 way to Vera Columnist")

    page.get_by_role("button", name="Draft the request").click()
    expect(page.locator("#draft-note")).to_have_value(re.compile("^Hi Rita,\n\nIf you know Vera Columnist, would you"))
    page.keyboard.type("I would like to hear why she asked.")
    page.locator("#draft-copy").click()
    expect(page.locator(".path-card")).to_contain_text("asked ")

    page.goto("/person/manual%3Arita-both")
    expect(page.locator("#introductions")).to_contain_text("Asked 1, introduced 0")
    page.locator("#introductions").get_by_role("button", name="Introduced").click()
    record(page, "introduced")
    expect(page.locator("#introductions")).to_contain_text("Asked 1, introduced 1")
    page.goto("/?to=Vera+Columnist")
    expect(page.locator(".opening").first).to_contain_text("You were introduced to Vera Columnist by Rita Both")

    page.goto("/person/manual%3Arita-both")
    page.locator("#introductions").get_by_role("button", name="Take back").click()
    expect(page.locator("#introductions")).to_contain_text("Asked 1, introduced 0")
    page.locator("#introductions").get_by_role("button", name="Take back").click()
    expect(page.locator("#introductions")).to_have_count(0)
