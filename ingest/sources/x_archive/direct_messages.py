"""Direct messages of an X archive as interactions: between two, and in groups.

A message to a group names no recipients. Who was in the group is replayed from its joins and leaves; somebody who
wrote, or left, without having joined was there from the start. Adding somebody to a group is not taken as an
introduction: the archive does not say why it was done.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from graph.errors import InvalidRecordError
from graph.model import Account, Addressee, Interaction, Item, Kind, Problem, Role, Skipped, interaction_id
from ingest.kit.files import Entry
from ingest.kit.text import EXCERPT, clean
from ingest.kit.x_posts import valid_id
from ingest.source import Context
from ingest.sources.x_archive.javascript import Object, Shape, as_text, date_in, list_in, read_objects, text_in, unwrap

# `{ "messageCreate" : {`, but not `{ "dmConversation" : {`, which holds them all: one can be larger than memory.
EVENTS = Shape(
    head=re.compile(r'\{\s*"(?!dmConversation")\w{1,60}"\s*:\s*\{'),
    between=re.compile(r'(?:[\s,\[\]{}:]|"(?:dmConversation|messages)"|"(?:conversationId|name)"\s*:\s*"[^"]*")*'),
)
_CONVERSATION = re.compile(r'"(dmConversation)"|"conversationId"\s*:\s*"([^"]*)"')
_KINDS = ("messageCreate", "joinConversation", "participantsJoin", "participantsLeave", "conversationNameUpdate")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened in a conversation: a message, a join, a leave, a new name."""

    kind: str
    fields: Object
    conversation: str | None
    where: str


def read_events(entry: Entry, progress: Callable[[int], None]) -> Iterator[Event | Problem]:
    """Yield the events of a file of conversations, in its order, mostly the newest first."""
    conversation = None
    for piece in read_objects(entry, _KINDS, EVENTS, progress):
        if isinstance(piece, Problem):
            yield piece
            continue
        for found in _CONVERSATION.finditer(piece.gap):
            conversation = None if found[1] else found[2]
        yield Event(
            kind=next(iter(piece.value)),
            fields=unwrap(piece.value),
            conversation=conversation,
            where=piece.where,
        )


def read_message(event: Event, owner: Account, context: Context, group: "Group | None" = None) -> Interaction | Skipped:
    """Read a message between two, or to all who were in a group when it was written.

    Raises:
        InvalidRecordError: If it has no id or no date that can be.
    """
    sender = valid_id(text_in(event.fields, "senderId"))
    recipient = valid_id(_recipient_of(event, sender)) or ""
    if sender is None or (group is None and not recipient):
        return Skipped(why="direct messages with an account that is gone")
    if group is None and sender == recipient:
        return Skipped(why="direct messages to oneself")
    number = text_in(event.fields, "id")
    if number is None or not number.isdigit():
        raise InvalidRecordError("a direct message without an id")
    at = date_in(event.fields, "createdAt", context.now)
    # Whoever holds the archive received the message, whatever the joins and leaves of its group say.
    to = [recipient] if group is None else sorted((group.members_at(at) | {_number_of(owner)}) - {sender}, key=int)
    if not to:
        return Skipped(why="messages to a group whose other members the archive does not name")
    title = group.name_at(at) if group else None
    known = {_number_of(owner): owner}
    accounts = (known.get(each) or Account(id=f"x:{each}") for each in to)
    return Interaction(
        kind=Kind.MESSAGE,
        at=at,
        actor=known.get(sender) or Account(id=f"x:{sender}"),
        to=tuple(Addressee(account=account, role=Role.GROUP if group else Role.TO) for account in accounts),
        id=interaction_id("x", number, Kind.MESSAGE),
        item=Item(title=title, kind="conversation") if title else None,
        thread=event.conversation,
        excerpt=clean(text_in(event.fields, "text"), EXCERPT) if context.excerpts else None,
        private=True,
        source="x-archive",
        where=event.where,
    )


def _recipient_of(event: Event, sender: str | None) -> str | None:
    """Tell to whom a message between two was; where it leaves that out, its conversation is called after the two."""
    two = (event.conversation or "").split("-")
    return text_in(event.fields, "recipientId") or next((each for each in two if each != sender), None)


def _number_of(account: Account) -> str:
    return account.id.removeprefix("x:")


@dataclass(slots=True)
class Group:
    """Who was in a group when, and what it was called: collected from all events first, then asked.

    Attributes:
        changes: When somebody joined or left, whether they left, and who it was.
        seen: When each who wrote, or added somebody, did so first: they were in it then.
        names: When it was given which name.
    """

    changes: list[tuple[datetime, bool, tuple[str, ...]]] = field(default_factory=list)
    seen: dict[str, datetime] = field(default_factory=dict)
    names: list[tuple[datetime, str]] = field(default_factory=list)
    _members: list[frozenset[str]] = field(default_factory=list)

    def note(self, event: Event, now: datetime) -> None:
        """Collect what an event says of the group.

        Raises:
            InvalidRecordError: If its date can't be.
        """
        if event.kind not in _KINDS:
            return
        at = date_in(event.fields, "createdAt", now)
        doer = valid_id(text_in(event.fields, "senderId", "initiatingUserId"))
        if doer is not None:
            self.seen[doer] = min(at, self.seen.get(doer, at))
        moved = "participantsSnapshot" if event.kind == "joinConversation" else "userIds"
        who = tuple(filter(valid_id, map(as_text, list_in(event.fields, moved))))
        if who:
            self.changes.append((at, event.kind == "participantsLeave", who))
        name = clean(text_in(event.fields, "name"), EXCERPT) if event.kind == "conversationNameUpdate" else None
        if name:
            self.names.append((at, name))

    def replay(self, owner: Account) -> None:
        """Work out the members after each change, once all is collected."""
        # Of changes at one instant joins come first: nobody leaves who is not there.
        self.changes.sort()
        self.names.sort()
        joined: dict[str, datetime] = {}
        present = {_number_of(owner)}
        for at, leaves, who in self.changes:
            if leaves:
                present.update(each for each in who if each not in joined)
            joined.update((each, at) for each in who if each not in joined)
        present.update(each for each, at in self.seen.items() if each not in joined or at < joined[each])
        self._members = [frozenset(present)]
        for _, leaves, who in self.changes:
            self._members.append(self._members[-1].difference(who) if leaves else self._members[-1].union(who))

    def members_at(self, at: datetime) -> frozenset[str]:
        """Tell who was in the group at an instant, after `replay`."""
        return self._members[bisect_right(self.changes, at, key=lambda change: change[0])]

    def name_at(self, at: datetime) -> str | None:
        """Tell what the group was called at an instant; None before it was given a name."""
        place = bisect_right(self.names, at, key=lambda named: named[0])
        return self.names[place - 1][1] if place else None
