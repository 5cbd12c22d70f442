"""What a text names: the same for cells of tables, `me`, commands by hand, `ask`, search and `exclude`."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.service.naming import find_account, new_account
from graph.errors import InvalidRecordError, NameAmbiguousError, UsageError
from graph.model import Account, Rule
from graph.people.handles import PLATFORMS, Handle, Platform, account_named, read_handle, read_profile, slug
from graph.people.matches import read_query
from graph.records.pack import pack
from graph.store.store import Store
from ingest.kit.who import account_in, accounts_in
from ingest.pull.rules import read_rules
from tests.conftest import NOW

ACCOUNTS = {
    "x:783214": "x:783214",
    "X:783214": "x:783214",
    "x:Ann": "x:@ann",
    "slack:U012": "slack:U012",
    "github:@Ann": "github:ann",
    "linkedin:in/Ann": "linkedin:in/ann",
    "linkedin:Ann": "linkedin:in/ann",
    "mastodon:@Ann@Bücher.example": "mastodon:ann@xn--bcher-kva.example",
    "email:Ann@Bücher.example": "email:ann@xn--bcher-kva.example",
    "phone:0049 30 1234567": "phone:+49301234567",
    "email:Ann@Example.ORG": "email:ann@example.org",
    "Ann@Example.ORG": "email:ann@example.org",
    "ann@bücher.example": "email:ann@xn--bcher-kva.example",
    "mailto:ann%2Bx@example.org?subject=hi": "email:ann+x@example.org",
    "acct:Ann@example.social": "mastodon:ann@example.social",
    "@ann@example.social": "mastodon:ann@example.social",
    "web:Example.org#Ann  Lée": "web:example.org#ann lee",
    "activity:https://example.org/1": "activity:https://example.org/1",
    "@Ann": "x:@ann",
    "+49 (30) 123-4567": "phone:+49301234567",
    "0049 30 1234567": "phone:+49301234567",
    "https://x.com/Ann": "x:@ann",
    "twitter.com/@Ann": "x:@ann",
    "https://mobile.twitter.com/@Ann/status/1?s=20": "x:@ann",
    "https://m.x.com:443//Ann/": "x:@ann",
    "http://www.linkedin.com/in/Ann-Lee-1/": "linkedin:in/ann-lee-1",
    "de.linkedin.com/mwlite/in/ann%C3%A9#top": "linkedin:in/anné",
    "https://www.linkedin.com/pub/Ann-Lee/1/2a/b3": "linkedin:pub/ann-lee/1/2a/b3",
    "https://bsky.app/profile/did:plc:abc": "bluesky:did:plc:abc",
    "github.com/Ann": "github:ann",
    "https://example.social/@Ann": "mastodon:ann@example.social",
    "https://bücher.example/@Ann": "mastodon:ann@xn--bcher-kva.example",
    "https://example.social/@Ann@other.example": "mastodon:ann@other.example",
    "https://example.social/@Ann/110987": "mastodon:ann@example.social",
}
NOBODY = [
    "https://x.com",
    "x.com/home",
    "x.com/search?q=ann",
    "https://twitter.com/i/lists/1",
    "https://x.com/%01",
    "linkedin.com/company/acme",
    "https://github.com/ann/repository",
    "github.com/settings",
    "https://bsky.app/@ann",
    "https://www.youtube.com/@ann",
    "https://example.org/about",
    "www.example.org",
    "ftp://x.com/ann",
    "http://[broken",
    "email:\x00",
]
NAMES = [
    "",
    "Ann Lee",
    "ann",
    "Name:Ann",
    "mara.quist",
    "Dr.Lee/Kim",
    "email:",
    "mailto:",
    "ann@localhost",
    "a@b@c.example",
]


@pytest.mark.parametrize(("text", "account"), ACCOUNTS.items())
def test_a_text_names_an_account(text: str, account: str) -> None:
    assert account_named(f" {text} ") == account
    assert account_in(text).id == account
    assert account in read_query(text).ids


@pytest.mark.parametrize("text", NOBODY)
def test_what_can_be_no_account_is_refused(text: str) -> None:
    assert account_named(text) is None
    with pytest.raises(InvalidRecordError):
        read_handle(text)


@pytest.mark.parametrize("text", NAMES)
def test_words_may_be_a_name(text: str) -> None:
    assert read_handle(text) is None


@pytest.mark.parametrize("text", ["x.com/home", "https://github.com/settings", "linkedin.com/company/acme"])
def test_a_page_of_a_network_is_nobodys_handle(text: str) -> None:
    query = read_query(text)
    assert (query.ids, query.handle, query.network) == ((), None, None)


def test_a_bluesky_handle_tells_no_id() -> None:
    text = "https://bsky.app/profile/Ann.example.org"
    found = Handle(network="bluesky", id=None, handle="Ann.example.org", url=text)
    assert read_handle(text) == read_profile(text) == found
    assert account_named(text) is None
    with pytest.raises(InvalidRecordError, match="not the URL of a profile"):
        account_in(text)
    assert (read_query(text).network, read_query(text).handle) == ("bluesky", "ann.example.org")


@pytest.mark.parametrize(
    ("text", "network", "account"),
    [
        ("7", "x", "x:7"),
        ("@7", "x", "x:@7"),
        ("x:@Ann", "x", "x:@ann"),
        ("Ann", "X", "x:@ann"),
        ("U012", "slack", "slack:U012"),
        ("https://example.org/1", "activity", "activity:https://example.org/1"),
        ("@Ann", "github", "github:ann"),
        ("@ann@example.social", "mastodon", "mastodon:ann@example.social"),
        ("Ann-Lee", "linkedin", "linkedin:in/ann-lee"),
        ("in/ann-lee", "linkedin", "linkedin:in/ann-lee"),
        ("did:plc:abc", "bluesky", "bluesky:did:plc:abc"),
        ("Ann@example.org", "email", "email:ann@example.org"),
        ("https://github.com/Ann", "x", "github:ann"),
    ],
)
def test_a_text_names_an_account_of_a_given_network(text: str, network: str, account: str) -> None:
    found = read_handle(text, network)
    assert found is not None
    assert found.id == account


def test_a_page_is_no_handle_of_a_given_network() -> None:
    with pytest.raises(InvalidRecordError, match="not the URL of a profile"):
        read_handle("https://x.com/home", "x")
    assert read_handle("@ann", "email") is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # nothing is written to the store
@given(
    platform=st.sampled_from(PLATFORMS),
    name=st.from_regex(r"[A-Za-z][A-Za-z0-9_]{3,14}", fullmatch=True),
    scheme=st.booleans(),
)
def test_a_profiles_url_is_read_to_one_id_wherever_it_is_given(
    store: Store, *, platform: Platform, name: str, scheme: bool
) -> None:
    name = f"did:plc:{name}".lower() if platform.network == "bluesky" else f"z{name}"
    local = platform.local.format(name, "example.social").lower()
    url = platform.url.format(name, "example.social")
    text = url if scheme else url.removeprefix("https://")
    account = f"{platform.network}:{local}"
    assert account_in(text) == Account(id=account, url=url)
    assert find_account(store, text) == account
    assert read_query(text).ids == (account,)
    assert read_rules([Rule(kind="exclude", value=text)]).covers(account)


def test_names_of_new_people_make_ids_in_any_script() -> None:
    assert slug("Ånn  O'Lee!") == "ann-o-lee"
    assert slug("李 雷") == "李-雷"
    assert slug("!!!") == ""


def test_me_is_an_account_that_is_known_or_says_itself(store: Store) -> None:
    held = [Account(id="x:5", handle="ann"), Account(id="slack:U5", handle="bo"), Account(id="github:bo", handle="bo")]
    store.write(pack([*held, Account(id="x:6", url="https://example.org/about")], now=NOW))
    assert [find_account(store, text) for text in ("@Ann", "https://x.com/ann", "x:@ann")] == ["x:5", "x:5", "x:@ann"]
    assert find_account(store, "https://example.org/about") == "x:6"
    assert find_account(store, "@cy") == "x:@cy"
    with pytest.raises(NameAmbiguousError, match="means 2 accounts"):
        find_account(store, "bo")
    for text in ("x.com/home", "Ann Lee", "https://bsky.app/profile/ann.example.org"):
        with pytest.raises(UsageError, match="is no account"):
            find_account(store, text)


def test_somebody_new_has_a_name_with_a_letter(store: Store) -> None:
    assert new_account(store, " Ann   Lee ") == Account(id="manual:ann-lee", name="Ann Lee")
    with pytest.raises(UsageError, match="no letter"):
        new_account(store, "!!!")
    with pytest.raises(UsageError, match="not the URL of a profile"):
        new_account(store, "x.com/home")


@pytest.mark.parametrize(
    ("value", "covered", "other"),
    [
        ("@Ann", "x:@ann", "email:ann@example.org"),
        ("acct:ann@example.social", "mastodon:ann@example.social", "email:ann@example.social"),
        ("mailto:ann@example.org", "email:ann@example.org", "email:bo@example.org"),
        ("+49 30 1234567", "phone:+49301234567", "phone:+49301234568"),
        ("ann@example.org", "mastodon:ann@example.org", "email:bo@example.org"),
        ("@example.org", "email:ann@lists.example.org", "email:ann@example.com"),
        ("Slack:U5", "slack:u5", "slack:U6"),
    ],
)
def test_what_is_excluded_is_read_alike(value: str, covered: str, other: str) -> None:
    exclusion = read_rules([Rule(kind="exclude", value=value)])
    assert exclusion.covers(covered)
    assert not exclusion.covers(other)


def test_a_folder_is_no_account() -> None:
    paths = read_rules([Rule(kind="exclude", value=value) for value in ("./x.com/ann", "~/mail", "Old mail")])
    assert (len(paths.paths), sorted(paths.folders), len(paths.accounts)) == (2, ["old mail"], 0)


def test_links_may_stand_side_by_side_in_a_cell() -> None:
    cell = "https://x.com/ann,github.com/bo,+49301234567"
    assert [one.id for one in accounts_in(cell)] == ["x:@ann", "github:bo", "phone:+49301234567"]
    with pytest.raises(InvalidRecordError, match="not the URL of a profile"):
        accounts_in("https://x.com/ann,https://x.com/home")


@pytest.mark.parametrize("folder", ["@Work", "001-2019", "00 2019", "x.com/ann"])
def test_what_may_name_a_folder_excludes_the_folder(folder: str, tmp_path: Path) -> None:
    value = f"{tmp_path}/{folder}" if "/" in folder else folder
    assert read_rules([Rule(kind="exclude", value=value)]).covers_path(tmp_path / folder / "box.mbox")


def test_an_excluded_handle_covers_the_account_whose_id_is_known() -> None:
    ann = Account(id="x:783", handle="Ann")
    for value in ("@ann", "https://x.com/ann", "x:@ann"):
        assert read_rules([Rule(kind="exclude", value=value)]).covers_account(ann)
    assert not read_rules([Rule(kind="exclude", value="https://example.social/@ann")]).covers_account(ann)


def test_an_at_sign_in_a_url_may_be_encoded() -> None:
    assert account_named("https://example.social/%40ann") == "mastodon:ann@example.social"
    assert account_named("https://x.com/%40ann") == "x:@ann"
    assert account_named("https://x.com/ann%2Fbob") is None
