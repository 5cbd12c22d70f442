"""Names in a drawing: made safe, measured without a font, cut to fit, and shortened to initials."""

import re
from collections.abc import Iterator
from unicodedata import category, east_asian_width, name

from dashboard.words.lines import shorten
from graph.people.person import Person

LIMIT = 200
"""Characters of a name that are written out; nobody's name is longer, and a hostile one costs nothing."""
# In em; Inter and other sans-serif faces differ by less than a tenth.
_NARROW, _USUAL, _CAPITAL, _BROAD, _WIDE = 0.34, 0.56, 0.66, 0.86, 1.0
_EM = dict.fromkeys("fijlrtI.,:;'’`|!()[]/- ", _NARROW) | dict.fromkeys("mwMW@%…", _BROAD)


def safe(text: str, limit: int = LIMIT) -> str:
    """Make text fit to be written into XML: one line without control characters, cut at a word."""
    return shorten(text, limit)


def called(person: Person) -> str:
    """Give the name that somebody is written by: theirs, or an account where none is known."""
    return safe(person.name) or safe(person.id)


def measure(text: str, size: float) -> float:
    """Estimate how wide text is at a font size, both in px, without asking for a font."""
    return size * sum(map(_em, text))


def _em(char: str) -> float:
    if char in _EM:
        return _EM[char]
    if category(char) in ("Mn", "Me", "Cf"):
        return 0.0  # written on top of others
    if east_asian_width(char) in "WF":
        return _WIDE
    return _CAPITAL if char.isupper() else _USUAL


def fit(text: str, size: float, width: float, lines: int) -> tuple[str, ...]:
    """Break text into at most `lines` lines no wider than `width` px; what has no room ends in an ellipsis."""
    written: list[str] = [""]
    for word in _breakable(text):
        joined = (written[-1] + word).lstrip()
        if not written[-1] or measure(joined.rstrip(), size) <= width:
            written[-1] = joined
        elif len(written) < lines:
            written.append(word.lstrip())
        else:
            written[-1] += word  # too wide now, so that it is cut below
            break
    return tuple(_cut(line.rstrip(), size, width) for line in written)


def _breakable(text: str) -> Iterator[str]:
    """Split text where a line may end: at blanks, which stay with the word after them, and between wide characters."""
    yield from re.findall(r"\s*(?:[\u3000-\u9fff\uac00-\ud7af]|[^\s\u3000-\u9fff\uac00-\ud7af]+)", text)


def _cut(line: str, size: float, width: float) -> str:
    if measure(line, size) <= width:
        return line
    while line and measure(line + "…", size) > width:
        line = line[:-1]
    return line.rstrip(" ,.;:-") + "…"


def initials(person: str) -> str:
    """Give the letters that stand for somebody: the first and the last name's; one where they are not Latin."""
    starts = [next((char for char in word if char.isalnum()), "") for word in safe(person).split()]
    letters = [letter.upper()[:1] for letter in starts if letter]
    if not letters:
        return "?"
    return letters[0] + letters[-1] if len(letters) > 1 and _is_latin(letters[0]) else letters[0]


def _is_latin(letter: str) -> bool:
    return name(letter, "").startswith("LATIN")
