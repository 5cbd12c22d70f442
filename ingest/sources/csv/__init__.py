"""CSV: any table of acts between people, or of people, its columns guessed from their names or mapped by options."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from graph.errors import InvalidRecordError, UsageError
from graph.model import Account, Interaction, Owner, Problem, Record
from ingest.kit import checkpoints
from ingest.kit.checkpoints import Remaining, read_each, total_of
from ingest.kit.files import Entry, Tree, is_zip, open_tree
from ingest.kit.looks import sniff, wrong_format
from ingest.kit.table import TableLayout, find_layout, read_rows
from ingest.source import Context, Option, Prompt, Source, UnreadableError
from ingest.sources.csv.cells import act_of, make_plan, person_of
from ingest.sources.csv.mapping import ask_columns, choose_columns

_SUFFIXES = (".csv", ".tsv", ".tab", ".csv.gz", ".tsv.gz")


def detect(path: Path) -> float:
    """Tell how surely a path is a table that this source can read."""
    if path.is_dir() or is_zip(path):
        try:
            with open_tree(path) as tree:
                return 0.5 if len(tree) and all(_is_named_table(entry.name) for entry in tree) else 0.0
        except UnreadableError:
            return 0.0
    looks = sniff(path)
    if looks.source == "csv":
        return 0.6
    return 0.5 if looks.tabular and _is_named_table(path.name) else 0.0


def read(path: str, context: Context) -> Iterator[Record]:
    """Read a table, or a folder or zip of tables.

    Raises:
        UnreadableError: If it is no table.
        UsageError: If a column that is needed is not known; says which there are and what to add.
    """
    with open_tree(path) as tree:
        yield from tree.problems
        tables = _tables_of(tree)
        read_table = partial(_read_table, context)
        yield from read_each(tables, context.resume, read_table, total=total_of(tables), alone=len(tables) == 1)


def questions(path: Path, options: Mapping[str, str]) -> list[Prompt]:
    """Tell what is still to be asked about a table; ask the first, add its answer to the options, and ask again.

    Raises:
        UnreadableError: If it is no table.
    """
    with open_tree(path) as tree:
        entry = _tables_of(tree)[0]
        layout = _layout(entry, options)
        return ask_columns(layout.header, layout.samples, options)


def explain(path: Path, options: Mapping[str, str]) -> list[str]:
    """Tell what is guessed of a table, in a line each; nothing of one that can't be read."""
    try:
        with open_tree(path) as tree:
            return [line for entry in _tables_of(tree) for line in _explained(entry, options)]
    except (UnreadableError, UsageError):
        return []


# --- the table -------------------------------------------------------------------------------------------------------


def _is_named_table(name: str) -> bool:
    return name.lower().endswith(_SUFFIXES)


def _tables_of(tree: Tree) -> list[Entry]:
    entries = list(tree) if tree.kind == "file" else [entry for entry in tree if _is_named_table(entry.name)]
    if not entries:
        raise wrong_format(tree.path, "a table", "no .csv file in it")
    if tree.kind == "file" and not sniff(tree.path).tabular:
        raise wrong_format(tree.path, "a CSV file")
    return entries


def _layout(entry: Entry, options: Mapping[str, str]) -> TableLayout:
    named = False if options.get("no-header") else None
    return find_layout(entry, options.get("encoding"), options.get("delimiter"), named=named)


def _read_table(context: Context, rest: Remaining) -> Iterator[Record]:
    entry = rest.entry
    layout = _layout(entry, context.options)
    plan = make_plan(entry, context, layout)
    garbled = unmarked = end = 0
    held: list[Record] = []
    owned = False
    for row in read_rows(entry, layout, rest.place):
        if isinstance(row, Problem):
            yield row
            continue
        garbled += layout.encoding != "utf-8" and any("\ufffd" in cell for cell in row.cells)
        try:
            made: list[Record] = person_of(plan, row) if plan.mapping.people else [act_of(plan, row)]
        except InvalidRecordError as error:
            yield Problem(where=f"{entry.where}:{row.line}", why=str(error))
            continue
        if not owned and any(_names(record, plan.me) for record in made):
            yield Owner(accounts=(Account(id=plan.me),))
            owned = True
        unmarked += 1
        joined = _joined(held, made)
        if joined is None:
            yield from held
            if unmarked >= checkpoints.STEP:
                yield rest.checkpoint(end, row.done)
                unmarked = 0
        held, end = joined or made, row.end
    yield from held
    if garbled:
        rows = "1 row holds" if garbled == 1 else f"{garbled:,} rows hold"
        why = f"{rows} bytes that are not {layout.encoding}; say another --encoding"
        yield Problem(where=entry.where, why=why, count=garbled)


def _names(record: Record, account: str) -> bool:
    match record:
        case Account():
            return record.id == account
        case Interaction():
            return account in (record.actor.id, *(to.account.id for to in record.to))
        case _:
            return False


def _joined(held: list[Record], made: list[Record]) -> list[Record] | None:
    """Join rows of one act (the same id, actor, kind and date, one row an addressee) into one interaction."""
    match held, made:
        case [Interaction() as one], [Interaction() as other] if one.id is not None and one.id == other.id:
            if (one.actor.id, one.at, one.kind) == (other.actor.id, other.at, other.kind):
                return [replace(one, to=tuple(dict.fromkeys(one.to + other.to)))]
    return None


def _explained(entry: Entry, options: Mapping[str, str]) -> Iterator[str]:
    layout = _layout(entry, options)
    mapping = choose_columns(layout.header, layout.samples, options, named=layout.named)
    pairs = [
        f"{option} = {' + '.join(repr(layout.header[number]) for number in mapping.numbers[option])}"
        for option in mapping.guessed
    ]
    what = "people" if mapping.people else "acts between people"
    if pairs:
        yield f"{entry.where} is read as a table of {what}: {', '.join(pairs)} (guessed; options change it)"
    if not mapping.people and "kind" not in mapping.numbers.keys() | mapping.constants.keys():
        yield "each row is taken for a message (--kind changes it)"
    if layout.guessed:
        yield f"its encoding is taken for {layout.encoding} (--encoding changes it)"
    if not mapping.people and not options.get("timezone"):
        yield "dates without a time zone are taken for UTC (--timezone changes it)"


SOURCE = Source(
    name="csv",
    title="Anything else, as a table",
    reads="any table of acts between people (who, to whom, when) or of people, as CSV; tabs and semicolons too",
    obtain="save the sheet as CSV, or export your CRM's, phone's or address book's list as CSV; name the columns by "
    "options where they are not guessed",
    wait="at once",
    second_hop="what the table shows: acts between others show whom your contacts know; a list of people does not",
    sight=2,
    detect=detect,
    read=read,
    personal=True,
    explain=explain,
    questions=questions,
    options=(
        Option(name="people", help="Each row is a person, and not an act.", flag=True),
        Option(name="from", help="Column of who acts; =VALUE for every row, or me.", metavar="COLUMN"),
        Option(name="to", help="Column of whom it is addressed to; several columns as A+B.", metavar="COLUMN"),
        Option(name="cc", help="Column of who gets a copy.", metavar="COLUMN"),
        Option(name="bcc", help="Column of who gets a blind copy.", metavar="COLUMN"),
        Option(name="at", help="Column of the date; a day and a time as A+B.", metavar="COLUMN"),
        Option(name="kind", help="Kind of every row, e.g. message or call, or the column that has it.", metavar="KIND"),
        Option(name="id", help="Column of the act's own id; rows with the same one are one act.", metavar="COLUMN"),
        Option(name="title", help="Column of the subject.", metavar="COLUMN"),
        Option(name="url", help="Column of the link; of a person: of the profile or site.", metavar="COLUMN"),
        Option(name="thread", help="Column of the conversation.", metavar="COLUMN"),
        Option(name="parent", help="Column of the id of what is answered.", metavar="COLUMN"),
        Option(name="excerpt", help="Column of text to keep as an excerpt; never guessed.", metavar="COLUMN"),
        Option(name="role", help="Column that says to, cc, bcc or group.", metavar="COLUMN"),
        Option(name="direction", help="Column that says which rows go the other way (incoming).", metavar="COLUMN"),
        Option(name="from-name", help="Column of the acting person's name.", metavar="COLUMN"),
        Option(name="to-name", help="Column of the addressed person's name.", metavar="COLUMN"),
        Option(name="name", help="Column of a person's name; first and last as A+B.", metavar="COLUMN"),
        Option(name="email", help="Column of a person's e-mail address.", metavar="COLUMN"),
        Option(name="handle", help="Column of a person's handle or id on --network.", metavar="COLUMN"),
        Option(name="org", help="Column of a person's organisation.", metavar="COLUMN"),
        Option(name="job", help="Column of a person's job title.", metavar="COLUMN"),
        Option(name="list", help="Column of the lists a person is on; =NAME for every row.", metavar="COLUMN"),
        Option(name="network", help="Whose ids and handles these are, e.g. x.", metavar="NETWORK"),
        Option(name="private", help="The acts are private; messages, calls and meetings always are.", flag=True),
        Option(name="date-format", help="How dates are written, e.g. %d/%m/%Y %H:%M.", metavar="FORMAT"),
        Option(name="timezone", help="Zone of dates that name none, e.g. Europe/Berlin; else UTC.", metavar="ZONE"),
        Option(name="separator", help="What parts several people in one cell.", metavar="TEXT"),
        Option(name="delimiter", help="What parts the cells, where it is found wrongly.", metavar="CHARACTER"),
        Option(name="encoding", help="The file's encoding, where it is found wrongly.", metavar="NAME"),
        Option(name="no-header", help="The first row is data; columns go by their numbers.", flag=True),
    ),
)
