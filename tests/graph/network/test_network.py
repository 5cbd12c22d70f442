"""The network: every relationship drawn once, whatever the order of writing, and told as the ties are told."""

import itertools
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.words.network import network_to_dict
from graph.model import EVIDENCE_KINDS, Account, Introduction, IntroductionState, IntroductionStep, Kind, Record
from graph.network import network as module
from graph.network.network import NOTHING, NOTICED, LinkView, Network, build_network, evaluate_links
from graph.people.person import open_directory
from graph.records.pack import pack
from graph.store.features import Filters
from graph.store.store import Store
from graph.stores import open_store
from graph.ties.formula import CLOSE, FAMILIAR
from graph.ties.ties import evaluate_pairs, load_ties
from tests.graph.records import ME, NOW, act, both_ways, fill, known, named
from tests.graph.test_ties import filterings, histories

TODAY = NOW.date()
Pair = tuple[str, str]


def draw(store: Store, me: str | None = None, aside: Sequence[str] = ()) -> Network:
    return build_network(store, open_directory(store), load_ties(store, Filters(), TODAY), me, aside, TODAY)


def look(store: Store, network: Network, filters: Filters | None = None) -> LinkView:
    return evaluate_links(store, network.keys, network.links, filters or Filters(), TODAY)


def pairs_of(network: Network) -> list[Pair]:
    people = network.people
    return [(people[a].id, people[b].id) for a, b in zip(network.links.a, network.links.b, strict=True)]


def told(store: Store, filters: Filters) -> dict[Pair, tuple[float, frozenset[str]]]:
    """Strength and kinds of every ordered pair of person ids."""
    pairs = evaluate_pairs(store, filters, TODAY)
    ids = store.account_ids(pairs.nodes.key_of.tolist())
    name = [ids[key] for key in pairs.nodes.key_of.tolist()]
    return {
        (name[source], name[target]): (float(strength), names_of(int(kinds)))
        for source, target, strength, kinds in zip(pairs.source, pairs.target, pairs.strength, pairs.kinds, strict=True)
    }


def names_of(bits: int) -> frozenset[str]:
    return frozenset(kind for code, kind in enumerate(EVIDENCE_KINDS) if bits >> code & 1)


@settings(max_examples=25, deadline=None)
@given(histories, filterings, st.randoms(use_true_random=False))
def test_every_pair_is_drawn_once_and_told_as_the_ties_are(
    records: list[Record], filters: Filters, random: Random
) -> None:
    with TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "people.db", now=NOW)
        fill(store, *records)
        network = draw(store)
        everything, now = told(store, filters), told(store, Filters())
        view = look(store, network, filters)
        other = open_store(Path(folder) / "other.db", now=NOW)
        for one in random.sample(records, len(records)):
            other.write(pack([one], now=NOW))
        other.refresh()
        again = draw(other)
        same = network_to_dict("", network, look(store, network)) == network_to_dict("", again, look(other, again))
        store.close()
        other.close()
    drawn = pairs_of(network)
    people = {one for pair, (strength, _) in now.items() if strength for one in pair}
    assert [one.id for one in network.people] == sorted(people)
    assert drawn == sorted({(a, b) for a, b in now if a < b and people.issuperset((a, b))})
    for place, (a, b) in enumerate(drawn):
        (forth, out), (back, in_) = everything.get((a, b), (0.0, None)), everything.get((b, a), (0.0, None))
        strength = max(forth, back)
        grades = [strength >= CLOSE, strength >= FAMILIAR, strength > 0, out is not None, True]
        assert view.closeness[place] == grades.index(True)
        assert names_of(int(view.out[place])) == (out or frozenset())
        assert names_of(int(view.in_[place])) == (in_ or frozenset())
    assert same


def test_what_was_silent_for_a_year_is_dormant_on_a_day_and_not_before(store: Store) -> None:
    fill(store, both_ways("x:1", "x:2", days=400), known("x:1", "x:3"))
    network = draw(store)
    assert look(store, network).dormant.tolist() == [True, False]
    earlier = look(store, network, Filters(as_of=datetime(2019, 8, 1).date()))  # noqa: DTZ001 - a day
    assert earlier.dormant.tolist() == [False, False]


def test_who_looks_on_is_drawn_between_people_only_and_the_busiest_first(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_NOTICED", 1)
    likes = [act("x:1", f"x:{n}", Kind.LIKE, native=f"t:{n}.{m}#like") for n in (3, 4, 9) for m in range(n)]
    fill(store, both_ways("x:1", "x:2"), both_ways("x:3", "x:4"), likes)
    network = draw(store)
    assert pairs_of(network) == [("x:1", "x:2"), ("x:1", "x:4"), ("x:3", "x:4")]
    assert look(store, network).closeness.tolist() == [2, NOTICED, 2]


def test_of_too_many_those_nearest_to_me_are_drawn_and_the_strongest_relationships(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_PEOPLE", 4)
    monkeypatch.setattr(module, "MOST_LINKS", 2)
    line = [ME, "x:5", "x:4", "x:3", "x:2", "x:1"]
    fill(store, *(both_ways(a, b, count=n) for n, (a, b) in enumerate(itertools.pairwise(line), 1)))
    network = draw(store, ME)
    assert network.total == 6
    assert [one.id for one in network.people] == sorted(line[:4])
    strong = [pair for pair, strength in zip(pairs_of(network), network.links.strength, strict=True) if strength]
    assert strong == [(ME, "x:5"), ("x:3", "x:4"), ("x:4", "x:5")]
    assert [pairs_of(network)[place] for place in network.bridges] == [(ME, "x:5")]  # it alone leads to my group
    assert network.relationships == 3
    assert network.me == 0


def test_two_groups_their_names_who_connects_them_and_the_only_bridge(store: Store) -> None:
    crowd = [ME, *(f"x:{n}" for n in range(1, 12))]
    mine, theirs = crowd[:4], crowd[4:]
    inside = [both_ways(a, b, count=9) for part in (mine, theirs) for a in part for b in part if a < b]
    fill(store, *inside, both_ways(mine[1], theirs[3]), *(named(one, f"Name {one}") for one in crowd))
    network = draw(store, ME)
    place = {one.id: number for number, one in enumerate(network.people)}
    assert [int(network.group[place[one]]) for one in crowd] == [0] * 4 + [1] * 8
    assert [{network.group[head] for head in heads} for heads in network.heads] == [{0}, {1}]
    assert pairs_of(network)[int(network.bridges[0])] == (mine[1], theirs[3])
    assert [(network.people[one.node].id, one.groups) for one in network.brokers] == [
        (theirs[3], (0,)),
        (mine[1], (1,)),
    ]
    assert [broker.node for broker in draw(store, ME, [mine[1]]).brokers] == [place[theirs[3]]]


def test_an_empty_store_has_an_empty_network(store: Store) -> None:
    network = draw(store, ME)
    assert (network.people, network.me, network.heads, network.brokers) == ((), None, (), ())
    assert look(store, network).closeness.tolist() == []


def test_a_relationship_that_was_declined_is_drawn_as_nothing_more(store: Store) -> None:
    fill(store, both_ways("x:1", "x:3"), both_ways("x:2", "x:3"))
    steps = (
        IntroductionStep(state=IntroductionState.MET, at=NOW.replace(year=2019)),
        IntroductionStep(state=IntroductionState.DECLINED, at=NOW),
    )
    fill(store, Introduction(by=Account(id="x:3"), person=Account(id="x:1"), to=Account(id="x:2"), steps=steps))
    assert pairs_of(draw(store)) == [("x:1", "x:3"), ("x:2", "x:3")]
    network = draw(store)
    assert look(store, network, Filters(kinds=frozenset({"introduction"}))).closeness.tolist() == [NOTHING, NOTHING]


def test_lists_and_kinds_are_those_of_the_people_drawn(store: Store) -> None:
    from graph.model import Member

    fill(
        store,
        both_ways("x:1", "x:2"),
        act("x:8", "x:9", Kind.LIKE),
        Member(list="press", account=Account(id="x:2")),
        Member(list="others", account=Account(id="x:9")),
    )
    network = draw(store)
    assert network.lists == {"press": [1]}
    assert network.kinds == ("message",)
    assert np.ptp(network.points[:, 0]) > 0
