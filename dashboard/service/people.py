"""People: shown, joined, split, compared; likely joins are suggested and never made by themselves."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from dashboard.service.naming import best_account
from dashboard.service.writing import next_instant, write_records
from graph.errors import NameUnknownError, Remedy, UsageError
from graph.model import Account, SameAs, network_of
from graph.people.handles import account_named
from graph.people.identity import Persons, derive_persons
from graph.people.person import Directory, Person, open_directory
from graph.people.resolve import distinct_pairs, resolve_person
from graph.store.store import Store

_SHORT_HANDLE = 4
_CROWD = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is known of one person.

    Attributes:
        accounts: With what each says.
        lists: Names of the lists that any of the accounts is on.
        assertions: Those that stand and name any of the accounts.
        protected: Whether they are never suggested as a step.
    """

    person: Person
    accounts: tuple[Account, ...]
    lists: tuple[str, ...]
    assertions: tuple[SameAs, ...]
    protected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Two people who may be one, and why."""

    a: Person
    b: Person
    why: str


def find_owner(directory: Directory, account: str) -> Person:
    """Give the person who has an account.

    Raises:
        NameUnknownError: If nobody here has it.
    """
    if next(iter(directory.store.accounts([account])), None) is None:
        raise NameUnknownError(f"nobody here has the account {account[:80]!r}", text=account)
    return directory.person(account)


def show_person(store: Store, text: str) -> Profile:
    """Gather what is known of somebody."""
    directory = open_directory(store)
    person = resolve_person(directory, text)
    own = set(person.accounts) | {person.id}
    return Profile(
        person=person,
        accounts=tuple(store.accounts(person.accounts)),
        lists=tuple(sorted(name for name, members in store.lists().items() if own & set(members))),
        assertions=tuple(one for one in said_now(store) if {one.a, one.b} & own),
        protected=any(rule.kind == "protect" and rule.value in own for rule in store.rules()),
    )


def said_now(store: Store) -> list[SameAs]:
    """List the assertions that stand."""
    return [one for one in store.assertions() if one.retracted_at is None]


def merge(store: Store, a: str, b: str, now: datetime) -> tuple[Person, list[str]]:
    """Assert that two people are one.

    Returns:
        The person that came of it, and the ids of the assertions, to undo.

    Raises:
        UsageError: If they are one already, or are said to be two.
    """
    directory = open_directory(store)
    one, two = resolve_person(directory, a), resolve_person(directory, b)
    if one.id == two.id:
        raise UsageError(f"{a!r} and {b!r} are one person already ({one.name}): there is nothing to merge")
    held = store.assertions()
    assertion = SameAs(a=best_account(a, one.accounts), b=best_account(b, two.accounts), at=next_instant(now, held))
    after = derive_persons([*held, assertion])
    for refusal in after.refused:
        if refusal.join is assertion:
            blocked = refusal.blocked_by
            raise UsageError(
                f"{blocked.a} and {blocked.b} are said to be two people (by {blocked.source}), so {one.name} and "
                f"{two.name} can't be joined",
                remedies=[Remedy(("people", "undo", blocked.id), "if that was wrong")],
            )
    write_records(store, [assertion], now)
    return open_directory(store).person(one.id), [assertion.id]


def tell_apart(store: Store, people: Sequence[Person], now: datetime) -> None:
    """Assert that people are different ones."""
    at = next_instant(now, store.assertions())
    apart = [SameAs(a=a.id, b=b.id, at=at, same=False) for a, b in combinations(people, 2)]
    write_records(store, apart, now)


def split(store: Store, text: str, now: datetime) -> tuple[Person, Person, list[str]]:
    """Assert that an account is not the rest of its person; the rest stays together.

    Returns:
        The account's person now, the rest's, and the ids of the assertions, to undo.

    Raises:
        UsageError: If it is not one account, or a person by itself.
    """
    directory = open_directory(store)
    person = resolve_person(directory, text)
    account = text.strip() if text.strip() in person.accounts else account_named(text)
    if account not in person.accounts:
        raise UsageError(f"{text!r} is {person.name}: say which account to split off: {', '.join(person.accounts)}")
    rest = [one for one in person.accounts if one != account]
    if not rest:
        raise UsageError(f"{account} is a person by itself: there is nothing to split")
    return split_off(store, [account], rest, now)


def split_off(
    store: Store, accounts: Sequence[str], rest: Sequence[str], now: datetime
) -> tuple[Person, Person, list[str]]:
    """Assert that some accounts of a person are not the rest of it; either side stays together.

    Returns:
        The accounts' person now, the rest's, and the ids of the assertions, to undo.
    """
    held = store.assertions()
    at = next_instant(now, held)
    apart = [SameAs(a=one, b=other, at=at, same=False) for one in accounts for other in rest]
    person_of = derive_persons([*held, *apart]).person_of
    together = [
        SameAs(a=first, b=other, at=at)
        for first, *others in (accounts, rest)
        for other in others
        if person_of(other) != person_of(first)
    ]
    write_records(store, [*apart, *together], now)
    directory = open_directory(store)
    return directory.person(accounts[0]), directory.person(rest[0]), [one.id for one in (*apart, *together)]


def compare(store: Store, a: str, b: str) -> tuple[Person, Person, list[SameAs]]:
    """Tell who two names mean, and which standing assertions name accounts of both or of the one they are."""
    directory = open_directory(store)
    one, two = resolve_person(directory, a), resolve_person(directory, b)
    ends = {*one.accounts, one.id}, {*two.accounts, two.id}
    said = [
        each
        for each in said_now(store)
        if (each.a in ends[0] and each.b in ends[1]) or (each.b in ends[0] and each.a in ends[1])
    ]
    return one, two, said


def undo(store: Store, assertions: Iterable[str], now: datetime) -> list[str]:
    """Take assertions back by their ids.

    Raises:
        UsageError: If one of them does not stand; nothing is taken back then.
    """
    wanted = list(dict.fromkeys(assertions))
    standing = {one.id for one in said_now(store)}
    if missing := [one for one in wanted if one not in standing]:
        raise UsageError(
            f"no assertion stands under the id {missing[0]!r}", remedies=[Remedy(("people", "same"), "to see which do")]
        )
    for one in wanted:
        store.retract(one, now)
    return wanted


def suggest(store: Store, limit: int) -> list[Suggestion]:
    """Suggest who may be one person: the same full name, or the same handle on several networks.

    Folded (accents and case), names of two words or more, handles of four letters or more; a name or handle that many
    people have says nothing, and who is said to be two is left out. Most alike first: both, then name, then handle.
    """
    directory = open_directory(store)
    reasons: dict[tuple[str, str], list[str]] = {}
    for (a, b), why in _alike(store, directory.persons):
        words = reasons.setdefault((a, b), [])
        if why not in words:
            words.append(why)
    ranked = sorted(reasons.items(), key=lambda pair: (-len(pair[1]), not pair[1][0].startswith("name"), pair[0]))
    apart = distinct_pairs(directory)
    chosen = [pair for pair in ranked if pair[0] not in apart][:limit]
    people = directory.people(person for pair, _ in chosen for person in pair)
    return [Suggestion(a=people[a], b=people[b], why="; ".join(why)) for (a, b), why in chosen]


def _alike(store: Store, persons: Persons) -> Iterator[tuple[tuple[str, str], str]]:
    from graph.people.names import fold

    named: dict[str, set[str]] = {}
    handled: dict[str, set[tuple[str, str]]] = {}
    for account in store.accounts():
        person = persons.person_of(account.id)
        if account.name and len((name := fold(account.name)).split()) > 1:
            named.setdefault(name, set()).add(person)
        if account.handle and len(handle := fold(account.handle)) >= _SHORT_HANDLE:
            handled.setdefault(handle, set()).add((person, network_of(account.id)))
    for name, people in named.items():
        if 1 < len(people) <= _CROWD:
            yield from ((pair, f"name {name!r} on both") for pair in combinations(sorted(people), 2))
    for handle, holders in handled.items():
        if 1 < len(holders) <= _CROWD:
            for (a, here), (b, there) in combinations(sorted(holders), 2):
                if a != b and here != there:
                    yield (a, b), f"handle {handle!r} on {here} and {there}"
