"""The export that LinkedIn hands to its members: connections, messages, invitations, recommendations, endorsements."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from graph.model import Account, Interaction, Problem, Record, Skipped
from ingest.kit.checkpoints import resume_after, take_skipped
from ingest.kit.files import Tree, head, is_zip, open_tree
from ingest.source import Context, Option, Source, UnreadableError
from ingest.sources.linkedin.contents import SMALL, LinkedInExport, exported_at, find_owner_of, open_export
from ingest.sources.linkedin.forms import Sheet, sheet_of
from ingest.sources.linkedin.readers import connection_of, numbered, read_act
from ingest.sources.linkedin.roster import profile_of
from ingest.sources.linkedin.sheets import Cells, open_lone_table

_OF_NOTE = frozenset({Sheet.CONNECTIONS, Sheet.MESSAGES, Sheet.INVITATIONS, Sheet.PROFILE})


def detect(path: Path) -> float:
    """Tell how sure it is that a path is a LinkedIn export, or one of its tables."""
    try:
        if path.is_dir():
            names = [each.relative_to(path).as_posix() for glob in ("*.csv", "*/*.csv") for each in path.glob(glob)]
            return _sureness(names)
        with open_tree(path) as tree:
            return _sureness([entry.name for entry in tree]) if is_zip(path) else _lone_sureness(tree)
    except (OSError, UnreadableError):
        return 0.0


def _sureness(names: list[str]) -> float:
    sheets = {sheet for name in names if (sheet := sheet_of(name)) in _OF_NOTE}
    if Sheet.CONNECTIONS in sheets or len(sheets) > 1:
        return 1.0
    return 0.7 if sheets else 0.0


def _lone_sureness(tree: Tree) -> float:
    (entry,) = tree
    named = sheet_of(entry.name)
    # A table of another name must show LinkedIn's addresses early on; UTF-16 puts a NUL beside each letter.
    if named is None and b"linkedin.com/" not in head(tree.path).replace(b"\0", b"").lower():
        return 0.0
    table = open_lone_table(entry)
    if table is None:
        return 0.0
    if table.sheet is named:
        return 0.95 if named in _OF_NOTE else 0.7
    urls = (cell for name in ("url", "from url", "inviter", "invitee") for cell in table.samples(name))
    return 0.9 if table.sheet in _OF_NOTE and any(map(profile_of, urls)) else 0.0


def read(place: str, context: Context) -> Iterator[Record]:
    """Yield the records of an export: a zip, a folder, or one of its tables.

    Raises:
        UnreadableError: If it is no LinkedIn export, or holds several.
        UsageError: If `--owner-url` is no address of a LinkedIn profile.
    """
    path = Path(place)
    with open_tree(path) as tree:
        export = open_export(tree, context)
        owner = find_owner_of(export, context.options.get("owner-url"))
        yield owner
        # What stood for the owner while only Connections.csv was known keeps the connections: none comes a second time.
        stand_in = next((alias for alias in owner.aliases if alias in context.me), None)
        connected = Account(id=stand_in) if stand_in is not None else export.owner
        records = _records(export, connected, exported_at(path, tree, export))
        yield from resume_after(records, context.resume, lambda: _progress(export))


def _progress(export: LinkedInExport) -> tuple[int, int]:
    """Tell how far the messages are read, and how long they are: all else is read before the first record."""
    messages = export.tables.get(Sheet.MESSAGES)
    return export.done, messages.entry.size if messages else 0


def _records(export: LinkedInExport, connected: Account, exported: datetime) -> Iterator[Record]:
    yield from export.problems
    for connection in export.connections:
        if connection.account.id != export.owner.id:
            yield from connection_of(connection, connected, exported)
    skipped = Counter({"connections who closed or hid their accounts": export.hidden})
    for act in numbered(_acts(export)):
        if isinstance(act, Skipped):
            skipped[act.why] += act.count
        else:
            yield act
    yield from take_skipped(skipped)


def _acts(export: LinkedInExport) -> Iterator[Interaction | Skipped | Problem]:
    for sheet in (Sheet.MESSAGES, *SMALL):
        if sheet in export.tables:
            dates = export.dates(sheet)
            rows = export.rows[sheet] if sheet in export.rows else export.tables[sheet].rows()
            for row in rows:
                if sheet is Sheet.MESSAGES and isinstance(row, Cells):
                    export.done = row.done
                yield row if isinstance(row, Problem) else read_act(row, sheet, dates, export)


SOURCE = Source(
    name="linkedin",
    title="LinkedIn",
    reads="the export of your LinkedIn account: connections, messages, invitations, recommendations, endorsements",
    obtain=(
        "On linkedin.com: Me → Settings & Privacy → Data privacy → Get a copy of your data → Download larger data "
        "archive → Request archive. LinkedIn mails a link (it lasts 72 hours): bring in the zip, the folder it "
        "unpacks to, or just its Connections.csv."
    ),
    wait="a first part within minutes, the whole within a day or two",
    second_hop=(
        "almost nothing: your connections' connections are not in it. Only messages to several people show who writes "
        "where whom else reads"
    ),
    sight=1,
    detect=detect,
    read=read,
    personal=True,
    options=(
        Option(
            name="owner-url",
            help="the address of the profile whose export it is, where it does not tell (a lone Connections.csv)",
            metavar="URL",
        ),
    ),
    private=True,
)
