"""People, ties and the NetworkX graph, read from a store."""

from datetime import date

import networkx as nx
import pytest

from graph.answers.answer import KindCount
from graph.export.networkx import to_networkx
from graph.export.read import read_people, read_ties
from graph.export.tables import TieRecord
from graph.model import Account, Introduction, IntroductionState, IntroductionStep, Kind, Member, SameAs
from graph.store.features import Filters
from graph.store.store import Store
from graph.ties.ties import evaluate_pairs
from tests.graph.records import NOW, act, both_ways, days_ago, fill, known, named

TODAY = date(2020, 6, 15)
ANN, ANN_X, BO, CY, DI = "email:ann@example.org", "x:1", "x:2", "x:3", "x:4"


@pytest.fixture
def filled(store: Store) -> Store:
    met = IntroductionStep(state=IntroductionState.MET, at=days_ago(3))
    fill(
        store,
        named(ANN, "Ann Lee", org="Example"),
        named(BO, "Bo"),
        both_ways(ANN_X, BO, days=10, count=2),
        act(ANN, BO, Kind.MENTION, at=days_ago(5)),
        act(BO, CY, Kind.LIKE, at=days_ago(400)),
        known(CY, DI),
        SameAs(a=ANN, b=ANN_X, at=NOW),
        Introduction(by=Account(id=BO), person=Account(id=ANN_X), to=Account(id=CY), steps=(met,)),
    )
    store.add_members([Member(list="press", account=Account(id=ANN_X)), Member(list="team", account=Account(id=ANN))])
    return store


def by_pair(store: Store, filters: Filters | None = None, *, by_kind: bool = True) -> dict[tuple[str, str], TieRecord]:
    ties = list(read_ties(store, filters or Filters(), TODAY, by_kind=by_kind))
    assert [(one.source, one.target) for one in ties] == sorted((one.source, one.target) for one in ties)
    return {(one.source, one.target): one for one in ties}


def test_everybody_once_with_all_accounts_and_lists(filled: Store) -> None:
    people = list(read_people(filled))
    assert [one.id for one in people] == [ANN, BO, CY, DI]
    assert [account.id for account in people[0].accounts] == [ANN, ANN_X]
    assert (people[0].name, people[0].org, people[0].lists) == ("Ann Lee", "Example", ("press", "team"))
    assert people[2].name == "3"


def test_an_empty_store_gives_nobody(store: Store) -> None:
    assert list(read_people(store)) == []
    assert by_pair(store) == {}
    assert len(to_networkx(store, Filters(), TODAY)) == 0


def test_ties_both_ways_round_with_counts_by_kind(filled: Store) -> None:
    ties = by_pair(filled)
    assert set(ties) == {(ANN, BO), (BO, ANN), (BO, CY), (CY, BO), (CY, DI), (DI, CY), (ANN, CY), (CY, ANN)}
    there = ties[ANN, BO]
    assert (there.source_name, there.target_name, there.out, there.in_) == ("Ann Lee", "Bo", 3, 2)
    assert there.counts == (KindCount(kind="mention", out=1, in_=0), KindCount(kind="message", out=2, in_=2))
    assert there.last == days_ago(5)
    assert there.strength == there.answers > 0
    assert (ties[BO, CY].strength, ties[BO, CY].closeness) == (0.0, None)
    assert ties[CY, DI].last is None
    assert ties[CY, DI].counts == ()


def test_counts_by_kind_sum_to_the_counts_of_the_tie(filled: Store) -> None:
    for one in by_pair(filled).values():
        assert (sum(count.out for count in one.counts), sum(count.in_ for count in one.counts)) == (one.out, one.in_)


def test_values_are_those_of_the_evaluation(filled: Store) -> None:
    pairs = evaluate_pairs(filled, Filters(), TODAY)
    ties = list(by_pair(filled).values())
    assert [one.answers for one in ties] == pairs.answers.tolist()
    assert [one.strength for one in ties] == pairs.strength.tolist()


def test_filters_hold_for_counts_too(filled: Store) -> None:
    likes = by_pair(filled, Filters(kinds=frozenset({"like"})))
    assert set(likes) == {(BO, CY), (CY, BO)}
    assert likes[BO, CY].counts == (KindCount(kind="like", out=1, in_=0),)
    early = by_pair(filled, Filters(as_of=date(2020, 6, 6)))
    assert (ANN, CY) not in early
    assert [count.kind for count in early[ANN, BO].counts] == ["message"]


def test_counts_by_kind_are_left_out_where_nobody_asks(filled: Store) -> None:
    assert all(one.counts == () for one in by_pair(filled, by_kind=False).values())


def test_an_assertion_on_accounts_that_are_not_held_changes_nothing(store: Store) -> None:
    fill(store, both_ways("x:5", "x:6"), SameAs(a="a:unseen", b="x:5", at=NOW))
    assert {one.id for one in read_people(store)} >= {one.source for one in read_ties(store, Filters(), TODAY)}


def test_whoever_is_forgotten_or_joined_meanwhile_breaks_nothing(
    filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = {key: account for account, key in filled.account_keys([ANN, BO, CY]).items()}
    monkeypatch.setattr(filled, "account_ids", lambda _: held)
    monkeypatch.setattr("graph.export.read.read_people", lambda _: [])
    ties = by_pair(filled)
    assert set(ties) == {(ANN, BO), (BO, ANN), (BO, CY), (CY, BO), (ANN, CY), (CY, ANN)}
    assert ties[ANN, BO].source_name == "ann@example.org"


def test_the_graph_for_notebooks(filled: Store) -> None:
    graph = to_networkx(filled, Filters(), TODAY)
    assert set(graph) == {ANN, BO, CY, DI}
    assert graph.edges[ANN, BO]["out_message"] == 2
    assert graph.edges[ANN, CY]["out_introduction"] == 1
    assert graph.nodes[ANN]["lists"] == "press ::: team"
    assert nx.parse_graphml("\n".join(nx.generate_graphml(graph))).number_of_edges() == 8
    assert "\n".join(nx.generate_gexf(graph))


def test_the_graph_is_of_today_where_no_day_is_given(filled: Store) -> None:
    assert set(to_networkx(filled, Filters())) == {ANN, BO, CY, DI}
