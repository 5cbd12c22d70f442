"""The desk of an open page: it answers from what it holds, and from what the store holds as soon as that is newer."""

from datetime import date

import pytest

from dashboard.service.desk import Desk
from graph.ask import Question
from graph.model import Kind
from graph.rows import pack
from graph.store import Filters
from graph.ties import Ties
from tests.dashboard.conftest import ANN, ANN_X, BOB, CARA, NOW, Cli, act


@pytest.fixture
def desk(office: Cli) -> Desk:
    return Desk(store=office.open(), profile="me", clock=lambda: NOW)


def names(desk: Desk, asked: str) -> list[list[str]]:
    return [[person.name for person in path.people] for path in desk.ask(Question(asked=asked)).answer.paths]


def test_answers_from_what_it_holds_until_the_store_changes(desk: Desk) -> None:
    first = desk.ask(Question(asked=CARA))
    assert desk.ask(Question(asked=CARA)) is first

    desk.store.write(pack([act(Kind.CALL, "email:mia@example.org", CARA, 1)], now=NOW))
    assert names(desk, CARA)[0] == ["Mia Moss", "Cara Quill"]
    assert not desk.late


def test_lets_go_of_whom_was_forgotten(desk: Desk) -> None:
    desk.ask(Question(asked=CARA))
    desk.store.forget([BOB])
    desk.contents()

    assert "Béranger" not in repr([desk._made.values, desk._ties.values])


def test_stands_on_slow_ties_while_a_run_writes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr("dashboard.service.desk.time.monotonic", lambda: clock[0])
    held = desk.ties(Filters())
    desk._cost = 3.0

    for _ in range(3):  # batches of a run
        desk.store.write(pack([act(Kind.CALL, ANN, BOB, clock[0])], now=NOW))
        assert desk.ties(Filters()) is held
        assert desk.late
        clock[0] += 1
    clock[0] += 2
    assert desk.ties(Filters()) is not held
    assert not desk.late


def test_months_go_on_after_the_day_that_is_asked_for(desk: Desk) -> None:
    question = Question(asked=CARA, filters=Filters(as_of=date(2020, 5, 20)))
    hop = desk.ask(question).answer.paths[0].hops[0]

    months = desk.months(question, [hop])[hop.source.id, hop.target.id]
    assert max(months) == date(2020, 6, 1)


def test_finds_places_by_the_beginning_of_any_word(desk: Desk) -> None:
    assert desk.places("pres") == [("Harbour Press", 1)]
    assert desk.places("quill sons") == [("Quill & Sons", 1)]
    assert desk.places("arbour") == []
    assert ANN_X in desk.search("ann lee")[0].accounts


def test_answers_while_somebody_else_writes_and_holds_no_answer_of_before(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = desk.ties

    def write_first(filters: Filters) -> Ties:
        desk.store.forget([BOB])
        return answer(filters)

    monkeypatch.setattr(Desk, "ties", lambda _, filters: write_first(filters))
    desk.ask(Question(asked=CARA))
    assert list(desk._made.values) == []
