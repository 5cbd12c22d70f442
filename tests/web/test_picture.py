from itertools import combinations, pairwise
from math import dist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from dashboard.web.lanes import BOTTOM, LANE, LEFT, NARROW_LANE, RIGHT, TOP, arrange
from dashboard.web.picture import draw_ways
from dashboard.web.places import place_words
from dashboard.web.routes import points
from dashboard.web.sketch import Figure, Sketch
from graph.answers.answer import Path
from tests.web.answers import ELIF, FOUR, INES, MARTA, NOOR, TOMAS, YOU, answers, person, way

SVG = "{http://www.w3.org/2000/svg}"
WIDTH = 682


def drawn(paths: tuple[Path, ...], chosen: int = 1, step: int = 1, width: int = WIDTH, **more: bool) -> etree._Element:
    text = draw_ways(paths, me=paths[0].people[0].id, chosen=chosen, step=step, width=width, **more)
    return etree.fromstring(text.encode())


def keyed(picture: etree._Element) -> dict[str, etree._Element]:
    elements = {str(one.get("data-key")): one for one in picture.iter() if one.get("data-key")}
    assert len(elements) == sum(one.get("data-key") is not None for one in picture.iter())
    return elements


def steps(picture: etree._Element) -> list[etree._Element]:
    return [one for one in picture.iter(f"{SVG}path") if "step" in str(one.get("class")).split()]


def where(layout: Sketch) -> dict[str, tuple[float, float]]:
    return {node.person.name + " again" * node.again: node.at for node in layout.nodes}


# --- whatever the answer ---------------------------------------------------------------------------------------------


@given(paths=answers(), data=st.data(), standalone=st.booleans())
@settings(max_examples=30)
def test_any_answer_is_drawn_whole(paths: tuple[Path, ...], data: st.DataObject, standalone: bool) -> None:
    chosen = data.draw(st.integers(0, len(paths)))
    picture = drawn(paths, chosen, 1, standalone=standalone)

    keys = keyed(picture)
    everybody = {one.id for path in paths for one in path.people}
    assert {key[5:].split(":again")[0] for key in keys if key.startswith("node:")} == everybody
    every_step = {f"{way}:{number}" for way, path in enumerate(paths, 1) for number in range(1, len(path.people))}
    assert {key.removeprefix("way-line:") for key in keys if key.startswith("way-line:")} == every_step
    if standalone:
        assert steps(picture) == []
    else:
        assert {f"{one.get('data-way')}:{one.get('data-step')}" for one in steps(picture)} == every_step
        assert len(steps(picture)) == len(every_step)


@given(paths=answers(), data=st.data())
@settings(max_examples=30)
def test_nothing_moves_when_another_way_is_chosen(paths: tuple[Path, ...], data: st.DataObject) -> None:
    def fixed(chosen: int, step: int) -> list[tuple[str, ...]]:
        places = ("data-key", "d", "cx", "cy", "r", "x", "y", "data-from", "data-to", "data-way", "data-step")
        return [
            (str(one.tag), str(one.text), *(str(one.get(name)) for name in places))
            for one in drawn(paths, chosen, step).iter()
            if not any("word" in str(above.get("class")).split() for above in (one, *one.iterancestors()))
        ]

    one, other = (data.draw(st.sampled_from(range(1, len(paths) + 1))) for _ in range(2))
    assert fixed(one, 1) == fixed(other, len(paths[other - 1].hops))


@given(paths=answers(), width=st.integers(200, 1000), data=st.data())
@settings(max_examples=50)
def test_nobody_covers_anybody_and_all_is_inside(paths: tuple[Path, ...], width: int, data: st.DataObject) -> None:
    layout = arrange(paths, width)

    for one, other in combinations(layout.nodes, 2):
        assert dist(one.at, other.at) >= one.role.value + other.role.value
        for box in one.boxes():
            for other_box in other.boxes():
                apart = (
                    box[2] <= other_box[0] or other_box[2] <= box[0] or box[3] <= other_box[1] or other_box[3] <= box[1]
                )
                assert apart, (one, other)
    chosen = data.draw(st.integers(1, len(paths)))
    words = place_words(layout, chosen, 1, only_chosen=False).values()
    boxes = [*(box for node in layout.nodes for box in node.boxes()), *(word.box for word in words)]
    boxes += [(x, y, x, y) for step in layout.steps for x, y in points(step.line)]
    assert all(box[0] >= 0 and box[1] >= 0 and box[2] <= layout.width and box[3] <= layout.height for box in boxes)
    assert layout.width >= width or layout.width == pytest.approx(width)


@given(paths=answers())
@settings(max_examples=30)
def test_lines_run_from_left_to_right_and_through_nobody(paths: tuple[Path, ...]) -> None:
    layout = arrange(paths, WIDTH)

    for step in layout.steps:
        assert all(left.end == right.start for left, right in pairwise(step.line))
        assert all(piece.start[0] < piece.end[0] for piece in (*step.line, *step.bridge))
        for place, node in enumerate(layout.nodes):
            if place not in step.ends:
                assert all(dist(point, node.at) > node.role.value for point in points(step.line))


# --- by example ------------------------------------------------------------------------------------------------------


def test_people_stand_in_the_column_of_their_last_place_and_in_the_lane_of_their_best_way() -> None:
    layout = arrange(FOUR, WIDTH)
    gap = (WIDTH - LEFT - RIGHT) / 4.4

    assert where(layout) == {
        "You": pytest.approx((LEFT, TOP + 1.5 * LANE)),
        "Tomás Birch": pytest.approx((LEFT + 1.3 * gap, TOP)),
        "Ines Okoye": pytest.approx((LEFT + 3.3 * gap, TOP)),
        "Noor Haddad": pytest.approx((LEFT + 1.3 * gap, TOP + LANE)),
        "Elif Sandström": pytest.approx((LEFT + 1.3 * gap, TOP + 2 * LANE)),
        "Priya Lund": pytest.approx((LEFT + 1.3 * gap, TOP + 3 * LANE)),
        "Olu Farrow": pytest.approx((LEFT + 2.3 * gap, TOP + 3 * LANE)),
        "Marta Quill": pytest.approx((WIDTH - RIGHT, TOP + 1.5 * LANE)),
    }
    assert (round(layout.width), layout.height) == (WIDTH, TOP + 3 * LANE + BOTTOM)


def test_lines_change_lanes_in_the_middle_half_of_a_gap() -> None:
    layout = arrange(FOUR, WIDTH)
    gap = (WIDTH - LEFT - RIGHT) / 4.4
    to_marta = next(step for step in layout.steps if (step.way, step.number) == (2, 2)).line
    (turn,) = (piece for piece in to_marta if not piece.level)

    assert turn.start == pytest.approx((WIDTH - RIGHT - 1.1 * gap * 3 / 4, TOP + LANE))
    assert turn.end == pytest.approx((WIDTH - RIGHT - 1.1 * gap / 4, TOP + 1.5 * LANE))


def test_one_way_is_a_straight_lane_with_equal_gaps_and_no_rank() -> None:
    paths = (way("c f", YOU, NOOR, MARTA),)
    places = where(arrange(paths, 512))

    assert [places[name] for name in ("You", "Noor Haddad", "Marta Quill")] == [(42, TOP), (242, TOP), (442, TOP)]
    assert keyed(drawn(paths))["rank:1"].get("class") == "rank on quiet"


def test_who_can_be_asked_directly_is_asked_along_a_straight_line() -> None:
    paths = (way("c f", YOU, NOOR, MARTA), way("s", YOU, MARTA), way("s c", YOU, ELIF, MARTA))
    layout = arrange(paths, WIDTH)
    direct = next(step for step in layout.steps if step.way == 2)

    assert where(layout)["You"][1] == where(layout)["Marta Quill"][1] == TOP + LANE
    assert all(piece.level for piece in direct.line)


def test_a_narrow_picture_keeps_its_gaps_and_is_scrolled() -> None:
    assert arrange(FOUR, 390).width == pytest.approx(LEFT + RIGHT + 4.4 * 92)
    assert arrange(FOUR, 520).width == pytest.approx(520)


def test_a_gap_is_not_so_narrow_that_it_cuts_a_name_that_has_room_otherwise() -> None:
    long = person("Ida Vandenbroucke")
    paths = (way("c c c c", YOU, TOMAS, INES, long, MARTA), way("c f", YOU, NOOR, MARTA))
    (drawn,) = (node.name for node in arrange(paths, 560).nodes if node.person == long)

    assert drawn == ("Ida", "Vandenbroucke")
    assert arrange(paths, 560).width == pytest.approx(LEFT + RIGHT + 4.4 * 112)
    assert arrange(paths, 610).width == pytest.approx(610)


def test_more_than_five_lanes_stand_closer_and_tell_closeness_on_the_chosen_way_only() -> None:
    crowd = [person(f"Contact {letter}") for letter in "ABCDEF"]
    paths = tuple(way("c f", YOU, one, MARTA) for one in crowd)
    layout = arrange(paths, WIDTH)
    seen = {
        key
        for key, one in keyed(drawn(paths, 3)).items()
        if key[:5] == "word:" and "quiet" not in str(one.get("class"))
    }

    assert where(layout)["Contact F"][1] == TOP + 5 * NARROW_LANE
    assert seen == {"word:3:1", "word:3:2"}


def test_who_would_close_a_circle_is_drawn_again() -> None:
    paths = (way("c c c", YOU, TOMAS, INES, MARTA), way("c s c", YOU, INES, TOMAS, MARTA))
    places = where(arrange(paths, WIDTH))
    again = keyed(drawn(paths))[f"node:{TOMAS.id}:again"]

    assert places["Tomás Birch again"][0] > places["Ines Okoye"][0]
    assert again.get("class") == "node person again"
    assert [text.text for text in again.iter(f"{SVG}text")] == ["TB", "Tomás Birch", "again"]


def test_a_way_that_skips_somebody_goes_around_them() -> None:
    paths = (way("c c c", YOU, TOMAS, INES, MARTA), way("c s", YOU, TOMAS, MARTA))
    layout = arrange(paths, WIDTH)
    skipping = next(step for step in layout.steps if (step.way, step.number) == (2, 2))

    assert layout.lanes == 2
    assert max(y for _, y in points(skipping.line)) == TOP + LANE


def test_two_of_one_name_stand_by_their_own_ways_and_are_told_apart() -> None:
    mail = person("Jonas Weller", "Weller Consulting", "email:jonas@example.org", "forum:jonas")
    linked = person("Jonas Weller", "Weller Consulting", "linkedin:in/jonas")
    paths = (way("c f", YOU, NOOR, mail), way("c f", YOU, ELIF, mail), way("s", YOU, linked))
    layout = arrange(paths, WIDTH)
    first, second = (node for node in layout.nodes if node.role is Figure.TARGET)
    picture = keyed(drawn(paths, 1))

    assert (first.at[1], second.at[1]) == (TOP + LANE / 2, TOP + 2 * LANE)
    assert (first.second, second.second) == (("mail, forum",), ("LinkedIn",))
    assert picture["node:email:jonas@example.org"].get("class") == "node target on"
    assert picture["node:linkedin:in/jonas"].get("class") == "node target"


def test_targets_whose_ways_lie_between_each_other_keep_apart() -> None:
    others = [person(f"Contact {letter}") for letter in "ABC"]
    one, two = person("Ada Vane"), person("Bo Vane")
    paths = tuple(way("c f", YOU, between, end) for between, end in zip(others, (one, two, one), strict=True))
    places = where(arrange(paths, WIDTH))

    assert abs(places["Ada Vane"][1] - places["Bo Vane"][1]) >= LANE


def test_closeness_is_weight_dormancy_dashes_and_what_is_told_is_dotted() -> None:
    paths = (way("c fd st", YOU, TOMAS, INES, MARTA),)
    lines = [one.get("class") for key, one in keyed(drawn(paths)).items() if key.startswith("top-line:")]

    assert lines == ["line close", "line familiar dormant", "line slight told"]


def test_dormant_stands_on_a_second_line_on_a_curve() -> None:
    picture = keyed(drawn((way("fd fd", YOU, ELIF, MARTA), way("c c", YOU, NOOR, MARTA), way("c", YOU, MARTA))))

    assert [text.text for text in picture["word:1:1"].iter(f"{SVG}text")] == ["familiar", "dormant"]
    assert [text.text for text in keyed(drawn((way("fd", YOU, MARTA),)))["word:1:1"].iter(f"{SVG}text")] == [
        "familiar, dormant"
    ]


def test_the_steps_of_the_chosen_way_are_buttons_in_walking_order() -> None:
    buttons = [one for one in steps(drawn(FOUR, 1, 2)) if one.get("role") == "button"]

    assert [one.get("aria-label") for one in buttons] == [
        "Step 1: You to Tomás Birch, close, last 15 April 2009",
        "Step 2: Tomás Birch to Ines Okoye, close, last 15 April 2009",
        "Step 3: Ines Okoye to Marta Quill, close, last 15 April 2009",
    ]
    assert [one.get("aria-pressed") for one in buttons] == ["false", "true", "false"]
    assert [(one.get("data-from"), one.get("data-to")) for one in buttons][1] == ("Tomás Birch", "Ines Okoye")
    others = [one for one in steps(drawn(FOUR, 1, 2)) if one not in buttons and one.get("role") != "button"]
    assert all(one.get("tabindex") is None and one.get("aria-hidden") == "true" for one in others)


def test_a_step_says_that_it_is_dormant_told_or_undated() -> None:
    undated = way("ct", YOU, MARTA)
    label = {one.get("data-step"): one.get("aria-label") for one in steps(drawn((way("fd st", YOU, ELIF, MARTA),)))}

    assert label["1"] == "Step 1: You to Elif Sandström, familiar, dormant, last 15 April 2009"
    assert label["2"] == "Step 2: Elif Sandström to Marta Quill, slight, told, not seen"
    assert undated.hops[0].last is None


def test_a_line_that_two_ways_share_is_pressed_for_the_chosen_one() -> None:
    picture = keyed(drawn(FOUR, 4, 4))

    assert picture["step:1:3"].get("class") == "step under"
    assert picture["step:4:4"].get("class") == "step"
    assert picture["word:1:3"].get("class") == "word quiet"
    assert picture["word:4:4"].get("class") == "word on chosen"


def test_the_rank_at_a_first_person_is_the_best_or_the_chosen_one() -> None:
    paths = (*FOUR, way("c s c", YOU, NOOR, INES, MARTA))
    seen = [
        [
            key
            for key, one in keyed(drawn(paths, chosen)).items()
            if key[:5] == "rank:" and "quiet" not in str(one.get("class"))
        ]
        for chosen in (1, 5)
    ]

    assert seen == [["rank:1", "rank:2", "rank:3", "rank:4"], ["rank:1", "rank:3", "rank:4", "rank:5"]]


def test_what_is_for_other_eyes_tells_neither_closeness_nor_organisations() -> None:
    paths = (way("c fd st", YOU, TOMAS, INES, MARTA), way("s c", YOU, NOOR, MARTA))
    text = draw_ways(paths, me=YOU.id, chosen=1, step=1, width=WIDTH, standalone=True)
    picture = etree.fromstring(text.encode())
    seen = {
        word for one in picture.iter() if one.tag != f"{SVG}style" for word in f"{one.get('class')} {one.text}".split()
    }

    assert not seen & {"dormant", "told", "slight", "familiar", "Birch & Daughter", "Ledger", "Bakery"}
    assert not picture.xpath("//*[@tabindex or @role='button' or @aria-hidden]")
    assert picture[0].text == "2 ways to Marta Quill"
    style = picture.findtext(f"{SVG}style") or ""
    assert "var(" not in style
    assert "#0b6b73" in style.lower()


def test_for_oneself_it_tells_closeness_once_a_line() -> None:
    text = draw_ways(FOUR, me=YOU.id, chosen=4, step=1, width=WIDTH, standalone=True, closeness=True)
    picture = etree.fromstring(text.encode())
    groups = [one for one in picture.iter(f"{SVG}g") if str(one.get("class")).split()[0] == "word"]
    told = [str(text.text) for one in groups for text in one]

    assert sorted(told) == ["close"] * 7 + ["dormant"] + ["familiar"] * 3
    assert not picture.xpath("//*[@tabindex or @role='button' or @aria-hidden]")


def test_without_a_choice_no_way_is_emphasised() -> None:
    on = {key for key, one in keyed(drawn(FOUR, 0)).items() if "on" in str(one.get("class")).split()}

    assert on == {f"node:{YOU.id}", f"node:{MARTA.id}"}


def test_hostile_and_endless_names_are_written_safely() -> None:
    endless = person("A" * 10_000_000, None, "forum:long")
    hostile = person("</text><script>alert(1)</script>", '"><b>', "forum:bad")
    picture = draw_ways((way("c c c", YOU, endless, hostile, MARTA),), me=YOU.id, chosen=1, step=1, width=WIDTH)

    assert len(picture) < 20_000
    assert "<script" not in picture
    etree.fromstring(picture.encode())
