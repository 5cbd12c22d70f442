"""Persons are derived: any order gives the same people, undo is exact, and nobody's "not the same" is broken."""

import random
from datetime import UTC, datetime
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from graph.model import SameAs
from graph.people.identity import derive_persons

AT = datetime(2020, 1, 1, tzinfo=UTC)
ACCOUNTS = [f"x:{number}" for number in range(6)]


def assertion(a: str, b: str, *, same: bool = True, source: str = "manual", confidence: float = 1.0) -> SameAs:
    return SameAs(a=a, b=b, at=AT, same=same, source=source, confidence=confidence)


assertions = st.lists(
    st.builds(
        assertion,
        st.sampled_from(ACCOUNTS),
        st.sampled_from(ACCOUNTS),
        same=st.booleans(),
        source=st.sampled_from(["manual", "linkedin"]),
        confidence=st.sampled_from([0.5, 1.0]),
    ),
    max_size=12,
    unique_by=lambda one: one.id,
)


def test_joined_accounts_are_one_person_named_by_the_smallest_id() -> None:
    persons = derive_persons([assertion("x:2", "email:ann@example.org"), assertion("x:2", "x:1")])
    assert persons.person_of("x:2") == "email:ann@example.org"
    assert persons.members("x:1") == ("email:ann@example.org", "x:1", "x:2")
    assert dict(persons.joined()) == {"x:1": "email:ann@example.org", "x:2": "email:ann@example.org"}


def test_an_account_that_nothing_names_is_a_person_by_itself() -> None:
    persons = derive_persons([])
    assert persons.person_of("x:9") == "x:9"
    assert persons.members("x:9") == ("x:9",)


def test_a_join_that_breaks_a_not_same_is_refused_and_says_by_what() -> None:
    apart = assertion("x:1", "x:3", same=False)
    persons = derive_persons([assertion("x:1", "x:2"), assertion("x:2", "x:3", source="linkedin"), apart])
    assert persons.members("x:1") == ("x:1", "x:2")
    (refusal,) = persons.refused
    assert refusal.join.source == "linkedin"
    assert refusal.blocked_by is apart


def test_manual_joins_come_before_proven_ones_and_sure_ones_before_likely_ones() -> None:
    apart = assertion("x:1", "x:3", same=False)
    likely = assertion("x:1", "x:2", source="a", confidence=0.6)
    sure = assertion("x:2", "x:3", source="b", confidence=0.9)
    assert derive_persons([apart, likely, sure]).members("x:2") == ("x:2", "x:3")
    manual = assertion("x:1", "x:2", confidence=0.1)
    assert derive_persons([apart, sure, manual]).members("x:2") == ("x:1", "x:2")


def test_a_retracted_assertion_counts_no_more() -> None:
    gone = SameAs(a="x:1", b="x:2", at=AT, retracted_at=AT)
    assert derive_persons([gone]).members("x:1") == ("x:1",)


@given(assertions, st.randoms(use_true_random=False))
def test_the_order_of_writing_does_not_matter(held: list[SameAs], order: random.Random) -> None:
    shuffled = held.copy()
    order.shuffle(shuffled)
    assert derive_persons(shuffled).groups == derive_persons(held).groups


@given(assertions)
def test_nobody_is_joined_against_a_not_same(held: list[SameAs]) -> None:
    persons = derive_persons(held)
    for one in held:
        if not one.same and one.a != one.b:
            assert persons.person_of(one.a) != persons.person_of(one.b)


@given(assertions)
def test_a_refused_join_is_really_impossible_and_every_other_join_holds(held: list[SameAs]) -> None:
    persons = derive_persons(held)
    refused = {one.join.id for one in persons.refused}
    for one in held:
        if one.same and one.id not in refused:
            assert persons.person_of(one.a) == persons.person_of(one.b)
    for refusal in persons.refused:
        united = {*persons.members(refusal.join.a), *persons.members(refusal.join.b)}
        apart = {frozenset((two.a, two.b)) for two in held if not two.same}
        assert any(frozenset(pair) in apart for pair in combinations(sorted(united), 2))


@given(assertions, st.data())
def test_retracting_is_an_exact_undo(held: list[SameAs], data: st.DataObject) -> None:
    extra = assertion(data.draw(st.sampled_from(ACCOUNTS)), data.draw(st.sampled_from(ACCOUNTS)), source="later")
    undone = SameAs(a=extra.a, b=extra.b, at=AT, source="later", retracted_at=AT)
    assert derive_persons([*held, undone]).groups == derive_persons(held).groups
