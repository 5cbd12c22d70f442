"""What `tie_rows` promises, clause by clause; that it equals a plain sum is a property."""

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from functools import partial

import numpy as np
import pytest

from graph.model import KIND_CODES, Account, Addressee, Interaction, Kind, Role, start_of, to_micros
from graph.store.features import HALF_LIVES, UNDATED, Filters
from graph.store.store import Store
from tests.graph.records import NOW, act, days_ago
from tests.stores.conftest import Connect
from tests.stores.reference import ANN, BOB, CARA, DEE, PEOPLE, assert_sorted, expected_ties, ties_of, write

ALL = Filters()
follow = partial(act, kind=Kind.FOLLOW, at=None)


def test_no_rows_where_nothing_is(store: Store) -> None:
    assert_sorted(store.tie_rows(ALL))
    assert len(store.tie_rows(ALL).source) == 0
    write(store, Account(id=ANN))
    store.refresh()
    assert ties_of(store, Filters(since=NOW)) == {}
    assert store.source_names() == []


def test_one_row_an_ordered_pair_and_kind(store: Store) -> None:
    held = [
        act(ANN, BOB, at=days_ago(180), native="test:1#message"),
        act(ANN, BOB, at=NOW, native="test:2#message"),
        act(ANN, BOB, Kind.LIKE, at=NOW),
        act(BOB, ANN, at=NOW),
    ]
    write(store, held)
    rows = store.tie_rows(ALL)
    keys = store.account_keys([ANN, BOB])
    first = np.flatnonzero((rows.source == keys[ANN]) & (rows.kind == KIND_CODES["message"]))
    assert len(first) == 1
    at = int(first[0])
    assert (int(rows.target[at]), int(rows.count[at]), int(rows.days[at])) == (keys[BOB], 2, 2)
    assert (int(rows.first[at]), int(rows.last[at])) == (to_micros(days_ago(180)), to_micros(NOW))
    assert rows.decayed[at] == pytest.approx([1 + 2 ** (-180 / half_life) for half_life in HALF_LIVES], rel=1e-12)
    assert len(rows.source) == 3


def test_the_weight_is_shared_among_all_addressees(store: Store) -> None:
    write(store, act(ANN, (BOB, CARA, DEE, ANN)))
    assert {key[1]: tie.decayed for key, tie in ties_of(store).items()} == {
        target: pytest.approx([0.25] * 3) for target in (BOB, CARA, DEE)
    }


def test_roles_make_no_difference_and_an_addressee_counts_once(store: Store) -> None:
    to = [Addressee(account=Account(id=BOB), role=role) for role in (Role.CC, Role.BCC, Role.TO)]
    to.append(Addressee(account=Account(id=CARA), role=Role.GROUP))
    held = Interaction(kind=Kind.MESSAGE, at=NOW, actor=Account(id=ANN), to=tuple(to), source="test")
    write(store, held)
    assert ties_of(store) == expected_ties([held], ALL)
    assert {tie.count for tie in ties_of(store).values()} == {1}


def test_an_act_towards_oneself_is_no_tie(store: Store) -> None:
    write(store, act(ANN, ANN), act(ANN, ()))
    store.refresh()
    assert ties_of(store) == {}


def test_undated_acts_count_without_weight_or_day(store: Store) -> None:
    write(store, follow(ANN, BOB))
    rows = store.tie_rows(ALL)
    assert (rows.first.tolist(), rows.last.tolist()) == ([UNDATED], [UNDATED])
    assert (rows.count.tolist(), rows.days.tolist(), rows.decayed.tolist()) == ([1], [0], [[0.0] * 3])
    write(store, act(ANN, BOB, Kind.FOLLOW, at=NOW))
    ((tie),) = ties_of(store).values()
    assert (tie.count, tie.first, tie.last, tie.days) == (2, NOW, NOW, 1)


@pytest.mark.parametrize("which", [Filters(since=datetime(1971, 1, 1, tzinfo=UTC)), Filters(as_of=date(2030, 1, 1))])
def test_undated_acts_are_hidden_by_any_date(store: Store, which: Filters) -> None:
    write(store, follow(ANN, BOB), act(ANN, BOB))
    assert {key[2] for key in ties_of(store, which)} == {Kind.MESSAGE}


def test_the_bounds_of_dates(store: Store) -> None:
    midnight = start_of(date(2020, 3, 2))
    instants = [midnight - timedelta(microseconds=1), midnight, midnight + timedelta(days=1)]
    write(store, [act(ANN, BOB, at=at) for at in instants])

    def count(which: Filters) -> int:
        return sum(tie.count for tie in ties_of(store, which).values())

    assert count(Filters(since=midnight)) == 2
    assert count(Filters(since=midnight + timedelta(microseconds=1))) == 1
    assert count(Filters(as_of=date(2020, 3, 1))) == 1
    assert count(Filters(as_of=date(2020, 3, 2))) == 2
    assert count(Filters(since=midnight, as_of=date(2020, 3, 2))) == 1
    assert count(Filters(since=midnight, as_of=date(2020, 3, 1))) == 0


def test_days_are_those_of_utc(store: Store) -> None:
    evening = datetime(2020, 3, 1, 23, 59, tzinfo=UTC)
    instants = [evening, evening + timedelta(seconds=30), evening + timedelta(minutes=1), evening - timedelta(hours=20)]
    write(store, [act(ANN, BOB, at=at) for at in instants], [act(ANN, CARA, at=at) for at in instants[2:]])
    assert {key[1]: tie.days for key, tie in ties_of(store).items()} == {BOB: 2, CARA: 2}


def test_kinds_are_named_and_those_that_are_no_kinds_let_nothing_through(store: Store) -> None:
    write(store, [act(ANN, BOB, kind) for kind in Kind])
    store.refresh()
    for kind in Kind:
        assert {key[2] for key in ties_of(store, Filters(kinds=frozenset({kind.value, "declared"})))} == {kind}
    for other in (frozenset(), frozenset({"introduction", "declared"}), frozenset({"wink"})):
        assert ties_of(store, Filters(kinds=other)) == {}
        assert ties_of(store, Filters(kinds=other, since=days_ago(9))) == {}


def test_the_first_sources_have_a_bit_each_and_the_rest_share_the_last(store: Store) -> None:
    names = [f"source{number:02}" for number in range(65)]
    held = [act(ANN, f"x:{100 + number}", read_by=name) for number, name in enumerate(names)]
    for one in held:
        write(store, one)
    assert store.source_names() == names
    rows = store.tie_rows(ALL)
    ids = store.account_ids(rows.target.tolist())
    bits = {int(ids[int(key)][2:]) - 100: int(bit) for key, bit in zip(rows.target, rows.sources, strict=True)}
    assert bits == {number: 1 << min(number, 61) for number in range(65)}


def test_rows_are_the_same_before_and_after_settling_and_in_another_program(store: Store, connect: Connect) -> None:
    held = [
        act(one, other, kind, at=days_ago(place * 40 + number), native=f"test:{one}{other}{number}#{kind.value}")
        for place, one in enumerate(PEOPLE)
        for other in PEOPLE
        for number, kind in enumerate((Kind.MESSAGE, Kind.MESSAGE, Kind.LIKE, Kind.REPLY))
    ]
    windows = [ALL, Filters(since=days_ago(70)), Filters(kinds=frozenset({"like"})), Filters(as_of=date(2020, 3, 1))]
    for size in (30, 60, len(held)):
        write(store, held[:size])
        expected = [expected_ties(held[:size], which) for which in windows]
        fresh = connect()
        assert [ties_of(fresh, which) for which in windows] == expected
        assert [ties_of(store, which) for which in windows] == expected
        fresh.refresh()
        assert [ties_of(store, which) for which in windows] == expected
        assert [ties_of(connect(), which) for which in windows] == expected


def test_keys_stay_the_same(store: Store, connect: Connect) -> None:
    write(store, act(ANN, BOB))
    before = store.account_keys([ANN, BOB])
    write(store, act("email:aaa@example.org", BOB), act(ANN, CARA))
    store.refresh()
    assert connect().account_keys([ANN, BOB]) == before


@pytest.mark.parametrize("filters", [ALL, Filters(as_of=days_ago(1).date()), Filters(kinds=frozenset({"message"}))])
def test_of_some_accounts_only_the_pairs_between_them_are_given(store: Store, filters: Filters) -> None:
    write(
        store, [act(a, b, kind, at=days_ago(2)) for a in PEOPLE for b in PEOPLE for kind in (Kind.MESSAGE, Kind.LIKE)]
    )
    chosen = store.account_keys([ANN, BOB, CARA]).values()
    every, some = store.tie_rows(filters), store.tie_rows(filters, among=np.array([*chosen, 999_999]))
    within = np.isin(every.source, [*chosen]) & np.isin(every.target, [*chosen])
    for field in fields(every):
        np.testing.assert_array_equal(getattr(some, field.name), getattr(every, field.name)[within])
    assert len(some.source) in (6, 12)
