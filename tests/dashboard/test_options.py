"""What is typed as a date, a kind, or a span of time, and what each wrong one is told."""

from datetime import UTC, date, datetime

import click
import pytest

from dashboard.cli.options import Day, Instant, KindList, make_filters
from dashboard.service.privacy import parse_span
from graph.errors import UsageError
from graph.model import DECLARED, INTRODUCTION
from ingest.pull.rules import cutoff


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2009-04-15", date(2009, 4, 15), date(2009, 4, 15)),
        ("2009-02", date(2009, 2, 1), date(2009, 2, 28)),
        ("2008-2", date(2008, 2, 1), date(2008, 2, 29)),
        (" 2009 ", date(2009, 1, 1), date(2009, 12, 31)),
    ],
)
def test_days_months_and_years(text: str, first: date, last: date) -> None:
    assert Day().convert(text, None, None) == first
    assert Day(end=True).convert(text, None, None) == last
    assert Day().convert(first, None, None) == first


@pytest.mark.parametrize("text", ["yesterday", "2009-13", "2009-02-30", "", "09", "0000", "2009-04-15T10:00"])
def test_no_date(text: str) -> None:
    with pytest.raises(click.BadParameter, match="is no date"):
        Day().convert(text, None, None)


def test_instants() -> None:
    assert Instant().convert("2009-04-15", None, None) == datetime(2009, 4, 15, tzinfo=UTC)
    assert Instant().convert("2009-04-15T09:30+02:00", None, None) == datetime(2009, 4, 15, 7, 30, tzinfo=UTC)
    assert Instant().convert("2009-04-15T09:30Z", None, None) == datetime(2009, 4, 15, 9, 30, tzinfo=UTC)
    at = datetime(2009, 4, 15, tzinfo=UTC)
    assert Instant().convert(at, None, None) is at


@pytest.mark.parametrize(("text", "why"), [("soon", "is no date"), ("2009-04-15T09:30", "has no time zone")])
def test_no_instant(text: str, why: str) -> None:
    with pytest.raises(click.BadParameter, match=why):
        Instant().convert(text, None, None)


def test_kinds() -> None:
    wanted = frozenset({"reply", DECLARED, INTRODUCTION})
    assert KindList().convert(" Reply, declared,introduction,", None, None) == wanted
    assert KindList().convert(wanted, None, None) == wanted
    with pytest.raises(click.BadParameter, match="did you mean reply"):
        KindList().convert("replly", None, None)
    with pytest.raises(click.BadParameter, match="no kind is named"):
        KindList().convert(" , ", None, None)
    with pytest.raises(click.BadParameter, match="the kinds are mention"):
        KindList().convert("zzz", None, None)


def test_filters_must_leave_some_time() -> None:
    filters = make_filters(None, date(2009, 1, 1), date(2009, 12, 31))
    assert filters.since == datetime(2009, 1, 1, tzinfo=UTC)
    assert filters.as_of == date(2009, 12, 31)
    with pytest.raises(UsageError, match="nothing lies between"):
        make_filters(None, date(2010, 1, 1), date(2009, 12, 31))


def test_spans_of_time() -> None:
    assert [parse_span(text) for text in ("3y", "18 months", "26W", "90days")] == ["3y", "18m", "26w", "90d"]
    assert cutoff("3y", date(2024, 2, 29)) == datetime(2021, 2, 28, tzinfo=UTC)
    for text in ("forever", "0y", "3", "-1y"):
        with pytest.raises(UsageError, match="no span of time"):
            parse_span(text)
    with pytest.raises(UsageError, match="reaches back"):
        cutoff("999y", date(900, 1, 1))
