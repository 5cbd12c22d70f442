"""What lies in a Neo4j for its own tools is what intrograph answers, after whatever was written and removed."""

from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from neo4j import Driver

from graph.model import Record, from_micros
from graph.paths.arrays import build_tie_arrays
from graph.paths.search import find_paths
from graph.people.identity import derive_persons
from graph.people.person import open_directory
from graph.records.pack import pack
from graph.store.features import Filters
from graph.store.store import Store
from graph.stores import open_store
from graph.stores.neo4j.derived import TYPES
from graph.ties.introductions import mutual_acts
from graph.ties.nodes import locate_people
from graph.ties.ties import Ties, evaluate_pairs, load_ties_near
from tests.graph.records import NOW, interactions_of
from tests.neo4j_server import connect, empty_server
from tests.stores.reference import ANN, BOB, CARA, people, records

Graph = dict[str, Any]
Deed = tuple[str, Callable[[Store], object]]
_ACTS = [kind for kind in TYPES.values() if kind not in ("KNOWS", "TIE")]


def held_in(driver: Driver) -> Graph:
    """Read what a user of Neo4j's tools sees."""

    def read(query: str) -> list[tuple[Any, ...]]:
        return sorted(tuple(record.values()) for record in driver.execute_query(query).records)

    ends, accounts = (
        "startNode(r).id, endNode(r).id",
        "COLLECT {MATCH (p)<-[:OF]-(a:Account) RETURN a.id ORDER BY a.id}",
    )
    figures = "type(r), r.count, coalesce(r.first, 0), coalesce(r.last, 0)"
    told = "MATCH (by)<-[:BY]-(i:Introduction)-[:OF]->(p), (i)-[:TO]->(q)"
    return {
        "people": read(f"MATCH (p:Person) RETURN p.id, p.name, {accounts}"),
        "me": read("MATCH (p:Me) UNWIND p.profiles AS profile RETURN profile, p.id"),
        "acts": read(f"MATCH (:Person)-[r]->(:Person) WHERE type(r) IN {_ACTS} RETURN {ends}, {figures}"),
        "ties": {(a, b): strength for a, b, strength in read(f"MATCH ()-[r:TIE]->() RETURN {ends}, sum(r.strength)")},
        "known": read(f"MATCH ()-[r:KNOWS]->() RETURN {ends}, r.closeness"),
        "introductions": read(f"{told} RETURN i.id, by.id, p.id, q.id"),
        "days": read("MATCH ()-[r:TIE]->() RETURN DISTINCT toString(r.day), abs(exp(-r.cost) - r.strength) < 1e-9"),
    }


def expected_in(store: Store) -> Graph:
    """Work out the same from what the store answers."""
    directory = open_directory(store)
    of = directory.persons.person_of
    people_ = directory.people([account.id for account in store.accounts()])
    dates = defaultdict(list)
    for act in interactions_of(store):
        for one in act.to:
            dates[of(act.actor.id), of(one.account.id), TYPES[act.kind]].append(act.at)
    for told in store.introductions():
        for at in mutual_acts(told, None, None):
            dates[of(told.person.id), of(told.to.id), "INTRODUCED_TO"].append(at)
    acts = []
    for (source, target, kind), held in dates.items():
        micros = [(at - from_micros(0)) // timedelta(microseconds=1) for at in held if at]
        if source != target:
            acts.append((source, target, kind, len(held), min(micros, default=0), max(micros, default=0)))
    pairs = evaluate_pairs(store, Filters(), NOW.date())
    ids = store.account_ids(pairs.nodes.key_of.tolist())
    names = [ids[key] for key in pairs.nodes.key_of.tolist()]
    strengths = zip(pairs.source.tolist(), pairs.target.tolist(), pairs.strength.tolist(), strict=True)
    ties = {(names[source], names[target]): strength for source, target, strength in strengths if strength > 0}
    known = [(of(one.a.id), of(one.b.id), one.closeness.value) for one in store.declared() if one.retracted_at is None]
    introductions = [
        (one.id, of(one.by.id), of(one.person.id), of(one.to.id))
        for one in store.introductions()
        if one.retracted_at is None
    ]
    return {
        "people": sorted((one.id, one.name, list(one.accounts)) for one in people_.values()),
        "me": sorted({("me", of(id_)) for id_ in store.profiles().get("me", [])}),
        "acts": sorted(acts),
        "ties": pytest.approx(ties, rel=1e-7),
        "known": sorted(one for one in known if one[0] != one[1]),
        "introductions": sorted(introductions),
        "days": [(NOW.date().isoformat(), True)] if ties else [],
    }


def tie(store: Store) -> Ties:
    """Give all ties, with no snapshot of them."""
    pairs = evaluate_pairs(store, Filters(), NOW.date())
    arrays = build_tie_arrays(pairs.nodes.size, pairs.source, pairs.target, pairs.strength)
    return Ties(nodes=pairs.nodes, arrays=arrays)


def ways(store: Store, ties: Ties, me: str, target: str) -> list[tuple[list[str], float]]:
    """Give the ways from one person to another, best first."""
    nodes = locate_people(store, ties.nodes, {me, target})
    if len(nodes) < 2:
        return []
    ids = store.account_ids(ties.nodes.key_of.tolist())
    names = [ids[key] for key in ties.nodes.key_of.tolist()]
    found = find_paths(ties.arrays, nodes[me], [nodes[target]], k=20, max_steps=4)
    return [([names[node] for node in path.nodes], path.value) for path in found]


def _writes(held: list[Record]) -> Deed:
    return f"write {held}", lambda store: store.write(pack(held, now=NOW))


deeds = st.one_of(
    st.lists(records, min_size=1, max_size=6).map(_writes),
    st.lists(records, min_size=1, max_size=6).map(_writes),
    people.map(lambda id_: (f"forget {id_}", lambda store: store.forget([id_]))),
    people.map(lambda id_: (f"exclude {id_}", lambda store: store.remove_matching([id_]))),
    st.integers(0, 9000).map(
        lambda days: (f"keep {days}", lambda store: store.remove_before(NOW - timedelta(days=days)))
    ),
    people.map(lambda id_: (f"me {id_}", lambda store: store.set_profile("me", [id_]))),
    st.integers(0, 9).map(lambda place: (f"retract {place}", lambda store: _retract(store, place))),
)


def _retract(store: Store, place: int) -> None:
    held: list[Any] = [*interactions_of(store), *store.assertions(), *store.declared(), *store.introductions()]
    if held:
        store.retract(held[place % len(held)].id, NOW)


@settings(max_examples=5, suppress_health_check=[HealthCheck.too_slow])
@given(done=st.lists(deeds, min_size=1, max_size=5))
def test_the_graph_for_other_tools_is_the_one_that_answers(done: list[Deed]) -> None:
    with empty_server() as url, connect(url) as driver:
        store = open_store(url, now=NOW)
        for _, deed in done:
            deed(store)
            assert held_in(driver) == expected_in(store)
        of, everything = derive_persons(store.assertions()).person_of, tie(store)
        for me, target in [(of(ANN), of(CARA)), (of(CARA), of(BOB))]:
            near = load_ties_near(store, me, [target], NOW.date())
            assert not near.whole
            assert ways(store, near, me, target) == ways(store, everything, me, target)
        store.close()
