"""Connections.csv: whom the owner is connected to since when, with organisation, title and, rarely, a mail address."""

import dataclasses
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from graph.errors import InvalidRecordError
from graph.model import Account, Addressee, Interaction, Kind, Problem, SameAs, interaction_id
from graph.names import fold
from ingest.kit.mail_addresses import clean_address
from ingest.sources.linkedin_dates import learn_dates
from ingest.sources.linkedin_people import Roster, account, named_id, profile_of
from ingest.sources.linkedin_tables import Cells, Table
from ingest.text import clean

SOURCE_NAME = "linkedin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """One row of Connections.csv.

    Attributes:
        id: The account's; told by the profile's address, or, in exports without one, by name and date.
        at: The day on which they connected; None where the row gives none.
    """

    id: str
    name: str
    url: str | None
    email: str | None
    org: str | None
    title: str | None
    at: datetime | None
    where: str


def read_connections(table: Table, now: datetime, problems: list[Problem]) -> tuple[list[Connection], int]:
    """Read all connections, and how many rows hold nothing but a date (members who closed or hid their accounts)."""
    rows: list[Cells] = []
    for row in table.rows():
        if isinstance(row, Problem):
            problems.append(row)
        else:
            rows.append(row)
    dates = learn_dates((row.get("date") for row in rows), now)
    found, hidden = [], 0
    for row in rows:
        name = clean(f"{row.get('first')} {row.get('last')}") or ""
        profile = profile_of(row.get("url"))
        if not fold(name) and profile is None:
            hidden += 1
            continue
        try:
            at = dates.read(row.get("date")) if row.get("date") else None
            mark = at.date().isoformat() if at else ""
            id_, url = profile or (named_id(name, mark), None)
        except InvalidRecordError as error:
            problems.append(Problem(where=row.where, why=str(error)))
            continue
        found.append(
            Connection(
                id=id_,
                name=name,
                url=url,
                email=clean_address(row.get("email")) if row.get("email") else None,
                org=row.get("company") or None,
                title=row.get("position") or None,
                at=at,
                where=row.where,
            )
        )
    return found, hidden


def recognise(connections: list[Connection], roster: Roster, owner: str) -> list[Connection]:
    """Give connections without an address the account that other tables show under their name, if it is one for one."""
    for each in connections:
        if each.url is not None:
            roster.meet(each.name, each.id, each.url)
    namesakes = Counter(fold(each.name) for each in connections)
    found = []
    for each in connections:
        known = roster.find(each.name) if each.url is None and namesakes[fold(each.name)] == 1 else None
        found.append(each if known is None or known == owner else dataclasses.replace(each, id=known))
    for each in found:
        roster.meet(each.name, each.id)
    return found


def records_of(connection: Connection, owner: Account, exported: datetime) -> Iterator[Interaction | Account | SameAs]:
    """Yield a connection as records; organisation and title are those of the day of the export."""
    held = replace(
        account(connection.id, connection.name, connection.url), org=connection.org, title=connection.title, at=exported
    )
    ends = sorted((owner.id, connection.id))
    yield Interaction(
        kind=Kind.CONNECTION,
        at=connection.at,
        actor=owner,
        to=(Addressee(account=held),),
        id=interaction_id("linkedin", "+".join(end.partition(":")[2] for end in ends), Kind.CONNECTION),
        source=SOURCE_NAME,
        where=connection.where,
    )
    if connection.email is not None:
        mailbox = f"email:{connection.email}"
        yield Account(id=mailbox, name=clean(connection.name), at=exported)
        yield SameAs(a=connection.id, b=mailbox, at=exported, source=SOURCE_NAME, confidence=1.0)
