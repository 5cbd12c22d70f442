"""Lines of a stream of bytes, with their numbers and where they end, bounded in length."""

from collections.abc import Iterator
from typing import BinaryIO

LINE_LIMIT = 64 << 20
_BOM = b"\xef\xbb\xbf"


def read_lines(
    stream: BinaryIO, start: int = 0, number: int = 0, limit: int = LINE_LIMIT
) -> Iterator[tuple[int, int, bytes | None]]:
    """Yield each line's number (from 1), the offset just behind it, and its bytes with their end.

    Args:
        stream: Opened at its beginning; a byte order mark there is dropped.
        start: The offset to go on from.
        number: The number of the line that ended there.
        limit: A line of more bytes is passed over, and given as None.
    """
    _skip(stream, start)
    offset = start
    while True:
        line = stream.readline(limit)
        if not line:
            return
        size = len(line)
        kept: bytes | None = line
        while size % limit == 0 and not line.endswith(b"\n") and (line := stream.readline(limit)):
            size += len(line)
            kept = None
        number += 1
        offset += size
        if number == 1 and kept is not None and kept.startswith(_BOM):
            kept = kept[len(_BOM) :]
        yield number, offset, kept


def _skip(stream: BinaryIO, size: int) -> None:
    if stream.seekable():
        stream.seek(size)
        return
    while size > 0:
        passed = len(stream.read(min(size, 1 << 20)))
        if not passed:
            return
        size -= passed
