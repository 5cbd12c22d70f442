"""Limits of what may be uploaded: how much, and under which names; nothing that the browser says is believed."""

import re
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

from dashboard.service.overview import free_space
from graph.errors import UsageError

LARGEST = 16 << 30
"""How many bytes a parcel may have."""
PART = 8 << 20
"""How many of them are received at once."""
MOST_FILES = 200_000
_FREE = 1 << 30  # bytes of the disk that stay free
_UNFIT = re.compile(r"[\x00-\x1f\x7f\\\ud800-\udfff]")
_ID = re.compile(r"[0-9a-f]{16,64}", re.ASCII)
_LONGEST, _LONGEST_PART, _DEEPEST = 1024, 255, 32


class WrongOffsetError(UsageError):
    """A part that does not go on where the file ends.

    Attributes:
        size: How many bytes of the file are here.
    """

    def __init__(self, size: int) -> None:
        super().__init__(f"{size:,} bytes of this file are here; send what follows them")
        self.size = size


class TooLargeError(UsageError):
    """More than a parcel, or a part of it, may have."""


class TooManyError(UsageError):
    """More parcels than may be open; later there may be fewer."""


class NoRoomError(UsageError):
    """More than the disk has room for."""


def need_room(folder: Path, size: int) -> None:
    """Refuse what the disk has no room for.

    Raises:
        NoRoomError: If less than a gigabyte would stay free.
    """
    if free_space(folder) - size < _FREE:
        raise NoRoomError(f"the disk has no room for {size:,} bytes more; make some and drop it again")


def check_id(text: str) -> str:
    """Give a parcel's id.

    Raises:
        UsageError: If it is none.
    """
    if not _ID.fullmatch(text):
        raise UsageError(f"{text[:80]!r} is no id of an upload; reload the page")
    return text


def check_files(files: Mapping[str, int]) -> int:
    """Look at the paths and sizes of files that are announced, and give the sum.

    Raises:
        TooLargeError: If they are too many or too large.
        UsageError: If one of them leads elsewhere, or can't be.
    """
    if not files:
        raise UsageError("there is no file in it; drop another")
    size = sum(files.values())
    if len(files) > MOST_FILES:
        raise TooLargeError(f"these are {len(files):,} files, and {MOST_FILES:,} are the most; make a zip of them")
    if size > LARGEST:
        why = f"this is larger than {LARGEST >> 30} GiB"
        raise TooLargeError(f"{why}; bring it in on the command line")
    for path, held in files.items():
        if held < 0 or not _is_path(path):
            raise UsageError(f"{path[:80]!r} is no name for a file that is uploaded; rename it and drop it again")
    ordered = sorted(path.replace("/", "\0") for path in files)  # what is in a folder comes right after it
    for path, after in pairwise(ordered):
        if after.startswith(f"{path}\0"):
            raise UsageError(f"{path.replace(chr(0), '/')[:80]!r} is a file and a folder; drop it again")
    return size


def _is_path(path: str) -> bool:
    parts = path.split("/")
    return (
        len(path.encode(errors="replace")) <= _LONGEST
        and len(parts) <= _DEEPEST
        and not _UNFIT.search(path)
        and all(part not in ("", ".", "..") and len(part.encode()) <= _LONGEST_PART for part in parts)
    )
