"""The request on the page: drafted, edited, taken away, recorded as asked, and that taken back."""

import re
import shutil
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from dashboard.words.draft import REASON
from tests.web.conftest import PHONE, SCREENS, OpenPage
from tests.web.serving import Servers, Serving
from tests.web.test_story import MARTA, STRAUSS, answered, chosen
from tests.web.watch import check_access, shoot

MINE = "I would like to hear how a shop’s regulars decide what it sells."
ASKED = "asked 30 April 2009"
CLIPBOARD = ["clipboard-read", "clipboard-write"]


def texts(page: Page) -> str:
    return "\n".join(page.locator(f"#draft-{one}").input_value() for one in ("note", "forward"))


def test_a_request_is_copied_and_recorded_and_that_is_taken_back(
    serve: Servers, open_page: OpenPage, demo_store: Path, tmp_path: Path
) -> None:
    page = open_page(serve(Path(shutil.copy(demo_store, tmp_path / "own.db"))).url, permissions=CLIPBOARD)
    page.goto(f"/?to={MARTA}&way=2")
    page.get_by_role("button", name="Draft the request").click()
    dialog = page.get_by_role("dialog", name="Draft the request")
    expect(dialog).to_contain_text("To Noor Haddad, for an introduction to Marta Quill. Nothing is sent from here.")
    expect(dialog).to_contain_text("22 messages and 3 meetings with Noor")
    expect(dialog).to_contain_text("private; Marta took no part in them")
    expect(dialog).to_contain_text("Way 2 then reads “asked”.")
    expect(page.locator("#draft-note")).to_be_focused()
    expect(page.locator("#draft-count")).to_have_text(f"{len(texts(page).split())} words")

    page.locator("#draft-copy").click()
    expect(page.locator("#draft-missing")).to_be_visible()
    page.keyboard.type(MINE)  # what is to be written is chosen
    expect(page.locator("#draft-missing")).to_be_hidden()
    page.locator("#draft-copy").click()
    expect(page.locator("#toasts")).to_contain_text("Copied, and recorded as asked, 30 April 2009.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Hi Noor,\n\nWould you introduce me to Marta Quill? I saw the two of you on forum.example")
    assert copied.count(MINE) == 2  # who reads the note and whom it is about both learn why
    assert copied.endswith("I would be glad to talk with you. A no is fine.")
    assert REASON not in copied
    for private in ("The new mark", "Lunch at the quay", "close", "Tomás"):
        assert private not in copied
    expect(page.locator(".path-card", has_text=ASKED)).to_contain_text("Noor Haddad")

    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("Taken back.")
    expect(page.locator("#ways")).not_to_contain_text(ASKED)


def leave(page: Page) -> None:
    page.keyboard.press("Escape")
    expect(page.locator("#draft-dialog")).to_be_hidden()


@pytest.mark.parametrize("page", SCREENS[::3], ids=str, indirect=True)
def test_a_draft_is_fit_to_be_used(page: Page) -> None:
    page.goto(f"/?to={MARTA}&way=2")
    page.locator("#draft").click()
    expect(page.locator("#draft-dialog")).to_be_visible()
    expect(page.locator("#draft-note")).to_be_focused()
    shoot(page, "draft")
    check_access(page)
    assert page.evaluate(
        "[...document.querySelectorAll('#draft-text textarea')].every(a => a.scrollHeight <= a.clientHeight)"
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_draft_follows_the_chosen_way_and_keeps_what_was_written(page: Page) -> None:
    note = page.locator("#draft-note")
    page.goto(f"/?to={MARTA}")
    chosen(page, 1)
    page.keyboard.press("d")
    expect(note).to_have_value(re.compile("Would you ask Ines Okoye whether Ines would introduce me to Marta Quill?"))
    note.fill(MINE)
    leave(page)
    page.keyboard.press("d")
    expect(note).to_have_value(MINE)
    leave(page)
    page.keyboard.press("2")
    chosen(page, 2)
    page.keyboard.press("d")
    expect(note).to_have_value(re.compile("^Hi Noor,"))

    page.goto(f"/?to={STRAUSS}")
    answered(page, re.compile("You can ask Steve Strauss yourself"))
    expect(page.locator("#draft")).to_have_text("Draft a note")
    page.keyboard.press("d")
    expect(page.locator("#draft-dialog")).to_contain_text("To Steve Strauss. Nothing is sent from here.")
    expect(page.locator("#draft-forward, #draft-record")).to_have_count(0)
    expect(note).to_be_focused()
    leave(page)
    expect(note).not_to_be_focused()
    page.keyboard.press("2")  # over somebody, yet I was introduced already
    chosen(page, 2)
    page.keyboard.press("d")
    expect(page.locator("#draft-dialog")).to_contain_text("To Steve Strauss. Nothing is sent from here.")
    note.fill(MINE)
    leave(page)
    page.keyboard.press("d")
    expect(note).to_be_focused()
    expect(note).to_have_value(MINE)


def test_a_mail_is_begun_with_all_of_it_whatever_is_written(open_page: OpenPage, served: Serving) -> None:
    written = "שלום & ?bcc=evil@example.org\n100 % #1 " + "山田さん " * 500
    page = open_page(served.url, PHONE)
    page.goto(f"/?to={MARTA}&way=2")
    page.locator("#draft").click()
    page.locator("#draft-note").fill(written)
    page.locator("#draft-record").uncheck()
    page.evaluate("document.addEventListener('click', (event) => event.preventDefault())")  # no program is started
    page.locator("#draft-mail").click()

    expect(page.locator("#draft-dialog")).to_be_hidden()
    mail = urlsplit(page.locator("#draft-mail").get_attribute("href") or "")
    parts = parse_qs(mail.query, strict_parsing=True)
    assert mail.path == "noor.haddad@example.org"
    assert parts["subject"] == ["An introduction to Marta Quill?"]
    assert parts["body"][0].startswith(written.strip().replace("\n", "\r\n"))
    assert parts["body"][0].endswith("A no is fine.")
    expect(page.locator("#ways")).not_to_contain_text(ASKED)
