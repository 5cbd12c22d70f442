"""A LinkedIn export as far as it must be known before its acts can be read: who is who, and whose it is."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from graph.errors import InvalidRecordError, UsageError
from graph.model import Account, Owner, Problem, account_id
from graph.people.handles import clean_address
from graph.people.names import fold
from ingest.kit.dates import DateReader, sorted_date_reader
from ingest.kit.files import Tree
from ingest.kit.text import clean
from ingest.source import Context
from ingest.sources.linkedin.forms import Sheet
from ingest.sources.linkedin.roster import (
    Roster,
    Traces,
    account,
    addresses_in,
    find_owner,
    named_id,
    profile_of,
    stand_in,
)
from ingest.sources.linkedin.sheets import Cells, Table, find_tables

SMALL = (Sheet.INVITATIONS, Sheet.GIVEN, Sheet.RECEIVED, Sheet.ENDORSED, Sheet.ENDORSERS)
_NAME = re.compile(r"LinkedIn_?Data_?Export[_ -](\d\d)-(\d\d)-(\d{4})", re.IGNORECASE)
_NO = frozenset({"no", "false", "nein", "non", "nao"})


class Connection(NamedTuple):
    """One row of Connections.csv.

    Attributes:
        account: Told by the profile's address, or, in exports without one, by name and date.
        at: The day on which they connected; None where the row gives none.
        email: The mail address, where it is shown.
        where: The row.
    """

    account: Account
    at: datetime | None
    email: str | None
    where: str


@dataclass(slots=True, kw_only=True)
class LinkedInExport:
    """What is known of an export.

    Attributes:
        now: The instant of the run.
        excerpts: Whether private texts are kept.
        problems: What could not be read of what was read so far.
        rows: The rows of the tables that are small.
        hidden: How many connections name nobody (members who closed or hid their accounts).
        roster: Who bears which name.
        traces: What tells whose export it is.
        owner: Whose it is; `find_owner_of` tells.
        names: The owner's names, folded, under which tables without addresses name the owner.
        done: How many characters of the messages were read again, as acts.
    """

    tables: dict[Sheet, Table]
    now: datetime
    excerpts: bool
    problems: list[Problem]
    rows: dict[Sheet, list[Cells]] = field(default_factory=dict)
    connections: list[Connection] = field(default_factory=list)
    hidden: int = 0
    roster: Roster = field(default_factory=Roster)
    traces: Traces = field(default_factory=Traces)
    owner: Account = field(init=False)
    names: frozenset[str] = frozenset()
    done: int = 0

    def dates(self, sheet: Sheet) -> DateReader:
        """Learn how the dates of a table are read: from all rows of a small one, from the first of the messages."""
        rows = self.rows.get(sheet)
        texts = [row.get("date") for row in rows] if rows else self.tables[sheet].samples("date")
        return sorted_date_reader(texts, self.now)

    def person(self, name: str, url: str = "") -> Account | None:
        """Make the account of whoever is told so; the owner's name is the owner's where no address says otherwise."""
        if profile_of(url) is None and fold(name) in self.names:
            return self.owner
        found = self.roster.resolve(name, url)
        return self.owner if found is not None and found.id == self.owner.id else found


def open_export(tree: Tree, context: Context) -> LinkedInExport:
    """Read the small tables whole, and of the messages who is in them.

    Raises:
        UnreadableError: If it is no LinkedIn export, or holds several.
    """
    problems = list(tree.problems)
    tables = find_tables(tree, problems)
    export = LinkedInExport(tables=tables, now=context.now, excerpts=context.excerpts, problems=problems)
    if Sheet.CONNECTIONS in tables:
        _read_connections(export, list(_rows_of(tables[Sheet.CONNECTIONS], problems)))
    for sheet in (*SMALL, Sheet.PROFILE, Sheet.EMAILS):
        export.rows[sheet] = list(_rows_of(tables[sheet], problems)) if sheet in tables else []
    for row in export.rows[Sheet.PROFILE][:1]:
        export.traces.name = name_in(row)
    for row in export.rows[Sheet.INVITATIONS]:
        _learn_from_invitation(row, export)
    for row in (*export.rows[Sheet.ENDORSED], *export.rows[Sheet.ENDORSERS]):
        export.roster.meet_at(name_in(row), row.get("url"))
    if Sheet.MESSAGES in tables:
        # Their problems are told when they are read again.
        for row in _rows_of(tables[Sheet.MESSAGES], []):
            _learn_from_message(row, export)
    return export


def name_in(row: Cells) -> str:
    """Give the name in a row's columns of first and last names."""
    return clean(f"{row.get('first')} {row.get('last')}") or ""


def _rows_of(table: Table, problems: list[Problem]) -> Iterator[Cells]:
    for row in table.rows():
        if isinstance(row, Problem):
            problems.append(row)
        else:
            yield row


def _read_connections(export: LinkedInExport, rows: list[Cells]) -> None:
    dates = sorted_date_reader((row.get("date") for row in rows), export.now)
    for row in rows:
        name = name_in(row)
        profile = profile_of(row.get("url"))
        if not fold(name) and profile is None:
            export.hidden += 1
            continue
        try:
            at = dates.read(row.get("date")) if row.get("date") else None
            id_, url = profile or (named_id(name, at.date().isoformat() if at else ""), None)
        except InvalidRecordError as error:
            export.problems.append(Problem(where=row.where, why=str(error)))
            continue
        held = replace(account(id_, name, url), org=row.get("company") or None, title=row.get("position") or None)
        email = clean_address(row.get("email")) if row.get("email") else None
        export.connections.append(Connection(held, at, email, row.where))


def _learn_from_invitation(row: Cells, export: LinkedInExport) -> None:
    """Learn who is who from both names and addresses, and which side is the owner's."""
    export.roster.meet_at(row.get("from"), row.get("inviter"))
    export.roster.meet_at(row.get("to"), row.get("invitee"))
    mine = {"OUTGOING": "inviter", "INCOMING": "invitee"}.get(row.get("direction").upper(), "")
    if (profile := profile_of(row.get(mine))) is not None:
        export.traces.votes[profile[0]] += 1


def _learn_from_message(row: Cells, export: LinkedInExport) -> None:
    """Learn who is who from the sender's name and address, and who is in the conversation."""
    name, sender = row.get("from"), profile_of(row.get("from url"))
    addresses = addresses_in(row.get("to urls"))
    export.roster.meet_at(name, row.get("from url"))
    if sender is not None:
        export.traces.writers.setdefault(sender[0], set()).add(name)
    if len(addresses) == 1:
        export.roster.meet_at(row.get("to"), addresses[0])
    if row.get("conversation"):
        ids = {profile[0] for profile in (sender, *map(profile_of, addresses)) if profile is not None}
        export.traces.talks.setdefault(row.get("conversation"), set()).update(ids)


# --- the owner -------------------------------------------------------------------------------------------------------


def find_owner_of(export: LinkedInExport, given: str | None) -> Owner:
    """Find whose export it is: LinkedIn's account, and those of the confirmed mail addresses.

    Args:
        export: The export; learns its owner and the accounts of connections without an address.
        given: The address of the owner's profile, where the user said it.

    Raises:
        UsageError: If what was said is no such address.
    """
    traces = export.traces
    known = {each.account.id for each in export.connections if each.account.url is not None}
    profile = profile_of(given) if given is not None else None
    if given is not None and profile is None:
        why = f"--owner-url {given} is not the address of a LinkedIn profile; it looks like"
        raise UsageError(f"{why} https://www.linkedin.com/in/your-name")
    found = profile[0] if profile is not None else find_owner(traces, known)
    written = traces.writers.get(found or "", set())
    name = traces.name or min(written, default="")
    # What stands for the owner where only this export's Connections.csv is at hand.
    lone = _stand_in(export, "") if export.connections else None
    export.owner = account(found, name, export.roster.urls.get(found)) if found else _stand_in(export, name)
    export.names = frozenset(filter(None, map(fold, (traces.name, export.owner.name or "", *written))))
    mailboxes = [
        Account(id=account_id("email", address), name=name or None)
        for row in export.rows[Sheet.EMAILS]
        if (address := clean_address(row.get("email"))) and row.get("confirmed").casefold() not in _NO
    ]
    aliases = (lone.id,) if lone is not None and lone.id != export.owner.id else ()
    _recognise(export)
    return Owner(accounts=(export.owner, *mailboxes), aliases=aliases)


def _stand_in(export: LinkedInExport, name: str) -> Account:
    never = datetime.max.replace(tzinfo=UTC)
    return stand_in(name, min(((each.at or never, each.account.id) for each in export.connections), default=None))


def _recognise(export: LinkedInExport) -> None:
    """Give connections without an address the account that other tables show under their name, if it is one for one."""
    roster = export.roster
    for each, *_ in export.connections:
        if each.url is not None:
            roster.meet(each.name or "", each.id, each.url)
    namesakes = Counter(fold(each.account.name or "") for each in export.connections)
    for n, connection in enumerate(export.connections):
        held = connection.account
        known = roster.find(held.name or "") if held.url is None and namesakes[fold(held.name or "")] == 1 else None
        if known is not None and known != export.owner.id:
            found = replace(account(known, held.name), org=held.org, title=held.title)
            export.connections[n] = connection._replace(account=found)
    for each, *_ in export.connections:
        roster.meet(each.name or "", each.id)


def exported_at(path: Path, tree: Tree, export: LinkedInExport) -> datetime:
    """Tell when an export was made: by LinkedIn's name for it, else by the newest date in it."""
    for name in (path.resolve().as_posix(), *(entry.name for entry in tree)):
        found = _NAME.search(name)
        if found is not None:
            try:
                at = datetime(int(found[3]), int(found[1]), int(found[2]), tzinfo=UTC)
            except ValueError:
                continue
            if at <= export.now:
                return at
    newest = [each.at for each in export.connections if each.at is not None and each.at <= export.now]
    if Sheet.MESSAGES in export.tables:
        reader = export.dates(Sheet.MESSAGES)
        for text in export.tables[Sheet.MESSAGES].samples("date"):
            try:
                newest.append(min(reader.read(text), export.now))
            except InvalidRecordError:
                continue
    return max(newest, default=export.now)
