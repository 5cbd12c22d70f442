"""Answers, people and the like as data: what `--json` writes, and what exports are told of an answer.

Keys come in the order of docs/cli.md; later ones come last.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from dashboard.words.acts import evidence_title
from dashboard.words.notes import engagement_words, hint_words, hop_warnings, near_words, note_words, path_warnings
from dashboard.words.people import candidate_words
from dashboard.words.program import Program, joined
from dashboard.words.reach import source_words
from graph.answers.answer import (
    Advice,
    Answer,
    Engagement,
    Evidence,
    Hint,
    Hop,
    Introduced,
    Near,
    Note,
    Opening,
    Path,
    Way,
)
from graph.answers.reach import Reach, SourceReach
from graph.export.json import Json, count_by_kind, encode, pick
from graph.export.tables import Words
from graph.model import Account, Problem, SameAs
from graph.people.person import Candidate, Person
from graph.store.documents import Receipt

_REMOVED = "accounts interactions addressees declared introductions assertions members problems"
_MEASURED = frozenset({"strength", "weakest", "closeness", "dormant"})


def encode_answer(value: object, program: Program, *, measured: bool = True) -> object:
    """Give what stands in JSON for a record; of an answer for other eyes what is measured is null."""
    if isinstance(value, Hint | Note):
        text, typed = hint_words(value, program) if isinstance(value, Hint) else note_words(value, program)
        return joined(text, typed)
    form = _FORMS.get(type(value))
    if form is None:
        return encode(value)
    made = form(value)
    return made if measured else {**made, **dict.fromkeys(_MEASURED & made.keys())}


def words_for(program: Program) -> Words:
    """Give exports the sentences for the facts of an answer, with the commands in them as the program is called."""
    return Words(
        path_warnings=path_warnings,
        near=near_words,
        hint=partial(hint_words, program=program),
        engagement=engagement_words,
        note=partial(note_words, program=program),
        candidate=candidate_words,
        title=evidence_title,
        encode=partial(encode_answer, program=program),
    )


def named(one: Person | Account) -> Json:
    """Give who somebody is, without more."""
    return pick(one, "id name")


def answer_to_dict(answer: Answer) -> Json:
    """Give an answer with its records as they are."""
    return {
        **pick(answer, "asked as_of me target candidates paths"),
        "hooks": answer.openings,
        **pick(answer, "engage advice notes more introduced targets"),
    }


def _path(path: Path) -> Json:
    people = [named(person) for person in path.people]
    warnings = list(path_warnings(path))
    measures, marks = pick(path, "strength weakest hops"), pick(path, "backup asked asked_lately")
    return {"people": people, **measures, "warnings": warnings, **marks}


def _hop(hop: Hop) -> Json:
    return {
        "from": hop.source.id,
        "to": hop.target.id,
        **pick(hop, "strength last"),
        "counts": count_by_kind(hop.counts),
        "evidence": hop.evidence,
        "warnings": list(hop_warnings(hop)),
        **pick(hop, "closeness dormant"),
    }


def _evidence(piece: Evidence) -> Json:
    return {
        **pick(piece, "kind at url"),
        "title": evidence_title(piece),
        "excerpt": piece.excerpt,
        "from": piece.source,
        "to": piece.target,
        **pick(piece, "private said_by"),
    }


def _near(near: Near) -> Json:
    """Give somebody near; who is answered by the target comes with my way to them."""
    way = {} if near.org is not None or near.acts else {"way": near.way}
    return {"person": named(near.person), "strength": near.strength, "why": near_words(near), **way}


_FORMS: Mapping[type, Callable[[Any], Json]] = {
    Answer: answer_to_dict,
    Path: _path,
    Hop: _hop,
    Evidence: _evidence,
    Opening: lambda one: {**_evidence(one.evidence), "about": named(one.about)},
    Engagement: lambda one: {
        "person": named(one.person),
        **pick(one, "item url title at"),
        "why": engagement_words(one),
    },
    Advice: lambda one: pick(one, "answered nearest more"),
    Near: _near,
    Way: lambda one: {"people": [named(person) for person in one.people], "weakest": one.weakest},
    Introduced: lambda one: {"to": named(one.to), "by": named(one.by), "at": one.at},
    Person: lambda one: pick(one, "id name accounts"),
    Candidate: lambda one: {**pick(one, "id name accounts"), "why": candidate_words(one)},
    SameAs: lambda one: pick(one, "id a b same source confidence at"),
    Reach: lambda one: pick(one, "people contacts close familiar slight dormant one_way behind sources more"),
    SourceReach: lambda one: {"source": source_words(one), **pick(one, "contacts behind")},
    Receipt: lambda one: pick(one, _REMOVED),
    Problem: lambda one: pick(one, "where why"),
}
