"""Measure `intrograph ask` as a cold process: 100 k people, 2 M ties, in a store of its own.

`python -m benchmarks.bench_ask [PEOPLE TIES]`. Each ask is a new process; its time and its peak memory are those that
the operating system counts for that process alone.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.figures import Figure
from benchmarks.stores import act_line, call, write_graph

PEOPLE, TIES = 100_000, 2_000_000
MOST_SECONDS, MOST_MEGABYTES = 1.0, 400.0


def run(people: int = PEOPLE, ties: int = TIES) -> Iterator[Figure]:
    """Bring a graph in, ask cold, bring 100 rows in, ask again."""
    size = f"{people // 1000:,} k people / {ties / 1e6:g} M ties"
    with TemporaryDirectory() as work:
        folder = Path(work)
        store, me, targets = folder / "people.db", *write_graph(folder / "graph.jsonl", people, ties)
        call(store, "me", me)
        brought = call(store, "ingest", "jsonl", str(folder / "graph.jsonl"), "--quiet")
        yield Figure(what=f"ingest, {size}", value=ties / brought.seconds / 1000, unit="k/s")
        yield from _ask(store, targets, f"ask, cold process, {size}", MOST_SECONDS, MOST_MEGABYTES)
        few = folder / "few.jsonl"
        few.write_text(
            "".join(act_line(ties + number, number, number + 1, 1) for number in range(100)), encoding="utf-8"
        )
        more = call(store, "ingest", "jsonl", str(few), "--quiet")
        yield Figure(what="ingest of 100 rows into it", value=more.seconds, unit="s")
        yield from _ask(store, targets, "ask, cold process, after these 100 rows")
        later = call(store, "ask", targets[0], "--as-of", "2025-06-01", "--json")
        yield Figure(what="ask as of an earlier day, no snapshot", value=later.seconds, unit="s")


def _ask(
    store: Path, targets: list[str], what: str, seconds: float | None = None, megabytes: float | None = None
) -> Iterator[Figure]:
    calls = [call(store, "ask", target, "--json") for target in targets]
    times = sorted(one.seconds for one in calls)
    note = f"worst {times[-1]:.2f} s of {len(times)}"
    yield Figure(what=what, value=median(times), unit="s", bar=seconds, note=note)
    peak = max(one.megabytes for one in calls)
    yield Figure(what=f"{what}, peak memory", value=peak, unit="MB", bar=megabytes)


if __name__ == "__main__":
    for figure in run(*(int(word) for word in sys.argv[1:])):
        print(figure)
