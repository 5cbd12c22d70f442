"""The facts of an answer as the terminal, the exports and JSON say them: others read these sentences by script."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from dashboard.words.json import words_for
from dashboard.words.notes import hop_warnings
from dashboard.words.program import Program
from dashboard.words.proof import show_more
from dashboard.words.ways import alone, caution_words, heading, note_words
from graph.answers.answer import Answer, Caution, CautionKind, EngageKind, Engagement, Hop, Note, NoteKind, Path
from graph.answers.ask import Question
from graph.model import Closeness, SameAs
from graph.people.identity import Refusal
from graph.people.person import Person
from graph.store.features import Filters

ME, ANN, BOB = (Person(id=f"x:{place}", name=name) for place, name in enumerate(("Mia Moss", "Ann Lee", "Bob Ek")))
ANN_MAIL, ANN_BLOG, ANN_X = (
    Person(id=id_, name="Ann Lee", accounts=(id_,))
    for id_ in ("email:ann@example.org", "web:blog.example#ann lee", "x:7")
)
TWO = "Two entries here are called Ann Lee. Answered for both. They are on"
THREE = (
    "Three entries here are called Ann Lee. Answered for all. They are on email (email:ann@example.org), "
    "blog.example (web:blog.example#ann lee) and x (x:7)."
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
        Caution(kind=CautionKind.DECLARED),
        Caution(kind=CautionKind.UNSPOKEN),
        Caution(kind=CautionKind.ONE_THREAD),
        Caution(kind=CautionKind.NAME_ONLY, person=BOB),
    )
    whole = (Caution(kind=CautionKind.LONG, count=3), Caution(kind=CautionKind.ALL_DECLARED))
    steps = (hop(ME, ANN, *first), hop(ANN, BOB, *second))
    warnings = (*whole, *(replace(one, step=2) for one in second), *(replace(one, step=1) for one in first))
    way = Path(people=(ME, ANN, BOB), strength=0.25, weakest=0.5, hops=steps, warnings=warnings)
    assert list(WORDS.path_warnings(way)) == [
        "long: 3 people have to pass it on",
        "all of it was told, nothing seen",
        "You → Ann Lee: nothing since 6 April 2009",
        "You → Ann Lee: a single kind of contact only, replies",
        "Ann Lee → Bob Ek: told, not seen",
        "Ann Lee → Bob Ek: connected, but no message or reply seen",
        "Ann Lee → Bob Ek: one conversation only",
        "Ann Lee → Bob Ek: only the name is known, no address (Bob Ek)",
    ]
    assert list(hop_warnings(steps[0])) == [
        "nothing since 6 April 2009",
        "a single kind of contact only, replies",
    ]


def test_the_page_says_the_same_cautions_alone_or_behind_their_step() -> None:
    caution = Caution(kind=CautionKind.ONE_KIND, detail="message", step=2)
    assert caution_words(caution) == "Step 2: a single kind of contact only, messages"
    assert alone(caution) == "A single kind of contact only, messages"
    assert caution_words(Caution(kind=CautionKind.LONG, count=3)) == "Long: 3 people have to pass it on"


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
        (
            "1 January 2010 lies ahead: the answer is as of then if nothing more happens after today, 6 April 2009",
            None,
        ),
        ("Nobody here goes by “An Lee”: taken for Ann Lee", None),
        (
            "x:1 and x:2 are not joined, although linkedin says that they are one person: x:1 and x:3 are said to be "
            "two",
            None,
        ),
        (
            "Two entries here are called Ann Lee. They may be one person; ways may change if you say so",
            f"{start} people merge x:1 x:2",
        ),
        (
            "The only ways lead over people you protect, who are never suggested; they are listed by",
            f"{start} protect --list",
        ),
    ]
    assert [WORDS.note(note) for note in notes] == texts
    assert [note_words(note) for note in notes[:-1]] == [f"{text}." for text, _ in texts[:-1]]


def test_of_three_namesakes_the_ids_are_given_to_choose_from() -> None:
    people = tuple(replace(one, name="Ann Lee") for one in (ME, ANN, BOB))
    assert WORDS.note(Note(kind=NoteKind.NAMESAKES, name="Ann Lee", people=people)) == (
        "Three entries here are called Ann Lee. They may be one person; ways may change if you say so (x:0, x:1, x:2)",
        "intrograph --store 'my store.db' --as work people merge ID ID",
    )


@pytest.mark.parametrize(
    ("people", "maybe_one", "text", "command"),
    [
        (
            (ANN_MAIL, ANN_X),
            [(ANN_MAIL, ANN_X)],
            f"{TWO} email and x. If they are one person, say so",
            "intrograph --store 'my store.db' --as work people merge email:ann@example.org x:7",
        ),
        (
            (ANN_MAIL, ANN_X),
            [],
            f"{TWO} email (email:ann@example.org) and x (x:7). They are said to be different people; "
            "to ask for one of them, give the id",
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
    assert WORDS.note(note) == (text, command)
    assert note_words(note) is None


def test_why_an_item_is_worth_a_comment() -> None:
    wrote = Engagement(person=BOB, item="A column", url=None, title="A column", at=AT, why=EngageKind.WROTE)
    assert WORDS.engagement(wrote) == "a thoughtful comment here is seen by Bob Ek"
    assert WORDS.engagement(replace(wrote, why=EngageKind.REPLIED)) == "Bob Ek replied here"


@pytest.mark.parametrize(
    ("question", "why"),
    [
        (Question(asked="Bob"), "yet"),
        (Question(asked="Bob", k=3, filters=Filters(as_of=date(2009, 4, 6))), "yet"),
        (Question(asked="Bob", max_hops=2), "within 2 steps"),
        (Question(asked="Bob", max_hops=1), "within 1 step"),
        (Question(asked="Bob", max_hops=2, avoid=("x:1",)), "with these filters"),
        (Question(asked="Bob", min_strength=0.3), "with these filters"),
        (Question(asked="Bob", filters=Filters(kinds=frozenset({"reply"}))), "with these filters"),
    ],
)
def test_the_page_says_whether_filters_left_no_way(question: Question, why: str) -> None:
    none = Answer(asked="Bob", as_of=date(2009, 4, 6), me=ME, target=BOB)
    assert heading(none, question) == f"No way to Bob Ek {why}"


@pytest.mark.parametrize(("shown", "total", "words"), [(3, 33, "Show all 33"), (3, 53, "Show all 53")])
def test_the_button_names_what_it_lists(shown: int, total: int, words: str) -> None:
    assert show_more(shown, total) == words
    assert show_more(shown, 5_000) == "Show 50 more of 5,000"
