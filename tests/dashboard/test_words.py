"""How answers, reach and receipts read, for what the office does not have."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from dashboard.words.acts import counts_words, evidence_lines, tie_line
from dashboard.words.answer import answer_lines, refused_line, short_line
from dashboard.words.lines import Line, plain
from dashboard.words.notes import hint_words
from dashboard.words.privacy import receipt_lines
from dashboard.words.program import Program
from dashboard.words.reach import reach_lines
from graph.answers.answer import (
    Advice,
    Answer,
    Caution,
    CautionKind,
    EngageKind,
    Engagement,
    Evidence,
    Hint,
    HintKind,
    Hop,
    KindCount,
    Near,
    Note,
    NoteKind,
    Path,
)
from graph.answers.reach import Reach, SourceReach
from graph.errors import NameAmbiguousError, NameUnknownError
from graph.model import Closeness
from graph.people.person import Candidate, Person
from graph.store.documents import Receipt

ME = Person(id="x:1", name="Mia Moss", accounts=("x:1",))
ANN, BOB = Person(id="x:2", name="Ann Lee"), Person(id="x:3", name="Bob Béranger")
AT = datetime(2009, 4, 6, 10, tzinfo=UTC)


def told(lines: list[Line]) -> list[str]:
    return [plain(line) for line in lines]


def hop(source: Person, target: Person, *, strength: float = 0.7, dormant: bool = False) -> Hop:
    return Hop(
        source=source,
        target=target,
        strength=strength,
        closeness=Closeness.CLOSE,
        dormant=dormant,
        last=AT,
        counts=(KindCount(kind="message", out=1, in_=0),),
        evidence=(Evidence(kind="message", at=AT, source=source.id, target=target.id, private=True),),
        warnings=(Caution(kind=CautionKind.ONE_THREAD),),
    )


def answer(**fields: object) -> Answer:
    known: dict[str, object] = {"asked": "bob", "as_of": date(2009, 4, 6), "me": ME, "target": BOB}
    return Answer(**(known | fields))  # type: ignore[arg-type] # fields of an Answer


def path(*hops: Hop, warnings: tuple[Caution, ...] = ()) -> Path:
    people = (hops[0].source, *(one.target for one in hops))
    return Path(people=people, strength=0.49, weakest=0.7, hops=hops, warnings=warnings)


def test_the_proof_of_a_step_is_told_once_and_each_warning_once() -> None:
    one, two = hop(ME, ANN), hop(ANN, BOB)
    long = Caution(kind=CautionKind.LONG, count=3)
    ways = (path(one, two, warnings=(long, replace(one.warnings[0], step=1))), path(one))
    lines = told(list(answer_lines(answer(paths=ways), Program())))
    assert lines[0] == "2 ways to Bob Béranger  as of 6 April 2009"
    assert sum("You wrote to Ann Lee, 6 April 2009 (private)" in line for line in lines) == 1
    assert sum("! one conversation only" in line for line in lines) == 2
    assert "   ! long: 3 people have to pass it on" in lines
    assert "2. You → Ann Lee  you can ask yourself: close" in lines
    assert lines[-1].endswith("(see way 1)")
    details = told(list(answer_lines(answer(paths=ways), Program(), details=True)))
    assert sum("You wrote to Ann Lee" in line for line in details) == 2


def test_an_introduction_and_what_was_told_come_first_and_are_never_left_out() -> None:
    acts = [Evidence(kind="reply", at=AT, source="x:1", target="x:2", title=f"Re {n}") for n in range(5)]
    told_of = [
        Evidence(kind="introduction", at=AT, source="x:1", target="x:2", introducer="Bob", private=True),
        Evidence(kind="declared", at=AT, source="x:1", target="x:2", closeness=Closeness.CLOSE, private=True),
    ]
    step = replace(hop(ME, ANN), evidence=(*acts, *told_of))
    lines = told(list(answer_lines(answer(target=ANN, paths=(path(step),)), Program())))
    proofs = [line.strip() for line in lines if line.startswith("     ")]
    assert proofs[:4] == [
        "· You were introduced to Ann Lee, introduced by Bob, 6 April 2009 (private)",
        "· You know Ann Lee: close (you said so), 6 April 2009",
        "· You replied to Ann Lee: “Re 0”, 6 April 2009",
        "and 4 more with --details",
    ]


def test_a_way_is_worded_by_its_steps_however_small_its_product() -> None:
    weak = replace(hop(ME, ANN, strength=1e-14), closeness=Closeness.SLIGHT)
    way = replace(path(weak), strength=0.0)
    assert "1. You → Ann Lee  you can ask yourself: slight" in told(list(answer_lines(answer(paths=(way,)), Program())))
    assert plain(short_line(answer(paths=(way,)))) == "bob: You → Ann Lee, you can ask yourself: slight"


def test_what_is_not_known_of_a_person_is_said_once_an_answer() -> None:
    of_ann, of_step = Caution(kind=CautionKind.NAME_ONLY, person=ANN), Caution(kind=CautionKind.DECLARED)
    one, two = (replace(step, warnings=(of_ann, of_step)) for step in (hop(ME, ANN), hop(ANN, BOB)))
    lines = told(list(answer_lines(answer(paths=(path(one, two, warnings=(replace(of_ann, step=2),)),)), Program())))
    assert [line.strip() for line in lines if "! " in line] == [
        "! only the name is known, no address (Ann Lee)",
        "! told, not seen",
        "! told, not seen",
    ]


def test_at_most_so_many_ways_are_told() -> None:
    ways = (path(hop(ME, BOB)), path(hop(ME, ANN), hop(ANN, BOB)))
    lines = told(list(answer_lines(answer(paths=ways), Program(), ways=1)))
    assert lines[-1] == "and 1 more way"
    assert not any(line.startswith("2. ") for line in lines)
    assert "more way" not in "".join(told(list(answer_lines(answer(paths=ways), Program(), ways=2))))


def test_the_heading_says_that_there_are_more_ways() -> None:
    one, two = path(hop(ME, BOB)), path(hop(ME, ANN), hop(ANN, BOB))
    for paths, heading, beside in (
        ((one,), "The best of more ways to Bob Béranger", "and other ways"),
        ((one, two), "The best 2 of more ways to Bob Béranger", "and more than 1 other way"),
    ):
        found = answer(paths=paths, more=True)
        assert told(list(answer_lines(found, Program())))[0] == f"{heading}  as of 6 April 2009"
        assert plain(short_line(found)).endswith(f"you can ask yourself: close, {beside}")
    assert (
        told(list(answer_lines(answer(paths=(one, two), more=True), Program(), ways=1)))[-1]
        == "and at least 1 more way"
    )


def test_the_rest_of_an_answer() -> None:
    candidates = tuple(
        Candidate(id=f"x:{n}", name=f"Bob {n}", accounts=(), match="name", network="x") for n in range(5)
    )
    engage = tuple(
        Engagement(person=BOB, item="i", url=url, title=title, at=AT, why=EngageKind.WROTE)
        for url, title in (("https://example.org/a", "On A"), ("javascript:x", None))
    )
    notes = (Note(kind=NoteKind.GUESS, name="bb", people=(BOB,)),)
    found = answer(paths=(path(hop(ME, BOB)),), candidates=candidates, engage=engage, notes=notes)
    lines = told(list(answer_lines(found, Program())))
    assert "Worth a thoughtful comment" in lines
    assert "   · Bob Béranger: “On A”, 6 April 2009" in lines
    assert "     https://example.org/a" in lines
    assert "   · Bob Béranger: i, 6 April 2009" in lines
    assert not any("javascript" in line for line in lines)
    assert "Somebody else was meant? Ask by id:" in lines
    assert "   x:0  Bob 0 (name on x)" in lines
    assert "   and 2 more: intrograph people search NAME" in lines
    assert lines[-1] == "Note: Nobody here goes by “bb”: taken for Bob Béranger"


def test_advice() -> None:
    acts = (KindCount(kind="comment", out=3, in_=0), KindCount(kind="like", out=1, in_=0))
    advice = Advice(
        answered=(Near(person=ANN, strength=0.7, target=BOB),),
        nearest=(
            Near(person=ANN, strength=0.2, target=BOB, acts=acts),
            Near(person=ANN, strength=0.0, target=BOB, org="X"),
        ),
        more=(Hint(kind=HintKind.UNSEEN, person=BOB, unique=True), Hint(kind=HintKind.WIDER, count=3)),
    )
    lines = told(list(answer_lines(answer(advice=advice), Program())))
    assert lines[0] == "No way to Bob Béranger yet  as of 6 April 2009"
    assert lines[2:] == [
        "Bob Béranger answers",
        "   · Ann Lee (Bob Béranger answers them; close)",
        "Of those you can ask, these come nearest",
        "   · Ann Lee (comment × 3, like × 1 towards Bob Béranger, unanswered; slight)",
        "   · Ann Lee (also at X; not proven)",
        "What to do",
        "   · nothing here shows whom Bob Béranger answers: bring in where they act in public, such as the",
        "     comments of a blog they write for or posts that they reply to; what shows it is listed by:",
        "     intrograph sources",
        "   · the options left ways out: asked without them, there is a way",
    ]


def test_an_advised_command_names_the_profile_and_an_id_where_the_name_is_not_enough() -> None:
    hint = Hint(kind=HintKind.COMMENT, person=BOB, unique=True, day=date(2009, 4, 6))
    assert hint_words(hint, Program())[1] == "intrograph log comment 'Bob Béranger' --at 2009-04-06"
    assert hint_words(replace(hint, unique=False), Program(store="my.db", profile="my work"))[1] == (
        "intrograph --store my.db --as 'my work' log comment x:3 --at 2009-04-06"
    )


def test_answers_on_one_line() -> None:
    way = path(hop(ME, ANN), hop(ANN, BOB))
    assert plain(short_line(answer(paths=(way, way)))) == (
        "bob: You → Ann Lee → Bob Béranger, 2 steps, weakest close, and 1 other way"
    )
    near = (Candidate(id="x:3", name="Bob", accounts=(), match="name", network="x"),)
    unclear = refused_line(answer(target=None, candidates=near), NameAmbiguousError("several"))
    assert plain(unclear) == "bob: not clear who is meant (near: Bob x:3)"
    unknown = refused_line(answer(target=None), NameUnknownError("nobody"))
    assert plain(unknown) == "bob: nobody here goes by that name"
    assert plain(short_line(answer())) == "bob: no way yet"


TOLD = Evidence(
    kind="declared", at=AT, source="x:2", target="x:3", closeness=Closeness.CLOSE, how="as she told", private=True
)


@pytest.mark.parametrize(
    ("piece", "line"),
    [
        (
            replace(TOLD, said_by="Ann Lee", since=date(2001, 2, 3)),
            "· Ann Lee knows Bob Béranger: close, as she told, since 2001-02-03 (Ann Lee says so), 6 April 2009",
        ),
        (
            Evidence(kind="declared", at=AT, source="x:1", target="x:3"),
            "· You know Bob Béranger (you said so), 6 April 2009",
        ),
        (
            Evidence(kind="introduction", at=AT, source="x:1", target="x:3", introducer="Ann Lee", private=True),
            "· You were introduced to Bob Béranger, introduced by Ann Lee, 6 April 2009 (private)",
        ),
        (Evidence(kind="follow", at=None, source="x:3", target="x:1"), "· Bob Béranger follows you, undated"),
        (Evidence(kind="poke", at=AT, source="x:9", target="x:1"), "· x:9 poke you, 6 April 2009"),
    ],
)
def test_acts_read_like_sentences(piece: Evidence, line: str) -> None:
    people = {person.id: person for person in (ME, ANN, BOB)}
    assert told(list(evidence_lines(piece, people, ME.id, ""))) == [line]


def test_counts_and_dormant_steps() -> None:
    counts = (
        KindCount(kind="reply", out=2, in_=1),
        KindCount(kind="meeting", out=1, in_=1),
        KindCount(kind="introduction", out=1, in_=1),
        KindCount(kind="copied", out=1, in_=0),
    )
    assert counts_words(counts) == "3 replies (2 out, 1 back); 2 meetings; 1 introduction; 1 copy (1 out, 0 back)"
    line = plain(tie_line(hop(ANN, BOB, dormant=True), ME.id, details=True))
    assert line == "Ann Lee → Bob Béranger: close (0.7), dormant, last 6 April 2009, 1 message (1 out, 0 back)"


def test_reach_with_everything_and_with_nothing() -> None:
    full = Reach(
        contacts=3,
        close=1,
        familiar=2,
        slight=0,
        dormant=1,
        one_way=2,
        people=1234,
        behind=4,
        sources=(SourceReach(source="email", contacts=3, behind=4),),
        more=(Hint(kind=HintKind.MORE_MINE, count=2),),
    )
    lines = told(list(reach_lines(full, Program())))
    assert "  people you can ask     3 (1 close and 2 familiar)" in lines
    assert "  of these silent        1, for a year or more" in lines
    assert "  seen in one direction  2 people: attention is not a tie yet" in lines
    assert "  email   3            4" in lines
    assert lines[-2:] == ["  · 2 more bear your name:", "    intrograph people suggest"]
    none = Reach(
        people=0, contacts=0, close=0, familiar=0, slight=0, dormant=0, one_way=0, behind=0, sources=(), more=()
    )
    assert told(list(reach_lines(none, Program())))[1] == "  people you can ask     0"


def test_a_receipt_of_nothing() -> None:
    nothing = Receipt(accounts=0, interactions=0, addressees=0, declared=0, introductions=0, assertions=0, problems=0)
    assert told(list(receipt_lines(nothing))) == ["  nothing: there was nothing of it here"]
    some = Receipt(
        accounts=1, interactions=2, addressees=2, declared=0, introductions=0, assertions=1, problems=3, members=2
    )
    assert told(list(receipt_lines(some))) == [
        "  1 account",
        "  2 acts",
        "  2 addressees of shared acts",
        "  1 assertion of identity",
        "  2 list entries",
        "  3 lines of problems",
    ]
