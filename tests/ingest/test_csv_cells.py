"""Cells of tables: dates in many forms, and whom a text names."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import InvalidRecordError, UsageError
from graph.model import Account
from ingest.kit.dates import date_reader, is_date, read_zone
from ingest.who import account_in, accounts_in, profile_in, slug

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
    assert is_date("5 Mar 2024")
    assert not is_date("20240305")
    assert not is_date("ann@example.org")


@settings(max_examples=200)
@given(st.text(alphabet="0123456789/.-: TZapm+年,éM", max_size=24))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    try:
        at = DAY_FIRST.read(text)
    except InvalidRecordError:
        return
    assert at.tzinfo is UTC


PEOPLE = {
    "x:783214": Account(id="x:783214"),
    "ann@Example.org": Account(id="email:ann@example.org"),
    " Ann  Lee <ann@example.org> ": Account(id="email:ann@example.org", name="Ann Lee"),
    "mailto:ann@example.org": Account(id="email:ann@example.org"),
    "@Ann": Account(id="x:@ann", handle="Ann"),
    "@ann@example.social": Account(id="mastodon:ann@example.social", handle="ann"),
    "https://x.com/Ann/status/1": Account(id="x:@ann", url="https://x.com/Ann/status/1"),
    "https://www.linkedin.com/in/Ann-Lee/": Account(
        id="linkedin:in/ann-lee", url="https://www.linkedin.com/in/Ann-Lee/"
    ),
    "+49 (30) 123-4567": Account(id="phone:+49301234567"),
    "0049 30 1234567": Account(id="phone:+49301234567"),
    "Ann Lee": Account(id="manual:ann-lee", name="Ann Lee"),
    "李雷": Account(id="manual:李雷", name="李雷"),
    "Łukasz Øster": Account(id="manual:lukasz-oster", name="Łukasz Øster"),
}


@pytest.mark.parametrize(("text", "account"), PEOPLE.items())
def test_a_text_names_an_account(text: str, account: Account) -> None:
    assert account_in(text) == account


@pytest.mark.parametrize(
    ("text", "network", "account"),
    [
        ("7", "x", Account(id="x:7")),
        ("ann", "x", Account(id="x:@ann", handle="ann")),
        ("@Ann", "X", Account(id="x:@ann", handle="Ann")),
        ("x:7", "x", Account(id="x:7")),
        ("U012", "slack", Account(id="slack:U012")),
        ("@ann", "github", Account(id="github:ann")),
        ("Ann <a@example.org>", "email", Account(id="email:a@example.org", name="Ann")),
        ("https://github.com/Ann", "github", Account(id="github:ann", url="https://github.com/Ann")),
    ],
)
def test_a_text_is_an_account_on_a_given_network(text: str, network: str, account: Account) -> None:
    assert account_in(text, network) == account


@pytest.mark.parametrize(
    ("text", "network"),
    [
        ("", None),
        ("12345", None),
        ("?!", None),
        ("https://example.org/about", None),
        ("nobody", "email"),
        ("7", "no way"),
    ],
)
def test_what_names_nobody_is_refused(text: str, network: str | None) -> None:
    with pytest.raises(InvalidRecordError):
        account_in(text, network)


def test_profiles_are_told_by_their_addresses() -> None:
    assert profile_in("twitter.com/ann") == "x:@ann"
    assert profile_in("https://mobile.x.com/ann") == "x:@ann"
    assert profile_in("https://de.linkedin.com/in/ann-lee") == "linkedin:in/ann-lee"
    assert profile_in("https://bsky.app/profile/did:plc:abc") == "bluesky:did:plc:abc"
    assert profile_in("https://example.social/@ann") == "mastodon:ann@example.social"
    for other in (
        "https://x.com/search",
        "https://x.com",
        "https://example.org/ann",
        "http://[",
        "nonsense",
        "https://x.com/%01",
    ):
        assert profile_in(other) is None


def test_empty_parts_of_a_cell_are_nobody() -> None:
    assert accounts_in(" ;; ") == []
    assert [each.id for each in accounts_in("x:1; ;x:2,,x:3")] == ["x:1", "x:2", "x:3"]
    with pytest.raises(InvalidRecordError):
        slug("12-34")
