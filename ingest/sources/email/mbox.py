"""mbox: one file of many mails, each begun by a `From ` line, split in a stream at any size.

Formula: a line that begins with `From ` parts two mails
- where it holds a weekday and a time of day, and a header line follows it or a blank line goes before it;
- else where it is bare, or holds just an address or another form of date, and both a header line follows it and a blank
  line goes before it; a bare one needs no blank line where a header follows that only mail has.

Real mailboxes escape body lines as `>From ` (mboxo, mboxrd) or not at all, leave out the blank line, end lines by CRLF,
and Thunderbird writes a bare `From `: the date tells sentences ("From now on …") from envelopes in all of them.
Content-Length is not believed: it is often wrong.
"""

import io
import re
from collections.abc import Iterator
from functools import partial
from itertools import chain, islice, pairwise
from typing import BinaryIO, NamedTuple

HEAD = 1 << 16
HEADERS = 4 << 20
_BLANK = (b"\n", b"\r\n")
# A longer line is read in pieces.
_LINE = 1 << 16
_LONGEST = 1000
_SURE_HEADER = re.compile(
    rb"(?i)(?:x-mozilla-status|x-account-key|received|return-path|delivered-to|message-id|mime-version|date|from)"
    rb"[ \t]*:"
)
_HEADER = re.compile(rb"[!-9;-~]{1,76}[ \t]*:|>From ")
_DATED = re.compile(rb"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b.{1,40}?\d{1,2}:\d\d")
_UNDATED = re.compile(rb"-?|\S+@\S+(?:.*\d{1,2}:\d\d.*)?|MAILER[-_]DAEMON.*|\S+ +\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*")


class Slice(NamedTuple):
    """One mail of an mbox, from its `From ` line at byte `offset` to byte `end`.

    `head` is its first 64 KiB, more (up to 4 MiB) where its headers are longer; `closed` tells that another mail
    follows: the last one may be cut off.
    """

    offset: int
    end: int
    head: bytes
    closed: bool


def split(stream: BinaryIO, offset: int = 0) -> Iterator[Slice]:
    """Split an mbox that stands at byte `offset` into mails; memory is that of one head.

    What goes before the first `From ` line is given as a slice of its own, unless it is blank.
    """
    start = at = offset
    head: list[bytes] = []
    held, most, before = 0, HEADERS, b"\n"
    for line, following in pairwise(chain(_lines(stream), (b"",))):
        if line.startswith(b"From ") and _is_separator(before, line, following):
            yield from _slice(start, at, head, closed=True)
            start, head, held, most = at, [], 0, HEADERS
        size = len(line)
        if held < most:
            head.append(line)
            held += size
            if size <= 2 and line in _BLANK:
                most = HEAD
        at += size
        before = line
    yield from _slice(start, at, head, closed=False)


def begins_mbox(data: bytes) -> bool:
    """Tell whether a file that begins with these bytes is an mbox."""
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n \t")
    if not data.startswith(b"From "):
        return False
    line, following, *_ = (*islice(_lines(io.BytesIO(data)), 2), b"")
    return _is_separator(b"\n", line, following)


def holds_mbox(data: bytes) -> bool:
    """Tell whether these bytes hold a `From ` line that parts mails, at their beginning or later."""
    return begins_mbox(data) or any(part.closed for part in split(io.BytesIO(data)))


def header_end(head: bytes) -> int:
    """Find the newline that ends the headers; -1 where no blank line follows them."""
    line_feed = head.find(b"\n\n")
    carriage_return = head.find(b"\n\r\n", 0, line_feed if line_feed >= 0 else len(head))
    return carriage_return if carriage_return >= 0 else line_feed


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Read line by line; lines of an old Macintosh (CR alone) get newlines."""
    lines = iter(partial(stream.readline, _LINE), b"")
    first = next(lines, b"")
    lines = chain((first,) if first else (), lines)
    return _from_returns(lines) if b"\r" in first and b"\n" not in first else lines


def _from_returns(pieces: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        *lines, rest = (rest + piece).replace(b"\r", b"\n").splitlines(keepends=True)
        yield from lines
        if len(rest) > _LINE:
            yield rest
            rest = b""
    yield rest


def _is_separator(before: bytes, line: bytes, following: bytes) -> bool:
    """Tell whether a line that begins with `From ` parts two mails."""
    if not (before.endswith(b"\n") and line.endswith(b"\n") and len(line) <= _LONGEST):
        return False
    text, blank_before = line[len(b"From ") :].strip(), before in _BLANK
    header_follows = _HEADER.match(following) is not None
    if _DATED.search(text):
        return header_follows or blank_before
    if not header_follows or _UNDATED.fullmatch(text) is None:
        return False
    return blank_before or (text in (b"", b"-") and _SURE_HEADER.match(following) is not None)


def _slice(start: int, end: int, head: list[bytes], *, closed: bool) -> Iterator[Slice]:
    if any(not line.isspace() for line in head):
        yield Slice(start, end, b"".join(head), closed)
