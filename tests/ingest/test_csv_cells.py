"""Cells of tables: whom a text names."""

import pytest

from graph.errors import InvalidRecordError
from graph.model import Account
from ingest.kit.who import account_in, accounts_in

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


def test_empty_parts_of_a_cell_are_nobody() -> None:
    assert accounts_in(" ;; ") == []
    assert [each.id for each in accounts_in("x:1; ;x:2,,x:3")] == ["x:1", "x:2", "x:3"]
    with pytest.raises(InvalidRecordError):
        account_in("12-34")
