from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from dashboard.web.gap import draw_gap
from graph.model import Closeness
from graph.people.person import Person
from tests.web.answers import ELIF, INES, MARTA, NOOR, OLU, PRIYA, TOMAS, YOU, anything

SVG = "{http://www.w3.org/2000/svg}"
CONTACTS = [(NOOR, Closeness.CLOSE, False), (TOMAS, Closeness.CLOSE, False), (ELIF, Closeness.FAMILIAR, True)]
ANSWERED = [(INES, Closeness.FAMILIAR), (OLU, Closeness.SLIGHT)]


def nodes(picture: etree._Element) -> dict[str, tuple[str, float, float]]:
    """Give each person's class and place by their name, from the top of each side down."""
    return {
        str(group.findtext(f"{SVG}title")).split(",")[0]: (
            str(group.get("class")),
            float(disc.get("cx", 0)),
            float(disc.get("cy", 0)),
        )
        for group in picture.iter(f"{SVG}g")
        for disc in group.findall(f"{SVG}circle")
        if disc.get("class") == "disc"
    }


def gap(near: tuple[Person, str] | None = None, more: int = 0) -> etree._Element:
    return etree.fromstring(draw_gap(YOU, CONTACTS, more, ANSWERED, MARTA, near).encode())


def texts(picture: etree._Element, name: str) -> list[str]:
    return [str(one.text) for one in picture.iter(f"{SVG}text") if one.get("class") == name]


def test_contacts_stand_left_and_whom_the_target_answers_right_with_nothing_between() -> None:
    picture = gap(more=1200)
    placed = nodes(picture)

    assert [placed[name][1] for name in ("You", "Noor Haddad", "Ines Okoye", "Marta Quill")] == [30, 144, 350, 454]
    assert placed["Noor Haddad"][2] < placed["Tomás Birch"][2] < placed["Elif Sandström"][2]
    assert texts(picture, "small") == ["nothing", "seen between", "and 1,200 more"]
    lines = [one.get("class") for one in picture.iter(f"{SVG}path")]
    assert lines == ["line close", "line close", "line familiar dormant", "line familiar", "line slight"]
    assert picture.get("aria-hidden") == "true"


def test_what_was_told_only_is_dotted() -> None:
    told = {(YOU.id, TOMAS.id), (INES.id, MARTA.id)}
    picture = etree.fromstring(draw_gap(YOU, CONTACTS, 0, ANSWERED, MARTA, None, told=told).encode())
    dotted = [str(one.get("class")) for one in picture.iter(f"{SVG}path") if "told" in str(one.get("class")).split()]
    assert dotted == ["line close told", "line familiar told"]


def test_who_comes_nearest_stands_on_top_with_an_arrow() -> None:
    picture = gap((ELIF, "mentioned once, no answer seen"))
    placed = nodes(picture)

    assert placed["Elif Sandström"][0] == "node person on"
    assert placed["Elif Sandström"][2] < placed["Noor Haddad"][2] < placed["Tomás Birch"][2]
    assert placed["Ines Okoye"][2] > placed["Elif Sandström"][2]
    assert texts(picture, "how") == ["mentioned once, no answer seen"]


def test_who_comes_nearest_joins_the_contacts_if_left_out_of_them() -> None:
    picture = gap((PRIYA, "liked once"), more=2)

    assert nodes(picture)["Priya Lund"][0] == "node person on"
    assert texts(picture, "small")[-1] == "and 1 more"


def test_many_whom_the_target_answers_are_counted() -> None:
    answered = [(Person(id=f"forum:{number}", name=f"Contact {number}"), Closeness.SLIGHT) for number in range(8)]
    picture = etree.fromstring(draw_gap(YOU, [], 0, answered, MARTA, None).encode())

    assert texts(picture, "small")[-1] == "and 3 more"


@given(
    names=st.lists(anything, min_size=8, max_size=8),
    left=st.integers(0, 3),
    right=st.integers(0, 3),
    near=st.none() | st.tuples(st.integers(0, 5), anything),
)
@example(
    names=[""] * 7 + ["@" + "\u0e5c" * 5 + "、"], left=0, right=0, near=None
)  # a name in two lines, and nobody else
@settings(max_examples=60)
def test_anybody_is_drawn_inside(names: list[str], left: int, right: int, near: tuple[int, str] | None) -> None:
    people = [Person(id=f"forum:{number}", name=name) for number, name in enumerate(names)]
    contacts = [(one, Closeness.CLOSE, False) for one in people[:left]]
    answered = [(one, Closeness.SLIGHT) for one in people[3 : 3 + right]]
    nearest = (people[near[0]], near[1]) if near else None
    picture = etree.fromstring(draw_gap(people[6], contacts, 0, answered, people[7], nearest).encode())

    width, height = float(picture.get("width", 0)), float(picture.get("height", 0))
    for one in picture.iter():
        x, y = float(one.get("x") or one.get("cx") or 0), float(one.get("y") or one.get("cy") or 0)
        assert 0 <= x <= width
        assert 0 <= y <= height
        assert y + float(one.get("height", 0)) <= height or one is picture
