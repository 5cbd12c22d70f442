"""The form of canonical rows and of a batch of them, and the two rules by which rows of one id become one.

**Why any order of batches gives the same graph:** of two rows with one id, the one with the larger digest stays, and of
two values of a field the one with the larger (micros, value): both are maxima, so neither order nor repeats matter. The
digest is `[1 where an excerpt is kept, else 0][8 bytes: hash of the core][8 bytes: hash of the excerpt]`; the core is
everything but excerpt and source. So an excerpt that comes later is added (equal core), while other content under a
known id is a conflict, which is told, and settled the same way in every store.
"""

from dataclasses import dataclass, field

from graph.model import Declared, Introduction, Member, Problem, SameAs

# id, digest, kind code, micros or None, actor id, item id or None, thread, parent, excerpt, private 0/1, source,
# addressees as (account id, role code) sorted and unique
InteractionRow = tuple[
    str,
    bytes,
    int,
    int | None,
    str,
    str | None,
    str | None,
    str | None,
    str | None,
    int,
    str,
    tuple[tuple[str, int], ...],
]
# handle, name, url, org, title: each a value and the micros at which it was true; the larger (micros, value) wins.
# An undated value has micros 0, which is before every date that a record may have.
Dated = tuple[int, str] | None
AccountRow = tuple[Dated, Dated, Dated, Dated, Dated]
# url, title, kind, author id: each as above
ItemRow = tuple[Dated, Dated, Dated, Dated]

DIGEST_SIZE = 17
CONFLICT = "{id} came with different content; one of the two is kept, the same one in whatever order they come"
_CORE = slice(1, 9)


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
    """

    interactions: list[InteractionRow] = field(default_factory=list)
    accounts: dict[str, AccountRow] = field(default_factory=dict)
    items: dict[str, ItemRow] = field(default_factory=dict)
    records: list[SameAs | Declared | Introduction | Member] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    read: dict[int, int] = field(default_factory=dict)


def prefer(held: InteractionRow, new: InteractionRow) -> InteractionRow:
    """Choose between two rows of one id: the larger digest; where equal, the smaller source name."""
    if held[1] == new[1]:
        return held if held[10] <= new[10] else new
    return held if held[1] > new[1] else new


def conflicting(digest: bytes, other: bytes) -> bool:
    """Tell whether two digests of one id stand for other content, not only for an excerpt more or less."""
    return digest[_CORE] != other[_CORE]


def merge_accounts(held: AccountRow | None, new: AccountRow) -> AccountRow:
    """Merge what is known of an account, field by field."""
    if held is None:
        return new
    return (
        _newer(held[0], new[0]),
        _newer(held[1], new[1]),
        _newer(held[2], new[2]),
        _newer(held[3], new[3]),
        _newer(held[4], new[4]),
    )


def merge_items(held: ItemRow | None, new: ItemRow) -> ItemRow:
    """Merge what is known of an item, field by field."""
    if held is None:
        return new
    return _newer(held[0], new[0]), _newer(held[1], new[1]), _newer(held[2], new[2]), _newer(held[3], new[3])


def _newer(held: Dated, new: Dated) -> Dated:
    if held is None:
        return new
    return held if new is None or held >= new else new
