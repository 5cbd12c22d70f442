"""Measure the store in Neo4j beside the plainest Cypher: bringing in, asking who can introduce me, reading all acts.

The server is that of the tests (`tests/neo4j_server.py`): one that INTROGRAPH_TEST_NEO4J names, whose data are erased,
or one of its own.
"""

import json
import resource
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import numpy as np
from neo4j import Driver, Query
from neo4j.exceptions import ClientError, TransientError

from benchmarks.bench_ingest import NOW, ingest
from benchmarks.figures import Figure, short, take_median
from benchmarks.generator import GeneratedTies, generate_ties, write_interactions
from graph.paths.search import find_paths
from graph.store.features import DAY, Filters
from graph.store.store import Store
from graph.stores import open_store
from graph.stores.neo4j.derived import weigh
from graph.ties.nodes import locate_people
from graph.ties.ties import load_ties_near
from tests.neo4j_server import connect, empty_server, keep_server

FEW, MANY, PEOPLE = 100_000, 1_000_000, 20_000
ASKERS, TIES = 100_000, 2_000_000
ASKED = 40
_BATCH = 10_000
_PATIENCE = 60.0
_PLAIN = (
    "UNWIND $accounts AS row MERGE (a:Account {id: row.id}) SET a += row MERGE (p:Person {id: row.id}) "
    "MERGE (a)-[:OF]->(p)",
    "UNWIND $items AS row MERGE (i:Item {id: row.id}) SET i.title = row.title "
    "WITH i, row MATCH (a:Account {id: row.author}) MERGE (i)-[:BY]->(a)",
    "UNWIND $acts AS row MATCH (a:Account {id: row.actor}) MERGE (i:Interaction {id: row.id}) "
    "SET i.kind = row.kind, i.at = row.at MERGE (a)-[:SENT]->(i) "
    "WITH i, row UNWIND row.to AS to MATCH (b:Account {id: to}) MERGE (i)-[:TO]->(b)",
    "UNWIND $acts AS row MATCH (i:Interaction {id: row.id}), (item:Item {id: row.item}) MERGE (i)-[:ON]->(item)",
    "UNWIND $acts AS row UNWIND row.to AS to MATCH (p:Person {id: row.actor}), (q:Person {id: to}) WHERE p <> q "
    "MERGE (p)-[r:ACTS_ON {kind: row.kind}]->(q) SET r.count = coalesce(r.count, 0) + 1, r.last = row.at "
    "MERGE (p)-[t:TIE]->(q) SET t.day = date()",
)
_FILL = (
    "UNWIND $rows AS key CREATE (a:Account {id: 'x:' + toString(key), key: key, changed: 1, name: 'P ' + key})"
    "-[:OF]->(:Person {id: 'x:' + toString(key), name: 'P ' + key, accounts: 1})",
    "UNWIND $rows AS row MATCH (a:Account {key: row[0]}), (b:Account {key: row[1]}) "
    "CREATE (a)-[:SENT]->(:Interaction {id: 'b' + toString(row[2]), digest: '00', kind: 'message', at: row[3], "
    "private: false, source: 'b', share: 1})-[:TO {role: 'to'}]->(b)",
    "UNWIND $rows AS row MATCH (p:Person {id: 'x:' + toString(row[0])}), (q:Person {id: 'x:' + toString(row[1])}) "
    "CREATE (p)-[:TIE {strength: 0.1, cost: 2.3, day: date()}]->(q) "
    "CREATE (p)-[:MESSAGES {count: 1, first: row[3], last: row[3], weight: row[4]}]->(q)",
)
_WALK = """
MATCH way = (:Person {id: $me})-[:TIE*1..4]->(:Person {id: $target})
RETURN [p IN nodes(way) | p.id], reduce(s = 1.0, t IN relationships(way) | s * t.strength) AS strength
ORDER BY strength DESC LIMIT 10
"""


def run(
    few: int = FEW, many: int = MANY, people: int = PEOPLE, askers: int = ASKERS, ties: int = TIES
) -> Iterator[Figure]:
    """Measure all of it on one server, each part on an empty one."""
    with keep_server(), TemporaryDirectory() as folder:
        yield from _bring_in(Path(folder), few, people)
        lines = Path(folder, "many.jsonl")
        write_interactions(lines, people, many, seed=3)
        with empty_server() as url:
            _, seconds = ingest(url, lines)
        yield Figure(what=f"ingest of {short(many)}", value=many / seconds / 1000, unit="k/s")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        yield Figure(what="peak memory of the client", value=peak, unit="MB", bar=300)
        yield from _ask(askers, ties)


def _bring_in(folder: Path, few: int, people: int) -> Iterator[Figure]:
    warm, lines, other = folder / "warm.jsonl", folder / "few.jsonl", folder / "other.jsonl"
    write_interactions(warm, people, few // 2, seed=2, first_id=few)
    write_interactions(lines, people, few)
    other.write_bytes(lines.read_bytes() + b"\n")
    rates = {}
    with empty_server() as url:
        ingest(url, warm)
        for name, path in (("first", lines), ("again", other)):
            _, seconds = ingest(url, path)
            rates[name] = few / seconds
    with empty_server() as url, connect(url) as driver:
        open_store(url, now=NOW).close()  # for its constraints
        for path in (warm, lines):
            begun = perf_counter()
            _load_plainly(driver, path)
            rates["plain"] = few / (perf_counter() - begun)
    note = f"{rates['first'] / 1000:.1f} of {rates['plain'] / 1000:.1f} k/s"
    what = f"ingest of {short(few)}, warm, beside the plainest Cypher"
    yield Figure(what=what, value=rates["first"] / rates["plain"], unit="of it", bar=0.4, at_least=True, note=note)
    yield Figure(what="the same from another file", value=rates["again"] / 1000, unit="k/s", bar=30, at_least=True)


def _load_plainly(driver: Driver, lines: Path) -> None:
    with lines.open(encoding="utf-8") as file, driver.session() as session:
        for batch in _batched(file):
            rows = _rows_of([json.loads(line) for line in batch])
            for statement in _PLAIN:
                session.run(statement, rows).consume()


def _batched(rows: Iterable[Any]) -> Iterator[list[Any]]:
    """Give rows some thousands at a time."""
    rest = iter(rows)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _rows_of(records: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    accounts: dict[str, dict[str, Any]] = {}
    items: dict[str, dict[str, Any]] = {}
    acts = []

    def id_of(one: dict[str, Any]) -> str:
        id_ = f"{one['network']}:{one['id']}"
        accounts[id_] = {"id": id_, "handle": one.get("handle"), "name": one.get("name")}
        return id_

    for one in records:
        item = one.get("item") or {}
        if item:
            author = id_of(item["author"]) if item.get("author") else None
            items[item["url"]] = {"id": item["url"], "title": item.get("title"), "author": author}
        row = {"id": one["id"], "kind": one["kind"], "at": one["at"], "item": item.get("url")}
        acts.append({**row, "actor": id_of(one["actor"]), "to": [id_of(to) for to in one["to"]]})
    return {"accounts": list(accounts.values()), "items": list(items.values()), "acts": acts}


def _ask(people: int, ties: int) -> Iterator[Figure]:
    graph, size = generate_ties(people, ties), f"{short(people)} people / {short(ties)} ties"
    by_degree = np.argsort(-np.bincount(graph.source, minlength=people)).tolist()
    with empty_server() as url, connect(url) as driver, closing(open_store(url, now=NOW)) as store:
        _fill(driver, people, graph)
        me = f"x:{by_degree[people // 100]}"
        rng = np.random.default_rng(7)
        targets = [f"x:{one}" for one in [*by_degree[:2], *rng.choice(people, ASKED, replace=False).tolist()]]
        _find_ways(store, me, targets[-1])  # the server's first plan of it
        taken = [_find_ways(store, me, target) for target in targets]
        yield take_median(f"ask on the server, {size}", [one * 1000 for one in taken], bar=15)
        yield Figure(what="its p95, hubs included", value=quantiles(taken, n=20)[-1] * 1000, unit="ms", bar=150)
        walked = [_walk(driver, me, target) for target in targets[2:5]]
        ratio = float(np.median(walked) / np.median(taken))
        note = f"given up after {_PATIENCE:.0f} s" if max(walked) >= _PATIENCE else ""
        yield Figure(what="the same by plain Cypher", value=ratio, unit="times ours", bar=50, at_least=True, note=note)
        begun = perf_counter()
        store.tie_rows(Filters())
        yield Figure(what=f"all acts read, {size}", value=perf_counter() - begun, unit="s", bar=12)


def _find_ways(store: Store, me: str, target: str) -> float:
    begun = perf_counter()
    ties = load_ties_near(store, me, [target], NOW.date())
    assert not ties.whole
    nodes = locate_people(store, ties.nodes, [me, target])
    assert find_paths(ties.arrays, nodes[me], [nodes[target]], k=10, max_steps=4), target
    return perf_counter() - begun


def _walk(driver: Driver, me: str, target: str) -> float:
    begun = perf_counter()
    with driver.session() as session:
        try:
            session.run(Query(_WALK, timeout=_PATIENCE), me=me, target=target).consume()
        except (ClientError, TransientError):
            return _PATIENCE
    return perf_counter() - begun


def _fill(driver: Driver, people: int, graph: GeneratedTies) -> None:
    """Write what asking reads: people, an act for each ordered pair, and ties."""
    at = int(NOW.timestamp() * 1_000_000) - DAY
    pairs = list(zip(graph.source.tolist(), graph.target.tolist(), strict=True))
    dated = [(*pair, number, at - number % 200 * DAY) for number, pair in enumerate(pairs)]
    acts = [(*row, weigh(row[3])) for row in dated]
    with driver.session() as session:
        held: tuple[Iterable[Any], ...] = range(people), acts, acts
        for statement, rows in zip(_FILL, held, strict=True):
            for part in _batched(rows):
                session.run(statement, rows=part).consume()
        session.run("MATCH (s:Store) SET s.sources = ['b'], s.generation = 1").consume()
        session.run("CALL db.awaitIndexes(300)").consume()
