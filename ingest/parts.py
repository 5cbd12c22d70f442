"""Parts of an input of JSON lines: its files, one after the other, or pieces of large ones that two processes share."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np
from xxhash import xxh3_128

from graph.model import Checkpoint, Problem
from ingest.files import Entry
from ingest.lines import LINE_LIMIT
from ingest.source import UnreadableError

PIECE = 32 << 20
"""Bytes in a piece, or more where a line is longer."""
LINES = 100_000
"""Lines in a piece at most: it makes one batch, so many may have to be read again after a crash."""

_FORM = "jsonl-1:"  # counted up whenever the same lines are read as something else
_GZIP = b"\x1f\x8b"
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where reading stands: in which file, behind which byte and line."""

    name: str = ""
    offset: int = 0
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file to read.

    Attributes:
        entry: The file.
        start: Where in it to begin.
        ahead: The bytes of the files before it.
        total: The bytes of all files; None where some are gzipped, whose real size nobody knows.
        end: Where in it to stop, behind a line; None at its end.
        lines: How many lines end in it, where it has an end.
        seal: What tells its bytes, where it has an end.
    """

    entry: Entry
    start: Place
    ahead: int
    total: int | None
    end: int | None = None
    lines: int = 0
    seal: str = ""

    def where(self, line: int) -> str:
        """Tell where a line stands."""
        return f"{self.entry.where}:{line}"

    def checkpoint(self, offset: int, line: int) -> Checkpoint:
        """Make the checkpoint behind a line."""
        return Checkpoint(position=f"{offset}:{line}:{self.entry.name}", done=self.ahead + offset, total=self.total)


def parts_of(entries: Sequence[Entry], resume: str | None) -> Iterator[Part]:
    """Give each file that is not done yet, from where an interrupted run stopped."""
    at = _place_of(resume)
    ahead, total = 0, _total_of(entries)
    for entry in entries:
        if entry.name >= at.name:
            start = at if entry.name == at.name else Place(name=entry.name)
            yield Part(entry=entry, start=start, ahead=ahead, total=total)
        ahead += entry.size


def read_parts(
    entries: Sequence[Entry], resume: str | None, read_part: Callable[[Part], Iterator[_T]]
) -> Iterator[_T | Problem]:
    """Read each file that is not done yet; of several, one that can't be read is a problem.

    Raises:
        UnreadableError: If the only one can't be read to its end.
    """
    for part in parts_of(entries, resume):
        try:
            yield from read_part(part)
        except UnreadableError as error:
            yield refused(part, error, entries)


def refused(part: Part, error: UnreadableError, entries: Sequence[Entry]) -> Problem:
    """Make a problem of a part that can't be read to its end.

    Raises:
        UnreadableError: If it is of the only file.
    """
    if len(entries) == 1:
        raise error
    return Problem(where=part.entry.where, why=str(error))


def seal_of(digest: xxh3_128) -> str:
    """Make the seal of hashed bytes."""
    return _FORM + digest.hexdigest()


def cut(part: Part, size: int = PIECE, most: int = LINES) -> Iterator[Part]:
    """Cut a part that lies plainly on disk into pieces behind a line's end; any other stays as it is."""
    path = part.entry.path
    if path is None or not _is_plain(path):
        yield part
        return
    start = part.start
    try:
        with path.open("rb") as stream:
            stream.seek(start.offset)
            while data := stream.read(size):
                if not data.endswith(b"\n"):
                    data += (rest := stream.readline(LINE_LIMIT))
                    if len(rest) == LINE_LIMIT:
                        break  # A line that is passed over is found by who reads it.
                data, lines = _leading(data, most)
                end = start.offset + len(data)
                yield replace(part, start=start, end=end, lines=lines, seal=seal_of(xxh3_128(data)))
                start = replace(start, offset=end, line=start.line + lines)
                stream.seek(end)
            else:
                return
    except OSError:
        pass  # The reading proper meets the same, and tells.
    yield replace(part, start=start)


def _leading(data: bytes, most: int) -> tuple[bytes, int]:
    """Give at most so many lines of whole ones, and how many end there."""
    lines = data.count(b"\n")
    if lines <= most:
        return data, lines
    ends = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == ord("\n"))
    return data[: int(ends[most - 1]) + 1], most


def _is_plain(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return stream.read(len(_GZIP)) != _GZIP
    except OSError:
        return False


def _total_of(entries: Sequence[Entry]) -> int | None:
    return (
        None if any(entry.name.lower().endswith(".gz") for entry in entries) else sum(entry.size for entry in entries)
    )


def _place_of(position: str | None) -> Place:
    if position is None:
        return Place()
    offset, line, name = position.split(":", 2)
    return Place(name=name, offset=int(offset), line=int(line))
