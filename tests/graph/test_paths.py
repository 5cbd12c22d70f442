"""The search equals an exhaustive enumeration: for every option, for tied values, for arrays of every kind."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.paths import search as paths
from graph.paths.arrays import Rows, TieArrays, build_tie_arrays
from graph.paths.search import FoundPath, find_paths

# each set makes another kind of tie between values: all equal, equal products in another order, and products so small
# that they round to one of a few multiples of 1e-12, or to 0
STRENGTHS = (
    (1.0,),
    (0.5,),
    (1e-7,),
    (1e-3, 1e-4),
    (0.5, 0.25, 0.125),
    (0.1, 0.2, 0.3, 0.7),
    (0.0, 1e-7, 1.0, 0.5),
    (1e-3, 3e-3, 7e-4, 2e-3),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A small graph and one question about it."""

    size: int
    ties: dict[tuple[int, int], float]
    source: int
    targets: list[int]
    options: dict[str, Any] = field(default_factory=dict)

    def arrays(self) -> TieArrays:
        return build(self.size, self.ties)


def build(size: int, ties: dict[tuple[int, int], float]) -> TieArrays:
    return build_tie_arrays(
        size,
        np.array([source for source, _ in ties], dtype=np.int32),
        np.array([target for _, target in ties], dtype=np.int32),
        np.array(list(ties.values()), dtype=np.float32),
    )


def enumerate_paths(
    ties: dict[tuple[int, int], float],
    source: int,
    targets: Collection[int],
    *,
    k: int = 10,
    max_steps: int = 4,
    avoid: Collection[int] = (),
    via: Collection[int] = (),
    min_strength: float = 0.0,
    first: Mapping[int, float] | None = None,
) -> list[FoundPath]:
    """Walk every simple path, one step at a time, and rank them all."""
    ends = set(targets) - {source}
    found = []
    stack: list[tuple[tuple[int, ...], float]] = [((source,), 1.0)]
    while stack:
        nodes, value = stack.pop()
        for (start, end), rough in ties.items():
            strength = float(np.float32(rough))
            if start != nodes[-1] or end in nodes or strength <= 0.0 or strength < min_strength:
                continue
            product = value * strength
            if end in ends and set(via) <= set(nodes[1:]):
                found.append(FoundPath(nodes=(*nodes, end), value=round(product, 12)))
            if end not in avoid and len(nodes) < max_steps:
                factor = (first or {}).get(end, 1.0) if start == source else 1.0
                stack.append(((*nodes, end), product * factor))
    return sorted(found, key=lambda path: (-path.value, len(path.nodes), path.nodes))[:k]


@st.composite
def questions(draw: st.DrawFn, most: int = 8) -> Question:
    size = draw(st.integers(1, most))
    nodes = st.integers(0, size - 1)
    # seeded rather than drawn one by one: dense graphs are then as likely as sparse ones
    random = draw(st.randoms(use_true_random=False))
    levels = draw(st.sampled_from(STRENGTHS))
    density = draw(st.sampled_from((0.2, 0.5, 0.8, 1.0)))
    pairs = [(a, b) for a in range(size) for b in range(size) if random.random() < density]
    random.shuffle(pairs)
    return Question(
        size=size,
        ties={pair: random.choice(levels) for pair in pairs},
        source=draw(nodes),
        targets=draw(st.lists(nodes, max_size=3)),
        options={
            "k": draw(st.integers(1, 30)),
            "max_steps": draw(st.sampled_from((4, 4, 3, 2, 1))),
            "avoid": draw(st.lists(nodes, max_size=2)),
            "via": draw(st.one_of(st.just([]), st.lists(nodes, max_size=3))),
            "min_strength": draw(st.sampled_from((0.0, 0.0, 1e-3, 0.3, 0.7, -1.0))),
            "first": draw(st.dictionaries(nodes, st.sampled_from((1 / 2, 1 / 3, 1 / 7, 1.0)))),
        },
    )


@given(questions())
@settings(max_examples=300)
def test_equals_the_exhaustive_search(question: Question) -> None:
    found = find_paths(question.arrays(), question.source, question.targets, **question.options)
    assert found == enumerate_paths(question.ties, question.source, question.targets, **question.options)


@given(questions(most=9), st.sampled_from((1, 2, 5)), st.sampled_from((1, 3, 8)))
@settings(max_examples=300)
def test_equals_it_also_where_little_is_read_at_once(question: Question, block: int, part: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths, "_HANDFUL", 0)
        patch.setattr(paths, "_FEW", 1)
        patch.setattr(paths, "_PART", part)
        patch.setattr(paths, "_BLOCK", block)
        found = find_paths(question.arrays(), question.source, question.targets, **question.options)
    assert found == enumerate_paths(question.ties, question.source, question.targets, **question.options)


@pytest.mark.parametrize("strength", [1.0, 0.5, 1e-4])
@pytest.mark.parametrize("tied", [1, 7, 40])
def test_many_tied_paths_through_layers(strength: float, tied: int) -> None:
    """Three full layers between source and target: 64,000 paths of one value, and the first ones are asked for."""
    width = 40
    source, target = 0, 3 * width + 1
    layers = [range(1 + layer * width, 1 + (layer + 1) * width) for layer in range(3)]
    ties = {(source, node): strength for node in layers[0]}
    for near, far in pairwise(layers):
        ties |= {(a, b): strength for a in near for b in far}
    ties |= {(node, target): strength for node in layers[2]}
    found = find_paths(build(target + 1, ties), source, [target], k=tied)
    first = [(a, b, c) for a in layers[0] for b in layers[1] for c in layers[2]][:tied]
    value = round(float(np.float32(strength)) ** 4, 12)
    assert [(path.nodes[1:-1], path.value) for path in found] == [(nodes, value) for nodes in first]


def test_a_target_may_be_passed_on_the_way_to_another() -> None:
    arrays = build(4, {(0, 1): 0.9, (1, 2): 0.9, (2, 3): 0.9})
    found = find_paths(arrays, 0, [1, 2, 3])
    assert [path.nodes for path in found] == [(0, 1), (0, 1, 2), (0, 1, 2, 3)]


def test_the_source_and_a_target_may_be_avoided_as_intermediates_only() -> None:
    arrays = build(3, {(0, 1): 0.5, (1, 2): 0.5, (2, 1): 0.5, (0, 2): 0.5})
    assert [path.nodes for path in find_paths(arrays, 0, [1], avoid=[0, 1])] == [(0, 1), (0, 2, 1)]


def test_a_source_without_ties_and_a_target_out_of_reach_give_no_path() -> None:
    arrays = build(7, {(1, 2): 0.5, (2, 1): 0.5, (2, 3): 1.0, (3, 4): 1.0, (4, 5): 1.0, (5, 6): 1.0})
    assert find_paths(arrays, 0, [2]) == []
    assert find_paths(arrays, 1, [0]) == []
    assert find_paths(arrays, 1, [6]) == []  # five steps
    assert find_paths(arrays, 1, []) == []
    assert find_paths(arrays, 1, [1]) == []


def test_a_graph_without_ties_gives_no_path() -> None:
    assert find_paths(build(2, {}), 0, [1]) == []


def test_strength_is_compared_as_it_would_be_exported() -> None:
    """The float32 nearest to 0.7 is a little less, and is exported so; 0.3 and 0.2 are a little more."""
    arrays = build(2, {(0, 1): 0.7})
    assert find_paths(arrays, 0, [1], min_strength=0.7) == []
    assert len(find_paths(arrays, 0, [1], min_strength=float(np.float32(0.7)))) == 1


def test_numbers_of_numpy_are_taken_and_plain_ones_given() -> None:
    arrays = build(3, {(0, 1): 0.5, (1, 2): 0.5})
    (path,) = find_paths(arrays, int(np.int32(0)), np.array([2]).tolist())
    assert path == FoundPath(nodes=(0, 1, 2), value=0.25)
    assert {type(node) for node in path.nodes} == {int}
    assert type(path.value) is float


def test_a_value_of_zero_is_not_negative() -> None:
    (path,) = find_paths(build(3, {(0, 1): 1e-7, (1, 2): 1e-7}), 0, [2])
    assert str(path.value) == "0.0"


@given(questions(most=6))
@settings(max_examples=30)
def test_memory_mapped_read_only_arrays_will_do(tmp_path_factory: pytest.TempPathFactory, question: Question) -> None:
    arrays = question.arrays()

    def mapped(rows: Rows) -> Rows:
        folder, held = tmp_path_factory.mktemp("arrays"), {}
        for one in fields(Rows):
            np.save(folder / f"{one.name}.npy", getattr(rows, one.name))
            view = np.load(folder / f"{one.name}.npy", mmap_mode="r" if getattr(rows, one.name).size else None)
            view.flags.writeable = False
            held[one.name] = view
        return Rows(**held)

    kept = TieArrays(outgoing=mapped(arrays.outgoing), incoming=mapped(arrays.incoming))
    found = find_paths(kept, question.source, question.targets, **question.options)
    assert found == enumerate_paths(question.ties, question.source, question.targets, **question.options)


@pytest.mark.parametrize(
    ("source", "targets", "options", "node"),
    [(2, [1], {}, 2), (-1, [1], {}, -1), (0, [7], {}, 7), (0, [1], {"avoid": [9]}, 9), (0, [1], {"via": [-2]}, -2)],
)
def test_nodes_outside_the_arrays_are_refused(
    source: int, targets: list[int], options: dict[str, Any], node: int
) -> None:
    with pytest.raises(ValueError, match=f"node {node} lies outside the arrays, whose nodes are 0 … 1"):
        find_paths(build(2, {(0, 1): 0.5}), source, targets, **options)
