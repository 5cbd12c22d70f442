"""Suppression: what was forgotten stays out, though the store keeps no name of it."""

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from hashlib import blake2b

import numpy as np

from graph.batch import Batch, InteractionRow, ItemRow, Rare, dates_of, make_said
from graph.columns import Columns, to_columns, to_rows
from graph.mention import HASHED
from graph.merging import order_steps
from graph.model import Declared, Introduction, Member, SameAs, network_of
from graph.stores.sqlite.state import State

_MAC_SIZE = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """A batch without what is suppressed.

    Attributes:
        suppressed: How many interactions were dropped.
        whole: Whether nobody is suppressed at all.
    """

    batch: Columns
    suppressed: int = 0
    whole: bool = False


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


def suppress(connection: sqlite3.Connection, state: State, words: Iterable[str]) -> None:
    """Suppress accounts, items and texts that named somebody from now on."""
    rows = [(bytearray(mac(state.secret, word)),) for word in words if word]
    connection.executemany("INSERT OR IGNORE INTO suppressed VALUES (?)", rows)


def admit(connection: sqlite3.Connection, state: State, batch: Batch | Columns) -> Admitted:
    """Leave out what is suppressed: an actor's interaction, an addressee, an author, an item's words, a record."""
    macs = {held for (held,) in connection.execute("SELECT mac FROM suppressed")}
    if not macs:
        return Admitted(batch=to_columns(batch), whole=True)
    rows = to_rows(batch)
    admitted, shares = _admit(rows, lambda word: bool(word) and mac(state.secret, word or "") in macs, state.secret)
    columns = replace(to_columns(admitted), share=np.array(shares, dtype=np.int32))
    return Admitted(batch=columns, suppressed=len(rows.interactions) - len(columns))


def _admit(batch: Batch, hidden: Callable[[str | None], bool], secret: bytes) -> tuple[Batch, list[int]]:
    """Give what is admitted, and how many addressees each of its interactions came with."""
    gone = {id_ for id_ in batch.accounts if hidden(id_)}
    masks = {id_: masked(secret, id_) for id_ in batch.items if hidden(id_)}
    ours = {id_ for id_, row in batch.items.items() if row[0][2] and row[0][2] not in gone}
    rows = [_admit_row(row, gone, masks, ours) for row in batch.interactions]
    kept = [row for row in rows if row is not None]
    used = {row[5] for row in kept}
    items = {masks.get(id_, id_): _admit_item(row, gone, id_ in masks) for id_, row in batch.items.items()}
    admitted = replace(
        batch,
        interactions=kept,
        accounts={id_: row for id_, row in batch.accounts.items() if id_ not in gone},
        items={id_: row for id_, row in items.items() if id_ in used},
        records=[
            _admit_words(kept_record, hidden)
            for record in batch.records
            if (kept_record := _admit_record(record, gone)) is not None
        ],
    )
    return admitted, [len(row[11]) for row, left in zip(batch.interactions, rows, strict=True) if left is not None]


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


def _admit_row(row: InteractionRow, gone: set[str], hidden: dict[str, str], ours: set[str]) -> InteractionRow | None:
    """Leave out who is gone; the whole act where it was theirs, or for nobody else and on nothing by somebody else."""
    if row[4] in gone:
        return None
    to = tuple(one for one in row[11] if one[0] not in gone)
    item = hidden.get(row[5], row[5])
    if row[11] and not to and row[5] not in ours:
        return None
    return (*row[:5], item, *row[6:11], to)


def _admit_record(record: Rare, gone: set[str]) -> Rare | None:
    if isinstance(record, Introduction) and record.initiator is not None and record.initiator.id in gone:
        record = replace(record, initiator=None)
    return None if gone & named_by(record) else record


def _admit_item(row: ItemRow, gone: set[str], hidden: bool) -> ItemRow:
    (title, kind, author), dates = row[0], dates_of(row)
    return make_said(("" if hidden else title, kind, "" if author in gone else author), dates)


def _admit_words(record: Rare, hidden: Callable[[str | None], bool]) -> Rare:
    match record:
        case Declared() if hidden(record.how):
            return replace(record, how=None)
        case Introduction():
            steps = {
                replace(step, note=None if hidden(step.note) else step.note, url=None if hidden(step.url) else step.url)
                for step in record.steps
            }
            return replace(record, steps=order_steps(steps))
        case _:
            return record
