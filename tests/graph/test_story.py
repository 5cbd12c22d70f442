"""The story of me and somebody: what began it, who met and introduced whom, and what passed between, summed up."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from graph.answers.answer import Evidence
from graph.answers.evidence import open_case
from graph.answers.story import Chapter, Story, Turn, divide, find_trios, read_story
from graph.model import (
    Account,
    Closeness,
    Declared,
    Introduction,
    IntroductionState,
    IntroductionStep,
    Item,
    Kind,
    Record,
)
from graph.people.person import open_directory
from graph.store.features import Filters
from graph.store.store import Store
from tests.graph.records import ME, NOW, act, fill, named

BEA, CY = "email:bea@example.org", "email:cy@example.org"
START = datetime(2019, 1, 7, 10, tzinfo=UTC)


def on(day: int) -> datetime:
    return START + timedelta(days=day)


def tell(store: Store, *records: Record, as_of: date | None = None) -> Story:
    fill(store, named(ME, "Mo Reader"), named(BEA, "Bea Lind"), named(CY, "Cy Novak"), *records)
    case = open_case(store, open_directory(store), Filters(as_of=as_of), NOW.date())
    return read_story(case, case.directory.person(ME), case.directory.person(BEA))


def mail(number: int, *, mine: bool = False, title: str = "Plans") -> Record:
    ends = (ME, BEA) if mine else (BEA, ME)
    return act(*ends, at=on(number), item=Item(title=title, kind="email"), private=True)


def told(story: Story) -> list[tuple[Turn, str, int]]:
    return [(one.turn, one.kind, one.out + one.in_) for one in story.chapters]


def test_what_lies_between_two_events_is_summed_up_by_kind(store: Store) -> None:
    story = tell(
        store,
        *(mail(1), mail(2, mine=True, title="Re: Plans"), mail(20)),
        *(act(ME, BEA, Kind.MEETING, at=on(day)) for day in (25, 60)),
        *(mail(30, title="AW: Re: Plans"), mail(31, mine=True, title="Proofs"), mail(32, title="Re: Proofs"), mail(59)),
        *(act(BEA, ME, Kind.REPLY, at=on(day)) for day in (33, 61)),
    )

    assert told(story) == [
        (Turn.ACT, "reply", 1),
        (Turn.ACT, "meeting", 1),
        (Turn.RUN, "message", 4),
        (Turn.ACT, "reply", 1),
        (Turn.FIRST, "meeting", 1),
        (Turn.CONTACT, "message", 3),
    ]
    run, began = story.chapters[2], story.chapters[-1]
    assert (run.out, run.in_, run.since, run.until, run.private) == (1, 3, on(30), on(59), True)
    assert run.titles == ("Plans", "Proofs")
    assert (began.act and began.act.source, began.answer, began.at) == (BEA, on(2), on(1))
    assert not story.one_way


def test_a_run_lasts_a_year_and_what_began_it_a_month(store: Store) -> None:
    story = tell(store, *(mail(day) for day in range(0, 500, 10)))
    assert told(story) == [(Turn.RUN, "message", 9), (Turn.RUN, "message", 37), (Turn.CONTACT, "message", 4)]


def test_of_many_meetings_only_the_first_is_an_event(store: Store) -> None:
    story = tell(store, *(act(ME, BEA, Kind.MEETING, at=on(day)) for day in range(14)))
    assert told(story) == [(Turn.RUN, "meeting", 13), (Turn.FIRST, "meeting", 1)]


def test_a_public_act_of_mine_that_began_it_is_my_opening(store: Store) -> None:
    article = Item(title="Small signs", kind="article", author=Account(id=BEA))
    story = tell(store, act(ME, BEA, Kind.COMMENT, at=on(1), item=article), act(BEA, ME, Kind.FOLLOW, at=None))
    assert told(story) == [(Turn.OPENING, "comment", 1), (Turn.ACT, "follow", 1)]
    assert told(tell(store, as_of=NOW.date())) == [(Turn.OPENING, "comment", 1)]  # what is undated may be of any day
    assert tell(store, as_of=NOW.date()).one_way


def introduction(*steps: tuple[IntroductionState, int], by: str = CY, person: str = ME, to: str = BEA) -> Introduction:
    return Introduction(
        by=Account(id=by),
        person=Account(id=person),
        to=Account(id=to),
        initiator=Account(id=person),
        steps=tuple(IntroductionStep(state=state, at=on(day)) for state, day in steps),
    )


def test_introductions_stand_in_it_as_they_stood_on_the_day(store: Store) -> None:
    records = [
        *(mail(1), mail(2), mail(9), mail(10), mail(11)),
        introduction((IntroductionState.ASKED, 3), (IntroductionState.ACCEPTED, 5)),
        introduction((IntroductionState.ASKED, 12), by=BEA, to=CY),
        introduction((IntroductionState.MET, 4), by=ME, person=CY, to=BEA),
    ]
    story = tell(store, *records)
    trios = [one.trio for one in story.chapters if one.trio]

    assert told(story)[:2] == [(Turn.INTRODUCTION, "introduction", 0), (Turn.RUN, "message", 3)]
    assert [(one.by.name, one.to.name, one.done) for one in trios] == [
        ("Bea Lind", "Cy Novak", None),
        ("Cy Novak", "Bea Lind", on(5)),
        ("Mo Reader", "Bea Lind", on(4)),
    ]
    before = [one.trio for one in tell(store, as_of=on(3).date()).chapters if one.trio]
    assert [(len(one.steps), one.done, one.initiator and one.initiator.name) for one in before] == [
        (1, None, "Mo Reader")
    ]
    case = open_case(store, open_directory(store), Filters(as_of=on(2).date()), NOW.date())
    assert find_trios(case, case.directory.person(CY)) == []


def test_what_was_told_after_the_day_is_there_without_its_date(store: Store) -> None:
    said = Declared(a=Account(id=ME), b=Account(id=BEA), closeness=Closeness.CLOSE, at=on(40))
    story = tell(store, mail(1), mail(2), said, mail(41), mail(50))
    assert told(story)[2:] == [(Turn.DECLARED, "declared", 1), (Turn.CONTACT, "message", 2)]
    assert [(one.turn, one.at) for one in tell(store, as_of=on(30).date()).chapters] == [
        (Turn.CONTACT, on(1)),
        (Turn.DECLARED, None),
    ]


def test_nobody_s_story_is_empty(store: Store) -> None:
    assert tell(store, act(ME, CY)) == Story(chapters=(), months=(), one_way=False)


acts = st.lists(
    st.builds(
        Evidence,
        kind=st.sampled_from(["message", "reply", "meeting", "call", "declared", "like"]),
        at=st.none() | st.integers(0, 900).map(on),
        source=st.sampled_from([ME, BEA]),
        target=st.just(BEA),
        title=st.none() | st.sampled_from(["Re: Plans", "Plans", "Proofs"]),
        private=st.booleans(),
    ),
    max_size=60,
)


@given(
    pieces=acts, shuffled=st.randoms(use_true_random=False), events=st.lists(st.integers(0, 900).map(on), max_size=3)
)
def test_each_act_is_in_one_chapter_whatever_the_order(
    pieces: list[Evidence],
    shuffled: Random,
    events: list[datetime],
) -> None:
    chapters = divide(pieces, ME, events)

    counted = Counter(
        (one.kind, mine) for one in chapters for mine, many in ((True, one.out), (False, one.in_)) for _ in range(many)
    )
    assert counted == Counter((one.kind, one.source == ME) for one in pieces)
    for chapter in chapters:
        assert (chapter.act is None) == (chapter.turn is Turn.RUN)
        inside = [one for one in pieces if one.kind == chapter.kind and _within(chapter, one.at)]
        assert len(inside) >= chapter.out + chapter.in_
    other = list(pieces)
    shuffled.shuffle(other)
    assert divide(other, ME, events) == chapters


def _within(chapter: Chapter, at: datetime | None) -> bool:
    if at is None or chapter.since is None or chapter.until is None:
        return at == chapter.since
    return chapter.since <= at <= chapter.until
