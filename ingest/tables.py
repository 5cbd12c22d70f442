"""Tables of delimited text: their encoding, delimiter, header and rows, found out from the file itself."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO, TextIOWrapper
from typing import NamedTuple

from graph.errors import UsageError
from graph.model import Problem
from ingest.encoding import checked_encoding, find_encoding, read_start
from ingest.files import Entry
from ingest.headings import WORDS, fold
from ingest.source import UnreadableError

_ROWS = 200
# No more rows than these stand above a header.
_NOTES = 50
_DELIMITERS = (",", ";", "\t", "|")
_NAMED = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "pipe": "|", "space": " "}
_OPEN_LINES = 500
_SEP_LINE = re.compile(r"sep=(.)", re.IGNORECASE)
_DATA = re.compile(r"[\d\s.,:/+-]+|\S+@\S+\.\S+|https?://\S+")

_WORDS = frozenset(word for words in WORDS.values() for word in words)

# Python's own limit of 128 KiB a cell is less than a mail.
csv.field_size_limit(16 << 20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a table is written.

    Attributes:
        encoding: Of its bytes.
        guessed: Whether the encoding is only the most likely one.
        delimiter: Between its cells.
        header: The names of its columns; `1`, `2`, … where it has none.
        named: Whether there is a header.
        above: How many lines stand before the first row of data.
        samples: The first rows of data.
    """

    encoding: str
    guessed: bool
    delimiter: str
    header: tuple[str, ...]
    named: bool
    above: int
    samples: tuple[tuple[str, ...], ...]


class Row(NamedTuple):
    """One row of data.

    Attributes:
        line: The number of the line it begins on.
        end: The number of the line it ends on.
        done: How many characters were read when it ended.
        cells: What is in it.
    """

    line: int
    end: int
    done: int
    cells: list[str]


def find_layout(entry: Entry, encoding: str | None, delimiter: str | None, *, named: bool | None) -> Layout:
    """Find out how a table is written; what is given is believed.

    Raises:
        UsageError: If the given encoding or delimiter is none, or does not fit.
        UnreadableError: If it is empty.
    """
    found, guessed = (checked_encoding(entry, encoding), False) if encoding else find_encoding(entry)
    text = read_start(entry, found)
    if not text.strip():
        raise UnreadableError(f"{entry.where} is empty; export it again")
    lines = list(StringIO(text, newline=""))
    hint = _SEP_LINE.fullmatch(lines[0].strip())
    given = _given_delimiter(delimiter) or (hint[1] if hint else None)
    chosen = given or max(_DELIMITERS, key=lambda each: _fitness(lines, each))
    rows = _rows(lines, chosen)
    start = _first_row(rows, 1 if hint else 0, headed=named is not False)
    if start >= len(rows):
        raise UnreadableError(f"{entry.where} holds no row; export it again")
    first = rows[start]
    has_header = _is_header(first.cells) if named is None else named
    data = rows[start + 1 :] if has_header else rows[start:]
    names = [cell.strip() for cell in first.cells] if has_header else [str(n + 1) for n in range(len(first.cells))]
    return Layout(
        encoding=found,
        guessed=guessed,
        delimiter=chosen,
        header=tuple(name or str(n + 1) for n, name in enumerate(names)),
        named=has_header,
        above=data[0].line - 1 if data else len(lines),
        samples=tuple(tuple(row.cells) for row in data if any(row.cells)),
    )


def read_rows(entry: Entry, layout: Layout, after: int = 0) -> Iterator[Row | Problem]:
    """Yield the rows of data that begin after a line; a row with too few or too many cells is a problem."""
    width = len(layout.header)
    with entry.open() as stream:
        lines = TextIOWrapper(stream, encoding=layout.encoding, errors="replace", newline="")
        start = max(after, layout.above)
        for _ in range(start):
            lines.readline()
        for row in _parse(lines, layout.delimiter, start, entry.where):
            if isinstance(row, Problem):
                yield row
            elif any(cell and not cell.isspace() for cell in row.cells):
                yield _fitted(row, width, entry.where)


def _fitted(row: Row, width: int, where: str) -> Row | Problem:
    cells = row.cells
    if len(cells) > width and not any(cells[width:]):
        cells = cells[:width]
    if len(cells) != width:
        held, whole = (
            f"{many} {what}{'' if many == 1 else 's'}" for many, what in ((len(cells), "cell"), (width, "column"))
        )
        return Problem(where=f"{where}:{row.line}", why=f"the row has {held}, the table has {whole}")
    return row._replace(cells=cells)


# --- rows ------------------------------------------------------------------------------------------------------------


class _Lines:
    """Lines that can be given back: those that an unclosed quote swallowed."""

    def __init__(self, lines: Iterable[str], start: int) -> None:
        self._lines = iter(lines)
        self._back: list[str] = []
        self.taken: list[str] = []
        self.number = start
        self.done = 0
        self.ended = False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if len(self.taken) >= _OPEN_LINES:
            raise csv.Error("a quote is not closed")
        line = self._back.pop() if self._back else next(self._lines, None)
        if line is None:
            self.ended = True
            raise StopIteration
        self.taken.append(line)
        self.done += len(line)
        return line

    def begin(self) -> None:
        """Note that a new row begins here."""
        self.number += len(self.taken)
        self.taken = []
        self.ended = False

    def give_back(self) -> None:
        """Give back all lines of the row but its first."""
        self._back.extend(reversed(self.taken[1:]))
        self.done -= sum(map(len, self.taken[1:]))
        self.taken = self.taken[:1]


def _parse(lines: Iterable[str], delimiter: str, start: int = 0, where: str = "") -> Iterator[Row | Problem]:
    """Yield rows with the lines they begin on; a quote that is never closed costs its own line only.

    Strictly read, such a quote shows at the next one, which then stands where none may; on one line by itself, a
    misplaced quote is only sloppy.
    """
    source = _Lines(lines, start)
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    while True:
        source.begin()
        try:
            cells: list[str] | None = next(reader)
        except StopIteration:
            return
        except csv.Error:
            sloppy = len(source.taken) == 1 and not source.ended
            cells = next(csv.reader(source.taken, delimiter=delimiter)) if sloppy else None
            source.give_back()
            reader = csv.reader(source, delimiter=delimiter, strict=True)
        if cells is None:
            yield Problem(where=f"{where}:{source.number + 1}", why="a quote that opens on this line is never closed")
        else:
            yield Row(source.number + 1, source.number + len(source.taken), source.done, cells)


# --- the first rows --------------------------------------------------------------------------------------------------


def _given_delimiter(delimiter: str | None) -> str | None:
    if delimiter is None:
        return None
    chosen = _NAMED.get(delimiter.lower(), delimiter)
    if len(chosen) != 1 or chosen in '"\r\n':
        raise UsageError(f"--delimiter {delimiter} must be one character, or comma, semicolon, tab, pipe")
    return chosen


def _rows(lines: list[str], delimiter: str) -> list[Row]:
    return [row for row in _parse(lines[:_ROWS], delimiter) if isinstance(row, Row)]


def _width(rows: list[Row]) -> int:
    widths = Counter(len(row.cells) for row in rows if any(row.cells))
    return max(widths, key=lambda width: (widths[width], width), default=1)


def _fitness(lines: list[str], delimiter: str) -> float:
    """Rate a delimiter: the share of rows of the commonest width, a little more for more columns."""
    rows = _rows(lines, delimiter)
    width = _width(rows)
    if width < 2:
        # More lines of notes than of data; what parts the words of a header still counts for a little.
        return max((_known(row.cells) for row in rows[:_NOTES] if len(row.cells) > 1), default=0) / 10_000
    return sum(len(row.cells) == width for row in rows) / len(rows) + min(width, 50) / 100


def _first_row(rows: list[Row], base: int, *, headed: bool) -> int:
    """Find the first row of the table: what stands above it are notes.

    It is the first one that is as wide as most. A spreadsheet makes its notes as wide as the table, and they may be
    more than its rows, so where this names no column, another one nearby that does so is the header.
    """
    width = _width(rows[base:])
    first = next((n for n, row in enumerate(rows) if n >= base and len(row.cells) == width), base)
    if not headed or first >= len(rows) or (_known(rows[first].cells) and _is_header(rows[first].cells)):
        return first
    named = [(_known(rows[n].cells), n) for n in range(base, min(base + _NOTES, len(rows)))]
    enough = [(known, n) for known, n in named if known >= min(2, width) and _is_header(rows[n].cells)]
    return max(enough, key=lambda each: each[0])[1] if enough else first


def _known(cells: list[str]) -> int:
    """Count the cells that are words for a column."""
    return sum(fold(cell) in _WORDS for cell in cells)


def _is_header(cells: list[str]) -> bool:
    named = [cell.strip() for cell in cells if cell.strip()]
    return (
        2 * len(named) >= len(cells)
        and len(set(named)) == len(named)
        and not any(_DATA.fullmatch(cell) for cell in named)
    )
