"""Lines of files of bytes, with their numbers and where they end, bounded in length; and how to go on behind one."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BufferedReader, BytesIO
from typing import NamedTuple, TypeVar

from graph.model import Checkpoint, Problem
from ingest.kit.files import Entry
from ingest.kit.streams import skip
from ingest.source import UnreadableError

LINE_LIMIT = 64 << 20
_BLOCK = 1 << 20
_BOM = b"\xef\xbb\xbf"
_T = TypeVar("_T")


class Line(NamedTuple):
    """A line.

    Attributes:
        number: From 1.
        offset: Behind it.
        data: With its end; None where it is too long.
    """

    number: int
    offset: int
    data: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remaining:
    """One file of an input that is not done yet.

    Attributes:
        offset: Where to begin in it.
        number: How many lines end there.
        ahead: The bytes of the files before it.
        total: The bytes of all files; None where some are gzipped, whose real size nobody knows.
    """

    entry: Entry
    offset: int
    number: int
    ahead: int
    total: int | None

    def lines(self, limit: int = LINE_LIMIT) -> Iterator[Line]:
        """Yield its lines.

        Raises:
            UnreadableError: If it breaks off; the lines before that are given.
        """
        with self.entry.open() as stream:
            yield from read_lines(stream, self.offset, self.number, limit)

    def checkpoint(self, line: Line) -> Checkpoint:
        """Make the checkpoint behind a line."""
        position = f"{line.offset}:{line.number}:{self.entry.name}"
        return Checkpoint(position=position, done=self.ahead + line.offset, total=self.total)


def read_lines(
    stream: BufferedReader | BytesIO, offset: int = 0, number: int = 0, limit: int = LINE_LIMIT
) -> Iterator[Line]:
    """Yield the lines of a stream, a byte order mark at its beginning dropped.

    Args:
        stream: Opened at its beginning.
        offset: Where to go on from.
        number: How many lines ended there.
        limit: A line of more bytes, its end included, is passed over.
    """
    skip(stream, offset)
    while data := stream.readline(limit):
        offset += len(data)
        number += 1
        too_long = len(data) == limit and not data.endswith(b"\n")
        while too_long and data and not data.endswith(b"\n"):
            data = stream.readline(_BLOCK)
            offset += len(data)
        if number == 1:
            data = data.removeprefix(_BOM)
        yield Line(number, offset, None if too_long else data)


def read_parts(
    entries: Sequence[Entry], resume: str | None, read: Callable[[Remaining], Iterator[_T]]
) -> Iterator[_T | Problem]:
    """Read each file that is not done yet, from where an interrupted run stopped.

    Of several, one that can't be read to its end is a problem.

    Args:
        entries: The files.
        resume: The position of the last checkpoint of an interrupted run.
        read: Reads one of them.

    Raises:
        UnreadableError: If the only one can't be read to its end.
    """
    offset, number, name = resume.split(":", 2) if resume is not None else ("0", "0", "")
    zipped = any(entry.name.lower().endswith(".gz") for entry in entries)
    ahead, total = 0, None if zipped else sum(entry.size for entry in entries)
    for entry in entries:
        begun = entry.name == name
        if entry.name >= name:
            start = (int(offset), int(number)) if begun else (0, 0)
            try:
                yield from read(Remaining(entry=entry, offset=start[0], number=start[1], ahead=ahead, total=total))
            except UnreadableError as error:
                if len(entries) == 1:
                    raise
                yield Problem(where=entry.where, why=str(error))
        ahead += entry.size
