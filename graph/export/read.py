"""People and ties read from a store, a record a row, for the formats and for NetworkX."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from graph.answers.answer import KindCount
from graph.export.tables import PersonRecord, TieRecord
from graph.model import INTRODUCTION, KINDS, from_micros
from graph.paths.arrays import spread
from graph.people.identity import derive_persons
from graph.people.person import choose_name, name_of_id
from graph.store.features import UNDATED, Filters
from graph.store.store import Store
from graph.ties.introductions import introduction_acts
from graph.ties.nodes import Nodes, find_nodes
from graph.ties.ties import Pairs, evaluate_pairs

_CHUNK = 65_536
_NAMES = (*(kind.value for kind in KINDS), INTRODUCTION)


def read_people(store: Store) -> Iterator[PersonRecord]:
    """Give everybody in a store, in the order of their ids."""
    persons = derive_persons(store.assertions())
    joined = {account.id: account for account in store.accounts(list(persons.person_by_account))}
    lists: dict[str, set[str]] = {}
    for name, listed in store.lists().items():
        for member in listed:
            lists.setdefault(member, set()).add(name)
    for account in store.accounts():
        person = persons.person_of(account.id)
        if person != account.id and person in joined:
            continue  # told with the person's first account
        members: tuple[str, ...] = persons.members(person) if person == account.id else (account.id,)
        held = tuple(joined.get(one, account) for one in members if one in joined or one == account.id)
        on = sorted({name for one in held for name in lists.get(one.id, ())})
        yield PersonRecord(id=account.id, name=choose_name(held), accounts=held, lists=tuple(on))


def read_ties(store: Store, filters: Filters, today: date, *, by_kind: bool = True) -> Iterator[TieRecord]:
    """Give every ordered pair that ever interacted under the filters, both ways round, by source and target id.

    Args:
        store: Where from.
        filters: Which interactions count.
        today: The day that ties are evaluated for where the filters have no as-of.
        by_kind: Whether to count the acts by kind too, which reads the features once more.
    """
    pairs = evaluate_pairs(store, filters, today)
    keys = pairs.nodes.key_of.tolist()
    ids_by_key = store.account_ids(keys)
    ids = [ids_by_key.get(key) for key in keys]
    names = {person.id: person.name for person in read_people(store)}
    counts = _count_kinds(store, filters, pairs.nodes) if by_kind else None
    for start in range(0, len(pairs.source), _CHUNK):
        chunk = slice(start, start + _CHUNK)
        told = counts.of(pairs, chunk) if counts else [()] * len(pairs.source[chunk])
        for (source, target, strength, answers, last, out, back), kinds in zip(_rows(pairs, chunk), told, strict=True):
            here, there = ids[source], ids[target]
            if here is None or there is None:
                continue  # forgotten meanwhile
            yield TieRecord(
                source=here,
                target=there,
                source_name=names.get(here) or name_of_id(here),
                target_name=names.get(there) or name_of_id(there),
                strength=strength,
                answers=answers,
                last=None if last == UNDATED else from_micros(last),
                out=out,
                in_=back,
                counts=kinds,
            )


def _rows(pairs: Pairs, chunk: slice) -> Iterator[tuple[int, int, float, float, int, int, int]]:
    columns = (pairs.source, pairs.target, pairs.strength, pairs.answers, pairs.last, pairs.out, pairs.in_)
    return zip(*(column[chunk].tolist() for column in columns), strict=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _KindCounts:
    """Acts by ordered pair of nodes and kind: parallel arrays, sorted by pair (source · size + target)."""

    size: int
    code: NDArray[np.int64]
    kind: NDArray[np.int64]
    count: NDArray[np.int64]

    def of(self, pairs: Pairs, chunk: slice) -> Iterator[tuple[KindCount, ...]]:
        """Give the counts of each pair of a chunk, in both directions, in the order of the kinds."""
        source, target = pairs.source[chunk].astype(np.int64), pairs.target[chunk].astype(np.int64)
        there, back = source * self.size + target, target * self.size + source
        for forth, reverse in zip(self._count(there), self._count(back), strict=True):
            named = zip(_NAMES, forth.tolist(), reverse.tolist(), strict=True)
            yield tuple(KindCount(kind=kind, out=out, in_=in_) for kind, out, in_ in named if out or in_)

    def _count(self, code: NDArray[np.int64]) -> NDArray[np.int64]:
        pair, place = spread(np.searchsorted(self.code, code), np.searchsorted(self.code, code, side="right"))
        cells, shape = pair * len(_NAMES) + self.kind[place], (len(code), len(_NAMES))
        return np.bincount(cells, self.count[place], len(code) * len(_NAMES)).astype(np.int64).reshape(shape)


def _count_kinds(store: Store, filters: Filters, nodes: Nodes) -> _KindCounts:
    """Count acts, and introductions as `evaluate_pairs` does."""
    rows = store.tie_rows(filters)
    met = [(one.person.id, one.to.id) for one, _ in introduction_acts(store, filters)]
    person, to, _ = find_nodes(store, nodes, met)
    code = np.concatenate((nodes.of_key[rows.source].astype(np.int64) * nodes.size, person * nodes.size))
    code += np.concatenate((nodes.of_key[rows.target].astype(np.int64), to))
    kind = np.concatenate((rows.kind.astype(np.int64), np.full(len(person), len(KINDS))))
    count = np.concatenate((rows.count.astype(np.int64), np.ones(len(person), dtype=np.int64)))
    order = np.argsort(code, kind="stable")
    return _KindCounts(size=nodes.size, code=code[order], kind=kind[order], count=count[order])
