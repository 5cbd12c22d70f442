"""The neighbourhood: a person in the middle, around them whom they can ask, and around these the people behind them.

Chosen are the strongest: for the inner ring by the strength of the step, for the outer one by the best product of two
steps over somebody on the inner ring. Whoever is not drawn, for want of room, is listed.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from graph.paths.arrays import TieArrays

INNER, OUTER, GROWN = 1, 2, 3
MOST_INNER, MOST_OUTER, MOST_GROWN = 14, 24, 8
HALF_AXES = ((183, 147), (361, 290))
_FURTHER = (178, 143)
_ROOM = 88.0  # px along a ring that a node with its name takes
_TOP = -np.pi / 2
Floats = NDArray[np.float64]


@dataclass(slots=True, kw_only=True)
class Spot:
    """Somebody near the person in the middle.

    Attributes:
        ring: 0 is the middle, then INNER, OUTER, GROWN.
        over: The node that they hang on; -1 for the middle.
        ways: Over how many of the people on the inner ring, listed ones too, they can be asked.
        level: On which ring they stand, where the grown ones go further and further out.
        angle: Where on it, clockwise from the right.
    """

    node: int
    ring: int
    over: int = -1
    strength: float = 1.0
    ways: int = 1
    level: int = 0
    angle: float = 0.0

    @property
    def point(self) -> tuple[int, int]:
        """Where that is, x and y in pixels from the middle."""
        if not self.level:
            return 0, 0
        (x, y), more = HALF_AXES[min(self.level, OUTER) - 1], max(self.level - OUTER, 0)
        x, y = x + more * _FURTHER[0], y + more * _FURTHER[1]
        return round(x * float(np.cos(self.angle))), round(y * float(np.sin(self.angle)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rings:
    """Who stands where: those drawn, ring by ring, the middle first; and the rest, ring by ring, strongest first."""

    drawn: list[Spot]
    rest: list[Spot]


def draw_rings(
    arrays: TieArrays, centre: int, *, steps: int = 2, grown: Iterable[int] = (), aside: Collection[int] = ()
) -> Rings:
    """Choose who stands around somebody, and where: one ring (one step) or two.

    Beyond them the people of those grown are shown, in the order in which that was asked for; nobody is reached over
    the nodes aside.
    """
    asked, strength = arrays.outgoing.row(centre)
    inner = [
        Spot(node=node, ring=INNER, over=centre, strength=value, level=INNER)
        for node, value in zip(asked.tolist(), strength.tolist(), strict=True)
    ]
    open_ = ~np.isin(asked, list(aside))
    near = open_ & (np.arange(len(asked)) < MOST_INNER)
    outer, behind = [], []
    if steps > 1:
        behind = _behind(arrays, centre, asked, np.where(open_, strength, 0))
        ways = {spot.node: spot.ways for spot in behind}
        outer = _behind(arrays, centre, asked, np.where(near, strength, 0))[:MOST_OUTER]
        for spot in outer:
            spot.ways = ways[spot.node]
    drawn = [Spot(node=centre, ring=0), *inner[:MOST_INNER], *outer]
    _arrange(arrays, drawn)
    for one in grown:
        drawn += [] if one in aside else _grow(arrays, drawn, one)
    shown = {spot.node for spot in drawn}
    return Rings(drawn=drawn, rest=[spot for spot in (*inner, *behind) if spot.node not in shown])


def _behind(arrays: TieArrays, centre: int, asked: NDArray[np.int32], strength: NDArray[np.floating]) -> list[Spot]:
    """Give the people behind those with a strength above 0, who are not asked themselves; strongest first."""
    via = asked[strength > 0]
    segment, node, further = arrays.outgoing.rows(via)
    value = strength[strength > 0][segment].astype(np.float64) * further
    new = ~np.isin(node, asked) & (node != centre)
    node, value, segment = node[new], value[new], segment[new]
    order = np.lexsort((segment, -value, node))
    _, first, ways = np.unique(node[order], return_index=True, return_counts=True)
    best = order[first]
    found = np.lexsort((node[best], -value[best]))
    return [
        Spot(
            node=int(node[best[one]]),
            ring=OUTER,
            over=int(via[segment[best[one]]]),
            strength=float(value[best[one]]),
            ways=int(ways[one]),
            level=OUTER,
        )
        for one in found
    ]


def _arrange(arrays: TieArrays, drawn: Sequence[Spot]) -> None:
    """Give the inner and the outer ring their angles, each of the outer ring near whom they hang on."""
    if len(drawn) == 1:
        return
    inner = _in_order(arrays, [spot for spot in drawn if spot.ring == INNER], drawn)
    held = {spot.node: [one for one in drawn if one.ring == OUTER and one.over == spot.node] for spot in inner}
    width = np.array([1 + min(len(held[spot.node]), 3) / 4 for spot in inner])
    width *= 2 * np.pi / width.sum()
    for spot, middle, share in zip(inner, _TOP + np.cumsum(width) - width / 2 - width[:1] / 2, width, strict=True):
        spot.angle = float(middle)
        hanging = held[spot.node]
        for place, one in enumerate(hanging):
            one.angle = float(middle + share * ((place + 0.5) / len(hanging) - 0.5))
    space_out([spot for spot in drawn if spot.ring == OUTER])


def _in_order(arrays: TieArrays, inner: Sequence[Spot], drawn: Sequence[Spot]) -> list[Spot]:
    """Order the inner ring so that lines are short: two change places for as long as that helps.

    Counted are the lines between any two, those of the people who hang on them included, by the square of how many
    places they are apart.
    """
    seat = {spot.node: place for place, spot in enumerate(inner)}
    stem = {spot.node: seat[spot.node if spot.ring == INNER else spot.over] for spot in drawn if spot.ring}
    lines = np.zeros((len(inner), len(inner)))
    for node, one in stem.items():
        for other in arrays.outgoing.row(node)[0].tolist():
            lines[one, stem.get(other, one)] += 1
    apart = np.abs(np.subtract.outer(np.arange(len(inner)), np.arange(len(inner))))
    apart = np.minimum(apart, len(inner) - apart) ** 2
    order = np.arange(len(inner))
    least, before = (lines * apart).sum(), np.inf
    while least < before:
        before = least
        for one, other in combinations(range(len(inner)), 2):
            order[[one, other]] = order[[other, one]]
            length = (lines[np.ix_(order, order)] * apart).sum()
            if length < least:
                least = length
            else:
                order[[one, other]] = order[[other, one]]
    return [inner[int(place)] for place in np.roll(order, -int(order.argmin()))]


def _grow(arrays: TieArrays, drawn: Sequence[Spot], node: int) -> list[Spot]:
    """Give the strongest people of somebody drawn who are not drawn yet, in a fan beyond them."""
    shown = {spot.node: spot for spot in drawn}
    if node not in shown:
        return []
    stem = shown[node]
    level = max(stem.level + 1, GROWN)
    found = zip(*(part.tolist() for part in arrays.outgoing.row(node)), strict=True)
    new = [pair for pair in found if pair[0] not in shown]
    fan = [
        Spot(node=other, ring=GROWN, over=node, strength=value, level=level, angle=stem.angle)
        for other, value in new[:MOST_GROWN]
    ]
    space_out([*(spot for spot in drawn if spot.level == level), *fan])
    return fan


def space_out(spots: Sequence[Spot]) -> None:
    """Move people along their ring as little as may be so that each has room; evenly where there is not enough.

    With x the angles in order, cut where the gap is widest, and g the room, y - g·i is the isotonic regression of
    x - g·i (least squares; pool adjacent violators).
    """
    if len(spots) < 2:
        return
    order = sorted(spots, key=lambda spot: spot.angle % (2 * np.pi))
    angle = np.array([spot.angle % (2 * np.pi) for spot in order])
    cut = int(np.diff(angle, append=angle[0] + 2 * np.pi).argmax()) + 1
    order = order[cut:] + order[:cut]
    angle = np.concatenate((angle[cut:], angle[:cut] + 2 * np.pi))
    rank = np.arange(len(order))
    room = _ROOM / (HALF_AXES[1][0] + (order[0].level - OUTER) * _FURTHER[0])
    spaced = np.array(list(_isotonic(angle - room * rank))) + room * rank
    if spaced[-1] - spaced[0] > 2 * np.pi - room:
        spaced = angle.mean() + (rank - rank.mean()) * 2 * np.pi / len(order)
    for spot, one in zip(order, spaced.tolist(), strict=True):
        spot.angle = one


def _isotonic(values: Floats) -> Iterator[float]:
    pools: list[tuple[float, int]] = []
    for value in values.tolist():
        total, count = value, 1
        while pools and pools[-1][0] / pools[-1][1] > total / count:
            more = pools.pop()
            total, count = total + more[0], count + more[1]
        pools.append((total, count))
    for total, count in pools:
        yield from [total / count] * count
