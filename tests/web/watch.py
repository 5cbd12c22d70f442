"""What a test of the page looks at: that nothing goes wrong unseen, that all can use it, and how it looks."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response, WebError

SCREENSHOTS = "INTROGRAPH_SCREENSHOTS"
_REFUSED = re.compile(
    r"net::ERR_(CONNECTION_(REFUSED|RESET|CLOSED)|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED|CONTENT_LENGTH_MISMATCH)"
    r"|Failed to fetch|the server did not respond"
)
_STATUS = re.compile(r"the server responded with a status of (\d+)")
_LOCAL = ("data", "blob", "about")


class Watch:
    """Notes what goes wrong in the pages of a test.

    Attributes:
        down: Set by a test that takes the server down: connections may be refused then.
        provoked: What a test provokes: 4xx answers, and words of other errors in the console.
    """

    def __init__(self) -> None:
        self.down = False
        self.provoked: set[int | str] = set()
        self._hosts: set[str] = set()
        self._asked: list[tuple[str, str]] = []
        self._wrong: list[str] = []

    def over(self, context: BrowserContext, url: str) -> None:
        """Watch every page of a context, which may speak with the server at that address."""
        self.allow(url)
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)
        context.on("request", self._on_request)
        context.on("response", self._on_response)

    def allow(self, url: str) -> None:
        """Let the pages speak with the server at that address, too."""
        self._hosts.add(urlsplit(url).netloc)

    def leave(self, context: BrowserContext) -> None:
        """Watch it no more."""
        context.remove_listener("console", self._on_console)
        context.remove_listener("weberror", self._on_error)
        context.remove_listener("request", self._on_request)
        context.remove_listener("response", self._on_response)

    def check(self) -> None:
        """Fail if anything went wrong."""
        strange = [f"request to another host: {url}" for host, url in self._asked if host not in self._hosts]
        _fail([*self._wrong, *strange])

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not self._may_be(message.text):
            self._wrong.append(f"console: {message.text} ({message.location.get('url')})")

    def _on_error(self, told: WebError) -> None:
        error = told.error
        if not self._may_be(error.message):
            self._wrong.append(f"error on the page: {error.message}\n{error.stack}")

    def _may_be(self, text: str) -> bool:
        status = _STATUS.search(text)
        if status is not None:
            return int(status[1]) in self.provoked
        if any(isinstance(words, str) and words in text for words in self.provoked):
            return True
        return self.down and _REFUSED.search(text) is not None

    def _on_request(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme not in _LOCAL:
            self._asked.append((url.netloc, request.url))

    def _on_response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.provoked:
            self._wrong.append(f"answer {response.status}: {response.request.method} {response.url}")


def check_access(page: Page) -> None:
    """Fail on what axe-core finds serious or critical on the page as it stands."""
    found = [
        f"{one['id']}: {one['help']}: {', '.join(str(node['target']) for node in one['nodes'])}"
        for one in Axe().run(page).response["violations"]
        if one["impact"] in ("serious", "critical")
    ]
    _fail(found)


def shoot(page: Page, name: str) -> None:
    """Keep a picture of the page where INTROGRAPH_SCREENSHOTS names a folder; its width and theme are in its name."""
    folder = os.environ.get(SCREENSHOTS)
    if not folder:
        return
    assert page.viewport_size is not None
    theme = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'")
    page.screenshot(path=Path(folder) / f"{name}-{page.viewport_size['width']}-{theme}.png")


def _fail(found: Sequence[str]) -> None:
    if found:
        pytest.fail("\n".join(found), pytrace=False)
