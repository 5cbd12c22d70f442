"""What is removed is gone from every answer that the server can give."""

from collections.abc import Callable

import pytest

from graph.store.store import Store
from graph.stores import open_store
from tests.graph.records import NOW, act, days_ago
from tests.neo4j_server import connect
from tests.stores.reference import BOB, write
from tests.stores.sqlite.test_bytes import GONE, WORDS, forget, match, plant

EVERYTHING = (
    "MATCH (n) RETURN labels(n), properties(n)",
    "MATCH ()-[r]->() RETURN type(r), properties(r)",
    "SHOW INDEXES YIELD *",
    "SHOW CONSTRAINTS YIELD *",
    "CALL db.labels()",
    "CALL db.propertyKeys()",
    "CALL db.relationshipTypes()",
)


def answered(place: str) -> set[bytes]:
    """Give the words that are in anything a server answers."""
    with connect(place) as driver:
        answers = [driver.execute_query(query).records for query in EVERYTHING]
    text = repr([record.data() for records in answers for record in records]).encode()
    return {word for word in WORDS if word in text}


@pytest.mark.parametrize("remove", [forget, match])
def test_no_answer_holds_what_was_removed(neo4j_place: str, remove: Callable[[Store], None]) -> None:
    store = open_store(neo4j_place, now=NOW)
    plant(store)
    write(store, act(GONE, BOB, at=days_ago(1)))
    assert answered(neo4j_place) == set(WORDS)
    remove(store)
    store.refresh()
    assert answered(neo4j_place) == set()
    store.close()
