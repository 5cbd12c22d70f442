"""Mentions: accounts and items as records show them, while a batch is packed."""

from base64 import b32encode
from hashlib import blake2b

from graph.batch import Said, mark_of, merge_said
from graph.cleaning import HANDLE_LIMIT, NAME_LIMIT, TITLE_LIMIT, clean_account_id, clean_line, clean_url

HASHED = "~"
"""What an item's id begins with where it is no URL."""


class Mention:
    """An account or item as one record shows it; the packer hands out the same object for the same words.

    Attributes:
        id: The canonical id.
        texts: What is said of it, cleaned, in the order of `AccountRow` or `ItemRow`.
        mark: The hash of that.
        since: The micros at which it was true where the record says so itself; else None.
        author: An item's author.
        at: The newest micros at which this batch shows it; -1 where it does not.
    """

    __slots__ = ("at", "author", "id", "mark", "since", "texts")

    def __init__(
        self, id_: str, texts: tuple[str, ...], mark: int, since: int | None = None, author: "Mention | None" = None
    ) -> None:
        self.id = id_
        self.texts = texts
        self.mark = mark
        self.since = since
        self.author = author
        self.at = -1


def mention_account(
    id_: str,
    handle: str | None,
    name: str | None,
    url: str | None,
    org: str | None,
    title: str | None,
    since: int | None,
) -> Mention:
    """Make the mention of an account as it is read; `since` (micros) where the record says itself when that was.

    Raises:
        InvalidRecordError: If the id is none.
    """
    texts = (
        clean_line(handle, HANDLE_LIMIT) or "",
        clean_line(name, NAME_LIMIT) or "",
        clean_url(url) or "",
        clean_line(org, NAME_LIMIT) or "",
        clean_line(title, NAME_LIMIT) or "",
    )
    return Mention(clean_account_id(id_), texts, mark_of(texts), since)


def clean_item(
    url: str | None, title: str | None, kind: str | None, author: Mention | None
) -> tuple[str, str, str] | None:
    """Clean an item as it is read.

    Returns:
        Its id, title and kind; None where nothing tells it from another one.
    """
    link = (clean_url(url) or "").partition("#")[0].rstrip()
    if link.startswith(HASHED):
        link = ""
    headline, sort = clean_line(title, TITLE_LIMIT) or "", clean_line(kind, HANDLE_LIMIT) or ""
    writer = author.id if author is not None else ""
    if not (link or headline or writer):
        return None
    return link or item_id(headline, writer), headline, sort


def item_id(title: str, author: str) -> str:
    """Make the id of an item that has no URL."""
    return HASHED + hashed("\0".join((title, author)))


def hashed(text: str) -> str:
    """Hash what a record says into the local part of an id: 24 letters and digits (120 bits)."""
    return b32encode(blake2b(text.encode(), digest_size=15).digest()).decode().lower()


def touch(mention: Mention, at: int, touched: list[Mention]) -> None:
    """Note that a record of that date (micros, 0 for undated) shows an account or item."""
    if mention.at < 0:
        touched.append(mention)
        mention.at = at if mention.since is None else mention.since
    elif at > mention.at and mention.since is None:
        mention.at = at


def gather(touched: list[Mention]) -> dict[str, Said]:
    """Merge what was shown into a row each, and make the mentions ready for the next batch."""
    merged: dict[str, Said] = {}
    for mention in touched:
        said: Said = (mention.texts, mention.at if mention.mark else 0, mention.mark)
        mention.at = -1
        held = merged.setdefault(mention.id, said)
        if held is not said:
            merged[mention.id] = merge_said(held, said)
    return merged
