"""Reach says how many people I can ask, how many stand behind them, by source, and what would show more."""

import pytest
from msgspec.structs import replace

from graph.answers.answer import HintKind
from graph.answers.reach import SourceReach, look_around, measure_reach
from graph.errors import UnknownMeError
from graph.model import Account, Kind, Rule
from graph.store.features import Filters
from graph.store.store import Store
from graph.ties.nodes import locate_people
from graph.ties.ties import load_ties, refresh_ties
from tests.graph.records import ME, NOW, act, both_ways, days_ago, fill, known

TODAY = NOW.date()


def test_reach_counts_contacts_and_the_people_behind_them_by_source(store: Store) -> None:
    store.set_profile("me", [ME])
    mails = [act(*pair, at=days_ago(1), read_by="email") for pair in ((ME, "x:1"), ("x:1", ME), (ME, "x:2"))]
    posts = [act(*pair, Kind.REPLY, at=days_ago(1), read_by="x-archive") for pair in (("x:1", "x:5"), ("x:5", "x:1"))]
    fill(store, mails, posts, known(ME, "x:3"), known("x:3", "x:5"), both_ways("x:8", "x:9"))
    reach = measure_reach(store, refresh_ties(store, TODAY), "me", TODAY)
    assert (reach.people, reach.contacts, reach.one_way, reach.behind) == (6, 2, 1, 1)
    assert (reach.close, reach.familiar + reach.slight) == (1, 1)
    assert reach.sources == (
        SourceReach(source="email", contacts=1, behind=0),
        SourceReach(source="x-archive", contacts=0, behind=1),
        SourceReach(source="", contacts=1, behind=1, tellers=("you",)),
    )
    assert [hint.kind for hint in reach.more] == [HintKind.OWN_HALF]


def test_what_was_told_goes_by_who_told_it(store: Store) -> None:
    store.set_profile("me", [ME])
    fill(store, replace(known(ME, "x:1"), by=Account(id="x:9")))
    (told,) = measure_reach(store, refresh_ties(store, TODAY), "me", TODAY).sources
    assert (told.source, told.tellers) == ("", ("others",))
    fill(store, replace(known(ME, "x:2"), by=Account(id=ME)))
    (told,) = measure_reach(store, refresh_ties(store, TODAY), "me", TODAY).sources
    assert told.tellers == ("you", "others")


def test_dormant_contacts_are_counted(store: Store) -> None:
    store.set_profile("me", [ME])
    fill(store, both_ways(ME, "x:1", days=400), both_ways(ME, "x:2", days=300))
    assert measure_reach(store, refresh_ties(store, TODAY), "me", TODAY).dormant == 1


def test_without_ties_reach_says_what_would_prove_some(store: Store) -> None:
    store.set_profile("me", [ME])
    fill(store, act(ME, "x:1", Kind.LIKE))
    reach = measure_reach(store, refresh_ties(store, TODAY), "me", TODAY)
    assert (reach.contacts, reach.behind) == (0, 0)
    assert [hint.kind for hint in reach.more] == [HintKind.NO_TIES]


def test_enough_behind_needs_no_advice(store: Store) -> None:
    store.set_profile("me", [ME])
    fill(store, known(ME, "x:1"), *(known("x:1", f"x:{number}") for number in range(2, 5)))
    assert measure_reach(store, refresh_ties(store, TODAY), "me", TODAY).more == ()


def test_nobody_is_asked_who_is_protected_nor_reached_over_them(store: Store) -> None:
    store.set_profile("me", [ME])
    store.set_rule(Rule(kind="protect", value="x:1"), on=True)
    fill(store, known(ME, "x:1"), known(ME, "x:2"), known("x:1", "x:3"), known("x:2", "x:4"), known("x:2", "x:1"))
    reach = measure_reach(store, refresh_ties(store, TODAY), "me", TODAY)
    ties = load_ties(store, Filters(), TODAY)
    nodes = locate_people(store, ties.nodes, [ME, "x:1"])
    view = look_around(ties, nodes[ME], [nodes["x:1"]])
    assert [(one.contacts, one.close, one.behind) for one in (reach, view)] == [(1, 1, 1)] * 2


def test_an_unknown_profile_is_refused(store: Store) -> None:
    fill(store, act(ME, "x:1", Kind.LIKE))
    with pytest.raises(UnknownMeError):
        measure_reach(store, refresh_ties(store, TODAY), "me", TODAY)
