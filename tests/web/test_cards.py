"""Ways as cards: what is marked on them, and which are folded."""

from dataclasses import replace
from datetime import date

from dashboard.web.cards import show_ways
from dashboard.web.choice import Choice, settle
from graph.answers.answer import Answer, AskedLately
from tests.web.answers import FOUR, LAST, MARTA, YOU


def test_a_way_over_somebody_asked_lately_is_marked_and_folds_by_what_it_counts() -> None:
    lately = AskedLately(asks=1, last=LAST)
    marked = tuple(replace(way, asked_lately=lately) for way in FOUR)
    paths = (*FOUR[:3], *(replace(way, strength=0.1) for way in marked[1:3]))
    answer = Answer(asked="Marta", as_of=date(2009, 4, 30), me=YOU, target=MARTA, paths=paths)
    chosen = settle(answer, Choice())
    assert chosen.shown == 3
    shown = repr(show_ways(answer, Choice(whole=True), replace(chosen, shown=5)))
    assert shown.count("asked lately") == 2
    assert "You asked Noor Haddad for an introduction in the last 30 days, so this way counts for less." in shown
