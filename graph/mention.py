"""Mentions: accounts and items as records show them, while a batch is packed."""

from base64 import b32encode
from hashlib import blake2b

from graph.batch import Said, merge_said
from graph.model import ROLE_CODES, Role

HASHED = "~"
"""What an item's id begins with where it is no URL."""
TO = ROLE_CODES[Role.TO]


class Mention:
    """An account or item as one record shows it; the packer hands out the same object for the same words.

    Attributes:
        id: The canonical id.
        texts: What is said of it, cleaned, in the order of `AccountRow` or `ItemRow`.
        mark: The hash of that.
        since: The micros at which it was true where the record says so itself; else None.
        author: An item's author.
        alone: The addressees of an interaction that is addressed to this account alone.
        at: The newest micros at which this batch shows it; -1 where it does not.
    """

    __slots__ = ("alone", "at", "author", "id", "mark", "since", "texts")

    def __init__(
        self, id_: str, texts: tuple[str, ...], mark: int, since: int | None = None, author: "Mention | None" = None
    ) -> None:
        self.id = id_
        self.texts = texts
        self.mark = mark
        self.since = since
        self.author = author
        self.alone = ((id_, TO),)
        self.at = -1


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
