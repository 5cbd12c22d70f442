"""Hooks: openings towards the target or an introducer, and items of theirs that are worth a comment."""

from collections.abc import Iterable, Sequence

from graph.answer import Engagement, Hook, Person
from graph.evidence import Case, evidence_of
from graph.model import MUTUAL_KINDS, Interaction

_HOOKS_EACH = 3
_ITEMS_EACH = 3


def find_hooks(case: Case, me: Person, people: Sequence[Person]) -> list[Hook]:
    """Find one-way acts between me and each of these people, addressed to them or on an item of theirs, or back.

    Somebody who acted both ways with me needs no opening: those acts are the evidence of the tie. At most three each,
    newest first; people in the given order.
    """
    acts = _acts_by_person(case, me, people)
    return [
        Hook(evidence=evidence_of(act, *((me, person) if mine else (person, me))), about=person)
        for person in people
        if _is_one_way(acts.get(person.id, []))
        for mine, act in acts[person.id][:_HOOKS_EACH]
    ]


def _is_one_way(acts: Sequence[tuple[bool, Interaction]]) -> bool:
    return len({mine for mine, _ in acts}) == 1 and not any(act.kind in MUTUAL_KINDS for _, act in acts)


def find_engagements(case: Case, me: Person, people: Sequence[Person]) -> list[Engagement]:
    """Find the newest items of each of these people that I have not acted on yet."""
    acts = _acts_by_person(case, me, people)
    touched = {
        act.item.url or act.item.title for held in acts.values() for mine, act in held if mine and act.item is not None
    }
    found = []
    for person in people:
        items = case.directory.store.items_by(person.accounts, case.filters, limit=_ITEMS_EACH + len(touched))
        fresh = [
            (item, at) for item, at in items if (item.url or item.title) and (item.url or item.title) not in touched
        ]
        found += [
            Engagement(
                person=person,
                item=item.title or item.url or "",
                url=item.url,
                title=item.title,
                at=at,
                why=f"a thoughtful comment here is seen by {person.name}",
            )
            for item, at in fresh[:_ITEMS_EACH]
        ]
    return found


def _acts_by_person(case: Case, me: Person, people: Iterable[Person]) -> dict[str, list[tuple[bool, Interaction]]]:
    """Give for each person the acts between me and them, each with whether it is mine; newest first."""
    person_of = case.directory.persons.person_of
    wanted = {person.id: person for person in people}
    accounts = [account for person in wanted.values() for account in person.accounts]
    found: dict[str, list[tuple[bool, Interaction]]] = {}
    for act in case.directory.store.one_way(me.accounts, accounts, case.filters):
        mine = person_of(act.actor.id) == me.id
        others = {person_of(one.account.id) for one in act.to} if mine else {person_of(act.actor.id)}
        if mine and act.item is not None and act.item.author is not None:
            others.add(person_of(act.item.author.id))
        for other in others & wanted.keys():
            found.setdefault(other, []).append((mine, act))
    return found
