"""Generated graphs have the promised shape, and on a larger one three independent searches agree."""

import json
from datetime import UTC, datetime
from itertools import islice

import numpy as np
import pytest

from benchmarks.generator import account_json, draw_lines, generate_ties
from benchmarks.paths_second import acquaint, search_best_first, search_exhaustively
from graph.model import Interaction
from graph.paths.arrays import build_tie_arrays
from graph.paths.search import find_paths
from ingest.kit.json_reader import ObjectReader

PEOPLE, PAIRS = 2_000, 20_000


def test_ties_are_as_many_as_asked_unique_sorted_and_the_same_for_a_seed() -> None:
    ties = generate_ties(PEOPLE, PAIRS, seed=3)
    keys = ties.source.astype(np.int64) * PEOPLE + ties.target
    assert keys.size == PAIRS
    assert (np.diff(keys) > 0).all()
    assert (ties.source != ties.target).all()
    assert (ties.strength > 0).all()
    assert (ties.strength <= 1).all()
    again = generate_ties(PEOPLE, PAIRS, seed=3)
    np.testing.assert_array_equal(ties.strength, again.strength)
    np.testing.assert_array_equal(ties.target, again.target)
    assert not np.array_equal(ties.target, generate_ties(PEOPLE, PAIRS, seed=4).target)


def test_ties_are_heavy_tailed_mostly_mutual_and_clustered() -> None:
    ties = generate_ties(PEOPLE, PAIRS)
    degree = np.bincount(ties.source, minlength=PEOPLE)
    assert degree.max() > 8 * degree.mean()
    pairs = set(zip(ties.source.tolist(), ties.target.tolist(), strict=True))
    assert sum((b, a) in pairs for a, b in pairs) > 0.7 * len(pairs)
    out = acquaint(ties).out
    closed = [c in out[a] for a, b in islice(sorted(pairs), 300) for c in out.get(b, {}) if c != a]
    assert np.mean(closed) > 5 * PAIRS / PEOPLE**2


def test_a_graph_that_would_be_too_dense_is_refused() -> None:
    with pytest.raises(ValueError, match="too dense for this generator; ask for fewer pairs"):
        generate_ties(10, 46)


def test_three_searches_agree_on_random_pairs_and_hubs() -> None:
    ties = generate_ties(PEOPLE, PAIRS)
    arrays = build_tie_arrays(PEOPLE, ties.source, ties.target, ties.strength)
    known = acquaint(ties)
    hubs = np.argsort(-np.diff(arrays.outgoing.ptr))[:4].tolist()
    pairs = np.random.default_rng(1).integers(0, PEOPLE, (12, 2)).tolist()
    for source, target in [*pairs, (hubs[0], hubs[1]), (hubs[2], hubs[3]), (hubs[1], pairs[0][0])]:
        found = [(path.nodes, path.value) for path in find_paths(arrays, source, [target])]
        assert found == search_exhaustively(known, source, target, 10)
        assert found == search_best_first(known, source, target, 10)


def test_lines_are_canonical_and_a_second_draw_adds_to_the_first() -> None:
    text = "".join(draw_lines(50, 300, seed=1)) + "".join(draw_lines(50, 20, seed=2, first_id=300))
    reader = ObjectReader(datetime(2026, 1, 2, tzinfo=UTC))
    records = [reader.read(line.encode()) for line in text.splitlines()]
    acts = [record for record in records if isinstance(record, Interaction)]
    assert len({act.id for act in acts}) == 320
    assert {act.kind.value for act in acts} == {"mention", "reply", "quote", "like", "comment", "message"}
    assert all(act.actor.id not in {one.account.id for one in act.to} for act in acts)
    assert any(len(act.to) == 2 for act in acts)
    dates = [act.at for act in acts[:300] if act.at]
    assert dates == sorted(dates)
    assert len(dates) == 300


def test_an_account_is_the_same_whenever_it_is_written() -> None:
    assert account_json(7) == account_json(7)
    assert json.loads(account_json(7) + "}")["network"] == "x"
