"""The parts of mail: automatic senders, dates, headers, folders, excerpts."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.kit.text import clean
from ingest.sources.email.headers import (
    ids_in,
    joined,
    message_id_of,
    parse_date,
    parse_envelope,
    parse_received,
    read_headers,
    subject_of,
)
from ingest.sources.email.mail import excerpt_of
from ingest.sources.email.triage import Use, is_list, is_machine, use_of_labels, use_of_marks, use_of_path

# --- automatic senders -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    ["noreply@x.example", "no-reply@x.example", "ann.no_reply@x.example", "do-not-reply+7@x.example",
     "MAILER-DAEMON@x.example".lower(), "bounces+17=ann@x.example", "notifications@github.com", "alerts2@x.example",
     "x@reply.github.com", "ann@bounce.mailer.example", "ann@facebookmail.com"],
)  # fmt: skip
def test_machines_are_known_by_their_addresses(address: str) -> None:
    assert is_machine(address)


@pytest.mark.parametrize("address", ["ann@x.example", "noreen@x.example", "info@x.example", "bo.unces@x.example"])
def test_people_are_no_machines(address: str) -> None:
    assert not is_machine(address)
    assert not is_list(address)


@pytest.mark.parametrize(
    "address", ["shop@googlegroups.com", "x-request@y.example", "owner-x@y.example", "a@lists.y.example"]
)
def test_lists_are_known_by_their_addresses(address: str) -> None:
    assert is_list(address)


# --- dates -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mon, 5 Jan 2009 10:00:00 +0100", datetime(2009, 1, 5, 9, tzinfo=UTC)),
        ("Mon, 05 Jan 2009 10:00:00 -0530 (IST)", datetime(2009, 1, 5, 15, 30, tzinfo=UTC)),
        ("5 Jan 2009 10:00 GMT", datetime(2009, 1, 5, 10, tzinfo=UTC)),
        ("Mon, 5 Jan 09 10:00:00 EST", datetime(2009, 1, 5, 15, tzinfo=UTC)),
        ("Mon, 5 Jan 2009 23:59:60 +0000", datetime(2009, 1, 5, 23, 59, 59, tzinfo=UTC)),
        ("Mon, 5 Jan 2009 10:00:60 UT", datetime(2009, 1, 5, 10, 0, 59, tzinfo=UTC)),
        ("Mon, 5 Jan 2009 10:00:00 +9999", datetime(2009, 1, 5, 10, tzinfo=UTC)),
        ("Mon, 5 Jan 2009 10:00:00 -9900 (odd)", datetime(2009, 1, 5, 10, tzinfo=UTC)),
        ("Monday, 5 January 2009 10:00:00 -9900", datetime(2009, 1, 5, 10, tzinfo=UTC)),
        ("Mon Jan  5 10:00:00 2009", datetime(2009, 1, 5, 10, tzinfo=UTC)),
        ("2009-01-05T10:00:00+01:00", datetime(2009, 1, 5, 9, tzinfo=UTC)),
        ("2009-01-05 10:00:00", datetime(2009, 1, 5, 10, tzinfo=UTC)),
        ("Mon, 31 Feb 2009 10:00:00 +0000", None),
        ("31 February 2009 10:00:00", None),
        ("1 Jan 0001 00:00:00 +0100", None),
        ("2009-13-05T10:00:00", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates_are_read(text: str, expected: datetime | None) -> None:
    assert parse_date(text) == expected


@given(
    st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1)),  # noqa: DTZ001 # the zone is the next parameter
    st.integers(-14 * 60, 14 * 60),
)
def test_what_the_standard_library_formats_is_read(at: datetime, minutes: int) -> None:
    aware = at.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    assert parse_date(format_datetime(aware)) == aware


@given(st.text(max_size=60))
def test_any_date_is_read_or_none(text: str) -> None:
    for parse in (parse_date, parse_received, parse_envelope):
        found = parse(text)
        assert found is None or found.tzinfo is UTC


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("From ann@x.example Mon Jan  5 10:00:00 2009", datetime(2009, 1, 5, 10, tzinfo=UTC)),
        ("From 16@xxx Mon Jan 05 10:00:00 +0100 2009", datetime(2009, 1, 5, 9, tzinfo=UTC)),
        ("From ann@x.example Mon Jan  5 10:00 EST 2009", datetime(2009, 1, 5, 15, tzinfo=UTC)),
        ("From ann@x.example Mon Jan  5 10:00:00 2009 +0100", datetime(2009, 1, 5, 9, tzinfo=UTC)),
        ("From ann Mon Jan  5 10:00:00 2009 remote from Sun", datetime(2009, 1, 5, 10, tzinfo=UTC)),
        ("From ann@x.example 2009-01-05 10:00:00 +0100", datetime(2009, 1, 5, 9, tzinfo=UTC)),
        ("From ann@x.example Mon Feb 31 10:00:00 2009", None),
        ("From ", None),
    ],
)
def test_envelope_dates_are_read(line: str, expected: datetime | None) -> None:
    assert parse_envelope(line) == expected


def test_a_date_that_breaks_the_standard_library_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_: str) -> None:
        raise IndexError

    monkeypatch.setattr("ingest.sources.email.headers.parsedate_tz", breaks)
    assert parse_date("Monday, 5 January 2009") is None


def test_a_received_header_is_dated_behind_its_last_semicolon() -> None:
    assert parse_received("from a; by b; Mon, 5 Jan 2009 10:00:00 +0000") == datetime(2009, 1, 5, 10, tzinfo=UTC)
    assert parse_received("Mon, 5 Jan 2009 10:00:00 +0000") is None


# --- headers ---------------------------------------------------------------------------------------------------------


def test_headers_are_found_whatever_their_form() -> None:
    headers = read_headers(
        b"\xef\xbb\xbf\r\nFrom x Mon Jan  5 10:00:00 2009\r\n>From old sendmail\r\n"
        b"SUBJECT : folded\r\n\tover\r\n  lines\r\n"
        b"no colon here\r\nX-Unknown: passed over\r\n with: a fold\r\nto: a@x.example\r\nTo: b@x.example\r\n"
        b"X-Empty:\r\nFrom:\xe9\r\n\r\nTo: not.a.header@x.example\r\n"
    )
    assert headers.get_unixfrom() == "From x Mon Jan  5 10:00:00 2009\r"
    assert not headers.defects
    assert subject_of(headers) == "folded over lines"
    assert joined(headers, "to") == "a@x.example, b@x.example"
    assert headers["from"] == "é"
    assert "cc" not in headers
    assert joined(headers, "cc") == ""
    assert headers
    assert not read_headers(b"nothing\n\n")
    assert read_headers(b"To: cut.off@x.ex").defects


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("<a.b@x.example>", "a.b@x.example"),
        ("  <a.b@x.example> (comment)", "a.b@x.example"),
        ("a.b@x.example", "a.b@x.example"),
        ("< a.b@x.example >", "a.b@x.example"),
        ("<>", None),
        ("<localhost>", None),
        ("some words @ random", None),
        ("<" + "a" * 500 + "@x.example>", None),
        ("", None),
    ],
)
def test_message_ids_lose_their_brackets(value: str, expected: str | None) -> None:
    assert message_id_of(read_headers(f"Message-ID: {value}\n\n".encode())) == expected


def test_of_endless_references_the_first_and_the_last_count() -> None:
    endless = b"References: " + b" ".join(b"<%d@x.example>" % n for n in range(5000)) + b"\n\n"
    ids = ids_in(read_headers(endless), "references")
    assert (ids[0], ids[-1]) == ("0@x.example", "4999@x.example")
    assert len(ids) < 1000


def test_references_are_found_with_and_without_brackets() -> None:
    assert ids_in(read_headers(b"References: <a@x>\n <b@x> junk <c@x>\n\n"), "references") == ["a@x", "b@x", "c@x"]
    headers = read_headers(b"In-Reply-To: Your mail of Monday, a@x.example\n\n")
    assert ids_in(headers, "in-reply-to") == ["a@x.example"]


@given(st.binary(max_size=300))
def test_any_bytes_are_read_as_headers(head: bytes) -> None:
    headers = read_headers(b"Subject: x\nMessage-ID: " + head)
    subject_of(headers)
    message_id_of(headers)
    ids_in(headers, "references")
    use_of_marks(headers)


# --- folders ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "use"),
    [
        ("Takeout/Mail/All mail Including Spam and Trash.mbox", Use.MAIL),
        ("Takeout/Mail/Spam.mbox", Use.JUNK),
        ("Takeout/Mail/Papierkorb.mbox", Use.JUNK),
        ("Local Folders/Sent", Use.SENT),
        ("Local Folders/Sent-1", Use.SENT),
        ("Local Folders/Sent.sbd/2009", Use.SENT),
        ("Local Folders/Unsent Messages", Use.DRAFTS),
        ("Sent Messages (ann at example).mbox/mbox", Use.SENT),
        ("Éléments envoyés/mbox", Use.SENT),
        ("E\u0301le\u0301ments supprime\u0301s.mbox", Use.JUNK),
        ("Maildir/.Sent/cur", Use.SENT),
        ("Maildir/.INBOX.Trash/cur", Use.JUNK),
        ("Maildir/.&AMk-l&AOk-ments envoy&AOk-s/cur", Use.SENT),
        ("Maildir/.&g0l6P3ux-/cur", Use.DRAFTS),
        ("[Gmail]/Корзина", Use.JUNK),
        ("[Gmail].Отправленные", Use.SENT),
        ("Trash/Sent", Use.JUNK),
        ("R&D/&-co", Use.MAIL),
        ("bad &!!!- utf-7", Use.MAIL),
        ("bad &AAA- utf-7", Use.MAIL),
        ("bad &2D0- utf-7", Use.MAIL),
        ("Sent to the bank", Use.MAIL),
        ("Inbox", Use.MAIL),
        ("", Use.MAIL),
    ],
)
def test_folders_are_known_in_many_languages(path: str, use: Use) -> None:
    assert use_of_path(path) is use


@pytest.mark.parametrize(
    ("labels", "use"),
    [
        ("Inbox,Important,Opened,Category Personal", Use.MAIL),
        ("Sent,Opened", Use.SENT),
        ("Messages envoy\u00e9s,Ouvert", Use.SENT),
        ("=?UTF-8?Q?Bo=C3=AEte_de_r=C3=A9ception,Messages_envoy=C3=A9s?=", Use.SENT),
        ('"a label, with a comma",Gesendet', Use.SENT),
        ("Inbox,Sent,Trash", Use.JUNK),
        ("Papelera", Use.JUNK),
        ("Brouillons", Use.DRAFTS),
        ("", Use.MAIL),
    ],
)
def test_labels_are_known_in_many_languages(labels: str, use: Use) -> None:
    assert use_of_labels(labels) is use


@pytest.mark.parametrize(
    ("head", "use"),
    [
        (b"X-Mozilla-Status: 0009\n\n", Use.JUNK),
        (b"X-Mozilla-Status: 0001\n\n", Use.MAIL),
        (b"X-Mozilla-Status: what\n\n", Use.MAIL),
        (b"X-Status: D\n\n", Use.JUNK),
        (b"Status: RO\nX-Status: A\n\n", Use.MAIL),
        (b"X-Status: T\n\n", Use.DRAFTS),
        (b"X-Unsent: 1\n\n", Use.DRAFTS),
        (b"X-Gmail-Labels: Spam\n\n", Use.JUNK),
    ],
)
def test_marks_of_mail_programs_are_known(head: bytes, use: Use) -> None:
    assert use_of_marks(read_headers(head)) is use


# --- excerpts --------------------------------------------------------------------------------------------------------

_PLAIN = b"From x Mon Jan  5 10:00:00 2009\nContent-Type: text/plain; charset=utf-8\n\n"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Hi Ann,\n\nhow are you?\n\n-- \nBob\n", "Hi Ann, how are you?"),
        ("Yes.\n\nOn Mon, 5 Jan 2009, Ann Lee <ann@x.example>\nwrote:\n> No?\n", "Yes."),
        ("On Mon, 5 Jan 2009 Ann Lee wrote:\n> No?\nYes, below the quote.\n", "Yes, below the quote."),
        ("Ja.\nAm 5.1.2009 schrieb Ann Lee:\n> Nein?\n", "Ja."),
        ("Yes.\n\nOn Mon, 5 Jan 2009 Ann Lee wrote:\n\nNo?\nquoted without marks\n", "Yes."),
        ("As I once wrote:\nall is well\n", None),
        ("Yes.\n-----Original Message-----\nFrom: Ann\n", "Yes."),
        ("Yes.\n________________________________\nFrom: Ann\nSent: today\n", "Yes."),
        ("Yes.\n\n*From:* Ann\n*Sent:* Monday\n*To:* Bob\nold\n", "Yes."),
        ("fyi\n---------- Forwarded message ---------\nFrom: x\n", "fyi"),
        ("Sent from my phone\n", None),
        ("> only a quote\n", None),
        ("", None),
        ("word " * 100, ("word " * 60)[:299].rstrip() + "…"),
    ],
)
def test_an_excerpt_holds_only_the_first_own_words(body: str, expected: str | None) -> None:
    assert excerpt_of(_PLAIN + body.encode()) == expected
    assert excerpt_of((_PLAIN + body.encode()).replace(b"\n", b"\r\n")) == expected


def test_an_excerpt_is_found_in_a_multipart_mail_that_is_cut_off() -> None:
    mail = (
        b'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain; name="a.txt"\n'
        b"Content-Disposition: attachment\n\nnot this\n--b\nContent-Type: text/html; charset=x-martian\n"
        b"Content-Transfer-Encoding: quoted-printable\n\n<style>p{}</style><p>Gr=C3=BC=C3=9Fe &amp; Dank</p><p>Ann</p>"
        b"<blockquote>old</blockquote>\n--b\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n\nAAAA"
    )
    assert excerpt_of(mail) == "Grüße & Dank Ann"


def test_plain_text_goes_before_html() -> None:
    mail = (
        b'Content-Type: multipart/alternative; boundary="b"\n\n--b\nContent-Type: text/html\n\n<p>html</p>\n'
        b"--b\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\ncGxhaW4=\n--b--\n"
    )
    assert excerpt_of(mail) == "plain"


def test_a_mail_that_breaks_the_standard_library_has_no_excerpt(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise LookupError("unknown encoding")

    monkeypatch.setattr("ingest.sources.email.mail.message_from_bytes", breaks)
    assert excerpt_of(_PLAIN + b"hello") is None


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("short", 10, "short"),
        ("exactly it", 10, "exactly it"),
        ("one two three", 10, "one two…"),
        ("one, two three", 6, "one…"),
        ("unbreakable", 6, "unbre…"),
        (" \x00\ud800 ", 10, None),
        ("a" * 1000, 10, "a" * 9 + "…"),
        ("", 10, None),
        (None, 10, None),
        ("any  length", 0, "any length"),
    ],
)
def test_texts_are_cleaned_and_cut_at_a_word(text: str | None, limit: int, expected: str | None) -> None:
    assert clean(text, limit) == expected


@settings(max_examples=60)
@given(st.binary(max_size=300))
def test_any_bytes_give_an_excerpt_or_none(body: bytes) -> None:
    for kind in (b"text/plain; charset=undefined", b'multipart/mixed; boundary="b"', b"message/rfc822", b"text/html"):
        excerpt = excerpt_of(b"Content-Transfer-Encoding: base64\nContent-Type: " + kind + b"\n\n--b\n" + body)
        assert excerpt is None or len(excerpt) <= 300
