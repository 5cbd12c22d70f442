"""The header of a LinkedIn table: on which line it stands, and what each of its columns means.

It is found by its words in the first lines, in the first delimiter that gives one. Where no word of it is known, the
columns of Connections.csv are told by what is in them (profile addresses, dates, mail addresses, and the names, which
come first), and those of the other tables by the order that LinkedIn writes them in.
"""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ingest.sources.linkedin_dates import is_date
from ingest.sources.linkedin_forms import FORMS, Form, Sheet
from ingest.sources.linkedin_words import fold

_DELIMITERS = (",", ";", "\t", "|")
_LINES = 80
# Neither a header nor a row that tells columns apart is longer.
_LONG = 20_000
URL = re.compile(r"(?:https?://)?(?:[\w-]+\.)*linkedin\.com/\S+", re.IGNORECASE)
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A header that was found.

    Attributes:
        names: Its cells, as they are written.
        columns: Where each meaning stands.
        above: How many lines stand before the first row of data.
    """

    delimiter: str
    names: tuple[str, ...]
    columns: dict[str, int]
    above: int


def find_header(sheet: Sheet, lines: Sequence[str], *, by_words: bool) -> Header | None:
    """Find the header among a table's first lines: by its words, else, unless only they count, by what is below it."""
    form = FORMS[sheet]
    return _by_words(form, lines) or (None if by_words else _by_content(sheet, form, lines))


def _split(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), []) if len(line) <= _LONG else []


def _by_words(form: Form, lines: Sequence[str]) -> Header | None:
    """Find the line that names the most columns."""
    best: Header | None = None
    for number, line in enumerate(lines[:_LINES], start=1):
        for delimiter in _DELIMITERS:
            cells = _split(line, delimiter)
            columns = named_columns(form, cells)
            enough = all(not group.isdisjoint(columns) for group in form.needed)
            if enough and (best is None or len(columns) > len(best.columns)):
                best = Header(delimiter=delimiter, names=tuple(cells), columns=columns, above=number)
    return best


def named_columns(form: Form, cells: Iterable[str]) -> dict[str, int]:
    """Tell which columns a header names in words that are known."""
    columns: dict[str, int] = {}
    for place, cell in enumerate(cells):
        folded = fold(cell)
        meaning = next((each for each, known in form.words.items() if folded in known and each not in columns), None)
        if meaning is not None:
            columns[meaning] = place
    return columns


def _by_content(sheet: Sheet, form: Form, lines: Sequence[str]) -> Header | None:
    """Find the first line that is as wide as the rows that hold data, and name its columns by what is below it."""
    best: tuple[int, Header] | None = None
    for delimiter in _DELIMITERS:
        rows = [(number, _split(line, delimiter)) for number, line in enumerate(lines, start=1)]
        told = [cells for _, cells in rows if len(cells) > 1 and any(map(_is_data, cells))]
        if not told:
            continue
        width = Counter(map(len, told)).most_common(1)[0][0]
        number, first = next(row for row in rows if len(row[1]) == width)
        bare = any(map(_is_data, first))
        data = [cells for cells in told if len(cells) == width]
        columns = {} if bare else named_columns(form, first)
        if sheet is not Sheet.CONNECTIONS:
            columns = _ordered(form, data)
        if sheet is Sheet.CONNECTIONS or columns:
            header = Header(delimiter=delimiter, names=tuple(first), columns=columns, above=number - bare)
            if best is None or len(data) > best[0]:
                best = (len(data), header)
    return best[1] if best else None


def _is_data(cell: str) -> bool:
    cell = cell.strip()
    return bool(URL.fullmatch(cell) or _MAIL.fullmatch(cell)) or is_date(cell)


def _ordered(form: Form, rows: Sequence[Sequence[str]]) -> dict[str, int]:
    """Name columns by LinkedIn's own order, if the dates are where they should be."""
    for order in form.orders:
        if len(rows[0]) >= len(order):
            place = order.index("date") if "date" in order else None
            if place is None or _share(rows, place, is_date) > 0.5:
                return {name: n for n, name in enumerate(order)}
    return {}


def _share(rows: Iterable[Sequence[str]], place: int, holds: Callable[[str], object]) -> float:
    filled = [cell for row in rows if (cell := row[place].strip())]
    return sum(bool(holds(cell)) for cell in filled) / len(filled) if filled else 0.0


def complete(columns: dict[str, int], width: int, rows: Sequence[Sequence[str]]) -> dict[str, int]:
    """Name the columns of Connections.csv that no word named: by what is in them, then by where they stand."""
    columns = dict(columns)
    left = [place for place in range(width) if place not in columns.values()]
    for name, holds in (("url", URL.fullmatch), ("date", is_date), ("email", _MAIL.fullmatch)):
        if name not in columns:
            place = max(left, key=lambda each: _share(rows, each, holds), default=None)
            if place is not None and _share(rows, place, holds) > 0.5:
                columns[name] = place
                left.remove(place)
    if "first" not in columns and "last" not in columns:
        columns.update(zip(("first", "last"), left[:2], strict=False))
        left = left[2:]
    before = [place for place in left if place < columns.get("date", width)]
    missing = [name for name in ("company", "position") if name not in columns]
    columns.update(zip(missing, before[-len(missing) :] if missing else (), strict=False))
    return columns
