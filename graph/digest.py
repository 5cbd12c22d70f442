"""Hashes of 64 bits: of ids, which indexes hold in their place, and of what an interaction says.

An interaction's *core* is the hash of eight numbers: hashes of its id, actor, item, thread and parent, its kind with
`private`, its micros, and a hash of its addressees. Numbers, so that a batch of columns is hashed without making texts
of it. XXH3 (the library xxhash), because this runs for every line that is read; nobody's safety rests on it: rows of
one hash are compared by their ids, and who can write a file can say in it what he likes anyway.
"""

from collections.abc import Iterable, Sequence
from struct import Struct

import numpy as np
from numpy.typing import NDArray
from xxhash import xxh3_64_digest

from graph.model import ROLE_CODES, Role

NO_EXCERPT = b"\0" * 8
TO = ROLE_CODES[Role.TO]
_NUMBERS = Struct("<8q")
_HASHED = np.dtype(">i8")
_EMPTY = bytes(8)
_PRIVATE_SHIFT = 8


def hash_text(text: str) -> int:
    """Hash a text; 0 for none."""
    return int.from_bytes(xxh3_64_digest(text.encode()), "big", signed=True) if text else 0


def hash_texts(texts: Iterable[str]) -> NDArray[np.int64]:
    """Hash texts; 0 for an empty one."""
    return _numbers([xxh3_64_digest(text.encode()) if text else _EMPTY for text in texts])


def hash_addressees(hashes: Sequence[int], roles: Sequence[int]) -> int:
    """Hash the addressees of an interaction: hashes of their ids, in the order of these, and their role codes.

    The usual one, alone with role `to`, is its own hash; nobody is 0.
    """
    if not hashes:
        return 0
    if len(hashes) == 1 and roles[0] == TO:
        return hashes[0]
    data = b"".join([each.to_bytes(8, "little", signed=True) for each in hashes]) + bytes(roles)
    return int.from_bytes(xxh3_64_digest(data), "big", signed=True)


def digest_core(
    id_: int, kind: int, private: int, at: int, actor: int, item: int, thread: int, parent: int, addressees: int
) -> bytes:
    """Hash the core of one interaction, its texts being hashed already."""
    return xxh3_64_digest(
        _NUMBERS.pack(id_, kind | private << _PRIVATE_SHIFT, at, actor, item, thread, parent, addressees)
    )


def digest_cores(
    ids: NDArray[np.int64],
    kinds: NDArray[np.uint8],
    private: NDArray[np.uint8],
    at: NDArray[np.int64],
    *hashes: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Hash many cores as `digest_core` does; the last five arguments are its last five."""
    sorts = kinds.astype(np.int64) | private.astype(np.int64) << _PRIVATE_SHIFT
    data = np.stack([ids, sorts, at, *hashes], axis=1).astype("<i8").tobytes()
    size = _NUMBERS.size
    return _numbers([xxh3_64_digest(data[place : place + size]) for place in range(0, len(data), size)])


def digest_excerpt(excerpt: str) -> bytes:
    """Hash an excerpt."""
    return xxh3_64_digest(excerpt.encode()) if excerpt else NO_EXCERPT


def _numbers(hashes: list[bytes]) -> NDArray[np.int64]:
    return np.frombuffer(b"".join(hashes), dtype=_HASHED).astype(np.int64)
