"""A database of a server as the place of a store: made once, told from others' databases, and its faults told."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from graph.errors import StoreError
from graph.stores import open_store
from graph.stores.neo4j.transaction import VERSION, Neo4jTransaction
from tests.faults.proxy import bad_line
from tests.graph.records import NOW, act
from tests.neo4j_server import connect
from tests.stores.reference import ANN, BOB, write


def run(place: str, query: str) -> None:
    with connect(place) as driver:
        driver.execute_query(query)


def test_several_that_start_together_make_one_store(neo4j_place: str) -> None:
    with connect(neo4j_place) as driver:  # as on a server that is new
        for kind, of in (("CONSTRAINT", "CONSTRAINTS"), ("INDEX", "RANGE INDEXES")):
            for name in driver.execute_query(f"SHOW {of} YIELD name").records:
                driver.execute_query(f"DROP {kind} {name['name']}")
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(lambda _: open_store(neo4j_place, now=NOW), range(4)))
    assert len({store.cache_path("snap") for store in stores}) == 1
    written = [write(store, act(ANN, BOB)) for store in stores]
    assert [(one.new, one.seen) for one in written] == [(1, 0), (0, 1), (0, 1), (0, 1)]
    for store in stores:
        store.close()


def test_a_cluster_s_member_is_told_what_must_be_there_before_it_answers(neo4j_place: str) -> None:
    with bad_line(neo4j_place) as line:
        store = open_store(line.url, now=NOW)
        write(store, act(ANN, BOB))
        line.sent = b""
        store.generation()
        store.close()
    assert b"bookmarks" in line.sent


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("CREATE (:Film {title: 'Brazil'})", "holds nodes of another program"),
        (f"MATCH (s:Store) SET s.version = {VERSION + 1}", f"knows version {VERSION}; update intrograph"),
        (f"MATCH (s:Store) SET s.version = {VERSION - 1}", f"knows version {VERSION}; ingest again"),
    ],
)
def test_what_is_not_ours_is_refused(neo4j_place: str, query: str, says: str) -> None:
    if "Store" in query:
        open_store(neo4j_place, now=NOW).close()
    run(neo4j_place, query)
    with pytest.raises(StoreError, match=says):
        open_store(neo4j_place, now=NOW)


def wrong_places(place: str) -> Iterator[tuple[str, str]]:
    host = urlsplit(place).netloc.rpartition("@")[2]
    yield f"bolt://neo4j:wrong@{host}", "does not let neo4j in"
    yield f"{place}/nowhere", "has no such database"


def test_what_a_server_refuses_is_told_without_its_words(neo4j_place: str) -> None:
    for place, says in wrong_places(neo4j_place):
        with pytest.raises(StoreError, match=says):
            open_store(place, now=NOW)


def test_a_store_says_what_it_is(neo4j_place: str) -> None:
    store = open_store(neo4j_place, now=NOW)
    checks = {check.name: check for check in store.health()}
    assert checks["format"].value.startswith(f"version {VERSION}, made on 2020-06-15, by Neo4j/5.")
    assert {name for name, check in checks.items() if not check.advice} >= {"format", "server", "clock", "log"}
    assert " edition, database " in checks["server"].value
    assert re.fullmatch(r"kept .+, in files of .+", checks["log"].value)
    assert "@" in store.location
    assert ":" not in store.location.partition("://")[2].partition("@")[0]
    store.close()


def test_an_erasure_that_was_interrupted_is_gone_on_with(neo4j_place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(neo4j_place, now=NOW)
    write(store, act(ANN, BOB))
    run(neo4j_place, "CREATE (:Film {title: 'Brazil'})")
    drop, calls = Neo4jTransaction.drop_nodes, iter(range(10))

    def stop(self: Neo4jTransaction, many: int) -> bool:
        if next(calls) == 2:
            raise KeyboardInterrupt
        return drop(self, min(many, 1))

    with monkeypatch.context() as patched:
        patched.setattr(Neo4jTransaction, "drop_nodes", stop)
        with pytest.raises(KeyboardInterrupt):
            store.erase()
    with closing(open_store(neo4j_place, now=NOW)) as again:
        with pytest.raises(StoreError, match="was being emptied"):
            again.expect_whole()
        again.erase()
        again.expect_whole()
        assert write(again, act(ANN, BOB)).new == 1
    with connect(neo4j_place) as driver:
        assert len(driver.execute_query("MATCH (f:Film) RETURN f").records) == 1, "what is not ours stays"
