"""Privacy: what is kept out, protected, shown, forgotten, or dropped after some years."""

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from dashboard.service.reaching import find_namesakes
from graph.errors import Remedy, UsageError
from graph.model import Account, Record, Rule
from graph.people.handles import means_me
from graph.people.person import Candidate, Person, open_directory
from graph.people.resolve import find_bearers, find_people, resolve_person
from graph.store.documents import Receipt, Recent
from graph.store.store import Store
from ingest.pull.rules import KEEP, Exclusion, cutoff, read_rules

EXCLUDE, PROTECT = "exclude", "protect"
_NEAR = 3
_SPAN = re.compile(r"(\d{1,3})\s*(d|day|days|w|week|weeks|m|month|months|y|year|years)", re.IGNORECASE)


def rules_of(store: Store, kind: str) -> list[str]:
    """List the values of the standing orders of one kind."""
    return sorted(rule.value for rule in store.rules() if rule.kind == kind)


# --- exclude ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What an exclusion covers of what is held already.

    Attributes:
        value: As it was given.
        exclusion: What it is taken for.
        covered: The accounts held that it covers.
        own: Accounts of mine that it covers, under any profile.
    """

    value: str
    exclusion: Exclusion
    covered: tuple[str, ...]
    own: tuple[str, ...]


def exclude(store: Store, value: str) -> Coverage:
    """Keep an address, domain, account or folder out from now on, and tell what it covers of what is held.

    Raises:
        UsageError: If it is none of these, or `me`, or somebody's name, which would be taken for a folder's.
    """
    value = " ".join(value.split())
    exclusion = read_rules([Rule(kind=EXCLUDE, value=value)])
    if means_me(value):
        raise UsageError(f"{value} is you, and no folder: to leave one of that name out, give its path")
    if not exclusion:
        raise UsageError(
            f"{value!r} is nothing that can be excluded: give an e-mail address, a domain, an account (an id, an "
            "@handle or a profile's URL) or a folder"
        )
    if exclusion.folders:
        _check_folder(store, value)
    for kept in _kept(value, exclusion):
        store.set_rule(Rule(kind=EXCLUDE, value=kept), on=True)
    covered = tuple(account.id for account in store.accounts() if exclusion.covers_account(account))
    members = open_directory(store).persons.members
    mine = {one for accounts in store.profiles().values() for account in accounts for one in members(account)}
    own = tuple(sorted(one for one in mine if one in covered or exclusion.covers(one)))
    return Coverage(value=value, exclusion=exclusion, covered=covered, own=own)


def _check_folder(store: Store, value: str) -> None:
    """Refuse what is hardly meant as a folder's name: somebody's name, also a misspelt one, and a pattern."""
    directory = open_directory(store)
    people: Sequence[Person | Candidate] = find_bearers(directory, value)
    if people:
        why = f"{value!r} is somebody here, and a name is taken for a folder's"
    elif "*" in value:
        raise UsageError(f"{value!r} is no domain: write it as example.org, which covers its subdomains too")
    elif " " in value and not os.path.isdir(value):  # noqa: PTH112 # of any text
        why = f"nobody here goes by {value!r}, and there is no folder of that name"
        people = find_people(directory, value, _NEAR)
    else:
        return
    raise UsageError(
        f"{why}: exclude accounts, or give the folder by its path",
        remedies=[Remedy(("exclude", account), person.name) for person in people for account in person.accounts]
        + [Remedy(("exclude", f"./{value}"), "the folder")],
    )


def stop_excluding(store: Store, value: str) -> None:
    """Take an exclusion back.

    Raises:
        UsageError: If there is none.
    """
    value = " ".join(value.split())
    kept = {value, *_kept(value, read_rules([Rule(kind=EXCLUDE, value=value)]))}
    held = rules_of(store, EXCLUDE)
    found = [one for one in held if one.lower() in {each.lower() for each in kept}]
    if not found:
        raise UsageError(f"{value!r} is not among {', '.join(held) if held else 'them: there are none'}")
    for one in found:
        store.set_rule(Rule(kind=EXCLUDE, value=one), on=False)


def _kept(value: str, exclusion: Exclusion) -> list[str]:
    """Give what is kept of a value: of a folder its whole path, as the next command may be given elsewhere."""
    folders = list(map(str, exclusion.paths))
    return folders if folders and not exclusion.accounts else [value, *folders]


# --- protect ---------------------------------------------------------------------------------------------------------


def protect(store: Store, text: str, *, on: bool) -> Person:
    """Let somebody never be a step of a path, or again.

    Raises:
        UsageError: If they are not protected and should be no more.
    """
    person = resolve_person(open_directory(store), text)
    own = {*person.accounts, person.id}
    held = [value for value in rules_of(store, PROTECT) if value in own]
    if on and not held:
        store.set_rule(Rule(kind=PROTECT, value=person.id), on=True)
    if not on and not held:
        raise UsageError(f"{person.name} is not protected")
    for value in held if not on else ():
        store.set_rule(Rule(kind=PROTECT, value=value), on=False)
    return person


def protected(store: Store) -> list[Person]:
    """List the protected people."""
    directory = open_directory(store)
    people = {(person := directory.person(value)).id: person for value in rules_of(store, PROTECT)}
    return list(people.values())


# --- about -----------------------------------------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class About:
    """All that is held on a person, in numbers.

    Attributes:
        by_type: Records by type.
        by_kind: Acts by kind.
        by_source: Acts by source.
        namesakes: Accounts that bear the same name and are not part of the person, so that nothing of them is counted.
    """

    person: Person
    namesakes: tuple[Account, ...] = ()
    by_type: Counter[str] = field(default_factory=Counter)
    by_kind: Counter[str] = field(default_factory=Counter)
    by_source: Counter[str] = field(default_factory=Counter)
    first: datetime | None = None
    last: datetime | None = None
    private: int = 0


def about(store: Store, text: str) -> tuple[About, Iterator[Record | Recent]]:
    """Find all that is held on somebody.

    Returns:
        The numbers, which fill as the records are read, and the records.
    """
    directory = open_directory(store)
    person = resolve_person(directory, text)
    held = About(person=person, namesakes=tuple(find_namesakes(directory, [person.id])))
    return held, _counted(held, store.about({*person.accounts, person.id}))


def _counted(held: About, records: Iterable[Record | Recent]) -> Iterator[Record | Recent]:
    from graph.model import Interaction
    from ingest.kit.json_writer import to_object

    for record in records:
        held.by_type[str(to_object(record)["type"])] += 1
        if isinstance(record, Interaction):
            held.by_kind[record.kind.value] += 1
            held.by_source[record.source or "unknown"] += 1
            held.private += record.private
            if record.at is not None:
                held.first = min(held.first or record.at, record.at)
                held.last = max(held.last or record.at, record.at)
        yield record


def lines_of(records: Iterable[Record | Recent]) -> Iterator[bytes]:
    """Write records as `ingest jsonl` reads them, one a line."""
    from ingest.kit.json_writer import dumps

    for record in records:
        yield f"{dumps(record)}\n".encode("utf-8", "replace")


# --- forget, keep, erase ---------------------------------------------------------------------------------------------


def find_forgettable(store: Store, text: str) -> tuple[Person, list[Account]]:
    """Tell whom `forget` would erase, and which accounts with the same name it would leave.

    Raises:
        UsageError: If it is one of the store's own profiles.
    """
    directory = open_directory(store)
    person = resolve_person(directory, text)
    own = {*person.accounts, person.id}
    for profile, accounts in store.profiles().items():
        if own & set(accounts):
            raise UsageError(
                f"that is you, under the profile {profile!r}",
                remedies=[
                    Remedy(("erase", "--all"), "to erase all that is here"),
                    Remedy(("me", "--remove", "ACCOUNT"), "to take an account off yourself"),
                ],
            )
    return person, find_namesakes(directory, [person.id])


def parse_span(text: str) -> str:
    """Read how long to keep: `90d`, `26w`, `18m`, `3y`; give it in short.

    Raises:
        UsageError: If it is no such span, or none at all.
    """
    found = _SPAN.fullmatch(text.strip())
    if found is None or int(found[1]) == 0:
        raise UsageError(f"{text!r} is no span of time: write it as 3y, 18m, 26w or 90d")
    return f"{int(found[1])}{found[2][0].lower()}"


def keep(store: Store, span: str | None, today: date) -> Receipt | None:
    """Keep only the last `span`, now and at every ingest; None keeps everything again."""
    for value in rules_of(store, KEEP):
        if value != span:
            store.set_rule(Rule(kind=KEEP, value=value), on=False)
    if span is None:
        return None
    store.set_rule(Rule(kind=KEEP, value=span), on=True)
    return store.remove_before(cutoff(span, today))
