"""Dates in the wild, and the one bound on them: from 1971 to the end of tomorrow.

ISO, Unix and Excel numbers, day or month first, months by name in many languages. Of a column whose dates are numbers
the samples decide whether the day or the month comes first.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from graph.errors import InvalidRecordError, UsageError
from graph.model import EARLIEST, latest_date
from graph.people.names import fold

# English, German, French, Spanish, Italian, Portuguese, Dutch; Polish, Swedish and its neighbours, Turkish, Russian,
# Romanian, Indonesian.
_MONTHS = (
    "january jan januar janner janvier janv enero ene gennaio gen janeiro januari "
    "styczen stycznia sty ocak oca январь января янв ianuarie ian",
    "february feb februar febr fevrier fev febrero febbraio fevereiro februari "
    "luty lutego lut subat sub fevr февраль февраля февр фев februarie",
    "march mar marz maerz mrz mars marzo marco maart mrt marzec marca mart март марта мар martie maret marts",
    "april apr avril avr abril abr aprile kwiecien kwietnia kwi nisan nis апрель апреля апр aprilie",
    "may mai mayo maggio mag maio mei maj maja mayis май мая",
    "june jun juni juin junio giugno giu junho czerwiec czerwca cze haziran haz июнь июня июн iunie iun",
    "july jul juli juillet juil julio luglio lug julho lipiec lipca lip temmuz tem июль июля июл iulie iul",
    "august aug aout agosto ago augustus sierpien sierpnia sie agustos agu август августа авг augusti agustus agt",
    "september sep sept septembre septiembre settembre set setembro "
    "wrzesien wrzesnia wrz eylul eyl сентябрь сентября сент сен septembrie",
    "october oct oktober okt octobre octubre ottobre ott outubro out "
    "pazdziernik pazdziernika paz ekim eki октябрь октября окт octombrie",
    "november nov novembre noviembre novembro "
    "listopad listopada lis kasim kas ноябрь ноября нояб ноя noiembrie noi nop",
    "december dec dezember dez decembre diciembre dic dicembre dezembro "
    "grudzien grudnia gru aralik ara декабрь декабря дек decembrie des desember",
)
MONTHS = {fold(word): number for number, words in enumerate(_MONTHS, 1) for word in words.split()}
"""Names of months, folded, with their numbers from 1."""

# Tuesday (mardi, martes, martedì) and Sunday (Pazar), where they stand first.
_ALSO_DAYS = frozenset({"mar", "mars", "paz"})
# Hours from UTC.
_ZONES = {"utc": 0, "gmt": 0, "z": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8}
_ZONES |= {"pdt": -7, "cet": 1, "cest": 2, "mez": 1, "mesz": 2, "bst": 1, "wet": 0, "west": 1, "eet": 2, "eest": 3}
_NUMERIC = re.compile(
    r"(\d{1,4})[./\-年년](?:\s?)(\d{1,2})[./\-月월](?:\s?)(\d{1,4})[.日일]?"
    r"(?:[T,\s]+(?:(?P<before>[ap])\.?m\.?\s)?(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?:(?P<half>[ap])\.?\s?m\.?)?\s*(?P<zone>z|utc|gmt|[+-]\d{2}:?\d{2})?)?",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(\d{1,16})(?:[.,](\d+))?")
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?", re.IGNORECASE)
_CLOCK = re.compile(
    r"(?<!\d)(\d{1,2})[:h](\d{2})(?::(\d{2})(?:[.,]\d+)?)?(?:\s*([ap])\.?\s?m\b\.?)?(?:\s*(?:(?:UTC|GMT)?([+-]\d{2}:?\d{2})|([a-z]{1,4})\b))?",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_WHOLE_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 # a local wall clock, whatever the zone
_LONGEST = 60


def as_utc(at: datetime, zone: tzinfo = UTC) -> datetime:
    """Give an instant in UTC; where it names no zone, it is one of `zone`."""
    return (at.replace(tzinfo=zone) if at.tzinfo is None else at).astimezone(UTC)


def is_believed(at: datetime, now: datetime) -> bool:
    """Tell whether an instant lies within the one bound on dates."""
    return EARLIEST <= at <= latest_date(now)


def check_bounds(at: datetime, latest: datetime, text: str) -> datetime:
    """Give an instant that is not before 1971 and not after `latest`.

    Raises:
        InvalidRecordError: If it is; says the text it was read from.
    """
    if not EARLIEST <= at <= latest:
        raise InvalidRecordError(f"the date {text[:60]!r} is not between 1971 and tomorrow")
    return at


def read_zone(name: str | None) -> tzinfo:
    """Read a time zone: `Europe/Berlin`, `+02:00`, `UTC`; None gives UTC.

    Raises:
        UsageError: If it is unknown.
    """
    if name is None or name.strip().upper() in ("UTC", "Z", "GMT"):
        return UTC
    try:
        return _offset(name.strip()) or ZoneInfo(name.strip())
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError(f"--timezone {name} is unknown; write it as Europe/Berlin or +02:00") from error


def _offset(text: str) -> tzinfo | None:
    found = _OFFSET.fullmatch(text)
    if found is None:
        return None
    return timezone(int(f"{found[1]}1") * timedelta(hours=int(found[2]), minutes=int(found[3] or 0)))


# --- the dates of one column -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class DateReader:
    """How the dates of one column are read.

    Attributes:
        zone: Of dates that name none.
        order: `dmy` or `mdy`, for dates in numbers that do not begin with the year.
        latest: Dates after this instant are refused.
        pattern: The strptime format, where it was given.
        width: How many characters a date has at least; a shorter one is cut off.
        whole_years: Whether a date without a year of four digits is cut off.
    """

    zone: tzinfo
    order: str
    latest: datetime
    pattern: str | None = None
    width: int = 0
    whole_years: bool = False

    def read(self, text: str) -> datetime:
        """Read a date.

        Raises:
            InvalidRecordError: If it is none, cut off, or not between 1971 and tomorrow.
        """
        text = " ".join(text.split())
        try:
            at = as_utc(self._parse(text), self.zone)
        except (ValueError, OverflowError, LookupError, TypeError) as error:
            raise InvalidRecordError(f"{text[:60]!r} is not a date that can be read") from error
        if len(text) < self.width or (self.whole_years and not _WHOLE_YEAR.search(text)):
            raise InvalidRecordError(f"the date {text!r} is shorter than the others: cut off?")
        return check_bounds(at, self.latest, text)

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


_EITHER = tuple(DateReader(zone=UTC, order=order, latest=datetime.max.replace(tzinfo=UTC)) for order in ("dmy", "mdy"))


def is_date(text: str) -> bool:
    """Tell whether a text is surely a date, be it with the day or the month first; a bare number is none."""
    text = text.strip()
    if not 6 <= len(text) <= _LONGEST or _NUMBER.fullmatch(text):
        return False
    return any(_read_or_none(reader, text) for reader in _EITHER)


def date_reader(samples: Iterable[str], pattern: str | None, zone: tzinfo, now: datetime) -> DateReader:
    """Choose how to read a column by samples of it.

    Raises:
        UsageError: If day and month can't be told apart.
    """
    order, doubtful = ("dmy", None) if pattern is not None else _order_of([" ".join(each.split()) for each in samples])
    if order is None:
        examples = "e.g. --date-format %d/%m/%Y or --date-format %m/%d/%Y"
        raise UsageError(f"{doubtful!r} may be day or month first; say which: {examples}")
    return DateReader(zone=zone, order=order, latest=latest_date(now), pattern=pattern)


def sorted_date_reader(samples: Iterable[str], now: datetime) -> DateReader:
    """Choose how to read a column that its program sorts by date, and whose last date may be cut off.

    Where no date tells the order, it is the one under which the column runs steadily; else `/` means month first, and
    any other sign day first. Dates that are shorter than all others are refused.
    """
    texts = [" ".join(text.split()) for text in samples]
    dates = [text for text in texts if is_date(text)]
    latest = latest_date(now)
    order, _ = _order_of(dates)
    if order is None:
        turns = [_turns(dates, DateReader(zone=UTC, order=each, latest=latest)) for each in ("dmy", "mdy")]
        slashed = any("/" in date for date in dates)
        order = "mdy" if turns[1] < turns[0] or (turns[0] == turns[1] and slashed) else "dmy"
    widths = Counter(len(text) for text in texts[:-1] if is_date(text))
    return DateReader(
        zone=UTC,
        order=order,
        latest=latest,
        width=min(widths) if len(widths) == 1 and widths.total() > 2 else 0,
        whole_years=bool(dates) and all(_WHOLE_YEAR.search(date) for date in dates[:-1] or dates),
    )


def _order_of(texts: Sequence[str]) -> tuple[str | None, str | None]:
    """Tell the order of day and month; where it is open none, and a date that leaves it open."""
    votes = {"dmy": 0, "mdy": 0}
    doubtful: str | None = None
    for text in texts:
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
        return None, doubtful
    return max(votes, key=lambda order: votes[order]), None


def _turns(dates: Iterable[str], reader: DateReader) -> int:
    """Count how often a column changes between rising and falling; a date that can't be counts as one more."""
    read = [_read_or_none(reader, date) for date in dates]
    sound = [at for at in read if at is not None]
    steps = [(later > earlier) for earlier, later in pairwise(sound) if later != earlier]
    return len(read) - len(sound) + sum(one != next_ for one, next_ in pairwise(steps))


def _read_or_none(reader: DateReader, text: str) -> datetime | None:
    try:
        return reader.read(text)
    except InvalidRecordError:
        return None


# --- one date --------------------------------------------------------------------------------------------------------


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
    return at if found["zone"] is None else at.replace(tzinfo=_offset(found["zone"]) or UTC)


def _of_words(text: str) -> datetime:
    """Read a date with a month's name: one month, a day and a year, a clock and a zone perhaps."""
    clock = _CLOCK.search(text)
    if clock is not None:
        text = text[: clock.start()] + " " + text[clock.end() :] + " " + ("" if _zone_of(clock) else clock[6] or "")
    tokens = _TOKEN.findall(fold(text))
    numbers = [token for token in tokens if token.isdigit()]
    months = [MONTHS[token] for token in tokens if token in MONTHS]
    if len(months) == 2 and tokens[0] in _ALSO_DAYS:
        months = months[1:]
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
        return _offset(clock[5])
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
