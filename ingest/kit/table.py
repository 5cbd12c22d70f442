"""Tables of delimited text: their encoding, delimiter, header and rows, found out from the file itself."""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from io import TextIOWrapper
from itertools import islice, takewhile
from typing import NamedTuple

from graph.errors import UsageError
from graph.model import Problem
from ingest.kit.dates import is_date
from ingest.kit.encoding import checked_encoding, find_encoding
from ingest.kit.files import Entry
from ingest.kit.headings import count_headings
from ingest.source import UnreadableError

_SAMPLES = 200
_SAMPLE_SIZE = 1 << 18
# No more rows than these stand above a header.
_NOTES = 50
_DELIMITERS = (",", ";", "\t", "|")
_NAMED = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "pipe": "|", "space": " "}
_OPEN_LINES = 500
_SEP_LINE = re.compile(r"sep=(.)", re.IGNORECASE)
_DATA = re.compile(r"[\d\s.,:/+-]+|\S+@\S+\.\S+|(?:https?://|www\.)\S+")

# Python's own limit of 128 KiB a cell is less than a mail.
csv.field_size_limit(16 << 20)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableLayout:
    """How a table is written.

    Attributes:
        encoding: Of its bytes.
        guessed: Whether the encoding is only the most likely one.
        delimiter: Between its cells.
        header: The names of its columns; `1`, `2`, … where it has none.
        named: Whether there is a header.
        above: How many lines stand before the first row of data.
        samples: The first rows of data, each as wide as the header.
    """

    encoding: str
    guessed: bool
    delimiter: str
    header: tuple[str, ...]
    named: bool
    above: int
    samples: tuple[tuple[str, ...], ...] = ()


class Row(NamedTuple):
    """One row of data.

    Attributes:
        line: The number of the line it begins on.
        end: The number of the line it ends on.
        done: How many characters of data were read when it ended.
        cells: What is in it.
    """

    line: int
    end: int
    done: int
    cells: list[str]


def count_names(cells: Sequence[str]) -> int:
    """Count the columns that a row names in words that are known; 0 where it can't be a header."""
    return count_headings(cells) if _is_header(cells) else 0


def find_layout(
    entry: Entry,
    encoding: str | None = None,
    delimiter: str | None = None,
    *,
    named: bool | None = None,
    names_in: Callable[[Sequence[str]], int] = count_names,
) -> TableLayout:
    """Find out how a table is written; what is given is believed.

    Args:
        entry: The file. Where it is damaged further on, its encoding is taken for UTF-8.
        encoding: Of its bytes.
        delimiter: Between its cells: a character, or its name.
        named: Whether it has a header.
        names_in: Counts the columns that a row names; 0 where it can't be the header.

    Raises:
        UsageError: If the given encoding or delimiter is none, or does not fit.
        UnreadableError: If it is empty, or nothing of it can be read.
    """
    found, guessed = _choose_encoding(entry, encoding)
    lines = _first_lines(entry, found)
    if not "".join(lines).strip():
        raise UnreadableError(f"{entry.where} is empty; export it again")
    hint = _SEP_LINE.fullmatch(lines[0].strip())
    given = _given_delimiter(delimiter) or (hint[1] if hint else None)
    chosen = given or max(_DELIMITERS, key=lambda each: _fitness(_rows(lines, each), names_in))
    rows = _rows(lines, chosen)[1 if hint else 0 :]
    if not rows:
        raise UnreadableError(f"{entry.where} holds no row; export it again")
    first = _first_row(rows, names_in if named is not False else lambda _: 0)
    has_header = (names_in(first.cells) > 0 or _is_header(first.cells)) if named is None else named
    names = [cell.strip() if has_header else "" for cell in first.cells]
    layout = TableLayout(
        encoding=found,
        guessed=guessed,
        delimiter=chosen,
        header=tuple(name or str(n) for n, name in enumerate(names, 1)),
        named=has_header,
        above=first.end if has_header else first.line - 1,
    )
    samples = takewhile(lambda row: row.done <= _SAMPLE_SIZE, _sound(read_rows(entry, layout)))
    return replace(layout, samples=tuple(tuple(row.cells) for row in islice(samples, _SAMPLES)))


def read_rows(entry: Entry, layout: TableLayout, after: int = 0) -> Iterator[Row | Problem]:
    """Yield the rows of data that begin after a line.

    A problem is a row with too few or too many cells, a quote that is never closed, and, as the last one and without a
    line, the place where the file is damaged.
    """
    width = len(layout.header)
    try:
        with TextIOWrapper(entry.open(), encoding=layout.encoding, errors="replace", newline="") as lines:
            start = max(after, layout.above)
            for _ in range(start):
                lines.readline()
            for row in _parse(lines, layout.delimiter, start, entry.where):
                if isinstance(row, Problem):
                    yield row
                elif any(cell and not cell.isspace() for cell in row.cells):
                    yield _fitted(row, width, entry.where)
    except UnreadableError as error:
        yield Problem(where=entry.where, why=f"nothing is read from here on: {error}")


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


def _sound(rows: Iterable[Row | Problem]) -> Iterator[Row]:
    return (row for row in rows if isinstance(row, Row))


def _parse(lines: Iterable[str], delimiter: str, number: int = 0, where: str = "") -> Iterator[Row | Problem]:
    """Yield rows with the lines they begin on; a quote that is never closed costs its own line only.

    Strictly read, such a quote shows at the next one, which then stands where none may; on one line by itself, a
    misplaced quote is only sloppy. The lines that it swallowed are given back, the last one first.
    """
    source, back, taken, done, ended = iter(lines), list[str](), list[str](), 0, False

    def feed() -> Iterator[str]:
        nonlocal ended
        while len(taken) < _OPEN_LINES:
            line = back.pop() if back else next(source, None)
            if line is None:
                ended = True
                return
            taken.append(line)
            yield line
        raise csv.Error("a quote is not closed")

    reader = csv.reader(feed(), delimiter=delimiter, strict=True)
    while True:
        taken.clear()
        ended = False
        try:
            cells: list[str] | None = next(reader)
        except StopIteration:
            return
        except csv.Error:
            cells = next(csv.reader(taken, delimiter=delimiter)) if len(taken) == 1 and not ended else None
            back.extend(reversed(taken[1:]))
            del taken[1:]
            reader = csv.reader(feed(), delimiter=delimiter, strict=True)
        done += sum(map(len, taken))
        if cells is None:
            yield Problem(where=f"{where}:{number + 1}", why="a quote that opens on this line is never closed")
        else:
            yield Row(number + 1, number + len(taken), done, cells)
        number += len(taken)


# --- the first rows --------------------------------------------------------------------------------------------------


def _choose_encoding(entry: Entry, given: str | None) -> tuple[str, bool]:
    try:
        return (checked_encoding(entry, given), False) if given else find_encoding(entry)
    except UnreadableError:
        return "utf-8-sig", True


def _first_lines(entry: Entry, encoding: str) -> list[str]:
    lines: list[str] = []
    size = 0
    try:
        with TextIOWrapper(entry.open(), encoding=encoding, errors="replace", newline="") as text:
            for line in islice(text, _SAMPLES):
                size += len(line)
                if lines and size > _SAMPLE_SIZE:
                    break
                lines.append(line)
    except UnreadableError:
        if not lines:
            raise
    return lines


def _given_delimiter(delimiter: str | None) -> str | None:
    if delimiter is None:
        return None
    chosen = _NAMED.get(delimiter.lower(), delimiter)
    if len(chosen) != 1 or chosen in '"\r\n':
        raise UsageError(f"--delimiter {delimiter} must be one character, or comma, semicolon, tab, pipe")
    return chosen


def _rows(lines: list[str], delimiter: str) -> list[Row]:
    return list(_sound(_parse(lines, delimiter)))


def _width(rows: list[Row]) -> int:
    """Give the commonest width; with more notes than rows, that of the rows that hold data."""
    widths = Counter(len(row.cells) for row in rows if any(row.cells))
    width = max(widths, key=lambda width: (widths[width], width), default=1)
    if width == 1:
        widths = Counter(len(row.cells) for row in rows if len(row.cells) > 1 and any(map(_is_data, row.cells)))
    return max(widths, key=lambda width: (widths[width], width), default=width)


def _fitness(rows: list[Row], names_in: Callable[[Sequence[str]], int]) -> float:
    """Rate a delimiter: the share of rows of the commonest width, a little more for more columns."""
    width = _width(rows)
    if width < 2:
        # More lines of notes than of data; what parts the words of a header still counts for a little.
        return max((names_in(row.cells) for row in rows[:_NOTES] if len(row.cells) > 1), default=0) / 10_000
    return sum(len(row.cells) == width for row in rows) / len(rows) + min(width, 50) / 100


def _first_row(rows: list[Row], names_in: Callable[[Sequence[str]], int]) -> Row:
    """Find the first row of the table: what stands above it are notes.

    It is the first one that is as wide as most. A spreadsheet makes its notes as wide as the table, and they may be
    more than its rows, so where this names no column, another one nearby that does so is the header.
    """
    width = _width(rows)
    first = next((row for row in rows if len(row.cells) == width), rows[0])
    if names_in(first.cells):
        return first
    best = max(rows[:_NOTES], key=lambda row: names_in(row.cells))
    return best if names_in(best.cells) >= min(2, width) else first


def _is_header(cells: Sequence[str]) -> bool:
    named = [cell.strip() for cell in cells if cell.strip()]
    return 2 * len(named) >= len(cells) and len(set(named)) == len(named) and not any(map(_is_data, named))


def _is_data(cell: str) -> bool:
    return bool(_DATA.fullmatch(cell.strip())) or is_date(cell)
