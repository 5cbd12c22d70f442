"""The network of a store: its people in groups and at their places, and what is between them under some filters."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from graph.model import EVIDENCE_KINDS, start_of, to_micros
from graph.network.brokers import Broker, find_bridges, find_brokers
from graph.network.communities import find_groups, find_heads
from graph.network.layout import place_nodes
from graph.network.links import Links, choose_nodes, draw_strength, keep_strongest, links_of, pair_up, renumber
from graph.people.person import Directory, Person
from graph.store.features import Filters
from graph.store.store import Store
from graph.ties.formula import CLOSE, DORMANT_DAYS, FAMILIAR
from graph.ties.nodes import locate_people, people_of_keys
from graph.ties.ties import Pairs, Ties, evaluate_pairs

MOST_PEOPLE, MOST_LINKS, MOST_NOTICED = 20_000, 60_000, 20_000
NOTICED, NOTHING = 3, 4
"""Behind close, familiar and slight (0, 1, 2): acts that prove no relationship; nothing under these filters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Who is drawn where, and which pairs: what does not depend on filters.

    Attributes:
        people: In the order of their ids.
        keys: Their account keys, int32.
        me: My place among them; None where I have no relationship, or am not known.
        total: How many people have a relationship; more than `people` where there are very many.
        group: The group of each, int32; -1 is none.
        heads: Of each group that has a letter the two best connected members, as places.
        points: Shape (people, 2), int32: x and y.
        brokers: Who connects groups, best first.
        links: Pairs of places: the strongest relationships as of today, all bridges, and pairs that only acted.
            A relationship that rested on an introduction alone is not among them once that was declined, so it is not
            drawn as of an earlier day either.
        relationships: How many there are between the people, drawn or not.
        bridges: Places in `links` of those that are the only relationship between two groups.
        kinds: Names of the kinds of acts between them.
        lists: The places of the people on each list, by its name.
    """

    people: tuple[Person, ...]
    keys: NDArray[np.int32]
    me: int | None
    total: int
    group: NDArray[np.int32]
    heads: tuple[tuple[int, ...], ...]
    points: NDArray[np.int32]
    brokers: tuple[Broker, ...]
    links: Links
    relationships: int
    bridges: NDArray[np.int64]
    kinds: tuple[str, ...]
    lists: dict[str, list[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """What is between the pairs of a drawing under some filters, beside its links.

    Attributes:
        closeness: As `draw_strength` has it: 0 close, 1 familiar, 2 slight; NOTICED; NOTHING.
        dormant: Whether nothing passed for a year before the day; only where there is a relationship.
        out: Bits of the kinds of acts of a towards b, as `Pairs.kinds` has them; `in_` of b towards a.
    """

    closeness: NDArray[np.uint8]
    dormant: NDArray[np.bool_]
    out: NDArray[np.int32]
    in_: NDArray[np.int32]


def build_network(
    store: Store, directory: Directory, ties: Ties, me: str | None, aside: Collection[str], today: date
) -> Network:
    """Build the network from all ties of today; `me` and those aside are person ids.

    Those aside are never said to connect groups.
    Where the ties are very many, groups, who connects them and positions are found from the strongest, those that are
    drawn; bridges from all.
    """
    located = locate_people(store, ties.nodes, {*aside, me or ""})
    related = links_of(ties.arrays)
    nodes = choose_nodes(related, located.get(me or ""), MOST_PEOPLE)
    total = int(np.count_nonzero(related.degree()))
    keys = ties.nodes.key_of[nodes]
    between = renumber(related, nodes)
    del related
    links = keep_strongest(between, MOST_LINKS)
    place = {int(node): number for number, node in enumerate(nodes)}
    mine = place.get(located.get(me or "", -1))
    group = find_groups(links, mine)
    spared = {place[node] for node in located.values() if node in place}
    pairs = evaluate_pairs(store, Filters(), today, among=keys)
    lone = between.take(find_bridges(between, group))
    every = _add(_add(links, lone), _find_noticed(len(nodes), pairs, keys))
    people = read_people(store, directory, keys)
    return Network(
        people=people,
        keys=keys,
        me=mine,
        total=total,
        group=group,
        heads=tuple(map(tuple, find_heads(links, group))),
        points=place_nodes(links, group),
        brokers=tuple(find_brokers(links, group, spared)),
        links=every,
        relationships=len(between),
        bridges=np.searchsorted(_codes(every), _codes(lone)),
        kinds=kinds_of(pairs.kinds),
        lists=places_on_lists(store, directory, people),
    )


def kinds_of(bits: NDArray[np.int32]) -> tuple[str, ...]:
    """Name the kinds that have a bit in any of some numbers."""
    every = int(np.bitwise_or.reduce(bits, initial=0))
    return tuple(kind for code, kind in enumerate(EVIDENCE_KINDS) if every >> code & 1)


def read_people(store: Store, directory: Directory, keys: NDArray[np.int32]) -> tuple[Person, ...]:
    """Give people by the account keys of their ids, in that order."""
    held = people_of_keys(store, directory, keys.tolist())
    return tuple(held[key] for key in keys.tolist())


def places_on_lists(store: Store, directory: Directory, people: tuple[Person, ...]) -> dict[str, list[int]]:
    """Give the places of people on lists, by the name of the list; lists with none of them are left out."""
    place = {person.id: number for number, person in enumerate(people)}
    named = {
        name: sorted({place[one] for one in map(directory.persons.person_of, accounts) if one in place})
        for name, accounts in store.lists().items()
    }
    return {name: places for name, places in named.items() if places}


def evaluate_links(
    store: Store, keys: NDArray[np.int32], links: Links, filters: Filters, today: date, asking: Sequence[int] = ()
) -> LinkView:
    """Evaluate what is between people, given by account key, under filters; `asking` is as `draw_strength` has it."""
    pairs = evaluate_pairs(store, filters, today, among=keys)
    source, target = (places_of(pairs, keys)[nodes] for nodes in (pairs.source, pairs.target))
    code = source.astype(np.int64) * links.size + target
    order = np.argsort(code)
    code = np.append(code[order], -1)  # something to compare with where there are no pairs
    wanted = _codes(links)
    place = np.searchsorted(code[:-1], wanted)
    found = code[place] == wanted
    drawn, forth = links.take(found), order[place[found]]
    back = order[np.searchsorted(code[:-1], drawn.b.astype(np.int64) * links.size + drawn.a)]
    strength = draw_strength(drawn.a, drawn.b, pairs.strength[forth], pairs.strength[back], asking)
    year_ago = to_micros(start_of(filters.as_of or today) - timedelta(days=DORMANT_DAYS))
    closeness = np.full(len(links), NOTHING, dtype=np.uint8)
    dormant = np.zeros(len(links), dtype=np.bool_)
    out, in_ = np.zeros((2, len(links)), dtype=np.int32)
    closeness[found] = np.select([strength >= CLOSE, strength >= FAMILIAR, strength > 0], [0, 1, 2], NOTICED)
    dormant[found] = (pairs.last[forth] > 0) & (pairs.last[forth] < year_ago) & (strength > 0)
    out[found], in_[found] = pairs.kinds[forth], pairs.kinds[back]
    return LinkView(closeness=closeness, dormant=dormant, out=out, in_=in_)


def take_links(view: LinkView, which: NDArray[np.bool_]) -> LinkView:
    """Keep what a view tells of some of its links."""
    return LinkView(**{field.name: getattr(view, field.name)[which] for field in fields(LinkView)})


def places_of(pairs: Pairs, keys: NDArray[np.int32]) -> NDArray[np.int32]:
    """Give the place among some people, given by account key, of each node of pairs; -1 for none."""
    place = np.full(pairs.nodes.size, -1, dtype=np.int32)
    held = keys < len(pairs.nodes.of_key)
    place[pairs.nodes.of_key[keys[held]]] = np.flatnonzero(held)
    return place


def _find_noticed(size: int, pairs: Pairs, keys: NDArray[np.int32]) -> Links:
    """Give the pairs that acted without a relationship, those with the most acts; their strength is 0."""
    place = places_of(pairs, keys)
    source, target = place[pairs.source], place[pairs.target]
    held = pair_up(size, source, target, pairs.strength)
    acts = pair_up(size, source, target, (pairs.out + pairs.in_).astype(np.float32))
    noticed = keep_strongest(acts.take(held.strength == 0), MOST_NOTICED)
    return replace(noticed, strength=np.zeros(len(noticed), dtype=np.float32))


def _add(links: Links, more: Links) -> Links:
    parts = ((one.a, one.b, one.strength) for one in (links, more))
    a, b, strength = map(np.concatenate, zip(*parts, strict=True))
    return pair_up(links.size, a, b, strength)


def _codes(links: Links) -> NDArray[np.int64]:
    return links.a.astype(np.int64) * links.size + links.b
