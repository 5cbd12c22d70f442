"""Measure `intrograph ask` as a cold process: 100 k people, 2 M ties, in a store of its own.

`python -m benchmarks.bench_ask [PEOPLE TIES]`. Each ask is a new process; its time and its peak memory are those that
the operating system counts for that process alone.
"""

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.figures import Figure
from benchmarks.generator import account_json, generate_ties

PEOPLE, TIES = 100_000, 2_000_000
ASKS = 12
MOST_SECONDS, MOST_MEGABYTES = 1.0, 400.0
_CHUNK = 50_000
_DAYS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """One process: how long it took, its peak memory in MB, what it printed."""

    seconds: float
    megabytes: float
    output: bytes


def run(people: int = PEOPLE, ties: int = TIES) -> Iterator[Figure]:
    """Bring a graph in, ask cold, bring 100 rows in, ask again."""
    size = f"{people // 1000:,} k people / {ties / 1e6:g} M ties"
    with TemporaryDirectory() as work:
        folder = Path(work)
        store, me, targets = folder / "people.db", *_write(folder / "graph.jsonl", people, ties)
        _call(store, "me", me)
        brought = _call(store, "ingest", "jsonl", str(folder / "graph.jsonl"), "--quiet")
        yield Figure(what=f"ingest, {size}", value=ties / brought.seconds / 1000, unit="k/s")
        yield from _ask(store, targets, f"ask, cold process, {size}", MOST_SECONDS, MOST_MEGABYTES)
        few = folder / "few.jsonl"
        few.write_text("".join(_line(ties + number, number, number + 1, 1) for number in range(100)), encoding="utf-8")
        more = _call(store, "ingest", "jsonl", str(few), "--quiet")
        yield Figure(what="ingest of 100 rows into it", value=more.seconds, unit="s")
        yield from _ask(store, targets, "ask, cold process, after these 100 rows")
        later = _call(store, "ask", targets[0], "--as-of", "2025-06-01", "--json")
        yield Figure(what="ask as of an earlier day, no snapshot", value=later.seconds, unit="s")


def _ask(
    store: Path, targets: list[str], what: str, seconds: float | None = None, megabytes: float | None = None
) -> Iterator[Figure]:
    calls = [_call(store, "ask", target, "--json") for target in targets]
    times = sorted(call.seconds for call in calls)
    note = f"worst {times[-1]:.2f} s of {len(times)}"
    yield Figure(what=what, value=median(times), unit="s", bar=seconds, note=note)
    peak = max(call.megabytes for call in calls)
    yield Figure(what=f"{what}, peak memory", value=peak, unit="MB", bar=megabytes)


def _write(path: Path, people: int, ties: int) -> tuple[str, list[str]]:
    """Write one act for each ordered pair of a generated graph; give who asks, and for whom: the hub and others."""
    graph = generate_ties(people, ties)
    degree = np.bincount(graph.source, minlength=people)
    by_degree = np.argsort(-degree)
    rng = np.random.default_rng(7)
    order = rng.permutation(len(graph.source))
    days = rng.integers(1, _DAYS, len(order))
    with path.open("w", encoding="utf-8") as file:
        for start in range(0, len(order), _CHUNK):
            part = order[start : start + _CHUNK]
            columns = (graph.source[part], graph.target[part], days[part])
            rows = zip(*(column.tolist() for column in columns), strict=True)
            file.write("".join([_line(start + place, *row) for place, row in enumerate(rows)]))
    asked = [int(by_degree[1]), *rng.choice(by_degree[: people // 2], ASKS - 1, replace=False).tolist()]
    return _id(int(by_degree[people // 100])), [_id(person) for person in asked]


def _id(person: int) -> str:
    return f"x:{person + 1_000_000}"


def _line(number: int, source: int, target: int, days_ago: int) -> str:
    at = (datetime.now(UTC) - timedelta(days=days_ago)).isoformat(timespec="seconds")
    return (
        f'{{"id":"b{number}","kind":"message","at":"{at}","actor":{account_json(source)}}},'
        f'"to":[{account_json(target)}}}],"source":"generated"}}\n'
    )


def _call(store: Path, *words: str) -> _Call:
    """Run the command line in a process of its own.

    Raises:
        RuntimeError: If it fails.
    """
    program = [sys.executable, "-c", "from dashboard.cli import main; main()", "--store", str(store), *words]
    read, write = os.pipe()
    began = time.perf_counter()
    process = os.posix_spawn(sys.executable, program, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, write, 1)])
    os.close(write)
    with open(read, "rb") as pipe:  # noqa: PTH123 - a pipe has no path
        output = pipe.read()
    _, status, usage = os.wait4(process, 0)
    seconds = time.perf_counter() - began
    if status:
        raise RuntimeError(f"{' '.join(words)} ended with {os.waitstatus_to_exitcode(status)}: {output[:500]!r}")
    return _Call(seconds=seconds, megabytes=usage.ru_maxrss / 1024, output=output)


if __name__ == "__main__":
    for figure in run(*(int(word) for word in sys.argv[1:])):
        print(figure)
