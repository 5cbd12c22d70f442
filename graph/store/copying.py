"""Copying a store into another place, whatever databases keep the two: batch by batch, to be gone on with, verified.

A document in the target says of which store, as of which generation, a copy is under way; it goes once both sides were
found to be the same. The target keeps its own identity and counts, as caches are told by them.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import partial
from hashlib import blake2b
from itertools import islice
from time import monotonic
from typing import Any

from msgspec import Struct
from msgspec.json import decode, encode

from graph.errors import Remedy, StoreError, UsageError
from graph.store.backend import Backend, Transaction

STATE, ACCOUNTS, ITEMS, INTERACTIONS = "state", "accounts", "items", "interactions"
"""The parts of a store; each kind of its documents is one more."""
BATCH = 10_000
"""Rows in a transaction."""
_COPY = "copy"


class Origin(Struct, frozen=True, kw_only=True):
    """The store of which a copy is under way, as of a generation."""

    uid: str
    generation: int
    location: str


class Begun(Enum):
    """How a copy began."""

    NEW = "new"
    RESUMED = "resumed"
    ANEW = "anew"  # what there was of it is of another generation


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyProgress:
    """How far a copy is.

    Attributes:
        verifying: Whether all is written, and read again to compare it.
        part: What is at hand.
        done: Its rows so far.
        total: How many there are; None where that is not known.
        seconds: Since the first of them.
    """

    verifying: bool
    part: str
    done: int
    total: int | None
    seconds: float


Tell = Callable[[CopyProgress], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What was copied, and found to be the same on both sides.

    Attributes:
        counts: How many rows each part has.
        checksum: Over all that they say, as hexadecimal digits.
        outdated: Whether the source was written to since.
    """

    begun: Begun
    counts: dict[str, int]
    checksum: str
    outdated: bool


class _Stock:
    """How many rows each part has, with a checksum over them that no order matters to."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.sums: Counter[str] = Counter()

    def add(self, part: str, rows: Iterable[Any]) -> None:
        hashes = [blake2b(encode(row), digest_size=16).digest() for row in rows]
        self.counts[part] += len(hashes)
        self.sums[part] += sum(int.from_bytes(one, "big") for one in hashes)

    def checksum(self) -> str:
        return blake2b(encode(sorted((part, str(one)) for part, one in self.sums.items())), digest_size=16).hexdigest()

    def differences(self, copied: "_Stock") -> Iterator[str]:
        for part in sorted(self.counts | copied.counts):
            here, there = self.counts[part], copied.counts[part]
            if here != there:
                yield f"{part}: {there:,} instead of {here:,}"
            elif self.sums[part] != copied.sums[part]:
                yield f"{part}: {here:,}, of other content"


def read_origin(transaction: Transaction) -> Origin | None:
    """Tell of which store a copy is under way here."""
    return next((decode(body, type=Origin) for _, body in transaction.documents(_COPY)), None)


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
    if begun is Begun.ANEW:
        erase()
        target.change(begin)
    acts = source.read(lambda transaction: sum(one.acts for one in transaction.totals()))
    here, there = _Stock(), _Stock()
    for part, rows in _told(source.stream(partial(_read, origin=origin)), tell, {INTERACTIONS: acts}, verifying=False):
        here.add(part, rows)
        target.change(partial(_write, part=part, rows=rows))
    for part, rows in _told(target.stream(_read), tell, here.counts, verifying=True):
        there.add(part, rows)
    if differences := list(here.differences(there)):
        raise StoreError(
            f"{target.location} did not become the same as {source.location} ({'; '.join(differences)})",
            remedies=[_emptying(target.location)],
        )
    target.change(_finish)
    now = source.read(lambda transaction: transaction.state().generation)
    counts = {part: many for part, many in here.counts.items() if part != STATE}
    return Copied(begun=begun, counts=counts, checksum=here.checksum(), outdated=now != origin.generation)


def _begin(transaction: Transaction, origin: Origin, location: str) -> Begun:
    """Note of which store a copy is under way, where none is of another one and nothing else is there."""
    if transaction.state().uid == origin.uid:
        raise UsageError(f"{location} is the same store as {origin.location}; copy it to another place")
    held = read_origin(transaction)
    if held is None:
        _expect_empty(transaction, location)
    elif held.uid != origin.uid:
        raise UsageError(
            f"{location} holds half a copy of {held.location}, another store than {origin.location}",
            remedies=[going_on(held, location), _emptying(location)],
        )
    elif held.generation != origin.generation:
        return Begun.ANEW
    # What there is little of changes without a generation: all of it is written again.
    for kind in transaction.kinds():
        transaction.drop_documents(kind, [id_ for id_, _ in transaction.documents(kind)])
    transaction.put_documents(_COPY, {"": encode(origin)})
    return Begun.NEW if held is None else Begun.RESUMED


def _expect_empty(transaction: Transaction, location: str) -> None:
    held = {
        "accounts": len(transaction.keys_by_id()),
        "items": sum(1 for _ in transaction.items()),
        "acts": sum(one.acts for one in transaction.totals()),
        "other records": sum(len(transaction.documents(kind)) for kind in transaction.kinds()),
    }
    if any(held.values()):
        told = ", ".join(f"{what}: {many:,}" for what, many in held.items())
        raise UsageError(
            f"{location} is not empty ({told}), and a copy goes into an empty store; name another place",
            remedies=[_emptying(location)],
        )


def _read(transaction: Transaction, origin: Origin | None = None) -> Iterator[tuple[str, list[Any]]]:
    """Give all rows, part by part, some at a time, in an order in which they can be written.

    Raises:
        StoreError: If an origin is given, and it is of another generation before or after.
    """
    _expect_same(transaction, origin)
    state = transaction.state()
    yield STATE, [(state.secret, state.created, transaction.sources())]
    yield from _batches(ACCOUNTS, transaction.accounts())
    for kind in transaction.kinds():
        if kind != _COPY:
            yield from _batches(kind, iter(transaction.documents(kind)))
    yield from _batches(ITEMS, transaction.items())
    yield from _batches(INTERACTIONS, transaction.interactions())
    _expect_same(transaction, origin)


def _batches(part: str, rows: Iterator[Any]) -> Iterator[tuple[str, list[Any]]]:
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


def _finish(transaction: Transaction) -> None:
    transaction.drop_documents(_COPY, [""])
    transaction.advance(removals=0)


def _told(
    batches: Iterator[tuple[str, list[Any]]], tell: Tell, totals: dict[str, int], *, verifying: bool
) -> Iterator[tuple[str, list[Any]]]:
    """Pass batches on, and tell how far it is behind each."""
    done: Counter[str] = Counter()
    begun: dict[str, float] = {}
    for part, rows in batches:
        begun.setdefault(part, monotonic())
        yield part, rows
        done[part] += len(rows)
        seconds = monotonic() - begun[part]
        tell(CopyProgress(verifying=verifying, part=part, done=done[part], total=totals.get(part), seconds=seconds))


def going_on(origin: Origin, location: str) -> Remedy:
    """Say how to go on with a copy."""
    return Remedy(("copy", "--to", location), "to go on with that copy", store=origin.location)


def _emptying(location: str) -> Remedy:
    return Remedy(("erase", "--all"), "to empty it", store=location)
