"""Two other ways to the k best paths, to check the first by: an exhaustive one, and a best-first one.

Both are plain Python over dictionaries and share nothing with `graph.paths.search`, not even the arrays.
"""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from benchmarks.generator import GeneratedTies

Neighbours = dict[int, dict[int, float]]
Valued = tuple[tuple[int, ...], float]

_TOLERANCE = 2e-12  # two values further apart are told apart after rounding to 12 digits


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquaintance:
    """Whom each person can ask, and who can ask each person, with the strengths."""

    out: Neighbours
    into: Neighbours


def acquaint(ties: GeneratedTies) -> Acquaintance:
    """Turn arrays into dictionaries."""
    out: Neighbours = {}
    into: Neighbours = {}
    for a, b, strength in zip(ties.source.tolist(), ties.target.tolist(), ties.strength.tolist(), strict=True):
        out.setdefault(a, {})[b] = strength
        into.setdefault(b, {})[a] = strength
    return Acquaintance(out=out, into=into)


def rank(paths: Iterable[Valued], k: int) -> list[Valued]:
    """Choose the k best: value rounded to 12 digits falling, then fewer steps, then nodes."""
    rounded = ((nodes, round(value, 12)) for nodes, value in paths)
    return heapq.nsmallest(k, rounded, key=lambda path: (-path[1], len(path[0]), path[0]))


def search_exhaustively(known: Acquaintance, source: int, target: int, k: int) -> list[Valued]:
    """Visit every simple path of at most four steps, without any pruning, and rank them all."""
    return rank(_walk_all(known, (source,), 1.0, target), k)


def _walk_all(known: Acquaintance, nodes: tuple[int, ...], value: float, target: int) -> Iterator[Valued]:
    ahead = known.out.get(nodes[-1], {})
    if target in ahead:
        yield (*nodes, target), value * ahead[target]
    if len(nodes) == 3:  # the next is the last intermediate: only who knows the target need be tried
        last = known.into.get(target, {})
        for node in ahead.keys() & last.keys():
            if node not in nodes:
                yield (*nodes, node, target), value * ahead[node] * last[node]
        return
    for node, strength in ahead.items():
        if node != target and node not in nodes:
            yield from _walk_all(known, (*nodes, node), value * strength, target)


def search_best_first(known: Acquaintance, source: int, target: int, k: int) -> list[Valued]:
    """Always prolong the walk with the greatest bound; stop when no bound counts any more.

    The bound is the walk's product times the best that any walk from its end to the target can have in the steps that
    are left: computed backward from the target for one and two steps, and forward from those for three.
    """
    back = _look_back(known, target)
    waiting: list[tuple[float, tuple[int, ...], float]] = [
        (-strength * _look_ahead(known, node, back[2], target), (source, node), strength)
        for node, strength in known.out.get(source, {}).items()
    ]
    heapq.heapify(waiting)
    found: list[Valued] = []
    best: list[float] = []
    while waiting and (len(best) < k or -waiting[0][0] > best[-1] - _TOLERANCE):
        _, nodes, value = heapq.heappop(waiting)
        if nodes[-1] == target:
            found.append((nodes, value))
            best = heapq.nlargest(k, [*best, value])
            continue
        for node, strength in known.out.get(nodes[-1], {}).items():
            hope = back[4 - len(nodes)].get(node, 0.0)
            if hope and node not in nodes:
                heapq.heappush(waiting, (-value * strength * hope, (*nodes, node), value * strength))
    return rank(found, k)


def _look_back(known: Acquaintance, target: int) -> list[dict[int, float]]:
    """Give the best product of a walk to the target in at most no, one and two steps."""
    one = known.into.get(target, {})
    two = dict(one)
    for node, last in one.items():
        for other, strength in known.into.get(node, {}).items():
            two[other] = max(two.get(other, 0.0), strength * last)
    return [{target: 1.0}, one | {target: 1.0}, two | {target: 1.0}]


def _look_ahead(known: Acquaintance, node: int, two: dict[int, float], target: int) -> float:
    """Give the best product of a walk from a node to the target in at most three steps."""
    if node == target:
        return 1.0
    return max((strength * two.get(other, 0.0) for other, strength in known.out.get(node, {}).items()), default=0.0)
