"""The export that LinkedIn hands to its members: connections, messages, invitations, recommendations, endorsements."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from graph.model import Account, Interaction, Owner, Problem, Record, Skipped
from ingest.files import Tree, head, is_zip, open_tree
from ingest.resuming import resume_after
from ingest.source import Context, Option, Source, UnreadableError
from ingest.sources.linkedin_connections import recognise, records_of
from ingest.sources.linkedin_export import SMALL, Export, exported_at, learn, lone_owner_of, names_of, owner_of
from ingest.sources.linkedin_forms import Sheet, sheet_of
from ingest.sources.linkedin_messages import Reading, invitation_of, message_of, numbered
from ingest.sources.linkedin_people import profile_of
from ingest.sources.linkedin_praise import endorsement_of, recommendation_of
from ingest.sources.linkedin_tables import Table, find_tables, is_own, open_table

_OF_NOTE = frozenset({Sheet.CONNECTIONS, Sheet.MESSAGES, Sheet.INVITATIONS, Sheet.PROFILE})
_Act = Interaction | Skipped | Problem


@dataclass(slots=True)
class _Run:
    """One reading of an export.

    Attributes:
        connected: The owner's account at one end of the connections: what stood for it while only Connections.csv was
            known, so that none of them comes a second time.
    """

    export: Export
    under: Reading
    connected: Account
    now: datetime
    exported: datetime
    skipped: Counter[str] = field(default_factory=Counter)
    done: int = 0

    def told(self, done: int) -> None:
        """Learn how far the messages are read: all else is read before the first record."""
        self.done = done

    def progress(self) -> tuple[int, int]:
        """Tell how far the messages are read, and how long they are."""
        messages = self.export.tables.get(Sheet.MESSAGES)
        return self.done, messages.entry.size if messages else 0


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
    if named is not None and (table := open_table(named, entry)) is not None and is_own(table):
        return 0.95 if named in _OF_NOTE else 0.7
    # A table of another name must show LinkedIn's addresses early on; UTF-16 puts a NUL beside each letter.
    if b"linkedin.com/" not in head(tree.path).replace(b"\0", b"").lower():
        return 0.0
    sheets = (Sheet.CONNECTIONS, Sheet.MESSAGES, Sheet.INVITATIONS)
    found = (open_table(sheet, entry, by_words=True) for sheet in sheets)
    return 0.9 if any(table is not None and _is_linkedin(table) for table in found) else 0.0


def _is_linkedin(table: Table) -> bool:
    """Tell LinkedIn's own table from others with such columns: by the addresses of profiles in it."""
    urls = (cell for name in ("url", "from url", "inviter", "invitee") for cell in table.column(name))
    return any(profile_of(url) for url in urls)


def read(path: str | Path, context: Context) -> Iterator[Record]:
    """Yield the records of an export: a zip, a folder, or one of its tables.

    Raises:
        UnreadableError: If it is no LinkedIn export, or holds several.
        UsageError: If `--owner-url` is no address of a LinkedIn profile.
    """
    with open_tree(path) as tree:
        problems = list(tree.problems)
        export = learn(find_tables(tree, problems), problems, context.now)
        owner, *mailboxes = owner_of(export, context.options.get("owner-url"))
        lone = lone_owner_of(export)
        aliases = (lone.id,) if lone is not None and lone.id != owner.id else ()
        yield Owner(accounts=(owner, *mailboxes), aliases=aliases)
        export.connections = recognise(export.connections, export.roster, owner.id)
        run = _Run(
            export=export,
            under=Reading(
                owner=owner,
                names=names_of(export, owner),
                roster=export.roster,
                excerpts=context.excerpts,
            ),
            connected=lone if lone is not None and lone.id in context.me else owner,
            now=context.now,
            exported=exported_at(Path(path), tree, export, context.now),
        )
        yield from resume_after(_records(run), context.resume, run.progress)


def _records(run: _Run) -> Iterator[Record]:
    yield from run.export.problems
    for connection in run.export.connections:
        if connection.id != run.under.owner.id:
            yield from records_of(connection, run.connected, run.exported)
    run.skipped["connections who closed or hid their accounts"] += run.export.hidden
    yield from _counted(run, numbered(_messages(run)))
    for sheet in SMALL:
        yield from _counted(run, _acts(run, sheet))
    yield from (Skipped(why=why, count=count) for why, count in sorted(run.skipped.items()) if count)


def _counted(run: _Run, acts: Iterator[_Act]) -> Iterator[Interaction | Problem]:
    for act in acts:
        if isinstance(act, Skipped):
            run.skipped[act.why] += act.count
        else:
            yield act


def _messages(run: _Run) -> Iterator[_Act]:
    table = run.export.tables.get(Sheet.MESSAGES)
    if table is None:
        return
    dates = run.export.dates(Sheet.MESSAGES, run.now)
    for row in table.rows(run.told):
        yield row if isinstance(row, Problem) else message_of(row, dates, run.under)


def _acts(run: _Run, sheet: Sheet) -> Iterator[_Act]:
    dates = run.export.dates(sheet, run.now)
    for row in run.export.rows[sheet]:
        if sheet is Sheet.INVITATIONS:
            yield invitation_of(row, dates, run.under)
        elif sheet in (Sheet.GIVEN, Sheet.RECEIVED):
            yield recommendation_of(row, sheet, dates, run.under)
        else:
            yield endorsement_of(row, sheet, dates, run.under)


SOURCE = Source(
    name="linkedin",
    reads="the export of your LinkedIn account: connections, messages, invitations, recommendations, endorsements",
    obtain=(
        "On linkedin.com: Me → Settings & Privacy → Data privacy → Get a copy of your data → Download larger data "
        "archive → Request archive. LinkedIn mails a link (it lasts 72 hours): give the zip, the folder it unpacks to, "
        "or just its Connections.csv to ingest."
    ),
    wait="a first part within minutes, the whole within a day or two",
    second_hop=(
        "almost nothing: your connections' connections are not in it. Only messages to several people show who writes "
        "where whom else reads"
    ),
    detect=detect,
    read=read,
    options=(
        Option(
            name="owner-url",
            help="the address of the profile whose export it is, where it does not tell (a lone Connections.csv)",
            metavar="URL",
        ),
    ),
    private=True,
)
