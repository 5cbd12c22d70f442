"""What the page changes: every change can be taken back, and what a browser sends is believed to be of no kind."""

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.service.desk import Desk
from dashboard.web.changes import perform
from dashboard.words.changes import refusal
from graph.answers.ask import Question
from graph.errors import IntrographError, NameUnknownError
from graph.stores import open_store
from tests.dashboard.conftest import ANN, ANN_X, BOB, CARA, MIA, NOW, ZED, Cli
from tests.graph.records import interactions_of

CHANGES: Mapping[str, dict[str, Any]] = {
    "a call": {"do": "log", "person": BOB, "kind": "call", "day": "2020-06-01", "note": "about paper"},
    "a comment on somebody new": {
        "do": "log",
        "person": "+Ada New",
        "kind": "comment",
        "day": "2020-06-02",
        "url": "https://column.example/1",
        "title": "On fairs",
        "note": "They should.",
    },
    "how close": {"do": "know", "person": BOB, "other": "me", "closeness": "close", "how": "one office", "since": None},
    "how close, corrected": {"do": "know", "person": BOB, "other": "me", "closeness": "slight", "since": "2019-01-01"},
    "who knows whom": {"do": "know", "person": CARA, "other": "+Ben New", "closeness": "familiar", "how": "told"},
    "an ask": {"do": "introduce", "by": BOB, "person": "me", "to": CARA, "state": "asked", "day": "2020-06-03"},
    "what came of it": {
        "do": "introduce",
        "by": BOB,
        "person": "me",
        "to": CARA,
        "state": "accepted",
        "day": "2020-06-09",
        "note": "over lunch",
    },
    "two are one": {"do": "merge", "person": BOB, "with": "x:900"},
    "an address of somebody's": {"do": "merge", "person": CARA, "with": "+cara@new.example"},
    "accounts split off": {"do": "split", "person": ANN, "accounts": [ANN_X]},
    "somebody protected": {"do": "protect", "person": BOB},
    "a list of some": {"do": "list-add", "list": "Fair", "people": [BOB, "+Ada New"], "paste": "Cara Quill\nNo One"},
    "an account of mine": {"do": "me", "account": ZED},
    "an address of mine": {"do": "me", "account": "+mia@new.example"},
    "not me": {"do": "not-me"},
}
MORE: Mapping[str, dict[str, Any]] = {
    **CHANGES,
    "what came of it, told otherwise": {**CHANGES["what came of it"], "note": "at a fair"},
    "how close to somebody else": {"do": "know", "person": ZED, "other": "me", "closeness": "slight", "how": "a fair"},
    "a name of mine": {"do": "me", "account": "+Mia New"},
    "somebody else protected": {"do": "protect", "person": ZED},
    "not protected": {"do": "unprotect", "person": BOB},
    "not said": {"do": "unknow", "person": BOB, "other": "me"},
    "one more on the list": {"do": "list-add", "list": " Fair ", "person": ANN_X},
    "one off the list": {"do": "list-remove", "list": "Fair", "person": BOB},
    "no list": {"do": "list-drop", "list": "Fair"},
    "an ask by somebody new": {
        "do": "introduce",
        "by": "+Ada New",
        "person": "me",
        "to": BOB,
        "state": "proposed",
        "day": "2020-06-04",
    },
}
"""Those, and some that can be made only after others."""


@pytest.fixture
def desk(office: Cli) -> Iterator[Desk]:
    store = office.open()
    yield Desk(store=store, profile="me", clock=lambda: NOW)
    store.close()


def look(desk: Desk) -> str:
    """What stands in the store, and what is answered from it."""
    store = desk.store
    standing = (
        [(one.a.id, one.b.id, one.closeness, one.how, one.since) for one in store.declared() if not one.retracted_at],
        [
            (one.by.id, one.person.id, one.to.id, one.initiator, one.steps)
            for one in store.introductions()
            if not one.retracted_at
        ],
        sorted((rule.kind, rule.value) for rule in store.rules()),
        store.profiles(),
        [(one.a, one.b, one.same, one.source) for one in store.assertions() if not one.retracted_at],
        store.lists(),
    )
    ways = []
    if store.profiles():
        ways = [(path.people, path.strength, path.asked) for path in desk.ask(Question(asked=CARA)).answer.paths]
    return "\n".join(map(repr, (list(store.accounts()), interactions_of(store), *standing, ways)))


@pytest.mark.parametrize("asked", CHANGES.values(), ids=CHANGES.keys())
def test_a_change_is_taken_back_and_made_again(desk: Desk, asked: dict[str, Any]) -> None:
    before = look(desk)
    told = perform(desk, asked)
    changed = look(desk)
    assert told["words"]
    assert changed != before

    back = perform(desk, told["undo"])
    assert look(desk) == before
    if "undo" in back:
        perform(desk, back["undo"])
        assert look(desk) == changed


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(order=st.lists(st.sampled_from(list(MORE)), min_size=2, max_size=9))
def test_changes_of_any_order_some_of_them_twice_are_taken_back_one_after_the_other(
    office: Cli, tmp_path: Path, order: list[str]
) -> None:
    store = open_store(shutil.copy(office.store, tmp_path / f"{uuid4()}.db"), now=NOW)
    desk = Desk(store=store, profile="me", clock=lambda: NOW)
    made = []
    for name in order:
        before = look(desk)
        try:
            told = perform(desk, MORE[name])
        except IntrographError:  # such as two who are one already
            assert look(desk) == before
            continue
        if "undo" in told:
            made.append((before, told["undo"]))
        else:
            assert look(desk) == before
    for before, undo in reversed(made):
        perform(desk, json.loads(json.dumps(undo)))  # as it comes back from a browser
        assert look(desk) == before
    store.close()


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"do": ["log"]},
        {"do": "log"},
        {"do": "log", "person": BOB, "kind": "follow", "day": "2020-06-01"},
        {"do": "log", "person": BOB, "kind": "call", "day": "2999-01-01"},
        {"do": "log", "person": BOB, "kind": "call", "day": {"a": 1}},
        {"do": "log", "person": BOB, "kind": "comment", "day": "2020-06-01", "url": "javascript:alert(1)"},
        {"do": "log", "person": "nobody at all", "kind": "call", "day": "2020-06-01"},
        {"do": "log", "person": "+", "kind": "call", "day": "2020-06-01"},
        {"do": "log", "person": "+ You", "kind": "call", "day": "2020-06-01"},
        {"do": "know", "person": BOB, "other": "me", "closeness": "best"},
        {"do": "know", "person": BOB, "other": BOB, "closeness": "close"},
        {"do": "introduce", "by": BOB, "person": "me", "to": "me", "state": "asked", "day": "2020-06-03"},
        {"do": "introduce", "by": BOB, "person": "me", "to": CARA, "state": "wed", "day": "2020-06-03"},
        {"do": "introduce", "by": BOB, "person": "me", "to": CARA, "state": "met", "at": "now"},
        {"do": "unintroduce", "id": "none", "state": None, "at": None},
        {"do": "unlog", "id": 7},
        {"do": "unknow", "person": BOB, "other": "me"},
        {"do": "unprotect", "person": BOB},
        {"do": "same", "people": [ANN, 3]},
        {"do": "undo"},
        {"do": "undo", "retract": ["none"]},
        {"do": "undo", "say": ["{}", '{"type": "declared"}']},
        {"do": "unlog", "id": "log:none#call", "person": BOB},
        {"do": "merge", "person": BOB, "with": BOB},
        {"do": "merge", "person": BOB},
        {"do": "split", "person": ANN, "accounts": []},
        {"do": "split", "person": ANN, "accounts": [ANN, ANN_X]},
        {"do": "split", "person": ANN, "accounts": [BOB, 7]},
        {"do": "log", "person": "\ud800x", "kind": "call", "day": "2020-06-01"},
        {"do": "log", "person": BOB, "kind": "call", "at": "0001-01-01T00:00:00+14:00"},
        {"do": "log", "person": BOB, "kind": "call", "at": "2999-01-01T00:00:00Z"},
        {
            "do": "introduce",
            "by": BOB,
            "person": "me",
            "to": CARA,
            "state": "met",
            "day": "2020-06-03",
            "url": "javascript:alert(1)",
        },
        {"do": "list-add", "list": "Fair"},
        {"do": "list-add", "list": " ", "person": BOB},
        {"do": "list-add", "list": "x" * 201, "person": BOB},
        {"do": "list-add", "list": "Fair", "people": [BOB, "x:nobody"]},
        {"do": "list-add", "list": "Fair", "people": [BOB, 7], "paste": "\n".join(map(str, range(501)))},
        {"do": "list-remove", "list": "Fair", "person": BOB},
        {"do": "list-drop", "list": "Fair"},
        {"do": "undo", "enlist": ['{"type": "member", "list": "Fair"}']},
        {"do": "protect", "person": MIA},
        {"do": "me"},
        {"do": "me", "account": "x:nobody"},
        {"do": "me", "account": "+you"},
        {"do": "me", "account": ["x:900"]},
        {"do": "apart", "people": [BOB, "x:nobody"]},
        {"do": "merge", "person": "x:nobody", "with": "+Zoe New"},
        {"do": "forget", "person": BOB, "name": "Bob"},
        {"do": "forget", "person": BOB},
        {"do": "forget", "person": MIA, "name": "Mia Moss"},
    ],
    ids=str,
)
def test_what_can_not_be_is_refused_and_changes_nothing(desk: Desk, asked: dict[str, Any]) -> None:
    before = look(desk)
    with pytest.raises(IntrographError):
        perform(desk, asked)
    assert look(desk) == before


@pytest.mark.parametrize("asked", [{"do": "log", "kind": "call", "day": "2020-06-01"}, {"do": "forget"}], ids=str)
def test_that_somebody_is_gone_meanwhile_is_said_without_a_command(desk: Desk, asked: dict[str, Any]) -> None:
    with pytest.raises(NameUnknownError) as told:
        perform(desk, {**asked, "person": "manual:gone"})
    assert refusal(told.value) == "Whom this is about is not here any more; reload the page."


def test_a_name_is_typed_as_it_is_said_and_then_nothing_of_them_is_left(desk: Desk) -> None:
    told = perform(desk, {"do": "forget", "person": BOB, "name": " bob beranger"})
    assert "undo" not in told
    assert "Béranger" not in repr(told)
    assert BOB not in look(desk)


def test_taking_back_brings_nobody_back_who_was_forgotten(desk: Desk) -> None:
    perform(desk, {"do": "list-add", "list": "Fair", "people": [BOB, CARA]})
    undo = perform(desk, {"do": "list-drop", "list": "Fair"})["undo"]
    perform(desk, {"do": "forget", "person": BOB, "name": "Bob Béranger"})
    perform(desk, undo)
    assert desk.store.lists() == {"Fair": [CARA]}


def test_one_person_is_on_a_list_once_whatever_they_are_called_by(desk: Desk) -> None:
    perform(desk, {"do": "list-add", "list": "Fair", "person": ANN})
    again = perform(
        desk, {"do": "list-add", "list": "Fair", "people": [ANN_X], "paste": "https://x.com/annlee\nann lee"}
    )
    assert "undo" not in again
    assert desk.store.lists() == {"Fair": [ANN]}


def test_who_knows_whom_is_noted_also_while_it_is_not_known_who_i_am(desk: Desk) -> None:
    perform(desk, {"do": "not-me"})
    before = look(desk)
    told = perform(desk, CHANGES["who knows whom"])
    assert told["words"] == "Noted: Ben New knows Cara Quill (familiar)."
    perform(desk, told["undo"])
    assert look(desk) == before
