"""Interactions over time, as SVG: those of one step, a mark each, and those of all drawn ways, a bar a month.

Screen readers are told the same by sentences and lists, so both are hidden from them.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dashboard.web.lettering import fit, measure, safe
from dashboard.web.svg import number, tag, words
from dashboard.words.acts import MUTUAL, kind_count
from graph.answers.contacts import Month

_EDGE, _LABEL, _SIDE, _FREE = 4.0, 11.0, 12.0, 8.0
_HEAD, _FOOT = 14.0, 32.0  # for who acts towards whom, and below also for the months
_FIRST_MARK, _APART, _RADIUS = 9.0, 8.6, 3.5
_SHADES = 4
_TRIANGLES, _SQUARES, _RINGS = {"mention", "quote", "repost"}, {"comment"}, {"like"}
_MARKS = 6  # above each other, at most
_BY_MONTH, _BY_QUARTER = 36, 144  # months that are drawn so, at most
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_YEAR = 12

Sides = tuple[Counter[str], Counter[str]]
"""Acts by kind, there and back."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """What passed between two people, drawn.

    Attributes:
        svg: The drawing.
        shades: Of each kind the class of its segments; empty where each act is a mark.
    """

    svg: str
    shades: Mapping[str, str]


def draw_timeline(
    months: Sequence[Month],
    *,
    first: str,
    second: str,
    since: date,
    until: date,
    width: float = 352,
    height: float = 158,
) -> Timeline:
    """Draw what passed between two people: from the first to the second above the axis, back below it.

    Args:
        months: Counts by month and kind; those before what is drawn are left out.
        first: How the step's first person is called here.
        second: How the other is.
        since: A day of the first month that is drawn.
        until: A day of the last, where none that is given is later.
        width: In px.
        height: In px.
    """
    until = max([since, until, *(one.month for one in months)])
    length = _month(until) - _month(since) + 1
    size = 1 if length <= _BY_MONTH else 3 if length <= _BY_QUARTER else _YEAR
    columns = range(_month(since) // size * size, _month(until) + 1, size)
    slot, room = (width - 2 * _EDGE) / len(columns), (height - _HEAD - _FOOT) / 2
    axis = _HEAD + room
    held = _gather(months, columns)
    most = max(sum(_one_way(side).values()) for sides in held.values() for side in sides)
    marked = most <= min(_MARKS, (room - _FIRST_MARK - _RADIUS) // _APART + 1)
    shades = {} if marked else _shades(held)
    drawn = []
    for place, (column, sides) in enumerate(held.items()):
        left, middle = _EDGE + place * slot, _EDGE + (place + 0.5) * slot
        marks = _marks(sides, middle, axis) if marked else _bars(sides, middle, axis, slot, (room - 2) / most, shades)
        drawn.append(
            tag(
                "g",
                tag("title", words(_tell(column, size, sides))),
                tag("rect", class_="hit", x=left, y=0.0, width=slot, height=height),
                *marks,
                *_diamonds(sides, middle, axis, slot),
                class_="month",
                data_month=_iso(column),
                data_until=_iso(column + size - 1),
                data_key=f"month:{_iso(column)}",
            )
        )
    frame = tag("g", *_frame(columns, (first, second), slot, axis, width, height), data_key="frame")
    return Timeline(_svg("months", width, height, frame, *drawn), shades)


def _svg(name: str, width: float, height: float, *parts: str) -> str:
    return tag(
        "svg",
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        class_=name,
        viewBox=f"0 0 {number(width)} {number(height)}",
        width=width,
        height=height,
        aria_hidden="true",
    )


def months_between(first: date, until: date) -> int:
    """Count the months from one day's to another's."""
    return _month(until) - _month(first)


def _month(day: date) -> int:
    """Count the months up to a day's; quarters and years begin at multiples of their length."""
    return day.year * _YEAR + day.month - 1


def _iso(month: int) -> str:
    return f"{month // _YEAR:04}-{month % _YEAR + 1:02}"


def _gather(months: Sequence[Month], columns: range) -> dict[int, Sides]:
    held: dict[int, Sides] = {column: (Counter(), Counter()) for column in columns}
    for one in months:
        if (column := _month(one.month) // columns.step * columns.step) in held:
            held[column][0][one.kind] += one.out
            held[column][1][one.kind] += one.in_
    return held


def _one_way(side: Counter[str]) -> Counter[str]:
    return Counter({kind: side[kind] for kind in sorted(side) if side[kind] and kind not in MUTUAL})


def _shades(held: Mapping[int, Sides]) -> dict[str, str]:
    """Give each kind the class of a shade, the most frequent first, which is the darkest."""
    total: Counter[str] = Counter()
    for sides in held.values():
        for side in sides:
            total += _one_way(side)
    return {kind: f"shade-{min(place, _SHADES - 1)}" for place, (kind, _) in enumerate(total.most_common())}


def _tell(month: int, size: int, sides: Sides) -> str:
    """Say what happened in a column: `Jul 2008: 3 replies, 1 comment`."""
    total = _one_way(sides[0]) + _one_way(sides[1])
    total += Counter({kind: max(sides[0][kind], sides[1][kind]) for kind in sorted(MUTUAL)})
    told = [kind_count(kind, many) for kind, many in total.items()]
    return f"{_label(month, size, first=True)}: {', '.join(told) or 'nothing'}"


def _marks(sides: Sides, x: float, axis: float) -> Iterator[str]:
    for side, name, up in zip(sides, ("out", "in"), (-1, 1), strict=True):
        for place, kind in enumerate(_one_way(side).elements()):
            yield _mark(kind, name, x, axis + up * (_FIRST_MARK + place * _APART))


def _mark(kind: str, side: str, x: float, y: float) -> str:
    """Draw one act, 7 px high."""
    if kind in _TRIANGLES:
        return tag("path", class_=f"mark {side}", d=_polygon((x, y - 3.5), (x + 4, y + 3.5), (x - 4, y + 3.5)))
    if kind in _SQUARES:
        return tag("rect", class_=f"mark hollow {side}", x=x - 3.1, y=y - 3.1, width=6.2, height=6.2, rx=1.0)
    hollow = kind in _RINGS
    return tag(
        "circle",
        class_=f"mark hollow {side}" if hollow else f"mark {side}",
        cx=x,
        cy=y,
        r=2.8 if hollow else _RADIUS,
    )


def _bars(sides: Sides, x: float, axis: float, slot: float, scale: float, shades: Mapping[str, str]) -> Iterator[str]:
    """Draw a bar each way, a segment a kind, darker to lighter away from the axis."""
    width = max(min(slot * 0.64, 14.0), 1.0)
    for side, name, up in zip(sides, ("out", "in"), (True, False), strict=True):
        far = 2.0
        for kind in sorted(_one_way(side), key=[*shades].index):
            if height := side[kind] * scale:
                y = axis - far - height if up else axis + far
                yield tag(
                    "rect", class_=f"mark {name} {shades[kind]}", x=x - width / 2, y=y, width=width, height=height
                )
            far += height


def _diamonds(sides: Sides, x: float, axis: float, slot: float) -> Iterator[str]:
    """Draw what both did together on the axis, side by side, as many as have room."""
    together = sum(max(sides[0][kind], sides[1][kind]) for kind in MUTUAL)
    shown = min(together, max(int(slot // 9), 1))
    for place in range(shown):
        middle = x + (place - (shown - 1) / 2) * min(slot / shown, 11.0)
        yield tag(
            "path",
            class_="mark both",
            d=_polygon((middle, axis - 4.5), (middle + 4.5, axis), (middle, axis + 4.5), (middle - 4.5, axis)),
        )


def _polygon(*corners: tuple[float, float]) -> str:
    return "M" + "L".join(f"{number(x)},{number(y)}" for x, y in corners) + "Z"


def _frame(
    columns: range, called: tuple[str, str], slot: float, axis: float, width: float, height: float
) -> Iterator[str]:
    yield tag("line", class_="axis", x1=_EDGE, y1=axis, x2=width - _EDGE, y2=axis)
    for place, column in enumerate(columns):
        if column % _YEAR == 0 and place and columns.step < _YEAR:
            x = _EDGE + place * slot
            yield tag("line", class_="year", x1=x, y1=_HEAD + 4, x2=x, y2=height - _FOOT - 2)
    for (left, right), y in ((called, _HEAD - 3), (called[::-1], height - _FOOT + 11)):
        # Isolated from each other, so that the arrow points to the right whatever way a name runs.
        side = "\u2066" + " → ".join(f"\u2068{_short(name, width)}\u2069" for name in (left, right)) + "\u2069"
        yield tag("text", words(side), class_="side", x=0.0, y=y)
    for x, text in _labels(columns, slot, width):
        yield tag("text", text, class_="label", x=x, y=height - 6)


def _short(name: str, width: float) -> str:
    (line,) = fit(safe(name), _SIDE, width / 2 - 20, 1)
    return line


def _labels(columns: range, slot: float, width: float) -> list[tuple[float, str]]:
    """Place what fits: the first month, then each January with its year, then others; each by its middle."""
    order = sorted(range(len(columns)), key=lambda place: (place > 0, columns[place] % _YEAR != 0, place))
    placed: list[tuple[float, float, str]] = []
    for place in order:
        text = _label(columns[place], columns.step, first=place == 0)
        half = measure(text, _LABEL) / 2
        x = min(max(_EDGE + (place + 0.5) * slot, half), width - half)
        if text and all(abs(x - other) >= half + other_half + _FREE for other, other_half, _ in placed):
            placed.append((x, half, text))
    return [(x, text) for x, _, text in sorted(placed)]


def _label(month: int, size: int, *, first: bool) -> str:
    """Name a column: `Jul 2008`, `Sep`; by quarters and years only a year, where it begins."""
    year, name = str(month // _YEAR), _NAMES[month % _YEAR]
    if size == 1:
        return f"{name} {year}" if first or name == "Jan" else name
    return year if first or name == "Jan" else ""


def draw_strip(
    months: Sequence[tuple[date, int, int]], *, width: float, since: date, until: date, height: float = 66
) -> str:
    """Draw the interactions by month as bars, of the chosen way below and of the others on top.

    Args:
        months: A day of the month, the interactions on this way, and those on the others.
        width: In px; each month takes the same share of it, edge to edge.
        since: A day of the first month that is drawn.
        until: A day of the last.
        height: In px.
    """
    columns = range(_month(since), _month(until) + 1)
    slot, axis = width / len(columns), height - 18
    held = {_month(month): (mine, others) for month, mine, others in months}
    most = max((sum(held.get(column, ())) for column in columns), default=0) or 1
    drawn = []
    for place, column in enumerate(columns):
        y, bars = axis, []
        for count, name in zip(held.get(column, (0, 0)), ("mine", "others"), strict=True):
            tall = count * (axis - 6) / most
            y -= tall
            bars.append(tag("rect", class_=name, x=place * slot + slot * 0.08, y=y, width=slot * 0.84, height=tall))
        drawn.append(tag("g", *bars, data_month=_iso(column), data_key=f"month:{_iso(column)}"))
    return _svg("strip", width, height, *drawn, tag("g", *_years(columns, slot, axis, width), data_key="frame"))


def _years(columns: range, slot: float, axis: float, width: float) -> Iterator[str]:
    yield tag("line", class_="axis", x1=0.0, y1=axis, x2=width, y2=axis)
    free = 0.0
    for place, column in enumerate(columns):
        text, x = str(column // _YEAR), place * slot
        if (column % _YEAR == 0 or place == 0) and free <= x <= width - measure(text, _LABEL) - 4:
            yield tag("line", class_="axis", x1=x + 0.5, y1=axis, x2=x + 0.5, y2=axis + 5)
            yield tag("text", text, class_="label", x=x + 4, y=axis + 14)
            free = x + 4 + measure(text, _LABEL) + _FREE
