"""Direct messages of an X archive as interactions: between two, and in groups.

A message to a group names no recipients. Who was in the group is replayed from its joins and leaves; somebody who
wrote, or left, without having joined was there from the start. Adding somebody to a group is not taken as an
introduction: the archive does not say why it was done.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from msgspec.structs import replace

from graph.errors import InvalidRecordError
from graph.model import Account, Addressee, Interaction, Item, Kind, Problem, Role, Skipped, interaction_id
from ingest.files import Entry
from ingest.sources.x_archive_dates import read_date
from ingest.sources.x_archive_json import Layout, Object, read_pieces, text_in, texts_in, unwrap
from ingest.sources.x_archive_people import Archivist, valid_id
from ingest.text import EXCERPT, clean

# `{ "messageCreate" : {`, but not `{ "dmConversation" : {`, which holds them all: one can be larger than memory.
EVENTS = Layout(
    head=re.compile(r'\{\s*"(?!dmConversation")\w{1,60}"\s*:\s*\{'),
    between=re.compile(r'(?:[\s,\[\]{}:]|"(?:dmConversation|messages)"|"(?:conversationId|name)"\s*:\s*"[^"]*")*'),
)
_CONVERSATION = re.compile(r'"conversationId"\s*:\s*"([^"]*)"')
_RENAMED = "conversationNameUpdate"
_EVENTS = frozenset({"messageCreate", "joinConversation", "participantsJoin", "participantsLeave", _RENAMED})
_GONE = "direct messages with an account that is gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened in a conversation: a message, a join, a leave, a new name."""

    kind: str
    fields: Object
    conversation: str | None
    where: str


def read_events(entry: Entry, told: Callable[[int], None]) -> Iterator[Event | Problem]:
    """Yield the events of a file of conversations, in its order, mostly the newest first."""
    conversation = None
    for piece in read_pieces(entry, _is_event, EVENTS, told):
        if isinstance(piece, Problem):
            yield piece
            continue
        if '"dmConversation"' in piece.gap:
            conversation = None
        for found in _CONVERSATION.finditer(piece.gap):
            conversation = found[1]
        kind = next(iter(piece.value))
        yield Event(
            kind=kind,
            fields=unwrap(piece.value),
            conversation=conversation,
            where=f"{entry.where}:{piece.line}",
        )


def _is_event(value: Object) -> bool:
    return len(value) == 1 and not _EVENTS.isdisjoint(value)


# --- between two -----------------------------------------------------------------------------------------------------


def message_of(event: Event, owner: Archivist, excerpts: bool, latest: datetime) -> Interaction | Problem | Skipped:
    """Read a message between two; a problem if it has no id or no date that can be."""
    sender = text_in(event.fields, "senderId")
    recipient = text_in(event.fields, "recipientId")
    if recipient is None and sender is not None and event.conversation:
        recipient = next((each for each in event.conversation.split("-") if each != sender), None)
    if sender is None or recipient is None or not valid_id(sender) or not valid_id(recipient):
        return Skipped(why=_GONE)
    if sender == recipient:
        return Skipped(why="direct messages to oneself")
    return _message(event, latest, excerpts, _person(sender, owner), [_person(recipient, owner)])


def _number(fields: Object) -> str:
    number = text_in(fields, "id")
    if number is None or not number.isdigit():
        raise InvalidRecordError("a direct message without an id")
    return number


def _person(number: str, owner: Archivist) -> Account:
    return owner.account if number == owner.id else Account(id=f"x:{number}")


def _message(
    event: Event, latest: datetime, excerpts: bool, sender: Account, to: Iterable[Account], role: Role = Role.TO
) -> Interaction | Problem:
    try:
        number, at = _number(event.fields), read_date(text_in(event.fields, "createdAt"), latest)
    except InvalidRecordError as error:
        return Problem(where=event.where, why=str(error))
    return Interaction(
        kind=Kind.MESSAGE,
        at=at,
        actor=sender,
        to=tuple(Addressee(account=account, role=role) for account in to),
        id=interaction_id("x", number, Kind.MESSAGE),
        thread=event.conversation,
        excerpt=clean(text_in(event.fields, "text"), EXCERPT) if excerpts else None,
        private=True,
        source="x-archive",
        where=event.where,
    )


# --- groups ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Group:
    """Who was in a group when, and what it was called: collected from all events first, then asked.

    Attributes:
        changes: When, joined or left, and who.
        seen: When each who wrote, or added somebody, did so first: they were in it then.
        names: When it was given which name.
    """

    changes: list[tuple[datetime, bool, tuple[str, ...]]] = field(default_factory=list)
    seen: dict[str, datetime] = field(default_factory=dict)
    names: list[tuple[datetime, str]] = field(default_factory=list)
    _times: list[datetime] = field(default_factory=list)
    _members: list[frozenset[str]] = field(default_factory=list)

    def note(self, event: Event, latest: datetime) -> None:
        """Collect what an event says of the group.

        Raises:
            InvalidRecordError: If its date can't be.
        """
        if event.kind not in _EVENTS:
            return
        at = read_date(text_in(event.fields, "createdAt"), latest)
        doer = text_in(event.fields, "senderId", "initiatingUserId")
        if doer is not None and valid_id(doer):
            self.seen[doer] = min(at, self.seen.get(doer, at))
        if event.kind == "joinConversation":
            self._change(at, True, texts_in(event.fields, "participantsSnapshot"))
        elif event.kind == "participantsJoin":
            self._change(at, True, texts_in(event.fields, "userIds"))
        elif event.kind == "participantsLeave":
            self._change(at, False, texts_in(event.fields, "userIds"))
        elif event.kind == _RENAMED and (name := clean(text_in(event.fields, "name"), EXCERPT)):
            self.names.append((at, name))

    def _change(self, at: datetime, joined: bool, who: Iterable[str]) -> None:
        members = tuple(each for each in who if valid_id(each))
        if members:
            self.changes.append((at, joined, members))

    def replay(self, owner: str) -> None:
        """Work out the members after each change, once all is collected."""
        # Of changes at one instant joins come first: nobody leaves who is not there.
        changes = sorted(self.changes, key=lambda change: (change[0], not change[1], change[2]))
        joined: dict[str, datetime] = {}
        present = {owner}
        for at, joins, who in changes:
            for each in who:
                if each not in joined and not joins:
                    present.add(each)
                joined.setdefault(each, at)
        present.update(each for each, at in self.seen.items() if each not in joined or at < joined[each])
        self.names.sort()
        self._times = [at for at, _, _ in changes]
        self._members = [frozenset(present)]
        for _, joins, who in changes:
            present = present | set(who) if joins else present - set(who)
            self._members.append(frozenset(present))

    def members_at(self, at: datetime) -> frozenset[str]:
        """Tell who was in the group at an instant, after `replay`."""
        return self._members[bisect_right(self._times, at)]

    def name_at(self, at: datetime) -> str | None:
        """Tell what the group was called at an instant; None before it was given a name."""
        place = bisect_right(self.names, at, key=lambda named: named[0])
        return self.names[place - 1][1] if place else None


def group_message_of(
    event: Event, group: Group, owner: Archivist, excerpts: bool, latest: datetime
) -> Interaction | Problem | Skipped:
    """Read a message to a group: from its sender to all who were in it then; a problem as for `message_of`."""
    sender = text_in(event.fields, "senderId")
    if sender is None or not valid_id(sender):
        return Skipped(why=_GONE)
    act = _message(event, latest, excerpts, _person(sender, owner), (), Role.GROUP)
    if isinstance(act, Problem) or act.at is None:
        return act
    # Whoever holds the archive received the message, whatever the joins and leaves say.
    others = (group.members_at(act.at) | {owner.id}) - {sender}
    if not others:
        return Skipped(why="messages to a group whose other members the archive does not name")
    to = tuple(Addressee(account=_person(each, owner), role=Role.GROUP) for each in sorted(others, key=int))
    name = group.name_at(act.at)
    return replace(act, to=to, item=Item(title=name, kind="conversation") if name else None)
