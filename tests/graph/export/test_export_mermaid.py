import html
import re
from dataclasses import replace

import pytest
from hypothesis import given

from graph.export.mermaid import paths_mermaid
from graph.records.clean import line, shorten
from tests.graph.export.cases import HOSTILE_NAMES, answer_about, any_text, empty_answer, small_answer

# The part of Mermaid's flowchart grammar that is used, with nothing in labels that has a meaning to it.
LABEL = r'"((?:[^!-+/:-@\[-`{-~\x00-\x1fﬂ¶]|#\d+;)+)"'
NODE = re.compile(rf"  (n\d+)(?:\[{LABEL}\]|\(\[{LABEL}\]\))")
EDGE = re.compile(r"  (n\d+) (==>|-->)\|(close|familiar|slight)\| (n\d+)")


def read(text: str) -> tuple[dict[str, str], list[tuple[str, ...]]]:
    """Read a chart strictly: labels by node, and edges; every edge between nodes named before."""
    head, *rows = text.removesuffix("\n").split("\n")
    assert head == "flowchart LR"
    nodes: dict[str, str] = {}
    edges = []
    for row in rows:
        if node := NODE.fullmatch(row):
            nodes[node[1]] = html.unescape(re.sub(r"#(\d+);", r"&#\1;", node[2] or node[3]))
        else:
            edge = EDGE.fullmatch(row)
            assert edge
            assert {edge[1], edge[4]} <= nodes.keys()
            edges.append(edge.groups())
    return nodes, edges


def test_a_chart() -> None:
    assert "".join(paths_mermaid(small_answer())) == (
        "flowchart LR\n"
        '  n0(["Mo Example"])\n'
        '  n1["Stan Weiss"]\n'
        '  n2["Rita Okafor"]\n'
        "  n0 ==>|close| n2\n"
        "  n2 ==>|familiar| n1\n"
        "  n0 -->|slight| n1\n"
    )


def test_without_a_way_nobody_is_joined() -> None:
    nodes, edges = read("".join(paths_mermaid(empty_answer())))
    assert list(nodes.values()) == ["Mo Example", "Stan Weiss"]
    assert edges == []


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_hostile_names_read_back(name: str) -> None:
    nodes, edges = read("".join(paths_mermaid(answer_about(name))))
    told = shorten(line(name), 60)
    assert list(nodes.values()) == ["Mo Example", told or "x:6", told or "x:5"]
    assert edges == [("n0", "==>", "close", "n2"), ("n2", "==>", "familiar", "n1")]


@given(any_text)
def test_any_name_reads_back(name: str) -> None:
    nodes, _ = read("".join(paths_mermaid(answer_about(name))))
    assert nodes["n1"] == (line(name) or "x:6")


def test_a_step_on_two_ways_is_drawn_once() -> None:
    answer = small_answer()
    _, edges = read("".join(paths_mermaid(replace(answer, paths=answer.paths[:1] * 2))))
    assert len(edges) == 2


def test_an_organisation_is_no_node() -> None:
    nodes, _ = read("".join(paths_mermaid(replace(empty_answer(), target=None))))
    assert list(nodes.values()) == ["Mo Example"]
