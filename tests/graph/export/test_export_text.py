import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import urlsplit

import pytest
from hypothesis import given

from graph.export.escapes import iso, safe_link
from graph.records.clean import clean, line, shorten
from tests.graph.export.cases import UNSAFE_LINKS, any_text


@given(any_text)
def test_a_line_has_no_control_no_direction_change_and_no_surrogate(text: str) -> None:
    told = line(text)
    told.encode()
    assert not any(unicodedata.category(character) == "Cc" for character in told)
    assert not set("\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff") & set(told)
    assert line(told) == told


def test_marks_that_scripts_and_emoji_need_stay() -> None:
    for text in ("👩‍👩‍👧", "می‌خواهم", "אב\u200fג", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"):
        assert line(text) == text


def test_noncharacters_and_lone_surrogates_are_replaced() -> None:
    assert clean("a\ud800b\uffff\U0010fffec") == "a\ufffdb\ufffd\ufffdc"


def test_shorten_keeps_short_texts_and_marks_the_cut() -> None:
    assert shorten("abcde", 5) == "abcde"
    assert shorten("abcdef", 5) == "abcd…"
    assert shorten("ab👩\u200d👩x", 5) == "ab👩…"


@pytest.mark.parametrize("url", [*UNSAFE_LINKS, None])
def test_a_link_that_is_not_safe_to_click_is_refused(url: str | None) -> None:
    assert safe_link(url) is None


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://example.org/a b", "https://example.org/a%20b"),
        (" http://example.org/%41?q=a&b=c#d ", "http://example.org/%41?q=a&b=c#d"),
        ('https://example.org/"<>\\`{}^|', "https://example.org/%22%3C%3E%5C%60%7B%7D%5E%7C"),
        ("https://münchen.example/straße", "https://m%C3%BCnchen.example/stra%C3%9Fe"),
        ("mailto:ann@example.org", "mailto:ann@example.org"),
        ("HTTPS://Example.org", "HTTPS://Example.org"),
        ("https://example.org/\u202etxt", "https://example.org/txt"),
    ],
)
def test_a_safe_link_is_ascii_without_spaces(url: str, link: str) -> None:
    assert safe_link(url) == link


@given(any_text)
def test_no_text_makes_an_unsafe_link(text: str) -> None:
    link = safe_link(text)
    assert link is None or (urlsplit(link).scheme in {"http", "https", "mailto"} and link.isascii())


def test_instants_are_written_in_utc() -> None:
    assert iso(datetime(2026, 4, 12, 12, tzinfo=UTC)) == "2026-04-12T12:00:00Z"
    assert iso(datetime(2026, 4, 12, 12, 0, 0, 5, tzinfo=timezone(timedelta(hours=2)))) == "2026-04-12T10:00:00.000005Z"
