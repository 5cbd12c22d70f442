"""The tables of a LinkedIn export: which file is which, and whether a lone one is LinkedIn's at all."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from io import TextIOWrapper
from itertools import islice
from pathlib import PurePosixPath

from graph.model import Problem
from ingest.detect import wrong_format
from ingest.files import Entry, Tree
from ingest.source import UnreadableError
from ingest.sources.linkedin_forms import FORMS, Sheet, sheet_of
from ingest.sources.linkedin_headers import URL, complete, find_header, named_columns
from ingest.sources.linkedin_words import FROM, SENT, TO, fold
from ingest.tables import Layout, find_layout, read_rows

_SAMPLES = 200


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
    if named is not None and (table := open_table(named, entry)) is not None and is_own(table):
        return table
    tables = (open_table(sheet, entry, by_words=True) for sheet in Sheet)
    own = (table for table in tables if table is not None and is_own(table))
    return max(own, key=lambda table: len(table.columns), default=None)


def is_own(table: Table) -> bool:
    """Tell LinkedIn's own table from others of acts between people, which have a sender, a recipient and a date too."""
    # What only LinkedIn's tables have; columns that were named by where they stand prove nothing.
    named = named_columns(FORMS[table.sheet], table.layout.header).keys()
    if table.sheet is Sheet.MESSAGES:
        marked = bool(named & {"title", "from url", "to urls"}) or {"content", "folder"} <= named
        return marked or _has_profiles(table)
    if table.sheet is Sheet.INVITATIONS:
        return bool(named & {"inviter", "invitee"}) or _has_profiles(table) or _is_directed(table)
    header = {fold(name) for name in table.layout.header}
    return not all(header & words for words in (FROM, TO, SENT))


def _is_directed(table: Table) -> bool:
    """Tell an old Invitations.csv, without addresses, by its name and its two directions."""
    directions = set(table.column("direction"))
    return sheet_of(table.entry.name) is table.sheet and bool(directions) and directions <= {"INCOMING", "OUTGOING"}


def _has_profiles(table: Table) -> bool:
    """Tell whether there are profiles' addresses beside the two names, whatever their column is called."""
    ends = {table.columns["from"], table.columns.get("to")}
    return any(URL.match(cell.strip()) for row in table.samples for n, cell in enumerate(row) if n not in ends)


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
    header = find_header(sheet, lines, by_words=by_words)
    if header is None:
        return None
    layout = replace(layout, delimiter=header.delimiter, header=header.names, above=header.above)
    table = Table(sheet=sheet, entry=entry, layout=layout, columns=header.columns, samples=())
    samples = tuple(row.cells for row in islice(table.rows(), _SAMPLES) if isinstance(row, Cells))
    columns = header.columns
    if sheet is Sheet.CONNECTIONS:
        columns = complete(columns, len(header.names), samples)
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
