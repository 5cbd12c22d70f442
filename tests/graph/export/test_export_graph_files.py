"""GraphML, GEXF and NetworkX: the same graph, whichever way it is written."""

import io
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import TypeAlias

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from graph.answers.answer import KindCount
from graph.export.gexf import gexf
from graph.export.graphml import graphml
from graph.export.networkx import build_networkx
from graph.export.tables import EDGE_ATTRIBUTES, NODE_ATTRIBUTES, PersonRecord, TieRecord, people_of, ties_of
from graph.model import DECLARED, INTRODUCTION, KINDS, Account
from tests.graph.export.cases import (
    HOSTILE_NAMES,
    NOON,
    any_text,
    chances,
    counts,
    empty_answer,
    moments,
    people_named,
    record,
    small_answer,
    tie,
    ties_between,
)

Graph: TypeAlias = "nx.Graph[str]"
Reader = Callable[[Iterable[str]], Graph]
Writer = Callable[[Iterable[PersonRecord], Iterable[TieRecord]], Iterator[str]]


def read_graphml(chunks: Iterable[str]) -> Graph:
    return nx.read_graphml(io.BytesIO("".join(chunks).encode()))


def read_gexf(chunks: Iterable[str]) -> Graph:
    """Read, and take off what the format itself adds: labels and edge ids."""
    found = nx.read_gexf(io.BytesIO("".join(chunks).encode()))
    for _, attributes in found.nodes(data=True):
        attributes.pop("label")
    for *_, attributes in found.edges(data=True):
        attributes.pop("id")
    return found


FORMATS = pytest.mark.parametrize(
    ("write", "read"), [(graphml, read_graphml), (gexf, read_gexf)], ids=["graphml", "gexf"]
)


WRITERS = pytest.mark.parametrize("write", [graphml, gexf])


def same(one: Graph, other: Graph) -> bool:
    return (
        one.is_directed() is other.is_directed()
        and list(one.nodes(data=True)) == list(other.nodes(data=True))
        and sorted(one.edges(data=True), key=ends) == sorted(other.edges(data=True), key=ends)
    )


def ends(edge: tuple[str, str, object]) -> tuple[str, str]:
    return edge[:2]


def test_attributes_of_the_graph() -> None:
    accounts = (
        Account(id="x:1", name="Ann", org="Example", title="CEO", at=NOON),
        Account(id="x:@ann", org="Old", at=NOON.replace(year=2020)),
    )
    ann = PersonRecord(id="x:1", name="Ann", accounts=accounts, lists=("press", "team"))
    kinds = (KindCount(kind="reply", out=3, in_=0), KindCount(kind="mention", out=0, in_=2))
    graph = build_networkx([ann, record("x:2", "")], [tie("x:1", "x:2", counts=kinds)])
    assert graph.nodes["x:1"] == {
        "name": "Ann",
        "accounts": "x:1 ::: x:@ann",
        "org": "Example",
        "title": "CEO",
        "lists": "press ::: team",
    }
    assert graph.nodes["x:2"] == {"accounts": "x:2"}
    assert graph.edges["x:1", "x:2"] == {
        "strength": 0.5,
        "answers": 0.5,
        "closeness": "familiar",
        "last": "2026-04-12T12:30:00Z",
        "out": 3,
        "in": 2,
        "out_reply": 3,
        "in_mention": 2,
    }


def test_what_is_unknown_is_left_out() -> None:
    graph = build_networkx([], [tie("x:1", "x:2", strength=0.0, answers=0.25, last=None, counts=())])
    assert graph.edges["x:1", "x:2"] == {"strength": 0.0, "answers": 0.25, "out": 3, "in": 2}


@FORMATS
def test_networkx_reads_back_hostile_names(write: Writer, read: Reader) -> None:
    people = people_named(HOSTILE_NAMES)
    ties = ties_between(people)
    assert same(read(write(people, ties)), build_networkx(people, ties))


@FORMATS
@given(any_text, any_text, chances, chances, moments | st.none(), counts)
def test_networkx_reads_back_anything(
    write: Writer, read: Reader, name: str, org: str, strength: float, answers: float, last: datetime | None, count: int
) -> None:
    people = [record("x:1", name, org=org, title=org), record("x:2", org)]
    ties = [tie("x:1", "x:2", strength=strength, answers=answers, last=last, out=count, in_=count)]
    assert same(read(write(people, ties)), build_networkx(people, ties))


@FORMATS
def test_every_attribute_has_its_type(write: Writer, read: Reader) -> None:
    every = tuple(KindCount(kind=kind, out=1, in_=2) for kind in (*KINDS, INTRODUCTION, DECLARED))
    full = PersonRecord(id="x:1", name="A", accounts=(Account(id="x:1", org="o", title="t"),), lists=("l",))
    found = read(write([full, record("x:2", "B")], [tie("x:1", "x:2", counts=every)]))
    assert {name: type(value) for name, value in found.nodes["x:1"].items()} == NODE_ATTRIBUTES
    assert {name: type(value) for name, value in found.edges["x:1", "x:2"].items()} == EDGE_ATTRIBUTES


@FORMATS
def test_a_graph_of_nobody_and_nothing(write: Writer, read: Reader) -> None:
    assert len(read(write([], []))) == 0


@WRITERS
def test_strict_xml_without_a_doctype(write: Writer) -> None:
    people = people_named(HOSTILE_NAMES)
    root = etree.fromstring("".join(write(people, ties_between(people))).encode())
    assert root.getroottree().docinfo.internalDTD is None


@WRITERS
def test_records_are_streamed(write: Writer) -> None:
    people = iter(people_named("abc"))
    written = "".join(chunk for chunk, _ in zip(write(people, []), range(60), strict=False) if "<node " in chunk)
    assert "x:1" in written


def test_gexf_labels_people_and_gives_edges_no_weight() -> None:
    written = "".join(gexf([record("x:1", "Ann & Co"), record("x:2", " ")], [tie("x:1", "x:2")]))
    assert 'label="Ann &amp; Co"' in written
    assert 'label="x:2"' in written
    assert "weight" not in written


@FORMATS
def test_the_graph_of_the_paths(write: Writer, read: Reader) -> None:
    answer = small_answer()
    found = read(write(people_of(answer), ties_of(answer)))
    assert set(found) == {"email:me@example.org", "x:2", "x:3"}
    assert set(found.edges) == {
        ("email:me@example.org", "x:2"),
        ("x:2", "x:3"),
        ("email:me@example.org", "x:3"),
    }
    assert found.edges["x:2", "x:3"]["strength"] == 0.5
    assert found.edges["x:2", "x:3"]["out_reply"] == 3
    assert found.nodes["x:3"]["accounts"] == "x:3 ::: web:example.com#stan weiss"


def test_without_a_path_the_graph_is_me_alone() -> None:
    assert [one.id for one in people_of(empty_answer())] == ["email:me@example.org"]
    assert ties_of(empty_answer()) == []
