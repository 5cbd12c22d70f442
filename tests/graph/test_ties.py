"""Ties agree with a plain recomputation from the acts, and mean what the design says."""

import math
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model import (
    DECLARED,
    EVIDENCE_KINDS,
    INTRODUCTION,
    MUTUAL_KINDS,
    Account,
    Closeness,
    Declared,
    Interaction,
    Introduction,
    IntroductionState,
    IntroductionStep,
    Kind,
    Record,
    SameAs,
    end_of,
    start_of,
)
from graph.people.identity import derive_persons
from graph.store.features import Filters
from graph.store.store import Store
from graph.stores import open_store
from graph.ties.formula import FORMULA, closeness_of
from graph.ties.introductions import mutual_acts
from graph.ties.ties import evaluate_pairs, load_ties, refresh_ties
from tests.graph.records import NOW, act, both_ways, days_ago, fill, known

TODAY = NOW.date()
PEOPLE = ["email:a@example.org", "email:b@example.org", "x:1", "x:2"]
Found = dict[tuple[str, str], tuple[float, float]]


def evaluated(store: Store, filters: Filters | None = None, today: date = TODAY) -> Found:
    """Answers and strengths by pair of person ids."""
    pairs = evaluate_pairs(store, filters or Filters(), today)
    ids = store.account_ids([int(key) for key in pairs.nodes.key_of])
    name = [ids[int(key)] for key in pairs.nodes.key_of]
    return {
        (name[source], name[target]): (float(answers), float(strength))
        for source, target, answers, strength in zip(
            pairs.source, pairs.target, pairs.answers, pairs.strength, strict=True
        )
    }


def strength(store: Store, source: str, target: str, filters: Filters | None = None) -> float:
    return evaluated(store, filters).get((source, target), (0.0, 0.0))[1]


def kinds_between(store: Store, filters: Filters) -> dict[tuple[str, str], set[str]]:
    """Kinds of acts by pair of person ids."""
    pairs = evaluate_pairs(store, filters, TODAY)
    ids = store.account_ids(pairs.nodes.key_of.tolist())
    name = [ids[key] for key in pairs.nodes.key_of.tolist()]
    return {
        (name[source], name[target]): {kind for code, kind in enumerate(EVIDENCE_KINDS) if bits >> code & 1}
        for source, target, bits in zip(pairs.source, pairs.target, pairs.kinds.tolist(), strict=True)
    }


def recompute(records: list[Record], filters: Filters) -> tuple[Found, dict[tuple[str, str], set[str]]]:  # noqa: C901 - the plain reading of the design
    """The design's words, act by act."""
    person_of = derive_persons([one for one in records if isinstance(one, SameAs)]).person_of
    now = start_of(filters.as_of or TODAY)
    until = end_of(filters.as_of) if filters.as_of else None
    weight: defaultdict[tuple[str, str], float] = defaultdict(float)
    dated: defaultdict[tuple[str, str, str, str, str], list[tuple[datetime, float, bool]]] = defaultdict(list)
    kinds: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    seen: set[tuple[str, str]] = set()
    mutual: set[tuple[str, str]] = set()
    floor: dict[tuple[str, str], float] = {}

    def count(kind: str, a: str, b: str, at: datetime | None, share: float, *, both: bool) -> None:
        source, target = person_of(a), person_of(b)
        hidden = at is None and (filters.since is not None or until is not None)
        outside = at is not None and (
            (filters.since is not None and at < filters.since) or (until is not None and at >= until)
        )
        if hidden or outside or source == target or (filters.kinds is not None and kind not in filters.kinds):
            return
        seen.add((source, target))
        for pair in [(source, target)] + ([(target, source)] if both else []):
            kinds[pair].add(kind)
        if at:
            dated[kind, a, b, source, target].append((at, share, both))
        if both:
            mutual.update({(source, target), (target, source)})

    for one in {one.id: one for one in records if isinstance(one, Interaction)}.values():
        for to in one.to:
            if one.actor.id != to.account.id:
                both = one.kind in MUTUAL_KINDS
                count(one.kind, one.actor.id, to.account.id, one.at, 1 / len(one.to), both=both)
    for introduction in (one for one in records if isinstance(one, Introduction)):
        for at in mutual_acts(introduction, filters.since, until):
            count(INTRODUCTION, introduction.person.id, introduction.to.id, at, 1, both=True)
    for (kind, _, _, source, target), acts in dated.items():
        for at, share, both in acts:
            decay = 2 ** (-((now - at) / timedelta(days=1)) / 180)
            for pair in [(source, target)] + ([(target, source)] if both else []):
                weight[pair] += FORMULA.weights[kind] * share * decay
    for tie in (one for one in records if isinstance(one, Declared)):
        if filters.kinds is None or DECLARED in filters.kinds:
            a, b = person_of(tie.a.id), person_of(tie.b.id)
            if a != b and not (filters.as_of and tie.since and tie.since > filters.as_of):
                for pair in ((a, b), (b, a)):
                    kinds[pair].add(DECLARED)
                    floor[pair] = max(floor.get(pair, 0), FORMULA.floors[tie.closeness])
    pairs = {pair for a, b in (*seen, *floor) for pair in ((a, b), (b, a))}
    found = {}
    for a, b in pairs:
        out, back = weight[a, b], weight[b, a]
        h = 0.9 * (2 * out * back / (out + back) if out + back else 0) + 0.1 * back
        answers = max(1 - math.exp(-h), floor.get((a, b), 0))
        proven = (a, b) in mutual or (a, b) in floor or {(a, b), (b, a)} <= seen
        found[a, b] = (answers, answers if proven else 0.0)
    return found, {pair: kinds[pair] for pair in found}


people = st.sampled_from(PEOPLE)
instants = st.datetimes(datetime(2018, 1, 1), datetime(2020, 6, 15, 11)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001 - Hypothesis draws naive ones
interactions = st.builds(
    lambda number, source, targets, kind, at: act(
        source, tuple(targets), kind, at=at, native=f"test:{number}#{kind.value}"
    ),
    st.integers(0, 10**6),
    people,
    st.lists(people, min_size=1, max_size=3, unique=True),
    st.sampled_from([Kind.MESSAGE, Kind.LIKE, Kind.MEETING, Kind.FOLLOW, Kind.CONNECTION]),
    instants,
)
undated = st.builds(lambda a, b: act(a, b, Kind.FOLLOW, at=None, native=f"test:{a}>{b}#follow"), people, people)
two = st.tuples(people, people).filter(lambda pair: pair[0] != pair[1])
joins = st.builds(lambda pair: SameAs(a=pair[0], b=pair[1], at=NOW), two)
declared = st.builds(
    lambda pair, closeness, since: Declared(
        a=Account(id=pair[0]), b=Account(id=pair[1]), closeness=closeness, at=NOW, since=since
    ),
    two,
    st.sampled_from(Closeness),
    st.none() | instants.map(datetime.date),
)
introductions = st.builds(
    lambda pair, states: Introduction(
        by=Account(id="x:9"),
        person=Account(id=pair[0]),
        to=Account(id=pair[1]),
        steps=tuple(IntroductionStep(state=state, at=at) for state, at in states),
    ),
    two,
    st.lists(st.tuples(st.sampled_from(IntroductionState), instants), min_size=1, max_size=3, unique=True),
)
histories = st.lists(interactions | undated, max_size=12, unique_by=lambda one: one.id).flatmap(
    lambda acts: st.lists(joins | declared | introductions, max_size=3).map(lambda rare: [*acts, *rare])
)
filterings = st.builds(
    Filters,
    kinds=st.none() | st.frozensets(st.sampled_from(["message", "like", "meeting", "follow", DECLARED, INTRODUCTION])),
    since=st.none() | instants,
    as_of=st.none() | instants.map(datetime.date),
)


@settings(max_examples=60)
@given(histories, filterings)
def test_pairs_agree_with_a_plain_recomputation(records: list[Record], filters: Filters) -> None:
    unique_rare = {repr(one): one for one in records if not isinstance(one, Interaction)}
    records = [one for one in records if isinstance(one, Interaction)] + list(unique_rare.values())
    distinct = {(one.by.id, one.person.id, one.to.id) for one in records if isinstance(one, Introduction)}
    told = {frozenset((one.a.id, one.b.id)) for one in records if isinstance(one, Declared)}
    if len(distinct) + len(told) < sum(isinstance(one, Introduction | Declared) for one in records):
        return  # the same introduction or tie told twice is one record in a store: another test's matter
    with TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "people.db", now=NOW)
        fill(store, *records)
        found, (wanted, kinds) = evaluated(store, filters), recompute(records, filters)
        assert kinds_between(store, filters) == kinds
        store.close()
    assert found.keys() == wanted.keys()
    for pair, (answers, strength) in wanted.items():
        assert found[pair] == pytest.approx((answers, strength), abs=1e-6)


def test_attention_is_not_a_tie(store: Store) -> None:
    fill(store, act("x:1", "x:2", Kind.REPLY), act("x:1", "x:2", Kind.LIKE, at=days_ago(3)))
    found = evaluated(store)
    assert found["x:1", "x:2"] == (0.0, 0.0)
    answers, strength = found["x:2", "x:1"]
    assert 0 < answers < 0.2
    assert strength == 0


def test_acts_both_ways_are_a_tie_that_decays(store: Store) -> None:
    fill(store, both_ways("x:1", "x:2", days=1), both_ways("x:1", "x:3", days=181))
    assert 0 < strength(store, "x:1", "x:3") < strength(store, "x:1", "x:2") < 1


def test_a_declared_tie_does_not_decay_and_never_lowers(store: Store) -> None:
    fill(store, known("x:1", "x:2", Closeness.SLIGHT), known("x:1", "x:3"), both_ways("x:1", "x:2", count=20))
    assert strength(store, "x:3", "x:1") == pytest.approx(0.8)
    assert strength(store, "x:1", "x:2") > 0.2
    later = evaluated(store, today=date(2050, 1, 1))
    assert later["x:1", "x:2"][1] == pytest.approx(0.2)


def test_undated_follows_prove_but_weigh_nothing_and_an_as_of_hides_them(store: Store) -> None:
    fill(store, act("x:1", "x:2", Kind.FOLLOW, at=None), act("x:2", "x:1", Kind.FOLLOW, at=None))
    assert evaluated(store)["x:1", "x:2"] == (0.0, 0.0)
    assert evaluated(store, Filters(as_of=TODAY)) == {}


def test_the_as_of_day_itself_counts_and_the_next_does_not(store: Store) -> None:
    fill(store, both_ways("x:1", "x:2", days=10.2))
    day = days_ago(10.2).date()
    assert strength(store, "x:1", "x:2", Filters(as_of=day)) > 0
    assert strength(store, "x:1", "x:2", Filters(as_of=day - timedelta(days=1))) == 0


def test_the_snapshot_gives_what_evaluating_gives_and_follows_every_change(store: Store) -> None:
    fill(store, both_ways("x:1", "x:2"), both_ways("x:2", "x:3"))
    fresh = load_ties(store, Filters(), TODAY)
    again = load_ties(store, Filters(), TODAY)
    assert not again.arrays.outgoing.strength.flags.writeable  # mapped from the file, not evaluated anew
    np.testing.assert_array_equal(fresh.arrays.outgoing.strength, again.arrays.outgoing.strength)
    np.testing.assert_array_equal(fresh.nodes.key_of, again.nodes.key_of)
    fill(store, both_ways("x:1", "x:9"))
    assert load_ties(store, Filters(), TODAY).nodes.size == fresh.nodes.size + 1
    next_day = load_ties(store, Filters(), TODAY + timedelta(days=100))
    assert next_day.arrays.outgoing.strength.max() < again.arrays.outgoing.strength.max()


def test_an_empty_store_has_no_ties(store: Store) -> None:
    assert len(refresh_ties(store, TODAY).source) == 0
    assert load_ties(store, Filters(), TODAY).nodes.size == 0


@pytest.mark.parametrize(("value", "word"), [(0.6, "close"), (0.59, "familiar"), (0.3, "familiar"), (0.29, "slight")])
def test_closeness_in_words(value: float, word: str) -> None:
    assert closeness_of(value) == word


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 10))
def test_the_chance_is_bounded_and_never_lowered_by_more(out: float, back: float, more: float) -> None:
    given_, plus_out, plus_back = FORMULA.chance(
        np.array([out, out + more, out]), np.array([back, back, back + more])
    ).tolist()
    assert 0 <= given_ <= 1
    assert plus_out >= given_ - 1e-12
    assert plus_back >= given_ - 1e-12
