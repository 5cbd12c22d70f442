"""What a store needs of a database: the primitives that each backend offers, and on which `Store` builds all the rest.

Rows are those of `graph.records.rows`, and everything is named by id; the integer keys of accounts are the backend's
own. A document is a small record as JSON, by kind and id: whatever there is little of. A backend decides nothing:
what is admitted, merged, kept and removed is decided above it, the same for all.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from graph.errors import StoreError
from graph.records.rows import AccountRow, InteractionRow, ItemRow
from graph.store.documents import Check
from graph.store.features import Acts

_T = TypeVar("_T")


def check_version(location: str, held: int, known: int) -> None:
    """Refuse a store of another version.

    Raises:
        StoreError: If it is one; says what to do.
    """
    if held != known:
        do = "update intrograph, or name another store" if held > known else "ingest again into a new store"
        raise StoreError(f"{location} has schema version {held}, and this intrograph knows version {known}; {do}")


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Where a store stands.

    Attributes:
        uid: Tells it from other stores, whose caches may lie in the same place.
        secret: The key of the suppression's hashes.
        created: Micros.
        generation: How many transactions changed the graph.
        removals: How many removed something; what was made before may name who is gone.
    """

    uid: str
    secret: bytes
    created: int
    generation: int
    removals: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Which acts count.

    Attributes:
        lower: Micros from which on; 0 lets undated ones in.
        upper: Micros before which.
        kinds: Codes of the kinds.
    """

    lower: int
    upper: int
    kinds: tuple[int, ...]


class Held(NamedTuple):
    """What is held under an interaction's id."""

    digest: bytes
    source: str


class Found(NamedTuple):
    """An interaction that was looked for: its micros (0 for undated) and its id."""

    at: int
    id: str


class Total(NamedTuple):
    """How many interactions of a kind one source told; the micros of the first and the last dated one, 0 for none."""

    kind: int
    source: str
    acts: int
    first: int
    last: int


class Sum(NamedTuple):
    """The acts of one account towards another in one kind: micros as in `Total`; threads up to 2, each bare act one."""

    actor: str
    addressee: str
    kind: int
    acts: int
    first: int
    last: int
    threads: int


class NearTie(NamedTuple):
    """A proven tie between two people: decayed weights of what was done, there and back, and the least chance."""

    source: str
    target: str
    out: float
    back: float
    floor: float


class Transaction(Protocol):
    """One state of the database, in which rows are read and, where it was opened for that, written."""

    def state(self) -> State:
        """Read where the store stands."""

    def advance(self, *, removals: int) -> None:
        """Count one more generation, and that many removals."""

    def adopt(self, secret: bytes, created: int, sources: Sequence[str]) -> None:
        """Take the secret, micros of creation and source names of another store, whose rows alone are written here."""

    def changes(self) -> int:
        """Count what this transaction wrote so far, in whatever unit: whether it grows is what matters."""

    # --- documents -----------------------------------------------------------------------------------------------

    def kinds(self) -> list[str]:
        """Name the kinds of the documents that are there, in order."""

    def documents(self, kind: str, ids: Collection[str] | None = None) -> list[tuple[str, bytes]]:
        """Give documents of a kind by id, in the order of their ids (by code point); of all where ids is None."""

    def put_documents(self, kind: str, documents: Mapping[str, bytes]) -> None:
        """Write documents in the place of those of the same ids."""

    def drop_documents(self, kind: str, ids: Collection[str]) -> None:
        """Remove documents."""

    # --- accounts and items --------------------------------------------------------------------------------------

    def accounts(self, ids: Collection[str] | None = None) -> Iterator[tuple[str, AccountRow]]:
        """Give accounts in the order of their ids; all of them where ids is None."""

    def put_accounts(self, rows: Mapping[str, AccountRow]) -> None:
        """Write accounts in the place of those of the same ids."""

    def drop_accounts(self, ids: Collection[str]) -> None:
        """Remove accounts, which no row names any more."""

    def texts_since(self, generation: int) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Give key, id and fields of the accounts of which these changed after a generation."""

    def items(self, ids: Collection[str] | None = None) -> Iterator[tuple[str, ItemRow]]:
        """Give items; all of them where ids is None."""

    def put_items(self, rows: Mapping[str, ItemRow]) -> None:
        """Write items, whose authors are held, in the place of those of the same ids."""

    def drop_bare_items(self, ids: Collection[str]) -> None:
        """Remove those of the items that no interaction is on."""

    def keys_of(self, ids: Collection[str]) -> dict[str, int]:
        """Map account ids to keys; unknown ids are left out."""

    def ids_of(self, keys: Collection[int]) -> dict[int, str]:
        """Map account keys to ids; unknown keys are left out."""

    def keys_by_id(self) -> NDArray[np.int32]:
        """Give all account keys in the order of their ids (by code point)."""

    def named(self) -> set[str]:
        """Give the accounts that interactions and items name."""

    # --- interactions --------------------------------------------------------------------------------------------

    def held(self, ids: Collection[str]) -> dict[str, Held]:
        """Tell what is held under ids."""

    def interactions(self, ids: Collection[str] | None = None) -> Iterator[InteractionRow]:
        """Give interactions; all of them where ids is None. In no order."""

    def put(self, rows: Collection[InteractionRow]) -> None:
        """Write interactions whose ids are free, and whose accounts and items are held.

        Raises:
            KeyError: If an account is not.
        """

    def drop(self, ids: Collection[str]) -> None:
        """Remove interactions; items stay."""

    def find_between(self, pairs: Collection[tuple[str, str]], window: Window, limit: int | None = None) -> list[Found]:
        """Find what the first of a pair did to the second; where a limit is given, the newest of each pair and kind."""

    def find_on_items(self, actors: Collection[str], authors: Collection[str], window: Window) -> list[Found]:
        """Find what actors did on items by authors."""

    def find_touching(self, accounts: Collection[str]) -> list[Found]:
        """Find what accounts did, what was addressed to them, and what is on their items; oldest first, then by id."""

    def find_before(self, at: int) -> list[str]:
        """Give the ids of the dated interactions before an instant."""

    def find_replies(self, ids: Collection[str]) -> list[str]:
        """Give the ids of the interactions that say which they reply to, of these."""

    def newest_items(self, authors: Collection[str], window: Window, limit: int) -> list[tuple[str, int]]:
        """Give the ids of the items by authors, each with the micros of the newest public dated act; newest first."""

    def sums(self, pairs: Collection[tuple[str, str]], window: Window) -> Iterator[Sum]:
        """Sum the acts of pairs up, by kind."""

    def totals(self) -> list[Total]:
        """Count the interactions by kind and source."""

    def days(self) -> Iterator[tuple[int, int]]:
        """Count the dated interactions by day since 1970, in order."""

    def acts(self) -> Acts:
        """Give all acts of an account towards another one."""

    def near(self, me: str, others: Collection[str], day: date) -> list[NearTie] | None:
        """Weigh the ties on ways from me to others, at most four steps long, and those towards the others.

        People are given by id. None where the backend keeps no ties: then all acts tell.
        """

    def sources(self) -> list[str]:
        """Name the sources behind `Acts.origin`."""


class Backend(Protocol):
    """A database with one store in it."""

    @property
    def location(self) -> str:
        """The place as a user would name it: a path, or a URL without its password."""

    @property
    def batch_size(self) -> int:
        """How many records a transaction may write without straining the memory."""

    def cache_path(self, name: str) -> Path:
        """Tell where a cache of this store lies."""

    def close(self) -> None:
        """Let go of files and connections."""

    def read(self, work: Callable[[Transaction], _T]) -> _T:
        """Do something with one state of the store."""

    def stream(self, work: Callable[[Transaction], Iterator[_T]]) -> Iterator[_T]:
        """Give one by one what is made of one state of the store, while others go on reading and writing."""

    def change(self, work: Callable[[Transaction], _T], patience: float | None = None) -> _T:
        """Write: all of it is kept, or none. The work may be done again where a server asks for that.

        Args:
            work: What to do.
            patience: How many seconds to wait for another one that writes; None for the backend's own.
        """

    def wipe(self) -> None:
        """Remove everything, in as many transactions as it takes; the store gets another secret.

        Its counts go on, by a generation and a removal.
        """

    def scrub(self) -> None:
        """Leave no byte of what was removed."""

    def checks(self) -> Iterator[Check]:
        """Look at the database itself: its version, and whether it is whole."""
