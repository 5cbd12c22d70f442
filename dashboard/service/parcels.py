"""Parcels: what is to be brought in, each in a folder of its own with the files that were uploaded."""

import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from time import time
from typing import BinaryIO

from msgspec import DecodeError, Struct, ValidationError
from msgspec.json import decode, encode

from dashboard.service.limits import PART, NoRoomError, TooLargeError, WrongOffsetError, need_room
from dashboard.service.private_files import make_private, open_private, replace_private, write_private
from graph.errors import UsageError
from ingest.source import Prompt

_CHUNK = 1 << 18
_RECORD, _FILES, _COUNT = "parcel.json", "files.json", "count"
_CONTENT = "as-uploaded"  # no name that a rule may exclude


class ParcelState(StrEnum):
    """Where a parcel stands."""

    RECEIVING = "receiving"
    WAITS = "waits"
    READING = "reading"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"
    ASKS = "asks"

    @property
    def over(self) -> bool:
        """Whether nothing more comes of it by itself."""
        return self in (ParcelState.DONE, ParcelState.STOPPED, ParcelState.FAILED)


class Sight(Struct, frozen=True, kw_only=True):
    """How far my data see: the people that I can ask, and those behind them."""

    contacts: int
    behind: int


class ParcelRecord(Struct, kw_only=True):
    """What is kept of a parcel; see `reading.Parcel`.

    Attributes:
        place: What is read where nothing was uploaded: a path on this machine.
        options: What it is read with.
    """

    name: str
    size: int
    at: datetime
    state: ParcelState
    place: str | None = None
    options: dict[str, str] = {}  # msgspec gives each its own
    asks: tuple[Prompt, ...] = ()
    before: Sight | None = None
    after: Sight | None = None
    why: str = ""


class Box:
    """A parcel's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def id(self) -> str:
        """The parcel's."""
        return self.folder.name

    @property
    def run(self) -> Path:
        """Where the run that reads it is kept."""
        return self.folder / "run"

    @property
    def content(self) -> Path:
        """Where its files are, always the same for the same id: an interrupted ingest is known by its path."""
        return self.folder / _CONTENT

    def read(self) -> ParcelRecord | None:
        """Give what is known of it; None where there is none."""
        try:
            return decode((self.folder / _RECORD).read_bytes(), type=ParcelRecord)
        except (OSError, DecodeError, ValidationError):
            return None

    def write(self, record: ParcelRecord) -> None:
        """Keep what is known of it; whole or not at all."""
        make_private(self.folder)
        replace_private(self.folder / _RECORD, encode(record))

    def remove(self) -> None:
        """Remove all of it, whoever still adds to it."""
        self.empty()
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- its files ---------------------------------------------------------------------------------------------------

    def announce(self, files: Mapping[str, int]) -> None:
        """Make room for files, by path and size."""
        make_private(self.content)
        write_private(self.folder / _FILES, encode(files))
        write_private(self.folder / _COUNT, b"0")

    def announced(self) -> Mapping[str, int]:
        """Give the files that were announced; empty where there are none."""
        path = self.folder / _FILES
        try:
            return _read_files(path, path.stat().st_mtime_ns)
        except OSError:
            return {}

    def held(self, path: str) -> int:
        """Tell how many bytes of a file are here."""
        try:
            return (self.content / path).stat(follow_symlinks=False).st_size
        except OSError:
            return 0

    def add(self, path: str, offset: int, stream: BinaryIO) -> int:
        """Add what a stream gives to a file, and tell how many bytes of it are here.

        Raises:
            WrongOffsetError: If the file does not end at the offset.
            TooLargeError: If the stream gives more than was announced, or more than a part has.
            NoRoomError: If the disk is full.
            UsageError: If no such file was announced.
        """
        size = self.announced().get(path)
        if size is None:
            raise UsageError("no such file was announced; drop it again")
        file = self.content / path
        try:
            for folder in reversed(file.relative_to(self.content).parents[:-1]):
                (self.content / folder).mkdir(mode=0o700, exist_ok=True)
            with _appending(file) as held:
                if os.fstat(held).st_size != offset:
                    raise WrongOffsetError(os.fstat(held).st_size)
                end = self._copy(stream, held, offset, min(size, offset + PART))
        except FileNotFoundError as error:
            raise UsageError("this was stopped meanwhile; drop it again") from error
        return end

    def _copy(self, stream: BinaryIO, held: int, offset: int, most: int) -> int:
        need_room(self.folder, most - offset)
        end = offset
        try:
            while end < most and (chunk := stream.read(min(_CHUNK, most - end))):
                end += _write_all(held, chunk)
            if stream.read(1):
                raise TooLargeError(f"this is more than was announced, or more than {PART:,} bytes at once")
        finally:
            self._count(end - offset)
        return end

    def _count(self, more: int) -> None:
        with (self.folder / _COUNT).open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            received = int(file.read() or b"0") + more
            file.seek(0)
            file.write(str(received).encode())

    def received(self) -> int:
        """Tell how many bytes of all files are here."""
        try:
            return int((self.folder / _COUNT).read_bytes() or b"0")
        except OSError:
            return 0

    def touch(self) -> None:
        """Note that it was heard of."""
        os.utime(self.folder / _COUNT)

    def silent(self) -> float:
        """Tell for how many seconds nothing was heard of it, by the clock that dates files."""
        try:
            return time() - max((self.folder / name).stat().st_mtime for name in (_FILES, _COUNT))
        except OSError:
            return 0.0

    def whole(self) -> bool:
        """Tell whether all that was announced is here; files without a byte are made by that."""
        for path, size in self.announced().items():
            if size == 0:
                self.add(path, 0, BytesIO())
            if self.held(path) != size:
                return False
        return self.content.is_dir()

    def top(self) -> Path:
        """Give what is to be read: the one file or folder that was uploaded, or the folder of several."""
        found = sorted(self.content.iterdir())
        return found[0] if len(found) == 1 else self.content

    def empty(self) -> None:
        """Remove its files, whoever still adds to them."""
        gone = self.folder / "gone"
        shutil.rmtree(gone, ignore_errors=True)  # of one that was killed at it
        with suppress(FileNotFoundError):
            self.content.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)
        for name in (_FILES, _COUNT):
            (self.folder / name).unlink(missing_ok=True)


def list_boxes(folder: Path) -> list[Box]:
    """List the parcels' folders in a folder."""
    return [Box(one) for one in folder.glob("[0-9a-f]*")]


@contextmanager
def _appending(file: Path) -> Iterator[int]:
    held = open_private(file, os.O_WRONLY | os.O_APPEND)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield held
    finally:
        os.close(held)


def _write_all(held: int, chunk: bytes) -> int:
    try:
        left = memoryview(chunk)
        while left:
            left = left[os.write(held, left) :]
    except OSError as error:
        raise NoRoomError(f"this can't be kept ({error.strerror}); make room on the disk") from error
    return len(chunk)


@lru_cache(maxsize=2)
def _read_files(path: Path, stamp: int) -> Mapping[str, int]:  # noqa: ARG001 # the stamp tells a file from its next
    return decode(path.read_bytes(), type=dict[str, int])
