"""Who is meant in a command by hand: somebody known, `me`, or somebody new."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from shlex import quote

from dashboard.service.accounts import best_account, new_account
from graph.errors import NameAmbiguousError, NameUnknownError
from graph.model import Account
from graph.people.person import Directory, Person, open_directory
from graph.people.resolve import resolve_me, resolve_person
from graph.store.store import Store

_ME = frozenset({"me", "myself"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Somebody named by hand: the person, and the account that the record is kept on."""

    person: Person
    account: Account


@dataclass(slots=True, kw_only=True)
class Names:
    """Tells who is meant in a command by hand; `me` is the profile's person, new people are made.

    Attributes:
        new: The accounts made for people who are in no source, by name as given.
    """

    store: Store
    profile: str
    directory: Directory
    new: dict[str, Account] = field(default_factory=dict)

    def find(self, text: str, near: str | None = None) -> Named:
        """Tell who is meant.

        Raises:
            NameUnknownError: If nobody is; says how to add somebody new. NameAmbiguousError if several are.
        """
        if text in self.new:
            made = self.new[text]
            held = self.directory.people([made.id]).get(made.id)
            return Named(person=held or Person(id=made.id, name=made.name or text, accounts=(made.id,)), account=made)
        person = self._resolve(text)
        return Named(person=person, account=Account(id=best_account(text, person.accounts, near)))

    def me(self, near: str | None = None) -> Named:
        """Tell who I am, and on which account to keep it."""
        person = resolve_me(self.directory, self.profile)
        return Named(person=person, account=Account(id=best_account("", person.accounts, near)))

    def _resolve(self, text: str) -> Person:
        if text.strip().lower() in _ME:
            return resolve_me(self.directory, self.profile)
        try:
            return resolve_person(self.directory, text)
        except NameAmbiguousError:
            raise
        except NameUnknownError as error:
            hint = f"if {text} is in no source yet, add: --new {quote(text)}"
            raise NameUnknownError(f"nobody here goes by {text!r}; {hint}", error.candidates) from error


def open_names(store: Store, profile: str, new: Sequence[str] = ()) -> Names:
    """Prepare to tell who is meant; `new` are people to be made."""
    made = {name: new_account(store, name) for name in new}
    return Names(store=store, profile=profile, directory=open_directory(store), new=made)
