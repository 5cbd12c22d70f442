"""Where everything stands in the picture of the ways: people in columns and lanes, and the lines between them.

Nothing here knows which way or step is chosen, so nothing moves when another one is.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import accumulate, count, pairwise

from dashboard.web.lettering import called, fit, safe
from dashboard.web.routes import Piece, Point, Route, points, through
from dashboard.web.sketch import NAME, SECOND, Box, Figure, Node, Sketch, Step
from dashboard.words.ways import networks_words
from graph.answers.answer import Path
from graph.people.person import Person

LEFT, TOP, RIGHT, BOTTOM = 42.0, 40.0, 70.0, 66.0
LANE, NARROW_LANE, MANY_LANES = 92.0, 80.0, 5
LEAST_GAP, NARROW_GAP, _FIRST_GAP, _LAST_GAP = 112.0, 92.0, 1.3, 1.1
_AIR = 14.0  # between two names side by side
_OFF = 2.0  # between a node and its lines
_CURVED = 3  # pieces of a line that has no lane of its own to run along

_Key = tuple[str, int]
"""A node before it has a place: a person's id, and how often they are drawn besides."""
_Way = tuple[_Key, ...]


def arrange(paths: Sequence[Path], width: float) -> Sketch:
    """Give everybody on the ways, best first, a place in a picture of that width in px, or wider where need be."""
    ways = _keys(paths)
    names = {called(person) for path in paths for person in path.people[1:]}
    across = _spread(_columns(ways), names, single=len(set(ways)) == 1, width=width)
    opening = _openers(ways)
    while True:
        heights, lanes = _heights(ways, sorted(opening))
        places = {key: (x, heights[key]) for key, x in across.items()}
        nodes = _nodes(paths, ways, places)
        steps = _steps(paths, ways, nodes, lanes)
        blocked = _blocked(steps, list(nodes.values()))
        if blocked is None:
            break
        opening.add(blocked)
    low = max(*lanes.values(), *(y for _, y in places.values())) + BOTTOM
    low = max(low, *(box[3] + 6 for node in nodes.values() for box in node.boxes()))
    return Sketch(
        nodes=tuple(nodes.values()), steps=steps, lanes=len(lanes), width=max(across.values()) + RIGHT, height=low
    )


def _keys(paths: Sequence[Path]) -> list[_Way]:
    """Name the nodes of each way; a person who would close a circle, or is a target too, is drawn once more."""
    targets = {path.people[-1].id for path in paths}
    after: dict[_Key, set[_Key]] = {}
    ways = []
    for path in paths:
        way = [(path.people[0].id, 0)]
        for person in path.people[1:-1]:
            drawn = ((person.id, number) for number in count(1 if person.id in targets else 0))
            way.append(next(key for key in drawn if way[-1] not in _reached(after, key)))
            after.setdefault(way[-2], set()).add(way[-1])
        ways.append((*way, (path.people[-1].id, 0)))
    return ways


def _reached(after: Mapping[_Key, set[_Key]], start: _Key) -> set[_Key]:
    reached, ahead = {start}, [start]
    while ahead:
        ahead = [key for one in ahead for key in after.get(one, ()) if key not in reached]
        reached.update(ahead)
    return reached


def _columns(ways: Sequence[_Way]) -> dict[_Key, int]:
    """Give everybody their greatest position in any way; targets stand in the last column together."""
    columns = {key: 0 for way in ways for key in way}
    moved = True
    while moved:
        moved = False
        for left, right in (ends for way in ways for ends in pairwise(way)):
            if columns[right] <= columns[left]:
                columns[right] = columns[left] + 1
                moved = True
    last = max(columns.values())
    return columns | {way[-1]: last for way in ways}


def _spread(columns: Mapping[_Key, int], names: Iterable[str], *, single: bool, width: float) -> dict[_Key, float]:
    """Give everybody the x of their column: the first gap is wider than the others, as the fan needs room.

    Below the least gap they move together only where that cuts no name.
    """
    last = max(columns.values())
    weights = [1.0] * last if single else [_FIRST_GAP, *([1.0] * (last - 2)), _LAST_GAP][:last]
    gap = max((width - LEFT - RIGHT) / sum(weights), NARROW_GAP)
    if gap < LEAST_GAP and any(_is_cut(name, gap) and not _is_cut(name, LEAST_GAP) for name in names):
        gap = LEAST_GAP
    across = list(accumulate((gap * weight for weight in weights), initial=LEFT))
    return {key: across[column] for key, column in columns.items()}


def _is_cut(name: str, gap: float) -> bool:
    return any(line.endswith("…") for line in fit(name, NAME, gap - _AIR, 2))


def _openers(ways: Sequence[_Way]) -> set[int]:
    """Give the ways that open a lane: those that bring somebody new, or are direct."""
    seen: set[_Key] = set()
    opening = set()
    for number, way in enumerate(ways):
        if not seen.issuperset(way) or (len(way) == 2 and way not in ways[:number]):
            opening.add(number)
        seen.update(way)
    return opening


def _heights(ways: Sequence[_Way], opening: Sequence[int]) -> tuple[dict[_Key, float], dict[int, float]]:
    """Give everybody their y, and each way that opened a lane the lane's."""
    lane = LANE if len(opening) <= MANY_LANES else NARROW_LANE
    lanes = {number: TOP + place * lane for place, number in enumerate(opening)}
    heights: dict[_Key, float] = {}
    for number in opening:
        for key in ways[number][1:-1]:
            heights.setdefault(key, lanes[number])
    targets = _target_heights(ways, lanes)
    up = TOP - min(TOP, *targets.values())
    direct = [lanes[number] for number in opening if len(ways[number]) == 2]
    me = direct[0] if direct and len(targets) == 1 else _middle(lanes.values())
    heights = {ways[0][0]: me} | heights | targets
    return {key: y + up for key, y in heights.items()}, {number: y + up for number, y in lanes.items()}


def _target_heights(ways: Sequence[_Way], lanes: Mapping[int, float]) -> dict[_Key, float]:
    """Put each target amid its ways, or where it can be asked directly on that lane, and no two too near."""
    wanted = {}
    for target in dict.fromkeys(way[-1] for way in ways):
        own = [number for number in lanes if ways[number][-1] == target]
        direct = [number for number in own if len(ways[number]) == 2]
        wanted[target] = _middle([lanes[number] for number in direct or own])
    order = sorted(wanted, key=wanted.__getitem__)
    for above, below in pairwise(order):
        wanted[below] = max(wanted[below], wanted[above] + LANE)
    wanted[order[-1]] = min(wanted[order[-1]], max(lanes.values()))
    for below, above in pairwise(reversed(order)):
        wanted[above] = min(wanted[above], wanted[below] - LANE)
    return wanted


def _middle(values: Collection[float]) -> float:
    return (min(values) + max(values)) / 2


def _nodes(paths: Sequence[Path], ways: Sequence[_Way], places: Mapping[_Key, Point]) -> dict[_Key, Node]:
    people = {
        key: one for path, way in zip(paths, ways, strict=True) for key, one in zip(way, path.people, strict=True)
    }
    ends = {way[-1]: people[way[-1]] for way in ways}
    columns = sorted({x for x, _ in places.values()})
    nodes = {}
    for key, person in people.items():
        role = Figure.YOU if key == ways[0][0] else Figure.TARGET if key in ends else Figure.PERSON
        gap = min(right - left for left, right in pairwise(columns) if places[key][0] in (left, right))
        name, second = _texts(person, role, key[1], list(ends.values()), gap - _AIR)
        nodes[key] = Node(person=person, role=role, again=key[1], at=places[key], name=name, second=second)
    return nodes


def _texts(
    person: Person, role: Figure, again: int, targets: Sequence[Person], width: float
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Break the name and what stands under it, so that it ends before the lane below."""
    if role is Figure.YOU:
        return (), ()
    namesake = sum(called(one) == called(person) for one in targets) > 1
    if role is Figure.TARGET:
        width = min(width, 2 * RIGHT - 4)  # the margin's
    if again or (role is Figure.TARGET and namesake):
        name = fit(called(person), NAME, width, 1)
        return name, fit("again" if again else networks_words(person), SECOND, width, 1)
    name = fit(called(person), NAME, width, 2)
    if len(name) > 1 or not person.org:
        return name, ()
    return name, fit(safe(person.org), SECOND, width, 2 if role is Figure.TARGET and len(targets) == 1 else 1)


def _steps(
    paths: Sequence[Path],
    ways: Sequence[_Way],
    nodes: Mapping[_Key, Node],
    lanes: Mapping[int, float],
) -> tuple[Step, ...]:
    """Lay the lines, best way first; a later way between the same two people takes the same line."""
    order = {key: place for place, key in enumerate(nodes)}
    columns = sorted({node.at[0] for node in nodes.values()})
    lines: dict[tuple[_Key, _Key], tuple[Route, Route]] = {}
    steps = []
    for number, (path, way) in enumerate(zip(paths, ways, strict=True)):
        for place, (hop, ends) in enumerate(zip(path.hops, pairwise(way), strict=True)):
            if ends not in lines:
                lines[ends] = _line(nodes[ends[0]], nodes[ends[1]], columns, lanes.get(number))
            line, bridge = lines[ends]
            steps.append(
                Step(
                    way=number + 1,
                    number=place + 1,
                    hop=hop,
                    ends=(order[ends[0]], order[ends[1]]),
                    line=line,
                    bridge=bridge,
                )
            )
    return tuple(steps)


def _line(left: Node, right: Node, columns: Sequence[float], lane: float | None) -> tuple[Route, Route]:
    """Lay a line from edge to edge that changes lanes in the middle half of gaps, and give its bridge too.

    Over several gaps it runs along the way's own lane; a way without one crosses them in a single curve.
    """
    (x, y), (end_x, end_y) = left.at, right.at
    first = (columns[columns.index(x) + 1] - x) / 4
    last = (end_x - columns[columns.index(end_x) - 1]) / 4
    turns = [(x + first, y), (end_x - last, end_y)]
    if lane is not None and columns.index(end_x) - columns.index(x) > 1:
        turns[1:1] = [(x + 3 * first, lane), (end_x - 3 * last, lane)]
    line = through((x + left.role.value + _OFF, y), *turns, (end_x - right.role.value - _OFF, end_y))
    over = line[1 + (left.role is Figure.YOU) : len(line) - 1 - (right.role is Figure.TARGET)]
    return line, tuple(_within(piece, x + 1.5 * first, end_x - 1.5 * last) for piece in over)


def _within(piece: Piece, left: float, right: float) -> Piece:
    """Cut a straight piece off where lines leave and join."""
    if not piece.level:
        return piece
    return Piece((max(piece.start[0], left), piece.start[1]), (min(piece.end[0], right), piece.end[1]))


def _blocked(steps: Sequence[Step], nodes: Sequence[Node]) -> int | None:
    """Give the best way whose single curve over several gaps would pass through somebody: it needs a lane as well."""
    for step in steps:
        left, right = (nodes[place].at[0] for place in step.ends)
        boxes = [box for node in nodes if left < node.at[0] < right for box in node.boxes()]
        if len(step.line) == _CURVED and any(touches(box, point) for box in boxes for point in points(step.line)):
            return step.way - 1
    return None


def touches(box: Box, point: Point, air: float = 4) -> bool:
    """Whether a point lies in a box, or nearly."""
    return box[0] - air < point[0] < box[2] + air and box[1] - air < point[1] < box[3] + air
