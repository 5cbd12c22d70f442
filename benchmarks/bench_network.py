"""Measure what the server gives the canvas: `python -m benchmarks.bench_network [PEOPLE TIES ROUNDS]`.

Times are those of a client on the same machine, the answer read to its end. By default over 20 k people with some
60 k relationships and 240 k interactions; then the server's memory over 100 k people and 2 M ties.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.request import Request, urlopen

import numpy as np

from benchmarks.figures import Figure
from benchmarks.generator import generate_ties
from benchmarks.stores import account_id, act_line, call, write_graph
from tests.web.serving import Servers, Serving

PEOPLE, TIES, ROUNDS = 20_000, 110_000, 2
MANY_PEOPLE, MANY_TIES = 100_000, 2_000_000
MOST_TO_NETWORK, MOST_TO_VIEW, MOST_TO_NEIGHBOURHOOD, MOST_MEGABYTES = 50.0, 300.0, 100.0, 600.0
_EACH = 7
_DAYS = 400


def run(people: int = PEOPLE, ties: int = TIES, rounds: int = ROUNDS) -> Iterator[Figure]:
    """Ask a server for the network, for other days of it, and for neighbourhoods; then one over many ties."""
    with TemporaryDirectory() as work:
        me = _write(Path(work) / "graph.jsonl", people, ties, rounds)
        yield from _ask(Path(work), me, f"{people / 1000:g} k people / {ties * rounds / 1000:g} k interactions")
    with TemporaryDirectory() as work:
        me, _ = write_graph(Path(work) / "graph.jsonl", MANY_PEOPLE, MANY_TIES)
        yield from _ask(Path(work), me, f"{MANY_PEOPLE / 1000:g} k people / {MANY_TIES / 1e6:g} M ties", barred=False)


def _write(path: Path, people: int, ties: int, rounds: int) -> str:
    """Write some acts for each ordered pair of a generated graph; give who asks."""
    graph = generate_ties(people, ties)
    days = np.random.default_rng(7).integers(1, _DAYS, (rounds, ties)).tolist()
    with path.open("w", encoding="utf-8") as file:
        for number, ago in enumerate(days):
            pairs = enumerate(zip(graph.source.tolist(), graph.target.tolist(), ago, strict=True))
            file.write("".join([act_line(number * ties + place, *row) for place, row in pairs]))
    return account_id(int(np.argsort(-np.bincount(graph.source))[people // 100]))


def _ask(folder: Path, me: str, size: str, *, barred: bool = True) -> Iterator[Figure]:
    store = folder / "people.db"
    call(store, "me", me)
    call(store, "ingest", "jsonl", str(folder / "graph.jsonl"), "--quiet")
    with closing(Servers(folder)) as serve:
        serving = serve(store)
        began = time.perf_counter()
        while _get(serving)[1] == 202:
            time.sleep(0.1)
        yield Figure(what=f"network made, {size}", value=time.perf_counter() - began, unit="s")
        days = [(datetime.now(UTC) - timedelta(days=30 * ago)).date() for ago in range(1, _EACH + 1)]
        queries = {
            "network again": ([""] * _EACH, MOST_TO_NETWORK),
            "view of another day": ([f"?only=view&asof={day}" for day in days], MOST_TO_VIEW),
            "neighbourhood": ([f"?around={account_id(n * 97)}" for n in range(_EACH)], MOST_TO_NEIGHBOURHOOD),
            "neighbourhood, another day": ([f"?around={me}&asof={day}" for day in days], None),
        }
        for what, (asked, bar) in queries.items():
            taken = [_get(serving, one) for one in asked]
            times = [one[0] for one in taken]
            note = f"worst {max(times):.0f} of {len(times)}; {max(one[2] for one in taken) / 1000:.0f} kB"
            yield Figure(what=f"{what}, {size}", value=median(times), unit="ms", bar=bar if barred else None, note=note)
        yield from _memory(serving, size)


def _get(serving: Serving, query: str = "") -> tuple[float, int, int]:
    """Give the milliseconds to the end of the answer, its status, and its size as sent."""
    began = time.perf_counter()
    request = Request(f"{serving.url}/graph.json{query}", headers={"Accept-Encoding": "gzip"})  # noqa: S310 # our own
    with urlopen(request) as answer:  # noqa: S310 # our own
        sent = answer.read()
        return (time.perf_counter() - began) * 1000, answer.status, len(sent)


def _memory(serving: Serving, size: str) -> Iterator[Figure]:
    status = Path(f"/proc/{serving.process.pid}/status")
    if status.exists():
        kilobytes = int(status.read_text(encoding="utf-8").partition("VmHWM:")[2].split()[0])
        what = f"server's peak memory, {size}"
        yield Figure(what=what, value=kilobytes / 1024, unit="MB", bar=MOST_MEGABYTES)


if __name__ == "__main__":
    for figure in run(*(int(word) for word in sys.argv[1:])):
        print(figure)
