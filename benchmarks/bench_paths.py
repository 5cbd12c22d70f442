"""Measure the search for contact paths: speed, exactness, size, growth, and what other libraries need for the same.

`python -m benchmarks.bench_paths [--sizes 10k 100k 1m]`. A question is timed as the best of several runs, because
another process on the machine can only ever add to a time; p95 is taken over the questions. Half of the questions are
about random pairs, a quarter about two hubs (the most connected one in a thousand, at least 20 people), a quarter
about one of each. All of it runs in memory; the plot of the growth goes to benchmarks/out.
"""

import argparse
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.figures import Figure
from benchmarks.generator import GeneratedTies, generate_ties
from benchmarks.paths_growth import fit_slope, plot_growth
from benchmarks.paths_peers import PEERS, RUNS, Peer, Reply, ask_peer, strengths_of
from benchmarks.paths_second import Acquaintance, Valued, acquaint, search_best_first, search_exhaustively
from graph.paths.arrays import TieArrays, build_tie_arrays
from graph.paths.search import find_paths

K = 10
QUESTIONS = 100
CHECKED = 50
SEED = 7
PLOT = Path(__file__).resolve().parent / "out" / "paths_growth.png"

Question = tuple[int, int]
OtherSearch = Callable[[Acquaintance, int, int, int], list[Valued]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """One size of graph, and what is asked of it.

    Attributes:
        bar: Milliseconds that p95 may take; None where only the growth is of interest.
        other: The independent search to compare with, and what it is.
        faster: How many times faster than the fastest correct peer; None where no peer is asked.
        asked: How many questions a peer gets.
        limit: Seconds that a peer may take for one.
    """

    name: str
    people: int
    pairs: int
    bar: float | None = None
    other: tuple[OtherSearch, str] | None = None
    faster: float | None = None
    asked: int = 0
    limit: float = 0.0


SIZES = {
    "10k": Size(
        name="10 k people / 100 k ties",
        people=10_000,
        pairs=100_000,
        bar=2.0,
        other=(search_exhaustively, "an exhaustive search"),
        faster=1.0,
        asked=24,
        limit=3.0,
    ),
    "30k": Size(name="30 k people / 400 k ties", people=30_000, pairs=400_000),
    "100k": Size(
        name="100 k people / 2 M ties",
        people=100_000,
        pairs=2_000_000,
        bar=10.0,
        other=(search_best_first, "a second implementation"),
        faster=20.0,
        asked=12,
        limit=3.0,
    ),
    "300k": Size(name="300 k people / 6 M ties", people=300_000, pairs=6_000_000),
    "1m": Size(name="1 M people / 20 M ties", people=1_000_000, pairs=20_000_000, bar=75.0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Milliseconds of each question, and which of them are about two hubs."""

    each: NDArray[np.float64]
    hubs: NDArray[np.bool_]

    @property
    def p95(self) -> float:
        """Give the time that 95 of 100 questions stay below."""
        return float(np.quantile(self.each, 0.95))

    @property
    def median(self) -> float:
        """Give the time that half of the questions stay below."""
        return float(np.median(self.each))


def run(sizes: Sequence[str] = tuple(SIZES)) -> Iterator[Figure]:
    """Measure the given sizes; the growth is fitted where there are at least three."""
    grown: list[tuple[int, Times]] = []
    for size in (SIZES[name] for name in sizes):
        ties = generate_ties(size.people, size.pairs, SEED)
        arrays = build_tie_arrays(ties.size, ties.source, ties.target, ties.strength)
        questions = draw_questions(arrays)
        times = time_questions(arrays, questions)
        grown.append((size.pairs, times))
        yield from _tell_speed(size, arrays, times)
        if size.other:
            yield _compare(size, ties, arrays, questions[:CHECKED])
        if size.faster:
            yield from _race(size, ties, arrays, questions[: size.asked])
        if size.name == SIZES["100k"].name:
            yield _measure_tied(size, ties)
    if len(grown) > 2:
        yield from _tell_growth(grown)


def draw_questions(arrays: TieArrays, count: int = QUESTIONS) -> list[Question]:
    """Draw pairs of people in a fixed turn: random, two hubs, random, one of each."""
    rng = np.random.default_rng(SEED)
    degree = np.diff(arrays.outgoing.ptr) + np.diff(arrays.incoming.ptr)
    hubs = np.argsort(-degree, kind="stable")[: max(20, arrays.size // 1000)]
    anybody = np.arange(arrays.size)
    turns = ((anybody, anybody), (hubs, hubs), (anybody, anybody), (hubs, anybody), (anybody, anybody),
             (hubs, hubs), (anybody, anybody), (anybody, hubs))  # fmt: skip
    questions: list[Question] = []
    while len(questions) < count:
        sources, targets = turns[len(questions) % len(turns)]
        source, target = int(rng.choice(sources)), int(rng.choice(targets))
        if source != target:
            questions.append((source, target))
    return questions


def time_questions(arrays: TieArrays, questions: Sequence[Question], runs: int = RUNS) -> Times:
    """Time each question alone, the best of several runs over all of them."""
    seconds = np.empty((runs, len(questions)))
    for at in np.ndindex(runs, len(questions)):
        source, target = questions[at[1]]
        start = time.perf_counter()
        find_paths(arrays, source, [target], k=K)
        seconds[at] = time.perf_counter() - start
    hubs = np.arange(len(questions)) % 4 == 1
    return Times(each=seconds.min(axis=0) * 1e3, hubs=hubs)


def _tell_speed(size: Size, arrays: TieArrays, times: Times) -> Iterator[Figure]:
    hub = float(np.quantile(times.each[times.hubs], 0.95))
    note = f"median {times.median:.2f}, two hubs p95 {hub:.2f}, worst {times.each.max():.2f} ms; {len(times.each)} asks"
    yield Figure(what=f"search, {size.name}, p95", value=times.p95, unit="ms", bar=size.bar, note=note)
    held = sum(getattr(arrays, each.name).nbytes for each in fields(arrays))
    yield Figure(what=f"search arrays, {size.name}", value=held / size.pairs, unit="bytes a pair", bar=18.0)


def _compare(size: Size, ties: GeneratedTies, arrays: TieArrays, questions: Sequence[Question]) -> Figure:
    """Compare all ten answers with those of an independent search."""
    assert size.other is not None
    search, called = size.other
    known = acquaint(ties)
    equal = sum(answer(arrays, question) == search(known, *question, K) for question in questions)
    what = f"all {K} answers equal to {called}, {size.name}"
    return Figure(what=what, value=equal, unit=f"of {len(questions)}", bar=len(questions), at_least=True)


def answer(arrays: TieArrays, question: Question) -> list[Valued]:
    """Ask our own search."""
    source, target = question
    return [(path.nodes, path.value) for path in find_paths(arrays, source, [target], k=K)]


def _race(size: Size, ties: GeneratedTies, arrays: TieArrays, questions: Sequence[Question]) -> Iterator[Figure]:
    """Ask every peer the same questions; of those that are right wherever they finish, the fastest counts."""
    strengths = strengths_of(ties)
    right = [answer(arrays, question) for question in questions]
    medians: dict[str, float] = {}
    for peer in PEERS:
        replies = list(ask_peer(peer, ties, strengths, questions, K, size.limit))
        figure, correct = _tell_peer(size, peer, replies, right)
        if correct:
            medians[peer.name] = figure.value
        yield figure
    fastest = min(medians, key=lambda name: medians[name])
    ours = time_questions(arrays, questions).median
    yield Figure(
        what=f"times faster than the fastest correct peer, {size.name}",
        value=medians[fastest] / ours,
        unit="times",
        bar=size.faster,
        at_least=True,
        note=f"medians of the same {len(questions)} asks: {fastest} {medians[fastest]:.2f} ms, ours {ours:.2f} ms",
    )


def _tell_peer(size: Size, peer: Peer, replies: Sequence[Reply], right: Sequence[list[Valued]]) -> tuple[Figure, bool]:
    finished = [(reply.best, best) for reply, best in zip(replies, right, strict=True) if reply.best is not None]
    equal = sum(theirs == ours for theirs, ours in finished)
    stopped = sorted({reply.why for reply in replies if reply.best is None})
    listing = float(np.median([reply.listing for reply in replies])) * 1e3
    note = f"right in {equal} of {len(finished)}; the library's own call {listing:.2f} ms"
    if stopped:
        note += f"; {len(replies) - len(finished)} of {len(replies)} {', '.join(stopped)}, counted with that time"
    median = float(np.median([reply.seconds for reply in replies])) * 1e3
    figure = Figure(what=f"{peer.name}, {size.name}, median", value=median, unit="ms", note=note)
    return figure, bool(finished) and equal == len(finished)


def _measure_tied(size: Size, ties: GeneratedTies) -> Figure:
    """Time hubs where every strength is the same, so that the order of nodes alone decides."""
    tied = replace(ties, strength=np.full(ties.strength.size, 0.5, dtype=np.float32))
    arrays = build_tie_arrays(tied.size, tied.source, tied.target, tied.strength)
    times = time_questions(arrays, draw_questions(arrays))
    what = f"search, {size.name}, every strength 0.5, p95"
    return Figure(what=what, value=times.p95, unit="ms", note=f"worst {times.each.max():.2f} ms")


def _tell_growth(grown: Sequence[tuple[int, Times]]) -> Iterator[Figure]:
    pairs = [size for size, _ in grown]
    series = {"p95": [times.p95 for _, times in grown], "median": [times.median for _, times in grown]}
    plot_growth(PLOT, "Search for the 10 best paths", "ordered pairs", "milliseconds", pairs, series)
    for name, values in series.items():
        note = "least-squares slope of log time over log pairs: 1 is linear"
        note += f"; plotted in {PLOT.parent.name}/{PLOT.name}" if name == "p95" else ""
        what = f"search, growth of the {name} from {pairs[0]:,} to {pairs[-1]:,} ties"
        yield Figure(what=what, value=fit_slope(pairs, values), unit="slope", bar=1.0, note=note)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print each figure as it comes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="+", choices=SIZES, default=list(SIZES), help="which graphs to measure on")
    _print_figures(run(parser.parse_args(arguments).sizes))


def _print_figures(figures: Iterable[Figure]) -> None:
    words = {None: "", True: "met", False: "MISSED"}
    for one in figures:
        bar = "" if one.bar is None else f"({'≥' if one.at_least else '≤'} {one.bar:g}) "
        print(f"{one.what}: {one.value:.4g} {one.unit} {bar}{words[one.met]}  {one.note}".rstrip(), flush=True)


if __name__ == "__main__":
    main()
