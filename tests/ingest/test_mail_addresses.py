"""Names and addresses in mail headers, as any source may meet them."""

import time
from email.header import Header
from email.utils import formataddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model import Account
from graph.people.handles import clean_address
from ingest.kit.mail_addresses import (
    Mailbox,
    account_of,
    decode_text,
    decode_words,
    parse_addresses,
    put_surname_last,
)

names = (
    st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=12).map(str.strip).filter(bool)
)
locals_ = st.text("abcdefghijklmnopqrstuvwxyz0123456789.+_-", min_size=1, max_size=12).filter(
    lambda text: text.strip(".") == text and not text.startswith("imceaex-")
)
addresses = st.builds("{}@{}.example".format, locals_, st.text("abcdefghij", min_size=1, max_size=8))


# --- encoded words ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("=?utf-8?Q?caf=C3=A9?= and =?iso-8859-1?q?caf=E9?=", "café and café"),
        ("=?utf-8?B?w4Q=?=\t=?utf-8?B?cGZlbA==?=", "Äpfel"),
        ("=?utf-8?Q?a=C3?= =?utf-8?Q?=A9b?=", "aéb"),  # one character over two words
        ("=?UTF-8?B?w4Q?=", "Ä"),  # no padding
        ("=?utf-8?B?w4Qx?x=?=", "Ä1"),  # a stray byte
        ("=?utf-8*de?Q?J=C3=BCrg?=", "Jürg"),  # RFC 2231's language
        ("=?x-martian?Q?J=FCrg?=", "Jürg"),
        ("=?rot13?Q?Ann?=", "Ann"),
        ("=?gb2312?B?xOO6ww==?=", "你好"),
        ("=?iso-2022-jp?B?GyRCJDMkcyRLJEEkTxsoQg==?=", "こんにちは"),
        ("=?windows-1252?Q?=93x=94?=", "“x”"),
        ("=?iso-8859-1?Q?=93x=94?=", "“x”"),  # what calls itself Latin-1 is Windows-1252
        ("=?us-ascii?Q?caf=C3=A9?=", "café"),
        ("=?utf-8?Q?bad=ZZhex?=", "bad=ZZhex"),
        ("=?utf-8?Q?never ends", "=?utf-8?Q?never ends"),
        ("=?utf-8?X?no such encoding?=", "=?utf-8?X?no such encoding?="),
        ("=?utf-8?Q?two?==?utf-8?Q?_words?=", "two words"),
        ("=?utf-8?Q??=", ""),
    ],
)
def test_words_are_decoded(text: str, expected: str) -> None:
    assert decode_words(text) == expected


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=60),
    st.sampled_from(["utf-8", "gb18030"]),
)
def test_what_the_standard_library_encodes_is_decoded(text: str, charset: str) -> None:
    encoded = Header(text, charset).encode(linesep="\n").replace("\n", "")
    assert decode_words(encoded) == text


@given(st.text(max_size=80))
def test_any_text_is_decoded_without_an_error(text: str) -> None:
    decode_words(text)
    decode_words(f"=?{text}?Q?{text}?= =?utf-8?B?{text}?=")


@given(
    st.binary(max_size=60),
    st.sampled_from(["idna", "punycode", "undefined", "utf-16", "utf-7", "hex", "nothing", "\0"]),
)
def test_any_bytes_are_read_in_any_charset(raw: bytes, charset: str) -> None:
    assert isinstance(decode_text(raw, charset), str)


# --- addresses -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ann@example.org", [("", "ann@example.org")]),
        ("Ann@Example.ORG", [("", "ann@example.org")]),
        ("<ann@example.org>", [("", "ann@example.org")]),
        ("<<ann@example.org>>", [("", "ann@example.org")]),
        ("Ann Lee <ann@example.org>", [("Ann Lee", "ann@example.org")]),
        ('"Lee, Ann" <ann@example.org>, bob@x.example', [("Lee, Ann", "ann@example.org"), ("", "bob@x.example")]),
        ("Lee, Ann <ann@example.org>", [("Lee, Ann", "ann@example.org")]),
        ("Bob, Carol, Ann <a@x.example>", [("Bob", None), ("Carol, Ann", "a@x.example")]),
        ("Bob, <a@x.example>", [("Bob", "a@x.example")]),
        ("Bob, a@x.example", [("Bob", None), ("", "a@x.example")]),
        ('"Ann \\"the\\" Lee" <a@b.example>', [('Ann "the" Lee', "a@b.example")]),
        ('"Ann" "Lee" <a@b.example>', [("Ann Lee", "a@b.example")]),
        ("'Ann Lee' <a@b.example>", [("Ann Lee", "a@b.example")]),
        ("'a@b.example' <a@b.example>", [("", "a@b.example")]),
        ("a@b.example; c@d.example;", [("", "a@b.example"), ("", "c@d.example")]),
        ("undisclosed-recipients:;", []),
        ("undisclosed recipients: ;", []),
        (
            "Friends: ann@x.example, Bob <b@x.example>;, c@x.example",
            [("", "ann@x.example"), ("Bob", "b@x.example"), ("", "c@x.example")],
        ),
        ("a@b.example (Ann Lee)", [("Ann Lee", "a@b.example")]),
        ("a@b.example (Ann (the) Lee)", [("Ann Lee", "a@b.example")]),
        ("(just a comment)", []),
        ("(Ann) <a@b.example>", [("Ann", "a@b.example")]),
        ("mailto:a@b.example", [("", "a@b.example")]),
        ("<mailto:a@b.example>", [("", "a@b.example")]),
        ("<@x.example,@y.example:a@b.example>", [("", "a@b.example")]),
        ("Ann Lee a@b.example", [("Ann Lee", "a@b.example")]),
        ("a @ b.example", [("", "a@b.example")]),
        ("a@b.example c@d.example", [("", None)]),
        ("Ann <a@b.example", [("Ann", "a@b.example")]),
        ("Ann a@b.example>", [("Ann", "a@b.example")]),
        ('"unbalanced <a@b.example>', [("unbalanced", "a@b.example")]),
        ("Ann <not an address>", [("Ann", None)]),
        ("<Ann Lee> <a@b.example>", [("", "a@b.example")]),
        ("Ann <a@b.example> <c@d.example>", [("Ann", "a@b.example")]),
        ("root", [("root", None)]),
        ("", []),
        (" , ;, ", []),
        ("=?utf-8?Q?Lee,_Ann?= <a@b.example>", [("Lee, Ann", "a@b.example")]),
        ("=?utf-8?Q?Ann_<a@b.example>?=", [("Ann", "a@b.example")]),
        ('"=?utf-8?Q?=C3=84nn?=" <a@b.example>', [("Änn", "a@b.example")]),
        ("a+tag@b.example", [("", "a+tag@b.example")]),
        ("ann@bücher.example", [("", "ann@xn--bcher-kva.example")]),
        ("jürg@b.example", [("", "jürg@b.example")]),
        ("Ann\x00\x07 Lee\u202e <a@b.example>", [("Ann Lee", "a@b.example")]),
    ],
)
def test_addresses_are_read(text: str, expected: list[tuple[str, str | None]]) -> None:
    assert [tuple(mailbox) for mailbox in parse_addresses(text)] == expected


@pytest.mark.parametrize(
    "raw",
    [
        "root", "@example.org", "ann@", "ann@localhost", "ann@localhost.localdomain", "ann@MISSING_DOMAIN",
        "a@.SYNTAX-ERROR.", "ann lee@example.org", "a@b@c.example", "ann@exa mple.org", "ann@" + "x" * 300,
        "a" * 300 + "@example.org", "IMCEAEX-_O=FIRM_OU=X@example.org", "ann@nobody.invalid", "ann@exam\x00ple.org",
        "an\x07n@example.org", "ann@" + "ü" * 80 + ".example", "ann@..", "",
    ],
)  # fmt: skip
def test_what_is_no_full_address_is_none(raw: str) -> None:
    assert clean_address(raw) is None


def test_an_address_literal_and_an_intranet_host_are_addresses() -> None:
    assert clean_address("ann@[192.0.2.1]") == "ann@[192.0.2.1]"
    assert clean_address("Ann@Intranet") == "ann@intranet"


def test_an_account_bears_the_name_it_was_written_with() -> None:
    account = account_of(Mailbox("Ann", "ann@example.org"))
    assert account is not None
    assert (account.id, account.name) == ("email:ann@example.org", "Ann")
    assert account_of(Mailbox("Ann", None)) is None


@given(st.lists(st.tuples(names, addresses), max_size=6))
def test_what_the_standard_library_writes_is_read(pairs: list[tuple[str, str]]) -> None:
    text = ", ".join(formataddr(pair) for pair in pairs)
    assert [mailbox.address for mailbox in parse_addresses(text)] == [address for _, address in pairs]


@given(st.text(st.sampled_from('a@b.,;:<>()"\\ =?Qé\n'), max_size=60))
def test_any_address_header_is_read_without_an_error(text: str) -> None:
    for mailbox in parse_addresses(text):
        assert mailbox.address is None or "@" in mailbox.address


@pytest.mark.parametrize("piece", ['"', "(", "<", "=?", "=?a?Q?", ",", "a@b.example,", '"\\', "((("])
def test_a_long_hostile_header_takes_no_long_time(piece: str) -> None:
    started = time.process_time()
    parse_addresses(piece * (100_000 // len(piece)))
    assert time.process_time() - started < 5


# --- names turned round ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "address", "wanted"),
    [
        ("Lee, Ann", "x@example.org", "Ann Lee"),
        ("Lee, Ann (Corp)", "x@example.org", "Ann Lee"),
        ("Lee, Ann [Acme DE]", "x@example.org", "Ann Lee"),
        ("Lee, Ann M.", "x@example.org", "Ann M. Lee"),
        ("Lee, A. M.", "x@example.org", "A. M. Lee"),
        ("O'Brien-Dahl, Mary-Jane", "x@example.org", "Mary-Jane O'Brien-Dahl"),
        ("van der Berg, Jan", "x@example.org", "Jan van der Berg"),
        ("Berg, Jan van der", "x@example.org", "Jan van der Berg"),
        ("JOHANSEN, Åse", "x@example.org", "Åse JOHANSEN"),
        ("JOHANSEN, ROBERTA", "x@example.org", "ROBERTA JOHANSEN"),
        ("Ліщук, Ганна", "x@example.org", "Ганна Ліщук"),
        ("García Ibarra, Ana", "ana.garcia@example.org", "Ana García Ibarra"),
    ],
)
def test_a_surname_before_a_comma_is_put_last(name: str, address: str, wanted: str) -> None:
    assert put_surname_last(name, address) == wanted
    assert account_of(Mailbox(name, address)) == Account(id=f"email:{address}", name=wanted)


@pytest.mark.parametrize(
    "name",
    [
        "", "Ann Lee", "Ann (Corp)", "Lee,", ", Ann", "Lee, Ann, PhD", "Lee, Jr.", "Ann Lee, PhD", "Ann Lee, Ph.D.",
        "Lee, M.D.", "Lee, MBA", "LEE, ANN", "Stone, Inc.", "Stone, GmbH", "Stone, Ltd", "Acme Sales, Berlin",
        "Acme Widgets, Berlin",
        "Support, Acme", "Acme, Customer Care", "Ann Lee, Acme", "Lee, Ann via Docs", "Lee, Ann & Bo", "Lee, Ann 2",
        "lee, ann", "山田, 太郎", "Lee, de", "de, Ann", "One Two Three, Ann", "Lee, Ann Bo Cy Di Ed",
    ],
)  # fmt: skip
def test_a_name_with_a_comma_that_may_mean_something_else_stays(name: str) -> None:
    assert put_surname_last(name, "ann@acme.example") == name


@given(st.text("Lee, AnnJrä.()[]山'-\u200d", max_size=30))
def test_turning_a_name_round_loses_no_letter(name: str) -> None:
    turned = put_surname_last(name, "x@example.org")
    assert turned == name or set(turned.split()) <= set(
        name.replace(",", " ").replace("(", " (").replace("[", " [").split()
    )
