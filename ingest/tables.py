"""Tables of delimited text: their encoding, delimiter, header and rows, found out from the file itself."""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO, TextIOWrapper
from typing import NamedTuple

from charset_normalizer import from_bytes

from graph.errors import UsageError
from graph.model import Problem
from ingest.files import Entry
from ingest.source import UnreadableError

_SAMPLE = 1 << 18
_AROUND = 1 << 15
_ROWS = 200
_DELIMITERS = (",", ";", "\t", "|")
_NAMED = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "pipe": "|", "space": " "}
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_LEGACY = ["cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "koi8_r", "mac_roman"]
_LEGACY += ["cp932", "euc_jp", "gb18030", "big5", "cp949"]
_OPEN_LINES = 500
_ODD = re.compile(r"(?<=[a-z])[^\x00-\x7f\w]|[^\x00-\x7f\w](?=[a-z])|(?<=[a-z])[¹²³]|[¹²³](?=[a-z])")
# One unreadable character in so many is a slip, more mean another encoding.
_TOO_ODD = 50
_SEP_LINE = re.compile(r"sep=(.)", re.IGNORECASE)
_DATA = re.compile(r"[\d\s.,:/+-]+|\S+@\S+\.\S+|https?://\S+")

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
    found, guessed = (_checked(entry, encoding), False) if encoding else _find_encoding(entry)
    text = _sample(entry, found)
    if not text.strip():
        raise UnreadableError(f"{entry.where} is empty; export it again")
    lines = list(StringIO(text, newline=""))
    hint = _SEP_LINE.fullmatch(lines[0].strip())
    given = _given_delimiter(delimiter) or (hint[1] if hint else None)
    chosen = given or max(_DELIMITERS, key=lambda each: _fitness(lines, each))
    rows = _rows(lines, chosen)
    start = _first_row(rows, 1 if hint else 0)
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


# --- encoding --------------------------------------------------------------------------------------------------------


def _checked(entry: Entry, encoding: str) -> str:
    try:
        name = codecs.lookup(encoding).name
        text = _sample(entry, name)
    except (LookupError, UnicodeError) as error:
        raise UsageError(f"--encoding {encoding} is unknown; try utf-8, utf-16, windows-1252") from error
    if text.count("\ufffd") * _TOO_ODD > len(text):
        raise UsageError(f"{entry.where} is not in {encoding}; leave --encoding out to have it found")
    return "utf-8-sig" if name == "utf-8" else name


def _find_encoding(entry: Entry) -> tuple[str, bool]:
    with entry.open() as stream:
        start = stream.read(_SAMPLE)
        for mark, encoding in _BOMS:
            if start.startswith(mark):
                return encoding, False
        if (nuls := start.count(0)) > len(start) // 4:
            return ("utf-16-le" if start[1::2].count(0) * 2 > nuls else "utf-16-be"), True
        decoder = codecs.getincrementaldecoder("utf-8")("strict")
        block = start
        try:
            while block:
                decoder.decode(block)
                block = stream.read(_SAMPLE)
        except UnicodeDecodeError as error:
            return _legacy(block[max(0, error.start - _AROUND) : error.start + _AROUND]), True
    return "utf-8", False


def _legacy(sample: bytes) -> str:
    best = from_bytes(sample, cp_isolation=_LEGACY, threshold=0.5).best()
    encoding = best.encoding if best is not None else "cp1252"
    # Its guess between the West's and the Centre's letters is weak: where the West has signs inside words, it is wrong.
    if encoding == "cp1252" and _oddities(sample, "cp1250") < _oddities(sample, "cp1252"):
        return "cp1250"
    same = sample.decode(encoding, "replace") == sample.decode("cp1252", "replace")
    return "cp1252" if same else encoding


def _oddities(sample: bytes, encoding: str) -> int:
    """Count the signs that touch letters where a word would have a letter: `Stanis³aw`, `¯ó³æ`."""
    return len(_ODD.findall(sample.decode(encoding, "replace")))


def _sample(entry: Entry, encoding: str) -> str:
    with entry.open() as stream:
        data = stream.read(_SAMPLE)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(data, len(data) < _SAMPLE)
    # What follows the last line's end may be half a line.
    return text if len(data) < _SAMPLE or "\n" not in text else text[: text.rindex("\n") + 1]


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
        return 0.0
    return sum(len(row.cells) == width for row in rows) / len(rows) + min(width, 50) / 100


def _first_row(rows: list[Row], base: int) -> int:
    """Find the first row that is as wide as most: what stands above it are notes."""
    width = _width(rows[base:])
    return next((n for n, row in enumerate(rows) if n >= base and len(row.cells) == width), base)


def _is_header(cells: list[str]) -> bool:
    named = [cell.strip() for cell in cells if cell.strip()]
    return (
        2 * len(named) >= len(cells)
        and len(set(named)) == len(named)
        and not any(_DATA.fullmatch(cell) for cell in named)
    )
