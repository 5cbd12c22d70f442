import json
import re
from dataclasses import replace

import networkx as nx
import pytest
from hypothesis import given

from dashboard.words.json import answer_to_dict
from graph.export.json import answer_json, dumps, graph_json, people_json, ties_json
from graph.export.networkx import build_networkx
from graph.export.tables import PersonRecord
from tests.graph.export.cases import (
    HOSTILE_NAMES,
    ME,
    NOON,
    RITA,
    STAN,
    WORDS,
    answer_about,
    any_text,
    chances,
    counts,
    empty_answer,
    people_named,
    record,
    small_answer,
    tie,
    ties_between,
)

# As design.md fixes them; later keys may follow.
KEYS = {
    "": ["asked", "as_of", "me", "target", "candidates", "paths", "hooks", "engage"],
    "me": ["id", "name", "accounts"],
    "target": ["id", "name", "accounts"],
    "candidates": ["id", "name", "accounts", "why"],
    "paths": ["people", "strength", "weakest", "hops", "warnings"],
    "paths.people": ["id", "name"],
    "paths.hops": ["from", "to", "strength", "last", "counts", "evidence", "warnings"],
    "paths.hops.evidence": ["kind", "at", "url", "title", "excerpt", "from", "to", "private"],
    "hooks": ["kind", "at", "url", "title", "excerpt", "from", "to", "private"],
    "engage": ["person", "item", "url", "title", "at", "why"],
}


@pytest.mark.parametrize("place", KEYS)
def test_keys_and_their_order_are_fixed(place: str) -> None:
    found: object = json.loads("".join(answer_json(small_answer(), WORDS)))
    for step in place.split(".") if place else []:
        assert isinstance(found, dict)
        found = found[step]
        found = found[0] if isinstance(found, list) else found
    assert isinstance(found, dict)
    assert list(found)[: len(KEYS[place])] == KEYS[place]


def test_values_of_an_answer() -> None:
    told = json.loads("".join(answer_json(small_answer(), WORDS)))
    assert told["as_of"] == "2026-04-13"
    assert told["me"] == {"id": ME.id, "name": "Mo Example", "accounts": [ME.id, "x:1"]}
    hop = told["paths"][0]["hops"][0]
    assert (hop["from"], hop["to"], hop["strength"], hop["last"]) == (ME.id, RITA.id, 0.8125, "2026-04-12T12:30:00Z")
    assert hop["counts"] == {"reply": {"out": 3, "in": 2}, "mention": {"out": 0, "in": 1}}
    assert hop["evidence"][0]["said_by"] == "email:me@example.org"
    assert (hop["closeness"], hop["dormant"]) == ("close", False)
    assert told["paths"][1]["hops"][0]["evidence"][0]["at"] is None
    assert told["hooks"][0]["about"] == {"id": "x:3", "name": "Stan Weiss"}
    assert told["engage"][0]["person"] == {"id": "x:3", "name": "Stan Weiss"}
    assert told["advice"] is None
    assert told["notes"] == ["Nobody here goes by “one note”: taken for Rita Okafor"]


def test_an_answer_without_a_path() -> None:
    told = json.loads("".join(answer_json(empty_answer(), WORDS)))
    assert told["paths"] == []
    assert told["advice"]["answered"] == [
        {
            "person": {"id": "x:2", "name": "Rita Okafor"},
            "strength": 0.5,
            "why": "Stan Weiss answers them",
            "way": {"people": [{"id": one.id, "name": one.name} for one in (ME, STAN, RITA)], "weakest": 0.25},
        }
    ]
    ask_around, no_ties = told["advice"]["more"]
    assert ask_around.endswith(": intrograph --as work know WHO --and x:4 --closeness familiar --how TEXT")
    assert no_ties.endswith(": intrograph --as work know NAME --closeness familiar --how TEXT")


def test_a_question_for_an_organisation_has_no_target() -> None:
    assert answer_to_dict(replace(small_answer(), target=None))["target"] is None


@given(any_text)
def test_every_text_reads_back_but_for_lone_surrogates(text: str) -> None:
    written = dumps([text])
    assert json.loads(written) == [re.sub("[\ud800-\udfff]", "\ufffd", text)]
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", written)
    assert written.encode()


@given(chances)
def test_floats_are_written_by_repr(chance: float) -> None:
    assert dumps({"strength": chance}) == f'{{"strength": {chance!r}}}'


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        dumps(float("nan"))


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_hostile_names_stay_what_they_are(name: str) -> None:
    told = json.loads("".join(answer_json(answer_about(name, "javascript:alert(1)"), WORDS)))
    assert told["asked"] == name.replace("\ud800", "\ufffd")


def test_people_and_ties_are_arrays() -> None:
    people = [record("x:1", "Ann", org="Example", at=NOON), PersonRecord(id="x:2", name="Bo", lists=("press",))]
    told = json.loads("".join(people_json(iter(people))))
    assert told[0] == {
        "id": "x:1",
        "name": "Ann",
        "org": "Example",
        "title": None,
        "accounts": [
            {
                "id": "x:1",
                "handle": None,
                "name": "Ann",
                "url": None,
                "org": "Example",
                "title": None,
                "at": "2026-04-12T12:30:00Z",
            }
        ],
        "lists": [],
    }
    assert told[1]["lists"] == ["press"]
    ties = json.loads("".join(ties_json(iter([tie("x:1", "x:2", "Ann", "Bo"), tie("x:2", "x:1", strength=0.0)]))))
    assert ties[0] == {
        "from": "x:1",
        "to": "x:2",
        "from_name": "Ann",
        "to_name": "Bo",
        "strength": 0.5,
        "answers": 0.5,
        "last": "2026-04-12T12:30:00Z",
        "out": 3,
        "in": 2,
        "closeness": "familiar",
        "counts": {"reply": {"out": 3, "in": 2}},
    }
    assert ties[1]["closeness"] is None


def test_nothing_to_write_is_an_empty_array() -> None:
    assert json.loads("".join(people_json([]))) == []
    assert json.loads("".join(ties_json([]))) == []


def test_records_are_streamed() -> None:
    ties = iter([tie("x:1", "x:2"), tie("x:2", "x:1")])
    written = ties_json(ties)
    assert next(written) == "["
    next(written)
    assert next(ties).source == "x:2"


def test_networkx_reads_the_graph() -> None:
    people = people_named(HOSTILE_NAMES)
    ties = ties_between(people)
    read = nx.node_link_graph(json.loads("".join(graph_json(people, ties))), edges="edges")
    made = build_networkx(people, ties)
    assert list(read.nodes(data=True)) == list(made.nodes(data=True))
    assert list(read.edges(data=True)) == list(made.edges(data=True))


@given(counts)
def test_counts_stay_whole_numbers(count: int) -> None:
    assert json.loads("".join(ties_json([tie("x:1", "x:2", out=count)])))[0]["out"] == count
