"""The archive of a Mastodon account: whom its owner answered, mentioned, wrote to and boosted.

`outbox.json` holds what the owner did as ActivityPub objects: `Create` of a post, which answers another one where it
has `inReplyTo` and names people in `tag`; `Announce` of another's post, a boost. What others did is not in it.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import replace

from graph.errors import InvalidRecordError
from graph.model import (
    Account,
    Addressee,
    Interaction,
    Item,
    Kind,
    Owner,
    Problem,
    Record,
    Skipped,
    account_id,
    interaction_id,
)
from ingest.kit.checkpoints import resume_after
from ingest.kit.dates import date_reader
from ingest.kit.files import Entry, is_zip, open_tree
from ingest.kit.looks import wrong_format
from ingest.kit.text import EXCERPT, clean, plain
from ingest.source import Context, Source, UnreadableError

_PUBLIC = frozenset({"https://www.w3.org/ns/activitystreams#Public", "as:Public"})
_PROFILE = re.compile(r"https?://([^/?#]+)/(?:users/|@)([\w.-]+)(?:[/?#].*)?", re.ASCII)
_LEADING = re.compile(r"(?:\s*@[\w.-]+(?:@[\w.-]+)?)*")
_NAME = re.compile(r"@([\w.-]+)(?:@([\w.-]+))?")
_BROKEN = (msgspec.DecodeError, ValueError, RecursionError)
_T = TypeVar("_T")
Texts = tuple[str, ...] | str | None


class Actor(Struct, frozen=True, kw_only=True, rename={"handle": "preferredUsername"}):
    """Whose archive it is."""

    id: str
    handle: str
    name: str | None = None


class Activity(Struct, frozen=True, kw_only=True):
    """Something that the owner did; its object is a post of theirs, or the address of another's."""

    id: str
    type: str
    published: str
    object: Raw
    to: Texts = ()
    cc: Texts = ()


class Tag(Struct, frozen=True, kw_only=True):
    """What a post names: people, hashtags, emoji."""

    type: str | None = None
    href: str | None = None
    name: str | None = None


class Toot(Struct, frozen=True, kw_only=True, rename={"in_reply_to": "inReplyTo"}):
    """A post of the owner's."""

    id: str
    url: str | None = None
    content: str | None = None
    in_reply_to: str | None = None
    tag: tuple[Tag, ...] | Tag | None = ()


class Outbox(Struct, frozen=True, kw_only=True, rename={"activities": "orderedItems"}):
    """The whole file; each activity is decoded by itself, so that a broken one costs no other."""

    activities: tuple[Raw, ...]


def detect(path: Path) -> float:
    """Tell how sure it is that a path is the archive of a Mastodon account."""
    try:
        if not path.is_dir() and not is_zip(path):
            return 0.0
        with open_tree(path) as tree:
            return 0.9 if tree.find("actor.json") and tree.find("outbox.json") else 0.0
    except (OSError, UnreadableError):
        return 0.0


def read(place: str, context: Context) -> Iterator[Record]:
    """Yield the records of an archive: a zip, or the folder that it was unpacked to.

    Raises:
        UnreadableError: If it is no such archive, or damaged.
    """
    with open_tree(place) as tree:
        yield from tree.problems
        profile, posts = tree.find("actor.json"), tree.find("outbox.json")
        if not profile or not posts:
            missing = "outbox.json" if profile else "actor.json"
            wanted = "the archive of a Mastodon account, which holds actor.json and outbox.json"
            raise wrong_format(tree.path, wanted, f"no {missing} in it")
        me = _read_owner(profile[0])
        yield Owner(accounts=(me,))
        records = _read_activities(posts[0], me, context)
        yield from resume_after(records, context.resume)


def _read_owner(entry: Entry) -> Account:
    actor = _decode(entry, Actor)
    try:
        owner = account_of(f"@{actor.handle}", actor.id)
    except InvalidRecordError:
        owner = None
    if owner is None:
        raise UnreadableError(f"{entry.where} does not say on which server its owner is: {actor.id[:80]!r}")
    return replace(owner, name=clean(actor.name))


def _read_activities(entry: Entry, me: Account, context: Context) -> Iterator[Record]:
    dates = date_reader((), None, UTC, context.now)
    for number, raw in enumerate(_decode(entry, Outbox).activities, start=1):
        where = f"{entry.where} (activity {number})"
        try:
            activity = msgspec.json.decode(raw, type=Activity)
            at = dates.read(activity.published)
            if activity.type == "Create":
                yield from read_post(activity, me, at, where, excerpts=context.excerpts)
            elif activity.type == "Announce":
                yield read_boost(activity, me, at, where)
            else:
                yield Skipped(why="activities that are neither posts nor boosts")
        except (*_BROKEN, InvalidRecordError) as error:
            yield Problem(where=where, why=str(error))


def _decode(entry: Entry, type_: type[_T]) -> _T:
    data = entry.read()
    try:
        return msgspec.json.decode(data, type=type_)
    except _BROKEN as error:
        try:  # half of a character alone, which JSON can hold and UTF-8 can't
            text = json.dumps(json.loads(data), ensure_ascii=False).encode("utf-8", "replace")
            return msgspec.json.decode(text, type=type_)
        except _BROKEN:
            raise UnreadableError(f"{entry.where} is damaged ({error}); download the archive again") from error


def _listed(value: tuple[_T, ...] | _T | None) -> tuple[_T, ...]:
    return value if isinstance(value, tuple) else () if value is None else (value,)


def read_post(
    activity: Activity, me: Account, at: datetime, where: str, *, excerpts: bool
) -> Iterator[Interaction | Skipped]:
    """Yield what a post does to others: a reply and mentions, or a message where only those it names may read it.

    A reply begins with the mentions that it inherits from its thread; these are no new ones.
    """
    note, audience = msgspec.json.decode(activity.object, type=Toot), (*_listed(activity.to), *_listed(activity.cc))
    tags = [tag for tag in _listed(note.tag) if tag.type == "Mention"]
    named = [account for tag in tags if (account := account_of(tag.name or "", tag.href or ""))]
    if len(named) < len(tags):
        yield Skipped(why="people named in a way that does not tell their server", count=len(tags) - len(named))
    public = not _PUBLIC.isdisjoint(audience)
    text = plain((note.content or "").replace("@<span>", "@"))
    answered = account_at(note.in_reply_to or "")
    acts: list[tuple[Kind, list[Account], Item]] = []
    own = Item(url=note.url or note.id, kind="post", author=me)
    if not public and not any(each.endswith("/followers") for each in audience):
        acts.append((Kind.MESSAGE, [*named, *([answered] if answered else [])], own))
        if all(one.id == me.id for one in acts[0][1]):
            yield Skipped(why="private posts that name nobody")
    else:
        if answered is not None:
            acts.append((Kind.REPLY, [answered], Item(url=note.in_reply_to, kind="post", author=answered)))
        elif note.in_reply_to is not None:
            yield Skipped(why="replies to posts whose address leaves their author out")
        leading = _LEADING.match(text) if note.in_reply_to is not None else None
        inherited = re.findall(r"@([\w.-]+)", leading[0].lower() if leading else "")
        fresh = [one for one in named if (one.handle or "").lower() not in inherited and one != answered]
        acts.append((Kind.MENTION, fresh, own))
    for kind, others, item in acts:
        to = tuple(Addressee(account=one) for one in dict.fromkeys(others) if one.id != me.id)
        if to:
            yield Interaction(
                kind=kind,
                at=at,
                actor=me,
                to=to,
                id=interaction_id("mastodon", note.id, kind),
                item=item,
                parent=note.in_reply_to,
                excerpt=clean(text, EXCERPT) if public or excerpts else None,
                private=not public,
                source="mastodon",
                where=where,
            )


def read_boost(activity: Activity, me: Account, at: datetime, where: str) -> Interaction | Skipped:
    """Give the boost of another's post."""
    url = msgspec.json.decode(activity.object, type=str)
    author = account_at(url)
    if author is None or author.id == me.id:
        return Skipped(why="boosts of own posts, or of posts whose address leaves their author out")
    return Interaction(
        kind=Kind.REPOST,
        at=at,
        actor=me,
        to=(Addressee(account=author),),
        id=interaction_id("mastodon", activity.id, Kind.REPOST),
        item=Item(url=url, kind="post", author=author),
        source="mastodon",
        where=where,
    )


def account_of(name: str, url: str) -> Account | None:
    """Read whom a post names: by `@NAME@SERVER`, or `@NAME` and their address; else by the address alone."""
    found = _NAME.fullmatch(name)
    server = (found and found[2]) or urlsplit(url).hostname
    return _account(found[1], server) if found is not None and server else account_at(url)


def account_at(url: str) -> Account | None:
    """Read whose profile or post an address is: `https://SERVER/users/NAME…` or `https://SERVER/@NAME…`."""
    found = _PROFILE.fullmatch(url)
    return _account(found[2], found[1]) if found is not None else None


def _account(handle: str, server: str) -> Account:
    return Account(id=account_id("mastodon", f"{handle}@{server}"), handle=handle, url=f"https://{server}/@{handle}")


SOURCE = Source(
    name="mastodon",
    title="Mastodon",
    reads="the archive of your Mastodon account: replies, mentions, direct posts and boosts; zip or folder",
    obtain=(
        "On your server's site: Preferences → Import and export → Data export → Request your archive. It sends a mail "
        "when the archive is there: download it and bring it in as it is (unpack it first if it is a .tar.gz)."
    ),
    wait="minutes, for large accounts some hours",
    second_hop="almost nothing: it holds what you did, not who mentioned or answered you",
    sight=1,
    detect=detect,
    read=read,
    private=True,
)
