"""Measure the page for many, over 100 k people and 2 M ties: 50 ask at once, and some while 1 M interactions come in.

`python -m benchmarks.bench_server [PEOPLE TIES ACTS]`. Each asker is a client of its own that sends what the page
sends, for somebody whom nobody asked for before, and waits for the whole answer; all share the machine with the server.
"""

import json
import re
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import cycle, islice
from pathlib import Path
from random import Random
from statistics import quantiles
from tempfile import TemporaryDirectory

from benchmarks.bench_page import PEOPLE, TIES, make_store
from benchmarks.figures import Figure, short
from benchmarks.stores import account_id, act_line, call
from tests.web.asker import Asker
from tests.web.serving import Servers

ASKERS, WORKERS, EACH, ACTS = 50, 4, 6, 1_000_000
MOST_MS, MOST_LATE_MS, MOST_MEGABYTES = 1_500.0, 1_000.0, 600.0
_FIRST = 100_000_000  # the number of the first act that comes in meanwhile
_THINKS = 10.0  # seconds from an answer to the next question of one person, on average


def run(people: int = PEOPLE, ties: int = TIES, acts: int = ACTS) -> Iterator[Figure]:
    """Ask from many clients, first all at one instant, then each as people do, then one by one while others come in."""
    size = f"{short(people)} people / {short(ties)} ties, {WORKERS} workers"
    with TemporaryDirectory() as work, closing(Servers(Path(work))) as serve:
        store = Path(work) / "people.db"
        me = make_store(Path(work), store, people, ties)
        serving = serve(store, "--workers", str(WORKERS))
        askers = [Asker(serving.url) for _ in range(ASKERS)]
        names = _draw(people, me)
        _all_at_once(askers, names)  # each worker reads the ties once
        burst = [took for _ in range(EACH) for took in _all_at_once(askers, names)]
        yield Figure(what=f"{ASKERS} ask at one instant, p95, {size}", value=_p95(burst), unit="ms", bar=MOST_MS)
        calm = _as_people_do(askers, names)
        yield Figure(what=f"the same, {_THINKS:.0f} s apart, p95", value=_p95(calm), unit="ms", bar=MOST_MS)
        late = list(_while_it_grows(Path(work), store, askers, names, people, acts))
        what = f"one asks while {short(acts)} interactions come in, p95"
        yield Figure(what=what, value=_p95(late), unit="ms", bar=MOST_LATE_MS)
        peak = max(_megabytes(pid) for pid in _children(serving.process.pid))
        yield Figure(what=f"a worker's peak memory, {size}", value=peak, unit="MB", bar=MOST_MEGABYTES)


def _ask(asker: Asker, name: str) -> float:
    """Ask for somebody; give the milliseconds until the answer is there."""
    began = time.perf_counter()
    answer = asker.ask(f"?to={name}")
    took = (time.perf_counter() - began) * 1000
    if "path-card" not in answer and "no-way" not in answer:
        raise RuntimeError(f"no answer for {name}: {answer[:300]}")
    return took


def _draw(people: int, me: str) -> Iterator[str]:
    """Name people but me, each once."""
    return (one for one in map(account_id, Random(11).sample(range(people), people)) if one != me)  # no secret


def _all_at_once(askers: Sequence[Asker], names: Iterator[str]) -> list[float]:
    start = threading.Barrier(len(askers))

    def ask(asker: Asker, name: str) -> float:
        start.wait()
        return _ask(asker, name)

    with ThreadPoolExecutor(len(askers)) as pool:
        return list(pool.map(ask, askers, islice(names, len(askers))))


def _as_people_do(askers: Sequence[Asker], names: Iterator[str]) -> list[float]:
    asked = [list(islice(names, EACH)) for _ in askers]

    def ask(number: int) -> list[float]:
        random, took = Random(number), []  # no secret
        for name in asked[number]:
            time.sleep(random.uniform(0, 2 * _THINKS))
            took.append(_ask(askers[number], name))
        return took

    with ThreadPoolExecutor(len(askers)) as pool:
        return [one for each in pool.map(ask, range(len(askers))) for one in each]


def _while_it_grows(
    work: Path, store: Path, askers: Sequence[Asker], names: Iterator[str], people: int, acts: int
) -> Iterator[float]:
    random = Random(12)  # no secret
    with (work / "more.jsonl").open("w", encoding="utf-8") as file:
        for number in range(acts):
            one, other = random.randrange(people), random.randrange(people)
            file.write(act_line(_FIRST + number, one, (other + (one == other)) % people, days_ago=1 + number % 300))
    ingest = threading.Thread(target=call, args=(store, "ingest", "jsonl", str(work / "more.jsonl"), "--quiet"))
    ingest.start()
    for asker in cycle(askers):
        if not ingest.is_alive():
            break
        yield _ask(asker, next(names))
        time.sleep(0.25)


def _p95(values: Sequence[float]) -> float:
    return quantiles(values, n=20)[-1]


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def _megabytes(pid: int) -> float:
    told = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(re.findall(r"VmHWM:\s+(\d+) kB", told)[0]) / 1024


if __name__ == "__main__":
    for figure in run(*map(int, sys.argv[1:4])):
        print(json.dumps({"what": figure.what, "value": figure.value}), flush=True)
