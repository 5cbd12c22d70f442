"""Reach, and namesakes: accounts that bear somebody's name without being joined to them.

Mine may be mine too, so that I am not offered as my own introducer; those of somebody whom I look into or forget are
part of neither, which must be said.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from graph.answers.answer import Hint, HintKind
from graph.answers.reach import Reach, measure_reach
from graph.model import Account
from graph.people.names import fold
from graph.people.person import Directory, Person, open_directory
from graph.people.resolve import distinct_pairs
from graph.store.store import Store
from graph.ties.ties import refresh_ties

_NAMES = 3
_FOUND = 100
_SHOWN = 3


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
    left_out = people.union(*(pair for pair in distinct_pairs(directory) if people & {*pair}))
    found: dict[str, Account] = {}
    for name in sorted(name for name in names if len(name.split()) > 1)[:_NAMES]:
        for match in store.search(name, _FOUND):
            account = match.account
            if account.name and fold(account.name) == name and person_of(account.id) not in left_out:
                found.setdefault(account.id, account)
    return list(found.values())


def measure(store: Store, profile: str, today: date) -> Reach:
    """Measure how far a profile's data see, over all ties, which are brought up to date with it.

    First of what would show more is to say which accounts are mine too; of many, their number.

    Raises:
        UnknownMeError: If the store does not know who that profile is.
    """
    reach = measure_reach(store, refresh_ties(store, today), profile, today)
    found = find_namesakes(open_directory(store), store.profiles().get(profile, []))
    mine = [Hint(kind=HintKind.MINE, person=Person(id=one.id, name=one.name or one.id)) for one in found[:_SHOWN]]
    if len(found) > _SHOWN:
        mine.append(Hint(kind=HintKind.MORE_MINE, count=len(found) - _SHOWN))
    return replace(reach, more=(*mine, *reach.more))
