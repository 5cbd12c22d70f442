"""Files and folders that only their owner may read, and locks that hold over threads and processes."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from platformdirs import user_state_path

from graph.errors import StoreError

LOCK = "lock"
"""The file in a folder that is held while what is in there is changed."""


def state_file(name: str) -> Path:
    """Tell where something of the page's logins lies."""
    return user_state_path("intrograph", appauthor=False) / name


def make_private(folder: Path) -> None:
    """Make a folder that only its owner may enter, and those above it that are not there.

    Raises:
        StoreError: If it can't be made.
    """
    if not folder.is_dir():
        make_private(folder.parent)
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise StoreError(f"the folder {folder} can't be made ({error.strerror}); make room for it") from error


def open_private(path: Path, flags: int) -> int:
    """Open a file of ours for writing, made if need be; a link in its place is not followed."""
    return os.open(path, flags | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)


@contextmanager
def exclusive(file: Path) -> Iterator[None]:
    """Keep all other threads and processes from the same meanwhile; the file's folder is made if need be."""
    make_private(file.parent)
    try:
        held = open_private(file, os.O_RDWR)
    except OSError as error:
        raise StoreError(f"{file} can't be written ({error.strerror}); give yourself the right to it") from error
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def write_private(path: Path, content: bytes) -> None:
    """Write a file of ours."""
    with open(open_private(path, os.O_WRONLY | os.O_TRUNC), "wb") as file:  # a number
        file.write(content)


def read_own(path: Path) -> str:
    """Read a file of ours; '' where there is none.

    Raises:
        StoreError: If it can't be read, or others may read it.
    """
    try:
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(number, encoding="ascii", errors="replace") as file:
            mode, content = os.fstat(number).st_mode, file.read()
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise StoreError(f"{path} can't be read ({error.strerror}); give yourself the right to it") from error
    if mode & 0o077:
        raise StoreError(f"{path} may be read by others on this machine; type: chmod 600 {path}")
    return content


def replace_private(path: Path, content: bytes) -> None:
    """Put a file of ours in the place of what was there, whole or not at all; whoever does holds the folder's lock.

    Raises:
        StoreError: If it can't be written.
    """
    new = path.with_name(f"{path.name}.new")
    try:
        write_private(new, content)
        new.replace(path)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise StoreError(
            f"{path} can't be written ({error.strerror}); make room, or give yourself the right to it"
        ) from error


def mark_of(file: Path) -> object:
    """Tell one state of a file from another; None where there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino  # a clock alone ticks too slowly


class Presence:
    """Tells of a folder that a server is at work on it: the first and the last one clean it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._held: int | None = None  # a file that stays open until `leave`

    def enter(self, clean: Callable[[], None]) -> None:
        """Be at work on it from now on; where nobody else is, clean it first, while others who come wait."""
        make_private(self._file.parent)
        self._held = open_private(self._file, os.O_RDWR)
        try:
            _clean_alone(self._held, clean)
        finally:
            fcntl.flock(self._held, fcntl.LOCK_SH)

    def leave(self, clean: Callable[[], None]) -> None:
        """Be at work on it no more; where nobody else is, clean it, while others who come wait."""
        held, self._held = self._held, None
        if held is None:
            return
        try:
            _clean_alone(held, clean)
        finally:
            os.close(held)


def _clean_alone(held: int, clean: Callable[[], None]) -> None:
    """Clean where nobody else is at work; of two that leave at once one is the last, as who asks lets go of its own."""
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    clean()
