"""What the picture of the ways is made of: people as nodes, their steps as lines, and how large it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from dashboard.web.lettering import measure
from dashboard.web.routes import Point, Route
from graph.answers.answer import Hop
from graph.people.person import Person

NAME, SECOND = 13.0, 12.0
_LINE, _UNDER = 16.0, 18.0

Box = tuple[float, float, float, float]
"""Left, top, right and bottom."""


class Figure(Enum):
    """What somebody is in the picture, with the radius of their node."""

    YOU = 20.0
    PERSON = 18.0
    TARGET = 22.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Somebody in the picture.

    Attributes:
        at: The middle of the node.
        name: Lines of the name.
        second: Lines under it: the organisation, a namesake's networks, or "again".
        again: How often they are drawn besides, because one more line to that node would close a circle.
    """

    person: Person
    role: Figure
    at: Point
    name: tuple[str, ...]
    second: tuple[str, ...] = ()
    again: int = 0

    def lines(self) -> Iterator[tuple[float, float, str]]:
        """Give the lines of text under the node, each with its base and its size."""
        sizes = [NAME] * len(self.name) + [SECOND] * len(self.second)
        for number, (size, text) in enumerate(zip(sizes, (*self.name, *self.second), strict=True)):
            yield self.at[1] + self.role.value + _UNDER + number * _LINE, size, text

    def boxes(self) -> list[Box]:
        """Give what the node covers: its circle, and its lines of text."""
        (x, y), radius = self.at, self.role.value
        texts = [(base, measure(text, size) / 2) for base, size, text in self.lines()]
        return [
            (x - radius, y - radius, x + radius, y + radius),
            *((x - half, base - 11, x + half, base + 4) for base, half in texts),
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of one way, and its line.

    Attributes:
        way: The way's rank, from 1.
        number: Which of its steps, from 1.
        ends: Places of its two nodes; steps with the same ends share one line.
        bridge: The part of the line that passes over others; at its ends lines meet, and none has the right of way.
    """

    way: int
    number: int
    hop: Hop
    ends: tuple[int, int]
    line: Route
    bridge: Route


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """The whole picture: nodes (You first), the steps of each way in walking order, lanes counted, and its size."""

    nodes: tuple[Node, ...]
    steps: tuple[Step, ...]
    lanes: int
    width: float
    height: float
