"""Hooks: openings towards the target or an introducer, items of theirs to comment on, and introductions to them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice, product

from graph.answers.advice import locate, strongest
from graph.answers.answer import EngageKind, Engagement, Hook, Introduced
from graph.answers.evidence import LONG_AGO, Case, evidence_of
from graph.model import MUTUAL_KINDS, Interaction, Item, Kind, end_of
from graph.people.person import Person
from graph.ties.introductions import asked_at, mutual_acts
from graph.ties.ties import Ties

_HOOKS_EACH = 3
_ITEMS_EACH = 3
_READ = 200  # newest acts looked at between me and one person
_ANSWERED = 40  # people whom somebody answers most, among whom their threads are looked for
_REPLIES_EACH = 10  # of each pair of accounts and kind
_REPLIES = frozenset({Kind.REPLY.value, Kind.COMMENT.value})


def find_openings(
    case: Case, me: Person, people: Sequence[Person], *, asked: int
) -> tuple[list[Hook], list[Engagement]]:
    """Find the openings towards people: one-way acts between me and them, and items of theirs that I have not acted on.

    An opening is an act addressed to them or on an item of theirs, or theirs to me or on mine. Somebody who acted both
    ways with me needs none: those acts are the evidence of the tie. At most three of each for a person, newest first;
    people in the given order. Items are looked for at the first of them only: as many as were asked for.
    """
    hooks: list[Hook] = []
    engagements: list[Engagement] = []
    for place, person in enumerate(people):
        acts = _acts_between(case, me, person)
        if _is_one_way(case, me, person, acts):
            hooks += [
                Hook(evidence=evidence_of(act, *((me, person) if mine else (person, me))), about=person)
                for mine, act in acts[:_HOOKS_EACH]
            ]
        if place < asked:
            engagements += _engage(case, person, acts)
    return hooks, engagements


def find_introduced(case: Case, me: Person, targets: Sequence[Person]) -> Iterator[Introduced]:
    """Tell to which people I was introduced: where an introduction of the two was accepted or met, the newest one."""
    person_of = case.directory.persons.person_of
    until = None if case.filters.as_of is None else end_of(case.filters.as_of)
    wanted = {target.id: target for target in targets}
    newest: dict[str, Introduced] = {}
    for one in case.introductions:
        others = {person_of(one.person.id), person_of(one.to.id)} - {me.id}
        acts = mutual_acts(one, case.filters.since, until)
        if len(others) == 1 and acts and (other := others.pop()) in wanted:
            made = Introduced(to=wanted[other], by=case.directory.person(one.by.id), at=acts[-1])
            if other not in newest or made.at > newest[other].at:
                newest[other] = made
    yield from (newest[target] for target in wanted if target in newest)


def find_asked(case: Case, me: Person) -> dict[tuple[str, str], datetime]:
    """Tell whom I asked for an introduction to whom (person ids) and when, where nothing came of it yet.

    What I asked for is no evidence: of the filters only the as-of day counts.
    """
    person_of = case.directory.persons.person_of
    until = None if case.filters.as_of is None else end_of(case.filters.as_of)
    asked: dict[tuple[str, str], datetime] = {}
    for one in case.store.introductions():
        at = asked_at(one, until)
        others = {person_of(one.person.id), person_of(one.to.id)} - {me.id}
        if at and one.initiator and person_of(one.initiator.id) == me.id and len(others) == 1:
            key = person_of(one.by.id), others.pop()
            asked[key] = max(at, asked.get(key, at))
    return asked


def _acts_between(case: Case, me: Person, person: Person) -> list[tuple[bool, Interaction]]:
    """Give the newest acts between me and somebody, each with whether it is mine; copies are addressed to others."""
    person_of = case.directory.persons.person_of
    acts = islice(case.store.one_way(me.accounts, person.accounts, case.filters), _READ)
    return [(person_of(act.actor.id) == me.id, act) for act in acts if act.kind is not Kind.COPIED]


def _is_one_way(case: Case, me: Person, person: Person, acts: Sequence[tuple[bool, Interaction]]) -> bool:
    pairs = [*product(me.accounts, person.accounts), *product(person.accounts, me.accounts)]
    counts = case.store.pair_counts(pairs, case.filters)
    mine = {count.source in me.accounts for count in counts} | {own for own, _ in acts}
    return len(mine) == 1 and bool(acts) and not any(count.kind in MUTUAL_KINDS for count in counts)


def _engage(case: Case, person: Person, acts: Sequence[tuple[bool, Interaction]]) -> list[Engagement]:
    touched = {act.item.url or act.item.title for mine, act in acts if mine and act.item is not None}
    items = case.store.items_by(person.accounts, case.filters, limit=_ITEMS_EACH + len(touched))
    fresh = [(item, at) for item, at in items if (item.url or item.title) and (item.url or item.title) not in touched]
    return [_engagement(person, item, at, EngageKind.WROTE) for item, at in fresh[:_ITEMS_EACH]]


def find_replied(case: Case, ties: Ties, me: Person, people: Sequence[Person]) -> list[Engagement]:
    """Find where people replied or commented lately, three at most, newest first: for whom no item of theirs is known.

    Looked for among their public acts towards those whom they answer most; what I wrote, or acted on, is left out.
    """
    found = [one for person in people for one in _replied(case, ties, me, person)]
    return sorted(found, key=lambda one: one.at or LONG_AGO, reverse=True)[:_ITEMS_EACH]


def _replied(case: Case, ties: Ties, me: Person, person: Person) -> Iterator[Engagement]:
    known = strongest(case, ties, locate(case, ties, person), towards=True, limit=_ANSWERED)
    pairs = list(product(person.accounts, (account for one, _ in known for account in one.accounts)))
    kinds = _REPLIES if case.filters.kinds is None else _REPLIES & case.filters.kinds
    store, filters = case.store, replace(case.filters, kinds=kinds)
    newest: dict[str | None, tuple[Item, datetime | None]] = {}
    for act in store.interactions(pairs, filters, _REPLIES_EACH):
        if act.item is not None and not act.private and (act.item.url or act.item.title):
            newest.setdefault(_place_of(act), (act.item, act.at))
    there = {item.author.id for item, _ in newest.values() if item.author is not None}
    there |= {account for one in (person, *(other for other, _ in known)) for account in one.accounts}
    mine = islice(store.one_way(me.accounts, there - set(me.accounts), case.filters), _READ)
    touched = {_place_of(act) for act in mine if act.actor.id in me.accounts}
    fresh = [
        (item, at)
        for place, (item, at) in newest.items()
        if place not in touched and not (item.author and item.author.id in me.accounts)
    ]
    for item, at in fresh[:_ITEMS_EACH]:
        yield _engagement(person, item, at, EngageKind.REPLIED)


def _place_of(act: Interaction) -> str | None:
    """Tell where it was done: in a forum each post is an item of its own, so the thread comes first."""
    return act.thread or (act.item.url or act.item.title if act.item else None)


def _engagement(person: Person, item: Item, at: datetime | None, why: EngageKind) -> Engagement:
    return Engagement(person=person, item=item.title or item.url or "", url=item.url, title=item.title, at=at, why=why)
