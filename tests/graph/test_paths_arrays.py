"""Ties as arrays, the moves on them, and the ranking: against their plain definitions."""

from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from graph.paths.arrays import TieArrays, build_tie_arrays, leading_stops, least_rows, spread
from graph.paths.ranking import Ranking, rounded

chances = st.floats(0.0, 1.0, width=32)
pair_lists = st.dictionaries(st.tuples(st.integers(0, 6), st.integers(0, 6)), chances, max_size=30)


def build(ties: list[tuple[tuple[int, int], float]], size: int = 7) -> TieArrays:
    return build_tie_arrays(
        size,
        np.array([source for (source, _), _ in ties], dtype=np.int32),
        np.array([target for (_, target), _ in ties], dtype=np.int32),
        np.array([strength for _, strength in ties], dtype=np.float32),
    )


def parts(arrays: TieArrays) -> list[NDArray[Any]]:
    return [part for rows in (arrays.outgoing, arrays.incoming) for part in (rows.ptr, rows.ends, rows.strength)]


@given(pair_lists)
@settings(max_examples=100)
def test_rows_hold_every_tie_strongest_first(ties: dict[tuple[int, int], float]) -> None:
    arrays = build(list(ties.items()))
    kept = {pair: strength for pair, strength in ties.items() if strength > 0 and pair[0] != pair[1]}
    for node in range(arrays.size):
        out = sorted((-strength, target) for (source, target), strength in kept.items() if source == node)
        expected = [(target, -falling) for falling, target in out]
        assert list(zip(*(part.tolist() for part in arrays.outgoing.row(node)), strict=True)) == expected
        into = sorted((-strength, source) for (source, target), strength in kept.items() if target == node)
        expected = [(source, -falling) for falling, source in into]
        assert list(zip(*(part.tolist() for part in arrays.incoming.row(node)), strict=True)) == expected


@given(pair_lists, st.randoms(use_true_random=False))
@settings(max_examples=50)
def test_the_order_of_the_pairs_does_not_matter(ties: dict[tuple[int, int], float], random: Random) -> None:
    pairs = sorted(ties.items())
    arrays = build(pairs)
    random.shuffle(pairs)
    again = build(pairs)
    for part, same in zip(parts(arrays), parts(again), strict=True):
        np.testing.assert_array_equal(part, same)


def test_the_arrays_have_the_documented_types_and_take_at_most_18_bytes_a_pair() -> None:
    rng = np.random.default_rng(1)
    keys = np.sort(rng.choice(1000 * 1000, 10_000, replace=False))
    source, target = (keys // 1000).astype(np.int32), (keys % 1000).astype(np.int32)
    kept = source != target
    arrays = build_tie_arrays(1000, source[kept], target[kept], np.ones(kept.sum(), dtype=np.float32))
    assert [part.dtype for part in parts(arrays)] == [np.int64, np.int32, np.float32] * 2
    assert sum(part.nbytes for part in parts(arrays)) <= 18 * int(kept.sum())


@pytest.mark.parametrize(
    ("source", "target", "strength", "match"),
    [
        ([0], [7], [0.5], "a target lies outside 0 … 6: 7 … 7"),
        ([-1, 3], [1, 2], [0.5, 0.5], "a source lies outside 0 … 6: -1 … 3"),
        ([0], [1], [1.5], "at most 1, but one is 1.5"),
        ([0, 1], [1, 0], [0.5, np.nan], "at most 1, but one is nan"),
        ([0, 1], [1], [0.5], "2 sources, 1 targets and 1 strengths do not pair up"),
    ],
)
def test_pairs_that_make_no_sense_are_refused(
    source: list[int], target: list[int], strength: list[float], match: str
) -> None:
    with pytest.raises(ValueError, match=match):
        build_tie_arrays(
            7, np.array(source, np.int32), np.array(target, np.int32), np.array(strength, dtype=np.float32)
        )


segments = st.lists(st.lists(chances, max_size=9), max_size=6)


@given(segments)
def test_spread_lists_the_positions_of_all_segments(rows: list[list[float]]) -> None:
    stop = np.cumsum([len(row) for row in rows], dtype=np.int64)
    start = stop - np.array([len(row) for row in rows], dtype=np.int64)
    segment, position = spread(start[::-1], stop[::-1])
    expected = [(i, p) for i, row in enumerate(zip(start[::-1], stop[::-1], strict=True)) for p in range(*row)]
    assert list(zip(segment.tolist(), position.tolist(), strict=True)) == expected


@given(segments, chances)
@settings(max_examples=200)
def test_leading_stops_bisect_falling_segments(rows: list[list[float]], least: float) -> None:
    falling = np.array([value for row in rows for value in sorted(row, reverse=True)])
    stop = np.cumsum([len(row) for row in rows], dtype=np.int64)
    start = stop - np.array([len(row) for row in rows], dtype=np.int64)
    stops = leading_stops(falling, start, stop, np.full(len(rows), least))
    assert (stops - start).tolist() == [sum(value >= least for value in row) for row in rows]


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 2)), max_size=30), st.integers(0, 12))
@settings(max_examples=200)
def test_least_rows_are_those_of_a_full_sort(rows: list[tuple[int, int, int]], count: int) -> None:
    columns = [np.array([row[i] for row in rows], dtype=np.int64) for i in range(3)]
    chosen = least_rows(columns, count)
    assert sorted(rows[i] for i in chosen) == sorted(rows)[:count]
    assert len(set(chosen.tolist())) == chosen.size


@given(st.lists(st.floats(0.0, 1.0)))
@example([0.5e-12, 1.5e-12, 2.5e-12, 0.4999999999995, 0.1234567890125, 0.9999999999995, 1.0, 0.0, 1e-300])
@settings(max_examples=300)
def test_rounding_equals_pythons(values: list[float]) -> None:
    assert rounded(np.array(values, dtype=np.float64)).tolist() == [round(value, 12) for value in values]


@given(st.integers(0, 10**12 - 1), st.integers(-3, 3))
@settings(max_examples=300)
def test_rounding_equals_pythons_next_to_halves(digits: int, ulps: int) -> None:
    value = np.float64((digits + 0.5) / 1e12)
    for _ in range(abs(ulps)):
        value = np.nextafter(value, np.inf if ulps > 0 else -np.inf)
    assert rounded(np.array([value])).tolist() == [round(float(value), 12)]


paths_offered = st.lists(
    st.tuples(
        st.sampled_from((0.0, 4e-13, 5e-13, 6e-13, 1e-12, 0.25, 0.25 + 3e-13, 0.5)),
        st.integers(0, 3),
        st.integers(0, 3),
    ),
    unique=True,
    max_size=25,
)


@given(paths_offered, paths_offered, st.integers(1, 6))
@settings(max_examples=200)
def test_ranking_keeps_the_best_and_its_floor_excludes_none(
    direct: list[tuple[float, int, int]], longer: list[tuple[float, int, int]], size: int
) -> None:
    ranking = Ranking(size=size)
    everything = []
    for steps, offered in ((1, direct), (2, longer)):
        for value, *nodes in {row[1 : steps + 1]: row for row in offered}.values():
            path = tuple(nodes[:steps])
            entry = (-round(value, 12), steps, path)
            floor = ranking.floor(steps).of(np.array([path[0]]))[0]
            before = list(ranking.entries)
            ranking.offer([np.array([node]) for node in path], np.array([value]))
            if value and value < floor:
                assert ranking.entries == before
            everything.append(entry)
            assert ranking.entries == sorted(everything)[:size]
