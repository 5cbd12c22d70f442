"""What the rows of a LinkedIn export say: connections, messages, invitations, recommendations and endorsements."""

from collections.abc import Callable, Iterator
from datetime import datetime

from msgspec.structs import replace

from graph.errors import InvalidRecordError
from graph.model import Account, Addressee, Interaction, Item, Kind, Problem, Role, SameAs, Skipped, interaction_id
from graph.people.names import fold
from ingest.kit.dates import DateReader
from ingest.kit.text import EXCERPT, clean, plain
from ingest.sources.linkedin.contents import Connection, LinkedInExport, name_in
from ingest.sources.linkedin.forms import Sheet
from ingest.sources.linkedin.roster import addresses_in, is_gone, profile_of
from ingest.sources.linkedin.sheets import Cells

_SOURCE = "linkedin"
_BY_OWNER = frozenset({Sheet.GIVEN, Sheet.ENDORSED})
_YES = frozenset({"yes", "true", "ja", "oui", "si", "sim"})
_CAMPAIGN = ("%FIRSTNAME%", "%LASTNAME%")
_EDITOR = "spinmail-quill-editor"
_GONE = "messages with members who are gone"


def connection_of(
    connection: Connection, owner: Account, exported: datetime
) -> Iterator[Interaction | Account | SameAs]:
    """Yield a connection as records; organisation and title are those of the day of the export."""
    held = connection.account
    ends = sorted((owner.id, held.id))
    yield Interaction(
        kind=Kind.CONNECTION,
        at=connection.at,
        actor=owner,
        to=(Addressee(account=replace(held, at=exported)),),
        id=interaction_id("linkedin", "+".join(end.partition(":")[2] for end in ends), Kind.CONNECTION),
        source=_SOURCE,
        where=connection.where,
    )
    if connection.email is not None:
        mailbox = f"email:{connection.email}"
        yield Account(id=mailbox, name=held.name, at=exported)
        yield SameAs(a=held.id, b=mailbox, at=exported, source=_SOURCE, confidence=1.0)


def read_act(row: Cells, sheet: Sheet, dates: DateReader, export: LinkedInExport) -> Interaction | Skipped | Problem:
    """Read the act that a row of messages, invitations, recommendations or endorsements says."""
    try:
        return _READERS[sheet](row, sheet, dates, export)
    except InvalidRecordError as error:
        return Problem(where=row.where, why=str(error))


def _date(row: Cells, dates: DateReader) -> datetime:
    text = row.get("date")
    if not text:
        raise InvalidRecordError("the date is missing")
    return dates.read(text)


# --- messages --------------------------------------------------------------------------------------------------------


def _message(row: Cells, _: Sheet, dates: DateReader, export: LinkedInExport) -> Interaction | Skipped:
    """Read a message: from its sender to all its recipients; without its text unless that is asked for."""
    reason = _left_out(row, export)
    if reason is not None:
        return Skipped(why=reason)
    sender = export.person(row.get("from"), row.get("from url"))
    others = {each.id: each for each in _recipients(row, export) if sender is not None and each.id != sender.id}
    if sender is None or not others:
        return Skipped(why=_GONE)
    at = _date(row, dates)
    conversation = row.get("conversation")
    # Of the conversation, the second and the sender: an export gives no number.
    native = f"{conversation}/{at:%Y%m%dT%H%M%SZ}/{sender.id.partition(':')[2]}"
    role = Role.GROUP if len(others) > 1 else Role.TO
    title = clean(row.get("subject")) or clean(row.get("title"))
    return Interaction(
        kind=Kind.MESSAGE,
        at=at,
        actor=sender,
        to=tuple(Addressee(account=others[id_], role=role) for id_ in sorted(others)),
        id=interaction_id("linkedin", native, Kind.MESSAGE) if conversation else None,
        item=Item(title=title, kind="message") if title else None,
        thread=conversation or None,
        excerpt=clean(plain(row.get("content")), EXCERPT) if export.excerpts else None,
        private=True,
        source=_SOURCE,
        where=row.where,
    )


def _left_out(row: Cells, export: LinkedInExport) -> str | None:
    folder = row.get("folder").upper()
    drafts = row.get("draft").casefold(), row.get("conversation draft").casefold()
    if folder in ("DRAFT", "DRAFTS") or not _YES.isdisjoint(drafts):
        return "drafts"
    if folder == "SPAM":
        return "messages in the spam folder"
    content, unnamed = row.get("content"), profile_of(row.get("from url")) is None
    marked = any(mark in content for mark in _CAMPAIGN) or (unnamed and _EDITOR in content)
    if marked or fold(row.get("title")) == "sponsored conversation":
        return "sponsored messages"
    name = row.get("from")
    if unnamed and "from url" in row.columns and not is_gone(name) and fold(name) not in export.names:
        # People have a profile: LinkedIn itself, companies and advertisers have none.
        return None if export.roster.find(name) else "messages of senders without a profile (LinkedIn, advertisers)"
    return None


def _recipients(row: Cells, export: LinkedInExport) -> Iterator[Account]:
    urls = addresses_in(row.get("to urls"))
    cell = row.get("to")
    names = [cell] if len(urls) == 1 else export.roster.part(cell)
    if not urls:
        urls = [""] * len(names)
    elif len(names) != len(urls):
        names = [""] * len(urls)
    return (each for name, url in zip(names, urls, strict=True) if (each := export.person(name, url)) is not None)


def numbered(messages: Iterator[Interaction | Skipped | Problem]) -> Iterator[Interaction | Skipped | Problem]:
    """Tell apart messages that one sender wrote to a conversation within one second; they follow each other."""
    last, count = None, 0
    for message in messages:
        if isinstance(message, Interaction) and message.id is not None:
            count = count + 1 if message.id == last else 1
            last = message.id
            if count > 1:
                native, _, kind = message.id.rpartition("#")
                message = replace(message, id=f"{native}.{count}#{kind}")
        yield message


# --- invitations, recommendations, endorsements ----------------------------------------------------------------------


def _invitation(row: Cells, _: Sheet, dates: DateReader, export: LinkedInExport) -> Interaction | Skipped:
    """Read an invitation: with a note it is a message, without one it shows interest, as a follow does."""
    direction = row.get("direction").upper()
    inviter = export.owner if direction == "OUTGOING" else export.person(row.get("from"), row.get("inviter"))
    invitee = export.owner if direction == "INCOMING" else export.person(row.get("to"), row.get("invitee"))
    if inviter is None or invitee is None:
        return Skipped(why="invitations of members who are gone")
    if export.owner.id not in (inviter.id, invitee.id) or inviter.id == invitee.id:
        raise InvalidRecordError(f"Direction {direction!r} does not tell which side of the invitation is yours")
    note = row.get("message")
    return Interaction(
        kind=Kind.MESSAGE if note else Kind.FOLLOW,
        at=_date(row, dates) if row.get("date") or note else None,
        actor=inviter,
        to=(Addressee(account=invitee),),
        item=Item(title="Invitation to connect", kind="invitation"),
        excerpt=clean(plain(note), EXCERPT) if note and export.excerpts else None,
        private=True,
        source=_SOURCE,
        where=row.where,
    )


def _praise(row: Cells, sheet: Sheet, dates: DateReader, export: LinkedInExport) -> Interaction | Skipped:
    """Read a recommendation, or an endorsement of a skill, which is a like; public where it was shown or accepted."""
    recommended = sheet in (Sheet.GIVEN, Sheet.RECEIVED)
    other = export.person(name_in(row), row.get("url"))
    if other is None:
        return Skipped(why=f"{'recommendations' if recommended else 'endorsements'} of members who are gone")
    at = _date(row, dates)
    private = row.get("status").upper() != ("VISIBLE" if recommended else "ACCEPTED")
    if recommended:
        other = replace(other, org=row.get("company") or None, title=row.get("position") or None, at=at)
    actor, to = (export.owner, other) if sheet in _BY_OWNER else (other, export.owner)
    skill = Item(title=clean(row.get("skill")), kind="skill")
    return Interaction(
        kind=Kind.RECOMMENDATION if recommended else Kind.LIKE,
        at=at,
        actor=actor,
        to=(Addressee(account=to),),
        item=Item(title="Recommendation", kind="recommendation") if recommended else skill,
        excerpt=clean(plain(row.get("text")), EXCERPT) if export.excerpts or not private else None,
        private=private,
        source=_SOURCE,
        where=row.where,
    )


_READERS: dict[Sheet, Callable[[Cells, Sheet, DateReader, LinkedInExport], Interaction | Skipped]] = {
    Sheet.MESSAGES: _message,
    Sheet.INVITATIONS: _invitation,
    Sheet.GIVEN: _praise,
    Sheet.RECEIVED: _praise,
    Sheet.ENDORSED: _praise,
    Sheet.ENDORSERS: _praise,
}
