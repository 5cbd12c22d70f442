"""Leaving out and suppression: what was forgotten stays out, though the store keeps no name of it.

What is left of a row or record without some accounts is decided here once, for what a removal takes out of the store
and for what comes in again after it.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from hashlib import blake2b

from msgspec.structs import replace as changed

from graph.model import Declared, Introduction, network_of
from graph.records.rare import order_steps
from graph.records.rows import HASHED, Batch, InteractionRow, ItemRow, Rare, named_by
from graph.store.backend import Transaction

AUTHOR = 2
"""Its place among the fields of an item."""
_SUPPRESSED = "suppressed"
_MAC_SIZE = 16


def mac(secret: bytes, word: str) -> str:
    """Make the keyed hash of an id, which tells nothing without the store's own key."""
    return blake2b(word.encode(), key=secret, digest_size=_MAC_SIZE).hexdigest()


def masked(secret: bytes, word: str) -> str:
    """Make what stands in the place of an id or reference that names somebody forgotten."""
    return HASHED + mac(secret, word)


def aliases(account: str, handle: str) -> set[str]:
    """Give the ids under which an account may come again: its own, and its handle's while the id is unknown."""
    return {account} | ({f"{network_of(account)}:@{handle.lower().removeprefix('@')}"} if handle else set())


def suppress(transaction: Transaction, secret: bytes, words: Iterable[str]) -> None:
    """Suppress accounts, items and texts that named somebody from now on."""
    macs = {mac(secret, word) for word in words if word}
    held = {id_ for id_, _ in transaction.documents(_SUPPRESSED, macs)}
    transaction.put_documents(_SUPPRESSED, dict.fromkeys(macs - held, b"{}"))


def admit(transaction: Transaction, secret: bytes, batch: Batch) -> Batch:
    """Leave out what is suppressed: an actor's interaction, an addressee, an author, an item's words, a record."""
    macs = {id_ for id_, _ in transaction.documents(_SUPPRESSED)}
    if not macs:
        return batch

    def hidden(word: str | None) -> bool:
        return bool(word) and mac(secret, word or "") in macs

    gone = {id_ for id_ in batch.accounts if hidden(id_)}
    masks = {id_: masked(secret, id_) for id_ in batch.items if hidden(id_)}
    ours = {id_ for id_, row in batch.items.items() if row[AUTHOR][1] and row[AUTHOR][1] not in gone}
    left = (_admit_row(row, gone, ours) for row in batch.interactions)
    rows = [row._replace(item=masks.get(row.item, row.item)) for row in left if row is not None]
    used = {row.item for row in rows}
    items = {masks.get(id_, id_): _admit_item(row, gone, id_ in masks) for id_, row in batch.items.items()}
    return replace(
        batch,
        interactions=rows,
        accounts={id_: row for id_, row in batch.accounts.items() if id_ not in gone},
        items={id_: row for id_, row in items.items() if id_ in used},
        records=[kept for record in batch.records if (kept := redact(record, gone, hidden)) is not None],
    )


def leave_out(row: InteractionRow, gone: Collection[str], ours: Collection[str]) -> InteractionRow | None:
    """Take accounts out of an act; None where it was theirs, or for nobody else and on nothing by somebody else.

    Args:
        row: The act.
        gone: The accounts.
        ours: The items that have an author who is none of them.
    """
    if row.actor in gone:
        return None
    to = tuple(one for one in row.to if one[0] not in gone)
    if row.to and not to and row.item not in ours:
        return None
    return row._replace(to=to)


def redact(record: Rare, gone: Collection[str], hidden: Callable[[str | None], bool]) -> Rare | None:
    """Take accounts, and words that name them, out of a rare record; None where nothing of it stays."""
    if isinstance(record, Introduction) and record.initiator is not None and record.initiator.id in gone:
        record = changed(record, initiator=None)
    if not named_by(record).isdisjoint(gone):
        return None
    match record:
        case Declared() if hidden(record.how):
            return changed(record, how=None)
        case Introduction():
            steps = {
                changed(step, note=None if hidden(step.note) else step.note, url=None if hidden(step.url) else step.url)
                for step in record.steps
            }
            return changed(record, steps=order_steps(steps))
        case _:
            return record


def without_author(row: ItemRow, gone: Collection[str]) -> ItemRow:
    """Take an author who is gone off an item."""
    title, kind, author = row
    return (title, kind, (0, "")) if author[1] in gone else row


def _admit_row(row: InteractionRow, gone: Collection[str], ours: Collection[str]) -> InteractionRow | None:
    """Leave them out, and what an act said to them: whether that names them is known no more."""
    left = leave_out(row, gone, ours)
    return left if left is None or len(left.to) == len(row.to) else left._replace(excerpt="")


def _admit_item(row: ItemRow, gone: Collection[str], hidden: bool) -> ItemRow:
    title, kind, author = without_author(row, gone)
    return (0, "") if hidden else title, kind, author
