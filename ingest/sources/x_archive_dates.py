"""The dates of an X archive: `Wed Oct 10 20:19:24 +0000 2018`, `2018-10-10 20:19:24 +0000`, ISO 8601."""

import re
from datetime import UTC, datetime, timedelta, timezone

from graph.errors import InvalidRecordError
from graph.model import EARLIEST

_MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"
_OF_OLD = re.compile(r"\w{3} ([A-Z][a-z]{2}) (\d\d?) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d) (\d{4})", re.ASCII)


def read_date(text: str | None, latest: datetime) -> datetime:
    """Read a date as archives write them: `Wed Oct 10 20:19:24 +0000 2018`, `2018-10-10 20:19:24 +0000` or ISO 8601.

    Raises:
        InvalidRecordError: If it is none, or not between 1971 and `latest`.
    """
    if text is None:
        raise InvalidRecordError("the date is missing")
    try:
        at = _date_of_old(text) or datetime.fromisoformat(text.replace(" +", "+").replace(" UTC", "+00:00"))
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidRecordError(f"{text[:60]!r} is not a date") from error
    if not EARLIEST <= at <= latest:
        raise InvalidRecordError(f"the date {text[:60]!r} is not between 1971 and tomorrow")
    return at


def _date_of_old(text: str) -> datetime | None:
    found = _OF_OLD.fullmatch(text)
    if found is None:
        return None
    month, day, hour, minute, second, sign, hours, minutes, year = found.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    zone = timezone(-offset if sign == "-" else offset)
    return datetime(
        int(year), _MONTHS.index(month) // 3 + 1, int(day), int(hour), int(minute), int(second), tzinfo=zone
    )
