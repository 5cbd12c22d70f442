"""Where the words of the steps stand in the picture of the ways: on their lines, and on nothing else."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from dashboard.web.lettering import measure
from dashboard.web.routes import Piece, Point, longest_level, part_way, points
from dashboard.web.sketch import Box, Figure, Sketch, Step
from graph.answers.answer import Hop

SIZE, LEADING = 12.0, 14.0
_PAD, _PILL = 20.0, 22.0  # a word takes the room of its pill, so that it stays where it is when it gets one
_LEAST = 56.0
_SHARES = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74)
_SHARES_FROM_YOU = (0.6, 0.5, 0.68, 0.42, 0.76, 0.34)
_NEAR, _AIR = 3.0, 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What stands on a step's line.

    Attributes:
        lines: One, or two where it is dormant and the line has no straight part long enough.
        at: The middle.
        size: Width and height of its pill.
        quiet: Not seen, or only while the line is pointed at.
    """

    lines: tuple[str, ...]
    at: Point
    size: tuple[float, float]
    quiet: bool

    @property
    def box(self) -> Box:
        """The room of its pill."""
        (x, y), (width, height) = self.at, self.size
        return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def place_words(layout: Sketch, chosen: int, step: int, *, only_chosen: bool) -> dict[tuple[int, int], Word]:
    """Find a place for the word of each step, by way and number: the chosen step first, its way, then by rank.

    Steps on one line share the word of the first of them; the others' are quiet.
    """
    order = sorted(
        layout.steps,
        key=lambda one: (one.way != chosen, one.way, one.way == chosen and one.number != step, one.number),
    )
    lines = {one.ends: np.array(points(one.line)) for one in order}
    taken = [box for node in layout.nodes for box in node.boxes()]
    words: dict[tuple[int, int], Word] = {}
    on_line: dict[tuple[int, int], Word] = {}
    for one in order:
        word = on_line.get(one.ends)
        if word is None:
            others = [line for ends, line in lines.items() if ends != one.ends]
            quiet = only_chosen and one.way != chosen
            word = on_line[one.ends] = _place(layout, one, taken, others, quiet=quiet)
            words[one.way, one.number] = word
            taken += [] if quiet else [word.box]
        else:
            words[one.way, one.number] = replace(word, quiet=True)
    return words


def _place(
    layout: Sketch, step: Step, taken: Sequence[Box], lines: Sequence[npt.NDArray[np.float64]], *, quiet: bool
) -> Word:
    straight = longest_level(step.line)
    room = straight.end[0] - straight.start[0] if straight else 0.0
    lines_of = _wording(step.hop, room)
    size = (max(measure(line, SIZE) for line in lines_of) + _PAD, _PILL + LEADING * (len(lines_of) - 1))
    tries = [
        Word(lines=lines_of, at=at, size=size, quiet=quiet)
        for at in _candidates(step, straight if room >= _LEAST else None, layout.nodes[step.ends[0]].role)
    ]
    crossing = np.concatenate([np.empty((0, 2)), *lines])
    return min(tries, key=lambda word: (sum(_overlap(word.box, box) for box in taken), _crossed(word, crossing)))


def _wording(hop: Hop, room: float) -> tuple[str, ...]:
    if not hop.dormant:
        return (hop.closeness.value,)
    one_line = f"{hop.closeness.value}, dormant"
    return (one_line,) if measure(one_line, SIZE) + _PAD <= room else (hop.closeness.value, "dormant")


def _candidates(step: Step, straight: Piece | None, source: Figure) -> Iterator[Point]:
    if straight is not None:
        yield (straight.start[0] + straight.end[0]) / 2, straight.start[1]
    for share in _SHARES_FROM_YOU if source is Figure.YOU else _SHARES:
        yield part_way(step.line, share)


def _overlap(one: Box, other: Box) -> float:
    """Measure the area that two boxes share, in square px, with some air around them."""
    across = min(one[2], other[2]) - max(one[0], other[0]) + _AIR
    down = min(one[3], other[3]) - max(one[1], other[1]) + _AIR
    return max(across, 0.0) * max(down, 0.0)


def _crossed(word: Word, line_points: npt.NDArray[np.float64]) -> bool:
    """Whether another line runs through the word itself, without its pill."""
    (x, y), (width, height) = word.at, word.size
    off = np.abs(line_points - (x, y))
    return bool(np.any((off[:, 0] < (width - _PAD) / 2 + _NEAR) & (off[:, 1] < (height - _PAD / 2) / 2 + _NEAR)))
