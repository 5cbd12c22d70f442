"""The data files of an X archive: JavaScript assignments of JSON, read one object at a time.

`window.YTD.tweets.part0 = [ {...}, ... ]`. A file of 200 MB is normal, so it is never held whole: the text is searched
for the next object's beginning and the object decoded from there, with a buffer that grows only for an object larger
than it. Damage is told once, and reading goes on with the next object that makes sense.
"""

import codecs
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from graph.model import Problem
from ingest.files import Entry
from ingest.source import UnreadableError

Object = dict[str, object]
CHUNK = 1 << 20
# No object of an archive is larger; what goes on for longer lacks its end.
OBJECT_LIMIT = 64 << 20
# A beginning that a chunk's end cut in two, and a token that a chunk's end cut short, are no longer than this.
_OVERLAP = 256
_TOKEN = 16
_SCAN = json.JSONDecoder(strict=False).raw_decode
_BEGINNING = re.compile(r"[=\[{]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One decoded object.

    Attributes:
        line: The line that it begins on.
        gap: The text between it and the object before, the damaged part of it included; its end, where it is long.
    """

    value: Object
    line: int
    gap: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How the wanted objects lie in a file.

    Attributes:
        head: How one begins.
        between: What may stand between two; anything else is damage.
    """

    head: re.Pattern[str]
    between: re.Pattern[str]


LIST = Layout(head=re.compile(r"\{"), between=re.compile(r"[\s,\[]*"))


class _Text:
    """The text of a stream, as much of it as is needed at a time."""

    def __init__(self, stream: BinaryIO, told: Callable[[int], None]) -> None:
        self._stream = stream
        self._told = told
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")(errors="replace")
        self._ended = False
        self.text = ""
        self.at = 0
        self.line = 1
        self.gap = ""
        self.whole = True

    def more(self) -> bool:
        """Read on, ever larger pieces where an object does not end; what lies before the place is let go."""
        if self._ended:
            return False
        data = self._stream.read(max(CHUNK, len(self.text) - self.at))
        self._told(len(data))
        self._ended = not data
        self.text = self.text[self.at :] + self._decoder.decode(data, final=self._ended)
        self.at = 0
        return True

    def move(self, at: int) -> None:
        """Go on from a later place, counting the lines passed."""
        self.line += self.text.count("\n", self.at, at)
        self.at = at

    def find(self, head: re.Pattern[str]) -> bool:
        """Go to the next beginning, or the end; `gap` is then the text passed, `whole` whether it is all of that."""
        self.whole = True
        while True:
            found = head.search(self.text, self.at)
            if found is not None and (self._ended or found.end() < len(self.text)):
                self._pass(found.start())
                return True
            if found is None and len(self.text) - self.at > _OVERLAP and not self._ended:
                # What is left may be the first half of a beginning.
                self.move(len(self.text) - _OVERLAP)
                self.whole = False
            if not self.more():
                self._pass(len(self.text))
                return False

    def _pass(self, to: int) -> None:
        self.gap = self.text[self.at : to]
        self.move(to)

    def decode(self) -> Object | None:
        """Decode the object that begins here and go on behind it; None, and no move, if it is damaged or cut off."""
        while True:
            try:
                value, end = _SCAN(self.text, self.at)
            except json.JSONDecodeError as error:
                if not self._cut_short(error) or not self.more():
                    return None
            except (ValueError, RecursionError):
                return None
            else:
                self.move(end)
                return value if isinstance(value, dict) else None

    def _cut_short(self, error: json.JSONDecodeError) -> bool:
        if len(self.text) - self.at > OBJECT_LIMIT:
            return False
        return error.pos >= len(self.text) - _TOKEN or error.msg.startswith("Unterminated string")


def read_pieces(
    entry: Entry,
    fits: Callable[[Object], bool],
    layout: Layout = LIST,
    told: Callable[[int], None] = lambda _: None,
) -> Iterator[Piece | Problem]:
    """Yield the objects of a data file, and a problem for each place where it is damaged.

    Args:
        entry: The file.
        fits: Tells an object of the wanted kind from one inside it, where damage makes that unclear.
        layout: Where the wanted objects lie.
        told: Told how many bytes were read, for progress.
    """
    line = 1
    try:
        with entry.open() as stream:
            text = _Text(stream, told)
            if not text.find(_BEGINNING):
                yield Problem(where=f"{entry.where}:1", why="no data of X: it should begin like `window.YTD.… = [`")
                return
            text.move(text.at + (text.text[text.at] == "="))
            for piece in _pieces(text, entry.where, fits, layout):
                line = piece.line if isinstance(piece, Piece) else line
                yield piece
    except UnreadableError as error:
        yield Problem(where=f"{entry.where}:{line}", why=f"nothing is read from here on: {error}")


def _pieces(text: _Text, where: str, fits: Callable[[Object], bool], layout: Layout) -> Iterator[Piece | Problem]:
    broken = False
    passed = ""
    while text.find(layout.head):
        line = text.line
        if not broken and text.whole and not layout.between.fullmatch(text.gap):
            broken = True
            yield _damage(where, line)
        passed += text.gap
        value = text.decode()
        if value is None:
            if not broken:
                yield _damage(where, line)
            broken = True
            text.move(text.at + 1)
        elif not broken or fits(value):
            yield Piece(value=value, line=line, gap=passed)
            broken, passed = False, ""
    if broken:
        return
    rest = text.gap.rstrip(" \t\r\n;")
    if not rest.endswith("]"):
        yield Problem(where=f"{where}:{text.line}", why="the file is cut off here; download the archive again")
    elif text.whole and not layout.between.fullmatch(rest[:-1]):
        yield _damage(where, text.line)


def _damage(where: str, line: int) -> Problem:
    why = "damaged or cut off: this is not valid JSON; reading goes on with the next record that is whole"
    return Problem(where=f"{where}:{line}", why=why)


# --- fields, of which any may be missing or of another type -----------------------------------------------------------


def unwrap(value: Object) -> Object:
    """Take `{"tweet": {...}}` out of its wrapper; an object without one is given back."""
    if len(value) == 1:
        (inner,) = value.values()
        if isinstance(inner, dict):
            return inner
    return value


def text_in(value: Object, *keys: str) -> str | None:
    """Give the first of the fields that holds a text or a whole number, as text."""
    for key in keys:
        found = value.get(key)
        if isinstance(found, str) and found.strip():
            return found.strip()
        if isinstance(found, int) and not isinstance(found, bool):
            return str(found)
    return None


def object_in(value: Object, key: str) -> Object:
    """Give the object in a field; an empty one where there is none."""
    found = value.get(key)
    return found if isinstance(found, dict) else {}


def objects_in(value: Object, key: str) -> list[Object]:
    """Give the objects of the list in a field."""
    found = value.get(key)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def texts_in(value: Object, key: str) -> list[str]:
    """Give the texts and whole numbers of the list in a field, as texts."""
    found = value.get(key)
    return [text for each in found if (text := text_in({"": each}, ""))] if isinstance(found, list) else []
