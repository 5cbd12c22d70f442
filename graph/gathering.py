"""Gathering of interactions into columns, for a source so large that a tuple for each would cost too much.

`graph.packer.RowPacker` does the same for rows; both give the same batch.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.batch import CONFLICT, Said, conflicting, mark_of, merge_said
from graph.columns import NOTHING, Columns, Ints, SaidColumns, bounds_of, digest_addressees, said_columns, take
from graph.digest import digest_cores, hash_texts
from graph.mention import Mention
from graph.model import KINDS, ROLE_CODES, Problem
from graph.told import SAYS_NOT, Told

ROLE_BITS = (len(ROLE_CODES) - 1).bit_length()
_ROLE = (1 << ROLE_BITS) - 1
Row = tuple[int, int, int, Sequence[int], str, int, str, str, str, int, int, int]
"""An interaction: its kind's code; micros, 0 for undated; the actor's place; of each addressee the place, shifted by
ROLE_BITS, with the role's code, sorted by account id and each id once; the whole id; the item's place or NOTHING;
thread, parent and excerpt, '' for none; private 0 or 1; the source's place; its line in the file, for problems."""
_WIDTH = 12


class Gatherer:
    """Gathers clean interactions; state is the batch being filled, and the accounts mentioned so far.

    Accounts and items are named by places: `place` and `item` give them, `add` takes them. Places of accounts hold
    until `forget`, those of items until `take`.
    """

    def __init__(self) -> None:
        self._source_places: dict[str, int] = {}
        self._rows: list[Row] = []
        self._forget_items()
        self.forget()

    def __len__(self) -> int:
        return len(self._rows)

    def _forget_items(self) -> None:
        self._items: list[tuple[str, str, str, int]] = []
        self._item_places: dict[str, int] = {}
        self._other_places: dict[tuple[str, str, str, int], int] = {}

    def forget(self) -> None:
        """Forget the accounts, between two batches."""
        self.mentions: list[Mention] = []
        self._told = Told()

    def place(self, mention: Mention) -> int:
        """Give a place to what a record says of an account."""
        self.mentions.append(mention)
        return len(self.mentions) - 1

    def source(self, name: str) -> int:
        """Give the place of a source."""
        return self._source_places.setdefault(name, len(self._source_places))

    def item(self, id_: str, title: str, kind: str, author: int) -> int:
        """Give the place of an item, all of which is clean; its author is NOTHING or a place."""
        items = self._items
        place = self._item_places.setdefault(id_, len(items))
        if place < len(items):
            said = (id_, title, kind, author)
            if items[place] == said:
                return place
            # Of one item something else is said: that gets a place too, and both become one in the end.
            place = self._other_places.setdefault(said, len(items))
            if place < len(items):
                return place
        items.append((id_, title, kind, author))
        return place

    def add(self, row: Row) -> None:
        """Add an interaction, all of which is clean; see `Row`."""
        self._rows.append(row)

    def take(self, where: Callable[[int], str]) -> Columns:
        """Hand over what was added since the last time.

        Args:
            where: Tells where a line stands, for the problem of two that have one id and other content.
        """
        rows, self._rows = self._rows, []
        kinds, dates, actors, to, ids, on, threads, parents, excerpts, private, sources, lines = _turn(rows)
        at, item = np.array(dates, dtype=np.int64), np.array(on, dtype=np.int64)
        counts = np.array([len(each) for each in to], dtype=np.int32)
        flat = np.fromiter(chain.from_iterable(to), dtype=np.int64, count=int(counts.sum()))
        acting = np.concatenate([np.array(actors, dtype=np.int64), flat >> ROLE_BITS])
        accounts, items, places, item_places = self._said(
            acting, np.concatenate([at, np.repeat(at, counts)]), _latest_of(item + 1, at, len(self._items) + 1)[1:]
        )
        said = _Said(
            kind=np.array(kinds, dtype=np.uint8),
            at=at,
            private=np.array(private, dtype=np.uint8),
            actor=places[: len(at)],
            item=item_places[item],
            bounds=bounds_of(counts),
            addressee=places[len(at) :],
            role=(flat & _ROLE).astype(np.uint8),
        )
        hashes = hash_texts(ids)
        columns = Columns(
            **{field.name: getattr(said, field.name) for field in fields(said)},
            ids=list(ids),
            hashes=hashes,
            core=_hash_cores(said, hashes, hash_texts(threads), hash_texts(parents), accounts, items),
            excerpt_hash=hash_texts(excerpts),
            thread=list(threads),
            parent=list(parents),
            excerpt=list(excerpts),
            source=np.array(sources, dtype=np.int32),
            sources=list(self._source_places),
            share=counts,
            accounts=accounts,
            items=items,
            read=_count(said.kind),
        )
        self._forget_items()
        return _settle(columns, lambda place: where(lines[place]))

    def _said(
        self, acting: Ints, dates: Ints, item_at: Ints
    ) -> tuple[SaidColumns, SaidColumns, NDArray[np.int32], NDArray[np.int32]]:
        """Give what the batch says of accounts and items, where each who acts went, and where each item went.

        Args:
            acting: Places of actors and addressees.
            dates: When each of them acted or was addressed.
            item_at: When each item was acted on last.
        """
        authors = np.array([author for *_, author in self._items], dtype=np.int64)
        written = authors != NOTHING
        used, which = np.unique(np.concatenate([acting, authors[written]]), return_inverse=True)
        latest = _latest_of(which, np.concatenate([dates, item_at[written]]), len(used))
        accounts, places = self._accounts(used, latest)
        owners = np.full(len(authors), NOTHING, dtype=np.int32)
        owners[written] = places[which[len(acting) :]]
        items, item_places = self._items_said(owners, item_at, accounts.ids)
        return accounts, items, places[which[: len(acting)]], item_places

    def _accounts(self, used: Ints, latest: Ints) -> tuple[SaidColumns, NDArray[np.int32]]:
        """Give what the batch says of accounts, and where each of the used mentions went."""
        told = self._told
        told.add(self.mentions)
        since, mark = told.since[used], told.mark[used]
        at = np.where(mark == 0, 0, np.where(since == SAYS_NOT, latest, since))
        if len(np.unique(told.first[used])) < len(used):
            mentions = [self.mentions[place] for place in used.tolist()]
            texts = [mention.texts for mention in mentions]
            rows, places = _merge(
                [mention.id for mention in mentions], zip(texts, at.tolist(), mark.tolist(), strict=True)
            )
            return said_columns(rows), places
        said = SaidColumns(
            ids=told.ids[used].tolist(),
            hashes=told.hashes[used],
            texts=[column[used].tolist() for column in told.texts],
            mark=mark,
            at=at,
            dates={},
            author=np.empty(0, dtype=np.int32),
        )
        return said, np.arange(len(used), dtype=np.int32)

    def _items_said(
        self, owners: NDArray[np.int32], at: Ints, accounts: Sequence[str]
    ) -> tuple[SaidColumns, NDArray[np.int32]]:
        """Give what the batch says of items, and where each went; the last place stands for NOTHING."""
        ids = [id_ for id_, *_ in self._items]
        titles, kinds = [title for _, title, *_ in self._items], [kind for _, _, kind, _ in self._items]
        mark = _marks(titles, kinds, owners.tolist(), accounts)
        at = np.where(mark != 0, at, 0)
        if self._other_places:
            names = [accounts[owner] if owner != NOTHING else "" for owner in owners.tolist()]
            texts = zip(titles, kinds, names, strict=True)
            rows, places = _merge(ids, zip(texts, at.tolist(), mark.tolist(), strict=True))
            by_id = {id_: place for place, id_ in enumerate(accounts)}
            return said_columns(rows, by_id), np.append(places, np.int32(NOTHING))
        said = SaidColumns(
            ids=ids, hashes=hash_texts(ids), texts=[titles, kinds], mark=mark, at=at, dates={}, author=owners
        )
        return said, np.append(np.arange(len(ids), dtype=np.int32), np.int32(NOTHING))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Said:
    """The numbers of interactions, as in `Columns`."""

    kind: NDArray[np.uint8]
    at: Ints
    private: NDArray[np.uint8]
    actor: NDArray[np.int32]
    item: NDArray[np.int32]
    bounds: NDArray[np.int32]
    addressee: NDArray[np.int32]
    role: NDArray[np.uint8]


def _turn(rows: Sequence[Row]) -> list[Sequence[Any]]:
    """Turn rows into columns."""
    return [*zip(*rows, strict=True)] or [()] * _WIDTH


def _hash_cores(
    said: _Said, ids: Ints, threads: Ints, parents: Ints, accounts: SaidColumns, items: SaidColumns
) -> Ints:
    return digest_cores(
        ids,
        said.kind,
        said.private,
        said.at,
        accounts.hashes[said.actor],
        np.append(items.hashes, 0)[said.item],
        threads,
        parents,
        digest_addressees(accounts.hashes[said.addressee], said.bounds, said.role),
    )


def _count(kinds: NDArray[np.uint8]) -> dict[int, int]:
    return {kind: count for kind, count in enumerate(np.bincount(kinds, minlength=len(KINDS)).tolist()) if count}


def _latest_of(places: Ints, dates: Ints, size: int) -> Ints:
    latest = np.zeros(size, dtype=np.int64)
    np.maximum.at(latest, places, dates)
    return latest


def _marks(titles: Sequence[str], kinds: Sequence[str], owners: Sequence[int], accounts: Sequence[str]) -> Ints:
    """Hash what is said of items; of most only the kind is, so that the same comes again and again."""
    memo: dict[str, int] = {}
    marks = []
    for title, kind, owner in zip(titles, kinds, owners, strict=True):
        if title or owner != NOTHING:
            marks.append(mark_of((title, kind, accounts[owner] if owner != NOTHING else "")))
            continue
        mark = memo.get(kind)
        if mark is None:
            mark = memo[kind] = mark_of((title, kind, ""))
        marks.append(mark)
    return np.array(marks, dtype=np.int64)


def _merge(ids: Sequence[str], said: "zip[Said]") -> tuple[dict[str, Said], NDArray[np.int32]]:
    """Merge what is said under one id, and tell where each went."""
    rows: dict[str, Said] = {}
    for id_, row in zip(ids, said, strict=True):
        held = rows.get(id_)
        rows[id_] = row if held is None else merge_said(held, row)
    places = {id_: place for place, id_ in enumerate(rows)}
    return rows, np.array([places[id_] for id_ in ids], dtype=np.int32)


def _settle(columns: Columns, where: Callable[[int], str]) -> Columns:
    """Leave one interaction of each id, as `graph.batch.prefer` does; other content under one id is a problem."""
    _, first, counts = np.unique(columns.hashes, return_index=True, return_counts=True)
    if len(first) == len(columns):
        return columns
    doubtful = np.isin(columns.hashes, columns.hashes[first[counts > 1]])
    kept: dict[str, int] = {}
    lost: list[int] = []
    problems: list[Problem] = []
    for new in np.flatnonzero(doubtful).tolist():
        id_ = columns.ids[new]
        held = kept.setdefault(id_, new)
        if held == new:
            continue
        one, other = columns.digest(held), columns.digest(new)
        if conflicting(one, other):
            problems.append(Problem(where=where(new), why=CONFLICT.format(id=id_)))
        names = [columns.sources[columns.source[place]] for place in (held, new)]
        wins = other > one or (one == other and names[1] < names[0])
        kept[id_] = new if wins else held
        lost.append(held if wins else new)
    left = np.ones(len(columns), dtype=np.bool_)
    left[lost] = False
    return replace(take(columns, np.flatnonzero(left)), problems=problems)
