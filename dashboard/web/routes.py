"""Lines of the picture of the ways: straight along a lane, and in one curve from a lane to another."""

from collections.abc import Iterator, Sequence
from itertools import accumulate, groupby, pairwise
from math import dist
from typing import NamedTuple

import numpy as np

from dashboard.web.svg import number

Point = tuple[float, float]
_PARTS = 16  # of a curve, where it is measured


class Piece(NamedTuple):
    """A part of a line from left to right: straight where its ends are level, else a curve that leaves them level."""

    start: Point
    end: Point

    @property
    def level(self) -> bool:
        """Whether it is straight."""
        return self.start[1] == self.end[1]


Route = tuple[Piece, ...]
"""The pieces of a line, each beginning where the one before it ends."""


def through(*points: Point) -> Route:
    """Lay a line through points, from left to right."""
    return tuple(Piece(*ends) for ends in pairwise(points))


def draw(line: Sequence[Piece]) -> str:
    """Write a line as the `d` of an SVG path."""
    return f"M{_pair(line[0].start)}" + "".join(map(_command, line))


def _command(piece: Piece) -> str:
    (x, y), (end_x, end_y) = piece
    middle = (x + end_x) / 2
    return f"H{number(end_x)}" if piece.level else f"C{_pair((middle, y))} {_pair((middle, end_y))} {_pair(piece.end)}"


def _pair(point: Point) -> str:
    return f"{number(point[0])},{number(point[1])}"


def points(line: Sequence[Piece], apart: float = 8) -> list[Point]:
    """Give points along a line, ends included, none further apart than `apart` px where it is straight."""
    return [line[0].start, *(point for piece in line for point in _points(piece, apart))]


def _points(piece: Piece, apart: float) -> Iterator[Point]:
    (x, y), (end_x, end_y) = piece
    parts = max(int((end_x - x) / apart), 1) if piece.level else _PARTS
    for t in (part / parts for part in range(1, parts + 1)):
        along = t if piece.level else 1.5 * t - 1.5 * t**2 + t**3  # both handles lie at half of the way
        yield x + (end_x - x) * along, y + (end_y - y) * (3 * t**2 - 2 * t**3)


def longest_level(line: Sequence[Piece]) -> Piece | None:
    """Give the longest straight part of a line."""
    runs = (list(run) for level, run in groupby(line, key=lambda piece: piece.level) if level)
    return max(
        (Piece(run[0].start, run[-1].end) for run in runs), key=lambda run: run.end[0] - run.start[0], default=None
    )


def part_way(line: Sequence[Piece], share: float) -> Point:
    """Give the point at a share of a line's length, 0 to 1."""
    along = points(line)
    walked = list(accumulate((dist(*ends) for ends in pairwise(along)), initial=0.0))
    x, y = (float(np.interp(share * walked[-1], walked, values)) for values in zip(*along, strict=True))
    return x, y
