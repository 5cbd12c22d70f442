"""Lines of text with meanings, and the plain words for numbers, dates and lengths of time.

Data are hostile: whatever comes from a source goes through `clean` before it is shown, which the console does for every
span that it prints; so a renderer can't forget it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from functools import partial

from graph.records.clean import clean as printable
from graph.records.clean import shorten as cut

# Marks that scripts and soft hyphens need in files; a terminal shows them as rubbish, or turns its line round.
_MARKS = re.compile("[\u00ad\u061c\u200e\u200f\ufff9-\ufffb]")
_LINK = re.compile(r"(?:https?://|mailto:)[^\s\"<>\\^`{|}]+", re.IGNORECASE)
_LINK_LIMIT = 2_000
_Y = re.compile("(?<=[^aeiou])y$")
_WIDTH = 100


class Style(Enum):
    """What a span means; the console knows the colours."""

    PLAIN = "plain"
    HEADING = "heading"
    NAME = "name"
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"
    DIM = "dim"
    LINK = "link"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line, and what it means."""

    text: str
    style: Style = Style.PLAIN


Line = str | Span | Sequence[Span | str]
"""One line without its end: a plain string, a span, or pieces of both."""


heading = partial(Span, style=Style.HEADING)
name = partial(Span, style=Style.NAME)
good = partial(Span, style=Style.GOOD)
warning = partial(Span, style=Style.WARNING)
dim = partial(Span, style=Style.DIM)
command = partial(Span, style=Style.COMMAND)
"""What the reader can type."""


def spans(line: Line) -> list[Span]:
    """Give a line as spans."""
    if isinstance(line, str | Span):
        line = [line]
    return [Span(piece) if isinstance(piece, str) else piece for piece in line]


def plain(line: Line) -> str:
    """Give a line's text, cleaned, without its meanings."""
    return "".join(clean(span.text) for span in spans(line))


def clean(text: str) -> str:
    """Make text safe for a terminal: one line, no control or escape characters, no bidi overrides, no surrogates."""
    return text if text.isascii() and text.isprintable() else _MARKS.sub("", printable(text))


def shorten(text: str, limit: int) -> str:
    """Clean text and cut it at a word, with an ellipsis, so that it has at most `limit` characters."""
    return cut(" ".join(clean(text[: limit * 20]).split()), limit)


def link(url: str | None) -> str | None:
    """Give a link if it is one that may be shown (http, https, mailto; no blanks or controls), else None."""
    if url is None or len(url) > _LINK_LIMIT or clean(url) != url or not _LINK.fullmatch(url):
        return None
    return url


def number(value: int) -> str:
    """Write a count with thousands apart: 4,210."""
    return f"{value:,}"


def count(value: int, one: str, many: str = "") -> str:
    """Write a count with its noun: `1 person`, `4,210 people`."""
    return f"{value:,} {one if value == 1 else many or plural(one)}"


def plural(noun: str) -> str:
    """Make many of one: `people`, `replies`, `lines of problems`."""
    first, of, rest = noun.partition(" of ")
    if first.endswith("person"):
        return f"{first.removesuffix('person')}people{of}{rest}"
    return f"{_Y.sub('ie', first)}s{of}{rest}"


def in_words(value: int) -> str:
    """Write a count at the start of a sentence: Two, 4,210."""
    return _IN_WORDS.get(value) or number(value)


_IN_WORDS = {2: "Two", 3: "Three", 4: "Four", 5: "Five"}


def capital(words: str) -> str:
    """Begin words as a sentence does."""
    return words[:1].upper() + words[1:]


def day(at: datetime | date | None) -> str:
    """Write a day: 15 April 2009; `undated` where there is none."""
    if at is None:
        return "undated"
    if isinstance(at, datetime):
        at = at.astimezone(UTC).date()
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}"


def moment(at: datetime) -> str:
    """Write an instant to the minute, in UTC: 15 April 2009 09:30 UTC."""
    return f"{day(at)} {at.astimezone(UTC):%H:%M} UTC"


_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def size(octets: int) -> str:
    """Write a size in bytes readably: 3.4 MB."""
    value, units = float(octets), ["bytes", "kB", "MB", "GB"]
    while value >= 1000 and len(units) > 1:
        value /= 1000
        units.pop(0)
    return f"{value:.0f} {units[0]}" if units[0] == "bytes" or value >= 100 else f"{value:.1f} {units[0]}"


def duration(seconds: float) -> str:
    """Write a length of time readably: 0.4 s, 12 s, 3 min 5 s, 2 h 10 min."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def enumerate_words(words: Iterable[str]) -> str:
    """Join words as a sentence does: `a, b and c`."""
    items = list(words)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def table(rows: Sequence[Sequence[str]], indent: str = "  ") -> list[str]:
    """Line up rows of cells in columns; the last column is not padded."""
    cleaned = [[clean(cell) for cell in row] for row in rows]
    widths = [max(map(cells, column)) for column in zip(*(row[:-1] for row in cleaned), strict=True)]
    return [
        (indent + "  ".join([*(pad(cell, width) for cell, width in zip(row, widths, strict=False)), row[-1]])).rstrip()
        for row in cleaned
    ]


def wrapped(text: str, first: str) -> list[str]:
    """Break text into lines of at most 100 characters; `first` stands before, and the others are indented as far."""
    from textwrap import wrap

    indent = " " * cells(first)
    return wrap(clean(text), _WIDTH, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False) or [first]


def pad(text: str, width: int) -> str:
    """Fill text with blanks up to that many terminal cells."""
    return text + " " * (width - cells(text))


def cells(text: str) -> int:
    """Count the terminal cells that a text takes: two for wide (East Asian, emoji), none for combining characters."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text)
