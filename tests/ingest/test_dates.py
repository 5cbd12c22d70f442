"""Dates in many forms, and columns of them."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import InvalidRecordError, UsageError
from graph.model import latest_date
from ingest.kit.dates import date_reader, is_date, read_zone, sorted_date_reader

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
DAY_FIRST = date_reader(["13/02/2020"], None, UTC, NOW)
MONTH_FIRST = date_reader(["02/13/2020"], None, UTC, NOW)

DATES = {
    "2020-01-02": "2020-01-02T00:00",
    "2020-01-02T03:04:05Z": "2020-01-02T03:04:05",
    "2020-01-02 03:04:05 UTC": "2020-01-02T03:04:05",
    "2020-01-02 03:04:05.123 +0200": "2020-01-02T01:04:05",
    "2020/1/5 5:04:03 AM": "2020-01-05T05:04:03",
    "5.3.2024 14:05": "2024-03-05T14:05",
    "05/03/24 2:05 PM": "2024-03-05T14:05",
    "05/03/24 PM 2:05": "2024-03-05T14:05",
    "05/03/2024 12:05 a.m.": "2024-03-05T00:05",
    "05-03-99": "1999-03-05T00:00",
    "2024年3月5日": "2024-03-05T00:00",
    "2024. 3. 5.": "2024-03-05T00:00",
    "20240305": "2024-03-05T00:00",
    "1583020800": "2020-03-01T00:00",
    "1583020800.5": "2020-03-01T00:00:00.500000",
    "1583020800123": "2020-03-01T00:00:00.123000",
    "1583020800123456": "2020-03-01T00:00:00.123456",
    "45000": "2023-03-15T00:00",
    "45000,5": "2023-03-15T12:00",
    "5 mars 2024": "2024-03-05T00:00",
    "mar. 5 mars 2024 à 10h30": "2024-03-05T10:30",
    "5. März 2024 um 14:05 Uhr": "2024-03-05T14:05",
    "Di., 5. Dez. 2023": "2023-12-05T00:00",
    "5 de marzo de 2024": "2024-03-05T00:00",
    "mardi 5 août 2023 10:00 CEST": "2023-08-05T08:00",
    "maandag 4 mei 2020": "2020-05-04T00:00",
    "March 5, 2024 3:04 PM EST": "2024-03-05T20:04",
    "Friday, May 1st, 2009 at 3:15pm": "2009-05-01T15:15",
    "Mon, 5 Mar 2024 10:00:00 +0100": "2024-03-05T09:00",
    "24/Apr/2009:10:11:12 +0000": "2009-04-24T10:11:12",
    "5-Mar-24": "2024-03-05T00:00",
    "5-Mar-71": "1971-03-05T00:00",
    "paz 5 paź 2024": "2024-10-05T00:00",
    "05 июл. 2024 г.": "2024-07-05T00:00",
    "2024년 3월 5일": "2024-03-05T00:00",
    "": None,
    "soon": None,
    "10:30": None,
    "Mar 5": None,
    "March 2024": None,
    "5 Thermidor 2020": None,
    "12/31/2020": None,
    "31.2.2020": None,
    "1/2/2020 13:00 pm": None,
    "2 March 2020 13:00 pm": None,
    "123": None,
    "20201399": None,
    "1969-12-31": None,
    "2106-02-07": None,
    "4294967296": None,
    "9999-12-31T23:59:59-23:00": None,
    "2024-03-05 10:00 +99:00": None,
    "5 Mar 2024 10:00 +99:00": None,
}


@pytest.mark.parametrize(("text", "at"), DATES.items())
def test_dates_are_read_or_refused(text: str, at: str | None) -> None:
    if at is not None:
        assert DAY_FIRST.read(text) == datetime.fromisoformat(at).replace(tzinfo=UTC)
    else:
        with pytest.raises(
            InvalidRecordError, match=r"is not a date that can be read|is not between 1971 and tomorrow"
        ):
            DAY_FIRST.read(text)


def test_the_order_of_day_and_month_is_found_in_the_samples() -> None:
    assert DAY_FIRST.read("03/04/2020") == datetime(2020, 4, 3, tzinfo=UTC)
    assert MONTH_FIRST.read("03/04/2020") == datetime(2020, 3, 4, tzinfo=UTC)
    for samples, order in (
        (["3/4/2020 4:05 PM"], "mdy"),
        (["3.4.2020"], "dmy"),
        (["3/3/2020", "2020-01-05"], "dmy"),
        ([], "dmy"),
        (["13/1/2020", "14/1/2020", "1/13/2020"], "dmy"),
    ):
        assert date_reader(samples, None, UTC, NOW).order == order
    for samples in (["3/4/2020"], ["3-4-2020"], ["3/4/2020", "13/1/2020", "1/13/2020"]):
        with pytest.raises(UsageError, match=r"'3.4.2020' may be day or month first; say which: e\.g\. --date-format"):
            date_reader(samples, None, UTC, NOW)


def test_a_given_format_is_believed() -> None:
    reader = date_reader(["3/4/2020"], "%m/%d/%Y", timezone(timedelta(hours=2)), NOW)
    assert reader.read("3/4/2020") == datetime(2020, 3, 3, 22, tzinfo=UTC)
    with pytest.raises(InvalidRecordError):
        reader.read("2020-03-04")


def test_zones() -> None:
    assert read_zone(None) is UTC
    assert read_zone("z") is UTC
    assert read_zone("UTC+02:00") == timezone(timedelta(hours=2))
    assert read_zone("-0330") == timezone(-timedelta(hours=3, minutes=30))
    summer = date_reader([], None, read_zone("Europe/Berlin"), NOW).read("2020-07-01 12:00")
    assert summer == datetime(2020, 7, 1, 10, tzinfo=UTC)
    for name in ("Mars/Olympus", "../etc/passwd", "+24:00", ""):
        with pytest.raises(UsageError, match="is unknown; write it as Europe/Berlin"):
            read_zone(name)


def test_a_bare_number_is_not_surely_a_date() -> None:
    surely = ["5 Mar 2024", "05.03.2024", "12/31/2024"]
    hardly = ["", "20240305", "12.5", "45000,5", "Acme 2024", "+49 30 1234", "ann@example.org"]
    assert [text for text in surely + hardly if is_date(text)] == surely


@pytest.mark.parametrize("hour", [0, 12, 23])
def test_the_latest_date_is_the_latest_date_in_utc(hour: int) -> None:
    now = datetime(2026, 11, 1, hour, tzinfo=UTC).astimezone(timezone(timedelta(hours=9)))
    assert latest_date(now) == datetime(2026, 11, 2, 23, 59, 59, 999_999, tzinfo=UTC)
    for reader in (date_reader([], None, UTC, now), sorted_date_reader(["3/5/24"], now)):
        assert reader.read("2026-11-02 23:59:59") < latest_date(now)
        with pytest.raises(InvalidRecordError, match="not between 1971 and tomorrow"):
            reader.read("2026-11-03")


# --- columns that their program sorts by date ------------------------------------------------------------------------


def days(*texts: str) -> list[str]:
    dates = sorted_date_reader(texts, NOW)
    return [dates.read(text).date().isoformat() for text in texts]


@pytest.mark.parametrize(
    ("texts", "wanted"),
    [
        (["3/5/24", "3/25/24"], ["2024-03-05", "2024-03-25"]),
        (["3/5/24", "25/3/24"], ["2024-05-03", "2024-03-25"]),
        (["10/5/24", "9/4/24", "8/6/24", "7/3/24"], ["2024-10-05", "2024-09-04", "2024-08-06", "2024-07-03"]),
        (["5/10/24", "4/9/24", "6/8/24", "3/7/24"], ["2024-10-05", "2024-09-04", "2024-08-06", "2024-07-03"]),
        (["3/5/24"], ["2024-03-05"]),
        (["03-05-2024"], ["2024-05-03"]),
        (["3.5.2024"], ["2024-05-03"]),
        (["05-Mar-24", "4-Apr-21"], ["2024-03-05", "2021-04-04"]),
        (["2024-03-05"], ["2024-03-05"]),
        (["1/29/26, 2:37 PM"], ["2026-01-29"]),
        (["1/9/26, 2:37\u202fPM"], ["2026-01-09"]),
        (["12/10/26", "11/12/25"], ["2026-10-12", "2025-12-11"]),
    ],
)
def test_the_order_of_day_and_month_is_decided_by_the_column(texts: list[str], wanted: list[str]) -> None:
    assert days(*texts) == wanted


@pytest.mark.parametrize("cut", ["05 Mar 20", "05 Mar 2", "05 Mar ", "05", ""])
def test_a_date_that_is_cut_off_is_refused(cut: str) -> None:
    dates = sorted_date_reader(["05 Mar 2024", "14 Nov 2023", "01 Jan 2012", cut], NOW)
    with pytest.raises(InvalidRecordError):
        dates.read(cut)


def test_years_of_two_and_four_digits_do_not_mix() -> None:
    dates = sorted_date_reader(["5 Mar 2024", "14 Nov 2023", "1 Jan 20"], NOW)
    with pytest.raises(InvalidRecordError, match="cut off"):
        dates.read("1 Jan 20")


@settings(max_examples=200)
@given(
    st.text(alphabet="0123456789/.-: TZapm+年,éM", max_size=24) | st.text(max_size=30), st.lists(st.text(max_size=12))
)
def test_any_text_is_a_date_or_refused(text: str, column: list[str]) -> None:
    for reader in (DAY_FIRST, sorted_date_reader([*column, text], NOW)):
        with suppress(InvalidRecordError):
            at = reader.read(text)
            assert at.tzinfo is UTC
            assert at <= latest_date(NOW)
