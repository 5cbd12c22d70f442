"""Suppression: what was forgotten stays out, though the store keeps no name of it."""

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import replace
from hashlib import blake2b

from msgspec.structs import replace as changed

from graph.model import Declared, Introduction, network_of
from graph.records.rare import order_steps
from graph.records.rows import HASHED, Batch, InteractionRow, ItemRow, Rare, named_by

_AUTHOR = 2  # among the fields of an item
_MAC_SIZE = 16


def mac(secret: bytes, word: str) -> bytes:
    """Make the keyed hash of an id, which tells nothing without the store's own key."""
    return blake2b(word.encode(), key=secret, digest_size=_MAC_SIZE).digest()


def masked(secret: bytes, word: str) -> str:
    """Make what stands in the place of an id or reference that names somebody forgotten."""
    return HASHED + mac(secret, word).hex()


def aliases(account: str, handles: Iterable[str]) -> set[str]:
    """Give the ids under which an account may come again: its own, and its handle's while the id is unknown."""
    network = network_of(account)
    return {account} | {f"{network}:@{handle.lower().removeprefix('@')}" for handle in handles if handle}


def suppress(connection: sqlite3.Connection, secret: bytes, words: Iterable[str]) -> None:
    """Suppress accounts, items and texts that named somebody from now on."""
    rows = [(bytearray(mac(secret, word)),) for word in words if word]
    connection.executemany("INSERT OR IGNORE INTO suppressed VALUES (?)", rows)


def admit(connection: sqlite3.Connection, secret: bytes, batch: Batch) -> Batch:
    """Leave out what is suppressed: an actor's interaction, an addressee, an author, an item's words, a record."""
    macs = {held for (held,) in connection.execute("SELECT mac FROM suppressed")}
    if not macs:
        return batch

    def hidden(word: str | None) -> bool:
        return bool(word) and mac(secret, word or "") in macs

    gone = {id_ for id_ in batch.accounts if hidden(id_)}
    masks = {id_: masked(secret, id_) for id_ in batch.items if hidden(id_)}
    ours = {id_ for id_, row in batch.items.items() if row[_AUTHOR][1] and row[_AUTHOR][1] not in gone}
    rows = [row for each in batch.interactions if (row := _admit_row(each, gone, masks, ours)) is not None]
    used = {row.item for row in rows}
    items = {masks.get(id_, id_): _admit_item(row, gone, id_ in masks) for id_, row in batch.items.items()}
    records = [kept for record in batch.records if (kept := _admit_record(record, gone)) is not None]
    return replace(
        batch,
        interactions=rows,
        accounts={id_: row for id_, row in batch.accounts.items() if id_ not in gone},
        items={id_: row for id_, row in items.items() if id_ in used},
        records=[_admit_words(record, hidden) for record in records],
    )


def _admit_row(row: InteractionRow, gone: set[str], hidden: dict[str, str], ours: set[str]) -> InteractionRow | None:
    """Leave out who is gone; the whole act where it was theirs, or for nobody else and on nothing by somebody else."""
    if row.actor in gone:
        return None
    to = tuple(one for one in row.to if one[0] not in gone)
    if row.to and not to and row.item not in ours:
        return None
    return row._replace(item=hidden.get(row.item, row.item), to=to)


def _admit_record(record: Rare, gone: set[str]) -> Rare | None:
    if isinstance(record, Introduction) and record.initiator is not None and record.initiator.id in gone:
        record = changed(record, initiator=None)
    return None if gone & named_by(record) else record


def _admit_item(row: ItemRow, gone: set[str], hidden: bool) -> ItemRow:
    title, kind, author = row
    return (0, "") if hidden else title, kind, (0, "") if author[1] in gone else author


def _admit_words(record: Rare, hidden: Callable[[str | None], bool]) -> Rare:
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
