"""People: their names, and who is meant by a name, id, address or link."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from graph.model import EPOCH, Account, Rule, SameAs
from graph.people.identity import Persons, derive_persons
from graph.people.matches import Match


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person: the smallest of its account ids, the best known name, all account ids, and where they work as what.

    Attributes:
        org: What the newest account that names an organisation says; None where none does.
        title: The same of a title.
    """

    id: str
    name: str
    accounts: tuple[str, ...] = ()
    org: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate(Person):
    """Somebody that the asked name may mean, with what matched; `org` and `title` are those of the account that did.

    Attributes:
        match: What matched, as `graph.people.matches.Match` has it; empty where they only come near.
        network: Of the account that matched.
    """

    match: str = ""
    network: str = ""


class Accounts(Protocol):
    """What people are made of: accounts, and what was said of whose they are; every store offers it."""

    def accounts(self, ids: Collection[str] | None = None) -> Iterator[Account]:
        """Give accounts, in the order of their ids; all of them where ids is None; unknown ids are left out."""
        ...

    def search(self, text: str, limit: int = 20) -> list[Match]:
        """Find accounts by name, handle, address, organisation, profile URL or id, best first.

        Indifferent to accents and case, tolerant of typos.
        """
        ...

    def assertions(self) -> list[SameAs]:
        """Give all assertions of identity, retracted ones included, in the order of their ids."""
        ...

    def lists(self) -> dict[str, list[str]]:
        """Give the account ids on each list."""
        ...

    def profiles(self) -> dict[str, list[str]]:
        """Give the account ids of each profile."""
        ...

    def rules(self) -> list[Rule]:
        """Give the standing orders."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """The people of a store at hand: which accounts they have, and how they are called."""

    store: Accounts
    persons: Persons

    def people(self, ids: Iterable[str]) -> dict[str, Person]:
        """Give people by person id; any account id of theirs may be given; unknown ids are left out."""
        wanted = sorted({self.persons.person_of(one) for one in ids})
        members = {one: self.persons.members(one) for one in wanted}
        held = {one.id: one for one in self.store.accounts([account for ids in members.values() for account in ids])}
        return {
            person: Person(
                id=person,
                name=choose_name(known),
                accounts=tuple(account.id for account in known),
                org=newest((account.at, account.org) for account in known),
                title=newest((account.at, account.title) for account in known),
            )
            for person, accounts in members.items()
            if (known := [held[account] for account in accounts if account in held])
        }

    def person(self, account: str) -> Person:
        """Give the person of an account id; one that the store lacks is named by its id."""
        person = self.persons.person_of(account)
        return self.people([person]).get(person) or Person(id=person, name=name_of_id(person), accounts=(person,))

    def protected(self) -> list[str]:
        """Give the person ids of those who are never suggested as a step."""
        return [self.persons.person_of(rule.value) for rule in self.store.rules() if rule.kind == "protect"]


def open_directory(store: Accounts) -> Directory:
    """Derive who is who from what the store holds now."""
    return Directory(store=store, persons=derive_persons(store.assertions()))


def choose_name(accounts: Collection[Account]) -> str:
    """Choose what to call a person: the newest name, ties by value; else a handle, else the id without its network."""
    if name := newest((one.at, one.name) for one in accounts):
        return name
    handles = sorted(one.handle for one in accounts if one.handle)
    return handles[0] if handles else name_of_id(min(one.id for one in accounts))


def newest(dated: Iterable[tuple[datetime | None, str | None]]) -> str | None:
    """Give the newest of some dated values, ties by value; undated ones are the oldest, and empty ones don't count."""
    told = [(at or EPOCH, value) for at, value in dated if value]
    return max(told)[1] if told else None


def name_of_id(account: str) -> str:
    """Make the best of an account id where no name is known: what follows the network, a site's prefix left out."""
    local = account.partition(":")[2]
    return local.partition("#")[2] or local
