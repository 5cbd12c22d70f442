"""The desk of an open page: it answers from what it holds, and from what the store holds as soon as that is newer."""

import gc
import threading
import time
import weakref
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from dashboard.service.desk import Desk
from dashboard.service.maps import Moment
from dashboard.web.changes import perform
from graph.answers.ask import Question
from graph.model import Kind
from graph.network.network import Network
from graph.records.pack import pack
from graph.store.features import Filters
from graph.ties.ties import Ties
from tests.dashboard.conftest import ANN, ANN_X, BOB, CARA, NOW, Cli, act


@pytest.fixture
def desk(office: Cli) -> Desk:
    return Desk(store=office.open(), profile="me", clock=lambda: NOW)


def names(desk: Desk, asked: str) -> list[list[str]]:
    return [[person.name for person in path.people] for path in desk.ask(Question(asked=asked)).answer.paths]


def draw(desk: Desk) -> Network:
    until = time.monotonic() + 30
    while (made := desk.maps.network(desk.standing())) is None:
        assert time.monotonic() < until
    return made


def test_answers_from_what_it_holds_until_the_store_changes(desk: Desk) -> None:
    first = desk.ask(Question(asked=CARA))
    assert desk.ask(Question(asked=CARA)) is first

    desk.store.write(pack([act(Kind.CALL, "email:mia@example.org", CARA, 1)], now=NOW))
    assert names(desk, CARA)[0] == ["Mia Moss", "Cara Quill"]
    assert not desk.late


def test_lets_go_of_whom_was_forgotten_however_long_that_took_to_make(desk: Desk) -> None:
    assert names(desk, CARA)
    held = weakref.ref(desk.ties(Filters()).arrays.outgoing.ends)
    drawn = weakref.ref(draw(desk).points)
    desk._costs["network"] = 3.0
    desk.store.forget([BOB])
    desk.contents()
    until = time.monotonic() + 10
    while held() is not None or drawn() is not None:  # what made the network may be about to end
        assert time.monotonic() < until
        gc.collect()


@pytest.mark.parametrize("slow", ["ties", "network"])
def test_stands_on_what_takes_long_to_make_while_a_run_writes(
    desk: Desk, slow: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ties, network = desk.ties(Filters()), draw(desk)
    desk._costs[slow] = 3.0
    clock = [time.monotonic()]
    monkeypatch.setattr("dashboard.service.desk.time.monotonic", lambda: clock[0])

    for number in range(3):  # batches of a run
        desk.store.write(pack([act(Kind.CALL, ANN, BOB, 100 + number)], now=NOW))
        assert (desk.ties(Filters()), desk.maps.network(desk.standing())) == (ties, network)
        assert desk.late
        clock[0] += 1
    clock[0] += 2
    assert desk.ties(Filters()) is not ties
    assert not desk.late


def test_what_is_said_on_the_page_counts_at_once(desk: Desk) -> None:
    desk.contents()
    desk._costs["ties"] = 3.0
    told = perform(desk, {"do": "same", "people": [BOB, CARA]})
    assert desk.contents().people == 6
    perform(desk, told["undo"])
    assert desk.contents().people == 7


def test_the_network_comes_again_after_midnight(desk: Desk) -> None:
    days = [NOW, NOW + timedelta(days=1)]
    desk.clock = lambda: days[0]
    first = draw(desk)
    assert draw(desk) is first
    days.pop(0)
    assert draw(desk) is not first


def test_answers_come_while_a_run_writes_and_nobody_waits_for_ever(desk: Desk) -> None:
    until, done = time.monotonic() + 2, threading.Event()
    failed: list[Exception] = []

    def often(make: Callable[[int], object]) -> None:
        turn = 0
        while not done.is_set():
            try:
                make(turn := turn + 1)
            except Exception as error:  # noqa: BLE001 - in a thread
                failed.append(error)

    def write(turn: int) -> None:
        desk.store.write(pack([act(Kind.CALL, ANN, BOB, turn / 1e5)], now=NOW))
        time.sleep(0.01)

    def day(turn: int) -> date:
        return date(2020, 4, 1 + turn % 28)

    readers: list[Callable[[int], object]] = [
        lambda turn: desk.portrait([ANN, BOB, CARA][turn % 3], day(turn)),
        lambda turn: desk.ask(Question(asked=CARA, filters=Filters(as_of=day(turn)))),
        lambda turn: desk.maps.neighbourhood(desk.standing(), BOB, 2, [], Filters(as_of=day(turn))),
        lambda _: desk.maps.network(desk.standing()),
    ]
    threads = [threading.Thread(target=often, args=(make,), daemon=True) for make in [*readers, *readers, write]]
    for one in threads:
        one.start()
    time.sleep(until - time.monotonic())
    done.set()
    for one in threads:
        one.join(timeout=10)
    assert not any(one.is_alive() for one in threads)
    assert failed == []


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

    def write_first(filters: Filters, on: Moment) -> Ties:
        desk.store.forget([BOB])
        return answer(filters, on)

    monkeypatch.setattr(Desk, "ties", lambda _, filters, on: write_first(filters, on))
    first = desk.ask(Question(asked=CARA))
    assert desk.ask(Question(asked=CARA)) is not first
