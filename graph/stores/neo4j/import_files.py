"""A store as files for `neo4j-admin database import full`: every node and relationship that `Neo4jTransaction` writes.

The Store node among them has no uid: the first program that opens the database gives it one, and makes the schema.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from datetime import date
from math import log
from pathlib import Path
from types import NoneType
from typing import Any, TextIO

import numpy as np
from numpy.typing import NDArray

from graph.errors import StoreError
from graph.model import INTRODUCTION, KINDS, to_micros
from graph.people.person import Directory, open_directory
from graph.records.rows import ACCOUNT_FIELDS
from graph.store.copying import ACCOUNTS, INTERACTIONS, ITEMS, STATE
from graph.store.features import UNDATED, Filters
from graph.store.store import Store
from graph.stores import ARGUMENTS
from graph.stores.neo4j.derived import TYPES, introduction_row, known_row, weigh
from graph.stores.neo4j.transaction import ITEM_FIELDS, VERSION, dump_fields, dump_interaction
from graph.ties.formula import FORMULA, INTRODUCTION_CODE
from graph.ties.introductions import declared_under, introduction_acts, introductions_under
from graph.ties.nodes import Nodes, find_nodes, number_people
from graph.ties.ties import evaluate_pairs

Row = tuple[str, Iterable[Any]]
"""The name of a file, and the cells of a row in it."""
_CHUNK = 65_536
_TOLD_EVERY = 100_000
_BUFFER = 1 << 20
_BETWEEN = "\x1f"  # in no text: all are cleaned of controls
_DATES = ("at", "dates")
_INTERACTION = ("digest", "kind", "at", "thread", "parent", "excerpt", "private", "source", "share")
_PEOPLE = (":START_ID(Person)", ":END_ID(Person)")
_FILES = {
    "store": ("nodes=Store", ("only", "secret", "created", "generation", "removals", "keys", "sources", "version")),
    "documents": ("nodes=Document", ("kind", "id", "body")),
    "accounts": ("nodes=Account", ("id:ID(Account)", "key", "changed", *ACCOUNT_FIELDS, *_DATES)),
    "items": ("nodes=Item", ("id:ID(Item)", *ITEM_FIELDS, *_DATES)),
    "interactions": ("nodes=Interaction", ("id:ID(Interaction)", *_INTERACTION)),
    "people": ("nodes=Person", ("id:ID(Person)", "name", "accounts", ":LABEL", "profiles")),
    "introductions": ("nodes=Introduction", ("id:ID(Introduction)", "state", "at")),
    "sent": ("relationships=SENT", (":START_ID(Account)", ":END_ID(Interaction)")),
    "to": ("relationships=TO", (":START_ID(Interaction)", ":END_ID(Account)", "role")),
    "on": ("relationships=ON", (":START_ID(Interaction)", ":END_ID(Item)")),
    "by": ("relationships=BY", (":START_ID(Item)", ":END_ID(Account)")),
    "of": ("relationships=OF", (":START_ID(Account)", ":END_ID(Person)")),
    "acts": ("relationships", (*_PEOPLE, ":TYPE", "count", "first", "last", "weight")),
    "knows": ("relationships=KNOWS", (*_PEOPLE, "closeness", "since", "how")),
    "ties": ("relationships=TIE", (*_PEOPLE, "strength", "cost", "day")),
    "introduced": ("relationships", (":START_ID(Introduction)", ":END_ID(Person)", ":TYPE")),
}
"""By the name of each file: the importer's option for it, and its columns."""
_NUMBERS = ("only", "created", "generation", "removals", "keys", "version", "key", "changed", "at", "share", "accounts")
_TYPED: Mapping[str, str] = {
    **dict.fromkeys((*_NUMBERS, "count", "first", "last"), "long"),
    **dict.fromkeys(("weight", "strength", "cost"), "double"),
    **dict.fromkeys(("since", "day"), "date"),
    **dict.fromkeys(("sources", "profiles"), "string[]"),
    "private": "boolean",
}
"""The types of the properties that are no texts."""
_OPTIONS = ("overwrite-destination=true", "multiline-fields=true", "array-delimiter=U+001F")


def _quote(text: str) -> str:
    return f'"{text.replace(chr(34), chr(34) * 2)}"'


# An empty cell is no property, and a quoted one an empty text.
_WRITTEN: Mapping[type, Callable[[Any], str]] = {
    NoneType: lambda _: "",
    str: _quote,
    bool: lambda truth: str(truth).lower(),
    int: str,
    float: repr,
    date: str,
    list: lambda texts: _quote(_BETWEEN.join(texts)),
}


def write_files(store: Store, folder: Path, today: date, tell: Callable[[int], None]) -> None:
    """Write the files, readable by their owner alone, and beside them the importer's arguments.

    Args:
        store: Of any kind.
        folder: Where to; empty.
        today: The day that ties are evaluated for.
        tell: Is told now and then how many rows are written.

    Raises:
        StoreError: If the store was written to meanwhile, so that the files would hold no one state of it.
    """
    generation, longest = store.generation(), _BUFFER
    with ExitStack() as stack:
        files = {name: stack.enter_context(_create(folder / f"{name}.csv")) for name in _FILES}
        for name, (_, columns) in _FILES.items():
            typed = [f"{column}:{_TYPED[column]}" if column in _TYPED else column for column in columns]
            files[name].write(",".join(typed) + "\n")
        for written, (name, cells) in enumerate(_rows(store, generation, today), 1):
            line = ",".join([_WRITTEN[type(cell)](cell) for cell in cells])
            files[name].write(line + "\n")
            longest = max(longest, len(line))
            if written % _TOLD_EVERY == 0:
                tell(written)
        options = [f"{option}={name}.csv" for name, (option, _) in _FILES.items()]
        options.append(f"read-buffer-size={4 * longest}")  # a character has up to four bytes
        with _create(folder / ARGUMENTS) as file:
            file.writelines(f"--{one}\n" for one in (*_OPTIONS, *options))
    if store.generation() != generation:
        raise StoreError(
            f"{store.location} was written to meanwhile, so that the files would be of no one state of it; type the "
            "same again once nobody writes to it"
        )


def _create(path: Path) -> TextIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline="")


def _rows(store: Store, generation: int, today: date) -> Iterator[Row]:
    keys, directory = 0, open_directory(store)
    for part, rows in store.rows():
        if part == STATE:
            state = rows[0]
        elif part == ACCOUNTS:
            for key, (id_, row) in enumerate(rows, keys + 1):
                yield "accounts", (id_, key, generation, *dump_fields(row, ACCOUNT_FIELDS).values())
            keys += len(rows)
            yield from _rows_of_people(directory, [id_ for id_, _ in rows], store.profiles())
        elif part == ITEMS:
            for id_, row in rows:
                yield "items", (id_, *dump_fields(row, ITEM_FIELDS).values())
                if author := row[2][1]:
                    yield "by", (id_, author)
        elif part == INTERACTIONS:
            yield from _rows_of_interactions(map(dump_interaction, rows))
        else:
            yield from (("documents", (part, id_, body.decode())) for id_, body in rows)
    secret, created, sources = state
    yield "store", (1, secret.hex(), created, generation, store.removals(), keys, list(sources), VERSION)
    yield from _rows_between(store, directory, today)


def _rows_of_interactions(dumped: Iterable[Mapping[str, Any]]) -> Iterator[Row]:
    for one in dumped:
        id_ = one["fields"]["id"]
        yield "interactions", (id_, *[one["fields"][name] for name in _INTERACTION])
        yield "sent", (one["actor"], id_)
        yield from (("to", (id_, *to)) for to in one["to"])
        if one["item"]:
            yield "on", (id_, one["item"])


def _rows_of_people(directory: Directory, accounts: list[str], profiles: Mapping[str, list[str]]) -> Iterator[Row]:
    """Give the people whose first account is among these, and who of them is me."""
    first = set(accounts)
    mine = [(directory.persons.person_of(id_), profile) for profile, ids in profiles.items() for id_ in ids]
    for person in directory.people(accounts).values():
        if person.accounts[0] in first:
            of = [profile for me, profile in mine if me == person.id]
            yield "people", (person.id, person.name, len(person.accounts), *(("Me", of) if of else (None, None)))
            yield from (("of", (account, person.id)) for account in person.accounts)


def _rows_between(store: Store, directory: Directory, today: date) -> Iterator[Row]:
    """Give what stands between people: acts, what was told, ties."""
    of = directory.persons.person_of
    for a, b, *says in map(known_row, declared_under(store, Filters())):
        if of(a) != of(b):
            yield "knows", (of(a), of(b), *says)
    told = [one for one in introductions_under(store, Filters()) if one.retracted_at is None]
    for id_, *ends, state, at in map(introduction_row, told):
        yield "introductions", (id_, state, at)
        yield from (("introduced", (id_, of(end), type_)) for end, type_ in zip(ends, ("BY", "OF", "TO"), strict=True))
    nodes = number_people(store, directory.persons)
    by_key = store.account_ids(nodes.key_of.tolist())
    ids = [by_key[key] for key in nodes.key_of.tolist()]
    types = [TYPES[kind] for kind in (*KINDS, INTRODUCTION)]
    for source, target, kind, count, first, last, weight in _listed(_sum_up(store, nodes)):
        dates = (None, None) if last == UNDATED else (first, last)
        yield "acts", (ids[source], ids[target], types[kind], count, *dates, weight)
    pairs = evaluate_pairs(store, Filters(), today)
    for source, target, strength in _listed((pairs.source, pairs.target, pairs.strength)):
        if strength > 0:
            yield "ties", (ids[source], ids[target], strength, -log(strength), today)


def _sum_up(store: Store, nodes: Nodes) -> tuple[NDArray[Any], ...]:
    """Sum up what people did to each other, by kind: source, target, kind, count, first, last, weight."""
    rows, told = store.tie_rows(Filters()), introduction_acts(store, Filters())
    person, to, known = find_nodes(store, nodes, [(one.person.id, one.to.id) for one, _ in told])
    met = np.array([to_micros(at) for _, at in told], dtype=np.int64)[known]
    dated = np.maximum(rows.last, 0).astype(np.float64)
    source = np.concatenate((nodes.of_key[rows.source].astype(np.int64), person))
    target = np.concatenate((nodes.of_key[rows.target].astype(np.int64), to))
    kind = np.concatenate((rows.kind.astype(np.int64), np.full(len(met), INTRODUCTION_CODE)))
    count = np.concatenate((rows.count.astype(np.int64), np.ones_like(met)))
    first = np.concatenate((np.where(rows.first == UNDATED, np.iinfo(np.int64).max, rows.first), met))
    last = np.concatenate((rows.last, met))
    weight = np.concatenate((rows.decayed[:, FORMULA.half_life] * weigh(dated), weigh(met.astype(np.float64))))
    order = np.lexsort((kind, target, source))
    order = order[source[order] != target[order]]
    keys = [column[order] for column in (source, target, kind)]
    new = np.ones(len(order), dtype=np.bool_)
    new[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in keys])
    starts = np.flatnonzero(new)
    folds = ((np.add, count), (np.minimum, first), (np.maximum, last), (np.add, weight))
    return (*(column[starts] for column in keys), *(fold.reduceat(column[order], starts) for fold, column in folds))


def _listed(columns: tuple[NDArray[Any], ...]) -> Iterator[tuple[Any, ...]]:
    """Give the rows of columns, made of them some at a time."""
    for start in range(0, len(columns[0]), _CHUNK):
        yield from zip(*(column[start : start + _CHUNK].tolist() for column in columns), strict=True)
