"""The best paths found so far, and the value that another one still needs to be among them.

A value is the product of a path's strengths from left to right in float64, rounded to 12 digits. Rounding makes ties,
which the number of steps and then the nodes break, so a path may be just as good and yet too late; and a product taken
in another order differs in its last bits. Both are told apart here, so that a search may prune and stay exact.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from graph.paths.arrays import Floats, Ids, least_rows

DIGITS = 12
_SCALE = 10.0**DIGITS
_HALF = 0.5 / _SCALE
_SLACK = 4e-15  # above what a dozen reordered float64 products of chances can differ by, far below _HALF
_ANYTHING = float(np.finfo(np.float64).tiny)

Entry = tuple[float, int, tuple[int, ...]]


class Floor(NamedTuple):
    """What the value (or an upper bound of it) of a path must reach to enter the ranking.

    Attributes:
        loose: Needed where the path comes before the last ranked one in the order of nodes.
        strict: Needed otherwise; at least `loose`.
        first: The last ranked path's first intermediate: a path whose own is greater certainly comes after it.
    """

    loose: float
    strict: float
    first: int

    def of(self, first: Ids) -> Floats:
        """Give what each of these first intermediates needs."""
        return np.where(first <= self.first, self.loose, self.strict)


@dataclass(slots=True, kw_only=True)
class Ranking:
    """Keeps the `size` best paths of those offered: value falling, then steps, then nodes.

    Attributes:
        entries: In order; the negative value, the number of steps, and the nodes after the source.
    """

    size: int
    entries: list[Entry] = field(default_factory=list)

    def floor(self, steps: int) -> Floor:
        """Tell what a path of so many steps needs; paths with fewer steps must have been offered before."""
        if len(self.entries) < self.size:
            return Floor(loose=_ANYTHING, strict=_ANYTHING, first=-1)
        falling, last_steps, nodes = self.entries[-1]
        strict = _HALF - falling - _SLACK
        if last_steps < steps:
            return Floor(loose=strict, strict=strict, first=-1)
        return Floor(loose=max(_ANYTHING, -falling - _HALF - _SLACK), strict=strict, first=nodes[0])

    def offer(self, columns: Sequence[Ids], values: Floats) -> None:
        """Take in paths: a column of nodes for each step, and their products from left to right."""
        falling = -rounded(values)
        best = least_rows([falling, *columns], self.size)
        nodes = zip(*(column[best].tolist() for column in columns), strict=True)
        offered = [(value, len(columns), path) for value, path in zip(falling[best].tolist(), nodes, strict=True)]
        self.entries = sorted(self.entries + offered)[: self.size]


def rounded(values: Floats) -> Floats:
    """Round chances to 12 digits exactly as `round` does, which scaling alone does not near a half."""
    scaled = values * _SCALE
    result: Floats = np.rint(scaled) / _SCALE
    # a scaled chance is off by at most 1e-4; whatever lies that near a half is left to the exact way
    doubtful = (np.abs(scaled - np.floor(scaled) - 0.5) < 1e-3).nonzero()[0]
    result[doubtful] = [round(value, DIGITS) for value in values[doubtful].tolist()]
    return result
