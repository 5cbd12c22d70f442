"""Dates in mail: the Date header, Received headers and the `From ` lines of an mbox, as they really are."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz

_UNREADABLE = (ValueError, IndexError, TypeError, OverflowError)
_USUAL = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{4}) "
    r"(\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)(?: \([^()]*\))?$",
    re.ASCII,
)
_MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"
_ENVELOPE = re.compile(
    r"\b([A-Z][a-z]{2}) +([A-Z][a-z]{2}) +(\d{1,2}) +(\d{1,2}:\d\d(?::\d\d)?)(?: +([A-Z]{3,4}|[+-]\d{4}))? +(\d{4})"
    r"(?: +([+-]\d{4}))?"
)
_ISO = re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?: ?[+-]\d\d:?\d\d|Z)?")
# Time zones reach from -12 to +14 hours; a larger offset is a mailer's fault.
_LARGEST_OFFSET = 15 * 3600


def parse_date(text: str) -> datetime | None:
    """Read a date as mail has it, ISO dates too; without a zone, or with an impossible one, it is taken as UTC."""
    usual = _USUAL.match(text)
    return _read_usual(usual) if usual else _read_any(text[:200])


def _read_usual(found: re.Match[str]) -> datetime | None:
    day, month, year, hour, minute, second, sign, hours, minutes = found.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    if offset.total_seconds() > _LARGEST_OFFSET:
        offset = timedelta()
    try:
        at = datetime(
            int(year), _MONTHS.index(month) // 3 + 1, int(day), int(hour), int(minute), min(int(second), 59), tzinfo=UTC
        )
        return at - offset if sign == "+" else at + offset
    except _UNREADABLE:
        return None


def _read_any(text: str) -> datetime | None:
    try:
        parts = parsedate_tz(text)
    except _UNREADABLE:
        parts = None
    if parts is None:
        return _parse_iso(text)
    year, month, day, hour, minute, second = parts[:6]
    offset = parts[9] or 0
    if abs(offset) > _LARGEST_OFFSET:
        offset = 0
    try:
        # A leap second, 60, is a datetime nowhere.
        local = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
        return local - timedelta(seconds=offset)
    except _UNREADABLE:
        return _parse_iso(text)


def parse_received(text: str) -> datetime | None:
    """Read the date of a Received header: what follows its last semicolon."""
    _, semicolon, date = text.rpartition(";")
    return parse_date(date) if semicolon else None


def parse_envelope(line: str) -> datetime | None:
    """Read the date of an mbox's `From ` line: `Mon Jan  5 10:00:00 2009`, a zone before or after the year."""
    found = _ENVELOPE.search(line)
    if found is None:
        return _parse_iso(line)
    _, month, day, time, zone, year, late_zone = found.groups()
    return parse_date(f"{day} {month} {year} {time} {zone or late_zone or '+0000'}")


def _parse_iso(text: str) -> datetime | None:
    found = _ISO.search(text)
    if found is None:
        return None
    try:
        at = datetime.fromisoformat(found[0].replace(" +", "+").replace(" -", "-"))
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except _UNREADABLE:
        return None
