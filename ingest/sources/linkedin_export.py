"""A LinkedIn export as far as it must be known before its acts can be read: who is who, and whose it is."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from graph.errors import InvalidRecordError, UsageError
from graph.model import Account, Problem, account_id
from graph.names import fold
from ingest.files import Tree
from ingest.kit.mail_addresses import clean_address
from ingest.sources.linkedin_connections import Connection, read_connections
from ingest.sources.linkedin_dates import Dates, learn_dates
from ingest.sources.linkedin_forms import Sheet
from ingest.sources.linkedin_messages import learn_from_invitation, learn_from_message
from ingest.sources.linkedin_people import Roster, Traces, account, find_owner, profile_of, stand_in
from ingest.sources.linkedin_praise import learn_from_endorsement
from ingest.sources.linkedin_tables import Cells, Table
from ingest.text import clean

SMALL = (Sheet.INVITATIONS, Sheet.GIVEN, Sheet.RECEIVED, Sheet.ENDORSED, Sheet.ENDORSERS)
_NAME = re.compile(r"LinkedIn_?Data_?Export[_ -](\d\d)-(\d\d)-(\d{4})", re.IGNORECASE)
_NO = frozenset({"no", "false", "nein", "non", "nao"})


@dataclass(slots=True)
class Export:
    """What is known of an export.

    Attributes:
        problems: What could not be read of what was read so far.
        connections: Of Connections.csv.
        hidden: How many of its rows name nobody.
        rows: The rows of the tables that are small.
        roster: Who bears which name.
        traces: What tells whose export it is.
    """

    tables: dict[Sheet, Table]
    problems: list[Problem]
    connections: list[Connection] = field(default_factory=list)
    hidden: int = 0
    rows: dict[Sheet, list[Cells]] = field(default_factory=dict)
    roster: Roster = field(default_factory=Roster)
    traces: Traces = field(default_factory=Traces)

    def dates(self, sheet: Sheet, now: datetime) -> Dates:
        """Learn how the dates of a table are read: from all rows of a small one, from the first of the messages."""
        rows = self.rows.get(sheet)
        table = self.tables.get(sheet)
        return learn_dates([row.get("date") for row in rows] if rows else table.column("date") if table else (), now)


def learn(tables: dict[Sheet, Table], problems: list[Problem], now: datetime) -> Export:
    """Read the small tables whole, and of the messages who is in them."""
    export = Export(tables=tables, problems=problems)
    if Sheet.CONNECTIONS in tables:
        export.connections, export.hidden = read_connections(tables[Sheet.CONNECTIONS], now, problems)
    for sheet in (*SMALL, Sheet.PROFILE, Sheet.EMAILS):
        export.rows[sheet] = list(_sound(tables[sheet].rows(), problems)) if sheet in tables else []
    for row in export.rows[Sheet.PROFILE][:1]:
        export.traces.name = clean(f"{row.get('first')} {row.get('last')}") or ""
    for row in export.rows[Sheet.INVITATIONS]:
        learn_from_invitation(row, export.traces, export.roster)
    for row in (*export.rows[Sheet.ENDORSED], *export.rows[Sheet.ENDORSERS]):
        learn_from_endorsement(row, export.roster)
    if Sheet.MESSAGES in tables:
        # Their problems are told when they are read again.
        for row in _sound(tables[Sheet.MESSAGES].rows(), []):
            learn_from_message(row, export.traces, export.roster)
    return export


def _sound(rows: Iterable[Cells | Problem], problems: list[Problem]) -> Iterator[Cells]:
    for row in rows:
        if isinstance(row, Problem):
            problems.append(row)
        else:
            yield row


def owner_of(export: Export, given: str | None) -> tuple[Account, ...]:
    """Give the owner's accounts: LinkedIn's first, then those of the confirmed mail addresses.

    Args:
        export: The export.
        given: The address of the owner's profile, where the user said it.

    Raises:
        UsageError: If what was said is no such address.
    """
    traces = export.traces
    if given is not None:
        profile = profile_of(given)
        if profile is None:
            why = f"--owner-url {given} is not the address of a LinkedIn profile; it looks like"
            raise UsageError(f"{why} https://www.linkedin.com/in/your-name")
        found = profile[0]
    else:
        known = {each.id for each in export.connections if each.url is not None}
        found = find_owner(traces, known) or ""
    name = traces.name or min(traces.writers.get(found, ()), default="")
    owner = account(found, name, export.roster.address_of(found)) if found else stand_in(name, _oldest(export))
    return (owner, *_mailboxes(export, name))


def lone_owner_of(export: Export) -> Account | None:
    """Give the account that stands for the owner where only this export's Connections.csv is at hand."""
    return stand_in("", _oldest(export)) if export.connections else None


def _oldest(export: Export) -> tuple[datetime, str] | None:
    dated = ((each.at or datetime.max.replace(tzinfo=UTC), each.id) for each in export.connections)
    return min(dated, default=None)


def _mailboxes(export: Export, name: str) -> Iterator[Account]:
    for row in export.rows[Sheet.EMAILS]:
        address = clean_address(row.get("email"))
        if address is not None and row.get("confirmed").casefold() not in _NO:
            yield Account(id=account_id("email", address), name=name or None)


def names_of(export: Export, owner: Account) -> frozenset[str]:
    """Give the owner's names, folded, under which tables without addresses name the owner."""
    names = {export.traces.name, owner.name or "", *export.traces.writers.get(owner.id, ())}
    return frozenset(filter(None, map(fold, names)))


def exported_at(path: Path, tree: Tree, export: Export, now: datetime) -> datetime:
    """Tell when an export was made: by LinkedIn's name for it, else by the newest date in it."""
    for name in (path.resolve().as_posix(), *(entry.name for entry in tree)):
        found = _NAME.search(name)
        if found is not None:
            try:
                at = datetime(int(found[3]), int(found[1]), int(found[2]), tzinfo=UTC)
            except ValueError:
                continue
            if at <= now:
                return at
    newest = [each.at for each in export.connections if each.at is not None and each.at <= now]
    reader = export.dates(Sheet.MESSAGES, now)
    for text in export.tables[Sheet.MESSAGES].column("date") if Sheet.MESSAGES in export.tables else ():
        try:
            newest.append(min(reader.read(text), now))
        except InvalidRecordError:
            continue
    return max(newest, default=now)
