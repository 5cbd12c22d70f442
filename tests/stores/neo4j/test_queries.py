"""The queries of docs/neo4j.md, each as a user would type it after the demo."""

import re
from pathlib import Path

from dashboard.demo.strauss import run_demo
from graph.stores import open_store
from tests.graph.records import NOW
from tests.neo4j_server import connect

DOC = Path(__file__).parents[3] / "docs" / "neo4j.md"
FIRST = [
    "Rieva Lesonski",
    ["You", "Rieva Lesonski", "Steve Strauss"],
    "Rieva Lesonski",
    "Gus Aldery",
    "Steve Strauss",
    None,
    "Marta Quill",
    "Noor Haddad",
    "Dag Marlow",
    "Elif Sandström",
]
"""What the first row of each answer begins with; None where that is a date."""


def test_the_documented_queries_answer(neo4j_place: str) -> None:
    queries = re.findall(r"```cypher\n(.*?)```", DOC.read_text(encoding="utf-8"), re.DOTALL)
    store = open_store(neo4j_place, now=NOW)
    run_demo(store, "me", NOW)
    store.close()
    with connect(neo4j_place) as driver:
        answers = [driver.execute_query(query).records for query in queries]
    for query, answer, first in zip(queries, answers, FIRST, strict=True):
        assert answer, query
        assert first in (None, answer[0][0]), query
