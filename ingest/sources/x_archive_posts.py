"""Posts of an X archive as interactions: reply, mention, repost and quote. Pure: one post in, its interactions out."""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from graph.errors import InvalidRecordError
from graph.model import Account, Addressee, Interaction, Item, Kind, interaction_id
from ingest.sources.x_archive_dates import read_date
from ingest.sources.x_archive_json import Object, object_in, objects_in, text_in
from ingest.sources.x_archive_people import SITE, Archivist, Handles, valid_handle, valid_id
from ingest.text import EXCERPT, clean

_REPOST = re.compile(r"RT @(\w{1,50})", re.ASCII)
_LEADING = re.compile(r"\s*@(\w{1,50})", re.ASCII)
_STATUS = re.compile(
    r"https?://(?:www\.|mobile\.|m\.)?(?:x|twitter)\.com/(?:#!/)?(i/web|i|\w{1,50})/status(?:es)?/(\d+)",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An account that a post names, where in its text, and by which id, if it says."""

    handle: str | None
    id: str | None
    name: str | None = None
    start: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What of a post matters here.

    Attributes:
        text: Entities resolved; a long post's is cut off.
        long: A long post's text in full, where it is known.
        shown: Where the shown text begins, behind the mentions that a reply inherits; 0 where the archive does not say.
        reposted: The author of the post that this one repeats, where the archive says so itself.
        to_post: The post it replies to.
        to: Its author.
        urls: The addresses in it, spelled out.
        private: Not everyone may see it.
    """

    id: str
    at: datetime
    text: str
    named: tuple[Named, ...]
    urls: tuple[str, ...]
    long: str | None = None
    shown: int = 0
    reposted: Named | None = None
    to_post: str | None = None
    to: Named | None = None
    private: bool = False
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """A post whose address stands in another one."""

    handle: str
    id: str


# --- reading ---------------------------------------------------------------------------------------------------------


def is_post(value: Object) -> bool:
    """Tell whether an object, unwrapped, is a post and not one of the objects inside it."""
    return ("id_str" in value or "id" in value) and ("full_text" in value or "text" in value) and "created_at" in value


def read_post(fields: Object, where: str, latest: datetime, private: bool = False) -> Post:
    """Read a post, unwrapped.

    Raises:
        InvalidRecordError: If it has no id or no date that can be.
    """
    number = text_in(fields, "id_str", "id")
    if number is None or not number.isdigit():
        raise InvalidRecordError("a post without an id")
    entities = object_in(fields, "entities")
    to = Named(
        handle=text_in(fields, "in_reply_to_screen_name"),
        id=text_in(fields, "in_reply_to_user_id_str", "in_reply_to_user_id"),
    )
    author = object_in(object_in(fields, "retweeted_status"), "user")
    to_post = text_in(fields, "in_reply_to_status_id_str", "in_reply_to_status_id")
    return Post(
        id=number,
        at=read_date(text_in(fields, "created_at"), latest),
        text=html.unescape(text_in(fields, "full_text", "text") or ""),
        named=tuple(_named(each) for each in objects_in(entities, "user_mentions")),
        urls=tuple(url for each in objects_in(entities, "urls") if (url := text_in(each, "expanded_url", "url"))),
        shown=_first_index(fields.get("display_text_range")) or 0,
        reposted=_named(author) if author else None,
        to_post=to_post if to_post and to_post.isdigit() else None,
        to=to if to.handle or to.id else None,
        private=private,
        where=where,
    )


def _named(fields: Object) -> Named:
    return Named(
        handle=text_in(fields, "screen_name"),
        id=text_in(fields, "id_str", "id"),
        name=text_in(fields, "name"),
        start=_first_index(fields.get("indices")),
    )


def _first_index(value: object) -> int | None:
    first = value[0] if isinstance(value, list) and value else None
    text = str(first)
    return int(text) if isinstance(first, str | int) and text.isascii() and text.isdigit() and len(text) < 9 else None


# --- interactions ----------------------------------------------------------------------------------------------------


def interactions_of(post: Post, owner: Archivist, handles: Handles) -> Iterator[Interaction]:
    """Yield what a post of the owner's does to others; nothing where it addresses nobody but the owner.

    A repost's text is another's, so what it mentions is not the owner's doing. The mentions that a reply inherits from
    its thread, as its prefix, are no new ones: they are dropped, in replies to oneself as well.
    """
    repost = _repost(post, owner, handles)
    if repost is not None:
        yield from repost
        return
    yield from _reply(post, owner, handles)
    yield from _mention(post, owner, handles)
    yield from _quote(post, owner, handles)


def _act(post: Post, owner: Archivist, kind: Kind, to: Iterable[Account], item: Item) -> Interaction:
    others = {account.id: account for account in to if not owner.is_me(account)}
    return Interaction(
        kind=kind,
        at=post.at,
        actor=owner.account,
        to=tuple(Addressee(account=account) for account in others.values()),
        id=interaction_id("x", post.id, kind),
        item=item,
        # A post that replies to none begins its conversation, which X names after it; of others the archive is silent.
        thread=None if post.to_post else post.id,
        parent=post.to_post,
        excerpt=clean(post.long or post.text, EXCERPT),
        private=post.private,
        source="x-archive",
        where=post.where,
    )


def _own_item(post: Post, owner: Archivist) -> Item:
    return Item(url=address_of(owner.account.handle, post.id), kind="post", author=owner.account)


def address_of(handle: str | None, number: str) -> str:
    """Give the address of a post; X finds it without its author's handle too."""
    return f"{SITE}/{handle or 'i'}/status/{number}"


def _repost(post: Post, owner: Archivist, handles: Handles) -> tuple[Interaction, ...] | None:
    found = _REPOST.match(post.text)
    if found is None and post.reposted is None:
        return None
    named = post.reposted or _by_handle(post.named, found[1] if found else "")
    account = handles.account(named.handle, named.id, named.name, post.at)
    if account is None or owner.is_me(account):
        return ()
    return (_act(post, owner, Kind.REPOST, [account], _own_item(post, owner)),)


def _by_handle(named: Iterable[Named], handle: str) -> Named:
    wanted = handle.lower()
    return next((each for each in named if (each.handle or "").lower() == wanted), Named(handle=handle, id=None))


def _by_id(named: Iterable[Named], wanted: Named) -> Named:
    found = (each for each in named if each.id == wanted.id and valid_id(each.id))
    return next(found, None) or _by_handle(named, wanted.handle or "@")


def _reply(post: Post, owner: Archivist, handles: Handles) -> Iterator[Interaction]:
    if post.to is None:
        return
    known = _by_id(post.named, post.to)
    account = handles.account(post.to.handle or known.handle, post.to.id, known.name, post.at)
    if account is None or owner.is_me(account):
        return
    item = _own_item(post, owner)
    if post.to_post:
        item = Item(url=address_of(account.handle, post.to_post), kind="post", author=account)
    yield _act(post, owner, Kind.REPLY, [account], item)


def _mention(post: Post, owner: Archivist, handles: Handles) -> Iterator[Interaction]:
    inherited = _inherited(post)
    found = [handles.account(each.handle, each.id, each.name, post.at) for each in post.named if each not in inherited]
    act = _act(post, owner, Kind.MENTION, [each for each in found if each is not None], _own_item(post, owner))
    if act.to:
        yield act


def _inherited(post: Post) -> set[Named]:
    """Find the mentions that a reply begins with: before the shown text, or in an unbroken run at its beginning.

    Archives mostly claim that the text is shown from 0, so the run decides; in it what X put there can't be told from
    what the owner typed, and it counts as inherited.
    """
    if post.to is None and post.to_post is None:
        return set()
    run = _leading_run(post.text)
    inherited = set()
    for each in sorted(post.named, key=lambda named: named.start or 0):
        handle = (each.handle or "").lower()
        if handle in run or (each.start is not None and each.start < post.shown):
            run.discard(handle)
            inherited.add(each)
    return inherited


def _leading_run(text: str) -> set[str]:
    run = set()
    at = 0
    while (found := _LEADING.match(text, at)) is not None:
        run.add(found[1].lower())
        at = found.end()
    return run


def _quote(post: Post, owner: Archivist, handles: Handles) -> Iterator[Interaction]:
    quoted = [each for each in quotes_in(post.urls) if valid_handle(each.handle)]
    if not quoted:
        return
    authors = [account for each in quoted if (account := handles.account(each.handle, None)) is not None]
    # X shows the last one as the quoted post.
    last = quoted[-1]
    item = Item(url=address_of(last.handle, last.id), kind="post", author=authors[-1])
    act = _act(post, owner, Kind.QUOTE, authors, item)
    if act.to:
        yield act


def quotes_in(urls: Iterable[str]) -> Iterator[Quoted]:
    """Yield the posts among addresses; where an address leaves the author out, the handle is empty."""
    for url in urls:
        found = _STATUS.match(url)
        if found is not None:
            yield Quoted(handle="" if found[1].lower() in ("i", "i/web") else found[1], id=found[2])


def extended(post: Post, text: str, handles: Iterable[str], urls: Iterable[str]) -> Post:
    """Give a post its long text, with the handles and addresses that only that text holds."""
    had = {(each.handle or "").lower() for each in post.named}
    added = {handle.lower(): Named(handle=handle, id=None) for handle in handles if handle.lower() not in had}
    return replace(
        post,
        long=html.unescape(text),
        named=(*post.named, *added.values()),
        urls=tuple(dict.fromkeys((*post.urls, *urls))),
    )
