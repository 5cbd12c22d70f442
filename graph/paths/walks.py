"""What a path search holds: frontiers, ties between them, walks so far, legs still to go, and scratch space."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graph.paths.arrays import Floats, Ids

Chosen = Ids | NDArray[np.bool_] | slice

NONE: Ids = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frontier:
    """Distinct nodes, and a weight of each: the best value of a walk from there to one end of the path."""

    nodes: Ids
    weights: Floats

    def take(self, chosen: Chosen) -> "Frontier":
        """Keep some of the nodes."""
        return Frontier(nodes=self.nodes[chosen], weights=self.weights[chosen])

    def only(self, pin: int | None) -> "Frontier":
        """Keep one node; all for None."""
        return self if pin is None else self.take(self.nodes == pin)


@dataclass(frozen=True, slots=True, kw_only=True)
class Walks:
    """Walks of one length from the source: a column of nodes for each step, and their products from left to right."""

    columns: tuple[Ids, ...]
    value: Floats

    def take(self, chosen: Chosen) -> "Walks":
        """Keep some of the walks."""
        return Walks(columns=tuple(column[chosen] for column in self.columns), value=self.value[chosen])

    def prolong(self, chosen: Ids, end: Ids, strength: Floats) -> "Walks":
        """Take one more step with the chosen walks, one of them often if need be; drop what meets itself."""
        columns = [column[chosen] for column in self.columns]
        simple = columns[0] != end
        for column in columns[1:]:
            simple &= column != end
        return Walks(columns=(*columns, end), value=self.value[chosen] * strength).take(simple)

    def last(self) -> Frontier:
        """Reduce to the distinct last nodes, weighed by the best walk to each."""
        nodes = self.columns[-1]
        order = nodes.argsort()
        nodes = nodes[order]
        first = _group_starts(nodes)
        return Frontier(nodes=nodes[first], weights=np.maximum.reduceat(self.value[order], first))


class Legs:
    """The next steps towards the targets from each of some nodes, those of one node by falling bound.

    Attributes:
        frontier: The nodes, ascending, weighed by their best bound.
        start: Where each node's legs start in the arrays below, and their end: one longer than the nodes.
        end: Where a leg leads.
        strength: Of the tie.
        bound: Product of the strength and all strengths that may follow, at best.
    """

    __slots__ = ("bound", "end", "frontier", "start", "strength")

    def __init__(self, node: Ids, end: Ids, strength: Floats, bound: Floats) -> None:
        order = np.lexsort((-bound, node))
        node = node[order]
        first = _group_starts(node)
        self.start = np.append(first, node.size)
        self.end = end[order]
        self.strength = strength[order]
        self.bound = bound[order]
        self.frontier = Frontier(nodes=node[first], weights=self.bound[first])

    @property
    def single(self) -> bool:
        """Tell whether every node has exactly one leg, at the node's own index."""
        return self.end.size == self.frontier.nodes.size

    def find(self, nodes: Ids) -> tuple[Ids, Ids]:
        """Tell which of these nodes have legs (their indices), and where in the frontier each of those is."""
        known = self.frontier.nodes
        if not known.size:
            return NONE, NONE
        slot = np.minimum(known.searchsorted(nodes), known.size - 1)
        found = (known[slot] == nodes).nonzero()[0]
        return found, slot[found]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """Some ties from one frontier to another, with the weights of both ends; parallel arrays."""

    left: Ids
    right: Ids
    strength: Floats
    left_weight: Floats
    right_weight: Floats

    def turned(self) -> "Crossing":
        """Swap left and right: for ties that were found against walking direction."""
        return Crossing(
            left=self.right, right=self.left, strength=self.strength,
            left_weight=self.right_weight, right_weight=self.left_weight,
        )  # fmt: skip

    def walks(self) -> Walks:
        """See them as walks of two steps, where the left weights are the strengths of the first."""
        return Walks(columns=(self.left, self.right), value=self.left_weight * self.strength)

    def legs(self) -> Legs:
        """See them as legs, where the right weights bound what follows."""
        return Legs(self.left, self.right, self.strength, self.strength * self.right_weight)


class SearchMemory:
    """Scratch space of one search, 9 bytes a node; `closed` marks the nodes that no path may pass."""

    def __init__(self, size: int, closed: Sequence[int]) -> None:
        self.closed: NDArray[np.bool_] = np.zeros(size, dtype=np.bool_)
        self.closed[np.array(closed, dtype=np.int64)] = True
        self._weight: Floats = np.zeros(size, dtype=np.float64)

    @contextmanager
    def weighing(self, frontier: Frontier) -> Iterator[Floats]:
        """Spread a frontier's weights over all nodes, 0 elsewhere."""
        self._weight[frontier.nodes] = frontier.weights
        try:
            yield self._weight
        finally:
            self._weight[frontier.nodes] = 0.0


def _group_starts(ascending: Ids) -> Ids:
    """Find where each run of equal values starts."""
    starts = np.ones(ascending.size, dtype=np.bool_)
    np.not_equal(ascending[1:], ascending[:-1], out=starts[1:])
    return starts.nonzero()[0]
