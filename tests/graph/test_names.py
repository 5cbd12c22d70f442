"""Names as they are compared: folding, reading what was typed, and the ranking that every store shares."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model import Account
from graph.people.matches import rank, read_query
from graph.people.names import fold, normal_url, pad_words, searchable_text, words_of

FOLK = [
    Account(id="email:mara@example.org", name="Mara Quist", org="Harbour Press", title="Columnist"),
    Account(id="x:5", handle="maraquist", name="Mara Q.", url="https://x.com/maraquist"),
    Account(id="linkedin:in/mara-quist", name="Marah D. Quist", url="https://www.linkedin.com/in/mara-quist/"),
    Account(id="mastodon:oda@example.social", handle="oda", name="Øda Ødegård"),
    Account(id="x:@oda", handle="oda"),
    Account(id="web:example.org#jon smythe", name="Jon Smythe"),
    Account(id="x:9", name="山田 太郎"),
    Account(id="x:10", name="🦊"),
    Account(id="x:12", name="Jürgen Weiß-Łuczak", url="http://blog.example.org/about/"),
]


def found(text: str) -> list[tuple[str, str]]:
    return [(match.account.id, match.why) for match in rank(read_query(text), FOLK)]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  Ann   LEE ", "ann lee"),
        ("René Dvořák", "rene dvorak"),
        ("Straße ẞ", "strasse ss"),
        ("Øre Łódź Đorđe Æon Þor", "ore lodz dorde aeon thor"),
        ("ｆｕｌｌ ｗｉｄｔｈ", "full width"),
        ("ﬁne", "fine"),
        ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
        ("İstanbul ılgaz", "istanbul ilgaz"),
        ("Ольга", "ольга"),
        ("", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_words_are_parted_by_anything_but_letters_and_digits() -> None:
    assert words_of("Ann-Marie O'Neil, Ph.D.") == ["ann", "marie", "o", "neil", "ph", "d"]
    assert words_of("🦊 🦉") == ["🦊", "🦉"]


@pytest.mark.parametrize(
    "url",
    [
        "https://www.example.org/about/",
        "http://example.org/about",
        "EXAMPLE.org/about?lang=en#top",
        "https://m.example.org/about",
    ],
)
def test_urls_are_compared_without_what_varies(url: str) -> None:
    assert normal_url(url) == "example.org/about"


def test_the_text_to_index_holds_each_word_once() -> None:
    text = searchable_text("x:5", "maraquist", "Mara Quist", "https://x.com/maraquist", "Quist & Co", "")
    assert text == "  mara  quist  maraquist  5  co  "
    assert pad_words([]) == "  "


@pytest.mark.parametrize(
    ("text", "ids", "handle", "network"),
    [
        ("https://x.com/Oda", ("x:@oda",), "oda", "x"),
        ("twitter.com/@oda/status/1", ("x:@oda",), "@oda", "x"),
        ("https://uk.linkedin.com/in/Mara-Quist/", ("linkedin:in/mara-quist",), "mara-quist", "linkedin"),
        ("https://bsky.app/profile/did:plc:abc", ("bluesky:did:plc:abc",), "did:plc:abc", "bluesky"),
        ("https://example.social/@Oda", ("mastodon:oda@example.social",), "oda@example.social", "mastodon"),
        ("https://example.org/about/mara", (), "mara", None),
        ("mara.quist", ("x:@mara.quist",), "mara.quist", None),
        ("X:5", ("X:5", "x:5"), None, None),
        ("mailto:Mara@Example.org", ("email:mara@example.org", "mastodon:mara@example.org"), None, None),
        ("Mara Quist", (), None, None),
    ],
)
def test_what_was_typed_is_read_in_each_way_it_can_be_meant(
    text: str, ids: tuple[str, ...], handle: str | None, network: str | None
) -> None:
    query = read_query(text)
    assert (query.ids, query.network) == (ids, network)
    assert (query.handle or "").removeprefix("@") == (handle or "").removeprefix("@")


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Mara Quist", ("email:mara@example.org", "name")),
        ("QUIST, mara", ("email:mara@example.org", "name")),
        ("M. Quist", ("email:mara@example.org", "name")),
        ("Marra Qist", ("email:mara@example.org", "name")),
        ("@maraquist", ("x:5", "handle")),
        ("https://twitter.com/maraquist", ("x:5", "handle")),
        ("mara@example.org", ("email:mara@example.org", "address")),
        ("harbour press", ("email:mara@example.org", "org")),
        ("Harbor Press", ("email:mara@example.org", "org")),
        ("columnist", ("email:mara@example.org", "title")),
        ("mara quist harbour", ("email:mara@example.org", "name")),
        ("https://linkedin.com/in/mara-quist?trk=1", ("linkedin:in/mara-quist", "id")),
        ("blog.example.org/about", ("x:12", "url")),
        ("oda odegard", ("mastodon:oda@example.social", "name")),
        ("@oda@example.social", ("mastodon:oda@example.social", "id")),
        ("jon smith", ("web:example.org#jon smythe", "name")),
        ("山田", ("x:9", "name")),
        ("🦊", ("x:10", "name")),
        ("juergen weiss", ("x:12", "name")),
        ("x:9", ("x:9", "id")),
    ],
)
def test_the_best_match(text: str, first: tuple[str, str]) -> None:
    assert found(text)[0] == first


@pytest.mark.parametrize("text", ["", " ", "zzz", "@", "nobody at all"])
def test_what_does_not_fit_is_left_out(text: str) -> None:
    assert found(text) == []


def test_equal_scores_are_ordered_by_id() -> None:
    assert found("@oda")[:2] == [("mastodon:oda@example.social", "handle"), ("x:@oda", "id")]


def test_a_profile_elsewhere_is_no_exact_match() -> None:
    assert [
        match.score for match in rank(read_query("https://x.com/oda"), FOLK) if match.account.id.startswith("mastodon")
    ] != [1.0]


@settings(max_examples=50)
@given(st.text(max_size=30), st.lists(st.builds(Account, id=st.just("x:1"), name=st.text(max_size=20)), max_size=4))
def test_any_text_is_ranked_best_first_between_nought_and_one(text: str, accounts: list[Account]) -> None:
    scores = [match.score for match in rank(read_query(text), accounts)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


@given(st.from_regex(r"[A-Za-z]{3,8} [A-Za-z]{3,8}", fullmatch=True))
def test_a_name_finds_itself_whatever_its_case_and_order(name: str) -> None:
    first, last = name.split()
    for text, least in ((name.upper(), 1.0), (f"{last} {first}", 0.9)):
        (match,) = rank(read_query(text), [Account(id="x:1", name=name)])
        assert match.score >= least
