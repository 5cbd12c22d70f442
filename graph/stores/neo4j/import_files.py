"""A store as files for `neo4j-admin database import full`: every node and relationship that `Neo4jTransaction` writes.

The Store node among them has no uid: the first program that opens the database gives it one, and makes the schema.
"""

import os
from collections import defaultdict
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
from graph.store.features import UNDATED, Filters, TieRows
from graph.store.store import Store
from graph.stores import ARGUMENTS
from graph.stores.neo4j.derived import TYPES, introduction_row, known_row, weigh
from graph.stores.neo4j.transaction import ITEM_FIELDS, VERSION, dump_fields, dump_interaction
from graph.ties.formula import FORMULA
from graph.ties.introductions import declared_under, mutual_acts
from graph.ties.nodes import Nodes
from graph.ties.ties import evaluate_pairs

Row = tuple[str, Iterable[Any]]
"""The name of a file, and the cells of a row in it."""
_CHUNK = 65_536
_BUFFER = 1 << 20
_BETWEEN = "\x1f"  # in no text: all are cleaned of controls
_PEOPLE = ":START_ID(Person),:END_ID(Person)"
_STORE = "only:long,secret,created:long,generation:long,removals:long,keys:long,sources:string[],version:long"
_ACT = "digest,kind,at:long,thread,parent,excerpt,private:boolean,source,share:long"
_FILES = {
    "store": ("nodes=Store", _STORE),
    "documents": ("nodes=Document", "kind,id,body"),
    "accounts": ("nodes=Account", f"id:ID(Account),key:long,changed:long,{','.join(ACCOUNT_FIELDS)},at:long,dates"),
    "items": ("nodes=Item", f"id:ID(Item),{','.join(ITEM_FIELDS)},at:long,dates"),
    "interactions": ("nodes=Interaction", f"id:ID(Interaction),{_ACT}"),
    "people": ("nodes=Person", "id:ID(Person),name,accounts:long,:LABEL,profiles:string[]"),
    "introductions": ("nodes=Introduction", "id:ID(Introduction),state,at:long"),
    "sent": ("relationships=SENT", ":START_ID(Account),:END_ID(Interaction)"),
    "to": ("relationships=TO", ":START_ID(Interaction),:END_ID(Account),role"),
    "on": ("relationships=ON", ":START_ID(Interaction),:END_ID(Item)"),
    "by": ("relationships=BY", ":START_ID(Item),:END_ID(Account)"),
    "of": ("relationships=OF", ":START_ID(Account),:END_ID(Person)"),
    "acts": ("relationships", f"{_PEOPLE},:TYPE,count:long,first:long,last:long,weight:double"),
    "knows": ("relationships=KNOWS", f"{_PEOPLE},closeness,since:date,how"),
    "ties": ("relationships=TIE", f"{_PEOPLE},strength:double,cost:double,day:date"),
    "introduced": ("relationships", ":START_ID(Introduction),:END_ID(Person),:TYPE"),
}
"""By the name of each file: the importer's option for it, and its header."""
_OPTIONS = ("overwrite-destination=true", "multiline-fields=true", f"array-delimiter=U+{ord(_BETWEEN):04X}")


def _quote(text: str) -> str:
    return f'"{text.replace(chr(34), chr(34) * 2)}"'


# An empty cell is no property, and a quoted one an empty text.
_CELLS: Mapping[type, Callable[[Any], str]] = {
    NoneType: lambda _: "",
    str: _quote,
    bool: lambda truth: str(truth).lower(),
    int: str,
    float: repr,
    date: str,
    list: lambda texts: _quote(_BETWEEN.join(texts)),
}


def write_files(store: Store, folder: Path, today: date) -> None:
    """Write the files into an empty folder, readable by their owner alone, and at last the importer's arguments.

    Ties are those of today.

    Raises:
        StoreError: If the store was written to meanwhile, so that the files would be of no one state of it.
    """
    generation, longest = store.generation(), _BUFFER
    with ExitStack() as stack:
        files = {name: stack.enter_context(_create(folder / f"{name}.csv")) for name in _FILES}
        for name, (_, header) in _FILES.items():
            files[name].write(header + "\n")
        for name, cells in _rows(store, generation, today):
            line = ",".join([_CELLS[type(cell)](cell) for cell in cells])
            files[name].write(line + "\n")
            longest = max(longest, len(line))
    if store.generation() != generation:
        raise StoreError(
            f"{store.location} was written to meanwhile, so that the files would be of no one state of it; type the "
            "same again once nobody writes to it"
        )
    options = [f"{option}={name}.csv" for name, (option, _) in _FILES.items()]
    with _create(folder / ARGUMENTS) as file:  # a character has up to four bytes
        file.writelines(f"--{one}\n" for one in (*_OPTIONS, f"read-buffer-size={4 * longest}", *options))


def _create(path: Path) -> TextIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline="")


def _rows(store: Store, generation: int, today: date) -> Iterator[Row]:
    keys, directory, profiles = 0, open_directory(store), store.profiles()
    for part, rows in store.rows():
        if part == STATE:
            secret, created, sources = rows[0]
        elif part == ACCOUNTS:
            for key, (id_, row) in enumerate(rows, keys + 1):
                yield "accounts", (id_, key, generation, *dump_fields(row, ACCOUNT_FIELDS).values())
            keys += len(rows)
            yield from _rows_of_people(directory, [id_ for id_, _ in rows], profiles)
        elif part == ITEMS:
            yield from (("items", (id_, *dump_fields(row, ITEM_FIELDS).values())) for id_, row in rows)
            yield from (("by", (id_, author)) for id_, (_, _, (_, author)) in rows if author)
        elif part == INTERACTIONS:
            yield from _rows_of_interactions(map(dump_interaction, rows))
        else:
            yield from (("documents", (part, id_, body.decode())) for id_, body in rows)
    yield "store", (1, secret.hex(), created, generation, store.removals(), keys, list(sources), VERSION)
    yield from _rows_of_what_was_told(store, directory)
    yield from _rows_between_people(store, today)


def _rows_of_interactions(dumped: Iterable[Mapping[str, Any]]) -> Iterator[Row]:
    for one in dumped:
        id_ = one["fields"]["id"]
        yield "interactions", one["fields"].values()
        yield "sent", (one["actor"], id_)
        yield from (("to", (id_, *to)) for to in one["to"])
        if one["item"]:
            yield "on", (id_, one["item"])


def _rows_of_people(directory: Directory, accounts: list[str], profiles: Mapping[str, list[str]]) -> Iterator[Row]:
    """Give the people whose first account is among these."""
    first = set(accounts)
    mine = [(directory.persons.person_of(id_), profile) for profile, ids in profiles.items() for id_ in ids]
    for person in directory.people(accounts).values():
        if person.accounts[0] in first:
            of = list(dict.fromkeys(profile for me, profile in mine if me == person.id))
            yield "people", (person.id, person.name, len(person.accounts), *(("Me", of) if of else (None, None)))
            yield from (("of", (account, person.id)) for account in person.accounts)


def _rows_between_people(store: Store, today: date) -> Iterator[Row]:
    """Give ties, and acts summed up by kind."""
    rows = store.tie_rows(Filters())  # first: whom a writer adds in between no row names
    pairs = evaluate_pairs(store, Filters(), today)
    keys = pairs.nodes.key_of.tolist()
    ids = list(map(store.account_ids(keys).get, keys))
    for source, target, strength in _listed(pairs.source, pairs.target, pairs.strength):
        if strength > 0:
            yield "ties", (ids[source], ids[target], strength, -log(strength), today)
    for source, target, kind, count, first, last, weight in _listed(*_sum_up(rows, pairs.nodes)):
        dates = (None, None) if last == UNDATED else (first, last)
        yield "acts", (ids[source], ids[target], TYPES[KINDS[kind]], count, *dates, weight)


def _sum_up(rows: TieRows, nodes: Nodes) -> tuple[NDArray[Any], ...]:
    """Sum up by people: source, target, kind, count, first, last, weight."""
    keys = nodes.of_key[rows.source], nodes.of_key[rows.target], rows.kind.astype(np.int32)
    first = np.where(rows.first == UNDATED, np.iinfo(np.int64).max, rows.first)
    weight = rows.decayed[:, FORMULA.half_life] * weigh(np.maximum(rows.last, 0))
    order = np.lexsort(keys[::-1])
    order = order[keys[0][order] != keys[1][order]]
    keys = keys[0][order], keys[1][order], keys[2][order]
    starts = np.flatnonzero(np.logical_or.reduce([np.diff(key, prepend=-1) != 0 for key in keys]))
    sums = ((np.add, rows.count), (np.minimum, first), (np.maximum, rows.last), (np.add, weight))
    return (*(key[starts] for key in keys), *(fold.reduceat(column[order], starts) for fold, column in sums))


def _rows_of_what_was_told(store: Store, directory: Directory) -> Iterator[Row]:
    of = directory.persons.person_of
    met: dict[tuple[str, str], list[int]] = defaultdict(list)
    for a, b, *says in map(known_row, declared_under(store, Filters())):
        if of(a) != of(b):
            yield "knows", (of(a), of(b), *says)
    for one in store.introductions():
        if one.retracted_at is None:
            id_, *ends, state, at = introduction_row(one)
            yield "introductions", (id_, state, at)
            for end, type_ in zip(ends, ("BY", "OF", "TO"), strict=True):
                yield "introduced", (id_, of(end), type_)
            met[of(one.person.id), of(one.to.id)] += map(to_micros, mutual_acts(one, None, None))
    for (person, to), dates in met.items():
        if person != to and dates:
            sums = len(dates), min(dates), max(dates), sum(map(weigh, dates))
            yield "acts", (person, to, TYPES[INTRODUCTION], *sums)


def _listed(*columns: NDArray[Any]) -> Iterator[tuple[Any, ...]]:
    """Give the rows of columns, made some at a time."""
    for start in range(0, len(columns[0]), _CHUNK):
        yield from zip(*(column[start : start + _CHUNK].tolist() for column in columns), strict=True)
