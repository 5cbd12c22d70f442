from collections import Counter
from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from dashboard.web.timeline import draw_strip, draw_timeline
from graph.answers.contacts import Month
from tests.web.answers import anything

SVG = "{http://www.w3.org/2000/svg}"
SINCE, UNTIL = date(2008, 7, 3), date(2009, 4, 30)
KINDS = ["reply", "comment", "mention", "quote", "repost", "like", "message", "meeting", "call", "introduction"]


def acts(month: date, kind: str = "reply", out: int = 0, in_: int = 0) -> Month:
    return Month(month=month, kind=kind, out=out, in_=in_)


def timeline(*months: Month, since: date = SINCE, until: date = UNTIL, **more: float) -> etree._Element:
    drawn = draw_timeline(months, first="Ines", second="Marta", since=since, until=until, **more)
    return etree.fromstring(drawn.svg.encode())


def marks(picture: etree._Element, month: str = "") -> Counter[str]:
    """Count the marks, of one month or of all, by their classes."""
    return Counter(
        str(one.get("class")).removeprefix("mark ")
        for group in picture.iter(f"{SVG}g")
        if str(group.get("data-month")).startswith(month or "2")
        for one in group
        if str(one.get("class")).startswith("mark ")
    )


def texts(picture: etree._Element, name: str) -> list[str]:
    return [str(one.text) for one in picture.iter(f"{SVG}text") if one.get("class") == name]


def columns(picture: etree._Element) -> list[str]:
    return [str(one.get("data-month")) for one in picture.iter(f"{SVG}g") if one.get("data-month")]


def test_each_act_is_a_mark_in_its_month_on_the_side_of_who_acted() -> None:
    picture = timeline(
        acts(date(2008, 8, 1), out=3, in_=2),
        acts(date(2009, 4, 1), kind="comment", out=1),
        acts(date(2009, 4, 1), out=1, in_=1),
    )

    assert len(columns(picture)) == 10
    assert marks(picture, "2008-08") == {"out": 3, "in": 2}
    assert marks(picture, "2009-04") == {"hollow out": 1, "out": 1, "in": 1}
    heights = [float(one.get("cy", 0)) for one in picture.iter(f"{SVG}circle") if one.get("class") == "mark out"]
    assert heights[:3] == [61, 52.4, 43.8]
    assert picture.get("aria-hidden") == "true"


def test_what_both_did_together_stands_on_the_axis_once() -> None:
    picture = timeline(acts(date(2008, 9, 1), kind="meeting", out=2, in_=2), acts(date(2008, 9, 1), out=1))

    assert marks(picture) == {"both": 2, "out": 1}


def test_kinds_have_shapes() -> None:
    picture = timeline(*(acts(date(2008, 9, 1), kind=kind, out=1) for kind in ("mention", "like", "reply")))
    shapes = [str(one.tag).removeprefix(SVG) for one in picture.iter() if str(one.get("class")).startswith("mark")]

    assert shapes == ["circle", "path", "circle"]
    assert marks(picture) == {"hollow out": 1, "out": 2}


def test_labels_are_the_first_month_each_january_and_what_has_room() -> None:
    assert texts(timeline(), "label") == ["Jul 2008", "Sep", "Oct", "Nov", "Jan 2009", "Mar", "Apr"]
    assert [one.get("class") for one in timeline().iter(f"{SVG}line")] == ["axis", "year"]


def test_more_than_six_marks_in_a_month_make_bars_with_a_shade_a_kind() -> None:
    picture = timeline(acts(date(2008, 8, 1), out=7), acts(date(2008, 8, 1), kind="message", in_=3, out=1))
    tall = [float(one.get("height", 0)) for one in picture.iter(f"{SVG}rect") if "mark" in str(one.get("class"))]

    assert marks(picture) == {"out shade-0": 1, "out shade-1": 1, "in shade-1": 1}
    assert [round(height / tall[1]) for height in tall] == [7, 1, 3]


@pytest.mark.parametrize(
    ("since", "first", "until", "last", "how_many"),
    [
        (date(2006, 5, 1), "2006-05", "2006-05", "2009-04", 36),
        (date(2006, 4, 1), "2006-04", "2006-06", "2009-04", 13),
        (date(1997, 5, 9), "1997-04", "1997-06", "2009-04", 49),
        (date(1997, 4, 1), "1997-01", "1997-12", "2009-01", 13),
    ],
)
def test_long_times_are_drawn_by_quarters_and_years(
    since: date, first: str, until: str, last: str, how_many: int
) -> None:
    picture = timeline(acts(date(2008, 8, 1), out=1), since=since)
    (group, *_) = (one for one in picture.iter(f"{SVG}g") if one.get("data-month"))

    assert (columns(picture)[0], group.get("data-until"), columns(picture)[-1]) == (first, until, last)
    assert len(columns(picture)) == how_many
    assert marks(picture) == {"out": 1}


def test_years_are_named_where_they_begin() -> None:
    assert texts(timeline(since=date(2005, 8, 1)), "label") == ["2005", "2006", "2007", "2008", "2009"]
    assert texts(timeline(since=date(1990, 1, 1)), "label")[:3] == ["1990", "1992", "1994"]


def test_acts_before_what_is_drawn_are_left_out_and_later_ones_lengthen_it() -> None:
    picture = timeline(acts(date(2009, 5, 1), out=1), acts(date(2008, 6, 1), out=1))

    assert marks(picture) == marks(picture, "2009-05") == {"out": 1}
    assert columns(picture)[-1] == "2009-05"


def test_what_is_dated_tomorrow_is_drawn() -> None:
    picture = timeline(acts(date(2009, 5, 1), out=1), since=date(2009, 5, 1))

    assert columns(picture) == ["2009-05"]
    assert marks(picture) == {"out": 1}


@pytest.mark.parametrize("most", [6, 40])
def test_no_mark_and_no_bar_covers_who_acts_towards_whom(most: int) -> None:
    picture = timeline(acts(date(2008, 7, 1), out=most, in_=most))
    above, below = (float(one.get("y", 0)) for one in picture.iter(f"{SVG}text") if one.get("class") == "side")
    drawn = [one for one in picture.iter() if str(one.get("class")).startswith("mark ")]
    tops = [float(one.get("y") or float(one.get("cy", 0)) - 3.5) for one in drawn]
    ends = [top + float(one.get("height", 7)) for top, one in zip(tops, drawn, strict=True)]

    assert above + 3 <= min(tops)
    assert max(ends) <= below - 10


def test_shades_are_told_for_a_legend_where_acts_are_bars() -> None:
    def shades(many: int) -> Mapping[str, str]:
        held = [acts(date(2008, 8, 1), out=many), acts(date(2008, 8, 1), kind="message", out=1)]
        held.append(acts(date(2008, 8, 1), kind="call", out=1, in_=1))
        return draw_timeline(held, first="Ines", second="Marta", since=SINCE, until=UNTIL).shades

    assert shades(5) == {}
    assert shades(6) == {"reply": "shade-0", "message": "shade-1"}


months = st.builds(
    Month,
    month=st.dates(date(1971, 1, 1), date(2030, 1, 1)).map(lambda day: day.replace(day=1)),
    kind=st.sampled_from(KINDS),
    out=st.integers(0, 40),
    in_=st.integers(0, 40),
)


@given(
    held=st.lists(months, max_size=30),
    days=st.tuples(st.dates(date(1971, 1, 1), date(2030, 1, 1)), st.dates(date(1971, 1, 1), date(2030, 1, 1))),
    names=st.tuples(anything, anything),
    size=st.sampled_from([(352, 158), (358, 158), (860, 132)]),
)
@settings(max_examples=80)
def test_any_time_is_drawn_inside(
    held: list[Month], days: tuple[date, date], names: tuple[str, str], size: tuple[int, int]
) -> None:
    since, until = sorted(days)
    width, height = size
    first, second = names
    drawn = draw_timeline(held, first=first, second=second, since=since, until=until, width=width, height=height)
    picture = etree.fromstring(drawn.svg.encode())

    for one in picture.iter(f"{SVG}rect", f"{SVG}circle"):
        x, y = float(one.get("x") or one.get("cx") or 0), float(one.get("y") or one.get("cy") or 0)
        assert x >= -0.1
        assert x + float(one.get("width", 0)) <= width + 0.1
        assert y >= -0.1
        assert y + float(one.get("height", 0)) <= height + 0.1
    assert len(set(columns(picture))) == len(columns(picture)) <= 60


def test_the_strip_stacks_the_others_on_the_chosen_way() -> None:
    text = draw_strip(
        [(date(2008, 12, 1), 2, 4), (date(2009, 2, 1), 1, 0), (date(2009, 9, 1), 9, 9)],
        width=400,
        since=date(2008, 11, 5),
        until=date(2009, 2, 3),
    )
    picture = etree.fromstring(text.encode())
    bars = {
        (group.get("data-month"), one.get("class")): (float(one.get("y", 0)), float(one.get("height", 0)))
        for group in picture.iter(f"{SVG}g")
        for one in group.iter(f"{SVG}rect")
        if group.get("data-month")
    }

    assert columns(picture) == ["2008-11", "2008-12", "2009-01", "2009-02"]
    some = [("2008-12", "mine"), ("2008-12", "others"), ("2009-02", "mine"), ("2009-01", "others")]
    assert [bars[one] for one in some] == [(34, 14), (6, 28), (41, 7), (48, 0)]
    assert texts(picture, "label") == ["2008", "2009"]


def test_years_of_a_long_strip_keep_apart() -> None:
    picture = etree.fromstring(draw_strip([], width=200, since=date(1990, 6, 1), until=date(2009, 1, 1)).encode())

    assert 3 <= len(texts(picture, "label")) <= 5


def test_a_month_tells_what_happened_in_it() -> None:
    months = [
        Month(month=date(2009, 3, 1), kind="reply", out=2, in_=1),
        Month(month=date(2009, 3, 1), kind="call", out=1, in_=0),
    ]
    drawn = draw_timeline(months, first="Ann", second="Bob", since=date(2009, 3, 1), until=date(2009, 4, 30))

    assert "<title>Mar 2009: 3 replies, 1 call</title>" in drawn.svg
    assert "<title>Apr 2009: nothing</title>" in drawn.svg
