"""The neighbourhood of a person as it is drawn: who stands where, and what is between them under some filters."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from graph.errors import UsageError
from graph.model import Closeness
from graph.network.links import Links, pair_up
from graph.network.network import LinkView, evaluate_links, kinds_of, places_on_lists, read_people, take_links
from graph.network.rings import HALF_AXES, INNER, OUTER, Spot, draw_rings
from graph.people.person import Directory, Person
from graph.store.features import Filters
from graph.store.store import Store
from graph.ties.nodes import locate_people
from graph.ties.ties import Ties

_LISTED = 500
_WORDS = dict(enumerate(Closeness))


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """Somebody of a neighbourhood.

    Attributes:
        ring: 0 the middle, 1 whom they can ask, 2 who is behind these, 3 who was shown on demand.
        closeness: Of the relationship of the middle with somebody of ring 1, as it is drawn; likewise whether dormant.
        over: Whom somebody of ring 2 or 3 is reached over, the best way.
        ways: Over how many people of ring 1.
        protected: Whether nobody is reached over them.
    """

    person: Person
    ring: int
    closeness: Closeness | None = None
    dormant: bool = False
    over: Person | None
    ways: int = 1
    protected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbourhood:
    """A neighbourhood.

    Attributes:
        people: Those drawn, the middle first.
        points: Their x and y, in pixels from the middle.
        rings: Half-axes of the rings that are drawn.
        links: The relationships between those drawn, as places; `view` is beside them: mine are as close as I may
            expect an answer, else those of the middle as they may.
        more: How many are left out of the inner and of the outer ring.
        rest: The first of these, ring by ring, strongest first.
    """

    people: tuple[Neighbour, ...]
    points: tuple[tuple[int, int], ...]
    me: int | None
    rings: tuple[tuple[int, int], ...]
    links: Links
    view: LinkView
    kinds: tuple[str, ...]
    lists: dict[str, list[int]]
    more: tuple[int, int]
    rest: tuple[Neighbour, ...]


def build_neighbourhood(
    store: Store,
    directory: Directory,
    ties: Ties,
    filters: Filters,
    today: date,
    *,
    around: str,
    me: str | None,
    steps: int,
    grown: Sequence[str],
    aside: Collection[str],
) -> Neighbourhood:
    """Build the neighbourhood of somebody, one or two steps wide.

    `around` is any account id of theirs, and `me` my person id; the people of those grown (account ids) are shown too,
    and nobody is reached over those aside (person ids).

    Raises:
        UsageError: If nobody here has that account.
    """
    nodes = locate_people(store, ties.nodes, {around, *grown, *aside})
    if around not in nodes:
        raise UsageError(f"nobody here has the account {around[:80]!r}; search for them by name")
    found = draw_rings(
        ties.arrays,
        nodes[around],
        steps=steps,
        grown=[nodes[one] for one in grown if one in nodes],
        aside={nodes[one] for one in aside if one in nodes},
    )
    spots, drawn = [*found.drawn, *found.rest[:_LISTED]], len(found.drawn)
    keys = ties.nodes.key_of[[spot.node for spot in spots]]
    people = read_people(store, directory, keys)
    links = _links(ties, spots, drawn)
    mine = next((number for number, person in enumerate(people) if person.id == me), None)
    view = evaluate_links(store, keys, links, filters, today, asking=[0] if mine is None else [mine, 0])
    neighbours = tuple(_tell_neighbours(spots, people, links, view, aside))
    shown = links.b < drawn
    view = take_links(view, shown)
    left = [spot.ring for spot in found.rest]
    return Neighbourhood(
        people=neighbours[:drawn],
        points=tuple(spot.point for spot in found.drawn),
        me=mine if mine is not None and mine < drawn else None,
        rings=HALF_AXES[: max(min(spot.ring, OUTER) for spot in found.drawn)],
        links=links.take(shown),
        view=view,
        kinds=kinds_of(view.out | view.in_),
        lists=places_on_lists(store, directory, people[:drawn]),
        more=(left.count(INNER), left.count(OUTER)),
        rest=neighbours[drawn:],
    )


def _links(ties: Ties, spots: Sequence[Spot], drawn: int) -> Links:
    """Give the relationships between those drawn, and those of the middle with the rest."""
    place = np.full(ties.arrays.size, -1, dtype=np.int32)
    place[[spot.node for spot in spots]] = np.arange(len(spots), dtype=np.int32)
    nodes = np.array([spot.node for spot in spots[:drawn]], dtype=np.int64)
    segment, ends, strength = ties.arrays.outgoing.rows(nodes)
    source, target = segment.astype(np.int32), place[ends]
    kept = (target >= 0) & ((target < drawn) | (source == 0))
    return pair_up(len(spots), source[kept], target[kept], strength[kept])


def _tell_neighbours(
    spots: Sequence[Spot], people: Sequence[Person], links: Links, view: LinkView, aside: Collection[str]
) -> Iterator[Neighbour]:
    """Give who stands on the spots, the middle first: how close to it, or over whom they are reached."""
    of_middle = links.a == 0
    closeness = dict(zip(links.b[of_middle].tolist(), view.closeness[of_middle].tolist(), strict=True))
    silent = set(links.b[view.dormant & of_middle].tolist())
    at = {spot.node: person for spot, person in zip(spots, people, strict=True)}
    for number, spot in enumerate(spots):
        yield Neighbour(
            person=people[number],
            ring=spot.ring,
            closeness=_WORDS.get(closeness[number]) if spot.ring == INNER else None,
            dormant=number in silent,
            over=at[spot.over] if spot.ring > INNER else None,
            ways=spot.ways,
            protected=people[number].id in aside,
        )
