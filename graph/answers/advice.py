"""Advice where there is no way: whom the target answers, who comes nearest, and what would show more."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from graph.answers.answer import Advice, Hint, HintKind, KindCount, Near, Way
from graph.answers.evidence import Case
from graph.people.names import fold
from graph.people.person import Person
from graph.people.resolve import is_certain
from graph.ties.nodes import locate_people
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

    Args:
        case: What the answer is drawn from.
        ties: The ties that were searched.
        me: Who asks.
        targets: Who was asked for, one at least.
        spared: Who is not to be suggested.
        way_to: Finds my best way to somebody.
        wider: What the question without its options would find.
    """
    aside = {person.id for person in (me, *spared)}
    nodes = {target.id: locate(case, ties, target) for target in targets}
    contacts = {
        person.id: (person, strength)
        for person, strength in strongest(case, ties, locate(case, ties, me), towards=False, limit=_CONTACTS)
    }
    open_to_it = {id_: one for id_, one in contacts.items() if id_ not in aside}
    near = [*_active_contacts(case, open_to_it, targets), *_colleagues(case, open_to_it, targets)]
    ptr = ties.arrays.in_ptr
    unseen = all(ptr[node] == ptr[node + 1] for node in nodes.values() if node >= 0)
    return Advice(
        answered=_answered(case, ties, targets, nodes, aside, way_to),
        nearest=tuple(sorted(near, key=lambda one: (-one.strength, one.person.id))[:_SHOWN]),
        more=(*wider, *_list_more(case, targets[0], contacts=bool(contacts), unseen=unseen)),
    )


def locate(case: Case, ties: Ties, person: Person) -> int:
    """Give somebody's node among the ties, or -1."""
    return locate_people(case.store, ties.nodes, [person.id]).get(person.id, -1)


def strongest(case: Case, ties: Ties, node: int, *, towards: bool, limit: int) -> list[tuple[Person, float]]:
    """Give the people with the strongest ties towards a node (or from it), strongest first; none for node -1."""
    if node < 0:
        return []
    arrays = ties.arrays
    if towards:
        span = slice(arrays.in_ptr[node], arrays.in_ptr[node + 1])
        others, strengths = arrays.in_from[span], arrays.in_strength[span]
    else:
        span = slice(arrays.out_ptr[node], arrays.out_ptr[node + 1])
        others, strengths = arrays.out_to[span], arrays.out_strength[span]
    keys = [int(ties.nodes.key_of[node]) for node in others[:limit]]  # rows lie strongest first
    ids = case.store.account_ids(keys)
    people = case.directory.people(ids.values())
    return [
        (people[ids[key]], float(strength))
        for key, strength in zip(keys, strengths[:limit], strict=True)
        if ids.get(key) in people
    ]


def _answered(
    case: Case,
    ties: Ties,
    targets: Iterable[Person],
    nodes: dict[str, int],
    aside: Collection[str],
    way_to: Callable[[Person], Way | None],
) -> tuple[Near, ...]:
    """Give whom the targets answer, ahead of the others those whom I have a way to."""
    found = [
        Near(person=person, strength=strength, target=target)
        for target in targets
        for person, strength in strongest(case, ties, nodes[target.id], towards=True, limit=_LOOKED_AT + len(aside))
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
