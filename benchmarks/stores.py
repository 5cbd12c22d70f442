"""Stores to measure with, made as a user makes them: by the command line, each call a process of its own."""

import os
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from benchmarks.generator import account_json, generate_ties

ASKED = 12
PROGRAM = (sys.executable, "-c", "from dashboard.cli.app import main; main()")
_CHUNK = 50_000
_DAYS = 400
_YEARS = 5 * 365
_INSIDE = 0.9
_KINDS = ("mention", "reply", "message", "comment", "meeting")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One process: how long it took, its peak memory in MB, what it printed."""

    seconds: float
    megabytes: float
    output: bytes


def call(store: Path, *words: str) -> Call:
    """Run the command line in a process of its own.

    Raises:
        RuntimeError: If it fails.
    """
    program = [*PROGRAM, "--store", str(store), *words]
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
    return Call(seconds=seconds, megabytes=usage.ru_maxrss / 1024, output=output)


def write_graph(path: Path, people: int, ties: int) -> tuple[str, list[str]]:
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
            file.write("".join([act_line(start + place, *row) for place, row in enumerate(rows)]))
    asked = [int(by_degree[1]), *rng.choice(by_degree[: people // 2], ASKED - 1, replace=False).tolist()]
    return account_id(int(by_degree[people // 100])), [account_id(person) for person in asked]


def account_id(person: int) -> str:
    """Give the account id of a generated person."""
    return f"x:{person + 1_000_000}"


def write_network(path: Path, people: int, links: int) -> str:
    """Write acts in both directions for each of some relationships, nearly all inside groups; give a hub that asks.

    A relationship has two acts or more (Pareto, 4 on average), the newest ones most often lately.
    """
    graph = generate_ties(people, 2 * links, inside=_INSIDE)
    pairs = np.unique(np.sort(np.stack((graph.source, graph.target)), axis=0), axis=1)
    rng = np.random.default_rng(7)
    pairs = pairs[:, rng.permutation(pairs.shape[1])[:links]]
    acts = np.minimum(2 + rng.pareto(1.2, links), 40).astype(np.int64)
    link = np.repeat(np.arange(links), acts)
    forth = np.arange(len(link)) % 2  # neighbours of a link alternate, so two acts go both ways
    source, target = pairs[forth, link], pairs[1 - forth, link]
    days = rng.exponential(_DAYS, len(link)).astype(np.int64) % _YEARS + 1
    kind = rng.integers(0, len(_KINDS), len(link))
    rows = zip(*(column.tolist() for column in (source, target, days, kind)), strict=True)
    with path.open("w", encoding="utf-8") as file:
        file.writelines(act_line(number, a, b, age, _KINDS[how]) for number, (a, b, age, how) in enumerate(rows))
    return account_id(int(np.bincount(pairs.ravel(), minlength=people).argmax()))


def act_line(number: int, source: int, target: int, days_ago: int, kind: str = "message") -> str:
    """Write one act of a generated person towards another."""
    at = (datetime.now(UTC) - timedelta(days=days_ago)).isoformat(timespec="seconds")
    return (
        f'{{"id":"b{number}","kind":"{kind}","at":"{at}","actor":{account_json(source)}}},'
        f'"to":[{account_json(target)}}}],"source":"generated"}}\n'
    )
