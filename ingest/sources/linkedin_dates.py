"""The dates of a LinkedIn export: `05 Mar 2024`, `1/29/26, 2:37 PM`, `2024-01-01 10:00:00 UTC`, in many languages.

Where a column's dates are numbers, day or month may come first. What exceeds 12 decides; else the order under which
the column runs steadily, because LinkedIn sorts its tables by date; else `/` means month first, and any other sign
day first.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from graph.errors import InvalidRecordError, UsageError
from ingest.sources.linkedin_words import in_english
from ingest.when import DateReader, date_reader

_WHOLE_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
# How messages are dated: the many that need no translation.
_PLAIN = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) UTC", re.ASCII)
_DATE_LIMIT = 60
_EVER = datetime.max.replace(tzinfo=UTC)
_EITHER = tuple(DateReader(zone=UTC, order=order, latest=_EVER) for order in ("dmy", "mdy"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """How the dates of one column are read.

    Attributes:
        width: How many characters each of them has, where that is the same for all.
        whole_years: Whether all of them write the year with four digits.
    """

    reader: DateReader
    width: int | None
    whole_years: bool

    def read(self, text: str) -> datetime:
        """Read a date.

        Raises:
            InvalidRecordError: If it is missing, none, cut short, or not between 1971 and tomorrow.
        """
        text = " ".join(text.split())
        if not text:
            raise InvalidRecordError("the date is missing")
        plain = _PLAIN.fullmatch(text)
        at = self.reader.read(f"{plain[1]}Z" if plain else in_english(text))
        if (self.width is not None and len(text) < self.width) or (self.whole_years and not _WHOLE_YEAR.search(text)):
            raise InvalidRecordError(f"the date {text!r} is shorter than the others: cut off?")
        return at


def is_date(text: str) -> bool:
    """Tell whether a cell is surely a date, be it with the day or the month first; a bare number is none."""
    if not 6 <= len(text) <= _DATE_LIMIT or text.replace(".", "").isdigit():
        return False
    plain = in_english(text)
    return any(_reads(reader, plain) for reader in _EITHER)


def _reads(reader: DateReader, text: str) -> bool:
    try:
        reader.read(text)
    except InvalidRecordError:
        return False
    return True


def learn_dates(samples: Iterable[str], now: datetime) -> Dates:
    """Learn from a column's first dates how to read all of them."""
    texts = [" ".join(text.split()) for text in samples]
    dates = [in_english(text) for text in texts if is_date(text)]
    latest = now + timedelta(days=1)
    try:
        reader = date_reader(dates, None, UTC, now)
    except UsageError:
        reader = DateReader(zone=UTC, order=_order_of(dates, latest), latest=latest)
    # The last one may be cut off.
    widths = Counter(len(text) for text in texts[:-1] if is_date(text))
    return Dates(
        reader=reader,
        width=next(iter(widths)) if len(widths) == 1 and widths.total() > 2 else None,
        whole_years=bool(dates) and all(_WHOLE_YEAR.search(date) for date in dates[:-1] or dates),
    )


def _order_of(dates: Sequence[str], latest: datetime) -> str:
    turns = {order: _turns(dates, DateReader(zone=UTC, order=order, latest=latest)) for order in ("dmy", "mdy")}
    if turns["dmy"] != turns["mdy"]:
        return min(turns, key=lambda order: turns[order])
    return "mdy" if any("/" in date for date in dates) else "dmy"


def _turns(dates: Iterable[str], reader: DateReader) -> int:
    """Count how often a column changes between rising and falling; a date that can't be counts as one more."""
    read, wrong = [], 0
    for date in dates:
        try:
            read.append(reader.read(date))
        except InvalidRecordError:
            wrong += 1
    steps = [(later > earlier) for earlier, later in pairwise(read) if later != earlier]
    return wrong + sum(one != next_ for one, next_ in pairwise(steps))
