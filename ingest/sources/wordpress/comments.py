"""The comments of one post, as acts between those who wrote them.

A comment on somebody's article is a `comment` to its author; one that answers another comment is also a `reply` to
that comment's author, and where both are the same person only the reply, because it is one act. What one writes to
oneself is none.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from html import unescape

from graph.model import (
    Account,
    Addressee,
    Interaction,
    Item,
    Kind,
    Problem,
    SameAs,
    interaction_id,
)
from graph.people.names import fold
from ingest.kit.dates import as_utc, is_believed
from ingest.kit.text import EXCERPT, clean, plain
from ingest.source import Context
from ingest.sources.wordpress.site import Site

PENDING = "comments held for moderation"
SPAM = "comments in spam or trash"
MACHINES = "pingbacks, trackbacks and notes of plugins"
NAMELESS = "comments by nobody in particular"
TO_ONESELF = "comments to oneself only"
_APPROVED = frozenset({"1", "approve", "approved"})
_HELD = frozenset({"0", "hold", ""})
_HUMAN = frozenset({"", "comment", "review", "reply"})
_PUBLIC = frozenset({"", "publish", "inherit", "closed"})
_TITLE = 300
_CONFIDENCE = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """One approved comment by somebody.

    Attributes:
        number: WordPress's number of it on its site; empty where there is none.
        parent: The number of the comment that it answers; empty where it answers none.
        logged_in: Whether one of the site's users wrote it, and not somebody who may write any name.
        at: When; None where its date can't be read.
    """

    number: str
    parent: str
    by: Account
    logged_in: bool
    at: datetime | None
    excerpt: str | None
    where: str


def read_comment(fields: dict[str, str], site: Site, where: str) -> Comment | str:
    """Read one comment from its fields, or tell why it does not count."""
    approved = fields.get("comment_approved", "").lower()
    if fields.get("comment_type", "").lower() not in _HUMAN:
        return MACHINES
    if approved not in _APPROVED:
        return PENDING if approved in _HELD else SPAM
    by = site.commenter(fields)
    if by is None:
        return NAMELESS
    number, parent = fields.get("comment_id", ""), fields.get("comment_parent", "")
    return Comment(
        number=number,
        parent=parent if parent != "0" else "",
        by=by,
        logged_in=fields.get("comment_user_id", "0") not in ("", "0"),
        at=_date_of(fields),
        excerpt=clean(plain(fields.get("comment_content", "")), EXCERPT),
        where=f"{where} (comment {number[:20] or 'without a number'})",
    )


def _date_of(fields: dict[str, str]) -> datetime | None:
    """Read when a comment was written: its date in UTC, or where WordPress left that empty, the site's own as UTC."""
    for name in ("comment_date_gmt", "comment_date"):
        try:
            return as_utc(datetime.fromisoformat(fields.get(name, "")))
        except (ValueError, OverflowError):
            continue
    return None


def interactions(
    post: dict[str, str], comments: Sequence[Comment], site: Site, context: Context, where: str, skipped: Counter[str]
) -> Iterator[Interaction | SameAs | Problem]:
    """Yield what the comments on one post say: each a `comment` to its author, a `reply` to another's, or both."""
    if not comments:
        return
    item = _item_of(post, site)
    author = item.author
    if author is not None and not site.by_login:
        yield from _joins(comments, author)
        comments = [replace(each, by=author) if _is_by(each, author) else each for each in comments]
    writers = {comment.number: comment.by for comment in comments if comment.number}
    unaddressed = 0
    for comment in comments:
        addressed = _addressed(comment, author, writers.get(comment.parent))
        if comment.at is None or not is_believed(comment.at, context.now):
            yield Problem(where=comment.where, why="its date can't be read, or is not between 1971 and tomorrow")
        elif addressed:
            yield from _acts(comment, addressed, post, item, site, context)
        elif author is None:
            unaddressed += 1
        else:
            skipped[TO_ONESELF] += 1
    if unaddressed:
        why = "the post names no author, so comments on it have no addressee"
        yield Problem(where=where, why=why, count=unaddressed)


def _is_by(comment: Comment, author: Account) -> bool:
    """Tell whether a comment is the author's own, on a site whose export lists no authors.

    WordPress wrote such exports until 2011 (WXR 1.0); it names the author of a post as it names the user who comments.
    """
    return comment.logged_in and bool(author.name) and fold(comment.by.name or "") == fold(author.name or "")


def _joins(comments: Sequence[Comment], author: Account) -> Iterator[SameAs]:
    """Say whose address it is that the author's own comments show."""
    dates = {each.by.id: each.at for each in comments if _is_by(each, author) and each.at is not None}
    for id_, at in dates.items():
        if id_ != author.id:
            yield SameAs(a=author.id, b=id_, at=at, source="wordpress", confidence=_CONFIDENCE)


def _addressed(comment: Comment, author: Account | None, answered: Account | None) -> dict[Kind, Account]:
    """Tell whom a comment addresses, and how: one person once, nobody themselves."""
    found: dict[Kind, Account] = {}
    if answered is not None and answered.id != comment.by.id:
        found[Kind.REPLY] = answered
    if author is not None and author.id not in (comment.by.id, answered.id if answered else None):
        found[Kind.COMMENT] = author
    return found


def _item_of(post: dict[str, str], site: Site) -> Item:
    kind = post.get("post_type", "")
    return Item(
        url=post.get("link") or None,
        title=clean(unescape(plain(post.get("title", ""))), _TITLE),
        kind="article" if kind in ("", "post") else kind,
        author=site.author(post.get("creator", "")),
    )


def _acts(
    comment: Comment, addressed: dict[Kind, Account], post: dict[str, str], item: Item, site: Site, context: Context
) -> Iterator[Interaction]:
    private = post.get("status", "") not in _PUBLIC or bool(post.get("post_password"))
    for kind, account in addressed.items():
        yield Interaction(
            kind=kind,
            at=comment.at,
            actor=comment.by,
            to=(Addressee(account=account),),
            id=interaction_id("web", f"{site.place}/comment/{comment.number}", kind) if comment.number else None,
            item=item,
            thread=f"{site.place}/post/{post['post_id']}" if post.get("post_id") else item.url,
            parent=f"{site.place}/comment/{comment.parent}" if comment.parent else None,
            excerpt=comment.excerpt if context.excerpts or not private else None,
            private=private,
            source="wordpress",
            where=comment.where,
        )
