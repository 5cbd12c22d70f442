"""Named lists of people."""

from collections.abc import Sequence

from dashboard.service.naming import best_account
from graph.errors import NameUnknownError, Remedy, UsageError
from graph.model import Account, Member
from graph.people.person import Person, open_directory
from graph.people.resolve import resolve_person
from graph.store.store import Store

_NAME_LIMIT = 200


def count_lists(store: Store) -> dict[str, int]:
    """Count the people on each list."""
    person_of = open_directory(store).persons.person_of
    return {name: len(set(map(person_of, members))) for name, members in sorted(store.lists().items())}


def show_list(store: Store, name: str) -> list[Person]:
    """Give the people on a list, in the order of their ids.

    Raises:
        NameUnknownError: If there is no such list.
    """
    members = _members(store, name)
    directory = open_directory(store)
    people = {(person := directory.person(member)).id: person for member in members}
    return [people[person] for person in sorted(people)]


def add_to_list(store: Store, name: str, texts: Sequence[str]) -> list[Person]:
    """Put people on a list, which is made where there is none; nobody is added if one of them is unknown."""
    name = " ".join(name.split())
    if not name or len(name) > _NAME_LIMIT or not name.isprintable():
        raise UsageError(f"{name[:40]!r} can't be a list's name: give it some letters, at most {_NAME_LIMIT}")
    directory = open_directory(store)
    people = [resolve_person(directory, text) for text in texts]
    accounts = [best_account(text, person.accounts) for text, person in zip(texts, people, strict=True)]
    store.add_members([Member(list=name, account=Account(id=account)) for account in accounts])
    return people


def remove_from_list(store: Store, name: str, texts: Sequence[str]) -> list[Person]:
    """Take people off a list, or everybody, which removes it.

    Raises:
        UsageError: If one of them is not on it.
    """
    members = _members(store, name)
    directory = open_directory(store)
    people = [resolve_person(directory, text) for text in texts] if texts else show_list(store, name)
    gone: list[Member] = []
    for person in people:
        own = [member for member in members if directory.persons.person_of(member) == person.id]
        if not own:
            raise UsageError(f"{person.name} is not on the list {name!r}")
        gone += [Member(list=name, account=Account(id=member)) for member in own]
    store.remove_members(gone)
    return people


def _members(store: Store, name: str) -> list[str]:
    lists = store.lists()
    if name not in lists:
        hint = f"the lists are {', '.join(sorted(lists))}" if lists else "there is none yet"
        first = [] if lists else [Remedy(("list", "add", "NAME", "P"), "to make one")]
        raise NameUnknownError(f"there is no list {name!r}; {hint}", remedies=first)
    return lists[name]
