"""Measure the first run: from an empty store to the first answer on one's own 20,000 mails, on the page alone.

`python -m benchmarks.bench_first [MAILS]`. An action is a click, or a text typed and sent; the file dialog is one.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, expect, sync_playwright

from benchmarks.figures import Figure
from benchmarks.mailboxes import Shape, make_mails
from tests.web.browser import ARGUMENTS, find_chromium
from tests.web.serving import Servers

MAILS = 20_000
MOST_ACTIONS, MOST_SECONDS = 6, 60.0
_WITHIN = 300_000  # milliseconds
_SHAPE = Shape(size=1 << 30, median=4_000, mean=12_000)


def run(mails: int = MAILS) -> Iterator[Figure]:
    """Bring a mailbox in, say who I am, and ask for somebody in it."""
    with TemporaryDirectory() as work, closing(Servers(Path(work))) as serve, sync_playwright() as playwright:
        mbox = Path(work) / "mail.mbox"
        with mbox.open("wb") as file:
            file.writelines(islice(make_mails(_SHAPE, 1), mails))
        size = f"{mails:,} mails, {mbox.stat().st_size >> 20} MB"
        url = serve(Path(work) / "people.db").url
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
        page.goto(url)
        began = time.perf_counter()
        actions = _begin(page, mbox)
        seconds = time.perf_counter() - began
        browser.close()
        yield Figure(what=f"empty store → first answer, {size}", value=seconds, unit="s", bar=MOST_SECONDS)
        yield Figure(what="actions until then", value=actions, unit="", bar=MOST_ACTIONS)


def _begin(page: Page, mbox: Path) -> int:
    actions = 3
    page.get_by_role("link", name="Bring in what you have").click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose files").click()
    chooser.value.set_files(mbox)
    expect(page.locator(".counted")).to_be_visible(timeout=_WITHIN)
    yes = page.get_by_role("button", name="Yes, that’s me")
    if yes.count():
        actions += 1
        yes.click()
    expect(page.locator("#reach .figures")).to_be_visible(timeout=_WITHIN)
    page.locator("#ask").fill("Ann Lee")
    page.locator("#ask").press("Enter")
    expect(page.locator(".path-card, #candidates, #no-way").first).to_be_visible(timeout=_WITHIN)
    return actions + 1


if __name__ == "__main__":
    for figure in run(*map(int, sys.argv[1:2])):
        print(figure)
