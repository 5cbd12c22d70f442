"""The rare records (assertions, declared ties, introductions, list members) made canonical, and two of one id made one.

Each merge is a maximum: of two contents the later one stays (of one instant, the larger), and a retraction counts until
the record is said again later than it. So they are the same in every store, and in whatever order they come.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from msgspec.structs import replace

from graph.errors import InvalidRecordError
from graph.model import (
    EARLIEST,
    Account,
    Closeness,
    Declared,
    Introduction,
    IntroductionState,
    IntroductionStep,
    Member,
    SameAs,
)
from graph.records.clean import NAME_LIMIT, clean_account_id, clean_block, clean_line, clean_reference, clean_url
from graph.records.rows import Rare, hashed

Retractable = SameAs | Declared | Introduction
_Record = TypeVar("_Record", SameAs, Declared, Introduction)
_STATES = tuple(IntroductionState)
_NOTE_LIMIT = 2_000


def pack_rare(
    record: Rare, clean: Callable[[Account], str], micros: Callable[[datetime], int]
) -> tuple[Rare, int, list[Account]]:
    """Make a rare record canonical: its texts clean, its accounts bare, its id set.

    Args:
        record: The record.
        clean: Cleans an account and gives its id.
        micros: Checks a date and gives its micros.

    Returns:
        The record, the micros of what it says, and the accounts that it shows.

    Raises:
        InvalidRecordError: If it says nothing, or of one person what takes two.
    """
    match record:
        case SameAs():
            return _pack_assertion(record, micros)
        case Declared():
            return _pack_declared(record, clean, micros)
        case Introduction():
            return _pack_introduction(record, clean, micros)
    name = clean_line(record.list, NAME_LIMIT)
    if name is None:
        raise InvalidRecordError("a list needs a name")
    return Member(list=name, account=Account(id=clean(record.account))), 0, [record.account]


def _pack_assertion(record: SameAs, micros: Callable[[datetime], int]) -> tuple[Rare, int, list[Account]]:
    first, second = sorted(clean_account_id(id_) for id_ in (record.a, record.b))
    if first == second:
        raise InvalidRecordError(f"{first} is named twice; an assertion is about two accounts")
    if not 0 <= record.confidence <= 1:
        raise InvalidRecordError(f"a confidence of {record.confidence} is not between 0 and 1")
    at = _checked(record, micros)
    return replace(record, a=first, b=second), at, [Account(id=first), Account(id=second)]


def _pack_declared(
    record: Declared, clean: Callable[[Account], str], micros: Callable[[datetime], int]
) -> tuple[Rare, int, list[Account]]:
    at = _checked(record, micros)
    if record.since is not None and record.since < EARLIEST.date():
        raise InvalidRecordError(f"known since {record.since}, which is before 1971: leave it out")
    named = [one for one in (record.a, record.b, record.by) if one is not None]
    a, b, *by = (Account(id=clean(one)) for one in named)
    if a == b:
        raise InvalidRecordError(f"{a.id} is named twice; a tie is between two accounts")
    how, closeness = clean_block(record.how, _NOTE_LIMIT), Closeness(record.closeness)
    bare = replace(record, a=a, b=b, by=by[0] if by else None, closeness=closeness, how=how)
    return replace(bare, id=clean_reference(record.id) or declared_id(bare)), at, named


def _pack_introduction(
    record: Introduction, clean: Callable[[Account], str], micros: Callable[[datetime], int]
) -> tuple[Rare, int, list[Account]]:
    steps = order_steps({_pack_step(step, micros) for step in record.steps})
    if not steps:
        raise InvalidRecordError("an introduction without any dated state says nothing")
    at = _checked(replace(record, steps=steps), micros)
    named = [one for one in (record.by, record.person, record.to, record.initiator) if one is not None]
    by, person, to, *initiator = (Account(id=clean(one)) for one in named)
    if len({by, person, to}) < 3:
        raise InvalidRecordError(f"{by.id} introduces {person.id} to {to.id}: these must be three")
    bare = replace(record, by=by, person=person, to=to, initiator=initiator[0] if initiator else None, steps=steps)
    return replace(bare, id=clean_reference(record.id) or introduction_id(bare)), at, named


def _pack_step(step: IntroductionStep, micros: Callable[[datetime], int]) -> IntroductionStep:
    micros(step.at)
    note = clean_block(step.note, _NOTE_LIMIT)
    return IntroductionStep(state=IntroductionState(step.state), at=step.at, note=note, url=clean_url(step.url))


def _checked(record: Retractable, micros: Callable[[datetime], int]) -> int:
    if record.retracted_at is not None:
        micros(record.retracted_at)
    return micros(said_at(record))


def declared_id(declared: Declared) -> str:
    """Make the id of a declared tie: who says it of whom, whichever way round; said again, it is corrected."""
    by = declared.by.id if declared.by else ""
    return "declared:~" + hashed("\0".join((*sorted((declared.a.id, declared.b.id)), by)))


def introduction_id(introduction: Introduction) -> str:
    """Make the id of an introduction: who introduces whom to whom; later steps join the earlier ones."""
    who = (introduction.by.id, introduction.person.id, introduction.to.id)
    return "introduction:~" + hashed("\0".join(who))


def merge_assertions(held: SameAs, new: SameAs) -> SameAs:
    """Merge two assertions of one id."""
    return _merge(held, new, lambda record: (record.at, record.confidence))


def merge_declared(held: Declared, new: Declared) -> Declared:
    """Merge two declared ties of one id: said again, it is corrected."""
    return _merge(held, new, _said)


def merge_introductions(held: Introduction, new: Introduction) -> Introduction:
    """Merge two introductions of one id: their states are united."""
    first = max(held, new, key=lambda record: (record.by.id, record.person.id, record.to.id))
    initiators = [record.initiator for record in (held, new) if record.initiator is not None]
    return replace(
        first,
        steps=order_steps({*held.steps, *new.steps}),
        initiator=max(initiators, key=lambda account: account.id, default=None),
        source=min(held.source, new.source),
        retracted_at=_later(held.retracted_at, new.retracted_at),
    )


def said_at(record: Retractable) -> datetime:
    """Tell when a record was said last."""
    return record.steps[-1].at if isinstance(record, Introduction) else record.at


def stands(record: Retractable) -> bool:
    """Tell whether a record was said after it was last taken back."""
    return record.retracted_at is None or said_at(record) > record.retracted_at


def shown(record: _Record) -> _Record:
    """Give a record as readers see it: one that was said again is not retracted."""
    return replace(record, retracted_at=None) if record.retracted_at is not None and stands(record) else record


def order_steps(steps: set[IntroductionStep]) -> tuple[IntroductionStep, ...]:
    """Sort the states of an introduction by date."""
    return tuple(sorted(steps, key=lambda step: (step.at, _STATES.index(step.state), step.note or "", step.url or "")))


def _merge(held: _Record, new: _Record, order: Callable[[_Record], tuple[Any, ...]]) -> _Record:
    later = max(held, new, key=order)
    return replace(later, retracted_at=_later(held.retracted_at, new.retracted_at))


def _said(record: Declared) -> tuple[Any, ...]:
    by = record.by.id if record.by else ""
    since = record.since.isoformat() if record.since else ""
    return record.at, record.closeness, record.how or "", since, by, record.a.id, record.b.id, record.source


def _later(first: datetime | None, second: datetime | None) -> datetime | None:
    if first is None or second is None:
        return first or second
    return max(first, second)
