"""Copying a store into another place, whatever databases keep the two: batch by batch, to be gone on with, verified.

A document in the target says of which store, as of which generation, a copy is under way; it goes once both sides were
found to be the same. The target keeps its own identity and counts, as caches are told by them.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from hashlib import blake2b
from itertools import islice
from time import monotonic
from typing import Any, Literal, NamedTuple

from msgspec import Struct
from msgspec.json import decode, encode

from graph.errors import Remedy, StoreError, UsageError
from graph.store.backend import Backend, Transaction

STATE, ACCOUNTS, ITEMS, INTERACTIONS = "state", "accounts", "items", "interactions"
"""The parts of a store; each kind of its documents is one more."""
BATCH = 5_000
"""Rows in a transaction."""
_COPY = "copy"
_SUM_LIMIT = 1 << 128

Begun = Literal["new", "resumed", "anew"]
"""How a copy began; anew where what there was of it is of another generation."""
Batches = Iterator[tuple[str, list[Any]]]
"""Some rows at a time, with the part that they are of."""
Stock = dict[str, tuple[int, int]]
"""How many rows each part has, and the sum of their hashes, which no order matters to."""


class Origin(Struct, frozen=True, kw_only=True):
    """The store of which a copy is under way, as of a generation."""

    uid: str
    generation: int
    location: str


class CopyProgress(NamedTuple):
    """How far a copy is: of a part, the rows that were copied or compared, of how many, since when."""

    comparing: bool
    part: str
    done: int
    total: int | None
    seconds: float


class Copied(NamedTuple):
    """What was copied and is the same on both sides; outdated where the source was written to since."""

    begun: Begun
    counts: dict[str, int]
    checksum: str
    outdated: bool


Tell = Callable[[CopyProgress], None]


def read_origin(transaction: Transaction) -> Origin | None:
    """Tell of which store a copy is under way here."""
    return next((decode(body, type=Origin) for _, body in transaction.documents(_COPY)), None)


def going_on(origin: Origin, location: str) -> Remedy:
    """Say how to go on with a copy."""
    return Remedy(("copy", "--to", location), "to go on with that copy", store=origin.location)


def copy(source: Backend, target: Backend, erase: Callable[[], None], tell: Tell) -> Copied:
    """Copy everything, or go on with that, and verify it.

    Args:
        source: From where; it may be read and written meanwhile.
        target: Where to: an empty store, or one that holds a copy of this source which was interrupted.
        erase: Removes all from the target.
        tell: Is told how far it is.

    Raises:
        UsageError: If the target is another one.
        StoreError: If the source was written to, so that what was read is no one state of it; or the two differ.
    """
    state = source.read(lambda transaction: transaction.state())
    origin = Origin(uid=state.uid, generation=state.generation, location=source.location)
    begin = partial(_begin, origin=origin, location=target.location)
    begun = target.change(begin)
    if begun == "anew":
        erase()
        target.change(begin)
    acts = source.read(lambda transaction: sum(one.acts for one in transaction.totals()))
    here: Stock = {}
    there: Stock = {}
    read = source.stream(partial(read_rows, origin=origin))
    for part, rows in _follow(read, here, {INTERACTIONS: acts}, tell, comparing=False):
        target.change(partial(_write, part=part, rows=rows))
    counts = {part: many for part, (many, _) in here.items()}
    deque(_follow(target.stream(read_rows), there, counts, tell, comparing=True), maxlen=0)
    if here != there:
        told = "; ".join(_differences(here, there))
        raise StoreError(
            f"{target.location} did not become the same as {source.location} ({told})",
            remedies=[_emptying(target.location)],
        )
    target.change(lambda transaction: transaction.drop_documents(_COPY, [""]))
    now = source.read(lambda transaction: transaction.state().generation)
    checksum = f"{sum(one for _, one in here.values()) % _SUM_LIMIT:032x}"
    return Copied(begun=begun, counts=counts, checksum=checksum, outdated=now != origin.generation)


def _begin(transaction: Transaction, origin: Origin, location: str) -> Begun:
    """Note of which store a copy is under way, where none is of another one and nothing else is there."""
    if transaction.state().uid == origin.uid:
        raise UsageError(f"{location} is the same store as {origin.location}; copy it to another place")
    held = read_origin(transaction)
    if held is None and any(part != STATE for part, _ in read_rows(transaction)):
        accounts, acts = len(transaction.keys_by_id()), sum(one.acts for one in transaction.totals())
        raise UsageError(
            f"{location} is not empty (accounts: {accounts:,}, acts: {acts:,}), and a copy goes into an empty store; "
            "name another place",
            remedies=[_emptying(location)],
        )
    if held is not None and held.uid != origin.uid:
        raise UsageError(
            f"{location} holds half a copy of {held.location}, another store than {origin.location}",
            remedies=[going_on(held, location), _emptying(location)],
        )
    if held is not None and held.generation != origin.generation:
        return "anew"
    # What there is little of changes without a generation: all of it is written again.
    for kind in transaction.kinds():
        transaction.drop_documents(kind, [id_ for id_, _ in transaction.documents(kind)])
    transaction.put_documents(_COPY, {"": encode(origin)})
    return "new" if held is None else "resumed"


def _emptying(location: str) -> Remedy:
    return Remedy(("erase", "--all"), "to empty it", store=location)


def read_rows(transaction: Transaction, origin: Origin | None = None) -> Batches:
    """Give all rows, in an order in which they can be written.

    Raises:
        StoreError: If an origin is given, and it is of another generation before or after.
    """
    _expect_same(transaction, origin)
    state = transaction.state()
    yield STATE, [(state.secret, state.created, transaction.sources())]
    yield from _part(ACCOUNTS, transaction.accounts())
    for kind in transaction.kinds():
        if kind != _COPY:
            yield from _part(kind, iter(transaction.documents(kind)))
    yield from _part(ITEMS, transaction.items())
    yield from _part(INTERACTIONS, transaction.interactions())
    _expect_same(transaction, origin)


def _part(part: str, rows: Iterator[Any]) -> Batches:
    while batch := list(islice(rows, BATCH)):
        yield part, batch


def _expect_same(transaction: Transaction, origin: Origin | None) -> None:
    if origin is not None and transaction.state().generation != origin.generation:
        raise StoreError(
            f"{origin.location} was written to while it was copied, so that the copy is of no one state of it; type "
            "the same again once nobody writes to it, and the copy begins anew"
        )


def _write(transaction: Transaction, part: str, rows: list[Any]) -> None:
    """Write rows; those that are there from before change nothing."""
    if part == STATE:
        transaction.adopt(*rows[0])
    elif part == ACCOUNTS:
        transaction.put_accounts(dict(rows))
    elif part == ITEMS:
        transaction.put_items(dict(rows))
    elif part == INTERACTIONS:
        held = transaction.held([row.id for row in rows])
        transaction.put([row for row in rows if row.id not in held])
    else:
        transaction.put_documents(part, dict(rows))
    transaction.advance(removals=0)


def _follow(batches: Batches, stock: Stock, totals: Mapping[str, int], tell: Tell, *, comparing: bool) -> Batches:
    """Pass batches on, count them, and tell how far it is behind each."""
    begun: dict[str, float] = {}
    for part, rows in batches:
        begun.setdefault(part, monotonic())
        yield part, rows
        many, sum_ = stock.get(part, (0, 0))
        hashes = [blake2b(encode(row), digest_size=16).digest() for row in rows]
        stock[part] = many + len(rows), sum_ + sum(int.from_bytes(one, "big") for one in hashes)
        tell(CopyProgress(comparing, part, many + len(rows), totals.get(part), monotonic() - begun[part]))


def _differences(here: Stock, there: Stock) -> Iterator[str]:
    for part in sorted(here | there):
        (one, _), (other, _) = here.get(part, (0, 0)), there.get(part, (0, 0))
        if here.get(part) != there.get(part):
            yield f"{part}: {other:,}, of other content" if one == other else f"{part}: {other:,} instead of {one:,}"
