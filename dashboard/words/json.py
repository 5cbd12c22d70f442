"""An answer as data."""

from dashboard.words.acts import evidence_title
from dashboard.words.advice import engagement_words, hint_words, near_words
from dashboard.words.cautions import hop_warnings, path_warnings
from dashboard.words.notes import note_words
from dashboard.words.people import candidate_to_dict, person_to_dict
from dashboard.words.program import Program, joined
from graph.answers.answer import Answer, Engagement, Evidence, Hop, Near, Opening, Path, Way
from graph.export.escapes import date_json
from graph.people.person import Person


def answer_to_dict(answer: Answer, program: Program) -> dict[str, object]:
    """Give an answer as `ask --json` writes it: these keys in this order, dates as ISO 8601; later keys come last.

    For other eyes what is measured is null.
    """
    measured = not answer.for_others
    return {
        "asked": answer.asked,
        "as_of": answer.as_of.isoformat(),
        "me": person_to_dict(answer.me),
        "target": None if answer.target is None else person_to_dict(answer.target),
        "candidates": [candidate_to_dict(one) for one in answer.candidates],
        "paths": [_path(path, measured=measured) for path in answer.paths],
        "hooks": [_hook(opening) for opening in answer.openings],
        "engage": [_engagement(one) for one in answer.engage],
        "advice": _advice(answer, program),
        "notes": [joined(*note_words(note, program)) for note in answer.notes],
        "more": answer.more,
        "introduced": [
            {"to": _named(one.to), "by": _named(one.by), "at": date_json(one.at)} for one in answer.introduced
        ],
        "targets": [person_to_dict(one) for one in answer.targets],
    }


def _named(person: Person) -> dict[str, object]:
    return {"id": person.id, "name": person.name}


def _path(path: Path, *, measured: bool) -> dict[str, object]:
    return {
        "people": [_named(person) for person in path.people],
        "strength": path.strength if measured else None,
        "weakest": path.weakest if measured else None,
        "hops": [_hop(hop, measured=measured) for hop in path.hops],
        "warnings": list(path_warnings(path)),
        "backup": path.backup,
        "asked": date_json(path.asked),
    }


def _hop(hop: Hop, *, measured: bool) -> dict[str, object]:
    return {
        "from": hop.source.id,
        "to": hop.target.id,
        "strength": hop.strength if measured else None,
        "last": date_json(hop.last),
        "counts": {count.kind: {"out": count.out, "in": count.in_} for count in hop.counts},
        "evidence": [_evidence(piece) for piece in hop.evidence],
        "warnings": list(hop_warnings(hop)),
        "closeness": hop.closeness.value if measured else None,
        "dormant": hop.dormant if measured else None,
    }


def _evidence(piece: Evidence) -> dict[str, object]:
    return {
        "kind": piece.kind,
        "at": date_json(piece.at),
        "url": piece.url,
        "title": evidence_title(piece),
        "excerpt": piece.excerpt,
        "from": piece.source,
        "to": piece.target,
        "private": piece.private,
        "said_by": piece.said_by,
    }


def _hook(opening: Opening) -> dict[str, object]:
    return {**_evidence(opening.evidence), "about": _named(opening.about)}


def _engagement(one: Engagement) -> dict[str, object]:
    return {
        "person": _named(one.person),
        "item": one.item,
        "url": one.url,
        "title": one.title,
        "at": date_json(one.at),
        "why": engagement_words(one),
    }


def _advice(answer: Answer, program: Program) -> dict[str, object] | None:
    advice, measured = answer.advice, not answer.for_others
    if advice is None:
        return None
    return {
        "answered": [
            {**_near(near, measured=measured), "way": _way(near.way, measured=measured)} for near in advice.answered
        ],
        "nearest": [_near(near, measured=measured) for near in advice.nearest],
        "more": [joined(*hint_words(hint, program)) for hint in advice.more],
    }


def _near(near: Near, *, measured: bool) -> dict[str, object]:
    strength = near.strength if measured else None
    return {"person": _named(near.person), "strength": strength, "why": near_words(near)}


def _way(way: Way | None, *, measured: bool) -> dict[str, object] | None:
    if way is None:
        return None
    return {"people": [_named(person) for person in way.people], "weakest": way.weakest if measured else None}
