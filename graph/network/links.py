"""Relationships without direction, as arrays: what groups, positions and distances are made of."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graph.paths.arrays import TieArrays, spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Pairs of nodes 0 … size - 1, each once, sorted.

    Attributes:
        a: The smaller node, int32; likewise `b` the larger one.
        strength: The larger of both directions, float32.
    """

    size: int
    a: NDArray[np.int32]
    b: NDArray[np.int32]
    strength: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.a)

    def degree(self) -> NDArray[np.int64]:
        """Count the links of each node."""
        return np.bincount(self.a, minlength=self.size) + np.bincount(self.b, minlength=self.size)

    def rows(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Give where the neighbours of each node start (length size + 1), and the neighbours, ascending."""
        ends = np.concatenate((self.b, self.a))
        node = np.concatenate((self.a, self.b))
        ptr = np.zeros(self.size + 1, dtype=np.int64)
        np.cumsum(np.bincount(node, minlength=self.size), out=ptr[1:])
        return ptr, ends[np.lexsort((ends, node))]

    def take(self, which: NDArray[np.bool_] | NDArray[np.int64]) -> "Links":
        """Take some of the links, between the same nodes."""
        return Links(size=self.size, a=self.a[which], b=self.b[which], strength=self.strength[which])


def pair_up(size: int, source: NDArray[np.int32], target: NDArray[np.int32], strength: NDArray[np.float32]) -> Links:
    """Make links of ordered pairs, which may be there in one direction or in both."""
    code = np.minimum(source, target).astype(np.int64) * size + np.maximum(source, target)
    order = np.argsort(code, kind="stable")
    code = code[order]
    starts = np.flatnonzero(np.diff(code, prepend=-1))
    kept = code[starts]
    return Links(
        size=size,
        a=(kept // max(size, 1)).astype(np.int32),
        b=(kept % max(size, 1)).astype(np.int32),
        strength=np.maximum.reduceat(strength[order], starts) if len(starts) else strength[:0],
    )


def links_of(arrays: TieArrays) -> Links:
    """Give all relationships: pairs with a strength above 0 in either direction."""
    rows = arrays.outgoing
    source = np.repeat(np.arange(arrays.size, dtype=np.int32), np.diff(rows.ptr))
    return pair_up(arrays.size, source, rows.ends, rows.strength)


def draw_strength(
    a: NDArray[np.int32],
    b: NDArray[np.int32],
    forth: NDArray[np.float32],
    back: NDArray[np.float32],
    asking: Sequence[int],
) -> NDArray[np.float32]:
    """Give the strength that pairs are drawn with, of the one from a to b and the one back.

    Of somebody who is asking it is how they may expect an answer, of two of them the first; of others the larger one.
    """
    strength = np.maximum(forth, back)
    for one in reversed(asking):
        strength = np.select([a == one, b == one], [forth, back], strength)
    return strength


def choose_nodes(links: Links, start: int | None, most: int) -> NDArray[np.int32]:
    """Choose the nodes to draw among those that have a link, ascending.

    Those in the fewest steps from the start (where there is one), then with the most links, then the smallest.
    """
    degree = links.degree()
    linked = np.flatnonzero(degree)
    if len(linked) > most:
        steps = np.zeros(links.size, dtype=np.int32) if start is None else count_steps(*links.rows(), start)
        steps[steps < 0] = links.size
        order = np.lexsort((linked, -degree[linked], steps[linked]))
        linked = np.sort(linked[order[:most]])
    return linked.astype(np.int32)


def count_steps(ptr: NDArray[np.int64], ends: NDArray[np.int32], start: int) -> NDArray[np.int32]:
    """Count the steps from one node to each, -1 where there is no way: breadth first, a ring at a time."""
    steps = np.full(len(ptr) - 1, -1, dtype=np.int32)
    ring = np.array([start], dtype=np.int64)
    steps[start] = step = 0
    while len(ring):
        step += 1
        _, place = spread(ptr[ring], ptr[ring + 1])
        reached = ends[place]
        reached = reached[steps[reached] < 0]
        steps[reached] = step
        ring = np.unique(reached).astype(np.int64)
    return steps


def keep_strongest(links: Links, most: int) -> Links:
    """Keep the strongest links, of equal ones those that come first."""
    if len(links) <= most:
        return links
    kept = np.zeros(len(links), dtype=np.bool_)
    kept[np.argsort(-links.strength, kind="stable")[:most]] = True
    return links.take(kept)


def renumber(links: Links, nodes: NDArray[np.int32]) -> Links:
    """Give the links between some nodes (ascending), which are numbered anew from 0 in their order."""
    place = np.full(links.size, -1, dtype=np.int32)
    place[nodes] = np.arange(len(nodes), dtype=np.int32)
    a, b = place[links.a], place[links.b]
    inside = (a >= 0) & (b >= 0)
    return Links(size=len(nodes), a=a[inside], b=b[inside], strength=links.strength[inside])
