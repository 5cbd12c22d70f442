"""Locks over processes: what one does, no other begins meanwhile; a process that dies lets go of them."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from platformdirs import user_state_path

from graph.errors import StoreError
from graph.records.rows import hashed
from graph.store.store import Store


@contextmanager
def lock(store: Store, what: str) -> Iterator[bool]:
    """Tell whether nobody else is at something in a store, and keep others from it meanwhile.

    Raises:
        StoreError: If this machine keeps no locks.
    """
    place = store.location if "://" in store.location else os.path.realpath(store.location)
    folder = user_state_path("intrograph", appauthor=False)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        stream = (folder / f"{hashed(f'{place} {what}')}.lock").open("a")
    except OSError as error:
        raise StoreError(f"locks are files in {folder}, which can't be made: {error.strerror}") from error
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
