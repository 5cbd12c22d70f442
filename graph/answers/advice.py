"""Advice where there is no way: whom the target answers, who comes nearest, and what would show more."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from graph.answers.answer import Advice, Hint, HintKind, KindCount, Near, Way
from graph.answers.evidence import Case
from graph.model import network_of
from graph.people.names import fold
from graph.people.person import Person
from graph.people.resolve import is_certain
from graph.ties.nodes import locate_people, people_of_keys
from graph.ties.ties import Ties

_SHOWN = 5
_LOOKED_AT = 20  # of those whom a target answers: a way is searched to each
_CONTACTS = 300


def advise(
    case: Case,
    ties: Ties,
    me: Person,
    targets: Sequence[Person],
    *,
    spared: Collection[Person],
    way_to: Callable[[Person], Way | None],
    wider: Iterable[Hint],
) -> Advice:
    """Say what to do where no path was found; nothing in it is a way to the targets, only what the data show.

    Those spared are not suggested. `way_to` finds my best way to somebody, and `wider` what the question without its
    options would find.
    """
    aside = {person.id for person in (me, *spared)}
    askers = [(one, strongest(case, ties, one, towards=True, limit=_LOOKED_AT + len(aside))) for one in targets]
    contacts = {one.id: (one, strength) for one, strength in strongest(case, ties, me, towards=False, limit=_CONTACTS)}
    open_to_it = {id_: one for id_, one in contacts.items() if id_ not in aside}
    near = [*_active_contacts(case, open_to_it, targets), *_colleagues(case, open_to_it, targets)]
    unseen = not any(found for _, found in askers)
    return Advice(
        answered=_answered(askers, aside, way_to),
        nearest=tuple(sorted(near, key=lambda one: (-one.strength, one.person.id))[:_SHOWN]),
        more=(*wider, *_list_more(case, targets[0], contacts=bool(contacts), unseen=unseen)),
    )


def strongest(
    case: Case, ties: Ties, person: Person, *, towards: bool, limit: int | None = None
) -> list[tuple[Person, float]]:
    """Give the people with the strongest ties towards somebody (or from them), strongest first."""
    node = locate_people(case.store, ties.nodes, [person.id]).get(person.id)
    if node is None:
        return []
    ends, strength = (ties.arrays.incoming if towards else ties.arrays.outgoing).row(node)  # strongest first
    keys = ties.nodes.key_of[ends[:limit]].tolist()
    people = people_of_keys(case.store, case.directory, keys)
    found = zip(keys, strength[:limit].tolist(), strict=True)
    return [(people[key], value) for key, value in found if key in people]


def _answered(
    askers: Iterable[tuple[Person, list[tuple[Person, float]]]],
    aside: Collection[str],
    way_to: Callable[[Person], Way | None],
) -> tuple[Near, ...]:
    """Give whom the targets answer, ahead of the others those whom I have a way to."""
    found = [
        Near(person=person, strength=strength, target=target)
        for target, people in askers
        for person, strength in people
        if person.id not in aside
    ]
    found = sorted(found, key=lambda one: -one.strength)[:_LOOKED_AT]
    reached = [replace(one, way=way_to(one.person)) for one in found]
    return tuple(sorted(reached, key=lambda one: one.way is None)[:_SHOWN])


def _active_contacts(
    case: Case, contacts: dict[str, tuple[Person, float]], targets: Sequence[Person]
) -> Iterator[Near]:
    """Give the contacts that acted towards a target, or on an item of theirs, without a proven tie."""
    person_of = case.directory.persons.person_of
    accounts = [account for person, _ in contacts.values() for account in person.accounts]
    for target in targets[:_SHOWN]:
        acts: dict[str, Counter[str]] = {}
        last: dict[str, datetime | None] = {}
        for act in case.store.one_way(accounts, target.accounts, case.filters):
            if (person := person_of(act.actor.id)) in contacts and person != target.id:
                acts.setdefault(person, Counter())[act.kind.value] += 1
                last.setdefault(person, act.at)  # the newest comes first
        for person, counts in acts.items():
            who, strength = contacts[person]
            yield Near(
                person=who,
                strength=strength,
                target=target,
                acts=tuple(KindCount(kind=kind, out=count, in_=0) for kind, count in sorted(counts.items())),
                last=last[person],
            )


def _colleagues(case: Case, contacts: dict[str, tuple[Person, float]], targets: Sequence[Person]) -> Iterator[Near]:
    """Give the contacts in the same organisation as a target."""
    store, person_of = case.store, case.directory.persons.person_of
    theirs = {account: target for target in targets[:_SHOWN] for account in target.accounts}
    at = {fold(account.org): theirs[account.id] for account in store.accounts(theirs) if account.org}
    if not at:
        return
    asked_for = {target.id for target in targets}
    for account in store.accounts([account for person, _ in contacts.values() for account in person.accounts]):
        person_id = person_of(account.id)
        if account.org and fold(account.org) in at and person_id not in asked_for:
            person, strength = contacts[person_id]
            yield Near(person=person, strength=strength, target=at[fold(account.org)], org=account.org)


def _list_more(case: Case, target: Person, *, contacts: bool, unseen: bool) -> Iterator[Hint]:
    unique = is_certain(case.directory, target.name, target)
    if not contacts:
        yield Hint(kind=HintKind.NO_TIES)
    if unseen:
        yield Hint(kind=HintKind.UNSEEN, person=target, unique=unique)
    yield Hint(kind=HintKind.ASK_AROUND, person=target, unique=unique)
    yield Hint(kind=HintKind.COMMENT, person=target, unique=unique, day=case.today)
    if (on_x := account_on_x(target)) is not None:
        yield Hint(kind=HintKind.LOOK, person=target, account=on_x)


def account_on_x(person: Person) -> str | None:
    """Give somebody's account on X: by its number, where that is known, it is found without a look-up."""
    on_x = (one for one in person.accounts if network_of(one) == "x")
    return min(on_x, key=lambda one: one.startswith("x:@"), default=None)
