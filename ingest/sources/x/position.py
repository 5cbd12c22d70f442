"""How far a target is read: kept with the acts of each page, so that nothing is bought twice."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import DecodeError, Struct, ValidationError
from msgspec.json import decode, encode

from ingest.sources.x.pages import Told

_STEP = 1.25
Point = tuple[int, int, int, int]
"""When (seconds since 1970), and how many posts, posts come along and users there were from then on."""


class Sweep(Struct, omit_defaults=True):
    """One way through the pages of a target, from its newest post back to what is known.

    Attributes:
        since: The id behind which it begins, as `since_id`.
        start: The instant from which on, as `start_time`: seconds since 1970; 0 for none.
        until: The id before which it ends, as `until_id`.
        older: Whether it goes on where an earlier `--since` ended.
        next: The token of the next page.
        top: The newest id of its first page.
        top_at: When that was written.
        oldest: The smallest id so far.
        oldest_at: When that was written.
        curve: How much there was of it, by age.
    """

    since: str = ""
    start: int = 0
    until: str = ""
    older: bool = False
    next: str = ""
    top: str = ""
    top_at: int = 0
    oldest: str = ""
    oldest_at: int = 0
    curve: list[Point] = []

    def note(self, told: Iterable[Told]) -> None:
        """Note the posts of a page."""
        ids = {each.id: int(each.at.timestamp()) for each in told}
        if ids and not self.top:
            self.top, self.top_at = str(max(ids)), ids[max(ids)]
        if ids and (not self.oldest or min(ids) < int(self.oldest)):
            self.oldest, self.oldest_at = str(min(ids)), ids[min(ids)]


class Below(Struct, omit_defaults=True):
    """What was read before a gap that a later `--since` left: as in a position."""

    since: str = ""
    since_at: int = 0
    floor: int | None = None
    bottom: str = ""


class Position(Struct, omit_defaults=True):
    """How far a target is read.

    Attributes:
        since: The newest id, once everything before it is stored.
        since_at: When that was written.
        floor: Since when it is read: 0 for all that X gives, None where nothing is read to its end.
        bottom: The smallest id that is stored; above the gap where there is one.
        below: What is stored below such gaps, the highest last.
        sweep: The sweep under way.
        curve: How much came, by age.
        name: What a list is called.
        next: The token of the next page of a list's members.
        size: How many members there were.
        page: How many posts there were on the last page, posts that came along, and users.
    """

    since: str = ""
    since_at: int = 0
    floor: int | None = None
    bottom: str = ""
    below: list[Below] = []
    sweep: Sweep | None = None
    curve: list[Point] = []
    name: str = ""
    next: str = ""
    size: int = 0
    page: tuple[int, int, int] = (0, 0, 0)

    def close(self, sweep: Sweep) -> None:
        """Note that a sweep has come to its end."""
        self.sweep = None
        if self.below and sweep.since == self.below[-1].since:  # it has filled the gap
            known = self.below.pop()
            self.floor, self.bottom = known.floor, known.bottom
        elif sweep.older:
            self.floor, self.bottom = sweep.start, sweep.oldest or self.bottom
        elif sweep.top and not sweep.since:
            if self.since and sweep.start > self.since_at:
                held = Below(since=self.since, since_at=self.since_at, floor=self.floor, bottom=self.bottom)
                self.below = [*self.below, held]
            self.floor, self.bottom = sweep.start, sweep.oldest
        if not self.floor:
            self.below = []
        if sweep.top and not sweep.older:
            self.since, self.since_at = sweep.top, sweep.top_at
            self.curve = _lay_on(sweep.curve, self.curve)


def begin_older(kind: str, held: Position, since: int) -> Sweep | None:
    """Begin a sweep behind where an earlier `--since` ended, where now more is asked for; of a list there is none."""
    if kind == "list" or not held.floor or since >= held.floor:
        return None
    known = held.below[-1] if held.below else Below()
    if known.since and since <= known.since_at:
        return Sweep(until=held.bottom, since=known.since, older=True)
    return Sweep(until=held.bottom, start=since, older=True)


def load(text: str | None) -> Position:
    """Read a position; what is none is the beginning."""
    try:
        return decode(text or "{}", type=Position)
    except (ValidationError, DecodeError):
        return Position()


def dump(position: Position) -> str:
    """Write a position."""
    return encode(position).decode()


class Growth:
    """Counts what comes in one sweep, from the newest post on."""

    def __init__(self, curve: list[Point]) -> None:
        """Go on behind what was counted on a curve."""
        self._curve = curve
        self._before = curve[-1][1:] if curve else (0, 0, 0)
        self._told: set[int] = set()
        self._posts: set[str] = set()
        self._users: set[str] = set()

    def add(self, told: Iterable[Told]) -> None:
        """Count the posts of a page, and note on the curve how many there are by now."""
        curve, (posts, along, users) = self._curve, self._before
        for each in sorted(told, key=lambda one: -one.id):
            if each.id in self._told:
                continue
            self._told.add(each.id)
            self._posts |= each.posts
            self._users |= each.users
            counts = posts + len(self._told), along + len(self._posts), users + len(self._users)
            point = int(each.at.timestamp()), *counts
            if len(curve) > 1 and point[1] < curve[-2][1] * _STEP:
                curve[-1] = point
            else:
                curve.append(point)


def count_since(curve: list[Point], at: float) -> tuple[int, int, int]:
    """Tell how many posts, posts come along and users there were since an instant (in seconds since 1970)."""
    newer = (curve[0][0] if curve else 0, 0, 0, 0)
    for point in curve:
        if point[0] < at:
            share = (newer[0] - at) / (newer[0] - point[0]) if newer[0] > point[0] else 1.0
            posts, along, users = (round(a + share * (b - a)) for a, b in zip(newer[1:], point[1:], strict=True))
            return posts, along, users
        newer = point
    return newer[1:]


def _lay_on(new: list[Point], old: list[Point]) -> list[Point]:
    """Put what came later on what came before."""
    if not new:
        return old
    _, *last = new[-1]
    laid: list[Point] = []
    for at, *counts in old:
        posts, along, users = (a + b for a, b in zip(counts, last, strict=True))
        if (laid or new)[-1][1] * _STEP <= posts:
            laid.append((at, posts, along, users))
    return [*new, *laid][:100]


def seconds(at: datetime) -> int:
    """Count the seconds from 1970 to an instant."""
    return int(at.timestamp())
