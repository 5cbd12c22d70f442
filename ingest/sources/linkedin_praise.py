"""Recommendations and endorsements of a LinkedIn export: who praised whom, and when."""

from datetime import datetime

from msgspec.structs import replace

from graph.errors import InvalidRecordError
from graph.model import Account, Addressee, Interaction, Item, Kind, Problem, Skipped
from ingest.sources.linkedin_connections import SOURCE_NAME
from ingest.sources.linkedin_dates import Dates
from ingest.sources.linkedin_forms import Sheet
from ingest.sources.linkedin_messages import Reading
from ingest.sources.linkedin_people import Roster, profile_of
from ingest.sources.linkedin_tables import Cells
from ingest.text import EXCERPT, clean, plain

_GIVEN = frozenset({Sheet.GIVEN, Sheet.ENDORSED})


def learn_from_endorsement(row: Cells, roster: Roster) -> None:
    """Learn who is who from an endorsement: a name with its address."""
    profile = profile_of(row.get("url"))
    if profile is not None:
        roster.meet(_name_of(row), *profile)


def recommendation_of(row: Cells, sheet: Sheet, dates: Dates, under: Reading) -> Interaction | Skipped | Problem:
    """Read a recommendation: public, with its text, where it is shown on a profile."""
    other = under.person(_name_of(row))
    if other is None:
        return Skipped(why="recommendations of members who are gone")
    try:
        at = dates.read(row.get("date"))
    except InvalidRecordError as error:
        return Problem(where=row.where, why=str(error))
    other = replace(other, org=row.get("company") or None, title=row.get("position") or None, at=at)
    private = row.get("status").upper() != "VISIBLE"
    text = clean(plain(row.get("text")), EXCERPT) if under.excerpts or not private else None
    item = Item(title="Recommendation", kind="recommendation")
    return replace(
        _praise(Kind.RECOMMENDATION, at, other, sheet, item, under), excerpt=text, private=private, where=row.where
    )


def endorsement_of(row: Cells, sheet: Sheet, dates: Dates, under: Reading) -> Interaction | Skipped | Problem:
    """Read an endorsement of a skill: a like; public where it was accepted."""
    other = under.person(_name_of(row), row.get("url"))
    if other is None:
        return Skipped(why="endorsements of members who are gone")
    try:
        at = dates.read(row.get("date"))
    except InvalidRecordError as error:
        return Problem(where=row.where, why=str(error))
    private = row.get("status").upper() != "ACCEPTED"
    item = Item(title=clean(row.get("skill")), kind="skill")
    return replace(_praise(Kind.LIKE, at, other, sheet, item, under), private=private, where=row.where)


def _praise(kind: Kind, at: datetime, other: Account, sheet: Sheet, item: Item, under: Reading) -> Interaction:
    actor, to = (under.owner, other) if sheet in _GIVEN else (other, under.owner)
    return Interaction(kind=kind, at=at, actor=actor, to=(Addressee(account=to),), item=item, source=SOURCE_NAME)


def _name_of(row: Cells) -> str:
    return f"{row.get('first')} {row.get('last')}".strip()
