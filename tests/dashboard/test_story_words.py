"""How a story reads: who wrote, met and introduced whom, and when."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dashboard.words.lines import plain
from dashboard.words.story import Paragraph, tell, trio_line, trio_steps, trio_title
from graph.answers.answer import Evidence
from graph.answers.story import Chapter, Story, Trio, Turn, divide
from graph.model import Closeness, IntroductionState, IntroductionStep
from graph.people.person import Person

ME, ANN, BOB = (
    Person(id="x:1", name="Mia Moss"),
    Person(id="x:2", name="Ann Lee"),
    Person(id="x:3", name="Bob Béranger"),
)
NAMES = {ME.id: "You", ANN.id: "Ann"}
ASKED, PROPOSED, ACCEPTED, MET, DECLINED = IntroductionState


def on(day: int, month: int = 4) -> datetime:
    return datetime(2009, month, day, tzinfo=UTC)


def piece(kind: str, at: datetime | None, *, mine: bool = False, title: str | None = "Plans", **more: Any) -> Evidence:
    source, target = (ME, ANN) if mine else (ANN, ME)
    return Evidence(kind=kind, at=at, source=source.id, target=target.id, title=title, **more)


def read(*pieces: Evidence, one_way: bool = False) -> list[str]:
    """Tell the chapters of what passed, oldest first."""
    story = Story(chapters=(), months=(), one_way=one_way)
    return [words(tell(one, story, NAMES, ME.id)) for one in divide(pieces, ME.id)]


def words(entry: Paragraph) -> str:
    return (
        f"{entry.when}: {plain(entry.lead)}{plain(entry.rest)}{entry.title}{f' ({entry.note})' if entry.note else ''}"
    )


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        (
            [piece("message", on(1)), piece("message", on(1) + timedelta(hours=2), mine=True), piece("message", on(9))],
            "1 Apr 2009: First contact: Ann wrote to you, “Plans” (you answered the same day; 1 more by 9 April 2009)",
        ),
        (
            [piece("message", on(1), mine=True, private=True), piece("message", on(6))],
            "1 Apr 2009: First contact: you wrote to Ann, “Plans” (Ann answered 5 days later)",
        ),
        (
            [piece("follow", on(1), mine=True, title=None), piece("follow", on(11), title=None)],
            "1 Apr 2009: Your opening: you follow Ann (Ann followed you 10 days later)",
        ),
        (
            [piece("mention", on(1), title=None), piece("mention", on(2), mine=True, title=None)],
            "1 Apr 2009: First contact: Ann mentioned you (you mentioned Ann the next day)",
        ),
        (
            [piece("comment", on(1), mine=True, title="Signs", on_item=True, item_kind="article")],
            "1 Apr 2009: Your opening: you commented on Ann’s article, “Signs”",
        ),
        ([piece("meeting", on(2))], "2 Apr 2009: You met for the first time here: “Plans”"),
        ([piece("connection", None, title=None)], "undated: You connected"),
        ([piece("follow", None, title=None)] * 3, "undated: 3 follows (all from Ann)"),
        (
            [piece("declared", on(3), closeness=Closeness.CLOSE, how="we shared an office")],
            "3 Apr 2009: You said so: close, we shared an office",
        ),
    ],
)
def test_a_chapter_reads(pieces: list[Evidence], expected: str) -> None:
    assert read(*pieces) == [expected]


def test_a_run_reads_with_its_months_and_its_most_frequent_titles() -> None:
    titles = ("Proofs", "Plans", "Plans", "Signs", "Prices")
    run = [piece("message", on(5, month), title=title, mine=month < 4) for month, title in enumerate(titles, 2)]
    assert read(piece("meeting", on(1, 1)), *run)[1] == (
        "Feb to Jun 2009: 5 messages: “Plans”, “Proofs” and 2 more (2 from you, 3 from Ann)"
    )


def test_attention_of_one_side_says_so() -> None:
    assert read(piece("like", on(1), title=None), one_way=True) == [
        "1 Apr 2009: First contact: Ann liked something of you (you have not answered)"
    ]


def trio(by: Person, person: Person, to: Person, *steps: IntroductionState, asker: Person | None = None) -> Trio:
    done = on(20) if {ACCEPTED, MET} & {*steps} else None
    states = tuple(IntroductionStep(state=state, at=on(10 + place)) for place, state in enumerate(steps))
    return Trio(id="i", by=by, person=person, to=to, initiator=asker, steps=states, done=done)


@pytest.mark.parametrize(
    ("told", "line", "note", "title"),
    [
        (
            trio(BOB, ME, ANN, ASKED, PROPOSED, ACCEPTED, MET, asker=ANN),
            "Bob Béranger introduced you",
            "Ann asked Bob; Bob proposed it to you; you and Ann met",
            "You, by Bob Béranger",
        ),
        (
            trio(ANN, ME, BOB, ASKED, asker=ME),
            "You asked Ann for an introduction to Bob Béranger",
            "asked, not answered yet",
            "to Bob Béranger",
        ),
        (
            trio(BOB, ANN, ME, ASKED, DECLINED, asker=ANN),
            "Ann asked Bob Béranger for an introduction to you",
            "declined 11 April 2009",
            "You, by Bob Béranger",
        ),
        (
            trio(ME, ANN, BOB, PROPOSED),
            "You offered to introduce Ann to Bob Béranger",
            "proposed, not answered yet",
            "Bob Béranger, by you",
        ),
        (
            trio(ANN, BOB, ME, ACCEPTED),
            "Ann introduced you to Bob Béranger",
            "",
            "to Bob Béranger",
        ),
    ],
)
def test_an_introduction_reads(told: Trio, line: str, note: str, title: str) -> None:
    chapter = Chapter(turn=Turn.INTRODUCTION, kind="introduction", since=told.at, until=told.at, trio=told)
    entry = tell(chapter, Story(chapters=(), months=(), one_way=False), NAMES, ME.id)
    assert (plain(trio_line(told, NAMES, ME.id)), entry.note) == (line, note)
    assert plain(trio_title(told, ANN, ME.id)) == title


def test_where_nobody_is_known_to_have_begun_it_its_states_name_nobody() -> None:
    told = trio(ANN, BOB, ME, ASKED, PROPOSED, ACCEPTED, DECLINED)
    assert [words for words, _ in trio_steps(told, ME.id)] == ["asked", "Ann proposed it", "introduced", "declined"]
    assert plain(trio_title(trio(ANN, BOB, Person(id="x:4", name="Cara Quill"), MET), ANN, ME.id)) == (
        "Bob Béranger to Cara Quill"
    )
