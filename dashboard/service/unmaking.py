"""Undoing by hand to the end: the account that a command had made goes again, where nothing else refers to it."""

from collections.abc import Iterable

from graph.model import Account, Declared, Interaction, Introduction, Member, Record, SameAs, account_id, network_of
from graph.people.handles import slug
from graph.people.identity import derive_persons
from graph.store.documents import Recent
from graph.store.features import Filters
from graph.store.store import Store

MANUAL = "manual"


def unmake(store: Store, accounts: Iterable[str]) -> None:
    """Remove those of the accounts that a command by hand made and that nothing stands on any more.

    What was taken back on them goes with them: it can't be kept without them.
    """
    made = [one.id for one in store.accounts({one for one in accounts if network_of(one) == MANUAL}) if _is_bare(one)]
    left = [one for one in made if not _is_referred(store, one)]
    if left:
        store.remove_matching(left)
        store.refresh()


def towards_whom(store: Store, act: str) -> list[str]:
    """Find the account by hand that an act of mine, given by its id, is addressed to."""
    persons = derive_persons(store.assertions())
    mine = {one for ids in store.profiles().values() for own in ids for one in persons.members(own)}
    made = [one.id for one in store.accounts() if network_of(one.id) == MANUAL]
    pairs = [(me, other) for me in mine for other in made]
    return [to.account.id for one in store.interactions(pairs, Filters()) if one.id == act for to in one.to]


def _is_bare(account: Account) -> bool:
    """Tell whether an account says nothing but the name that a command was given."""
    if not account.name or any((account.handle, account.url, account.org, account.title)):
        return False
    return account.id == account_id(MANUAL, slug(account.name))


def _is_referred(store: Store, account: str) -> bool:
    if any(account in ids for ids in store.profiles().values()) or any(one.value == account for one in store.rules()):
        return True
    return any(map(_refers, store.about([account])))


def _refers(record: Record | Recent) -> bool:
    match record:
        case Interaction() | Member():
            return True
        case SameAs() | Declared() | Introduction():
            return record.retracted_at is None
        case _:
            return False
