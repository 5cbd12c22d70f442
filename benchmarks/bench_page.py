"""Measure the page in a real Chromium, over 100 k people and 2 M ties, and its search over 1 M names.

`python -m benchmarks.bench_page [PEOPLE TIES NAMES]`. Times of the page are taken in it, from the key or the click to
the change of its elements.
"""

import random
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from msgspec.json import encode
from playwright.sync_api import Page, sync_playwright

from benchmarks.figures import Figure, short, take_median
from benchmarks.generator import draw_accounts
from benchmarks.stores import act_line, call, write_graph
from dashboard.service.desk import Desk
from dashboard.service.lists import find_lists
from dashboard.web.people import suggestions
from graph.model import Account
from graph.stores import open_store
from tests.web.browser import ARGUMENTS, find_chromium
from tests.web.serving import Servers

PEOPLE, TIES, NAMES = 100_000, 2_000_000, 1_000_000
MOST_TO_WAYS, MOST_TO_EVIDENCE, MOST_TO_FOUND, MOST_MEGABYTES = 400.0, 150.0, 150.0, 600.0
TALKED = 2_000
CALLED = ("Ottoline Vreeswijk", "Ambrose Tkachuk", "Perpetua Nwachukwu", "Isidore Halvorsen", "Leocadia Brandt")
_FIRST_ASKED, _FRIEND = "Casimir Oyelaran", "Thessaly Quint"
_KEYS_APART = 60  # milliseconds
_EACH = 5
_NETWORK_WITHIN = 120_000  # milliseconds

_MEASURE = """
window.measure = (event, accepts, ready) => {
  window.measured = new Promise((done) => {
    const seen = (changes, observer) => {
      if (!ready()) return;
      observer.disconnect();
      done(performance.now() - window.began);
    };
    const begin = (given) => {
      if (!accepts(given)) return;
      document.removeEventListener(event, begin, true);
      window.began = performance.now();
      new MutationObserver(seen).observe(document, { childList: true, subtree: true, attributes: true });
    };
    document.addEventListener(event, begin, true);
  });
};
"""
_WATCH_ANSWER = """(name) => measure(
  "keydown",
  (given) => given.key === "Enter" && given.target.id === "ask",
  () => document.querySelector(".answer")?.dataset.asked === name
    && document.querySelector(".path-card")
    && [...document.querySelectorAll("#paths svg .step")].some((one) => one.dataset.to === name),
)"""
_WATCH_EVIDENCE = """([way, step]) => {
  const steps = [...document.querySelectorAll(`#paths .step[data-way="${way}"]`)];
  const wanted = step || Math.max(...steps.map((one) => one.dataset.step));
  const { to } = steps.find((one) => one.dataset.step == wanted).dataset;
  measure(
    "click",
    () => true,
    () => document.querySelector("#way p")?.textContent.startsWith(`Way ${way} `)
      && document.querySelector('#evidence [aria-pressed="true"]')?.dataset.step == wanted
      && document.querySelector("#evidence h3")?.textContent.includes(to),
  );
}"""


def run(people: int = PEOPLE, ties: int = TIES, names: int = NAMES) -> Iterator[Figure]:
    """Ask and look at evidence in the browser, then search a store of names in this process."""
    with TemporaryDirectory() as work:
        store = Path(work) / "people.db"
        make_store(Path(work), store, people, ties)
        yield from _look(Path(work), store, f"{short(people)} people / {short(ties)} ties")
    with TemporaryDirectory() as work:
        yield from _search(Path(work), names)


def make_store(folder: Path, store: Path, people: int, ties: int) -> str:
    """Bring a graph in, with names of their own for those who are asked for; I have talked a lot with one of them.

    Returns:
        My account.
    """
    me, targets = write_graph(folder / "graph.jsonl", people, ties)
    named = dict(zip((_FIRST_ASKED, _FRIEND, *CALLED), targets, strict=False))
    at = _now()
    talk = folder / "talk.jsonl"
    place, friend = (int(one.partition(":")[2]) - 1_000_000 for one in (me, named[_FRIEND]))
    with talk.open("w", encoding="utf-8") as file:
        for number in range(TALKED):
            pair = (place, friend) if number % 2 else (friend, place)
            file.write(act_line(ties + number, *pair, days_ago=1 + number // 5))
    accounts = (Account(id=id_, name=name, at=at) for name, id_ in named.items())
    _write_accounts(folder / "names.jsonl", accounts)
    call(store, "me", me)
    for file_ in ("graph.jsonl", "talk.jsonl", "names.jsonl"):
        call(store, "ingest", "jsonl", str(folder / file_), "--quiet")
    return me


def _look(folder: Path, store: Path, size: str) -> Iterator[Figure]:
    with closing(Servers(folder)) as serve, sync_playwright() as playwright:
        serving = serve(store)
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
        page.add_init_script(_MEASURE)
        page.goto(serving.url)
        first = _ask(page, _FIRST_ASKED)
        asks, cards, steps = [], [], []
        for name in CALLED:
            asks.append(_ask(page, name))
            cards.append(_choose(page, 2))
            steps.append(_choose(page, 2, 1))
        yield take_median(f"Enter → cards and paths, {size}", asks, bar=MOST_TO_WAYS)
        yield Figure(what="the same, first question to the server", value=first, unit="ms")
        yield take_median("click on a card → evidence", cards, bar=MOST_TO_EVIDENCE)
        yield take_median("click on a step → evidence", steps, bar=MOST_TO_EVIDENCE)
        _ask(page, _FRIEND)
        talk = [_choose(page, way) for way in (2, 1) * _EACH][1::2]
        yield take_median(f"click on a card → evidence of {TALKED:,} interactions", talk, bar=MOST_TO_EVIDENCE)
        yield from _peak(serving.process.pid, f"server's peak memory, {size}")
        page.goto(f"{serving.url}/network")
        page.wait_for_selector("#drawing[data-drawn]", state="attached", timeout=_NETWORK_WITHIN)
        browser.close()
        yield from _peak(serving.process.pid, f"the same with the network, {size}")


def _ask(page: Page, name: str) -> float:
    """Type a name and press Enter; give the milliseconds from then on to the answer."""
    page.locator("#ask").fill("")
    page.evaluate(_WATCH_ANSWER, name)
    page.locator("#ask").press_sequentially(name, delay=_KEYS_APART)
    page.keyboard.press("Enter")
    return _measured(page)


def _choose(page: Page, way: int, step: int | None = None) -> float:
    """Click on a card, or on a step of its way; give the milliseconds from then on to the evidence."""
    page.evaluate(_WATCH_EVIDENCE, [way, step])
    if step is None:
        page.locator(f'.path-card[data-rank="{way}"]').click()
    else:
        page.locator(f'#paths .step[data-way="{way}"][data-step="{step}"]').dispatch_event("click")
    return _measured(page)


def _measured(page: Page) -> float:
    taken: float = page.evaluate("window.measured")
    page.wait_for_load_state("networkidle")
    return taken


def _peak(process: int, what: str) -> Iterator[Figure]:
    """Give the peak memory of a process that runs, where the system is Linux, which tells it."""
    status = Path(f"/proc/{process}/status")
    if status.exists():
        kilobytes = int(status.read_text(encoding="utf-8").partition("VmHWM:")[2].split()[0])
        yield Figure(what=what, value=kilobytes / 1024, unit="MB", bar=MOST_MEGABYTES)


def _search(folder: Path, names: int) -> Iterator[Figure]:
    """Time the answers to what is typed, in this process."""
    _write_accounts(folder / "names.jsonl", draw_accounts(names))
    brought = call(folder / "names.db", "ingest", "jsonl", str(folder / "names.jsonl"), "--quiet")
    yield Figure(what=f"ingest of {short(names)} accounts", value=names / brought.seconds / 1000, unit="k/s")
    with closing(open_store(folder / "names.db", now=_now())) as store:
        desk = Desk(store=store, profile="me", clock=_now)
        first = _find(desk, "Yara")
        found = {text: _find(desk, text) for text in _typed(names)}
    worst = max(found, key=lambda text: found[text])
    what = f"search, {short(names)} names"
    note = f"worst {found[worst]:.0f} ms of {len(found)}: {worst!r}"
    yield Figure(what=what, value=median(found.values()), unit="ms", bar=MOST_TO_FOUND, note=note)
    yield Figure(what=f"{what}, the worst", value=found[worst], unit="ms", bar=MOST_TO_FOUND)
    yield Figure(what=f"{what}, the first of a process", value=first, unit="ms")


def _find(desk: Desk, text: str) -> float:
    began = time.perf_counter()
    suggestions(desk.search(text), desk.places(text), find_lists(desk.store, text))
    return (time.perf_counter() - began) * 1000


def _typed(names: int) -> list[str]:
    """Give what people type: beginnings, whole names, names with an error, common first names, where people work."""
    some = random.Random(3).sample(range(names), 6)
    held = dict(zip(range(names), islice(draw_accounts(names), max(some) + 1), strict=False))
    whole = [held[one].name or "" for one in some]
    begun = [f"{first} {last[:3]}" for first, _, last in (one.partition(" ") for one in whole)]
    short = [one.partition(" ")[2][:4] for one in whole[:4]]
    wrong = [one[:-3] + one[-2] + one[-3] + one[-1] for one in whole]
    work = [f"{held[some[0]].org}", "Harbour Led", f"{whole[1].partition(' ')[0]} {held[some[1]].org}", "foundry"]
    return list(dict.fromkeys([*whole, *begun, *short, *wrong, *work, "Ad", "Yara", "Zoe", "Björn"]))


def _write_accounts(path: Path, accounts: Iterable[Account]) -> None:
    with path.open("wb") as file:
        for one in accounts:
            at = one.at.isoformat() if one.at else None
            told = {"type": "account", "id": one.id, "handle": one.handle, "name": one.name, "org": one.org, "at": at}
            file.write(encode({field: value for field, value in told.items() if value}) + b"\n")


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    for figure in run(*(int(word) for word in sys.argv[1:])):
        print(figure)
