"""The facts of an answer as the terminal, the exports and JSON say them: others read these sentences by script."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from dashboard.words.facts import words_for
from dashboard.words.program import Program
from graph.answer import (
    Caution,
    CautionKind,
    EngageKind,
    Engagement,
    Hop,
    Note,
    NoteKind,
    Path,
    Person,
)
from graph.identity import Refusal
from graph.model import Closeness, SameAs

ME, ANN, BOB = (Person(id=f"x:{place}", name=name) for place, name in enumerate(("Mia Moss", "Ann Lee", "Bob Ek")))
ANN_MAIL, ANN_BLOG, ANN_X = (
    Person(id=id_, name="Ann Lee", accounts=(id_,))
    for id_ in ("email:ann@example.org", "web:blog.example#ann lee", "x:7")
)
THREE = (
    "3 times, on email (email:ann@example.org), blog.example (web:blog.example#ann lee) and x (x:7): "
    "answered for all of them."
)
AT = datetime(2009, 4, 6, 23, tzinfo=UTC)
WORDS = words_for(Program(store="my store.db", profile="work"))


def hop(source: Person, target: Person, *warnings: Caution) -> Hop:
    return Hop(
        source=source,
        target=target,
        strength=0.5,
        closeness=Closeness.FAMILIAR,
        dormant=False,
        last=None,
        counts=(),
        evidence=(),
        warnings=warnings,
    )


def test_cautions_of_a_way_stand_in_walking_order_after_those_of_the_whole() -> None:
    first = (Caution(kind=CautionKind.DORMANT, at=AT), Caution(kind=CautionKind.ONE_KIND, detail="reply"))
    second = (
        Caution(kind=CautionKind.TOLD),
        Caution(kind=CautionKind.UNSPOKEN),
        Caution(kind=CautionKind.ONE_THREAD),
        Caution(kind=CautionKind.NAME_ONLY, person=BOB),
    )
    whole = (Caution(kind=CautionKind.LONG, count=3), Caution(kind=CautionKind.TOLD_ONLY))
    steps = (hop(ME, ANN, *first), hop(ANN, BOB, *second))
    warnings = (*whole, *(replace(one, step=2) for one in second), *(replace(one, step=1) for one in first))
    way = Path(people=(ME, ANN, BOB), strength=0.25, weakest=0.5, hops=steps, warnings=warnings)
    assert list(WORDS.path_warnings(way)) == [
        "long: 3 people have to pass it on",
        "rests on what was told alone",
        "You → Ann Lee: dormant: nothing since 2009-04-06",
        "You → Ann Lee: a single kind of contact only: reply",
        "Ann Lee → Bob Ek: told, not seen: no message or post here proves it",
        "Ann Lee → Bob Ek: imported but never talked: connected or following, no message or reply seen",
        "Ann Lee → Bob Ek: one thread only: all their contact is one conversation",
        "Ann Lee → Bob Ek: no account or address of Bob Ek is known, only the name",
    ]
    assert list(WORDS.hop_warnings(steps[0])) == [
        "dormant: nothing since 2009-04-06",
        "a single kind of contact only: reply",
    ]


def test_notes() -> None:
    refusal = Refusal(
        join=SameAs(a="x:1", b="x:2", at=AT, source="linkedin"), blocked_by=SameAs(a="x:1", b="x:3", at=AT, same=False)
    )
    notes = (
        Note(kind=NoteKind.AHEAD, day=date(2010, 1, 1), today=date(2009, 4, 6)),
        Note(kind=NoteKind.GUESS, name="An Lee", people=(ANN,)),
        Note(kind=NoteKind.REFUSED, refusal=refusal),
        Note(kind=NoteKind.NAMESAKES, name="Ann Lee", people=(ANN, replace(BOB, name="Ann Lee"))),
        Note(kind=NoteKind.PROTECTED),
    )
    start = "intrograph --store 'my store.db' --as work"
    texts = [
        ("2010-01-01 lies ahead: the answer is as of then if nothing more happens after today, 2009-04-06", None),
        ("nobody is called 'An Lee': taken for Ann Lee", None),
        (
            "x:1 and x:2 are not joined, although linkedin says that they are one person: x:1 and x:3 are said to be "
            "two",
            None,
        ),
        (
            "Ann Lee is here 2 times, as x:1, x:2: if they are one person, say so, and ways may change",
            f"{start} people merge x:1 x:2",
        ),
        (
            "the only ways lead over people whom you protect, who are never suggested; they are listed by",
            f"{start} protect --list",
        ),
    ]
    assert [WORDS.note(note) for note in notes] == texts


@pytest.mark.parametrize(
    ("people", "maybe_one", "text", "command"),
    [
        (
            (ANN_MAIL, ANN_X),
            [(ANN_MAIL, ANN_X)],
            "twice, on email and x: answered for both. If they are one person, say so",
            "intrograph --store 'my store.db' --as work people merge email:ann@example.org x:7",
        ),
        (
            (ANN_MAIL, ANN_X),
            [],
            "twice, on email (email:ann@example.org) and x (x:7): answered for both. They are said to be different "
            "people; to ask for one of them, give the id",
            None,
        ),
        (
            (ANN_MAIL, ANN_BLOG, ANN_X),
            [(ANN_BLOG, ANN_X)],
            f"{THREE} If 'web:blog.example#ann lee' and x:7 are one person, say so",
            "intrograph --store 'my store.db' --as work people merge 'web:blog.example#ann lee' x:7",
        ),
        (
            (ANN_MAIL, ANN_BLOG, ANN_X),
            [(ANN_MAIL, ANN_X), (ANN_BLOG, ANN_X)],
            f"{THREE} If some are one person, say so",
            "intrograph --store 'my store.db' --as work people merge ID ID",
        ),
    ],
)
def test_several_asked_for_together_are_told_with_the_command_that_joins_them(
    people: tuple[Person, ...], maybe_one: list[tuple[Person, Person]], text: str, command: str | None
) -> None:
    pairs = tuple((a.id, b.id) for a, b in maybe_one)
    note = Note(kind=NoteKind.TOGETHER, name="Ann Lee", people=people, maybe_one=pairs)
    assert WORDS.note(note) == (f'"Ann Lee" is here {text}', command)


def test_why_an_item_is_worth_a_comment() -> None:
    wrote = Engagement(person=BOB, item="A column", url=None, title="A column", at=AT, why=EngageKind.WROTE)
    assert WORDS.engagement(wrote) == "a thoughtful comment here is seen by Bob Ek"
    assert WORDS.engagement(replace(wrote, why=EngageKind.REPLIED)) == "Bob Ek replied here"
