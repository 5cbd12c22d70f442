"""The k best contact paths between a source and targets: simple, of at most four steps, by product, exact.

The way: two steps forward, two back, meet in the middle. Lengths are searched from one to four steps; for each, walks
from the source are completed through ways to the targets, both pruned by an upper bound of what they can still become,
against what the ranking needs at that moment. For four steps, with f, g the strengths into and out of the middle b,

    value(s, a, b, c, t) = f(s, a) · f(a, b) · g(b, c) · g(c, t) ≤ f(s, a) · f(a, b) · max over c of g(b, c) · g(c, t),

so only those first halves are completed whose bound still counts, best bound first, and of their second halves only the
leading ones. Unlike with Yen's algorithm the limit on steps is part of the search, not a filter behind it.

Equally good paths: where very many tie (all strengths equal, or so small that they round alike), the order of nodes
decides. Everything is expanded in parts of bounded size, equal bounds in the order of nodes; once k are found, a tied
path whose first intermediate comes later needs more than they have, which ends the search. So memory stays bounded by
the parts, whatever the number of tied paths.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from types import MappingProxyType

import numpy as np

from graph.paths.arrays import Floats, Ids, Rows, TieArrays, leading_stops, least_rows, spread
from graph.paths.ranking import DIGITS, Ranking
from graph.paths.walks import NONE, Chosen, Crossing, Frontier, Legs, SearchMemory, Walks

MOST_STEPS = 4

_HANDFUL = 64  # nodes that are not worth a look before their ties are read
_FEW = 4096  # ties that are quicker read at once than bisected
_PART = 1 << 18  # ties that are read at once at most
_BLOCK = 1 << 14  # walks that are completed at once at most

Pins = tuple[int | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPath:
    """One path.

    Attributes:
        nodes: From source to target.
        value: Product of the strengths, the first one times its factor, left to right in float64, rounded to 12 digits.
    """

    nodes: tuple[int, ...]
    value: float


def find_paths(
    arrays: TieArrays,
    source: int,
    targets: Collection[int],
    *,
    k: int = 10,
    max_steps: int = MOST_STEPS,
    avoid: Collection[int] = (),
    via: Collection[int] = (),
    min_strength: float = 0.0,
    first: Mapping[int, float] = MappingProxyType({}),
) -> list[FoundPath]:
    """Find the k best simple paths from the source to any of the targets, exactly.

    Order: value falling, then fewer steps, then the tuple of nodes ascending. An intermediate may be another target;
    the source is never a target.

    Args:
        arrays: The ties; node ids are in the order of person ids.
        source: Where every path starts.
        targets: Where a path may end.
        k: How many paths at most.
        max_steps: From 1 to 4.
        avoid: Nodes that may not be intermediates; they may be the source or a target.
        via: Nodes that must all be intermediates.
        min_strength: What each step needs, whatever its factor; a float32 strength is compared as float64.
        first: A factor, above 0 and at most 1, of the step from the source to a node, where a path leads on from there.

    Raises:
        ValueError: For a node outside the arrays.
    """
    _check_nodes(arrays.size, source, targets, avoid, via, first)
    ranking = Ranking(size=k)
    ends = sorted(set(targets) - {source})
    impassable = [source, *avoid, *(ends if len(ends) == 1 else ())]  # an only target ends every path that meets it
    memory = SearchMemory(arrays.size, impassable)
    search = _Search(arrays, memory, ranking, source, np.array(ends, dtype=np.int64), min_strength)
    search.run(max_steps, frozenset(via), first)
    return [FoundPath(nodes=(int(source), *nodes), value=-falling) for falling, _, nodes in ranking.entries]


def _check_nodes(size: int, source: int, *groups: Collection[int]) -> None:
    for nodes in ((source,), *groups):
        for node in nodes:
            if not 0 <= node < size:
                raise ValueError(f"node {node} lies outside the arrays, whose nodes are 0 … {size - 1}")


class _Search:
    """One question: what its steps share."""

    def __init__(
        self, arrays: TieArrays, memory: SearchMemory, ranking: Ranking, source: int, targets: Ids, least: float
    ) -> None:
        self._out, self._into = arrays.outgoing, arrays.incoming
        self._memory = memory
        self._ranking = ranking
        self._least = np.float64(max(least, 0.0))  # not a Python float, which would be compared as float32
        self._first = self._first_steps(source)
        self._last, self._direct = self._last_steps(source, targets)

    def run(self, max_steps: int, via: frozenset[int], factors: Mapping[int, float]) -> None:
        """Search all lengths, the shortest first, as a ranking asks."""
        if self._memory.closed[list(via)].any():
            return
        for node, factor in factors.items():
            self._first.weights[self._first.nodes == node] *= factor
        if not via:
            self._ranking.offer((self._direct.nodes,), self._direct.weights)
        for steps, search in ((2, self._two), (3, self._three), (4, self._four)):
            if steps <= max_steps:
                for pins in _pinnings(via, steps - 1):
                    search(pins)

    def _first_steps(self, source: int) -> Frontier:
        ends, strengths = self._out.row(source)
        nodes, strength = ends.astype(np.int64), strengths.astype(np.float64)
        return Frontier(nodes=nodes, weights=strength).take(~self._memory.closed[nodes] & (strength >= self._least))

    def _last_steps(self, source: int, targets: Ids) -> tuple[Legs, Frontier]:
        """Read the targets' rows: the steps from intermediates, and those from the source itself."""
        which, found, strengths = self._into.rows(targets)
        enough = strengths >= self._least
        strength = strengths[enough].astype(np.float64)
        nodes, ends = found[enough].astype(np.int64), targets[which[enough]]
        direct = nodes == source
        passable = ~self._memory.closed[nodes]
        legs = Legs(nodes[passable], ends[passable], strength[passable], strength[passable])
        return legs, Frontier(nodes=ends[direct], weights=strength[direct])

    def _two(self, pins: Pins) -> None:
        first = self._first.only(pins[0])
        self._complete(Walks(columns=(first.nodes,), value=first.weights), [self._last])

    def _three(self, pins: Pins) -> None:
        for ties in self._between(self._first.only(pins[0]), self._last.frontier.only(pins[1]), 3, leads=True):
            self._complete(ties.walks(), [self._last])

    def _four(self, pins: Pins) -> None:
        """Read the cheaper half first, then of the other half only what meets it."""
        first, last = self._hopeful(self._first.only(pins[0]), self._last.frontier.only(pins[2]), 4)
        if not first.nodes.size:
            return
        if pins[1] is not None:
            middle = Frontier(nodes=np.array([pins[1]]), weights=np.array([last.weights.max()]))
            # all at once, at most one row, because what follows needs the memory's weights too
            for heads in list(self._between(first, middle, 4, leads=True)):
                self._meet_forward(heads, last)
        elif self._out.total(first.nodes) <= self._into.total(last.nodes):
            for heads in self._follow(first, self._out, None, last.weights.max(), 4, leads=True):
                self._meet_forward(heads, last)
        else:
            for tails in self._follow(last, self._into, None, first.weights.max(), 4):
                self._meet_backward(tails.turned(), first)

    def _meet_forward(self, heads: Crossing, last: Frontier) -> None:
        walks = heads.walks()
        for tails in self._between(walks.last(), last, 4, leads=False):
            self._complete(walks, [tails.legs(), self._last])

    def _meet_backward(self, tails: Crossing, first: Frontier) -> None:
        legs = tails.legs()
        for heads in self._between(first, legs.frontier, 4, leads=True):
            self._complete(heads.walks(), [legs, self._last])

    def _hopeful(self, left: Frontier, right: Frontier, steps: int) -> tuple[Frontier, Frontier]:
        """Drop the nodes of both sides that could not rank even with a perfect tie to the other side's best."""
        if not left.nodes.size or not right.nodes.size:
            return left.take(NONE), right.take(NONE)
        if left.nodes.size + right.nodes.size <= _HANDFUL:
            return left, right
        loose = self._ranking.floor(steps).loose
        tops = left.weights.max(), right.weights.max()
        return left.take(left.weights * tops[1] >= loose), right.take(right.weights * tops[0] >= loose)

    def _between(self, left: Frontier, right: Frontier, steps: int, *, leads: bool) -> Iterator[Crossing]:
        """Find the ties from one frontier to the other that may still be on a ranked path, by the cheaper side."""
        left, right = self._hopeful(left, right, steps)
        if not left.nodes.size:
            return
        if self._out.total(left.nodes) <= self._into.total(right.nodes):
            with self._memory.weighing(right) as weight:
                yield from self._follow(left, self._out, weight, right.weights.max(), steps, leads=leads)
        else:
            with self._memory.weighing(left) as weight:
                for ties in self._follow(right, self._into, weight, left.weights.max(), steps):
                    yield ties.turned()

    def _follow(
        self, near: Frontier, rows: Rows, weight: Floats | None, top: float, steps: int, *, leads: bool = False
    ) -> Iterator[Crossing]:
        """Follow the ties of a frontier, in parts of bounded size, as far as they may still be on a ranked path.

        The first part is small and the most promising: what it completes spares reading much of the others.

        Args:
            near: The nodes to start from.
            rows: Their ties, in or against walking direction.
            weight: Of each node at the other end, 0 where it is none; None weighs every open node with `top`.
            top: The greatest of these weights.
            steps: Of the paths that are searched.
            leads: Whether the followed nodes are first intermediates, whose ids decide between equally good paths.
        """
        most = _FEW
        while near.nodes.size:
            part, near, start, stop = self._next_part(near, rows, top, steps, most, leads=leads)
            most = min(8 * most, _PART)
            origin, position = spread(start, stop)
            far = rows.ends[position].astype(np.int64)
            strength = rows.strength[position].astype(np.float64)
            near_weight = part.weights[origin]
            far_weight = np.where(self._memory.closed[far], 0.0, top) if weight is None else weight[far]
            bound = near_weight * strength * far_weight
            kept = bound >= self._ranking.floor(steps).loose
            if self._least:
                kept &= strength >= self._least
            chosen = kept.nonzero()[0]
            if chosen.size:
                yield Crossing(
                    left=part.nodes[origin[chosen]], right=far[chosen], strength=strength[chosen],
                    left_weight=near_weight[chosen], right_weight=far_weight[chosen],
                )  # fmt: skip

    def _next_part(
        self, near: Frontier, rows: Rows, top: float, steps: int, most: int, *, leads: bool
    ) -> tuple[Frontier, Frontier, Ids, Ids]:
        """Split off the nodes to follow next and the leading spans of their rows; drop those that need no following.

        Returns:
            The nodes to follow, the others that are left, and the starts and stops of the former's spans.
        """
        start, stop = rows.spans(near.nodes)
        if (stop - start).sum() <= _FEW:
            return near, near.take(NONE), start, stop
        floor = self._ranking.floor(steps)
        needed = floor.of(near.nodes) if leads else floor.loose
        stop = leading_stops(rows.strength, start, stop, np.maximum(needed / (near.weights * top), self._least))
        followed = (start < stop).nonzero()[0]
        near, start, stop = near.take(followed), start[followed], stop[followed]
        if (stop - start).sum() <= most:
            return near, near.take(NONE), start, stop
        order = np.lexsort((near.nodes, -np.round(near.weights * rows.strength[start], DIGITS)))
        count = max(1, int((stop - start)[order].cumsum().searchsorted(most, side="right")))
        now, later = order[:count], order[count:]
        return near.take(now), near.take(later), start[now], stop[now]

    def _complete(self, walks: Walks, ways: Sequence[Legs]) -> None:
        """Complete walks through the given legs, in blocks, best bound first, and offer them to the ranking."""
        if not ways:
            self._ranking.offer(walks.columns, walks.value)
            return
        legs, *further = ways
        steps = len(walks.columns) + len(ways)
        left, slot = legs.find(walks.columns[-1])
        while left.size:
            floor = self._ranking.floor(steps)
            needed = floor.of(walks.columns[0][left])
            bound = walks.value[left] * legs.frontier.weights[slot]
            alive = (bound >= needed).nonzero()[0]
            left, slot, needed, bound = left[alive], slot[alive], needed[alive], bound[alive]
            if legs.single:
                self._complete(walks.prolong(left, legs.end[slot], legs.strength[slot]), further)
                return
            start, stop = legs.start[slot], legs.start[slot + 1]
            if (stop - start).sum() > _FEW:
                stop = leading_stops(legs.bound, start, stop, needed / walks.value[left])
            now, later = _next_block(walks, left, bound, stop - start)
            origin, leg = spread(start[now], stop[now])
            origin = left[now][origin]
            enough = walks.value[origin] * legs.bound[leg] >= floor.of(walks.columns[0][origin])
            origin, leg = origin[enough], leg[enough]
            self._complete(walks.prolong(origin, legs.end[leg], legs.strength[leg]), further)
            left, slot = left[later], slot[later]


def _next_block(walks: Walks, left: Ids, bound: Floats, count: Ids) -> tuple[Chosen, Chosen]:
    """Choose which of the walks left to prolong now, and which later: all now, or the best by bound, then by nodes.

    Args:
        walks: All walks.
        left: Indices of those that are left.
        bound: What each of those may become.
        count: How many legs each of those can take.
    """
    if count.sum() <= _BLOCK:
        return slice(None), NONE
    keys = (-np.round(bound, DIGITS), *(column[left] for column in walks.columns))
    now = least_rows(keys, _BLOCK)
    now = now[np.lexsort([key[now] for key in reversed(keys)])]
    now = now[: max(1, int(count[now].cumsum().searchsorted(_BLOCK, side="right")))]
    later = np.ones(count.size, dtype=np.bool_)
    later[now] = False
    return now, later


def _pinnings(via: frozenset[int], positions: int) -> Iterator[Pins]:
    """Give every way to put the nodes of `via` on the intermediate positions; one free way where there are none."""
    for places in permutations(range(positions), len(via)):
        pins: list[int | None] = [None] * positions
        for place, node in zip(places, via, strict=True):
            pins[place] = node
        yield tuple(pins)
