"""How somebody is connected: with how many, with whom most closely, and with which groups."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.service.desk import Desk
from graph.answers.reach import View, look_around
from graph.model import Closeness
from graph.network.links import draw_strength
from graph.network.network import Network
from graph.people.person import Person, open_directory
from graph.store.features import Filters
from graph.ties.formula import closeness_of
from graph.ties.nodes import locate_people
from graph.ties.ties import Ties


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


def find_connections(
    desk: Desk, id_: str, filters: Filters, *, grouped: bool, around: str | None = None
) -> Connections | None:
    """Tell how somebody is connected under filters, as the drawing says in which they are chosen.

    Args:
        desk: Where it is asked.
        id_: An account id; me where it is empty.
        filters: Which acts count.
        grouped: Whether it is drawn in groups: they are those of today and of all acts, and stand in no other drawing.
        around: An account id of who stands in the middle, empty for me; None on the network.

    Returns:
        None for whom the store does not know.
    """
    directory, on = open_directory(desk.store), desk.standing()
    me, protected = desk.me(directory) or "", directory.protected()
    middle = directory.persons.person_of(around) if around else me
    person = directory.person(id_ or me)
    ties = desk.ties(filters, on)
    nodes = locate_people(desk.store, ties.nodes, {person.id, me, middle, *protected})
    node = nodes.get(person.id)
    if node is None:
        return None
    asking = [nodes[one] for one in ([me] if around is None else [me, middle]) if one in nodes]
    others, strength = _relationships(ties, node, asking)
    closest = None
    if len(others):
        best = np.lexsort((others, -strength))[0]
        key = int(ties.nodes.key_of[others[best]])
        closest = directory.person(desk.store.account_ids([key])[key]), closeness_of(float(strength[best]))
    group, connects, bridges = _in_groups(on.drawn if grouped else None, person)
    aside = [nodes[one] for one in protected if one in nodes]
    return Connections(
        person=person,
        me=me,
        many=len(others),
        closest=closest,
        around=look_around(ties, node, aside) if person.id == me else None,
        group=group,
        connects=connects,
        bridges=bridges,
    )


def _relationships(ties: Ties, node: int, asking: Sequence[int]) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Give the other ends of a node's relationships, and how strong these are drawn."""
    rows = ties.arrays.outgoing.row(node), ties.arrays.incoming.row(node)
    others = np.union1d(*(ends for ends, _ in rows))
    forth, back = drawn = np.zeros((2, len(others)), dtype=np.float32)
    for strengths, (ends, strength) in zip(drawn, rows, strict=True):
        strengths[np.searchsorted(others, ends)] = strength
    shown = draw_strength(np.full_like(others, node), others, forth, back, asking)
    return others[shown > 0], shown[shown > 0]


def _in_groups(
    network: Network | None, person: Person
) -> tuple[int | None, tuple[int, ...], tuple[tuple[int, Person], ...]]:
    """Tell somebody's group, those that they connect it with, and their bridges; as `Connections` has them."""
    people = network.people if network else ()
    place = next((place for place, one in enumerate(people) if one.id == person.id), None)
    if network is None or place is None:
        return None, (), ()
    connects = next((broker.groups for broker in network.brokers if broker.node == place), ())
    links, held = network.links, network.bridges
    ends = zip(links.a[held].tolist(), links.b[held].tolist(), strict=True)
    others = [b if a == place else a for a, b in ends if place in (a, b)]
    group = int(network.group[place])
    return group, connects, tuple((int(network.group[other]), network.people[other]) for other in others)
