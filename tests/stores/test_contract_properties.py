"""What holds for any records: the order and the partition of writes do not matter, nor does repetition."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from graph.model import Declared, Interaction, Introduction, Record, SameAs
from graph.records.pack import pack
from graph.records.rare import Retractable, declared_id, introduction_id
from graph.store.features import Filters
from graph.store.store import Store
from tests.graph.records import NOW, interactions_of
from tests.stores.conftest import Empty
from tests.stores.reference import (
    PEOPLE,
    assertions,
    distinct_acts,
    dump,
    expected_ties,
    filters,
    introductions,
    people,
    records,
    ties_of,
    told,
    write,
)

few = settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def schedules(draw: st.DrawFn) -> tuple[list[Record], list[tuple[list[Record], bool]]]:
    """Draw records, and batches that hold them in some order, each once or twice, some followed by settling."""
    held = draw(st.lists(records, max_size=16))
    order = draw(st.permutations(held))
    cuts = sorted(draw(st.lists(st.integers(0, len(held)), max_size=4)))
    parts = [order[first:last] for first, last in pairwise([0, *cuts, len(held)])]
    repeated = [part for part in parts for _ in range(draw(st.integers(1, 2)))]
    return held, [(part, draw(st.booleans())) for part in repeated]


def fill(store: Store, batches: Sequence[tuple[Sequence[Record], bool]]) -> None:
    for batch, settled in batches:
        store.write(pack(batch, now=NOW))
        if settled:
            store.refresh()


@few
@given(schedule=schedules())
def test_any_order_and_partition_gives_the_same_graph(
    empty: Empty, schedule: tuple[list[Record], list[tuple[list[Record], bool]]]
) -> None:
    held, batches = schedule
    with empty() as store:
        write(store, held)
        at_once = dump(store)
    with empty() as store:
        fill(store, batches)
        # What one part says alone may leave accounts of a losing row; the same is said at once.
        assert dump(store) == at_once
        store.refresh()
        assert dump(store) == at_once


@few
@given(held=st.lists(records, max_size=16))
def test_written_twice_changes_nothing(empty: Empty, held: list[Record]) -> None:
    with empty() as store:
        first = write(store, held)
        before, generation = dump(store), store.generation()
        again = write(store, held)
        assert again.new == 0
        assert again.seen == first.new + first.seen == sum(isinstance(one, Interaction) for one in held)
        assert dump(store) == before
        assert store.generation() == generation


@few
@given(held=distinct_acts(), which=filters, cut=st.integers(0, 14))
def test_tie_rows_are_those_of_a_plain_sum(empty: Empty, held: list[Interaction], which: Filters, cut: int) -> None:
    with empty() as store:
        write(store, held[:cut])
        store.refresh()
        write(store, held[cut:])
        assert ties_of(store, which) == expected_ties(held, which)
        assert ties_of(store) == expected_ties(held, Filters())
        store.refresh()
        assert ties_of(store, which) == expected_ties(held, which)


@few
@given(held=distinct_acts(least=1), which=st.data(), settled=st.booleans())
def test_an_act_that_is_retracted_and_written_again_leaves_no_trace(
    empty: Empty, held: list[Interaction], which: st.DataObject, settled: bool
) -> None:
    with empty() as store:
        write(store, held)
        before = dump(store)
        if settled:
            store.refresh()
        gone = which.draw(st.sampled_from(held))
        assert store.retract(gone.id or "", NOW)
        left = [one for one in held if one.id != gone.id]
        assert ties_of(store) == expected_ties(left, Filters())
        assert [act.id for act in interactions_of(store)] == [act.id for act in before.acts if act.id != gone.id]
        assert write(store, gone).new == 1
        assert dump(store) == before


@few
@given(record=st.one_of(assertions, told, introductions), more=st.lists(records, max_size=4))
def test_a_record_that_is_retracted_and_said_again_later_stands_again(
    empty: Empty, record: Retractable, more: list[Record]
) -> None:
    fresh = replace(record, retracted_at=None)
    with empty() as store:
        write(store, more, fresh)
        kept = _held(store)
        stood = kept[_id(fresh)].retracted_at is None
        assert store.retract(_id(fresh), NOW) is stood
        assert not store.retract(_id(fresh), NOW)
        write(store, _later(fresh))
        found = _held(store)
        assert found[_id(fresh)].retracted_at is None
        assert found.keys() == kept.keys()


@few
@given(held=distinct_acts(), rest=st.lists(records, max_size=6), gone=people, settled=st.booleans())
def test_forget_removes_and_suppresses(
    empty: Empty, held: list[Interaction], rest: list[Record], gone: str, settled: bool
) -> None:
    with empty() as store:
        write(store, held, rest)
        before = ties_of(store)
        if settled:
            store.refresh()
        store.forget([gone])
        after = dump(store)
        assert gone not in repr(after)
        assert ties_of(store) == {key: tie for key, tie in before.items() if gone not in key[:2]}
        again = store.write(pack([*held, *rest], now=NOW))
        assert again.new == 0
        assert dump(store) == after
        assert {act.actor.id for act in after.acts} <= set(PEOPLE) - {gone}


def _held(store: Store) -> dict[str, Retractable]:
    found: list[Retractable] = [*store.assertions(), *store.declared(), *store.introductions()]
    return {_id(one): one for one in found}


def _id(record: Retractable) -> str:
    match record:
        case SameAs():
            return record.id
        case Declared():
            return record.id or declared_id(record)
        case Introduction():
            return record.id or introduction_id(record)


def _later(record: Retractable) -> Retractable:
    at = NOW + timedelta(hours=1)
    if isinstance(record, Introduction):
        return replace(record, steps=(*record.steps, replace(record.steps[-1], at=at)))
    return replace(record, at=at)
