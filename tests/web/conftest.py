"""The page under test: a real Chromium, and the demo's page as `intrograph serve` gives it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from dashboard.demo.strauss import run_demo
from graph.stores import open_store
from tests.web.browser import ARGUMENTS, need_chromium
from tests.web.serving import Servers, Serving
from tests.web.watch import Watch

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)

expect.set_options(timeout=20_000)  # milliseconds: that other tests run beside it is no fault of the page


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """What the page is looked at on."""

    width: int = 1440
    height: int = 900
    theme: str = "light"

    @property
    def phone(self) -> bool:
        """Tell whether it is touched."""
        return self.width < 768

    def __str__(self) -> str:
        return f"{self.width}-{self.theme}"


DESKTOP = Screen()
PHONE = Screen(width=390, height=844)
SCREENS = [DESKTOP, Screen(theme="dark"), PHONE, Screen(width=390, height=844, theme="dark")]
"""Both sizes in both themes: `@pytest.mark.parametrize("page", SCREENS, ids=str, indirect=True)`."""


def in_both_themes(page: Page) -> Iterator[None]:
    """Show a page as it stands in one theme after the other."""
    for theme in ("dark", "light"):
        page.emulate_media(color_scheme=theme)
        expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", theme)
        yield


OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser; the run ends where there is none."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=need_chromium(), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's store, which all tests share: a test that writes takes a copy."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    store = open_store(path, now=NOW)
    run_demo(store, "me", NOW)
    store.close()
    return path


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Serves what many tests look at: a test that takes its server down starts one of its own with `serve`."""
    servers = Servers(tmp_path_factory.mktemp("served"))
    yield servers
    servers.close()


@pytest.fixture(scope="session")
def served(shared: Servers, demo_store: Path) -> Serving:
    """The demo's page."""
    return shared(demo_store)


@pytest.fixture(scope="session")
def sample(shared: Servers) -> Serving:
    """The sample page."""
    return shared.sample()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Servers]:
    """Serves a store's page for this test: `serve(path)`, `serve(path, port=8051)`."""
    servers = Servers(tmp_path)
    yield servers
    servers.close()


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Fails the test on any error in the console or on the page, any 4xx or 5xx, any request to another host."""
    watch = Watch()
    yield watch
    watch.check()


@pytest.fixture
def open_page(chromium: Browser, watch: Watch) -> Iterator[OpenPage]:
    """Opens a page in a new browser context: `open_page(url)`, `open_page(url, PHONE)`, and gives a page for it."""
    with ExitStack() as contexts:

        def open_one(url: str, screen: Screen = DESKTOP, **more: Any) -> Page:
            context = _new_context(chromium, url, screen, **more)
            contexts.callback(context.close)
            watch.over(context, url)
            return context.new_page()

        yield open_one


@pytest.fixture(scope="session")
def pages() -> dict[Screen, Page]:
    """The demo's pages that tests had before: a new one compiles all its scripts again, which takes a second."""
    return {}


@pytest.fixture
def page(
    request: pytest.FixtureRequest, chromium: Browser, watch: Watch, served: Serving, pages: dict[Screen, Page]
) -> Iterator[Page]:
    """A page for the demo, as good as new: `page.goto("/")`; 1440 × 900 and light, if the test names no screens."""
    screen = getattr(request, "param", DESKTOP)
    if screen not in pages:
        pages[screen] = _new_context(chromium, served.url, screen).new_page()
    page = pages[screen]
    watch.over(page.context, served.url)
    yield page
    _clean(page, served.url)
    watch.leave(page.context)


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """Another site, which is open in the same browser."""

    class Blank(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!DOCTYPE html><title>elsewhere</title>")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Blank) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def _new_context(chromium: Browser, url: str, screen: Screen, **more: Any) -> BrowserContext:
    return chromium.new_context(
        base_url=url,
        viewport={"width": screen.width, "height": screen.height},
        color_scheme=screen.theme,  # type: ignore[arg-type] # "light" or "dark"
        has_touch=screen.phone,
        is_mobile=screen.phone,
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="UTC",
        **more,
    )


def _clean(page: Page, url: str) -> None:
    """Take away what a test left in a page and its context: tabs, routes, storage, cookies, where the mouse is."""
    for other in page.context.pages:
        if other is not page:
            other.close()
    page.unroute_all()
    page.goto("about:blank")
    page.mouse.move(0, 0)
    page.context.new_cdp_session(page).send("Storage.clearDataForOrigin", {"origin": url, "storageTypes": "all"})
