"""Measure the network in a real Chromium: 1 k, 5 k and 20 k people with 3 relationships each, nearly all inside groups.

`python -m benchmarks.bench_network [PEOPLE ...]`. A time until something is drawn is taken in the page: from the start
of the navigation, in a new browser context, to the second frame after the first whole painting. The empty page is that
of an empty store from a server of the same program, opened right before: the same frame and scripts, and nothing of
anybody. dash-cytoscape is compared by what each takes beyond an empty page of its own. While the camera moves, pointer
and wheel events are sent to the canvas one a frame, and counted are the frames that were painted. A filter has settled
when the last change to the canvas, the list and the counts is two frames old.
"""

import gzip
import json
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.client import HTTPResponse
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from unittest.mock import patch
from urllib.request import Request, urlopen

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.figures import Figure, short, take_median
from benchmarks.stores import call, write_network
from dashboard.service.desk import Desk
from graph.network.communities import load_networkit
from graph.stores import open_store
from tests.web.browser import ARGUMENTS, find_chromium
from tests.web.serving import Servers

MOST_BEYOND_EMPTY = {1_000: 0.3, 5_000: 0.5, 20_000: 1.1}  # seconds
MOST_TO_SETTLE = {5_000: 150.0, 20_000: 400.0}  # milliseconds
LEAST_FRAMES, LEAST_RATIO = 50.0, 10.0
COMPARED = 5_000
RUNS = 5
_LINKS_EACH = 3
_PAUSE = 0.5  # seconds in which a browser lets go of a page
_DRAWN = "#drawing[data-drawn]"
_WATCH = Path(__file__).with_name("watch.js").read_text(encoding="utf-8")
_CYTOSCAPE = (sys.executable, "-m", "benchmarks.cytoscape_page")


def run(*people: int) -> Iterator[Figure]:
    """Draw networks of several sizes in the browser."""
    with TemporaryDirectory() as work, ExitStack() as held:
        serve = held.enter_context(closing(Servers(Path(work))))
        playwright = held.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        empty = serve(Path(work) / "empty.db").url
        for many in people or MOST_BEYOND_EMPTY:
            yield from _look(Path(work), serve, browser, empty, many)


def _look(folder: Path, serve: Servers, browser: Browser, empty: str, people: int) -> Iterator[Figure]:
    store, size = folder / f"{people}.db", f"{short(people)} people"
    lines = folder / "network.jsonl"
    me = write_network(lines, people, _LINKS_EACH * people)
    call(store, "me", me)
    call(store, "ingest", "jsonl", str(lines), "--quiet")
    yield from _make(store, size)
    serving = serve(store)
    graph = _fetch_made(serving.url)
    yield Figure(what=f"sent, {size}", value=len(graph) / 1000, unit="kB")
    yield from _ask(serving.url, me, size)
    network = f"{serving.url}/network"
    taken = _draw(browser, {"empty": (empty, "#page h1"), "network": (network, _DRAWN)})
    what = f"network drawn beyond the empty page, {size}"
    figure = take_median(what, _beyond(taken), "s", MOST_BEYOND_EMPTY.get(people))
    yield replace(figure, note=f"{figure.note}; in all {median(taken['network']):.2f} s")
    if people == COMPARED:
        peers = _draw_peer(folder, serve, browser, graph)
        theirs = median(_beyond(peers))
        what, ratio = f"dash-cytoscape's time to draw / ours, {size}", theirs / figure.value
        note = f"beyond an empty page {theirs:.2f} s; in all {median(peers['network']):.2f} s"
        yield Figure(what=what, value=ratio, unit="×", bar=LEAST_RATIO, at_least=True, note=note)
    page = _open(browser, network, _DRAWN)
    page.evaluate("window.drawn")
    frames = LEAST_FRAMES if people in MOST_TO_SETTLE else None
    for how in ("pan", "zoom"):
        painted = [page.evaluate("(how) => move(how)", how) for _ in range(RUNS)]
        yield take_median(f"{how}, {size}", painted, "frames/s", frames, at_least=True)
    settled = [_filter(page) for _ in range(RUNS)]
    yield take_median(f"a filter settled, {size}", settled, "ms", MOST_TO_SETTLE.get(people))
    page.context.close()


def _draw_peer(folder: Path, serve: Servers, browser: Browser, graph: bytes) -> dict[str, list[float]]:
    """Draw the same network in dash-cytoscape, and an empty page of its own.

    In a round of its own: the page that follows a large one of dash-cytoscape's takes longer.
    """
    data = folder / "graph.json"
    data.write_bytes(gzip.decompress(graph))
    peer = serve.start([*_CYTOSCAPE, str(data)])
    taken = _draw(browser, {name: (f"{peer.url}/{name}/", _DRAWN) for name in ("empty", "network")})
    peer.stop()
    return taken


def _beyond(taken: dict[str, list[float]]) -> list[float]:
    """Give the seconds that each network took beyond the empty page before it."""
    return [drawn - bare for drawn, bare in zip(taken["network"], taken["empty"], strict=True)]


def _make(store: Path, size: str) -> Iterator[Figure]:
    """Time the making of the network in this process, with the libraries that are there."""
    kits = {"networkx": {"networkit": None}} | ({"NetworKit": {}} if load_networkit() else {})
    for name, hidden in kits.items():
        load_networkit.cache_clear()
        with patch.dict(sys.modules, hidden), closing(open_store(store, now=_now())) as opened:
            desk = Desk(store=opened, profile="me", clock=_now)
            began = time.perf_counter()
            while desk.maps.network(desk.standing()) is None:
                pass
            taken = time.perf_counter() - began
        yield Figure(what=f"network made in the background with {name}, {size}", value=taken, unit="s")


def _ask(url: str, me: str, size: str) -> Iterator[Figure]:
    """Time what the server takes for data: as they were sent before, and for days that nobody asked for."""
    days = [(_now() - timedelta(days=30 * (1 + number))).date() for number in range(RUNS)]
    for what, queries in (
        ("/graph.json again", [""] * RUNS),
        ("/graph.json as of a new day, for the time slider", [f"?asof={day}&only=view" for day in days]),
        ("/graph.json around me, as of a new day", [f"?asof={day}&around={me}" for day in days]),
    ):
        taken = []
        for query in queries:
            began = time.perf_counter()
            _fetch(url, query)
            taken.append((time.perf_counter() - began) * 1000)
        yield take_median(f"{what}, {size}", taken)


def _fetch_made(url: str) -> bytes:
    while (body := _fetch(url)) is None:
        pass  # the server waits a while before it says so
    return body


def _fetch(url: str, query: str = "") -> bytes | None:
    """Fetch the data as a browser does; None while they are made."""
    asked = Request(f"{url}/graph.json{query}", headers={"Accept-Encoding": "gzip"})  # noqa: S310 # our own server
    response: HTTPResponse
    with urlopen(asked) as response:  # noqa: S310
        return response.read() if response.status == 200 else None


def _draw(browser: Browser, pages: dict[str, tuple[str, str]]) -> dict[str, list[float]]:
    """Open pages by turns, each in a new context; give the seconds until each is drawn, without the first."""
    taken: dict[str, list[float]] = {name: [] for name in pages}
    for _ in range(RUNS + 1):
        for name, (url, drawn) in pages.items():
            page = _open(browser, url, drawn)
            taken[name].append(page.evaluate("window.drawn"))
            page.context.close()
            time.sleep(_PAUSE)
    return {name: each[1:] for name, each in taken.items()}


def _open(browser: Browser, url: str, drawn: str) -> Page:
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.add_init_script(f"({_WATCH.strip()})({json.dumps(drawn)})")
    page.goto(url)
    return page


def _filter(page: Page) -> float:
    """Click on the first kind; give the milliseconds until the canvas and the list show it."""
    page.evaluate("settle()")
    page.locator("#rail [data-filter=kinds]").first.click()
    taken: float = page.evaluate("window.settled")
    return taken


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    for figure in run(*(int(word) for word in sys.argv[1:])):
        print(figure)
