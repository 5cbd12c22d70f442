"""The form of canonical rows and of a batch of them, and the two rules by which rows of one id become one.

**Why any order of batches gives the same graph:** of two rows with one id, the one with the larger digest stays, and of
two values of a field the one with the larger (micros, value): both are maxima, so neither order nor repeats matter. The
digest is `[1 where an excerpt is kept, else 0][8 bytes: hash of the core][8 bytes: hash of the excerpt]`; the core is
everything but excerpt and source. So an excerpt that comes later is added (equal core), while other content under a
known id is a conflict, which is told, and settled the same way in every store.
"""

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import cast

from graph.model import Declared, Introduction, Member, Problem, SameAs

# id, digest, kind code, micros, actor id, item id, thread, parent, excerpt, private 0/1, source, addressees as
# (account id, role code) sorted and unique. Everywhere '' stands for "none", and 0 for "undated".
InteractionRow = tuple[str, bytes, int, int, str, str, str, str, str, int, str, tuple[tuple[str, int], ...]]
# What is said of an account or item: its texts; the micros at which they were true (0 where that is unknown or nothing
# is said), one number if it is the same for all, else one each; and a mark: the hash of the texts where they share a
# date, else 0. Of two values of a text the one with the larger (micros, value) wins; with equal marks only the dates
# are to be compared.
Said = tuple[tuple[str, ...], int | tuple[int, ...], int]
# Texts: handle, name, url, org, title.
AccountRow = Said
# Texts: title, kind, author id. An item's URL is its id; an id that begins with ~ is a hash.
ItemRow = Said

Rare = SameAs | Declared | Introduction | Member
"""The records that need no bulk form."""

ACCOUNT_TEXTS = ("handle", "name", "url", "org", "title")
ITEM_TEXTS = ("title", "kind", "author")
NO_ACCOUNT: AccountRow = (("",) * len(ACCOUNT_TEXTS), 0, 0)
NO_ITEM: ItemRow = (("",) * len(ITEM_TEXTS), 0, 0)
CONFLICT = "{id} came with different content; one of the two is kept, the same one in whatever order they come"
_CORE = slice(1, 9)
_MARK_SIZE = 7  # bytes, so that a mark is a positive number of 64 bits


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Rows that are written in one transaction.

    Attributes:
        interactions: One row an interaction.
        accounts: By account id, already merged within the batch; holds every account that any row names.
        items: By item id, likewise.
        records: The rare records, which need no bulk form; their ids are set, their accounts bare.
        problems: What could not be packed.
        read: How many interactions were read per kind code, repeats within the batch included, bad ones not.
        narrowed: Of interactions that an exclusion took somebody out of: the id, and the one that it has with them.
    """

    interactions: list[InteractionRow] = field(default_factory=list)
    accounts: dict[str, AccountRow] = field(default_factory=dict)
    items: dict[str, ItemRow] = field(default_factory=dict)
    records: list[Rare] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    read: dict[int, int] = field(default_factory=dict)
    narrowed: tuple[tuple[str, str], ...] = ()


def prefer(held: InteractionRow, new: InteractionRow) -> InteractionRow:
    """Choose between two rows of one id: the larger digest; where equal, the smaller source name."""
    if held[1] == new[1]:
        return held if held[10] <= new[10] else new
    return held if held[1] > new[1] else new


def conflicting(digest: bytes, other: bytes) -> bool:
    """Tell whether two digests of one id stand for other content, not only for an excerpt more or less."""
    return digest[_CORE] != other[_CORE]


def mark_of(texts: tuple[str, ...]) -> int:
    """Hash what is said; 0 where nothing is."""
    if not any(texts):
        return 0
    return int.from_bytes(blake2b("\0".join(texts).encode(), digest_size=_MARK_SIZE).digest(), "little") | 1


def merge_said(held: Said | None, new: Said) -> Said:
    """Merge what is said of one account or item, text by text; gives `held` itself where it stays."""
    if held is None:
        return new
    if held[2] and held[2] == new[2]:
        return held if cast(int, held[1]) >= cast(int, new[1]) else new
    wins = [
        later > date or (later == date and other > text)
        for text, date, other, later in zip(held[0], dates_of(held), new[0], dates_of(new), strict=True)
    ]
    if not any(wins):
        return held
    columns = (held[0], dates_of(held), new[0], dates_of(new))
    chosen = [
        (other, later) if won else (text, date) for won, text, date, other, later in zip(wins, *columns, strict=True)
    ]
    return make_said(tuple(text for text, _ in chosen), tuple(date for _, date in chosen))


def make_said(texts: tuple[str, ...], dates: tuple[int, ...]) -> Said:
    """Make the row of texts with a date each, in the one form that it has; a date without a text hides the text."""
    pairs = list(zip(texts, dates, strict=True))
    distinct = {date for text, date in pairs if text}
    if len(distinct) > 1 or any(date and not text for text, date in pairs):
        return texts, dates, 0
    return texts, distinct.pop() if distinct else 0, mark_of(texts)


def dates_of(said: Said) -> tuple[int, ...]:
    """Give the date of each text; 0 where there is none."""
    texts, at, _ = said
    return at if isinstance(at, tuple) else tuple([at if text else 0 for text in texts])
