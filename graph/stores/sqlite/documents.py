"""The rare records: assertions, declared ties, introductions and list members, as rows."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any

from graph.model import (
    Account,
    Closeness,
    Declared,
    Introduction,
    IntroductionState,
    IntroductionStep,
    Member,
    SameAs,
    from_micros,
    to_micros,
)
from graph.records.rare import merge_assertions, merge_declared, merge_introductions, order_steps, said_at, stands
from graph.stores.sqlite.schema import read_date

Keys = Callable[[str], int]
_STATES = tuple(IntroductionState)
_ASSERTIONS = """
SELECT assertion.id, a.id, b.id, same, source, confidence, assertion.at, retracted
FROM assertion JOIN account AS a ON a.key = assertion.a JOIN account AS b ON b.key = assertion.b
"""
_DECLARED = """
SELECT declared.id, a.id, b.id, said_by.id, closeness, how, since, source, declared.at, retracted
FROM declared JOIN account AS a ON a.key = declared.a JOIN account AS b ON b.key = declared.b
LEFT JOIN account AS said_by ON said_by.key = declared.said_by
"""
_INTRODUCTIONS = """
SELECT introduction.id, by.id, person.id, to_.id, initiator.id, source, retracted
FROM introduction JOIN account AS by ON by.key = introduction.by
JOIN account AS person ON person.key = introduction.person JOIN account AS to_ ON to_.key = introduction.to_
LEFT JOIN account AS initiator ON initiator.key = introduction.initiator
"""


def write_records(
    connection: sqlite3.Connection, records: Iterable[SameAs | Declared | Introduction | Member], keys: Keys
) -> None:
    """Write rare records; all accounts that they name have keys."""
    for record in records:
        match record:
            case SameAs():
                held = next(read_assertions(connection, record.id), None)
                _save_assertion(connection, held, merge_assertions(held, record) if held else record, keys)
            case Declared():
                tie = next(read_declared(connection, record.id), None)
                _save_declared(connection, tie, merge_declared(tie, record) if tie else record, keys)
            case Introduction():
                story = next(read_introductions(connection, record.id), None)
                _save_introduction(connection, story, merge_introductions(story, record) if story else record, keys)
            case Member():
                connection.execute("INSERT OR IGNORE INTO member VALUES (?, ?)", (record.list, keys(record.account.id)))


def retract_record(connection: sqlite3.Connection, what: str, at: datetime) -> bool:
    """Take back an assertion, declared tie or introduction; tell whether one stood."""
    for table, read in _READERS.items():
        held = next(read(connection, what), None)
        if held is not None:
            if not stands(held):
                return False
            # Taken back at an instant before it was said, it would still stand.
            micros = to_micros(max(at, said_at(held)))
            connection.execute(f"UPDATE {table} SET retracted = ? WHERE id = ?", (micros, what))  # noqa: S608 # ours
            return True
    return False


def read_assertions(connection: sqlite3.Connection, id_: str | None = None) -> Iterator[SameAs]:
    """Give assertions as they are held, by id."""
    for _, a, b, same, source, confidence, at, back in _rows(connection, _ASSERTIONS, "assertion", id_):
        yield SameAs(
            a=a,
            b=b,
            same=bool(same),
            source=source,
            confidence=confidence,
            at=from_micros(at),
            retracted_at=read_date(back),
        )


def read_declared(connection: sqlite3.Connection, id_: str | None = None) -> Iterator[Declared]:
    """Give declared ties as they are held, by id."""
    for held, a, b, by, closeness, how, since, source, at, back in _rows(connection, _DECLARED, "declared", id_):
        yield Declared(
            id=held,
            a=Account(id=a),
            b=Account(id=b),
            by=_account(by),
            closeness=Closeness(closeness),
            how=how or None,
            since=date.fromisoformat(since) if since else None,
            source=source,
            at=from_micros(at),
            retracted_at=read_date(back),
        )


def read_introductions(connection: sqlite3.Connection, id_: str | None = None) -> Iterator[Introduction]:
    """Give introductions as they are held, by id, their states by date."""
    for held, by, person, to, initiator, source, back in _rows(connection, _INTRODUCTIONS, "introduction", id_):
        steps = connection.execute("SELECT state, at, note, url FROM step WHERE introduction = ?", (held,))
        yield Introduction(
            id=held,
            by=Account(id=by),
            person=Account(id=person),
            to=Account(id=to),
            initiator=_account(initiator),
            source=source,
            retracted_at=read_date(back),
            steps=order_steps(
                {
                    IntroductionStep(state=_STATES[state], at=from_micros(at), note=note or None, url=url or None)
                    for state, at, note, url in steps
                }
            ),
        )


def _save_assertion(connection: sqlite3.Connection, held: SameAs | None, record: SameAs, keys: Keys) -> None:
    if record == held:
        return
    connection.execute(
        "INSERT INTO assertion VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
        " confidence = excluded.confidence, at = excluded.at, retracted = excluded.retracted",
        (
            record.id,
            keys(record.a),
            keys(record.b),
            record.same,
            record.source,
            record.confidence,
            to_micros(record.at),
            _micros(record.retracted_at),
        ),
    )


def _save_declared(connection: sqlite3.Connection, held: Declared | None, record: Declared, keys: Keys) -> None:
    if record == held:
        return
    connection.execute(
        "INSERT OR REPLACE INTO declared VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            record.id,
            keys(record.a.id),
            keys(record.b.id),
            keys(record.by.id) if record.by else None,
            record.closeness.value,
            record.how or "",
            record.since.isoformat() if record.since else "",
            record.source,
            to_micros(record.at),
            _micros(record.retracted_at),
        ),
    )


def _save_introduction(
    connection: sqlite3.Connection, held: Introduction | None, record: Introduction, keys: Keys
) -> None:
    if record == held:
        return
    columns = (
        record.id,
        keys(record.by.id),
        keys(record.person.id),
        keys(record.to.id),
        keys(record.initiator.id) if record.initiator else None,
        record.source,
        _micros(record.retracted_at),
    )
    connection.execute(
        "INSERT INTO introduction VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET by = excluded.by,"
        " person = excluded.person, to_ = excluded.to_, initiator = excluded.initiator, source = excluded.source,"
        " retracted = excluded.retracted",
        columns,
    )
    connection.executemany(
        "INSERT OR IGNORE INTO step VALUES (?, ?, ?, ?, ?)",
        [
            (record.id, to_micros(step.at), _STATES.index(step.state), step.note or "", step.url or "")
            for step in record.steps
        ],
    )


def _rows(connection: sqlite3.Connection, query: str, table: str, id_: str | None) -> Iterator[Any]:
    if id_ is not None:
        return connection.execute(query + f" WHERE {table}.id = ?", (id_,))
    return connection.execute(query + f" ORDER BY {table}.id")


def _account(id_: str | None) -> Account | None:
    return None if id_ is None else Account(id=id_)


def _micros(at: datetime | None) -> int:
    return 0 if at is None else to_micros(at)


_Read = Callable[[sqlite3.Connection, str | None], Iterator[SameAs | Declared | Introduction]]
_READERS: dict[str, _Read] = {
    "assertion": read_assertions,
    "declared": read_declared,
    "introduction": read_introductions,
}
