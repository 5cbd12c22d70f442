"""JSON: the answer exactly as `ask --json` gives it, and people, ties and the graph, streamed.

Nothing is shortened or mended here but what JSON can't carry: a lone surrogate becomes U+FFFD. Characters that would
steer a terminal or turn round the text beside them are written as escapes, so reading gives back every character.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from graph.answer import Answer, Engagement, Evidence, Hook, Hop, Near, Path, Person, Way
from graph.export.attributes import edge_attributes, node_attributes
from graph.export.tables import PersonRecord, TieRecord, Words
from graph.export.text import clean, iso
from graph.model import Account

Json = Mapping[str, object]

_LONE = re.compile("[\ud800-\udfff]")
_STEERING = re.compile(r"[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def answer_to_dict(answer: Answer, words: Words) -> dict[str, object]:
    """Give an answer as `ask --json` writes it: these keys in this order, dates as ISO 8601; later keys come last."""
    return {
        "asked": answer.asked,
        "as_of": answer.as_of.isoformat(),
        "me": _person(answer.me),
        "target": None if answer.target is None else _person(answer.target),
        "candidates": [
            {"id": one.id, "name": one.name, "accounts": list(one.accounts), "why": one.why}
            for one in answer.candidates
        ],
        "paths": [_path(path, words) for path in answer.paths],
        "hooks": [_hook(hook) for hook in answer.hooks],
        "engage": [_engagement(one, words) for one in answer.engage],
        "advice": _advice(answer, words),
        "notes": [_joined(*words.note(note, answer.profile)) for note in answer.notes],
        "more": answer.more,
        "introduced": [{"to": _named(one.to), "by": _named(one.by), "at": _date(one.at)} for one in answer.introduced],
        "targets": [_person(one) for one in answer.targets],
    }


def dumps(value: object) -> str:
    """Write a value as JSON on one line: floats by repr, UTF-8, nothing that steers a terminal."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", _LONE.sub("\ufffd", text))


def answer_json(answer: Answer, words: Words) -> Iterator[str]:
    """Write one answer, as `ask --json` does."""
    yield dumps(answer_to_dict(answer, words)) + "\n"


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


def _person(person: Person) -> dict[str, object]:
    return {"id": person.id, "name": person.name, "accounts": list(person.accounts)}


def _named(person: Person) -> dict[str, object]:
    return {"id": person.id, "name": person.name}


def _path(path: Path, words: Words) -> dict[str, object]:
    return {
        "people": [_named(person) for person in path.people],
        "strength": path.strength,
        "weakest": path.weakest,
        "hops": [_hop(hop, words) for hop in path.hops],
        "warnings": list(words.path_warnings(path)),
        "backup": path.backup,
        "asked": _date(path.asked),
    }


def _hop(hop: Hop, words: Words) -> dict[str, object]:
    return {
        "from": hop.source.id,
        "to": hop.target.id,
        "strength": hop.strength,
        "last": _date(hop.last),
        "counts": {count.kind: {"out": count.out, "in": count.in_} for count in hop.counts},
        "evidence": [_evidence(piece) for piece in hop.evidence],
        "warnings": list(words.hop_warnings(hop)),
        "closeness": hop.closeness.value,
        "dormant": hop.dormant,
    }


def _evidence(piece: Evidence) -> dict[str, object]:
    return {
        "kind": piece.kind,
        "at": _date(piece.at),
        "url": piece.url,
        "title": piece.title,
        "excerpt": piece.excerpt,
        "from": piece.source,
        "to": piece.target,
        "private": piece.private,
        "said_by": piece.said_by,
    }


def _hook(hook: Hook) -> dict[str, object]:
    return {**_evidence(hook.evidence), "about": _named(hook.about)}


def _engagement(one: Engagement, words: Words) -> dict[str, object]:
    return {
        "person": _named(one.person),
        "item": one.item,
        "url": one.url,
        "title": one.title,
        "at": _date(one.at),
        "why": words.engagement(one),
    }


def _advice(answer: Answer, words: Words) -> dict[str, object] | None:
    advice = answer.advice
    if advice is None:
        return None
    return {
        "answered": [{**_near(near, words), "way": _way(near.way)} for near in advice.answered],
        "nearest": [_near(near, words) for near in advice.nearest],
        "more": [_joined(*words.hint(hint, answer.profile)) for hint in advice.more],
    }


def _joined(text: str, command: str | None) -> str:
    return f"{text}: {command}" if command else text


def _near(near: Near, words: Words) -> dict[str, object]:
    return {"person": _named(near.person), "strength": near.strength, "why": words.near(near)}


def _way(way: Way | None) -> dict[str, object] | None:
    return None if way is None else {"people": [_named(person) for person in way.people], "weakest": way.weakest}


def _person_record(person: PersonRecord) -> dict[str, object]:
    return {
        "id": person.id,
        "name": person.name,
        "org": person.org,
        "title": person.title,
        "accounts": [_account(account) for account in person.accounts],
        "lists": list(person.lists),
    }


def _account(account: Account) -> dict[str, object]:
    return {
        "id": account.id,
        "handle": account.handle,
        "name": account.name,
        "url": account.url,
        "org": account.org,
        "title": account.title,
        "at": _date(account.at),
    }


def _tie_record(tie: TieRecord) -> dict[str, object]:
    return {
        "from": tie.source,
        "to": tie.target,
        "from_name": tie.source_name,
        "to_name": tie.target_name,
        "strength": tie.strength,
        "answers": tie.answers,
        "last": _date(tie.last),
        "out": tie.out,
        "in": tie.in_,
        "closeness": None if tie.closeness is None else tie.closeness.value,
        "counts": {count.kind: {"out": count.out, "in": count.in_} for count in tie.counts},
    }


def _date(at: datetime | None) -> str | None:
    return None if at is None else iso(at)
