"""What two records under one id become: the same in every store, and in whatever order they come.

Each merge is a maximum: of two contents the later one stays (of one instant, the larger), and a retraction counts until
the record is said again later than it.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from msgspec.structs import replace

from graph.model import Declared, Introduction, IntroductionState, IntroductionStep, SameAs

Retractable = SameAs | Declared | Introduction
_Record = TypeVar("_Record", SameAs, Declared, Introduction)
_STATES = tuple(IntroductionState)


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
