"""mbox: one file of many mails, each begun by a `From ` line, split in a stream at any size.

Formula: a line that begins with `From ` parts two mails
- where it holds a weekday and a time of day, and a header line follows it or a blank line goes before it;
- else where it is bare, or holds just an address or another form of date, and both a header line follows it and a blank
  line goes before it; a bare one needs no blank line where a header follows that only mail has.

Real mailboxes escape body lines as `>From ` (mboxo, mboxrd) or not at all, leave out the blank line, end lines by CRLF,
and Thunderbird writes a bare `From `: the date tells sentences ("From now on …") from envelopes in all of them.
Content-Length is not believed: it is often wrong.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

HEAD = 1 << 16
HEADERS = 4 << 20
CHUNK = 1 << 20
_LOOKAHEAD = 2048

_LINE = re.compile(rb"From ([^\n]{0,998})\n(?=([!-9;-~]{1,76}[ \t]*:|>From )?)")
_SURE_HEADER = re.compile(
    rb"(?i)(?:x-mozilla-status|x-account-key|received|return-path|delivered-to|message-id|mime-version|date|from)"
    rb"[ \t]*:"
)
_DATED = re.compile(rb"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b.{1,40}?\d{1,2}:\d\d")
_BARE = re.compile(rb"-?|\S+@\S+(?:.*\d{1,2}:\d\d.*)?|MAILER[-_]DAEMON.*|\S+ +\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*")


class Slice(NamedTuple):
    """One mail of an mbox.

    Attributes:
        offset: The byte at which it begins, its `From ` line included.
        end: The byte after it.
        head: Its first 64 KiB; more (up to 4 MiB) where its headers are longer.
        closed: Whether another mail follows; the last one may be cut off.
    """

    offset: int
    end: int
    head: bytes
    closed: bool


def split(stream: BinaryIO, offset: int = 0) -> Iterator[Slice]:
    """Split an mbox that stands at byte `offset` into mails; memory is that of one chunk and one head.

    What goes before the first `From ` line is given as a slice of its own, unless it is blank.
    """
    window, base, search = b"", offset, 0
    start, head = offset, b""
    for chunk in _chunks(stream):
        window += chunk
        limit = len(window) - _LOOKAHEAD if chunk else len(window)
        while (found := _next_separator(window, search, limit)) >= 0:
            yield from _slice(start, base + found, _grow(head, window, max(start - base, 0), found), closed=True)
            start, head, search = base + found, b"", found + 1
        search = max(search, limit, 0)
        # A line's two bytes before it tell whether a blank line goes before it.
        keep = max(search - 2, 0)
        head = _grow(head, window, max(start - base, 0), keep)
        window, base, search = window[keep:], base + keep, search - keep
    last = _grow(head, window, max(start - base, 0), len(window))
    yield from _slice(start, base + len(window), last, closed=False)


def begins_mbox(data: bytes) -> bool:
    """Tell whether a file that begins with these bytes is an mbox."""
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n \t")
    return data.startswith(b"From ") and _is_separator(_with_newlines(data), 0, blank_before=True)


def holds_mbox(data: bytes) -> bool:
    """Tell whether these bytes hold a `From ` line that parts mails, at their beginning or later."""
    return begins_mbox(data) or _next_separator(_with_newlines(data), 0, len(data)) >= 0


def header_end(head: bytes) -> int:
    """Find the newline that ends the headers; -1 where no blank line follows them."""
    line_feed = head.find(b"\n\n")
    carriage_return = head.find(b"\n\r\n", 0, line_feed if line_feed >= 0 else len(head))
    return carriage_return if carriage_return >= 0 else line_feed


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    """Read chunk by chunk and an empty one at the end; lines of an old Macintosh (CR alone) get newlines."""
    returns_only: bool | None = None
    while chunk := stream.read(CHUNK):
        if returns_only is None:
            returns_only = b"\n" not in chunk and b"\r" in chunk
        yield chunk.replace(b"\r", b"\n") if returns_only else chunk
    yield b""


def _with_newlines(data: bytes) -> bytes:
    return data if b"\n" in data else data.replace(b"\r", b"\n")


def _next_separator(window: bytes, search: int, limit: int) -> int:
    """Find the next `From ` line that parts two mails, its newline before `limit`; -1 where there is none."""
    newline = window.find(b"\nFrom ", search, limit + 5)
    while newline >= 0:
        blank = newline == 0 or window[newline - 1 : newline] == b"\n" or window[newline - 2 : newline] == b"\n\r"
        if _is_separator(window, newline + 1, blank_before=blank):
            return newline + 1
        newline = window.find(b"\nFrom ", newline + 1, limit + 5)
    return -1


def _is_separator(window: bytes, at: int, *, blank_before: bool) -> bool:
    line = _LINE.match(window, at)
    if line is None:
        return False
    header_follows = line[2] is not None
    if _DATED.search(line[1]):
        return header_follows or blank_before
    if not header_follows or _BARE.fullmatch(line[1].strip()) is None:
        return False
    return blank_before or (line[1].strip() in (b"", b"-") and _SURE_HEADER.match(window, line.end()) is not None)


def _grow(head: bytes, window: bytes, low: int, high: int) -> bytes:
    """Add what a head still needs: 64 KiB, or the end of the headers within 4 MiB."""
    room = HEAD - len(head)
    if room > 0:
        head += window[low : min(high, low + room)]
        low += room
    if low < high and len(head) < HEADERS and header_end(head) < 0:
        head += window[low : min(high, low + HEADERS - len(head))]
    return head


def _slice(start: int, end: int, head: bytes, *, closed: bool) -> Iterator[Slice]:
    if end > start and not head.isspace():
        yield Slice(start, end, head, closed)
