"""Who is meant in a command by hand: an account as a user writes it, somebody known, `me`, or somebody new."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from graph.errors import InvalidRecordError, NameAmbiguousError, NameUnknownError, NotHereError, UsageError
from graph.model import Account, account_id, network_of
from graph.people.handles import account_named, means_me, read_handle, slug
from graph.people.names import fold
from graph.people.person import Directory, Person, open_directory
from graph.people.resolve import find_bearers, resolve_me, resolve_person
from graph.store.store import Store

_EXACT = 0.999
_MYSELF = frozenset({"you", "yourself"})  # as the program calls me
_FORMS = "give an id (x:783214), an e-mail address, a handle (@ann) or a profile's URL"


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
            NotHereError: If nobody is; somebody new can be made. NameAmbiguousError if several are.
        """
        if text in self.new:
            made = self.new[text]
            if (held := self.directory.people([made.id]).get(self.directory.persons.person_of(made.id))) is not None:
                return Named(person=held, account=Account(id=made.id))  # told again, it would seem newer than it is
            return Named(person=Person(id=made.id, name=made.name or text, accounts=(made.id,)), account=made)
        person = self._resolve(text)
        return Named(person=person, account=Account(id=best_account(text, person.accounts, near)))

    def namesakes(self) -> list[tuple[Account, Person]]:
        """Pair each account that is made with the other people who bear its name already."""
        return [
            (made, person)
            for name, made in self.new.items()
            for person in find_bearers(self.directory, name)
            if made.id not in person.accounts
        ]

    def me(self, near: str | None = None) -> Named:
        """Tell who I am, and on which account to keep it."""
        person = resolve_me(self.directory, self.profile)
        return Named(person=person, account=Account(id=best_account("", person.accounts, near)))

    def _resolve(self, text: str) -> Person:
        if means_me(text):
            return resolve_me(self.directory, self.profile)
        try:
            return resolve_person(self.directory, text)
        except NameAmbiguousError:
            raise
        except NameUnknownError as error:
            raise NotHereError(f"nobody here goes by {text!r}", error.candidates, text=text) from error


def open_names(store: Store, profile: str, new: Sequence[str] = ()) -> Names:
    """Prepare to tell who is meant; `new` are people to be made."""
    made = {name: new_account(store, name) for name in new}
    return Names(store=store, profile=profile, directory=open_directory(store), new=made)


def find_account(store: Store, text: str) -> str:
    """Tell the account id that a user means, whether the store holds it or not.

    One that the store knows by that handle or URL is taken; else the text itself says it.

    Raises:
        NameAmbiguousError: If a handle or URL means accounts on several networks.
        UsageError: If it is none of the forms.
    """
    text = text.strip()
    if next(iter(store.accounts([text])), None) is not None:
        return text
    try:
        found = read_handle(text)
    except InvalidRecordError:
        found = None
    if found is not None and found.id is not None and (found.handle is None or found.network == "mastodon"):
        return found.id
    known = {
        match.account.id: match.account.name or ""
        for match in store.search(text)
        if match.score >= _EXACT and match.why in {"handle", "url"}
    }
    if len(known) > 1:
        raise NameAmbiguousError(f"{text!r} means {len(known)} accounts; say which by its id", list(known.items()))
    if known:
        return next(iter(known))
    if found is None or found.id is None:
        raise UsageError(f"{text!r} is no account: {_FORMS}")
    return found.id


def new_account(store: Store, name: str) -> Account:
    """Make the account of somebody who is in no source; the same name gives the same account.

    Raises:
        UsageError: If there is no letter in the name, or it stands for me.
    """
    name = " ".join(name.split())
    if means_me(name) or fold(name) in _MYSELF:
        raise UsageError(f"{name!r} is you: give the name of somebody new")
    made = account_of(name)
    return next(iter(store.accounts([made.id])), made)


def account_of(text: str) -> Account:
    """Give the account that a text names, else one made by hand of it as a name: `manual:ann-lee`.

    Raises:
        UsageError: If it is the URL of nobody, or there is no letter in it.
    """
    try:
        found = read_handle(text)
    except InvalidRecordError as error:
        raise UsageError(f"{error}: {_FORMS}, or a name") from error
    if found is not None and found.id is not None:
        return Account(id=found.id, handle=found.handle, url=found.url)
    if found is not None:
        raise UsageError(f"{text!r} is no account: {_FORMS}, or a name")
    if not slug(text):
        raise UsageError(f"{text!r} has no letter in it: give a name")
    return Account(id=account_id("manual", slug(text)), name=text)


def best_account(text: str, members: Collection[str], near: str | None = None) -> str:
    """Choose which account of a person an act by hand is noted on.

    The very account that was named; else one on the same network as `near`; else the first.
    """
    for named in (text.strip(), account_named(text)):
        if named in members and named is not None:
            return named
    return min(
        (one for one in members if near is not None and network_of(one) == network_of(near)), default=min(members)
    )
