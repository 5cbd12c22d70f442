"""Hashes of ids, as 64-bit numbers: what indexes hold instead of the ids, which are several times as long."""

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

_SIZE = 8


def hash_ids(ids: Iterable[str]) -> NDArray[np.int64]:
    """Hash ids."""
    return np.frombuffer(b"".join([blake2b(id_.encode(), digest_size=_SIZE).digest() for id_ in ids]), dtype="<i8")


def hash_id(id_: str) -> int:
    """Hash one id."""
    return int.from_bytes(blake2b(id_.encode(), digest_size=_SIZE).digest(), "little", signed=True)
