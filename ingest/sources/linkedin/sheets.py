"""The tables of a LinkedIn export: which file is which, and what each of its columns means.

Where no word of a header is known, the columns of Connections.csv are told by what is in them (profile addresses,
dates, mail addresses, and the names, which come first), and those of the other tables by LinkedIn's own order.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from graph.model import Problem
from ingest.kit.dates import is_date
from ingest.kit.files import Entry, Tree
from ingest.kit.headings import HEADINGS, fold
from ingest.kit.looks import wrong_format
from ingest.kit.table import TableLayout, find_layout, read_rows
from ingest.source import UnreadableError
from ingest.sources.linkedin.forms import FORMS, Form, Sheet, sheet_of

_URL = re.compile(r"(?:https?://)?(?:[\w-]+\.)*linkedin\.com/\S+", re.IGNORECASE)
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """One row: its cells by meaning, and how many characters of the table were read when it ended."""

    where: str
    done: int
    cells: Sequence[str]
    columns: Mapping[str, int]

    def get(self, column: str) -> str:
        """Give a cell; an empty text where the table has no such column."""
        place = self.columns.get(column)
        return "" if place is None else self.cells[place].strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table, and where each meaning stands in it."""

    sheet: Sheet
    entry: Entry
    layout: TableLayout
    columns: Mapping[str, int]

    def rows(self) -> Iterator[Cells | Problem]:
        """Yield its rows, and as problems those that can't be read."""
        for row in read_rows(self.entry, self.layout):
            if isinstance(row, Problem):
                yield row
            else:
                where = f"{self.entry.where}:{row.line}"
                yield Cells(where=where, done=row.done, cells=row.cells, columns=self.columns)

    def samples(self, column: str) -> list[str]:
        """Give the filled cells of a column among the first rows."""
        place = self.columns.get(column)
        return [] if place is None else [row[place].strip() for row in self.layout.samples if row[place].strip()]


# --- files -----------------------------------------------------------------------------------------------------------


def find_tables(tree: Tree, problems: list[Problem]) -> dict[Sheet, Table]:
    """Find the tables of the one export in an input; what is wrong with one of them is added to the problems.

    Raises:
        UnreadableError: If there is none, or more than one export.
    """
    if tree.kind == "file":
        (entry,) = tree
        table = open_lone_table(entry)
        if table is None:
            raise wrong_format(tree.path, "a LinkedIn export or one of its tables")
        return {table.sheet: table}
    tables = {}
    for sheet, entry in _files_of(tree, problems).items():
        try:
            if (table := open_table(sheet, entry)) is not None:
                tables[sheet] = table
                continue
            why = f"no header is found that names its columns ({', '.join(FORMS[sheet].words)}); not read"
        except UnreadableError as error:
            why = str(error)
        problems.append(Problem(where=entry.where, why=why))
    return tables


def _files_of(tree: Tree, problems: list[Problem]) -> dict[Sheet, Entry]:
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
        raise UnreadableError(f"{tree.path} holds {len(homes)} LinkedIn exports ({names}); bring in each by itself")
    return found[homes[0]]


def open_lone_table(entry: Entry) -> Table | None:
    """Open a table of LinkedIn's that is not in an export: by its file's name, else by the words of its header.

    Raises:
        UnreadableError: If the file is empty or can't be read.
    """
    named = sheet_of(entry.name)
    if named is not None and (table := open_table(named, entry)) is not None and _is_own(table):
        return table
    tables = (open_table(sheet, entry, by_words=True) for sheet in Sheet)
    own = (table for table in tables if table is not None and _is_own(table))
    return max(own, key=lambda table: len(table.columns), default=None)


def _is_own(table: Table) -> bool:
    """Tell LinkedIn's own table from others of acts between people, which have a sender, a recipient and a date too."""
    # What only LinkedIn's tables have; columns that were named by where they stand prove nothing.
    named = FORMS[table.sheet].columns(table.layout.header).keys()
    if table.sheet is Sheet.MESSAGES:
        marked = bool(named & {"title", "from url", "to urls"}) or {"content", "folder"} <= named
        return marked or _has_profiles(table)
    if table.sheet is Sheet.INVITATIONS:
        directions = set(table.samples("direction"))
        directed = sheet_of(table.entry.name) is table.sheet and bool(directions)
        marked = bool(named & {"inviter", "invitee"}) or (directed and directions <= {"INCOMING", "OUTGOING"})
        return marked or _has_profiles(table)
    header = set(map(fold, table.layout.header))
    return any(header.isdisjoint(HEADINGS[meaning]) for meaning in ("from", "to", "at"))


def _has_profiles(table: Table) -> bool:
    """Tell whether there are profiles' addresses beside the two names, whatever their column is called."""
    ends = {table.columns["from"], table.columns.get("to")}
    return any(_URL.match(cell.strip()) for row in table.layout.samples for n, cell in enumerate(row) if n not in ends)


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
    form = FORMS[sheet]
    layout = find_layout(entry, names_in=form.count)
    columns = form.columns(layout.header)
    if not form.count(layout.header):
        if by_words or not any(map(_is_data, (cell for row in layout.samples for cell in row))):
            return None
        if sheet is not Sheet.CONNECTIONS and not (columns := _ordered(form, layout)):
            return None
    if sheet is Sheet.CONNECTIONS:
        columns = _completed(columns, layout)
    return Table(sheet=sheet, entry=entry, layout=layout, columns=columns)


def _is_data(cell: str) -> bool:
    cell = cell.strip()
    return bool(_URL.fullmatch(cell) or _MAIL.fullmatch(cell)) or is_date(cell)


def _ordered(form: Form, layout: TableLayout) -> dict[str, int]:
    """Name columns by LinkedIn's own order, if the dates are where they should be."""
    for order in form.orders:
        if len(layout.header) >= len(order) and (
            "date" not in order or _share(layout, order.index("date"), is_date) > 0.5
        ):
            return {name: n for n, name in enumerate(order)}
    return {}


def _share(layout: TableLayout, place: int, holds: Callable[[str], object]) -> float:
    filled = [cell for row in layout.samples if (cell := row[place].strip())]
    return sum(bool(holds(cell)) for cell in filled) / len(filled) if filled else 0.0


def _completed(columns: Mapping[str, int], layout: TableLayout) -> dict[str, int]:
    """Name the columns of Connections.csv that no word named: by what is in them, then by where they stand."""
    columns = dict(columns)
    left = [place for place in range(len(layout.header)) if place not in columns.values()]
    for name, holds in (("url", _URL.fullmatch), ("date", is_date), ("email", _MAIL.fullmatch)):
        if name not in columns:
            place = max(left, key=lambda each: _share(layout, each, holds), default=None)
            if place is not None and _share(layout, place, holds) > 0.5:
                columns[name] = place
                left.remove(place)
    if "first" not in columns and "last" not in columns:
        columns.update(zip(("first", "last"), left[:2], strict=False))
        left = left[2:]
    before = [place for place in left if place < columns.get("date", len(layout.header))]
    missing = [name for name in ("company", "position") if name not in columns]
    columns.update(zip(missing, before[-len(missing) :] if missing else (), strict=False))
    return columns
