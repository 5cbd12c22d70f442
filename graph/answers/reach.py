"""Reach: the people I can ask and the people behind them, by source, and what would show more."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from graph.answers.answer import Hint, HintKind
from graph.model import start_of, to_micros
from graph.people.person import Directory, Person, open_directory
from graph.people.resolve import resolve_me
from graph.store.store import Store
from graph.ties.formula import CLOSE, DORMANT_DAYS, FAMILIAR
from graph.ties.introductions import count_statements, mutual_acts
from graph.ties.nodes import locate_people
from graph.ties.ties import BY_HAND, Pairs, Ties

_FEW_BEHIND = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReach:
    """What one source shows: my proven ties that it has acts of, and the people that it shows behind my contacts.

    Attributes:
        source: Its name; empty for statements: declared ties and introductions.
        tellers: Who made these, as `Statements` has them.
    """

    source: str
    contacts: int
    behind: int
    tellers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Reach at a glance.

    Attributes:
        contacts: The people I can ask: those with a strength above 0 from me, unless they are protected.
        close: Of these the close ones; likewise `familiar` and `slight`.
        behind: People that I can't ask, but one of my contacts can.
    """

    contacts: int
    close: int
    familiar: int
    slight: int
    behind: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach(View):
    """How far my data see.

    Attributes:
        people: Everybody in the store but me.
        dormant: Of my contacts the ones without an act for a year.
        one_way: People with acts between them and me in one direction only: noticed, not yet a tie.
        sources: The same by source; one pair may be shown by several.
        more: What would show more.
    """

    people: int
    dormant: int
    one_way: int
    sources: tuple[SourceReach, ...]
    more: tuple[Hint, ...]


def look_around(ties: Ties, me: int, aside: Collection[int]) -> View:
    """Count the people around me, as a node, in ties that are loaded already; those aside are not asked."""
    known, strength = ties.arrays.outgoing.row(me)
    asked = ~np.isin(known, list(aside))
    seen = np.zeros(ties.nodes.size, dtype=np.bool_)
    seen[ties.arrays.outgoing.rows(known[asked])[1]] = True
    seen[known] = seen[me] = False
    closeness = _count_closeness(strength[asked])
    return View(**closeness, behind=int(np.count_nonzero(seen)))


def _count_closeness(strength: NDArray[np.float32]) -> dict[str, int]:
    """Count the contacts with these strengths, and how many of them are how close."""
    close, known = int(np.count_nonzero(strength >= CLOSE)), int(np.count_nonzero(strength >= FAMILIAR))
    return {"contacts": len(strength), "close": close, "familiar": known - close, "slight": len(strength) - known}


def measure_reach(store: Store, pairs: Pairs, profile: str, today: date) -> Reach:
    """Measure how far a profile's data see, from all its ties as `graph.ties.ties.refresh_ties` gives them.

    Raises:
        UnknownMeError: If the store does not know who that profile is.
    """
    directory = open_directory(store)
    person = resolve_me(directory, profile)
    me = locate_people(store, pairs.nodes, [person.id]).get(person.id, -1)
    proven, mine = pairs.strength > 0, pairs.source == me
    aside = [*locate_people(store, pairs.nodes, directory.protected()).values()]
    known = np.isin(np.arange(pairs.nodes.size), [me, *pairs.target[mine & proven]])
    ties = mine & proven & ~np.isin(pairs.target, aside)
    closeness, last = _count_closeness(pairs.strength[ties]), pairs.last[ties]
    is_contact = np.zeros(pairs.nodes.size, dtype=np.bool_)
    is_contact[pairs.target[ties]] = True
    beyond = proven & is_contact[pairs.source] & ~known[pairs.target]
    behind = _count(pairs.target[beyond])
    year_ago = to_micros(start_of(today) - timedelta(days=DORMANT_DAYS))
    sources = tuple(
        SourceReach(
            source=name,
            contacts=int(np.count_nonzero(pairs.sources[ties] & bit)),
            behind=_count(pairs.target[beyond][(pairs.sources[beyond] & bit) != 0]),
            tellers=() if name else _tellers(store, directory, person),
        )
        for name, bit in _bits(store)
    )
    return Reach(
        **closeness,
        people=max(pairs.nodes.size - 1, 0),
        dormant=int(np.count_nonzero((last > 0) & (last < year_ago))),
        one_way=int(np.count_nonzero(mine & ~proven)),
        behind=behind,
        sources=tuple(one for one in sources if one.contacts or one.behind),
        more=tuple(_list_hints(closeness["contacts"], behind)),
    )


def _bits(store: Store) -> list[tuple[str, int]]:
    """Give the bit of each source by its name; without a name, of what was told."""
    names = store.source_names()
    shared = [(", ".join(names[61:]), 1 << 61)] if len(names) > 61 else []
    return [(name, 1 << place) for place, name in enumerate(names[:61])] + shared + [("", BY_HAND)]


def _tellers(store: Store, directory: Directory, me: Person) -> tuple[str, ...]:
    """Give who made the statements: one bit of a tie stands for all of them."""
    proven = (one for one in store.introductions() if mutual_acts(one, None, None))
    return tuple(one.teller for one in count_statements(store.declared(), proven, directory.persons, me))


def _count(nodes: NDArray[np.int32]) -> int:
    return len(np.unique(nodes))


def _list_hints(contacts: int, behind: int) -> list[Hint]:
    if not contacts:
        return [Hint(kind=HintKind.NO_TIES)]
    return [Hint(kind=HintKind.OWN_HALF)] if behind < _FEW_BEHIND * contacts else []
