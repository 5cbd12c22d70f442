"""A batch as columns: what a bulk source hands over, and what a store that writes millions of rows works on.

`to_rows` and `to_columns` lead from one form of a batch to the other; both hold the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.batch import Batch, InteractionRow, Rare, Said
from graph.digest import TO, hash_addressees, hash_texts
from graph.model import Problem

Ints = NDArray[np.int64]
_DIGEST = np.dtype([("flag", "u1"), ("core", ">i8"), ("excerpt", ">i8")])
_ARRAYS = ("hashes", "core", "excerpt_hash", "kind", "at", "private", "actor", "item", "source", "share")
NOTHING = -1
"""The place of an item or author that is not there."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SaidColumns:
    """What is said of accounts or items: `graph.batch.Said` in columns.

    Attributes:
        ids: Each once.
        hashes: Of the ids.
        texts: A column for each text, in the order of `Said`; an item's author is not among them.
        mark: As in `Said`.
        at: The date of all texts, or the newest one.
        dates: By place: the date of each text (an item's author included), where they differ.
        author: Of items, the place of their author among the accounts, or NOTHING; of accounts empty.
    """

    ids: list[str]
    hashes: Ints
    texts: list[list[str]]
    mark: Ints
    at: Ints
    dates: dict[int, tuple[int, ...]]
    author: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Columns:
    """A batch in columns; those of interactions are parallel, ids unique.

    Attributes:
        hashes: Of the ids.
        core: Bytes 1 to 8 of the digest, as one number.
        excerpt_hash: Bytes 9 to 16 likewise; 0 without an excerpt.
        actor: Places among the accounts.
        item: Places among the items, or NOTHING.
        source: Places in `sources`.
        share: How many addressees each came with, some of whom may have been left out since.
        bounds: The addressees of interaction i are those from bounds[i] to bounds[i + 1]; sorted by id.
        addressee: Places among the accounts.
        records: As in `Batch`; so are `problems`, `read` and `narrowed`.
        seal: The hash of the bytes that all of this was read from, and nothing else was; '' where nobody made one.
    """

    ids: list[str]
    hashes: Ints
    core: Ints
    excerpt_hash: Ints
    kind: NDArray[np.uint8]
    at: Ints
    private: NDArray[np.uint8]
    actor: NDArray[np.int32]
    item: NDArray[np.int32]
    thread: list[str]
    parent: list[str]
    excerpt: list[str]
    source: NDArray[np.int32]
    sources: list[str]
    share: NDArray[np.int32]
    bounds: NDArray[np.int32]
    addressee: NDArray[np.int32]
    role: NDArray[np.uint8]
    accounts: SaidColumns
    items: SaidColumns
    records: list[Rare] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    read: dict[int, int] = field(default_factory=dict)
    narrowed: tuple[tuple[str, str], ...] = ()
    seal: str = ""

    def __len__(self) -> int:
        return len(self.ids)

    def digest(self, place: int) -> bytes:
        """Give the digest of one interaction, as in its row."""
        return make_digest(int(self.core[place]), int(self.excerpt_hash[place]))


def make_digest(core: int, excerpt: int) -> bytes:
    """Make a digest of its numbers; the larger one wins."""
    return bytes([excerpt != 0]) + core.to_bytes(8, "big", signed=True) + excerpt.to_bytes(8, "big", signed=True)


def bounds_of(counts: NDArray[np.int32]) -> NDArray[np.int32]:
    """Tell where the addressees of each interaction begin and end."""
    bounds = np.zeros(len(counts) + 1, dtype=np.int32)
    np.cumsum(counts, out=bounds[1:])
    return bounds


def digest_addressees(account_hashes: Ints, bounds: NDArray[np.int32], role: NDArray[np.uint8]) -> Ints:
    """Hash the addressees of many interactions.

    Args:
        account_hashes: The hash of the id of each addressee.
        bounds: As in `Columns`.
        role: As in `Columns`.
    """
    counts = np.diff(bounds)
    hashes = np.zeros(len(counts), dtype=np.int64)
    usual = counts == 1
    usual[usual] = role[bounds[:-1][usual]] == TO
    hashes[usual] = account_hashes[bounds[:-1][usual]]
    for place in np.flatnonzero(~usual & (counts > 0)).tolist():
        part = slice(bounds[place], bounds[place + 1])
        hashes[place] = hash_addressees(account_hashes[part].tolist(), role[part].tolist())
    return hashes


def take(columns: Columns, places: NDArray[np.intp]) -> Columns:
    """Take some interactions; what is said of accounts and items stays."""
    chosen = places.tolist()
    which, counts = addressees_of(columns, places)
    parts: dict[str, Any] = {name: getattr(columns, name)[places] for name in _ARRAYS}
    return replace(
        columns,
        **parts,
        ids=[columns.ids[place] for place in chosen],
        thread=[columns.thread[place] for place in chosen],
        parent=[columns.parent[place] for place in chosen],
        excerpt=[columns.excerpt[place] for place in chosen],
        bounds=bounds_of(counts),
        addressee=columns.addressee[which],
        role=columns.role[which],
    )


def addressees_of(columns: Columns, places: NDArray[np.intp]) -> tuple[Ints, NDArray[np.int32]]:
    """Tell where the addressees of some interactions stand, one after the other's, and how many each has."""
    counts = np.diff(columns.bounds)[places]
    ends = np.cumsum(counts)
    which = np.arange(counts.sum()) + np.repeat(columns.bounds[places] - (ends - counts), counts)
    return which, counts


# --- from rows -------------------------------------------------------------------------------------------------------


def to_columns(batch: Batch | Columns) -> Columns:
    """Give a batch as columns."""
    if isinstance(batch, Columns):
        return batch
    rows: Sequence[InteractionRow] = batch.interactions
    accounts = {id_: place for place, id_ in enumerate(batch.accounts)}
    items = {id_: place for place, id_ in enumerate(batch.items)}
    columns: list[Sequence[Any]] = [*zip(*rows, strict=True)] or [()] * 12
    ids, digests, kinds, at, actors, on, threads, parents, excerpts, private, names, to = columns
    numbers = np.frombuffer(b"".join(digests), dtype=_DIGEST)
    counts = np.array([len(each) for each in to], dtype=np.int32)
    sources = {name: place for place, name in enumerate(dict.fromkeys(names))}
    return Columns(
        ids=list(ids),
        hashes=hash_texts(ids),
        core=numbers["core"].astype(np.int64),
        excerpt_hash=numbers["excerpt"].astype(np.int64),
        kind=np.array(kinds, dtype=np.uint8),
        at=np.array(at, dtype=np.int64),
        private=np.array(private, dtype=np.uint8),
        actor=np.array([accounts[id_] for id_ in actors], dtype=np.int32),
        item=np.array([items[id_] if id_ else NOTHING for id_ in on], dtype=np.int32),
        thread=list(threads),
        parent=list(parents),
        excerpt=list(excerpts),
        source=np.array([sources[name] for name in names], dtype=np.int32),
        sources=list(sources),
        share=counts,
        bounds=bounds_of(counts),
        addressee=np.array([accounts[id_] for each in to for id_, _ in each], dtype=np.int32),
        role=np.array([role for each in to for _, role in each], dtype=np.uint8),
        accounts=said_columns(batch.accounts),
        items=said_columns(batch.items, accounts),
        records=batch.records,
        problems=batch.problems,
        read=batch.read,
        narrowed=batch.narrowed,
    )


def said_columns(rows: dict[str, Said], accounts: dict[str, int] | None = None) -> SaidColumns:
    """Give what is said as columns; of items, the places of the accounts are given, and the last text is the author."""
    texts = [list(column) for column in zip(*(row[0] for row in rows.values()), strict=True)]
    author = np.empty(0, dtype=np.int32)
    if accounts is not None and texts:
        author = np.array([accounts[id_] if id_ else NOTHING for id_ in texts.pop()], dtype=np.int32)
    dates = {place: at for place, (_, at, _) in enumerate(rows.values()) if isinstance(at, tuple)}
    return SaidColumns(
        ids=list(rows),
        hashes=hash_texts(rows),
        texts=texts,
        mark=np.array([mark for _, _, mark in rows.values()], dtype=np.int64),
        at=np.array([max(at) if isinstance(at, tuple) else at for _, at, _ in rows.values()], dtype=np.int64),
        dates=dates,
        author=author,
    )


# --- to rows ---------------------------------------------------------------------------------------------------------


def to_rows(batch: Batch | Columns) -> Batch:
    """Give a batch as rows."""
    if isinstance(batch, Batch):
        return batch
    accounts, items = batch.accounts.ids, batch.items.ids
    to = list(zip([accounts[place] for place in batch.addressee.tolist()], batch.role.tolist(), strict=True))
    rows = zip(
        batch.ids,
        map(make_digest, batch.core.tolist(), batch.excerpt_hash.tolist()),
        batch.kind.tolist(),
        batch.at.tolist(),
        [accounts[place] for place in batch.actor.tolist()],
        [items[place] if place >= 0 else "" for place in batch.item.tolist()],
        batch.thread,
        batch.parent,
        batch.excerpt,
        batch.private.tolist(),
        [batch.sources[place] for place in batch.source.tolist()],
        [tuple(to[start:end]) for start, end in pairwise(batch.bounds.tolist())],
        strict=True,
    )
    return Batch(
        interactions=list(rows),
        accounts={id_: said_row(batch.accounts, place) for place, id_ in enumerate(accounts)},
        items={id_: said_row(batch.items, place, accounts) for place, id_ in enumerate(items)},
        records=batch.records,
        problems=batch.problems,
        read=batch.read,
        narrowed=batch.narrowed,
    )


def said_row(said: SaidColumns, place: int, accounts: Sequence[str] | None = None) -> Said:
    """Give what is said of one account, or, with the ids of the accounts, of one item."""
    texts = [column[place] for column in said.texts]
    if accounts is not None:
        author = int(said.author[place])
        texts.append(accounts[author] if author >= 0 else "")
    dates = said.dates.get(place)
    return tuple(texts), dates if dates is not None else int(said.at[place]), int(said.mark[place])
