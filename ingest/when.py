"""Dates as tables have them: ISO, Unix and Excel numbers, day or month first, month names in several languages."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from graph.errors import InvalidRecordError, UsageError
from graph.model import EARLIEST, start_of

_NUMERIC = re.compile(
    r"(\d{1,4})[./\-年](?:\s?)(\d{1,2})[./\-月](?:\s?)(\d{1,4})[.日]?"
    r"(?:[T,\s]+(?:(?P<before>[ap])\.?m\.?\s)?(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?:(?P<half>[ap])\.?\s?m\.?)?\s*(?P<zone>z|utc|gmt|[+-]\d{2}:?\d{2})?)?",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(\d{1,16})(?:[.,](\d+))?")
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?", re.IGNORECASE)
_EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 # a local wall clock, whatever the zone
_EXAMPLES = "e.g. --date-format %d/%m/%Y or --date-format %m/%d/%Y"
# English, German, French, Spanish, Italian, Portuguese and Dutch, without accents; a dot behind is dropped.
_MONTHS = (
    "january jan januar janner janvier janv enero ene gennaio gen janeiro januari",
    "february feb februar febr fevrier fev febrero febbraio fevereiro februari",
    "march mar marz maerz mrz mars marzo marco maart mrt",
    "april apr avril avr abril abr aprile",
    "may mai mayo maggio mag maio mei",
    "june jun juni juin junio giugno giu junho",
    "july jul juli juillet juil julio luglio lug julho",
    "august aug aout agosto ago augustus",
    "september sep sept septembre septiembre settembre set setembro",
    "october oct oktober okt octobre octubre ottobre ott outubro out",
    "november nov novembre noviembre novembro",
    "december dec dezember dez decembre diciembre dic dicembre dezembro",
)
_MONTH_OF = {word: number for number, words in enumerate(_MONTHS, 1) for word in words.split()}
# Hours from UTC.
_ZONES = {"utc": 0, "gmt": 0, "z": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8}
_ZONES |= {"pdt": -7, "cet": 1, "cest": 2, "mez": 1, "mesz": 2, "bst": 1, "wet": 0, "west": 1, "eet": 2, "eest": 3}
_CLOCK = re.compile(
    r"(?<!\d)(\d{1,2})[:h](\d{2})(?::(\d{2})(?:[.,]\d+)?)?(?:\s*([ap])\.?\s?m\b\.?)?(?:\s*(?:(?:UTC|GMT)?([+-]\d{2}:?\d{2})|([a-z]{1,4})\b))?",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"\d+|[^\W\d_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class DateReader:
    """How the dates of one column are read.

    Attributes:
        zone: Of dates that name none.
        order: `dmy` or `mdy`, for dates in numbers that do not begin with the year.
        pattern: The strptime format, where it was given.
        latest: Dates after this instant are refused.
    """

    zone: tzinfo
    order: str
    latest: datetime
    pattern: str | None = None

    def read(self, text: str) -> datetime:
        """Read a date.

        Raises:
            InvalidRecordError: If it is none, or not between 1971 and tomorrow.
        """
        text = " ".join(text.split())
        try:
            at = self._parse(text)
            at = (at.replace(tzinfo=self.zone) if at.tzinfo is None else at).astimezone(UTC)
        except (ValueError, OverflowError, LookupError, TypeError) as error:
            raise InvalidRecordError(f"{text[:60]!r} is not a date that can be read") from error
        if not EARLIEST <= at <= self.latest:
            raise InvalidRecordError(f"the date {text[:60]!r} is not between 1971 and tomorrow")
        return at

    def _parse(self, text: str) -> datetime:
        if self.pattern is not None:
            return datetime.strptime(text, self.pattern)  # noqa: DTZ007 # the zone is set by `read`
        if number := _NUMBER.fullmatch(text):
            return _of_number(number[1], float(f"0.{number[2] or 0}"))
        if numeric := _NUMERIC.fullmatch(text):
            return _of_numeric(numeric, self.order)
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            return _of_words(text)


def date_reader(samples: Iterable[str], pattern: str | None, zone: tzinfo, now: datetime) -> DateReader:
    """Choose how to read a column by samples of it.

    Raises:
        UsageError: If day and month can't be told apart.
    """
    latest = start_of(now.astimezone(UTC).date()) + timedelta(days=2, microseconds=-1)
    order = "dmy" if pattern is not None else _order_of([" ".join(each.split()) for each in samples])
    return DateReader(zone=zone, order=order, latest=latest, pattern=pattern)


def read_zone(name: str | None) -> tzinfo:
    """Read a time zone: `Europe/Berlin`, `+02:00`, `UTC`; None gives UTC.

    Raises:
        UsageError: If it is unknown.
    """
    if name is None or name.strip().upper() in ("UTC", "Z", "GMT"):
        return UTC
    if offset := _OFFSET.fullmatch(name.strip()):
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        if minutes < 24 * 60:
            return timezone(timedelta(minutes=minutes if offset[1] == "+" else -minutes))
    try:
        return ZoneInfo(name.strip())
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError(f"--timezone {name} is unknown; write it as Europe/Berlin or +02:00") from error


def looks_like_date(text: str) -> bool:
    """Tell whether a text is surely a date (a bare number is not)."""
    if _NUMBER.fullmatch(text.strip()):
        return False
    try:
        DateReader(zone=UTC, order="dmy", latest=datetime.max.replace(tzinfo=UTC)).read(text)
    except InvalidRecordError:
        return False
    return True


def _order_of(samples: list[str]) -> str:
    votes = {"dmy": 0, "mdy": 0}
    doubtful: str | None = None
    for text in samples:
        numeric = _NUMERIC.fullmatch(text)
        if numeric is None or len(numeric[1]) == 4:
            continue
        first, second = int(numeric[1]), int(numeric[2])
        if first > 12 or (first != second and "." in text[:3]):
            votes["dmy"] += 1
        elif second > 12 or (first != second and (numeric["half"] or numeric["before"]) and "/" in text):
            votes["mdy"] += 1
        elif first != second:
            doubtful = doubtful or text
    if votes["dmy"] == votes["mdy"] and doubtful is not None:
        raise UsageError(f"{doubtful!r} may be day or month first; say which: {_EXAMPLES}")
    return max(votes, key=lambda order: votes[order])


def _of_number(digits: str, fraction: float) -> datetime:
    value = int(digits)
    if len(digits) == 8 and 1900 <= value // 10_000 <= 2200:
        return datetime(value // 10_000, value // 100 % 100, value % 100)  # noqa: DTZ001 # the zone is set by `read`
    if len(digits) == 5:
        return _EXCEL_EPOCH + timedelta(seconds=round((value + fraction) * 86_400))
    scale = {9: 1, 10: 1, 13: 1_000, 16: 1_000_000}[len(digits)]
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=round((value + fraction) * (1_000_000 // scale)))


def _of_numeric(found: re.Match[str], order: str) -> datetime:
    first, second, third = int(found[1]), int(found[2]), int(found[3])
    if len(found[1]) >= 3:
        year, month, day = first, second, third
    elif order == "mdy":
        year, month, day = third, first, second
    else:
        year, month, day = third, second, first
    hour = _hour(int(found["hour"] or 0), (found["half"] or found["before"] or "").lower())
    day_at = datetime(_whole_year(year), month, day)  # noqa: DTZ001 # the zone is set by `read`
    at = day_at.replace(hour=hour, minute=int(found["minute"] or 0), second=int(found["second"] or 0))
    return at if found["zone"] is None else at.replace(tzinfo=_fixed(found["zone"]))


def _of_words(text: str) -> datetime:
    """Read a date with a month's name: one month, a day and a year, a clock and a zone perhaps."""
    clock = _CLOCK.search(text)
    if clock is not None:
        text = text[: clock.start()] + " " + text[clock.end() :] + " " + ("" if _zone_of(clock) else clock[6] or "")
    tokens = _TOKEN.findall(_bare(text))
    numbers = [token for token in tokens if token.isdigit()]
    months = [_MONTH_OF[token] for token in tokens if token in _MONTH_OF]
    if len(months) == 2 and months[0] == 3 and tokens[0] in ("mar", "mars"):
        months = months[1:]  # Tuesday: mardi, martes, martedì
    year = next((number for number in numbers if len(number) == 4), numbers[-1] if numbers else "")
    if len(months) != 1 or len(numbers) != 2 or len(year) not in (2, 4):
        raise ValueError("not one day, one month and one year")
    numbers.remove(year)
    at = datetime(_whole_year(int(year)), months[0], int(numbers[0]))  # noqa: DTZ001 # the zone is set by `read`
    if clock is None:
        return at
    hour = _hour(int(clock[1]), (clock[4] or "").lower())
    return at.replace(hour=hour, minute=int(clock[2]), second=int(clock[3] or 0), tzinfo=_zone_of(clock))


def _zone_of(clock: re.Match[str]) -> tzinfo | None:
    if clock[5]:
        return read_zone(clock[5])
    hours = _ZONES.get((clock[6] or "").lower())
    return None if hours is None else timezone(timedelta(hours=hours))


def _whole_year(year: int) -> int:
    return year if year >= 100 else year + (2000 if year < 70 else 1900)


def _hour(hour: int, half: str) -> int:
    if not half:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(f"hour {hour} with {half}m")
    return hour % 12 + (12 if half == "p" else 0)


def _bare(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in parts if not unicodedata.combining(each))


def _fixed(name: str) -> tzinfo:
    return read_zone(name) if name[0] in "+-" else UTC
