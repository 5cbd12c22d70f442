"""The headers of one mail: mixed case, folded, of any line end and charset; damaged lines are passed over.

They are kept in the standard library's `Message`, but not read by its parser: that takes the first line that is no
header, or a blank before a colon, for the end of the headers.
"""

import re
from datetime import UTC, datetime, timedelta
from email.errors import MissingHeaderBodySeparatorDefect
from email.message import Message
from email.utils import parsedate_tz

from ingest.kit.dates import as_utc
from ingest.kit.mail_addresses import decode_bytes, decode_words
from ingest.kit.text import clean
from ingest.sources.email.mbox import header_end

_LONG = 4000
_HEADER = re.compile(rb"\n([!-9;-~]{1,76})[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)")
_FOLD = re.compile(rb"\r?\n[ \t]+")
_ID = re.compile(r"<\s*([^<>\s]{1,500})\s*>")
_BARE_ID = re.compile(r"[^<>\s@]{1,400}@[^<>\s@]{1,200}")
_ENVELOPE_DATE = re.compile(r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) +[A-Z][a-z]{2} .*")
_ISO = re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?: ?[+-]\d\d:?\d\d|Z)?")
# A broken clock's; the standard library takes it for 2001.
_YEAR_ONE = re.compile(r"\s00\d\d\s")
_NO_DATE = (ValueError, IndexError, TypeError, OverflowError)
# Time zones reach from -12 to +14 hours; a larger offset is a mailer's fault.
_LARGEST_OFFSET = 15 * 3600


def read_headers(head: bytes) -> "Message[str, str]":
    """Read the headers that a mail begins with, as text on one line each, encoded words unresolved.

    The `From ` line of an mbox is its `unixfrom`; where no blank line ends the headers, `defects` holds one: the mail
    may be cut off.
    """
    message: Message[str, str] = Message()
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    if head.startswith(b"From "):
        line, _, head = head.partition(b"\n")
        message.set_unixfrom(decode_bytes(line[:1000]))
    end = header_end(head)
    if end < 0:
        message.defects.append(MissingHeaderBodySeparatorDefect())
    for name, value in _HEADER.findall(b"\n" + (head[:end] if end >= 0 else head)):
        unfolded = _FOLD.sub(b" ", value) if b"\n" in value else value
        message[name.decode("ascii")] = decode_bytes(unfolded).strip()
    return message


def joined(headers: "Message[str, str]", name: str) -> str:
    """Give all headers of that name as one list, as for addresses."""
    return ", ".join(headers.get_all(name, ()))


def subject_of(headers: "Message[str, str]") -> str | None:
    """Give the subject, decoded, on one line."""
    return clean(decode_words(headers.get("subject", "")[:_LONG]), 300)


def message_id_of(headers: "Message[str, str]") -> str | None:
    """Give the Message-ID without its angle brackets; None where there is none that could tell mails apart."""
    text = headers.get("message-id", "")[:_LONG]
    found = _ID.search(text)
    bare = found[1] if found else text
    return bare if "@" in bare and len(bare) <= 400 and bare.isprintable() and " " not in bare else None


def ids_in(headers: "Message[str, str]", name: str) -> list[str]:
    """Give the Message-IDs that References or In-Reply-To name, in their order."""
    text = joined(headers, name)
    if len(text) > 2 * _LONG:
        text = f"{text[:_LONG]} {text[-_LONG:]}"
    return [found for found in _ID.findall(text) if found.isprintable()] or _BARE_ID.findall(text)


def thread_of(headers: "Message[str, str]") -> tuple[str | None, str | None]:
    """Give the thread and the parent: Gmail's thread id, else the first reference, else the own Message-ID."""
    references = ids_in(headers, "references")
    parent = next(iter(ids_in(headers, "in-reply-to") or references[-1:]), None)
    gmail = headers.get("x-gm-thrid", "")
    if gmail.isdecimal() and len(gmail) < 30:
        return gmail, parent
    return next(iter(references), None) or parent or message_id_of(headers), parent


# --- dates -----------------------------------------------------------------------------------------------------------


def date_of(headers: "Message[str, str]") -> datetime | None:
    """Give when a mail was written: Date, else the newest readable Received, else the mbox's `From ` line."""
    received = map(parse_received, headers.get_all("received", ()))
    found = parse_date(headers.get("date", "")) or next(filter(None, received), None)
    return found or parse_envelope(headers.get_unixfrom() or "")


def parse_date(text: str) -> datetime | None:
    """Read a date as mail has it, ISO dates too; without a zone, or with an impossible one, it is taken as UTC."""
    try:
        parts = parsedate_tz(text[:200])
        if parts is not None and not _YEAR_ONE.search(text):
            year, month, day, hour, minute, second = parts[:6]
            offset = parts[9] or 0
            # A leap second, 60, is a datetime nowhere.
            at = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
            return at - timedelta(seconds=offset if abs(offset) <= _LARGEST_OFFSET else 0)
    except _NO_DATE:
        pass
    return _parse_iso(text[:200])


def parse_received(text: str) -> datetime | None:
    """Read the date of a Received header: what follows its last semicolon."""
    _, semicolon, date = text.rpartition(";")
    return parse_date(date) if semicolon else None


def parse_envelope(line: str) -> datetime | None:
    """Read the date of an mbox's `From ` line: `Mon Jan  5 10:00:00 2009`, a zone before or after the year."""
    found = _ENVELOPE_DATE.search(line)
    return parse_date(found[0] if found else line)


def _parse_iso(text: str) -> datetime | None:
    found = _ISO.search(text)
    if found is None:
        return None
    try:
        return as_utc(datetime.fromisoformat(found[0].replace(" +", "+").replace(" -", "-")))
    except _NO_DATE:
        return None
