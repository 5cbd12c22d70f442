"""The network as data for the page's canvas, in columns, and in sentences."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from dashboard.service.connections import Connections
from dashboard.words.lines import capital, count, enumerate_words, number, shorten
from dashboard.words.plan import first_name
from dashboard.words.proof import short_names
from dashboard.words.ways import kind_word, network_word
from graph.model import EVIDENCE_KINDS, Closeness, network_of
from graph.network.links import Links
from graph.network.neighbourhood import Neighbour, Neighbourhood
from graph.network.network import LinkView, Network
from graph.people.person import Person

_NAME, _LIST = 80, 60
_BITS = 30
LETTERS = "ABCDEFGH"
_BRIDGES = 3
_CODES: Mapping[Closeness | None, int] = {word: code for code, word in enumerate(Closeness)}


def wait_words(people: int) -> str:
    """Say what is being done meanwhile."""
    return f"Finding groups among {number(people)} people"


def connections_words(one: Connections) -> str:
    """Say how somebody is connected: "Connects group D with A, B and C. 8 relationships, the closest: …"."""
    if one.around is not None:
        return f"{count(one.around.contacts, 'person')} you can ask, {number(one.around.behind)} behind them."
    told = []
    own = LETTERS[one.group] if one.group is not None and one.group >= 0 else ""
    if one.connects:
        told.append(f"Connects group {own} with {enumerate_words([LETTERS[group] for group in one.connects])}.")
    if one.closest is None:
        return " ".join([*told, "No relationship in this time."])
    other, closeness = one.closest
    many = count(one.many, "relationship")
    called = "you" if other.id == one.me else shorten(other.name, _NAME)
    told.append(f"{many}, the closest: {called}, {closeness.value}.")
    told += [
        f"The only relationship between groups {own} and {LETTERS[group]} is with {shorten(person.name, _NAME)}."
        for group, person in one.bridges[:_BRIDGES]
    ]
    return " ".join(told)


def network_to_dict(key: str, network: Network, view: LinkView) -> dict[str, object]:
    """Give the network with one view of it; people, links and their order are the same under all filters."""
    people = network.people
    return {
        "key": key,
        "me": network.me,
        "total": network.total,
        "relationships": network.relationships if network.relationships > _drawn(network) else None,
        **_legends(network.kinds, people, network.lists),
        "groups": group_names(network),
        "people": {
            **_person_columns(people, network.me),
            "x": network.points[:, 0].tolist(),
            "y": network.points[:, 1].tolist(),
            "group": network.group.tolist(),
            **_belongings(people, network.lists),
        },
        "connects": [broker.node for broker in network.brokers],
        "links": link_columns(network.links, network.bridges.tolist()),
        "view": view_to_dict(view, network.kinds),
    }


def neighbourhood_to_dict(key: str, shown: Neighbourhood, mark: Callable[[str], str]) -> dict[str, object]:
    """Give a neighbourhood, in the same form; `mark` makes the letters that stand for a name."""
    people = [one.person for one in shown.people]
    me = "" if shown.me is None else people[shown.me].id
    rest = [one.person for one in shown.rest]
    return {
        "key": key,
        "me": shown.me,
        **_legends(shown.kinds, people, shown.lists),
        "groups": [],
        "connects": [],
        "centre": 0,
        "people": {
            **_person_columns(people, shown.me),
            "x": [x for x, _ in shown.points],
            "y": [y for _, y in shown.points],
            "mark": ["You" if place == shown.me else mark(one.name) for place, one in enumerate(people)],
            "ring": [one.ring for one in shown.people],
            "how": [how_words(one, me) for one in shown.people],
            **_belongings(people, shown.lists),
        },
        "links": link_columns(shown.links, []),
        "view": view_to_dict(shown.view, shown.kinds),
        "rings": shown.rings,
        "more": shown.more,
        "rest": {
            "id": [one.id for one in rest],
            "name": [shorten(one.name, _NAME) or one.id for one in rest],
            "how": [how_words(one, me) for one in shown.rest],
            "ring": [one.ring for one in shown.rest],
            "closeness": [_CODES.get(one.closeness, -1) for one in shown.rest],
        },
    }


def how_words(one: Neighbour, me: str) -> str:
    """Say how somebody is reached: "close", "familiar, dormant", "slight, protected", "by 3 ways", "by Tomás"."""
    told = []
    if one.closeness is not None:
        told += [one.closeness.value, *(["dormant"] if one.dormant else [])]
    elif one.over is not None and one.ways > 1:
        told.append(f"by {count(one.ways, 'way')}")
    elif one.over is not None:
        told.append("by you" if one.over.id == me else f"by {first_name(one.over)}")
    return ", ".join([*told, *(["protected"] if one.protected else [])])


def _drawn(network: Network) -> int:
    return int(np.count_nonzero(network.links.strength))


def group_names(network: Network) -> list[tuple[str, str]]:
    """Give the letter of each group, and call it after its two best connected members: A, "around You, Noor"."""
    me = network.people[network.me].id if network.me is not None else ""
    heads = [[network.people[place] for place in places] for places in network.heads]
    called = [short_names(people, me) for people in heads]
    return [
        (letter, f"around {', '.join(names[one.id] for one in people)}")
        for letter, people, names in zip(LETTERS, heads, called, strict=False)
    ]


def view_to_dict(view: LinkView, kinds: Sequence[str]) -> dict[str, object]:
    """Give what is between the people: a digit a link, and bits of kinds in their order."""
    return {
        "closeness": (view.closeness + ord("0")).astype(np.uint8).tobytes().decode("ascii"),
        "dormant": np.flatnonzero(view.dormant).tolist(),
        "out": _bits(view.out, kinds),
        "in": _bits(view.in_, kinds),
    }


def link_columns(links: Links, bridges: Sequence[int]) -> dict[str, object]:
    """Give links as columns of places."""
    return {"a": links.a.tolist(), "b": links.b.tolist(), "bridges": list(bridges)}


def _legends(kinds: Sequence[str], people: Iterable[Person], lists: Mapping[str, Sequence[int]]) -> dict[str, object]:
    """Name what the bits of links and of people stand for."""
    return {
        "kinds": [(kind, capital(kind_word(kind))) for kind in kinds],
        "networks": [(network, capital(network_word(network))) for network in _networks(people)],
        "lists": [shorten(name, _LIST) for name in _largest(lists)],
    }


def _person_columns(people: Sequence[Person], me: int | None) -> dict[str, object]:
    names = ["You" if place == me else shorten(one.name, _NAME) or one.id for place, one in enumerate(people)]
    return {"id": [one.id for one in people], "name": names}


def _belongings(people: Sequence[Person], lists: Mapping[str, Sequence[int]]) -> dict[str, object]:
    """Give the bits of the networks and of the lists that each of some people is on."""
    bit = {network: 1 << place for place, network in enumerate(_networks(people))}
    on_lists = [0] * len(people)
    for place, name in enumerate(_largest(lists)):
        for person in lists[name]:
            on_lists[person] |= 1 << place
    known = [{network_of(account) for account in person.accounts} for person in people]
    return {
        "networks": [sum(bit.get(network, 0) for network in networks) for networks in known],
        "lists": on_lists,
    }


def _networks(people: Iterable[Person]) -> list[str]:
    held: dict[str, list[int]] = {}
    for place, person in enumerate(people):
        for network in {network_of(account) for account in person.accounts}:
            held.setdefault(network, []).append(place)
    return _largest(held)


def _largest(named: Mapping[str, Sequence[int]]) -> list[str]:
    """Name those with the most people, in order of their names: as many as a browser's numbers have bits for."""
    return sorted(sorted(named, key=lambda name: (-len(named[name]), name))[:_BITS])


def _bits(bits: NDArray[np.int32], kinds: Sequence[str]) -> list[int]:
    made = np.zeros_like(bits)
    for place, kind in enumerate(kinds):
        made |= (bits >> EVIDENCE_KINDS.index(kind) & 1) << place
    told: list[int] = made.tolist()
    return told
