"""Text for terminals: hostile data are made harmless, numbers and dates are readable."""

import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.words.lines import (
    Span,
    Style,
    cells,
    clean,
    count,
    day,
    duration,
    enumerate_words,
    link,
    moment,
    pad,
    plain,
    shorten,
    size,
    spans,
    table,
    wrapped,
)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("Ann\x1b[31m Lee\x1b]0;owned\x07", "Ann[31m Lee]0;owned"),
        ("a\nb\tc\r\nd", "a b c  d"),
        ("\u202egnp.exe\u202c", "gnp.exe"),
        ("\u2066x\u2069\u200f\u200e\u061c", "x"),
        ("\x9b31m", "31m"),
        ("lone \ud83d surrogate", "lone \ufffd surrogate"),
        ("李雷 علي 👩‍👩‍👧", "李雷 علي 👩‍👩‍👧"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("", ""),
    ],
)
def test_clean_makes_hostile_text_harmless(text: str, safe: str) -> None:
    assert clean(text) == safe


@given(st.text(st.characters(), max_size=60))
def test_clean_leaves_nothing_that_steers_a_terminal(text: str) -> None:
    made = clean(text)
    assert all(unicodedata.category(char) not in {"Cc", "Cs", "Zl", "Zp"} for char in made)
    assert not set(made) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
    assert clean(made) == made


@given(st.text(max_size=80), st.integers(2, 40))
def test_shorten_never_exceeds_the_limit(text: str, limit: int) -> None:
    assert len(shorten(text, limit)) <= limit


def test_shorten_cuts_at_a_word_and_reads_little_of_a_huge_text() -> None:
    assert shorten("one two three four", 12) == "one two…"
    assert shorten("x" * 10_000_000, 10) == "x" * 9 + "…"
    assert shorten("  a \n b  ", 10) == "a b"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("HTTP://example.org", "HTTP://example.org"),
        ("mailto:ann@example.org", "mailto:ann@example.org"),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("https://example.org/\x1b[2J", None),
        ("https://example.org/a b", None),
        ("https://example.org/\u202egpj", None),
        ("https://example.org/" + "x" * 3000, None),
        (None, None),
    ],
)
def test_only_safe_links_are_shown(url: str | None, shown: str | None) -> None:
    assert link(url) == shown


def test_dates_are_in_utc_and_readable() -> None:
    at = datetime(2009, 4, 5, 1, 30, tzinfo=timezone(timedelta(hours=3)))
    assert day(at) == "4 April 2009"
    assert day(date(2009, 12, 31)) == "31 December 2009"
    assert day(None) == "undated"
    assert moment(datetime(2009, 4, 5, 1, 3, tzinfo=UTC)) == "5 April 2009 01:03 UTC"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.44, "0.4 s"), (12.3, "12 s"), (59.6, "1 min 0 s"), (125, "2 min 5 s"), (7805, "2 h 10 min")],
)
def test_durations(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("octets", "words"),
    [(0, "0 bytes"), (999, "999 bytes"), (3_400_000, "3.4 MB"), (250_000, "250 kB"), (5e12, "5000 GB")],
)
def test_sizes(octets: int, words: str) -> None:
    assert size(octets) == words


def test_counts_and_lists_of_words() -> None:
    assert (count(1, "person", "people"), count(4210, "person", "people"), count(0, "act")) == (
        "1 person",
        "4,210 people",
        "0 acts",
    )
    assert [enumerate_words(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


def test_columns_line_up_with_wide_and_combining_characters() -> None:
    assert cells("李e\u0301") == 3
    assert pad("李", 4) == "李  "
    assert table([("id", "name"), ("x:12345", "Ann")]) == ["  id       name", "  x:12345  Ann"]
    assert table([]) == []


def test_wrapped_text_is_indented_under_its_label() -> None:
    assert wrapped("one " * 24 + "two three", "  label  ") == [
        "  label  " + "one " * 22 + "one",
        "         one two three",
    ]
    assert wrapped("", "  label  ") == ["  label  "]


def test_a_line_is_a_string_a_span_or_pieces() -> None:
    assert spans("a") == [Span("a")]
    assert spans(Span("a", Style.NAME)) == [Span("a", Style.NAME)]
    assert plain(["a\x1b", Span("b\n", Style.GOOD)]) == "ab "
