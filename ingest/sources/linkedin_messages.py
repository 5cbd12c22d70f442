"""messages.csv and Invitations.csv: who wrote to whom, and who asked whom to connect. Private, both of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from graph.errors import InvalidRecordError
from graph.model import Account, Addressee, Interaction, Item, Kind, Problem, Role, Skipped, interaction_id
from graph.names import fold
from ingest.sources.linkedin_connections import SOURCE_NAME
from ingest.sources.linkedin_dates import Dates
from ingest.sources.linkedin_people import Roster, Traces, addresses_in, profile_of
from ingest.sources.linkedin_tables import Cells
from ingest.sources.linkedin_words import is_gone
from ingest.text import EXCERPT, clean, plain

_YES = frozenset({"yes", "true", "ja", "oui", "si", "sim"})
_CAMPAIGN = ("%FIRSTNAME%", "%LASTNAME%")
_EDITOR = "spinmail-quill-editor"
_GONE = "messages with members who are gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What tables of acts are read with.

    Attributes:
        owner: Whose export it is.
        names: The owner's names, folded.
        excerpts: Whether private texts are kept.
    """

    owner: Account
    names: frozenset[str]
    roster: Roster
    excerpts: bool

    def person(self, name: str, url: str = "") -> Account | None:
        """Make the account of whoever is told so; the owner's name is the owner's where no address says otherwise."""
        if profile_of(url) is None and fold(name) in self.names:
            return self.owner
        found = self.roster.resolve(name, url)
        return self.owner if found is not None and found.id == self.owner.id else found


# --- messages --------------------------------------------------------------------------------------------------------


def learn_from_message(row: Cells, traces: Traces, roster: Roster) -> None:
    """Learn who is who from a message: its sender's name and address, and who is in the conversation."""
    name, sender = row.get("from"), profile_of(row.get("from url"))
    addresses = addresses_in(row.get("to urls"))
    recipients = [profile for url in addresses if (profile := profile_of(url)) is not None]
    if sender is not None:
        roster.meet(name, *sender)
        traces.writers.setdefault(sender[0], set()).add(name)
    if len(addresses) == 1 and recipients:
        roster.meet(row.get("to"), *recipients[0])
    if row.get("conversation"):
        ids = [profile[0] for profile in (*([sender] if sender else []), *recipients)]
        traces.talks.setdefault(row.get("conversation"), set()).update(ids)


def message_of(row: Cells, dates: Dates, under: Reading) -> Interaction | Skipped | Problem:
    """Read a message: from its sender to all its recipients; without its text unless that is asked for."""
    reason = _left_out(row, under)
    if reason is not None:
        return Skipped(why=reason)
    sender = under.person(row.get("from"), row.get("from url"))
    if sender is None:
        return Skipped(why=_GONE)
    others = {each.id: each for each in _recipients(row, under) if each.id != sender.id}
    if not others:
        return Skipped(why=_GONE)
    try:
        at = dates.read(row.get("date"))
    except InvalidRecordError as error:
        return Problem(where=row.where, why=str(error))
    role = Role.GROUP if len(others) > 1 else Role.TO
    title = clean(row.get("subject")) or clean(row.get("title"))
    return Interaction(
        kind=Kind.MESSAGE,
        at=at,
        actor=sender,
        to=tuple(Addressee(account=others[id_], role=role) for id_ in sorted(others)),
        id=_id_of(row, at, sender),
        item=Item(title=title, kind="message") if title else None,
        thread=row.get("conversation") or None,
        excerpt=clean(plain(row.get("content")), EXCERPT) if under.excerpts else None,
        private=True,
        source=SOURCE_NAME,
        where=row.where,
    )


def _left_out(row: Cells, under: Reading) -> str | None:
    if row.get("draft").casefold() in _YES or row.get("conversation draft").casefold() in _YES:
        return "drafts"
    folder = row.get("folder").upper()
    if folder in ("SPAM", "DRAFT", "DRAFTS"):
        return "messages in the spam folder" if folder == "SPAM" else "drafts"
    content, unnamed = row.get("content"), profile_of(row.get("from url")) is None
    if fold(row.get("title")) == "sponsored conversation" or any(mark in content for mark in _CAMPAIGN):
        return "sponsored messages"
    if unnamed and _EDITOR in content:
        return "sponsored messages"
    name = row.get("from")
    if unnamed and "from url" in row.columns and not is_gone(name) and fold(name) not in under.names:
        # People have a profile: LinkedIn itself, companies and advertisers have none.
        return None if under.roster.find(name) else "messages of senders without a profile (LinkedIn, advertisers)"
    return None


def _recipients(row: Cells, under: Reading) -> list[Account]:
    urls = addresses_in(row.get("to urls"))
    cell = row.get("to")
    if not urls:
        return [each for name in under.roster.part(cell) if (each := under.person(name)) is not None]
    names = [cell] if len(urls) == 1 else under.roster.part(cell)
    if len(names) != len(urls):
        names = [""] * len(urls)
    return [each for name, url in zip(names, urls, strict=True) if (each := under.person(name, url)) is not None]


def _id_of(row: Cells, at: datetime, sender: Account) -> str | None:
    """Make an id of the conversation, the second and the sender: an export gives no number."""
    if not row.get("conversation"):
        return None
    native = f"{row.get('conversation')}/{at:%Y%m%dT%H%M%SZ}/{sender.id.partition(':')[2]}"
    return interaction_id("linkedin", native, Kind.MESSAGE)


# --- invitations -----------------------------------------------------------------------------------------------------


def learn_from_invitation(row: Cells, traces: Traces, roster: Roster) -> None:
    """Learn who is who from an invitation: both names and addresses, and which side is the owner's."""
    ends = {"OUTGOING": profile_of(row.get("inviter")), "INCOMING": profile_of(row.get("invitee"))}
    for name, url in (("from", "inviter"), ("to", "invitee")):
        profile = profile_of(row.get(url))
        if profile is not None:
            roster.meet(row.get(name), *profile)
    mine = ends.get(row.get("direction").upper())
    if mine is not None:
        traces.votes[mine[0]] += 1


def invitation_of(row: Cells, dates: Dates, under: Reading) -> Interaction | Skipped | Problem:
    """Read an invitation: with a note it is a message, without one it shows interest, as a follow does."""
    inviter = under.person(row.get("from"), row.get("inviter"))
    invitee = under.person(row.get("to"), row.get("invitee"))
    direction = row.get("direction").upper()
    if direction == "OUTGOING":
        inviter = under.owner
    elif direction == "INCOMING":
        invitee = under.owner
    if inviter is None or invitee is None:
        return Skipped(why="invitations of members who are gone")
    if under.owner.id not in (inviter.id, invitee.id) or inviter.id == invitee.id:
        why = f"Direction {direction!r} does not tell which side of the invitation is yours"
        return Problem(where=row.where, why=why)
    note = row.get("message")
    try:
        at = dates.read(row.get("date")) if row.get("date") or note else None
    except InvalidRecordError as error:
        return Problem(where=row.where, why=str(error))
    return Interaction(
        kind=Kind.MESSAGE if note else Kind.FOLLOW,
        at=at,
        actor=inviter,
        to=(Addressee(account=invitee),),
        item=Item(title="Invitation to connect", kind="invitation"),
        excerpt=clean(plain(note), EXCERPT) if note and under.excerpts else None,
        private=True,
        source=SOURCE_NAME,
        where=row.where,
    )


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
