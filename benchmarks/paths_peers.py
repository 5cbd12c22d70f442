"""The same question asked of NetworkX, igraph and rustworkx, each question in a process that can be stopped.

None of them has a k-best search with a limit on steps, so each lists all simple paths of at most four steps, which are
then ranked; igraph's k shortest paths (Yen) is asked too, to see whether its ten are the right ones. The graph is built
once, outside the measured time; the process that answers is forked from the one that holds it. The best of several
runs counts, as it does for our own search.
"""

import gc
import resource
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from pathlib import Path
from typing import Any

import igraph
import networkx
import numpy as np
import rustworkx

from benchmarks.generator import GeneratedTies
from benchmarks.paths_second import Valued, rank

STEPS = 4
RUNS = 10
_PATIENCE = 0.5  # seconds for the runs of one question, of which the best counts
_ROOM = 6 << 30  # bytes that answering may take on top of the graph

Graph = Any  # each library has its own
Strengths = dict[int, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A library and the call that comes nearest to our question.

    Attributes:
        build: Makes its graph.
        paths: Lists candidate paths of a question: source, target, how many are wanted.
    """

    name: str
    build: Callable[[GeneratedTies], Graph]
    paths: Callable[[Graph, int, int, int], Iterable[Sequence[int]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a peer answered.

    Attributes:
        seconds: It took; the limit where it was stopped.
        listing: Seconds for the library's own call alone, without ranking.
        best: None where it did not finish.
    """

    seconds: float
    listing: float
    best: list[Valued] | None
    why: str = ""


def _networkx_graph(ties: GeneratedTies) -> Graph:
    graph: Graph = networkx.DiGraph()
    graph.add_edges_from(zip(ties.source.tolist(), ties.target.tolist(), strict=True))
    return graph


def _igraph_graph(ties: GeneratedTies) -> Graph:
    pairs = np.column_stack((ties.source, ties.target))
    graph = igraph.Graph(n=ties.size, edges=pairs, directed=True)
    graph.es["cost"] = -np.log(ties.strength.astype(np.float64))
    return graph


def _rustworkx_graph(ties: GeneratedTies) -> Graph:
    graph: Graph = rustworkx.PyDiGraph(multigraph=False)
    graph.add_nodes_from(range(ties.size))
    graph.add_edges_from_no_data(list(zip(ties.source.tolist(), ties.target.tolist(), strict=True)))
    return graph


PEERS = (
    Peer(
        name="NetworkX all_simple_paths",
        build=_networkx_graph,
        paths=lambda graph, source, target, _: networkx.all_simple_paths(graph, source, target, cutoff=STEPS),
    ),
    Peer(
        name="igraph get_all_simple_paths",
        build=_igraph_graph,
        paths=lambda graph, source, target, _: graph.get_all_simple_paths(source, to=target, maxlen=STEPS),
    ),
    Peer(
        name="igraph get_k_shortest_paths",
        build=_igraph_graph,
        paths=lambda graph, source, target, k: [
            path
            for path in graph.get_k_shortest_paths(source, target, k=k, weights="cost", output="vpath")
            if len(path) <= STEPS + 1
        ],
    ),
    Peer(
        name="rustworkx all_simple_paths",
        build=_rustworkx_graph,
        paths=lambda graph, source, target, _: rustworkx.all_simple_paths(graph, source, target, cutoff=STEPS + 1),
    ),
)


def strengths_of(ties: GeneratedTies) -> Strengths:
    """Give the strengths by source · size + target, for the ranking of what peers list."""
    keys = ties.source.astype(np.int64) * ties.size + ties.target
    return dict(zip(keys.tolist(), ties.strength.tolist(), strict=True))


def ask_peer(
    peer: Peer, ties: GeneratedTies, strengths: Strengths, questions: Sequence[tuple[int, int]], k: int, limit: float
) -> Iterator[Reply]:
    """Ask a peer all questions, each for at most `limit` seconds; yields the replies in order."""
    graph = peer.build(ties)
    gc.collect()
    gc.freeze()  # so that the collector of the forked process does not touch, and so copy, every page
    context = get_context("fork")
    asked = 0
    while asked < len(questions):
        ours, theirs = context.Pipe()
        arguments = (theirs, peer, graph, ties.size, strengths, questions[asked:], k)
        process = context.Process(target=_answer, args=arguments, daemon=True)
        process.start()
        theirs.close()
        for _ in questions[asked:]:
            reply = _await_reply(ours, process, limit)
            asked += 1
            yield reply
            if reply.best is None:
                break
        process.kill()
        process.join()
        ours.close()
    gc.unfreeze()


def _await_reply(connection: Connection, process: ForkProcess, limit: float) -> Reply:
    """Take the next reply.

    Raises:
        RuntimeError: Where the library refused the question or the process died: that says nothing of its speed.
    """
    if not connection.poll(limit):
        return Reply(seconds=limit, listing=limit, best=None, why=f"stopped after {limit:g} s")
    try:
        reply: Reply | Exception = connection.recv()
    except EOFError as error:
        process.join()
        raise RuntimeError(f"the peer's process died with exit code {process.exitcode}") from error
    if isinstance(reply, MemoryError):
        return Reply(seconds=limit, listing=limit, best=None, why=f"out of {_ROOM >> 30} GiB of memory")
    if isinstance(reply, Exception):
        raise RuntimeError(f"the peer could not answer: {reply!r}") from reply  # noqa: TRY004 # no wrong type is meant
    return reply


def _answer(
    connection: Connection,
    peer: Peer,
    graph: Graph,
    size: int,
    strengths: Strengths,
    questions: Sequence[tuple[int, int]],
    k: int,
) -> None:
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + _ROOM, resource.RLIM_INFINITY))
    try:
        for source, target in questions:
            replies = [_time_answer(peer, graph, size, strengths, source, target, k)]
            while len(replies) < RUNS and sum(reply.seconds for reply in replies) < _PATIENCE:
                replies.append(_time_answer(peer, graph, size, strengths, source, target, k))
            connection.send(min(replies, key=lambda reply: reply.seconds))
    except Exception as error:  # noqa: BLE001 # whatever it is, the parent tells it
        connection.send(error)


def _time_answer(peer: Peer, graph: Graph, size: int, strengths: Strengths, source: int, target: int, k: int) -> Reply:
    start = time.perf_counter()
    paths = list(peer.paths(graph, source, target, k))
    listed = time.perf_counter()
    best = rank(_valued(paths, size, strengths), k)
    return Reply(seconds=time.perf_counter() - start, listing=listed - start, best=best)


def _valued(paths: Iterable[Sequence[int]], size: int, strengths: Strengths) -> Iterator[Valued]:
    for path in paths:
        value = 1.0
        for a, b in pairwise(path):
            value *= strengths[a * size + b]
        yield tuple(path), value
