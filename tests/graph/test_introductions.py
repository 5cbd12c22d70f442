"""An introduction counts as a mutual act on the days it was accepted and met, until it is declined."""

from datetime import UTC, datetime

from graph.model import Account, Introduction, IntroductionState, IntroductionStep
from graph.ties.introductions import asked_at, mutual_acts, state_at


def day(number: int) -> datetime:
    return datetime(2020, 1, number, tzinfo=UTC)


def introduction(*steps: tuple[IntroductionState, int], retracted: bool = False) -> Introduction:
    return Introduction(
        by=Account(id="x:b"),
        person=Account(id="x:a"),
        to=Account(id="x:x"),
        steps=tuple(IntroductionStep(state=state, at=day(number)) for state, number in steps),
        retracted_at=day(28) if retracted else None,
    )


ASKED, PROPOSED, ACCEPTED, MET, DECLINED = IntroductionState


def test_accepted_and_met_count_on_their_days() -> None:
    held = introduction((MET, 9), (ASKED, 1), (ACCEPTED, 5), (PROPOSED, 3))
    assert mutual_acts(held, None, None) == [day(5), day(9)]


def test_declined_removes_what_came_before_and_only_that() -> None:
    held = introduction((ACCEPTED, 2), (DECLINED, 4), (MET, 6))
    assert mutual_acts(held, None, None) == [day(6)]
    assert mutual_acts(held, None, day(4)) == [day(2)]
    assert mutual_acts(held, None, day(5)) == []


def test_since_and_until_limit_by_event_time() -> None:
    held = introduction((ACCEPTED, 5), (MET, 9))
    assert mutual_acts(held, day(6), None) == [day(9)]
    assert mutual_acts(held, None, day(9)) == [day(5)]


def test_a_retracted_introduction_counts_for_nothing() -> None:
    assert mutual_acts(introduction((MET, 9), retracted=True), None, None) == []


def test_a_request_stands_while_nothing_came_of_it() -> None:
    assert asked_at(introduction((ASKED, 1), (PROPOSED, 3)), None) == day(1)
    assert asked_at(introduction((PROPOSED, 3)), None) is None
    assert [asked_at(introduction((ASKED, 1), (state, 3)), None) for state in (ACCEPTED, MET, DECLINED)] == [None] * 3
    assert asked_at(introduction((ASKED, 1), (DECLINED, 3), (ASKED, 5)), None) == day(5)
    assert asked_at(introduction((ASKED, 1), (DECLINED, 3)), day(3)) == day(1)
    assert asked_at(introduction((ASKED, 1), retracted=True), None) is None


def test_its_state_is_the_latest_step_before_a_day() -> None:
    held = introduction((ASKED, 1), (ACCEPTED, 5), (PROPOSED, 5))
    latest = state_at(held, None)
    assert latest is not None
    assert latest.state is ACCEPTED
    earlier = state_at(held, day(5))
    assert earlier is not None
    assert earlier.state is ASKED
    assert state_at(held, day(1)) is None
