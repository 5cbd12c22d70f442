"""Posts on X as interactions: reply, mention, repost and quote. Pure: one post in, its interactions out.

Nothing here knows an archive's JSON: whatever reads posts of X makes a `Post` of each.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

from graph.model import Account, Addressee, Interaction, Item, Kind, account_id, interaction_id
from ingest.kit.text import EXCERPT, clean

SITE = "https://x.com"
END = 1 << 30
"""Where a mention stands of which nothing says where in its text."""
_HANDLE = re.compile(r"@?(\w{1,50})", re.ASCII)
_ID_DIGITS = 25
_LEADING = re.compile(r"\s*@(\w{1,50})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A post that another one answers, quotes or repeats: its author and its number, each None where unknown."""

    author: Account | None
    post: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What of a post matters here.

    Attributes:
        text: Entities resolved; a long post's is cut off, and `long` is all of it.
        shown: Where the shown text begins, behind the mentions that a reply inherits; 0 where that is not known.
        mentions: Each account in it, the inherited ones included, and where it stands in the text.
        reposts: The post that it repeats; its text and its mentions are then another's.
        quotes: X shows the last one.
    """

    id: str
    at: datetime
    author: Account
    text: str
    long: str | None
    shown: int
    mentions: Sequence[tuple[int, Account]]
    answers: Reference | None
    reposts: Reference | None
    quotes: Sequence[Reference]
    thread: str | None
    private: bool
    source: str
    where: str


def interactions(post: Post) -> Iterator[Interaction]:
    """Yield what a post does to others; nothing where it addresses nobody but its author.

    A repost's text is another's, so what it mentions is not its author's doing. The mentions that a reply inherits from
    its thread, as its prefix, are no new ones: they are dropped, in replies to oneself as well.
    """
    if post.reposts is not None:
        yield from _act(post, Kind.REPOST, [post.reposts])
        return
    if post.answers is not None:
        yield from _act(post, Kind.REPLY, [post.answers])
    yield from _act(post, Kind.MENTION, [Reference(author=account) for account in _mentioned(post)])
    yield from _act(post, Kind.QUOTE, post.quotes)


def _act(post: Post, kind: Kind, references: Sequence[Reference]) -> Iterator[Interaction]:
    authors = {each.author.id: each.author for each in references if each.author is not None}
    authors.pop(post.author.id, None)
    if not authors:
        return
    last = next(each for each in reversed(references) if each.author is not None)
    on = last if last.post else Reference(author=post.author, post=post.id)
    handle = on.author.handle if on.author else None  # X finds a post without it too
    yield Interaction(
        kind=kind,
        at=post.at,
        actor=post.author,
        to=tuple(Addressee(account=account) for account in authors.values()),
        id=interaction_id("x", post.id, kind),
        item=Item(url=f"{SITE}/{handle or 'i'}/status/{on.post}", kind="post", author=on.author),
        thread=post.thread,
        parent=post.answers.post if post.answers else None,
        excerpt=clean(post.long or post.text, EXCERPT),
        private=post.private,
        source=post.source,
        where=post.where,
    )


def _mentioned(post: Post) -> list[Account]:
    """Give whom a post mentions, without the mentions that a reply begins with.

    Those stand before the shown text, or in an unbroken run at the beginning. Archives mostly claim that the text is
    shown from 0, so the run decides; in it what X put there can't be told from what the author typed: it is inherited.
    Who stands where is told by the place, as people change their handles, else by the handle.
    """
    if post.answers is None:
        return [account for _, account in post.mentions]
    run, end = _leading_handles(post.text)
    mentioned = []
    for start, account in sorted(post.mentions, key=itemgetter(0)):
        handle = (account.handle or "").lower()
        if handle in run or start < max(post.shown, end):
            run.discard(handle)
        else:
            mentioned.append(account)
    return mentioned


def _leading_handles(text: str) -> tuple[set[str], int]:
    handles = set()
    at = 0
    while (found := _LEADING.match(text, at)) is not None:
        handles.add(found[1].lower())
        at = found.end()
    return handles, at


def account_of(
    number: str | None, handle: str | None = None, name: str | None = None, at: datetime | None = None
) -> Account | None:
    """Make an account, by its id where that is known; None where neither can be one (`-1` is a gone account's id)."""
    handle, number = valid_handle(handle), valid_id(number)
    if number is None and handle is None:
        return None
    id_ = f"x:{number}" if number else account_id("x", f"@{handle}")
    return Account(id=id_, handle=handle, name=clean(name), url=f"{SITE}/{handle}" if handle else None, at=at)


def account_by_number(number: str) -> Account:
    """Make an account of which only the id is known, at the address that X has for such."""
    return Account(id=f"x:{number}", url=f"{SITE}/i/user/{number}")


def valid_handle(text: str | None) -> str | None:
    """Give a handle without its @; None if the text is none."""
    found = _HANDLE.fullmatch(text) if text else None
    return found[1] if found else None


def valid_id(text: str | None) -> str | None:
    """Give an account's number; None for what stands for a gone account (-1, 0) or is no number."""
    return text if text and text.isascii() and text.isdigit() and text[0] != "0" and len(text) <= _ID_DIGITS else None
