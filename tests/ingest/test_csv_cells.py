"""Cells of tables: what of an account they say; what names which is in tests/graph/test_handles.py."""

import pytest

from graph.errors import InvalidRecordError
from graph.model import Account
from ingest.kit.who import account_in, accounts_in

PEOPLE = {
    "ann@Example.org": Account(id="email:ann@example.org"),
    " Ann  Lee <ann@example.org> ": Account(id="email:ann@example.org", name="Ann Lee"),
    "@Ann": Account(id="x:@ann", handle="Ann"),
    "@ann@example.social": Account(id="mastodon:ann@example.social", handle="ann"),
    "https://x.com/Ann/status/1": Account(id="x:@ann", url="https://x.com/Ann"),
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
        ("ann", "x", Account(id="x:@ann", handle="ann")),
        ("@Ann", "X", Account(id="x:@ann", handle="Ann")),
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


def test_empty_parts_of_a_cell_are_nobody() -> None:
    assert accounts_in(" ;; ") == []
    assert [each.id for each in accounts_in("x:1; ;x:2,,x:3")] == ["x:1", "x:2", "x:3"]
    with pytest.raises(InvalidRecordError):
        account_in("12-34")
