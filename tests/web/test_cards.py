"""Ways as cards: what is marked on them, and which are folded."""

from dataclasses import replace
from datetime import date

from dashboard.web.answer import show_way
from dashboard.web.cards import show_ways
from dashboard.web.choice import Choice, settle
from dashboard.words.ways import badge
from graph.answers.answer import Answer, AskedLately
from tests.web.answers import FOUR, LAST, MARTA, YOU


def test_a_way_over_somebody_asked_lately_is_marked_and_folds_by_what_it_counts() -> None:
    lately = AskedLately(asks=1, last=LAST)
    marked = tuple(replace(way, asked_lately=lately) for way in FOUR)
    paths = (*FOUR[:3], *(replace(way, strength=0.1) for way in marked[1:3]))
    answer = Answer(asked="Marta", as_of=date(2009, 4, 30), me=YOU, target=MARTA, paths=paths)
    chosen = settle(answer, Choice())
    assert chosen.shown == 3
    assert repr(show_ways(answer, Choice(whole=True), replace(chosen, shown=5))).count("asked lately") == 2
    why = "You asked Noor Haddad for an introduction in the last 30 days, so this way counts for less."
    way = replace(chosen, rank=4, path=paths[3], shown=5)
    assert why in repr(list(show_way(way)))
    assert why in repr(show_ways(answer, Choice(window=390), way))


def test_a_way_that_was_asked_for_is_not_tried_first() -> None:
    assert [badge(1, way) for way in (FOUR[0], replace(FOUR[0], asked=LAST))] == ["Try this first", None]
