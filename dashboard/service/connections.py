"""How somebody is connected: with how many, with whom most closely, and with which groups."""

from dataclasses import dataclass

import numpy as np

from dashboard.service.desk import Desk
from graph.answer import Person
from graph.formula import closeness_of
from graph.model import Closeness
from graph.network.network import Network
from graph.nodes import locate_people
from graph.people import open_directory
from graph.reach import View, look_around
from graph.store import Filters


@dataclass(frozen=True, slots=True, kw_only=True)
class Connections:
    """The relationships of one person at a glance.

    Attributes:
        me: My person id; empty where that is not known.
        many: How many people they have a relationship with.
        closest: With whom the closest one is, and how close; None where there is none.
        around: The people I can ask and those behind them, where it is me.
        group: Their group in the network; -1 is none, None where they are not drawn.
        connects: The other groups that they connect it with.
        bridges: The group and the person at the other end of each bridge: the only relationship between two groups.
    """

    person: Person
    me: str
    many: int
    closest: tuple[Person, Closeness] | None
    around: View | None
    group: int | None = None
    connects: tuple[int, ...] = ()
    bridges: tuple[tuple[int, Person], ...] = ()


def find_connections(desk: Desk, id_: str, filters: Filters) -> Connections | None:
    """Tell how somebody is connected under filters; me where the id is empty, None for whom the store does not know."""
    directory = open_directory(desk.store)
    mine = desk.store.profiles().get(desk.profile)
    me = directory.person(min(mine)).id if mine else ""
    if not (id_ or me):
        return None
    person = directory.person(id_ or me)
    ties = desk.ties(filters)
    node = locate_people(desk.store, ties.nodes, [person.id]).get(person.id)
    if node is None:
        return None
    arrays = ties.arrays
    out, into = (slice(ptr[node], ptr[node + 1]) for ptr in (arrays.out_ptr, arrays.in_ptr))
    ends = np.concatenate((arrays.out_to[out], arrays.in_from[into]))
    strengths = np.concatenate((arrays.out_strength[out], arrays.in_strength[into]))
    closest = None
    if len(ends):
        best = np.lexsort((ends, -strengths))[0]
        key = int(ties.nodes.key_of[ends[best]])
        other = directory.person(desk.store.account_ids([key])[key])
        closest = other, closeness_of(float(strengths[best]))
    network = desk.standing().drawn
    place = next((place for place, one in enumerate(network.people) if one.id == person.id), None) if network else None
    return Connections(
        person=person,
        me=me,
        many=len(np.unique(ends)),
        closest=closest,
        around=look_around(ties, node) if person.id == me else None,
        group=None if network is None or place is None else int(network.group[place]),
        connects=() if network is None or place is None else _connects(network, place),
        bridges=() if network is None or place is None else _bridges(network, place),
    )


def _connects(network: Network, place: int) -> tuple[int, ...]:
    return next((broker.groups for broker in network.brokers if broker.node == place), ())


def _bridges(network: Network, place: int) -> tuple[tuple[int, Person], ...]:
    links, bridges = network.links, network.bridges
    ends = [*zip(links.a[bridges].tolist(), links.b[bridges].tolist(), strict=True)]
    others = [b if a == place else a for a, b in ends if place in (a, b)]
    return tuple((int(network.group[other]), network.people[other]) for other in others)
