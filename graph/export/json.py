"""JSON: the answer as the words have it, and people, ties and the graph, streamed.

Nothing is shortened or mended here but what JSON can't carry: a lone surrogate becomes U+FFFD. Characters that would
steer a terminal or turn round the text beside them are written as escapes, so reading gives back every character.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from functools import partial
from typing import Any

from graph.answers.answer import Answer, KindCount
from graph.export.escapes import iso
from graph.export.tables import PersonRecord, TieRecord, Words, edges_of, nodes_of

Json = dict[str, object]

_LONE = re.compile("[\ud800-\udfff]")
_STEERING = re.compile(r"[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def encode(value: Any) -> object:
    """Give what stands for a record in JSON: its fields by name; for an instant or a day ISO 8601."""
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date):
        return value.isoformat()
    names = getattr(value, "__struct_fields__", None) or value.__dataclass_fields__
    return pick(value, " ".join(names))


def pick(record: object, names: str) -> Json:
    """Give some fields of a record, by their names with blanks between."""
    return {name: getattr(record, name) for name in names.split()}


def dumps(value: object, encode: Callable[[Any], object] = encode) -> str:
    """Write a value as JSON on one line: floats by repr, UTF-8, nothing that steers a terminal.

    Args:
        value: What to write; records may stand in it anywhere.
        encode: Gives what stands for a record.
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, default=encode)
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", _LONE.sub("\ufffd", text))


def answer_json(answer: Answer, words: Words) -> Iterator[str]:
    """Write one answer, as `ask --json` does."""
    yield dumps(answer, partial(words.encode, measured=not answer.for_others)) + "\n"


def people_json(people: Iterable[PersonRecord]) -> Iterator[str]:
    """Write an array of people with their accounts, an object a line."""
    yield from _array(pick(person, "id name org title accounts lists") for person in people)
    yield "\n"


def ties_json(ties: Iterable[TieRecord]) -> Iterator[str]:
    """Write an array of ties, an object a line."""
    yield from _array(_tie_record(tie) for tie in ties)
    yield "\n"


def graph_json(people: Iterable[PersonRecord], ties: Iterable[TieRecord]) -> Iterator[str]:
    """Write the node-link form that `networkx.node_link_graph` and D3 read, with the attributes of `to_networkx`."""
    yield '{"directed": true, "multigraph": false, "graph": {}, "nodes": '
    yield from _array({"id": id_, **found} for id_, found in nodes_of(people))
    yield ', "edges": '
    yield from _array({"source": source, "target": target, **found} for source, target, found in edges_of(ties))
    yield "}\n"


def _array(objects: Iterable[Json]) -> Iterator[str]:
    yield "["
    separator = "\n"
    for one in objects:
        yield separator + dumps(one)
        separator = ",\n"
    yield "\n]"


def count_by_kind(counts: Iterable[KindCount]) -> Json:
    """Give counts of acts by kind."""
    return {one.kind: {"out": one.out, "in": one.in_} for one in counts}


def _tie_record(tie: TieRecord) -> Json:
    return {
        "from": tie.source,
        "to": tie.target,
        "from_name": tie.source_name,
        "to_name": tie.target_name,
        **pick(tie, "strength answers last out"),
        "in": tie.in_,
        "closeness": tie.closeness,
        "counts": count_by_kind(tie.counts),
    }
