"""A page of X's answers as records. Pure: bytes in, what they say out.

X spells its fields in two ways: as tweets (`referenced_tweets`, `note_tweet`, `includes.tweets`) and as posts
(`referenced_posts`, `note_post`, `includes.posts`); both are read. The acts are those of the posts in `data`;
`includes` only tells who and what is meant.
"""

import html
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, TypeVar

from msgspec import DecodeError, Meta, MsgspecError, Raw, Struct, ValidationError
from msgspec.json import Decoder

from graph.errors import InvalidRecordError
from graph.model import Account, Gone, Problem, Record, Skipped
from graph.records.clean import line, shorten
from ingest.kit.text import clean
from ingest.kit.x_posts import END, Post, Reference, account_of, interactions, valid_id

_Id = str | int | None
_T = TypeVar("_T")
_WORDS = 300
_REPOST = re.compile(r"RT @(\w{1,50})", re.ASCII)


class _Mention(Struct):
    username: str | None = None
    id: _Id = None
    start: int | None = None


class _Entities(Struct):
    mentions: list[_Mention] | None = None


class _LongPost(Struct):
    text: str | None = None
    entities: _Entities | None = None


class _Referenced(Struct):
    type: str
    id: _Id


class _Tweet(Struct):
    id: _Id
    author_id: _Id = None
    created_at: Annotated[datetime, Meta(tz=True)] | None = None
    text: str | None = None
    conversation_id: _Id = None
    in_reply_to_user_id: _Id = None
    entities: _Entities | None = None
    referenced_tweets: list[_Referenced] | None = None
    referenced_posts: list[_Referenced] | None = None
    note_tweet: _LongPost | None = None
    note_post: _LongPost | None = None
    edit_history_tweet_ids: list[_Id] | None = None
    edit_history_post_ids: list[_Id] | None = None


class _User(Struct):
    id: _Id
    username: str | None = None
    name: str | None = None


class _Fault(Struct):
    title: str | None = None
    detail: str | None = None
    message: str | None = None
    type: str | None = None
    value: _Id = None
    resource_id: _Id = None
    parameter: str | None = None
    resource_type: str | None = None


class _Includes(Struct):
    users: list[Raw] | None = None
    tweets: list[Raw] | None = None
    posts: list[Raw] | None = None


class _Meta(Struct):
    next_token: str | None = None


class _Envelope(Struct):
    data: Raw = Raw(b"null")
    includes: _Includes | None = None
    errors: list[Raw] | None = None
    meta: _Meta | None = None
    title: str | None = None
    detail: str | None = None
    type: str | None = None


_ENVELOPE, _TWEET, _USER = Decoder(_Envelope), Decoder(_Tweet), Decoder(_User)
_FAULT, _LIST, _RAWS = Decoder(_Fault), Decoder(_User), Decoder(list[Raw])


@dataclass(frozen=True, slots=True)
class Told:
    """One post of a page: when it was written, and which posts and users came along with it."""

    id: int
    at: datetime
    posts: frozenset[str]
    users: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What an answer holds.

    Attributes:
        records: Of its posts, in X's order; and what X says of posts that it shows no more.
        posts: Those in its `data` that could be read.
        users: The accounts in its `data`: of a list's members, of a look-up.
        name: What its `data` is called, where that is a list.
        bought: The ids of the posts and users in `data`, then of those in `includes`: what X bills.
        next_token: Where the next page is; None on the last.
        faults: Why X gives no `data`, where it does not: its words, by the id of what is gone.
    """

    records: list[Record] = field(default_factory=list)
    posts: list[Told] = field(default_factory=list)
    users: list[Account] = field(default_factory=list)
    name: str | None = None
    bought: tuple[list[str], list[str], list[str], list[str]] = field(default_factory=lambda: ([], [], [], []))
    next_token: str | None = None
    faults: dict[str, str] = field(default_factory=dict)


def parse_posts(body: bytes, *, now: datetime, where: str, me: Collection[str] = ()) -> Page:
    """Read a page of posts.

    Args:
        body: The answer.
        now: When it was given: what it says of accounts is true then.
        where: What was asked for, for problems.
        me: My accounts, whose posts stay though X no longer shows them to everybody.

    Raises:
        ValueError: If it is no answer of X's.
    """
    answer, raws = _open(body, many=True)
    people = _People(_each(_USER, answer.includes.users if answer.includes else None), now)
    along = _along(answer)
    records: list[Record] = []
    told: list[Told] = []
    ids: list[str] = []
    for place, raw in enumerate(raws):
        try:
            tweet = _TWEET.decode(raw)
            ids.append(str(tweet.id))
            records += _read_tweet(tweet, people, along, where)
            told.append(_told(tweet, people, along))
        except (ValidationError, DecodeError, InvalidRecordError) as error:
            records.append(Problem(where=f"{where}, post {place + 1} of a page", why=f"it can't be read: {error}"))
    faults = list(_each(_FAULT, answer.errors))
    records += _gone(faults, me)
    return Page(
        records=records,
        posts=told,
        bought=(ids, [], list(along), list(people.users)),
        next_token=_next(answer),
        faults={} if raws else _words(each for each in faults if each.resource_type not in ("tweet", "post")),
    )


def parse_users(body: bytes, *, now: datetime, handle: str | None = None) -> Page:
    """Read a page of a list's members, or where a handle was looked up, whose that is.

    Raises:
        ValueError: If it is no answer of X's, or one about somebody else.
    """
    answer, raws = _open(body, many=handle is None)
    people = _People(_each(_USER, raws), now)
    accounts = [account for each in people.users if (account := people.account(each)) is not None]
    if raws and handle is not None and [(each.handle or "").lower() for each in accounts] != [handle.lower()]:
        raise ValueError("it is about somebody else")
    faults = {} if raws else _words(_each(_FAULT, answer.errors))
    return Page(users=accounts, bought=([], list(people.users), [], []), next_token=_next(answer), faults=faults)


def parse_list(body: bytes) -> Page:
    """Read a list's own record.

    Raises:
        ValueError: If it is no answer of X's.
    """
    answer, raws = _open(body, many=False)
    name = next((clean(each.name) for each in _each(_LIST, raws)), None)
    return Page(name=name, faults={} if raws else _words(_each(_FAULT, answer.errors)))


def parse_refusal(body: bytes) -> tuple[str, str]:
    """Read an answer that is none: X's words, '' where there are none, and the type of the problem."""
    try:
        answer, _ = _open(body)
    except (ValueError, RecursionError):
        return "", ""
    faults = list(_each(_FAULT, answer.errors))
    said = [answer.title, answer.detail, *(each.message or each.detail for each in faults)]
    words = ": ".join(dict.fromkeys(line(each).rstrip(".") for each in said if each))
    kinds = [answer.type, answer.title, *(each.type for each in faults), *(each.title for each in faults)]
    return shorten(words, _WORDS), " ".join(filter(None, kinds))


def mend(body: bytes) -> bytes:
    """Write anew what is JSON in other eyes: with halves of characters, bytes that are no UTF-8, numbers that are none.

    Raises:
        ValueError: If it is no JSON at all.
    """
    value = json.loads(body.decode("utf-8-sig", "replace"), parse_constant=lambda _: None)
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


def _open(body: bytes, *, many: bool | None = None) -> tuple[_Envelope, list[Raw]]:
    """Open an answer; `many` tells whether it has to be a page, or of one thing."""
    try:
        answer = _ENVELOPE.decode(body)
        data = bytes(answer.data)
        listed = data.startswith(b"[")
        raws = [] if data == b"null" else _RAWS.decode(data) if listed else [Raw(data)]
    except MsgspecError as error:
        raise ValueError(str(error)) from error
    if answer == _Envelope() or (many and answer.meta is None and not answer.errors) or (raws and many == (not listed)):
        raise ValueError("it answers something else")
    return answer, raws


def _each(decoder: Decoder[_T], raws: Iterable[Raw] | None) -> Iterator[_T]:
    """Decode one by one; what can't be is passed over, as it only tells more of what else is read."""
    for raw in raws or ():
        try:
            yield decoder.decode(raw)
        except (ValidationError, DecodeError):
            continue


def _next(answer: _Envelope) -> str | None:
    return (answer.meta.next_token if answer.meta else None) or None


class _People:
    """The accounts that came along with a page."""

    def __init__(self, users: Iterable[_User], now: datetime) -> None:
        self.users = {str(user.id): user for user in users if valid_id(str(user.id))}
        self._ids = {user.username.lower(): id_ for id_, user in self.users.items() if user.username}
        self.now = now
        self._made: dict[str, Account | None] = {}

    def account(self, number: _Id, handle: str | None = None) -> Account | None:
        """Make an account; a handle alone is looked up, in letters of any case."""
        key = valid_id(str(number)) or self._ids.get((handle or "").lower(), "")
        if key not in self.users:
            return account_of(key, handle)
        if key not in self._made:
            user = self.users[key]
            self._made[key] = account_of(key, user.username, user.name, self.now)
        return self._made[key]


def _along(answer: _Envelope) -> Mapping[str, _Tweet]:
    found = answer.includes
    raws = [*(found.tweets or ()), *(found.posts or ())] if found else ()
    return {str(each.id): each for each in _each(_TWEET, raws)}


def _references(tweet: _Tweet) -> Sequence[_Referenced]:
    return tweet.referenced_tweets or tweet.referenced_posts or ()


def _read_tweet(tweet: _Tweet, people: _People, along: Mapping[str, _Tweet], where: str) -> Iterator[Record]:
    """Yield what a post does to others.

    Raises:
        InvalidRecordError: If it has no id, author or date.
    """
    versions = [str(each) for each in tweet.edit_history_tweet_ids or tweet.edit_history_post_ids or ()]
    number, author = valid_id(str(tweet.id)), people.account(tweet.author_id)
    if number is None or author is None or tweet.created_at is None:
        raise InvalidRecordError("it has no id, no author or no date")
    if versions and versions[-1] != number:
        yield Skipped(why="earlier versions of edited posts")
        return
    for version in versions[:-1]:
        yield Gone(network="x", native=version)
    acts = list(interactions(_make_post(tweet, number, author, people, along, f"{where}, post {number}")))
    yield from acts
    if not acts:
        yield Skipped(why="posts that address nobody else")


def _make_post(
    tweet: _Tweet, number: str, author: Account, people: _People, along: Mapping[str, _Tweet], where: str
) -> Post:
    note = tweet.note_tweet or tweet.note_post or _LongPost()
    text = note.text or tweet.text or ""
    entities = (note.entities if note.text else None) or tweet.entities
    mentions = [
        (END if each.start is None else each.start, account)
        for each in (entities.mentions if entities else None) or ()
        if (account := people.account(each.id, each.username)) is not None
    ]
    referenced = {each.type: each for each in _references(tweet)}

    def reference(kind: str) -> Reference | None:
        found = referenced.get(kind)
        if found is None:
            return None
        held = along.get(str(found.id))
        return Reference(author=people.account(held.author_id) if held else None, post=valid_id(str(found.id)))

    answered, reposted, quoted = (reference(kind) for kind in ("replied_to", "retweeted", "quoted"))
    if tweet.in_reply_to_user_id is not None:
        # Who is gone does not come along, but may be named.
        named = {account.id: account for _, account in mentions}
        whom = named.get(f"x:{tweet.in_reply_to_user_id}") or people.account(tweet.in_reply_to_user_id)
        answered = Reference(author=whom, post=answered.post if answered else None)
    if reposted is not None and reposted.author is None and (found := _REPOST.match(text)) is not None:
        bearers = {(account.handle or "").lower(): account for _, account in mentions}
        reposted = Reference(author=bearers.get(found[1].lower()) or account_of(None, found[1]), post=reposted.post)
    return Post(
        id=number,
        at=tweet.created_at or people.now,
        author=author,
        text=html.unescape(text),
        long=None,
        shown=0,
        mentions=mentions,
        answers=answered,
        reposts=reposted,
        quotes=[quoted] if quoted else [],
        thread=valid_id(str(tweet.conversation_id)),
        private=False,
        source="x",
        where=where,
    )


def _told(tweet: _Tweet, people: _People, along: Mapping[str, _Tweet]) -> Told:
    posts = {str(each.id) for each in _references(tweet)} & along.keys()
    named = (each.id for each in (tweet.entities.mentions if tweet.entities else None) or ())
    users = {tweet.author_id, tweet.in_reply_to_user_id, *named, *(along[each].author_id for each in posts)}
    assert tweet.created_at is not None  # noqa: S101 # else it was a problem
    known = frozenset(map(str, users)) & people.users.keys()
    return Told(int(str(tweet.id)), tweet.created_at, frozenset(posts), known)


def _gone(faults: Iterable[_Fault], me: Collection[str]) -> Iterator[Gone]:
    """Yield what X no longer shows: posts deleted or only for their authors' followers, and accounts that are gone."""
    for each in faults:
        number = valid_id(str(each.resource_id or each.value))
        by_name = (each.parameter or "").endswith("username")  # which may be made of digits
        said = f"{each.title} {each.type}".lower()
        missing = "not found" in said or "resource-not-found" in said
        if number is None or not (missing or "not-authorized-for-resource" in said):
            continue  # it may be back in a minute
        if each.resource_type in ("tweet", "post"):
            yield Gone(network="x", native=number, spare=() if missing else tuple(sorted(me)))
        elif each.resource_type == "user" and f"x:{number}" not in me and not by_name:
            yield Gone(network="x", account=f"x:{number}")


def _words(faults: Iterable[_Fault]) -> dict[str, str]:
    said = {str(each.value or each.resource_id or ""): each.detail or each.message or each.title for each in faults}
    return {whom: shorten(line(words or ""), _WORDS) for whom, words in said.items()}
