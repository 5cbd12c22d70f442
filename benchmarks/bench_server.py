"""Measure the page for many: 50 people who ask at once, over 100 k people and 2 M ties, and while others bring in.

`python -m benchmarks.bench_server [PEOPLE TIES]`. Each asker is a client of its own that sends what the page sends, and
waits for the whole answer; all of them share the machine with the server.
"""

import json
import re
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from random import Random
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Any

import requests

from benchmarks.bench_page import CALLED, PEOPLE, TIES, make_store
from benchmarks.figures import Figure, short
from tests.web.serving import Servers

ASKERS, WORKERS, EACH = 50, 4, 6
MOST_MS, MOST_MEGABYTES = 1_500.0, 600.0
_THINKS = 10.0  # seconds between two questions of one person, on average


class Asker:
    """Somebody with the page open."""

    def __init__(self, url: str) -> None:
        self._url, self._session = url, requests.Session()
        self._session.get(url, timeout=60).raise_for_status()
        self._session.headers.update({"Origin": url, "X-CSRFToken": str(self._session.cookies["_csrf_token"])})

    def ask(self, name: str) -> float:
        """Ask for somebody; give the milliseconds until the answer is there."""
        asking = {"pathname": "/", "search": f"?to={name}", "width": 600, "window": 1440, "turn": 2}
        told: dict[str, Any] = {
            "output": "..page.children...footer.children..",
            "outputs": [{"id": "page", "property": "children"}, {"id": "footer", "property": "children"}],
            "inputs": [{"id": "asking", "property": "data", "value": asking}],
            "changedPropIds": ["asking.data"],
        }
        began = time.perf_counter()
        answer = self._session.post(f"{self._url}/_dash-update-component", json=told, timeout=120)
        answer.raise_for_status()
        took = (time.perf_counter() - began) * 1000
        if "path-card" not in answer.text:
            raise RuntimeError(f"no ways to {name}: {answer.text[:300]}")
        return took


def run(people: int = PEOPLE, ties: int = TIES) -> Iterator[Figure]:
    """Ask from many clients at once, first all at one instant, then each as people do."""
    size = f"{short(people)} people / {short(ties)} ties, {WORKERS} workers"
    with TemporaryDirectory() as work, closing(Servers(Path(work))) as serve:
        store = Path(work) / "people.db"
        make_store(Path(work), store, people, ties)
        serving = serve(store, "--workers", str(WORKERS))
        askers = [Asker(serving.url) for _ in range(ASKERS)]
        _all_at_once(askers, 0)  # each worker reads the ties once
        burst = [took for turn in range(1, EACH) for took in _all_at_once(askers, turn)]
        yield Figure(what=f"{ASKERS} ask at one instant, p95, {size}", value=_p95(burst), unit="ms", bar=MOST_MS)
        calm = _as_people_do(askers)
        yield Figure(what=f"the same, each {_THINKS:.0f} s after the last", value=_p95(calm), unit="ms", bar=MOST_MS)
        peak = max(_megabytes(pid) for pid in _children(serving.process.pid))
        yield Figure(what=f"a worker's peak memory, {size}", value=peak, unit="MB", bar=MOST_MEGABYTES)


def _all_at_once(askers: Sequence[Asker], turn: int) -> list[float]:
    start = threading.Barrier(len(askers))

    def ask(number: int) -> float:
        start.wait()
        return askers[number].ask(CALLED[(number + turn) % len(CALLED)])

    with ThreadPoolExecutor(len(askers)) as pool:
        return list(pool.map(ask, range(len(askers))))


def _as_people_do(askers: Sequence[Asker]) -> list[float]:
    def ask(number: int) -> list[float]:
        random, took = Random(number), []  # no secret
        for turn in range(EACH):
            time.sleep(random.uniform(0, 2 * _THINKS))
            took.append(askers[number].ask(CALLED[(number + turn) % len(CALLED)]))
        return took

    with ThreadPoolExecutor(len(askers)) as pool:
        return [one for each in pool.map(ask, range(len(askers))) for one in each]


def _p95(values: Sequence[float]) -> float:
    return quantiles(values, n=20)[-1]


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def _megabytes(pid: int) -> float:
    told = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(re.findall(r"VmHWM:\s+(\d+) kB", told)[0]) / 1024


if __name__ == "__main__":
    for figure in run(*map(int, sys.argv[1:3])):
        print(json.dumps({"what": figure.what, "value": figure.value}), flush=True)
