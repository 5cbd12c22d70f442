"""Ties as arrays: compressed rows in both directions, and the few vectorised moves that a search makes on them.

A row lists the other ends of one node's ties, **strongest first** (equally strong ones by node id), so that a search
which knows the strength that it still needs reads only the beginning of a row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The ties of every node in one direction; row i is `[ptr[i], ptr[i + 1])` of `ends` and `strength`.

    Pointers are int64 whatever the size, so that a snapshot has one layout. A strength lies in (0, 1].
    """

    ptr: NDArray[np.int64]
    ends: NDArray[np.int32]
    strength: NDArray[np.float32]

    def row(self, node: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Give the other ends of one node's ties, and their strengths."""
        span = slice(int(self.ptr[node]), int(self.ptr[node + 1]))
        return self.ends[span], self.strength[span]

    def rows(self, nodes: NDArray[np.integer[Any]]) -> tuple[Ids, NDArray[np.int32], NDArray[np.float32]]:
        """Give the rows of some nodes: for each tie the place of its node among them, its other end, its strength."""
        segment, position = spread(self.ptr[nodes], self.ptr[nodes + 1])
        return segment, self.ends[position], self.strength[position]

    def spans(self, nodes: Ids) -> tuple[Ids, Ids]:
        """Tell where the rows of these nodes start and stop."""
        return self.ptr[nodes], self.ptr[nodes + 1]

    def total(self, nodes: Ids) -> int:
        """Count the ties in the rows of these nodes."""
        start, stop = self.spans(nodes)
        return int((stop - start).sum())


@dataclass(frozen=True, slots=True, kw_only=True)
class TieArrays:
    """All ties with a strength above 0 as compressed rows in both directions; read-only views will do.

    16 bytes an ordered pair and 16 a node: at most 18 a pair from 8 pairs a node on.

    Attributes:
        outgoing: Whom each node can ask.
        incoming: Who can ask each node.
    """

    outgoing: Rows
    incoming: Rows

    @property
    def size(self) -> int:
        """Count the nodes; their ids are 0 … size - 1."""
        return self.outgoing.ptr.size - 1


def build_tie_arrays(
    size: int, source: NDArray[np.int32], target: NDArray[np.int32], strength: NDArray[np.float32]
) -> TieArrays:
    """Arrange ordered pairs as rows; pairs are unique, in any order (fastest by source, then target).

    Pairs with a strength of 0 or less and loops are left out. The arrays are the same for any order of the pairs.

    Raises:
        ValueError: For node ids outside 0 … size - 1, and for strengths that are not a chance (above 1, not a number).
    """
    _check_pairs(size, source, target, strength)
    kept = (strength > 0) & (source != target)
    if not kept.all():
        source, target, strength = source[kept], target[kept], strength[kept]
    if not _ascending(source, target):
        order = np.lexsort((target, source))
        source, target, strength = source[order], target[order], strength[order]
    outgoing, incoming = _arrange(size, source, target, strength), _arrange(size, target, source, strength)
    return TieArrays(outgoing=outgoing, incoming=incoming)


def _check_pairs(
    size: int, source: NDArray[np.int32], target: NDArray[np.int32], strength: NDArray[np.float32]
) -> None:
    if not source.size == target.size == strength.size:
        raise ValueError(f"{source.size} sources, {target.size} targets and {strength.size} strengths do not pair up")
    for name, nodes in (("source", source), ("target", target)):
        if nodes.size and not (nodes.min() >= 0 and nodes.max() < size):
            raise ValueError(f"a {name} lies outside 0 … {size - 1}: {nodes.min()} … {nodes.max()}")
    if strength.size and not strength.max() <= 1.0:
        raise ValueError(f"a strength is a chance, at most 1, but one is {strength.max()}")


def _ascending(source: NDArray[np.int32], target: NDArray[np.int32]) -> bool:
    step = np.diff(source)
    return bool(np.all((step > 0) | ((step == 0) & (np.diff(target) > 0))))


def _arrange(size: int, node: NDArray[np.int32], end: NDArray[np.int32], strength: NDArray[np.float32]) -> Rows:
    """Order by node, falling strength, then as given: one stable sort of both packed into 64 bits.

    The bits of positive floats order as the floats do; inverted, they fall.
    """
    packed = node.astype(np.uint64) << np.uint64(32)
    packed |= ~strength.astype(np.float32).view(np.uint32)
    order = np.argsort(packed, kind="stable")
    ptr = np.zeros(size + 1, dtype=np.int64)
    np.cumsum(np.bincount(node, minlength=size), out=ptr[1:])
    ends, strength = end[order].astype(np.int32, copy=False), strength[order].astype(np.float32, copy=False)
    return Rows(ptr=ptr, ends=ends, strength=strength)


def spread(start: Ids, stop: Ids) -> tuple[Ids, Ids]:
    """List all positions of many segments.

    Returns:
        For each position the index of its segment, and the position itself.
    """
    count = stop - start
    segment = np.arange(count.size).repeat(count)
    position = np.arange(segment.size)
    position += (stop - count.cumsum())[segment]
    return segment, position


def leading_stops(falling: NDArray[np.floating[Any]], start: Ids, stop: Ids, least: Floats) -> Ids:
    """Find for each segment of falling values where they get smaller than `least`; a bisection of all at once."""
    stops = start.copy()
    some = (start < stop).nonzero()[0]
    some = some[falling[start[some]] >= least[some]]  # most segments end here
    if not some.size:
        return stops
    low, end, least = start[some], stop[some], least[some]
    stride = 1 << int((end - low).max()).bit_length() - 1
    while stride:
        probe = low + stride
        enough = (falling.take(probe, mode="clip") >= least) & (probe < end)
        low = np.where(enough, probe, low)
        stride >>= 1
    stops[some] = low + 1
    return stops


def least_rows(columns: Sequence[NDArray[Any]], count: int) -> Ids:
    """Select the `count` rows that come first in lexicographic order of the columns, in no order, in linear time.

    Column by column: rows below the count-th value are in, rows above it are out, rows equal to it go on to the next
    column. Rows that are equal in every column come in the order given.
    """
    undecided = np.arange(columns[0].size)
    chosen = []
    for column in columns:
        if undecided.size <= count or not count:
            break
        values = column[undecided]
        border = np.partition(values, count - 1)[count - 1]
        below = undecided[values < border]
        chosen.append(below)
        count -= below.size
        undecided = undecided[values == border]
    return np.concatenate([*chosen, undecided[:count]])
