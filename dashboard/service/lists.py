"""Named lists of people."""

from collections.abc import Sequence

from dashboard.service.naming import best_account
from graph.errors import NameUnknownError, UsageError
from graph.model import Account, Member
from graph.people.names import words_of
from graph.people.person import Person, open_directory
from graph.people.resolve import find_members, resolve_person
from graph.store.store import Store

_NAME_LIMIT = 200


def count_lists(store: Store) -> dict[str, int]:
    """Count the people on each list."""
    person_of = open_directory(store).persons.person_of
    return {name: len(set(map(person_of, members))) for name, members in sorted(store.lists().items())}


def find_lists(store: Store, text: str, limit: int = 3) -> list[tuple[str, int]]:
    """Find the lists whose names hold every word of a text, or begin with it, with how many people are on each."""
    words = words_of(text)
    found = [
        (name, many)
        for name, many in count_lists(store).items()
        if all(any(one.startswith(word) for one in words_of(name)) for word in words)
    ]
    return found[:limit] if words else []


def show_list(store: Store, name: str) -> list[Person]:
    """Give the people on a list, in the order of their ids.

    Raises:
        NameUnknownError: If there is no such list.
    """
    directory = open_directory(store)
    return list(directory.people(find_members(directory, name)).values())


def list_name(text: str) -> str:
    """Give a text as a list's name.

    Raises:
        UsageError: If it can't be one.
    """
    name = " ".join(text.split())
    if not name or len(name) > _NAME_LIMIT or not name.isprintable():
        raise UsageError(f"{name[:40]!r} can't be a list's name: give it some letters, at most {_NAME_LIMIT}")
    return name


def tell_known(store: Store, texts: Sequence[str]) -> tuple[list[Person], list[str]]:
    """Tell whom texts mean; give those of the texts apart that mean nobody here, or several people."""
    directory = open_directory(store)
    known: list[Person] = []
    left: list[str] = []
    for text in texts:
        try:
            known.append(resolve_person(directory, text))
        except NameUnknownError:
            left.append(text)
    return known, left


def add_to_list(store: Store, name: str, texts: Sequence[str]) -> list[Person]:
    """Put people on a list, which is made where there is none; nobody is added if one of them is unknown."""
    name = list_name(name)
    directory = open_directory(store)
    people = [resolve_person(directory, text) for text in texts]
    on_it = set(map(directory.persons.person_of, store.lists().get(name, ())))
    accounts = {
        person.id: best_account(text, person.accounts)
        for text, person in zip(texts, people, strict=True)
        if person.id not in on_it
    }
    store.add_members([Member(list=name, account=Account(id=account)) for account in accounts.values()])
    return people


def remove_from_list(store: Store, name: str, texts: Sequence[str]) -> list[Person]:
    """Take people off a list, or everybody, which removes it.

    Raises:
        UsageError: If one of them is not on it.
    """
    directory = open_directory(store)
    members = find_members(directory, name)
    people = [resolve_person(directory, text) for text in texts] if texts else show_list(store, name)
    gone: list[Member] = []
    for person in people:
        own = [member for member in members if directory.persons.person_of(member) == person.id]
        if not own:
            raise UsageError(f"{person.name} is not on the list {name!r}")
        gone += [Member(list=name, account=Account(id=member)) for member in own]
    store.remove_members(gone)
    return people
