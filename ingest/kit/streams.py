"""Streams of bytes: unpacked, stopped at a compression bomb, damage told in words; and their lines, bounded."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader, BytesIO
from typing import NamedTuple

from ingest.source import UnreadableError

BUFFER = 1 << 18
LINE_LIMIT = 64 << 20
_BLOCK = 1 << 20
_BOM = b"\xef\xbb\xbf"
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, gzip.BadGzipFile, OSError, ValueError, RuntimeError)
"""What the standard library raises on damaged or truncated compressed data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How far compressed data may swell before it counts as a bomb.

    Deflate reaches 1,032 to 1 on zeros; exports of text stay below 50 to 1.

    Attributes:
        ratio: Uncompressed bytes to a compressed one, for each member and for the whole.
        free: Bytes that are let through whatever their ratio.
        members: How many files a zip may hold.
    """

    ratio: int = 200
    free: int = 64 << 20
    members: int = 2_000_000


LIMITS = Limits()


class _Guarded(io.RawIOBase):
    """A decompressing stream that stops at a bomb and says damage in words."""

    def __init__(
        self,
        stream: "gzip.GzipFile | zipfile.ZipExtFile",
        under: BufferedReader | None,
        where: str,
        packed: int,
        limits: Limits,
    ) -> None:
        super().__init__()
        self._stream = stream
        self._under = under
        self._where = where
        self._left = max(limits.free, limits.ratio * packed)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview[int]") -> int:  # type: ignore[override] # typeshed's Buffer has no len
        try:
            # One piece at a time, so that what stands before a damaged place is given.
            data = self._stream.read1(len(buffer))
        except DAMAGE as error:
            raise damaged(self._where, error) from error
        self._left -= len(data)
        if self._left < 0:
            why = f"{self._where} swells as only a compression bomb does; reading stopped"
            raise UnreadableError(f"{why}; if you trust it, unpack it yourself and bring in the result")
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._stream.close()
        if self._under is not None:
            self._under.close()
        super().close()


def guard(stream: object, under: BufferedReader | None, where: str, packed: int, limits: Limits) -> BufferedReader:
    """Wrap a decompressing stream over `packed` bytes so that it stops at a bomb; `under` is closed with it."""
    return BufferedReader(_Guarded(stream, under, where, packed, limits), BUFFER)  # type: ignore[arg-type] # both are binary streams in all but name


def peek(stream: BufferedReader, size: int) -> bytes:
    """Look at the first bytes of a stream without taking them."""
    return stream.peek(size)[:size]


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


def read_lines(stream: BufferedReader | BytesIO, limit: int = LINE_LIMIT) -> Iterator[Line]:
    """Yield the lines of a stream from its beginning on, without its byte order mark.

    Args:
        stream: The stream.
        limit: A line of more bytes, its end included, is passed over.
    """
    number = offset = 0
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


def skip(stream: BufferedReader | io.BytesIO, size: int) -> None:
    """Go so far into a stream that stands at its beginning, or to its end."""
    if stream.seekable():
        stream.seek(size)
        return
    while size > 0 and (passed := len(stream.read(min(size, BUFFER)))):
        size -= passed


def damaged(where: str, error: BaseException) -> UnreadableError:
    """Make the error that compressed data is damaged."""
    return UnreadableError(f"{where} is damaged or truncated ({reason_of(error)}); download or copy it again")


def reason_of(error: BaseException) -> str:
    """Say in words why a file could not be opened or read."""
    if isinstance(error, PermissionError):
        return "permission denied; give yourself the right to read it"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
