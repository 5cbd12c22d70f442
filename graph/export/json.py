"""JSON: the answer as the words have it, and people, ties and the graph, streamed.

Nothing is shortened or mended here but what JSON can't carry: a lone surrogate becomes U+FFFD. Characters that would
steer a terminal or turn round the text beside them are written as escapes, so reading gives back every character.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping

from graph.answers.answer import Answer
from graph.export.attributes import edge_attributes, node_attributes
from graph.export.escapes import date_json
from graph.export.tables import PersonRecord, TieRecord, Words
from graph.model import Account
from graph.records.clean import clean

Json = Mapping[str, object]

_LONE = re.compile("[\ud800-\udfff]")
_STEERING = re.compile(r"[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def dumps(value: object) -> str:
    """Write a value as JSON on one line: floats by repr, UTF-8, nothing that steers a terminal."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", _LONE.sub("\ufffd", text))


def answer_json(answer: Answer, words: Words) -> Iterator[str]:
    """Write one answer, as `ask --json` does."""
    yield dumps(words.answer(answer)) + "\n"


def people_json(people: Iterable[PersonRecord]) -> Iterator[str]:
    """Write an array of people with their accounts, an object a line."""
    yield from _array(_person_record(person) for person in people)
    yield "\n"


def ties_json(ties: Iterable[TieRecord]) -> Iterator[str]:
    """Write an array of ties, an object a line."""
    yield from _array(_tie_record(tie) for tie in ties)
    yield "\n"


def graph_json(people: Iterable[PersonRecord], ties: Iterable[TieRecord]) -> Iterator[str]:
    """Write the node-link form that `networkx.node_link_graph` and D3 read, with the attributes of `to_networkx`."""
    yield '{"directed": true, "multigraph": false, "graph": {}, "nodes": '
    yield from _array({"id": clean(person.id), **node_attributes(person)} for person in people)
    yield ', "edges": '
    yield from _array(
        {"source": clean(tie.source), "target": clean(tie.target), **edge_attributes(tie)} for tie in ties
    )
    yield "}\n"


def _array(objects: Iterable[Json]) -> Iterator[str]:
    yield "["
    separator = "\n"
    for one in objects:
        yield separator + dumps(one)
        separator = ",\n"
    yield "\n]"


def _person_record(person: PersonRecord) -> dict[str, object]:
    return {
        "id": person.id,
        "name": person.name,
        "org": person.org,
        "title": person.title,
        "accounts": [account_json(account) for account in person.accounts],
        "lists": list(person.lists),
    }


def account_json(account: Account) -> dict[str, object]:
    """Give an account as data."""
    return {
        "id": account.id,
        "handle": account.handle,
        "name": account.name,
        "url": account.url,
        "org": account.org,
        "title": account.title,
        "at": date_json(account.at),
    }


def _tie_record(tie: TieRecord) -> dict[str, object]:
    return {
        "from": tie.source,
        "to": tie.target,
        "from_name": tie.source_name,
        "to_name": tie.target_name,
        "strength": tie.strength,
        "answers": tie.answers,
        "last": date_json(tie.last),
        "out": tie.out,
        "in": tie.in_,
        "closeness": None if tie.closeness is None else tie.closeness.value,
        "counts": {count.kind: {"out": count.out, "in": count.in_} for count in tie.counts},
    }
