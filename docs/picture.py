"""Draw the README's picture, docs/page.png: the demo's page in a real browser. `make picture`."""

import threading
from datetime import UTC, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright
from waitress import create_server

from dashboard.demo.strauss import LATER_DAY, run_demo
from dashboard.service.desk import Desk
from dashboard.web.app import make_app
from graph.store.store import Store
from graph.stores import open_store
from tests.web.browser import ARGUMENTS, find_chromium

PICTURE = Path(__file__).with_name("page.png")
_SHOWN = "/?to=Marta+Quill"
_SIZE = {"width": 1440, "height": 900}


def draw(store: Store) -> bytes:
    """Serve a store of the demo's, and take a picture of an answer."""
    end = datetime.combine(LATER_DAY, time.max, UTC)
    app = make_app(Desk(store=store, profile="me", clock=lambda: end, demo=True))
    server = create_server(app.server, host="127.0.0.1", port=0)
    threading.Thread(target=server.run, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        page = browser.new_page(viewport=_SIZE, reduced_motion="reduce")  # type: ignore[arg-type] # its TypedDict
        page.goto(f"http://127.0.0.1:{server.effective_port}{_SHOWN}")
        page.locator("#as-of").wait_for()
        picture = page.screenshot()
        browser.close()
    return picture


def main() -> None:
    """Tell the story in a store that is thrown away, and keep the picture."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    with TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "demo.db", now=now)
        run_demo(store, "me", now)
        PICTURE.write_bytes(draw(store))


if __name__ == "__main__":
    main()
