"""Advice where there is no way: whom the target answers, who comes nearest, and what would show more."""

from collections import Counter
from collections.abc import Collection, Iterator
from shlex import quote

from graph.answer import Advice, Hint, Near, Person
from graph.evidence import Case
from graph.names import fold
from graph.nodes import locate_people
from graph.paths import find_paths
from graph.people import is_certain
from graph.ties import Ties

_SHOWN = 5
_CONTACTS = 300


def advise(
    case: Case,
    ties: Ties,
    wider: Ties | None,
    me: Person,
    targets: list[Person],
    *,
    avoid: Collection[Person] = (),
    protected: Collection[Person] = (),
) -> Advice:
    """Say what to do where no path was found; nothing in it is a way, only what the data show.

    Args:
        case: What the answer is drawn from.
        ties: The ties that were searched.
        wider: What would be searched without the question's options, where it had some.
        me: Who asks.
        targets: Who was asked for.
        avoid: Who is not to be suggested, the protected among them.
        protected: Whom no way may lead over, whatever the options.
    """
    spared = {person.id for person in (me, *avoid)}
    nodes = {node: person for person in targets if (node := _node(case, ties, person)) >= 0}
    mine = _node(case, ties, me)
    answered = [
        Near(person=person, strength=strength, why=f"{target.name} answers them")
        for node, target in nodes.items()
        for person, strength in strongest(case, ties, node, towards=True, limit=_SHOWN + len(spared))
        if person.id not in spared
    ]
    contacts = dict(_contacts(case, ties, mine))
    open_to_it = {id_: one for id_, one in contacts.items() if id_ not in spared}
    near = [*_active_contacts(case, open_to_it, targets), *_colleagues(case, open_to_it, targets)]
    return Advice(
        answered=tuple(answered[:_SHOWN]),
        nearest=tuple(sorted(near, key=lambda one: (-one.strength, one.person.id))[:_SHOWN]),
        more=(
            *(_tell_wider(case, wider, me, targets, protected) if wider else ()),
            *_list_more(case, ties, nodes, targets, contacts=bool(contacts)),
        ),
    )


def _node(case: Case, ties: Ties, person: Person) -> int:
    return locate_people(case.directory.store, ties.nodes, [person.id]).get(person.id, -1)


def strongest(case: Case, ties: Ties, node: int, *, towards: bool, limit: int = _SHOWN) -> list[tuple[Person, float]]:
    """Give the people with the strongest ties towards a node (or from it), strongest first."""
    arrays = ties.arrays
    if towards:
        span = slice(arrays.in_ptr[node], arrays.in_ptr[node + 1])
        others, strengths = arrays.in_from[span], arrays.in_strength[span]
    else:
        span = slice(arrays.out_ptr[node], arrays.out_ptr[node + 1])
        others, strengths = arrays.out_to[span], arrays.out_strength[span]
    keys = [int(ties.nodes.key_of[node]) for node in others[:limit]]  # rows lie strongest first
    ids = case.directory.store.account_ids(keys)
    people = case.directory.people(ids.values())
    return [
        (people[ids[key]], float(strength))
        for key, strength in zip(keys, strengths[:limit], strict=True)
        if ids.get(key) in people
    ]


def _contacts(case: Case, ties: Ties, me: int) -> list[tuple[str, tuple[Person, float]]]:
    if me < 0:
        return []
    return [(one[0].id, one) for one in strongest(case, ties, me, towards=False, limit=_CONTACTS)]


def _active_contacts(case: Case, contacts: dict[str, tuple[Person, float]], targets: list[Person]) -> Iterator[Near]:
    """Give the contacts that acted towards a target, or on an item of theirs, without a proven tie."""
    person_of = case.directory.persons.person_of
    accounts = [account for person, _ in contacts.values() for account in person.accounts]
    for target in targets[:_SHOWN]:
        acts = Counter(
            (person, act.kind.value)
            for act in case.directory.store.one_way(accounts, target.accounts, case.filters)
            if (person := person_of(act.actor.id)) in contacts and person != target.id
        )
        done: dict[str, list[str]] = {}
        for (person, kind), count in sorted(acts.items()):
            done.setdefault(person, []).append(f"{kind} × {count}")
        for contact, words in done.items():
            who, strength = contacts[contact]
            yield Near(person=who, strength=strength, why=f"{', '.join(words)} towards {target.name}, unanswered")


def _colleagues(case: Case, contacts: dict[str, tuple[Person, float]], targets: list[Person]) -> Iterator[Near]:
    """Give the contacts in the same organisation as a target."""
    store = case.directory.store
    accounts = [account for target in targets[:_SHOWN] for account in target.accounts]
    orgs = {fold(account.org): account.org for account in store.accounts(accounts) if account.org}
    theirs = {target.id for target in targets}
    if not orgs:
        return
    person_of = case.directory.persons.person_of
    for account in store.accounts([account for person, _ in contacts.values() for account in person.accounts]):
        person_id = person_of(account.id)
        if account.org and fold(account.org) in orgs and person_id not in theirs:
            person, strength = contacts[person_id]
            yield Near(person=person, strength=strength, why=f"also at {account.org}")


def _tell_wider(
    case: Case, wider: Ties, me: Person, targets: list[Person], protected: Collection[Person]
) -> Iterator[Hint]:
    mine = _node(case, wider, me)
    closed = [node for person in protected if (node := _node(case, wider, person)) >= 0]
    nodes = [node for target in targets if (node := _node(case, wider, target)) >= 0]
    if mine >= 0 and nodes and find_paths(wider.arrays, mine, nodes, k=1, avoid=closed):
        yield Hint(text="the options left ways out: asked without them, there is a way")


def _list_more(
    case: Case, ties: Ties, nodes: dict[int, Person], targets: list[Person], *, contacts: bool
) -> Iterator[Hint]:
    if not contacts:
        yield Hint(
            text="you have no proven tie yet: bring in a mailbox or messages, or say whom you know (--new NAME for "
            "somebody in no source)",
            command=f"{case.program} know NAME --closeness familiar --how TEXT",
        )
    name = targets[0].name if targets else "them"
    if all(ties.arrays.in_ptr[node] == ties.arrays.in_ptr[node + 1] for node in nodes):
        yield Hint(
            text=f"nothing here shows whom {name} answers: bring in where they act in public, such as the comments of "
            "a blog they write for or posts that they reply to; what shows it is listed by",
            command=f"{case.program} sources",
        )
    whom = _typed(case, targets[0]) if targets else "NAME"
    yield Hint(
        text=f"ask around: once you hear who knows {name}, say it (--new WHO for somebody in no source)",
        command=f"{case.program} know WHO --and {whom} --closeness familiar --how TEXT",
    )
    yield Hint(
        text="a thoughtful comment on something they wrote opens a door: once it is written, record it",
        command=f"{case.program} log comment {whom} --at {case.today}",
    )


def _typed(case: Case, person: Person) -> str:
    """Write somebody as a command takes them: by name where that is plain and means nobody else, else by id."""
    name = person.name
    plain = name.isprintable() and name == " ".join(name.split()) and not name.startswith("-")
    return quote(name if plain and is_certain(case.directory, name, person) else person.id)
