"""Canonical rows: what records become before any store writes them, the same for every store.

Plain tuples, because there may be many; only `ingest.pull` and stores handle them. A source of millions gathers columns
instead (`graph.gathering`), which hold the same.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from graph.batch import AccountRow, Batch, InteractionRow, ItemRow, Said
from graph.cleaning import NAME_LIMIT, clean_block, clean_line, clean_reference, clean_url
from graph.errors import InvalidRecordError
from graph.mention import Mention, hashed
from graph.merging import order_steps
from graph.model import (
    EARLIEST,
    KIND_CODES,
    ROLE_CODES,
    Account,
    Closeness,
    Declared,
    Interaction,
    Introduction,
    IntroductionState,
    IntroductionStep,
    Member,
    Record,
    SameAs,
    to_micros,
)
from graph.packer import RowPacker

__all__ = [
    "AccountRow",
    "Batch",
    "InteractionRow",
    "ItemRow",
    "Mention",
    "RowPacker",
    "Said",
    "declared_id",
    "introduction_id",
    "pack",
]
_NOTE_LIMIT = 2_000


def pack(records: Iterable[Record], *, now: datetime) -> Batch:
    """Pack records into one batch; what can't be packed becomes a problem in it.

    Args:
        records: Interactions, accounts, assertions, declared ties, introductions and list members.
        now: The clock; dates later than the day after it are refused.

    Raises:
        TypeError: If a record is none that a store keeps (owners, problems, skips and checkpoints are the puller's).
    """
    packer = RowPacker(now=now)
    for number, record in enumerate(records, 1):
        packs = _PACKS.get(type(record))
        if packs is None:
            raise TypeError(f"{type(record).__name__} is no record that a store keeps")
        try:
            packs(packer, record)
        except InvalidRecordError as error:
            packer.problem(_where(record, number), str(error))
    return packer.take()


def declared_id(declared: Declared) -> str:
    """Make the id of a declared tie: who says it of whom, whichever way round; said again, it is corrected."""
    by = declared.by.id if declared.by else ""
    return "declared:~" + hashed("\0".join((*sorted((declared.a.id, declared.b.id)), by)))


def introduction_id(introduction: Introduction) -> str:
    """Make the id of an introduction: who introduces whom to whom; later steps join the earlier ones."""
    who = (introduction.by.id, introduction.person.id, introduction.to.id)
    return "introduction:~" + hashed("\0".join(who))


def _where(record: Record, number: int) -> str:
    name = type(record).__name__.lower()
    if isinstance(record, Interaction):
        return record.where or record.id or f"{name} {number}"
    return f"{name} {number}"


def _pack_interaction(packer: RowPacker, record: Interaction) -> None:
    item = None
    if record.item is not None:
        author = record.item.author
        item = packer.item(
            record.item.url, record.item.title, record.item.kind, _mention(packer, author) if author else None
        )
    packer.add(
        KIND_CODES[record.kind],
        None if record.at is None else _micros(record.at),
        _mention(packer, record.actor),
        [(_mention(packer, one.account), ROLE_CODES[one.role]) for one in record.to],
        id_=record.id,
        item=item,
        thread=record.thread,
        parent=record.parent,
        excerpt=record.excerpt,
        private=record.private,
        source=record.source,
        where=record.where,
    )


def _pack_account(packer: RowPacker, record: Account) -> None:
    packer.show(_mention(packer, record))


def _pack_same_as(packer: RowPacker, record: SameAs) -> None:
    a, b = packer.account(record.a), packer.account(record.b)
    if a.id == b.id:
        raise InvalidRecordError(f"{a.id} is named twice; an assertion is about two accounts")
    if not 0 <= record.confidence <= 1:
        raise InvalidRecordError(f"a confidence of {record.confidence} is not between 0 and 1")
    at = _checked(packer, record.at)
    if record.retracted_at is not None:
        _checked(packer, record.retracted_at)
    packer.show(a, at)
    packer.show(b, at)
    first, second = sorted((a.id, b.id))
    packer.record(replace(record, a=first, b=second))


def _pack_declared(packer: RowPacker, record: Declared) -> None:
    at = _checked(packer, record.at)
    if record.retracted_at is not None:
        _checked(packer, record.retracted_at)
    if record.since is not None and record.since < EARLIEST.date():
        raise InvalidRecordError(f"known since {record.since}, which is before 1971: leave it out")
    a, b = _mention(packer, record.a), _mention(packer, record.b)
    by = _mention(packer, record.by) if record.by else None
    if a.id == b.id:
        raise InvalidRecordError(f"{a.id} is named twice; a tie is between two accounts")
    for mention in (a, b, by):
        if mention is not None:
            packer.show(mention, at)
    bare = replace(
        record,
        a=Account(id=a.id),
        b=Account(id=b.id),
        by=Account(id=by.id) if by else None,
        closeness=Closeness(record.closeness),
        how=clean_block(record.how, _NOTE_LIMIT),
    )
    packer.record(replace(bare, id=clean_reference(record.id) or declared_id(bare)))


def _pack_introduction(packer: RowPacker, record: Introduction) -> None:
    steps = order_steps({_step(packer, step) for step in record.steps})
    if not steps:
        raise InvalidRecordError("an introduction without any dated state says nothing")
    if record.retracted_at is not None:
        _checked(packer, record.retracted_at)
    by, person, to = (_mention(packer, one) for one in (record.by, record.person, record.to))
    if len({by.id, person.id, to.id}) < 3:
        raise InvalidRecordError(f"{by.id} introduces {person.id} to {to.id}: these must be three")
    initiator = _mention(packer, record.initiator) if record.initiator else None
    for mention in (by, person, to, initiator):
        if mention is not None:
            packer.show(mention, to_micros(steps[-1].at))
    bare = replace(
        record,
        by=Account(id=by.id),
        person=Account(id=person.id),
        to=Account(id=to.id),
        initiator=Account(id=initiator.id) if initiator else None,
        steps=steps,
    )
    packer.record(replace(bare, id=clean_reference(record.id) or introduction_id(bare)))


def _pack_member(packer: RowPacker, record: Member) -> None:
    name = clean_line(record.list, NAME_LIMIT)
    if name is None:
        raise InvalidRecordError("a list needs a name")
    mention = _mention(packer, record.account)
    packer.show(mention)
    packer.record(Member(list=name, account=Account(id=mention.id)))


def _mention(packer: RowPacker, account: Account) -> Mention:
    return packer.account(
        account.id,
        account.handle,
        account.name,
        account.url,
        account.org,
        account.title,
        None if account.at is None else _micros(account.at),
    )


def _step(packer: RowPacker, step: IntroductionStep) -> IntroductionStep:
    _checked(packer, step.at)
    note = clean_block(step.note, _NOTE_LIMIT)
    return IntroductionStep(state=IntroductionState(step.state), at=step.at, note=note, url=clean_url(step.url))


def _checked(packer: RowPacker, at: datetime) -> int:
    micros = _micros(at)
    packer.check(micros)
    return micros


def _micros(at: datetime) -> int:
    if at.tzinfo is None:
        raise InvalidRecordError(f"the date {at.isoformat()} has no time zone")
    return to_micros(at)


_Packs = Callable[[RowPacker, Any], None]
_PACKS: dict[type, _Packs] = {
    Interaction: _pack_interaction,
    Account: _pack_account,
    SameAs: _pack_same_as,
    Declared: _pack_declared,
    Introduction: _pack_introduction,
    Member: _pack_member,
}
