"""Canonical rows: what records become before any store writes them, and the rules by which two of one id become one.

**Why any order of batches gives the same graph:** of two rows with one id, the one with the larger digest stays, and of
two values of a field the one with the larger (micros, value): both are maxima, so neither order nor repeats matter. The
digest is `[1 where an excerpt is kept, else 0][8 bytes: hash of the core][8 bytes: hash of the excerpt]`; the core is
everything but excerpt and source. So an excerpt that comes later is added (equal core), while other content under a
known id is a conflict, which is told, and resolved the same way in every store.
"""

from base64 import b32encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import NamedTuple

from msgspec.json import decode, encode

from graph.model import Account, Declared, Gone, Interaction, Introduction, Member, Problem, SameAs

Dated = tuple[int, str]
"""A value, and the micros at which it was true: 0 where that is unknown, or where the value is '', for none."""
AccountRow = tuple[Dated, ...]
"""Handle, name, URL, organisation, title."""
ItemRow = tuple[Dated, ...]
"""Title, kind, author's account id. An item's id is its URL; one that begins with ~ is a hash."""

Rare = SameAs | Declared | Introduction | Member
"""The records of which there are few."""
Storable = Interaction | Account | Rare
"""The records that a store keeps."""

ACCOUNT_FIELDS = ("handle", "name", "url", "org", "title")
NO_ACCOUNT: AccountRow = ((0, ""),) * len(ACCOUNT_FIELDS)
HASHED = "~"
"""What an id begins with that is the hash of what it stands for."""
CONFLICT = "{id} came with different content; one of the two is kept, the same one in whatever order they come"
CORE = slice(1, 9)
"""Where in a digest the hash of the core is."""


class InteractionRow(NamedTuple):
    """An interaction; everywhere '' stands for "none".

    Attributes:
        at: Micros; 0 for undated.
        private: 0 or 1.
        to: Account ids with the code of their role, sorted, each id once.
        share: How many addressees it came with, some of whom a store may have left out since.
    """

    id: str
    digest: bytes
    kind: int
    at: int
    actor: str
    item: str
    thread: str
    parent: str
    excerpt: str
    private: int
    source: str
    to: tuple[tuple[str, int], ...]
    share: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Rows that are written in one transaction.

    Attributes:
        interactions: One row an interaction.
        accounts: By account id, already merged within the batch; holds every account that any row names.
        items: By item id, likewise.
        records: The rare records; their ids are set, their accounts bare.
        problems: What could not be packed.
        read: How many interactions were read per kind code, repeats within the batch included, bad ones not.
        gone: What a network no longer shows.
        narrowed: Of interactions that an exclusion took somebody out of: the id, and the one that it has with them.
    """

    interactions: list[InteractionRow] = field(default_factory=list)
    accounts: dict[str, AccountRow] = field(default_factory=dict)
    items: dict[str, ItemRow] = field(default_factory=dict)
    records: list[Rare] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    read: dict[int, int] = field(default_factory=dict)
    gone: tuple[Gone, ...] = ()
    narrowed: tuple[tuple[str, str], ...] = ()


def prefer(held: InteractionRow, new: InteractionRow) -> InteractionRow:
    """Choose between two rows of one id: the larger digest; where equal, the smaller source name."""
    if held.digest == new.digest:
        return held if held.source <= new.source else new
    return held if held.digest > new.digest else new


def conflicting(digest: bytes, other: bytes) -> bool:
    """Tell whether two digests of one id stand for other content, not only for an excerpt more or less."""
    return digest[CORE] != other[CORE]


def merge_fields(held: tuple[Dated, ...], new: tuple[Dated, ...]) -> tuple[Dated, ...]:
    """Merge what two records say of one account or item, field by field; gives `held` itself where it stays."""
    if held == new:
        return held
    merged = tuple(map(max, held, new))
    return held if merged == held else merged


def dump_dates(row: tuple[Dated, ...]) -> tuple[int, str]:
    """Give the dates of a row as a store keeps them: the newest one, and all as JSON where they differ, else ''."""
    newest = max(row)[0]
    if row == tuple([(newest, text) if text else (0, "") for _, text in row]):
        return newest, ""
    return newest, encode([at for at, _ in row]).decode()


def load_dated(at: int, dates: str, texts: Iterable[str]) -> tuple[Dated, ...]:
    """Give the row of its texts and of what `dump_dates` made of its dates."""
    if dates:
        return tuple(zip(decode(dates), texts, strict=True))
    return tuple([(at, text) if text else (0, "") for text in texts])


def named_by(record: Rare) -> set[str]:
    """Give the account ids that a record names."""
    match record:
        case SameAs():
            return {record.a, record.b}
        case Declared():
            return {one.id for one in (record.a, record.b, record.by) if one}
        case Introduction():
            return {one.id for one in (record.by, record.person, record.to, record.initiator) if one}
        case Member():
            return {record.account.id}


def hashed(text: str) -> str:
    """Hash what a record says into the local part of an id: 24 letters and digits (120 bits)."""
    return b32encode(blake2b(text.encode(), digest_size=15).digest()).decode().lower()
