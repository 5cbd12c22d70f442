"""Lines of a stream of bytes, with their numbers and where they end, bounded in length."""

from collections.abc import Iterator
from io import BufferedReader, BytesIO
from typing import NamedTuple

LINE_LIMIT = 64 << 20
_BLOCK = 1 << 20
_BOM = b"\xef\xbb\xbf"


class Run(NamedTuple):
    """Some lines in a row.

    Attributes:
        before: The number of lines before the first of them.
        offset: The offset behind the last of them.
        lines: Without their ends; None for one that is too long.
        whole: Whether the last of them has an end.
        data: The bytes of them all.
    """

    before: int
    offset: int
    lines: list[bytes | None]
    whole: bool
    data: bytes

    def offset_behind(self, place: int) -> int:
        """Tell the offset behind so many of the lines; only the first may be too long, so it is told from the end."""
        rest = self.lines[place:]
        return self.offset - sum(len(line or b"") + 1 for line in rest) + (0 if self.whole or not rest else 1)

    def line(self, place: int) -> bytes:
        """Give a line that is not too long with its end, counted from 1."""
        end = b"\n" if self.whole or place < len(self.lines) else b""
        return (self.lines[place - 1] or b"") + end


def read_runs(
    stream: BufferedReader | BytesIO,
    start: int = 0,
    before: int = 0,
    limit: int = LINE_LIMIT,
    *,
    end: int | None = None,
) -> Iterator[Run]:
    """Yield the lines of a stream, about a megabyte of them at a time.

    Args:
        stream: Opened at its beginning; a byte order mark there is dropped.
        start: The offset to go on from.
        before: How many lines ended there.
        end: The offset to stop at, behind a line; None for the stream's end.
        limit: A line of more bytes, its end included, is passed over, and given as None.
    """
    _skip(stream, start)
    offset, rest, lost = start, b"", 0
    size = min(limit, _BLOCK)
    while True:
        left = size if end is None else max(0, end - offset - lost - len(rest))
        block = stream.read1(min(size, left))  # one piece at a time: what stands before a damaged place is given
        data = rest + block
        cut = data.rfind(b"\n") + 1 if block else len(data)
        rest = data[cut:]
        if cut or (lost and not block):
            text = data[:cut]
            lines: list[bytes | None] = [*text.split(b"\n")]
            if whole := text.endswith(b"\n"):
                lines.pop()
            if lost or len(text.partition(b"\n")[0]) >= limit:
                lines[0] = None
            elif before == 0 and lines[0] is not None:
                lines[0] = lines[0].removeprefix(_BOM)
            offset += lost + cut
            yield Run(before, offset, lines, whole, text)
            before, lost = before + len(lines), 0
        if not block:
            return
        if len(rest) > limit:
            # No more is held of a line than may be needed.
            lost, rest = lost + len(rest), b""


def _skip(stream: BufferedReader | BytesIO, size: int) -> None:
    if stream.seekable():
        stream.seek(size)
        return
    while size > 0:
        passed = len(stream.read(min(size, _BLOCK)))
        if not passed:
            return
        size -= passed
