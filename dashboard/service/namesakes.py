"""Namesakes of mine: accounts that bear my name, and may be mine too, so that I am not offered as my own introducer."""

from collections.abc import Iterator
from shlex import quote

from graph.model import Account
from graph.names import fold
from graph.people import open_directory
from graph.store import Store

_NAMES = 3
_FOUND = 20
_SHOWN = 3


def find_namesakes(store: Store, profile: str) -> list[Account]:
    """Find the accounts with exactly one of my names that are not mine, nor said to be somebody else's.

    Only names of two words or more, and the first few of them: each takes a search.
    """
    directory = open_directory(store)
    person_of = directory.persons.person_of
    mine = {person_of(account) for account in store.profiles().get(profile, [])}
    members = [member for person in sorted(mine) for member in directory.persons.members(person)]
    names = {fold(account.name) for account in store.accounts(members) if account.name}
    apart = {
        person_of(other)
        for one in store.assertions()
        if one.retracted_at is None and not one.same
        for this, other in ((one.a, one.b), (one.b, one.a))
        if person_of(this) in mine
    }
    found: dict[str, Account] = {}
    for name in sorted(name for name in names if len(name.split()) > 1)[:_NAMES]:
        for match in store.search(name, _FOUND):
            account = match.account
            if account.name and fold(account.name) == name and person_of(account.id) not in mine | apart:
                found.setdefault(account.id, account)
    return list(found.values())


def ask_of_namesakes(accounts: list[Account]) -> Iterator[str]:
    """Word the question whether they are me."""
    for account in accounts[:_SHOWN]:
        yield f"Is {account.id} ({account.name}) you too? Then say: `intrograph me {quote(account.id)}`."
    if len(accounts) > _SHOWN:
        yield f"{len(accounts) - _SHOWN} more bear your name: `intrograph people suggest`."
