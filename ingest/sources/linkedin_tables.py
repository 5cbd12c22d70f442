"""The tables of a LinkedIn export: which file is which, and which column means what.

A header is found by its columns, wherever it stands, in the first delimiter that gives one. Where no word of it is
known, the columns of Connections.csv are told by what is in them (profile addresses, dates, mail addresses, and the
names, which come first), and the other tables by the order that LinkedIn writes them in.
"""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from io import TextIOWrapper
from itertools import islice
from pathlib import PurePosixPath

from graph.model import Problem
from ingest.detect import wrong_format
from ingest.files import Entry, Tree
from ingest.source import UnreadableError
from ingest.sources.linkedin_dates import is_date
from ingest.sources.linkedin_forms import FORMS, Form, Sheet, sheet_of
from ingest.sources.linkedin_words import fold
from ingest.tables import Layout, find_layout, read_rows

_DELIMITERS = (",", ";", "\t", "|")
_LINES = 80
_SAMPLES = 200
# Neither a header nor a row that tells columns apart is longer.
_LONG = 20_000
_URL = re.compile(r"(?:https?://)?(?:[\w-]+\.)*linkedin\.com/\S+", re.IGNORECASE)
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """One row: its cells by meaning."""

    line: int
    where: str
    cells: tuple[str, ...]
    columns: Mapping[str, int]

    def get(self, column: str) -> str:
        """Give a cell; an empty text where the table has no such column."""
        place = self.columns.get(column)
        return "" if place is None else self.cells[place].strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table whose columns are known.

    Attributes:
        columns: Where each meaning stands.
        samples: Its first rows.
    """

    sheet: Sheet
    entry: Entry
    layout: Layout
    columns: Mapping[str, int]
    samples: tuple[tuple[str, ...], ...]

    def rows(self, told: Callable[[int], None] = lambda _: None) -> Iterator[Cells | Problem]:
        """Yield its rows; a row that is cut short, or runs over, is a problem. `told` learns how far it is."""
        try:
            for row in read_rows(self.entry, self.layout):
                if isinstance(row, Problem):
                    yield row
                    continue
                told(row.done)
                where = f"{self.entry.where}:{row.line}"
                yield Cells(line=row.line, where=where, cells=tuple(row.cells), columns=self.columns)
        except UnreadableError as error:
            yield Problem(where=self.entry.where, why=f"nothing is read from here on: {error}")

    def column(self, name: str) -> list[str]:
        """Give the filled cells of a column among the samples."""
        place = self.columns.get(name)
        return [] if place is None else [row[place].strip() for row in self.samples if row[place].strip()]


# --- files -----------------------------------------------------------------------------------------------------------


def find_tables(tree: Tree, problems: list[Problem]) -> dict[Sheet, Table]:
    """Find the tables of the one export in an input; what is wrong with one of them is added to the problems.

    Raises:
        UnreadableError: If there is none, or more than one export.
    """
    if tree.kind == "file":
        (entry,) = tree
        table = _lone_table(entry)
        if table is None:
            raise wrong_format(tree.path, "a LinkedIn export or one of its tables")
        return {table.sheet: table}
    found: dict[PurePosixPath, dict[Sheet, Entry]] = {}
    for entry in tree:
        sheet = sheet_of(entry.name)
        if sheet is not None:
            held = found.setdefault(PurePosixPath(entry.name).parent, {})
            if sheet in held:
                problems.append(Problem(where=entry.where, why=f"not read: {held[sheet].name} is the same table"))
            held.setdefault(sheet, entry)
    homes = [home for home, held in found.items() if Sheet.CONNECTIONS in held or len(held) > 1] or list(found)
    if not homes:
        raise wrong_format(tree.path, "a LinkedIn export", "no Connections.csv, messages.csv or Invitations.csv in it")
    if len(homes) > 1:
        names = ", ".join(str(tree.path / home) for home in homes[:5])
        raise UnreadableError(f"{tree.path} holds {len(homes)} LinkedIn exports ({names}); ingest each by itself")
    return {sheet: table for sheet, entry in found[homes[0]].items() if (table := _known(sheet, entry, problems))}


def _known(sheet: Sheet, entry: Entry, problems: list[Problem]) -> Table | None:
    try:
        table = open_table(sheet, entry)
    except UnreadableError as error:
        problems.append(Problem(where=entry.where, why=str(error)))
        return None
    if table is None:
        known = ", ".join(FORMS[sheet].words)
        problems.append(
            Problem(where=entry.where, why=f"no header is found that names its columns ({known}); not read")
        )
    return table


def _lone_table(entry: Entry) -> Table | None:
    named = sheet_of(entry.name)
    if named is not None and (table := open_table(named, entry)) is not None:
        return table
    tables = (table for sheet in Sheet if (table := open_table(sheet, entry, by_words=True)) is not None)
    return max(tables, key=lambda table: len(table.columns), default=None)


# --- columns ---------------------------------------------------------------------------------------------------------


def open_table(sheet: Sheet, entry: Entry, *, by_words: bool = False) -> Table | None:
    """Find a table's header and columns; None where there are none.

    Args:
        sheet: Which table it should be.
        entry: The file.
        by_words: Whether to believe the words of a header only.

    Raises:
        UnreadableError: If the file is empty or can't be read.
    """
    layout = _layout(entry)
    lines = _first_lines(entry, layout.encoding)
    form = FORMS[sheet]
    header = _by_words(form, lines) or (None if by_words else _by_content(sheet, form, lines))
    if header is None:
        return None
    layout = replace(layout, delimiter=header.delimiter, header=header.names, above=header.above)
    table = Table(sheet=sheet, entry=entry, layout=layout, columns=header.columns, samples=())
    samples = tuple(row.cells for row in islice(table.rows(), _SAMPLES) if isinstance(row, Cells))
    columns = header.columns
    if sheet is Sheet.CONNECTIONS:
        columns = _completed(columns, len(header.names), samples)
    return replace(table, columns=columns, samples=samples)


def _layout(entry: Entry) -> Layout:
    """Find out the encoding; of a file that is damaged further on it is taken to be LinkedIn's own."""
    try:
        return find_layout(entry, None, None, named=True)
    except UnreadableError:
        if not "".join(_first_lines(entry, "utf-8-sig")).strip():
            raise
    return Layout(encoding="utf-8-sig", guessed=True, delimiter=",", header=(), named=True, above=0, samples=())


def _first_lines(entry: Entry, encoding: str) -> list[str]:
    lines: list[str] = []
    with (
        suppress(UnreadableError),
        TextIOWrapper(entry.open(), encoding=encoding, errors="replace", newline="") as text,
    ):
        lines.extend(islice(text, _SAMPLES))
    return lines


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    delimiter: str
    names: tuple[str, ...]
    columns: dict[str, int]
    above: int


def _split(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), []) if len(line) <= _LONG else []


def _by_words(form: Form, lines: Sequence[str]) -> _Header | None:
    """Find the line that names the most columns."""
    best: _Header | None = None
    for number, line in enumerate(lines[:_LINES], start=1):
        for delimiter in _DELIMITERS:
            cells = _split(line, delimiter)
            columns = _named(form, cells)
            enough = all(not group.isdisjoint(columns) for group in form.needed)
            if enough and (best is None or len(columns) > len(best.columns)):
                best = _Header(delimiter=delimiter, names=tuple(cells), columns=columns, above=number)
    return best


def _named(form: Form, cells: Iterable[str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for place, cell in enumerate(cells):
        folded = fold(cell)
        meaning = next((each for each, known in form.words.items() if folded in known and each not in columns), None)
        if meaning is not None:
            columns[meaning] = place
    return columns


def _by_content(sheet: Sheet, form: Form, lines: Sequence[str]) -> _Header | None:
    """Find the first line that is as wide as the rows that hold data, and name its columns by what is below it."""
    best: tuple[int, _Header] | None = None
    for delimiter in _DELIMITERS:
        rows = [(number, _split(line, delimiter)) for number, line in enumerate(lines, start=1)]
        told = [cells for _, cells in rows if len(cells) > 1 and any(map(_is_data, cells))]
        if not told:
            continue
        width = Counter(map(len, told)).most_common(1)[0][0]
        number, first = next(row for row in rows if len(row[1]) == width)
        bare = any(map(_is_data, first))
        data = [cells for cells in told if len(cells) == width]
        columns = {} if bare else _named(form, first)
        if sheet is not Sheet.CONNECTIONS:
            columns = _ordered(form, data)
        if sheet is Sheet.CONNECTIONS or columns:
            header = _Header(delimiter=delimiter, names=tuple(first), columns=columns, above=number - bare)
            if best is None or len(data) > best[0]:
                best = (len(data), header)
    return best[1] if best else None


def _is_data(cell: str) -> bool:
    cell = cell.strip()
    return bool(_URL.fullmatch(cell) or _MAIL.fullmatch(cell)) or is_date(cell)


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


def _completed(columns: dict[str, int], width: int, rows: Sequence[Sequence[str]]) -> dict[str, int]:
    """Name the columns of Connections.csv that no word named: by what is in them, then by where they stand."""
    columns = dict(columns)
    left = [place for place in range(width) if place not in columns.values()]
    for name, holds in (("url", _URL.fullmatch), ("date", is_date), ("email", _MAIL.fullmatch)):
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
