from dataclasses import replace
from typing import NoReturn

import pytest

from graph.answers.answer import Note, NoteKind
from graph.errors import UsageError
from graph.export.formats import FORMATS, export
from graph.export.redact import without_private
from graph.people.person import Candidate, Person
from tests.graph.export.cases import (
    HOSTILE_NAMES,
    NOON,
    PLANTED,
    answer_about,
    material,
    people_named,
    record,
    secret_answer,
    tie,
    ties_between,
)

COMBINATIONS = [(what, form) for what, forms in FORMATS.items() for form in forms]


def test_every_format_of_the_command_line_is_there() -> None:
    assert {form for forms in FORMATS.values() for form in forms} == {
        *("csv", "json", "graphml", "gexf", "vcard", "md", "mermaid")
    }


@pytest.mark.parametrize(("what", "form"), COMBINATIONS)
def test_private_evidence_stays_out(what: str, form: str) -> None:
    ties = [tie("x:2", "x:3", "Rita", "Stan", last=NOON)]
    stuff = material(secret_answer(), [record("x:2", "Rita"), record("x:3", "Stan")], ties)
    assert PLANTED.encode() not in "".join(export(what, form, stuff)).encode()


@pytest.mark.parametrize("form", ["json", "md"])
def test_private_evidence_is_cited_where_it_was_asked_for(form: str) -> None:
    written = "".join(export("paths", form, material(secret_answer()), include_private=True))
    assert written.count(PLANTED) > 3


def test_what_is_public_stays() -> None:
    answer = secret_answer()
    public = without_private(replace(answer, paths=(replace(answer.paths[0], asked=NOON),)))
    assert [one.title for hop in public.paths[0].hops for one in hop.evidence] == ["seen by all"]
    assert public.openings == ()
    assert public.engage == ()
    assert [(path.people, path.asked) for path in public.paths] == [(path.people, None) for path in answer.paths]
    all_public = answer_about("Ann")
    shown = without_private(all_public)
    assert (shown.openings, shown.engage, shown.target) == (all_public.openings, all_public.engage, all_public.target)
    assert [hop.evidence for hop in shown.paths[0].hops] == [hop.evidence for hop in all_public.paths[0].hops]
    assert shown.advice is not None
    assert all_public.advice is not None
    assert [near.person for near in shown.advice.nearest] == [near.person for near in all_public.advice.nearest]
    assert shown.advice.more == all_public.advice.more


@pytest.mark.parametrize("form", ["json", "md"])
def test_who_else_was_meant_and_notes_are_for_whom_asked(form: str) -> None:
    answer = replace(
        secret_answer(),
        me=Person(id="x:1", name="Mia", accounts=("x:1", "email:planted-mine@example.org")),
        candidates=(Candidate(id="x:9", name="planted other", accounts=(), match="planted why"),),
        notes=(Note(kind=NoteKind.GUESS, name="planted note"),),
    )
    assert "planted" not in "".join(export("paths", form, material(answer))).replace(PLANTED, "")
    asked_for = "".join(export("paths", form, material(answer), include_private=True))
    assert "planted other" in asked_for
    assert "planted note" in asked_for


@pytest.mark.parametrize(("what", "form"), COMBINATIONS)
@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_every_export_is_clean_utf_8(what: str, form: str, name: str) -> None:
    people = people_named([name, "B"])
    written = "".join(export(what, form, material(answer_about(name), people, ties_between(people))))
    assert written.encode()
    assert not set(map(chr, (*range(9), 11, 12, *range(14, 32), *range(0x7F, 0xA0), 0x202E, 0x2066))) & set(written)


@pytest.mark.parametrize("form", ["md", "mermaid"])
def test_what_is_read_as_text_shows_no_strength(form: str) -> None:
    answer = secret_answer()
    numbers = [repr(path.strength) for path in answer.paths] + ["0.75", "0.5", "75", "50"]
    written = "".join(export("paths", form, material(answer), include_private=True))
    assert not any(number in written.replace(PLANTED, "") for number in numbers)


def test_only_what_is_needed_is_read() -> None:
    def fail() -> NoReturn:
        raise AssertionError("read without need")

    people = replace(material(people=[record("x:1", "Ann")]), answer=fail, ties=fail)
    assert "Ann" in "".join(export("people", "csv", people))


def test_a_combination_that_makes_no_sense_says_which_do() -> None:
    with pytest.raises(UsageError) as error:
        export("ties", "vcard", material())
    assert str(error.value) == "ties can't be written as 'vcard', but as csv or json; vcard is there for people"
    with pytest.raises(UsageError, match=r"paths can't be written as 'docx', but as csv, json, .* or mermaid$"):
        export("paths", "docx", material())
    with pytest.raises(UsageError, match=r"no export of 'cats'; there is paths, ties, people or graph"):
        export("cats", "csv", material())
