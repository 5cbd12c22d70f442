"""The data files of an X archive: JavaScript assignments of JSON, read one object at a time.

`window.YTD.tweets.part0 = [ {...}, ... ]`. A file of 200 MB is normal, so it is never held whole: the text is searched
for the next object's beginning and the object decoded from there, with a buffer that grows only for an object larger
than it. Damage is told once, and reading goes on with the next object that makes sense.
"""

import codecs
import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import BinaryIO, NamedTuple

from graph.errors import InvalidRecordError
from graph.model import Problem, latest_date
from ingest.kit.dates import as_utc, check_bounds
from ingest.kit.files import Entry
from ingest.source import UnreadableError

Object = dict[str, object]
CHUNK = 1 << 20
# No object of an archive is larger; what goes on for longer lacks its end.
OBJECT_LIMIT = 64 << 20
# A longer text between two objects is damage, and only its end is kept.
_GAP_LIMIT = 1 << 16
# A token that a chunk's end cut short is no longer than this.
_TOKEN = 16
# Of all decoders only the standard library's tells where an object ends.
_SCAN = json.JSONDecoder(strict=False).raw_decode
_BEGINNING = re.compile(r"[=\[{]")


class Shape(NamedTuple):
    """How the wanted objects lie in a file: how one begins, and what may stand between two; all else is damage."""

    head: re.Pattern[str]
    between: re.Pattern[str]


LIST = Shape(head=re.compile(r"\{"), between=re.compile(r"[\s,\[]*"))


class Decoded(NamedTuple):
    """One decoded object.

    Attributes:
        where: The file and the line that it begins on.
        gap: The text between it and the object before, the damaged part of it included; its end, where it is long.
    """

    value: Object
    where: str
    gap: str


class _Text:
    """The text of a stream, as much of it as is needed at a time, and the place in it where reading stands."""

    def __init__(self, stream: BinaryIO, progress: Callable[[int], None]) -> None:
        self._stream = stream
        self._progress = progress
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")(errors="replace")
        self._ended = False
        self.text = ""
        self.at = 0
        self.line = 1

    def _more(self) -> bool:
        """Read on, ever larger pieces where an object does not end; what lies before the place is let go."""
        if self._ended:
            return False
        data = self._stream.read(max(CHUNK, len(self.text) - self.at))
        self._progress(len(data))
        self._ended = not data
        self.text = self.text[self.at :] + self._decoder.decode(data, final=self._ended)
        self.at = 0
        return True

    def move(self, at: int) -> str:
        """Go on from a later place, counting the lines; gives the text passed."""
        passed = self.text[self.at : at]
        self.line += passed.count("\n")
        self.at = at
        return passed

    def find(self, head: re.Pattern[str]) -> tuple[str, bool]:
        """Go to the next beginning, or the end; gives the text passed, and whether there is a beginning."""
        while (found := head.search(self.text, self.at)) is None:
            # What is left may end in the first half of a beginning.
            self.move(max(self.at, len(self.text) - 2 * _GAP_LIMIT))
            if not self._more():
                return self.move(len(self.text)), False
        return self.move(found.start()), True

    def decode(self) -> Object | None:
        """Decode the object that begins here and go on behind it; None, and no move, if it is damaged or cut off."""
        while True:
            try:
                value, end = _SCAN(self.text, self.at)
            except json.JSONDecodeError as error:
                cut_short = error.pos >= len(self.text) - _TOKEN or error.msg.startswith("Unterminated string")
                if not cut_short or len(self.text) - self.at > OBJECT_LIMIT or not self._more():
                    return None
            except (ValueError, RecursionError):
                return None
            else:
                self.move(end)
                return value if isinstance(value, dict) else None


def read_objects(
    entry: Entry,
    keys: Iterable[str],
    layout: Shape = LIST,
    progress: Callable[[int], None] = lambda _: None,
) -> Iterator[Decoded | Problem]:
    """Yield the objects of a data file, and a problem for each place where it is damaged.

    Args:
        entry: The file.
        keys: Tell, where damage makes it unclear, an object of the wanted kind from one inside it: it has one of these,
            wrapped or not.
        layout: Where the wanted objects lie.
        progress: Told how many bytes were read.
    """
    where = f"{entry.where}:1"
    try:
        with entry.open() as stream:
            text = _Text(stream, progress)
            if not text.find(_BEGINNING)[1]:
                yield Problem(where=where, why="no data of X: it should begin like `window.YTD.… = [`")
                return
            text.move(text.at + (text.text[text.at] == "="))
            for piece in _pieces(text, entry.where, keys, layout):
                where = piece.where if isinstance(piece, Decoded) else where
                yield piece
    except UnreadableError as error:
        yield Problem(where=where, why=f"nothing is read from here on: {error}")


def _pieces(text: _Text, where: str, keys: Iterable[str], layout: Shape) -> Iterator[Decoded | Problem]:
    broken = False
    passed = ""
    while True:
        gap, found = text.find(layout.head)
        clean = len(gap) < _GAP_LIMIT and layout.between.fullmatch(gap if found else gap.rstrip(" \t\r\n;")[:-1])
        if not found:
            break
        here, value, was_broken = f"{where}:{text.line}", text.decode(), broken
        passed += gap
        broken = broken or not clean or value is None
        if broken and not was_broken:
            yield _damage(here)
        if value is None:
            text.move(text.at + 1)
        elif not broken or any(key in value or key in unwrap(value) for key in keys):
            yield Decoded(value, here, passed)
            broken, passed = False, ""
    if broken:
        return
    if not gap.rstrip(" \t\r\n;").endswith("]"):
        yield Problem(where=f"{where}:{text.line}", why="the file is cut off here; download the archive again")
    elif not clean:
        yield _damage(f"{where}:{text.line}")


def _damage(where: str) -> Problem:
    why = "damaged or cut off: this is not valid JSON; reading goes on with the next record that is whole"
    return Problem(where=where, why=why)


# --- what fields hold; any may be missing or of another type ----------------------------------------------------------


def unwrap(value: Object) -> Object:
    """Take `{"tweet": {...}}` out of its wrapper; an object without one is given back."""
    if len(value) == 1:
        (inner,) = value.values()
        if isinstance(inner, dict):
            return inner
    return value


def as_text(value: object) -> str:
    """Give a text, or a whole number as text; empty where a value is neither."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def text_in(value: Object, *keys: str) -> str | None:
    """Give the first of the fields that holds a text or a whole number, as text."""
    return next((text for key in keys if (text := as_text(value.get(key)))), None)


def object_in(value: Object, key: str) -> Object:
    """Give the object in a field; an empty one where there is none."""
    found = value.get(key)
    return found if isinstance(found, dict) else {}


def list_in(value: Object, key: str) -> list[object]:
    """Give the list in a field; an empty one where there is none."""
    found = value.get(key)
    return found if isinstance(found, list) else []


def objects_in(value: Object, key: str) -> list[Object]:
    """Give the objects of the list in a field."""
    return [each for each in list_in(value, key) if isinstance(each, dict)]


def date_in(value: Object, key: str, now: datetime) -> datetime:
    """Read a date: `Wed Oct 10 20:19:24 +0000 2018`, `2018-10-10 20:19:24 +0000` or ISO 8601.

    Raises:
        InvalidRecordError: If it is none, or not between 1971 and tomorrow.
    """
    text = text_in(value, key)
    if text is None:
        raise InvalidRecordError("the date is missing")
    try:
        if text[0].isalpha():
            at = datetime.strptime(text, "%a %b %d %H:%M:%S %z %Y")
        else:
            at = datetime.fromisoformat(text.replace(" +", "+").replace(" UTC", "+00:00"))
        at = as_utc(at)
    except (ValueError, OverflowError) as error:
        raise InvalidRecordError(f"{text[:60]!r} is not a date") from error
    return check_bounds(at, latest_date(now), text)
