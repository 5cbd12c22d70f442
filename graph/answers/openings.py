"""Openings towards the target or an introducer, and items of theirs to comment on."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice, product

from graph.answers.advice import strongest
from graph.answers.answer import EngageKind, Engagement, Opening
from graph.answers.evidence import LONG_AGO, Case, evidence_of, pairs_between
from graph.model import MUTUAL_KINDS, Interaction, Item, Kind
from graph.people.person import Person
from graph.ties.ties import Ties

_OPENINGS_EACH = 3
_ITEMS_EACH = 3
_READ = 200  # newest acts looked at between me and one person
_ANSWERED = 40  # people whom somebody answers most, among whom their threads are looked for
_REPLIES_EACH = 10  # of each pair of accounts and kind
_REPLIES = frozenset({Kind.REPLY.value, Kind.COMMENT.value})


def find_openings(
    case: Case, ties: Ties, me: Person, people: Sequence[Person], *, asked: int
) -> tuple[list[Opening], list[Engagement]]:
    """Find the openings towards people: one-way acts between me and them, and items of theirs that I have not acted on.

    An opening is an act addressed to them or on an item of theirs, or theirs to me or on mine. Somebody who acted both
    ways with me needs none: those acts are the evidence of the tie. At most three of each for a person, newest first;
    people in the given order. Items are looked for at the first of them only: as many as were asked for. Where none of
    them has any, it is where they replied or commented lately, three in all, newest first.
    """
    openings: list[Opening] = []
    items: list[Engagement] = []
    for place, person in enumerate(people):
        acts = _acts_between(case, me, person)
        if _is_one_way(case, me, person, acts):
            openings += [
                Opening(evidence=evidence_of(act, *((me, person) if mine else (person, me))), about=person)
                for mine, act in acts[:_OPENINGS_EACH]
            ]
        if place < asked:
            items += _find_items(case, person, acts)
    if not items:
        replied = [one for person in people[:asked] for one in _find_replied(case, ties, me, person)]
        items = sorted(replied, key=lambda one: one.at or LONG_AGO, reverse=True)[:_ITEMS_EACH]
    return openings, items


def _acts_between(case: Case, me: Person, person: Person) -> list[tuple[bool, Interaction]]:
    """Give the newest acts between me and somebody, each with whether it is mine; copies are addressed to others."""
    acts = islice(case.store.one_way(me.accounts, person.accounts, case.filters), _READ)
    return [(act.actor.id in me.accounts, act) for act in acts if act.kind is not Kind.COPIED]


def _is_one_way(case: Case, me: Person, person: Person, acts: Sequence[tuple[bool, Interaction]]) -> bool:
    counts = case.store.pair_counts(pairs_between(me, person), case.filters)
    mine = {count.source in me.accounts for count in counts} | {own for own, _ in acts}
    return len(mine) == 1 and bool(acts) and not any(count.kind in MUTUAL_KINDS for count in counts)


def _find_items(case: Case, person: Person, acts: Sequence[tuple[bool, Interaction]]) -> Iterator[Engagement]:
    """Find the newest items of somebody's that I have not acted on."""
    touched = {_name_of(act.item) for mine, act in acts if mine and act.item is not None}
    items = case.store.items_by(person.accounts, case.filters, limit=_ITEMS_EACH + len(touched))
    fresh = [(item, at) for item, at in items if (name := _name_of(item)) and name not in touched]
    return _engage(person, fresh, EngageKind.WROTE)


def _find_replied(case: Case, ties: Ties, me: Person, person: Person) -> Iterator[Engagement]:
    """Find where somebody replied or commented in public lately, towards those whom they answer most.

    What I wrote, or acted on, is left out.
    """
    known = strongest(case, ties, person, towards=True, limit=_ANSWERED)
    pairs = list(product(person.accounts, (account for one, _ in known for account in one.accounts)))
    kinds = _REPLIES if case.filters.kinds is None else _REPLIES & case.filters.kinds
    newest: dict[str | None, tuple[Item, datetime | None]] = {}
    for act in case.store.interactions(pairs, replace(case.filters, kinds=kinds), _REPLIES_EACH):
        if act.item is not None and not act.private and _name_of(act.item):
            newest.setdefault(_place_of(act), (act.item, act.at))
    there = {item.author.id for item, _ in newest.values() if item.author is not None}
    there |= {account for one in (person, *(other for other, _ in known)) for account in one.accounts}
    mine = islice(case.store.one_way(me.accounts, there - set(me.accounts), case.filters), _READ)
    touched = {_place_of(act) for act in mine if act.actor.id in me.accounts}
    fresh = [
        (item, at)
        for place, (item, at) in newest.items()
        if place not in touched and not (item.author and item.author.id in me.accounts)
    ]
    return _engage(person, fresh, EngageKind.REPLIED)


def _name_of(item: Item | None) -> str | None:
    return (item.url or item.title) if item else None


def _place_of(act: Interaction) -> str | None:
    """Tell where it was done: in a forum each post is an item of its own, so the thread comes first."""
    return act.thread or _name_of(act.item)


def _engage(person: Person, items: Iterable[tuple[Item, datetime | None]], why: EngageKind) -> Iterator[Engagement]:
    for item, at in islice(items, _ITEMS_EACH):
        name = item.title or item.url or ""
        yield Engagement(person=person, item=name, url=item.url, title=item.title, at=at, why=why)
