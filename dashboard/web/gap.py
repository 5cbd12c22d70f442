"""Where it breaks off, as SVG: whom you can ask on the left, whom the target answers on the right, nothing between."""

from collections.abc import Collection, Iterator, Sequence

from dashboard.web.lettering import called, fit, measure, safe
from dashboard.web.picture import draw_node
from dashboard.web.routes import Point, draw, through
from dashboard.web.sketch import NAME, Figure, Node
from dashboard.web.svg import classes, number, tag, words
from graph.model import Closeness
from graph.people.person import Person

_YOU, _CONTACTS = 30.0, 144.0  # from the left
_TARGET, _ANSWERED = 46.0, 150.0  # from the right
_TOP, _ROW, _WIDE_ROW, _MOST = 54.0, 66.0, 88.0, 5
_UNDER_ARROW = 48.0
_NAME_WIDTH, _BAND_OFF, _SMALL = 108.0, 57.0, 12.0

Contact = tuple[Person, Closeness | None, bool]
"""Somebody you can ask: how close they are, None where that is not told here, and whether dormant."""


def draw_gap(
    me: Person,
    contacts: Sequence[tuple[Person, Closeness, bool]],
    more: int,
    answered: Sequence[tuple[Person, Closeness]],
    target: Person,
    near: tuple[Person, str] | None,
    width: float = 500,
    told: Collection[tuple[str, str]] = (),
) -> str:
    """Draw where the ways to somebody break off.

    Args:
        me: Who asks.
        contacts: Some of those whom you can ask, with how close they are and whether dormant.
        more: How many there are besides.
        answered: Whom the target answers, most first.
        target: Who can't be reached.
        near: Which contact comes nearest to the target, and how, in words.
        width: In px.
        told: Steps that were told and not seen, by person ids.
    """
    left, more = _nearest_first(contacts, more, near)
    right = answered[:_MOST]
    row = _WIDE_ROW if len(right) < 4 else _ROW
    half, right_half = (len(left) - 1) * _ROW / 2, (len(right) - 1) * row / 2
    middle = _TOP + max(half, 0.0 if left else 22.0)
    far = max(middle, _TOP + right_half + (_UNDER_ARROW if near else 0.0))
    if near is None:
        middle = far  # no arrow has to pass over the right side
    low = max(middle + half, far + right_half) + (54 if row == _WIDE_ROW else 40)
    height = low + (44 if more or len(answered) > _MOST else 22)
    you = Node(person=me, role=Figure.YOU, at=(_YOU, middle), name=())
    end = Node(
        person=target,
        role=Figure.TARGET,
        at=(width - _TARGET, far),
        name=fit(called(target), NAME, 2 * _TARGET - 6, 2),
    )
    height = max(height, *(box[3] + 4 for box in end.boxes()))
    asked = _column([person for person, _, _ in left], _CONTACTS, middle, _ROW)
    answering = _column([person for person, _ in right], width - _ANSWERED, far, row)
    parts = [
        *_between(_CONTACTS + _BAND_OFF, width - _ANSWERED - _BAND_OFF, low),
        *(
            _line(you, node, told, classes(closeness.value if closeness else "slight", dormant=dormant))
            for node, (_, closeness, dormant) in zip(asked, left, strict=True)
        ),
        *(_line(node, end, told, closeness.value) for node, (_, closeness) in zip(answering, right, strict=True)),
        *(_arrow(asked[0].at, end.at, near[1], width) if near else ()),
        draw_node(you, on=False),
        *(draw_node(node, on=near is not None and place == 0) for place, node in enumerate(asked)),
        *(draw_node(node, on=False) for node in answering),
        draw_node(end, on=True),
    ]
    if more:
        parts.append(_small(f"and {more:,} more", _CONTACTS, middle + half + 60))
    if len(answered) > _MOST:
        below = far + right_half + 60
        parts.append(_small(f"and {len(answered) - _MOST:,} more", width - _ANSWERED, below))
    return tag(
        "svg",
        tag("g", *parts, data_key="gap"),
        xmlns="http://www.w3.org/2000/svg",
        class_="ways breaks",
        viewBox=f"0 0 {number(width)} {number(height)}",
        width=width,
        height=height,
        aria_hidden="true",
    )


def _nearest_first(
    contacts: Sequence[tuple[Person, Closeness, bool]], more: int, near: tuple[Person, str] | None
) -> tuple[list[Contact], int]:
    """Put who comes nearest on top, where the arrow passes over the gap; who was not among the contacts joins them."""
    rows: list[Contact] = list(contacts)
    if near is None:
        return rows, more
    known = next((row for row in rows if row[0].id == near[0].id), None)
    if known is None:
        return [(near[0], None, False), *rows], max(more - 1, 0)
    return [known, *(row for row in rows if row is not known)], more


def _column(people: Sequence[Person], x: float, middle: float, row: float) -> list[Node]:
    return [
        Node(
            person=person,
            role=Figure.PERSON,
            at=(x, middle + (place - (len(people) - 1) / 2) * row),
            name=fit(called(person), NAME, _NAME_WIDTH, 2 if row == _WIDE_ROW else 1),
        )
        for place, person in enumerate(people)
    ]


def _line(left: Node, right: Node, told: Collection[tuple[str, str]], look: str) -> str:
    (x, y), (end_x, end_y) = left.at, right.at
    start, end = x + left.role.value + 2, end_x - right.role.value - 2
    line = through((start, y), (start + 13, y), (end - 13, end_y), (end, end_y))
    is_told = (left.person.id, right.person.id) in told
    return tag("path", class_=classes("line", look, told=is_told), d=draw(line))


def _between(left: float, right: float, low: float) -> Iterator[str]:
    top = _TOP - 4
    yield tag("rect", class_="nothing", x=left, y=top, width=right - left, height=low - top, rx=10.0)
    for place, text in enumerate(("nothing", "seen between")):
        yield _small(text, (left + right) / 2, (top + low) / 2 - 4 + 16 * place)


def _small(text: str, x: float, y: float) -> str:
    return tag("text", words(text), class_="small", x=x, y=y)


def _arrow(start: Point, end: Point, how: str, width: float) -> Iterator[str]:
    """Draw what was seen without an answer: an arc above the gap, and what it was at the upper right."""
    (x, y), (end_x, end_y) = (start[0] + 19, start[1] - 7), (end[0] - 8, end[1] - 26)
    high = min(y, _TOP) - 34
    yield tag(
        "path",
        class_="near",
        d=f"M{number(x)},{number(y)}C{number(x + 100)},{number(high)} {number(end_x - 60)},{number(high)} "
        f"{number(end_x)},{number(end_y)}",
    )
    head = ((end_x - 8, end_y - 5), (end_x, end_y), (end_x + 2, end_y - 9))
    yield tag("path", class_="near head", d="M" + "L".join(f"{number(x)},{number(y)}" for x, y in head))
    (line,) = fit(safe(how), _SMALL, width * 0.68, 1)
    yield tag("text", words(line), class_="how", x=width - 2 - measure(line, _SMALL) / 2, y=14.0)
