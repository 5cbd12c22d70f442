"""What is said of accounts and items, as columns: '' for no text, dates as JSON where the texts have one each."""

from collections.abc import Iterable, Sequence

import orjson

from graph.batch import ACCOUNT_TEXTS, Said, dates_of
from graph.columns import SaidColumns

TEXTS = ", ".join(ACCOUNT_TEXTS)


def make_row(texts: Sequence[str], mark: int, at: int, dates: str) -> Said:
    """Make the row of its columns."""
    said = tuple(texts)
    return (said, tuple(orjson.loads(dates)), 0) if dates else (said, at, mark)


def flat_dates(said: Said) -> tuple[int, int, str]:
    """Give the columns of its dates: mark, newest date, and all dates where they differ."""
    _, at, mark = said
    if isinstance(at, tuple):
        return 0, max(at), orjson.dumps(at).decode()
    return mark, at, ""


def flat_columns(said: SaidColumns, places: Iterable[int]) -> list[str]:
    """Give the column of all dates, as `flat_dates` does, of some places."""
    if not said.dates:
        return [""] * len(list(places))
    return [orjson.dumps(said.dates[place]).decode() if place in said.dates else "" for place in places]


def split_dates(texts: Sequence[str], at: int, dates: str) -> dict[int, list[int]]:
    """Tell which of the texts, by place, were said at which date."""
    places: dict[int, list[int]] = {}
    for place, date in enumerate(dates_of(make_row(texts, 1, at, dates))):
        if texts[place]:
            places.setdefault(date, []).append(place)
    return places
