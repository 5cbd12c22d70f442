"""Namesakes: accounts that bear somebody's name without being joined to them.

Mine may be mine too, so that I am not offered as my own introducer; those of somebody whom I look into or forget are
part of neither, which must be said.
"""

from collections.abc import Collection, Iterator

from graph.answers.answer import Hint, HintKind
from graph.model import Account
from graph.people.names import fold
from graph.people.person import Directory, Person, open_directory
from graph.store.store import Store

_NAMES = 3
_FOUND = 100
_SHOWN = 3


def find_my_namesakes(store: Store, profile: str) -> list[Account]:
    """Find the accounts with exactly one of my names that are not mine, nor said to be somebody else's."""
    return find_namesakes(open_directory(store), store.profiles().get(profile, []))


def find_namesakes(directory: Directory, accounts: Collection[str]) -> list[Account]:
    """Find the accounts with exactly one of the names of some people, not theirs, nor said to be somebody else's.

    Only names of two words or more, and the first few of them: each takes a search.

    Args:
        directory: The people.
        accounts: An account of each of those people, or more.
    """
    store, person_of = directory.store, directory.persons.person_of
    people = {person_of(account) for account in accounts}
    members = [member for person in sorted(people) for member in directory.persons.members(person)]
    names = {fold(account.name) for account in store.accounts(members) if account.name}
    apart = {
        person_of(other)
        for one in store.assertions()
        if one.retracted_at is None and not one.same
        for this, other in ((one.a, one.b), (one.b, one.a))
        if person_of(this) in people
    }
    found: dict[str, Account] = {}
    for name in sorted(name for name in names if len(name.split()) > 1)[:_NAMES]:
        for match in store.search(name, _FOUND):
            account = match.account
            if account.name and fold(account.name) == name and person_of(account.id) not in people | apart:
                found.setdefault(account.id, account)
    return list(found.values())


def ask_of_namesakes(accounts: list[Account]) -> Iterator[Hint]:
    """Ask whether they are me; of many by their number."""
    for account in accounts[:_SHOWN]:
        yield Hint(kind=HintKind.MINE, person=Person(id=account.id, name=account.name or account.id))
    if len(accounts) > _SHOWN:
        yield Hint(kind=HintKind.MORE_MINE, count=len(accounts) - _SHOWN)
