"""All contacts of a step: what a page shows of how two people came to know each other."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from graph.answers.contacts import Contacts, Month, count_by_month, read_contacts
from graph.answers.evidence import Case, open_case
from graph.model import (
    DECLARED,
    INTRODUCTION,
    Account,
    Introduction,
    IntroductionState,
    IntroductionStep,
    Item,
    Kind,
    SameAs,
)
from graph.people.person import Person, open_directory
from graph.store.features import Filters
from graph.store.store import Store
from tests.graph.records import ME, NOW, act, fill, known, named

BEA, BEA_X, CY = "email:bea@example.org", "x:2", "email:cy@example.org"


def at(month: int, day: int) -> datetime:
    return datetime(2020, month, day, 10, tzinfo=UTC)


@pytest.fixture
def story(store: Store) -> Store:
    """Bea, on X too, follows me; we write; she comments on my article; Cy introduces us; I say that I know her."""
    article = Item(url="https://example.org/a", title="Mine", kind="article", author=Account(id=ME))
    fill(
        store,
        *(named(ME, "Mo Reader"), named(BEA, "Bea Lind"), named(BEA_X, "Bea Lind"), named(CY, "Cy Novak")),
        SameAs(a=BEA, b=BEA_X, at=NOW),
        act(BEA_X, ME, Kind.FOLLOW, at=None),
        act(ME, BEA, at=at(1, 5)),
        act(BEA, ME, at=at(1, 31)),
        act(ME, BEA, at=at(2, 1)),
        act(BEA_X, ME, Kind.COMMENT, at=at(2, 2), item=article),
        act(ME, BEA_X, Kind.REPLY, at=at(4, 9), item=article),
        act(ME, CY, at=at(4, 10)),
        Introduction(
            by=Account(id=CY),
            person=Account(id=ME),
            to=Account(id=BEA),
            steps=(
                IntroductionStep(state=IntroductionState.ACCEPTED, at=at(1, 2)),
                IntroductionStep(state=IntroductionState.MET, at=at(1, 3)),
            ),
        ),
        known(ME, BEA),
    )
    return store


def case_of(store: Store, filters: Filters | None = None) -> tuple[Case, Person, Person]:
    case = open_case(store, open_directory(store), filters or Filters(), NOW.date())
    return case, case.directory.person(ME), case.directory.person(BEA)


def read(store: Store, filters: Filters | None = None, limit: int = 3) -> Contacts:
    case, me, bea = case_of(store, filters)
    return read_contacts(case, me, bea, limit)


def test_the_newest_come_up_to_the_limit_and_the_first_two_beside_them(story: Store) -> None:
    told = read(story)
    assert told.total == 8
    assert [(one.kind, one.at) for one in told.latest] == [
        ("reply", at(4, 9)),
        (DECLARED, known(ME, BEA).at),
        ("comment", at(2, 2)),
    ]
    assert [(one.kind, one.at) for one in told.first] == [(INTRODUCTION, at(1, 3)), ("message", at(1, 5))]
    rest = read(story, limit=50).latest[3:]
    assert [one.at for one in rest] == [at(2, 1), at(1, 31), at(1, 5), at(1, 3), None]
    assert [one.at for one in read(story, limit=6).first] == [at(1, 3)]
    assert {one.source for one in rest} == {ME, BEA}


def test_an_act_on_an_item_of_the_other_s_is_told_from_one_towards_them(story: Store) -> None:
    reply, _, comment = read(story).latest
    assert (comment.item_kind, comment.on_item, comment.source) == ("article", True, BEA)
    assert (reply.item_kind, reply.on_item, reply.source) == ("article", False, ME)


def test_months_count_dated_acts_by_kind_and_direction(story: Store) -> None:
    january, february, april = (date(2020, month, 1) for month in (1, 2, 4))
    months = (
        Month(month=january, kind=INTRODUCTION, out=1, in_=1),
        Month(month=january, kind="message", out=1, in_=1),
        Month(month=february, kind="comment", out=0, in_=1),
        Month(month=february, kind="message", out=1, in_=0),
        Month(month=april, kind="reply", out=1, in_=0),
    )
    assert read(story).months == months
    case, me, bea = case_of(story)
    back = read_contacts(case, bea, me, 3).months
    assert back == tuple(replace(one, out=one.in_, in_=one.out) for one in months)
    cy = case.directory.person(CY)
    assert count_by_month(case, me, bea) == {january: 3, february: 2, april: 1}
    assert count_by_month(case, me, cy) == {april: 1}


def test_the_filters_of_the_question_hold(story: Store) -> None:
    then = read(story, Filters(as_of=date(2020, 1, 31)))
    assert [one.kind for one in then.latest] == [DECLARED, "message", "message"]  # what is said holds on any day
    assert then.total == 4
    assert {one.kind for one in read(story, Filters(kinds=frozenset({"message"})), limit=50).latest} == {"message"}
    assert read(story, Filters(since=at(2, 2), kinds=frozenset({"comment", INTRODUCTION}))).total == 1


def test_nothing_between_two_people_is_nothing(story: Store) -> None:
    case, _, bea = case_of(story)
    assert read_contacts(case, bea, case.directory.person(CY), 3) == Contacts(total=0, latest=(), first=(), months=())
