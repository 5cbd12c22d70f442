"""One person of the network at a glance: which groups they connect, how many relationships they have, the closest."""

from dataclasses import dataclass

import numpy as np

from graph.answer import Person
from graph.formula import closeness_of
from graph.model import Closeness
from graph.network.network import NOTICED, Network, View


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How somebody stands in the network under some filters.

    Attributes:
        group: Their group; None where it has no letter.
        connects: The other groups that they connect it with; empty for all but the few who are named for that.
        relationships: How many are drawn.
        closest: With whom the closest is, and how close; None without any.
    """

    person: Person
    group: int | None
    connects: tuple[int, ...]
    relationships: int
    closest: tuple[Person, Closeness] | None


def describe(network: Network, view: View, place: int) -> Standing:
    """Describe the person at a place of the network."""
    links = network.links
    own = np.flatnonzero(((links.a == place) | (links.b == place)) & (view.closeness < NOTICED))
    closest = None
    if len(own):
        best = own[view.strength[own].argmax()]
        other = int(links.a[best] + links.b[best]) - place
        closest = network.people[other], closeness_of(float(view.strength[best]))
    return Standing(
        person=network.people[place],
        group=int(network.group[place]) if network.group[place] >= 0 else None,
        connects=next((broker.groups for broker in network.brokers if broker.node == place), ()),
        relationships=len(own),
        closest=closest,
    )
