"""Columnar files: named arrays under a header, written at once and read by memory map. For caches only.

Layout: a magic word, the length of a JSON head, the head (header, and name, type, shape and offset of each array), then
the arrays, each at a multiple of 64 bytes. Whatever does not fit exactly is no snapshot.
"""

import json
import mmap
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGIC = b"INTROGRAPH\x00\x01"
TEMPORARY = ".tmp-"
"""Stands in the names of files that are being written."""
_ALIGN = 64
_LENGTH = 8
_START = len(MAGIC) + _LENGTH
_HEAD_LIMIT = 1 << 20

Array = NDArray[Any]


def write_arrays(path: Path, header: Mapping[str, str | int], arrays: Mapping[str, Array]) -> bool:
    """Write arrays under a header to a file that only its owner may read; whole or not at all.

    A cache is written where it can be: a folder that takes no file, or a full disk, fails nothing.

    Returns:
        Whether it was written.
    """
    columns = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    head = _head(header, columns)
    temporary = None
    try:
        number, name = tempfile.mkstemp(prefix=f"{path.name}{TEMPORARY}", dir=path.parent)
        temporary = Path(name)
        with open(number, "wb") as file:  # noqa: PTH123 # mkstemp gives a number, opened with mode 0600
            file.write(head)
            for column in columns.values():
                file.write(b"\0" * (-file.tell() % _ALIGN))
                file.write(column.reshape(-1).view(np.uint8).data)
        temporary.replace(path)
    except OSError:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()
        return False
    return True


def read_arrays(path: Path) -> tuple[dict[str, str | int], dict[str, Array]] | None:
    """Read the header and the arrays, as read-only views of the file; None where there is no whole snapshot."""
    try:
        with path.open("rb") as file:
            start = file.read(_START)
            length = int.from_bytes(start[len(MAGIC) :], "little")
            if not start.startswith(MAGIC) or len(start) < _START or length > _HEAD_LIMIT:
                return None
            head = json.loads(file.read(length))
            if os.fstat(file.fileno()).st_size != head["size"]:
                return None
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return head["header"], {name: _view(data, *place) for name, place in head["arrays"].items()}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def is_snapshot(path: Path) -> bool:
    """Tell whether a file is one of ours, whole or not."""
    try:
        with path.open("rb") as file:
            start = file.read(len(MAGIC))
    except OSError:
        return False
    return start == MAGIC or (TEMPORARY in path.name and not start)


def _view(data: mmap.mmap, type_: str, shape: list[int], offset: int) -> Array:
    count = int(np.prod(shape, dtype=np.int64))
    return np.frombuffer(data, dtype=np.dtype(type_), count=count, offset=offset).reshape(shape)


def _head(header: Mapping[str, str | int], columns: Mapping[str, Array]) -> bytes:
    """Make magic, length and head; the head's own length moves the offsets, so it is padded to a fixed place."""
    size = 0
    places: dict[str, tuple[str, list[int], int]] = {}
    for name, column in columns.items():
        size += -size % _ALIGN
        places[name] = (column.dtype.str, list(column.shape), size)
        size += column.nbytes
    return _dump(header, places, size)


def _dump(header: Mapping[str, str | int], places: Mapping[str, tuple[str, list[int], int]], size: int) -> bytes:
    def dump(start: int) -> bytes:
        moved = {name: (type_, shape, offset + start) for name, (type_, shape, offset) in places.items()}
        return json.dumps({"header": dict(header), "arrays": moved, "size": start + size}).encode()

    start = _START + len(dump(0))
    # The larger offsets make the head some digits longer: leave room for these, then fill it with spaces.
    start += 24 * (len(places) + 1)
    start += -start % _ALIGN
    head = dump(start)
    length = start - _START
    return MAGIC + length.to_bytes(_LENGTH, "little") + head.ljust(length)
