"""The page for many: several processes answer over one store, and nobody notices which."""

import os
import shutil
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import requests
from playwright.sync_api import expect

from tests.web.asker import Asker
from tests.web.conftest import OpenPage
from tests.web.serving import Servers, Serving
from tests.web.test_bringing import choose, mails, row

ASKED = ("Marta Quill", "Steve Strauss", "Noor Haddad", "Sana Rydell", "Olu Farrow")
NOOR = "forum:noor-haddad"


def workers_of(server: Serving) -> list[int]:
    pid = server.process.pid
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def test_fifty_ask_at_once_while_one_brings_in(
    serve: Servers, tmp_path: Path, demo_store: Path, open_page: OpenPage
) -> None:
    store, mbox = tmp_path / "demo.db", tmp_path / "mail.mbox"
    shutil.copy(demo_store, store)
    mbox.write_text("".join(mails(4_000)), encoding="utf-8")
    server = serve(store, "--workers", "3")
    page = open_page(server.url)
    page.goto("/bring-in")
    choose(page, mbox)
    start = Barrier(50)

    def ask(number: int) -> str:
        asker = Asker(server.url, anew=True)
        start.wait()
        return asker.ask(f"?to={ASKED[number % len(ASKED)]}")

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(ask, range(50)))
    assert [one[:600] for one in answers if "path-card" not in one] == []
    expect(row(page, "mail.mbox").locator(".counted")).to_contain_text("6,000 new", timeout=60_000)


def test_what_one_changes_all_show_and_who_dies_is_replaced(serve: Servers, tmp_path: Path, demo_store: Path) -> None:
    store = tmp_path / "demo.db"
    shutil.copy(demo_store, store)
    server = serve(store, "--workers", "3")
    askers = [Asker(server.url, anew=True) for _ in range(4)]
    for asker, (do, shown) in zip(askers, (("protect", True), ("unprotect", False)), strict=False):
        asker.act(do=do, person=NOOR)
        pages = [one.ask("", f"/person/{NOOR}") for one in askers]
        assert {'"Protected"' in one for one in pages} == {shown}
    first, *_ = workers_of(server)
    os.kill(first, signal.SIGKILL)
    until = time.monotonic() + 20
    while first in workers_of(server) or len(workers_of(server)) < 3:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert [requests.get(f"{server.url}/health", timeout=30).status_code for _ in range(6)] == [200] * 6
    assert server.stop(signal.SIGTERM) == 0
