"""What the network is made of: groups, who connects them, positions and rings, each on links alone."""

from collections import Counter
from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.network import communities
from graph.network.brokers import estimate_betweenness, find_bridges, find_brokers
from graph.network.communities import load_networkit, make_networkx
from graph.network.layout import place_nodes
from graph.network.links import Links, pair_up
from graph.network.rings import GROWN, INNER, MOST_GROWN, MOST_INNER, MOST_OUTER, OUTER, draw_rings
from graph.paths.arrays import TieArrays, build_tie_arrays

few = settings(max_examples=40, deadline=None)


def join(size: int, pairs: list[tuple[int, int]], strength: float = 0.5) -> Links:
    ends = np.array(pairs, dtype=np.int32).reshape(-1, 2)
    return pair_up(size, ends[:, 0], ends[:, 1], np.full(len(pairs), strength, dtype=np.float32))


@st.composite
def networks(draw: st.DrawFn, most: int = 20) -> Links:
    size = draw(st.integers(1, most))
    nodes = st.integers(0, size - 1)
    pairs = draw(st.lists(st.tuples(nodes, nodes).filter(lambda pair: pair[0] != pair[1]), max_size=2 * size))
    return join(size, pairs)


def clusters(count: int, size: int, seed: int = 1) -> Links:
    """Dense groups of people, each with one relationship with the next."""
    rng = np.random.default_rng(seed)
    inside = [
        (part * size + a, part * size + b)
        for part in range(count)
        for a, b in combinations(range(size), 2)
        if b == a + 1 or rng.random() < 8 / size
    ]
    return join(count * size, inside + [(part * size, (part + 1) % count * size + 1) for part in range(count)])


@few
@given(networks())
def test_betweenness_of_all_nodes_is_exact(links: Links) -> None:
    exact = nx.betweenness_centrality(make_networkx(links), normalized=False)
    found = estimate_betweenness(links) / 2
    assert found == pytest.approx([exact[node] for node in range(links.size)])


@few
@given(networks(), st.lists(st.integers(-1, 3), min_size=20, max_size=20))
def test_bridges_are_the_only_links_between_two_groups(links: Links, groups: list[int]) -> None:
    group = np.array(groups[: links.size], dtype=np.int32)
    ends = [tuple(sorted((groups[a], groups[b]))) for a, b in zip(links.a, links.b, strict=True)]
    many = Counter(ends)
    wanted = [place for place, (one, other) in enumerate(ends) if one != other and one >= 0 and many[one, other] == 1]
    assert find_bridges(links, group).tolist() == wanted


@pytest.mark.parametrize(("people", "most"), [(3, 0), (4, 1), (11, 1), (12, 2), (23, 3), (100, 3)])
def test_about_one_person_in_eight_connects_groups(people: int, most: int) -> None:
    links = join(people, list(combinations(range(people), 2)))
    assert len(find_brokers(links, np.arange(people, dtype=np.int32) % 2, [])) == most


@pytest.mark.parametrize("find", [communities._by_networkx, communities._by_networkit])
def test_either_library_finds_dense_groups_and_always_the_same(find: object) -> None:
    if find is communities._by_networkit and load_networkit() is None:
        pytest.skip("NetworKit is not installed")
    assert callable(find)
    links = clusters(12, 15)
    label = find(links)
    assert len(set(label.tolist())) == 12
    assert all(len(set(label[part * 15 : part * 15 + 15].tolist())) == 1 for part in range(12))
    assert (find(links) == label).all()


def test_groups_are_mine_first_then_the_larger_and_small_ones_have_no_letter() -> None:
    triangles = [(0, 1), (0, 2), (1, 2), (5, 6), (6, 7), (5, 7), (5, 8), (6, 8), (7, 8), (9, 10), (9, 11), (10, 11)]
    links = join(14, [*triangles, (3, 4), (12, 13)])
    assert communities.find_groups(links, me=3).tolist() == [2, 2, 2, 0, 0, 1, 1, 1, 1, 3, 3, 3, -1, -1]
    many = join(36, [pair for part in range(12) for pair in combinations(range(part * 3, part * 3 + 3), 2)])
    assert Counter(communities.find_groups(many, me=None).tolist()) == {-1: 12} | dict.fromkeys(range(8), 3)


@few
@given(networks(30))
def test_positions_are_of_everybody_apart_and_the_same_again(links: Links) -> None:
    points = place_nodes(links, np.zeros(links.size, dtype=np.int32))
    assert points.shape == (links.size, 2)
    assert len(np.unique(points, axis=0)) == links.size
    assert (place_nodes(links, np.zeros(links.size, dtype=np.int32)) == points).all()
    if len(links):
        length = np.hypot(*(points[links.a] - points[links.b]).T.astype(float)).mean()
        assert length == pytest.approx(100, rel=0.05)


def test_parts_stand_beside_each_other_and_the_whole_is_wide() -> None:
    large, small = clusters(3, 8), 12
    pairs = [*zip(large.a.tolist(), large.b.tolist(), strict=True)]
    pairs += [(24 + 2 * part, 25 + 2 * part) for part in range(small)]
    points = place_nodes(join(24 + 2 * small, pairs), np.zeros(24 + 2 * small, dtype=np.int32))
    assert np.ptp(points[:, 0]) > np.ptp(points[:, 1])
    reach = np.hypot(*(points[:24] / [4 / 3, 1]).T).max()
    assert (np.hypot(*(points[24:] / [4 / 3, 1]).T) > reach).all()


def test_many_people_stand_by_their_groups() -> None:
    links = clusters(10, 80)
    group = (np.arange(800) // 80).astype(np.int32)
    points = place_nodes(links, group).astype(float)
    middles = np.stack([points[group == one].mean(axis=0) for one in range(10)])
    nearest = np.hypot(*(points[:, None] - middles).transpose(2, 0, 1)).argmin(axis=1)
    assert (nearest == group).mean() > 0.9
    assert len(np.unique(points, axis=0)) == 800


# --- the rings of a neighbourhood ------------------------------------------------------------------------------------


def ties(size: int, pairs: dict[tuple[int, int], float]) -> TieArrays:
    ends = np.array([*pairs], dtype=np.int32).reshape(-1, 2)
    return build_tie_arrays(size, ends[:, 0], ends[:, 1], np.array([*pairs.values()], dtype=np.float32))


@st.composite
def neighbourhoods(draw: st.DrawFn) -> tuple[TieArrays, dict[tuple[int, int], float]]:
    size = draw(st.integers(2, 60))
    nodes = st.integers(0, size - 1)
    some = st.tuples(nodes, nodes).filter(lambda pair: pair[0] != pair[1])
    pairs = draw(st.dictionaries(some, st.sampled_from([0.125, 0.25, 0.5, 1.0]), max_size=4 * size))
    return ties(size, pairs), pairs


@few
@given(neighbourhoods(), st.lists(st.integers(0, 59), max_size=4), st.sampled_from([1, 2]))
def test_rings_hold_whom_one_can_ask_and_who_is_behind_each_once(
    drawn: tuple[TieArrays, dict[tuple[int, int], float]], grown: list[int], steps: int
) -> None:
    arrays, pairs = drawn
    found = draw_rings(arrays, 0, steps=steps, grown=grown)
    everybody = [*found.drawn, *found.rest]
    assert len({spot.node for spot in everybody}) == len(everybody)
    asked = {b for a, b in pairs if a == 0}
    ways = Counter(b for a, b in pairs if a in asked and b not in asked and b)
    ring = {spot.node: spot.ring for spot in everybody if spot.ring != GROWN}
    shown = {spot.node for spot in found.drawn}
    wanted = dict.fromkeys(asked, INNER) | (dict.fromkeys(ways, OUTER) if steps == 2 else {})
    assert {node: one for node, one in wanted.items() if node in ring} == {
        node: one for node, one in ring.items() if node
    }
    for spot in found.drawn[1:]:
        assert spot.over in shown
        assert (spot.over, spot.node) in pairs
    for spot in everybody:
        if spot.ring == OUTER:
            assert spot.ways == ways[spot.node]
            over = max(pairs[0, one] * pairs[one, spot.node] for one in asked if (one, spot.node) in pairs)
            assert spot.strength <= over
    points = [spot.point for spot in found.drawn]
    assert len(set(points)) == len(points)


def test_a_full_neighbourhood_shows_the_strongest_with_room_between_them() -> None:
    pairs = {(0, n): n / 100 for n in range(1, 41)}
    pairs |= {(n, n * 40 + m): 0.5 for n in range(1, 41) for m in range(1, 5)}
    found = draw_rings(ties(1800, pairs), 0, grown=[40 * 40 + 1, 40, 39], aside=[39])
    rings = [[spot for spot in found.drawn if spot.ring == ring] for ring in range(3)]
    assert [spot.node for spot in rings[INNER]] == list(range(40, 40 - MOST_INNER, -1))
    assert len(rings[OUTER]) == MOST_OUTER
    assert all(spot.over != 39 for spot in found.drawn)
    left = Counter(spot.ring for spot in found.rest)
    assert left == {INNER: 40 - MOST_INNER, OUTER: 39 * 4 - MOST_OUTER}
    for spots, least in ((rings[INNER], 45), (rings[OUTER], 60)):
        assert all(
            np.hypot(a.point[0] - b.point[0], a.point[1] - b.point[1]) > least for a, b in combinations(spots, 2)
        )


def test_grown_people_stand_beyond_whom_they_hang_on() -> None:
    pairs = {(0, 1): 0.5, (1, 2): 0.5} | {(2, n): 0.9 - n / 100 for n in range(3, 15)} | {(4, 20): 0.5}
    found = draw_rings(ties(21, pairs), 0, grown=[2, 4, 19])
    grown = [spot for spot in found.drawn if spot.ring == GROWN]
    assert [spot.node for spot in grown] == [*range(3, 3 + MOST_GROWN), 20]
    far = {spot.node: np.hypot(*(np.array(spot.point) / [361, 290])) for spot in found.drawn}
    assert far[20] > far[4] > far[2]


def test_those_who_know_each_other_stand_side_by_side() -> None:
    pairs = {(0, n): 1 - n / 100 for n in range(1, 7)} | {(1, 4): 0.5, (2, 5): 0.5, (3, 6): 0.5}
    at = {spot.node: np.array(spot.point) for spot in draw_rings(ties(7, pairs), 0).drawn}
    side = min(np.hypot(*(at[a] - at[b])) for a, b in combinations(range(1, 7), 2))
    assert all(np.hypot(*(at[n] - at[n + 3])) < 1.5 * side for n in (1, 2, 3))


def test_so_many_grown_people_that_a_ring_is_full_stand_evenly() -> None:
    pairs = {(0, n): 0.5 for n in range(1, 7)} | {(n, 10 * n + m): 0.5 for n in range(1, 7) for m in range(9)}
    outer = [spot.node for spot in draw_rings(ties(70, pairs), 0).drawn if spot.ring == OUTER]
    pairs |= {(node, 100 + 10 * place + m): 0.5 for place, node in enumerate(outer) for m in range(MOST_GROWN)}
    found = draw_rings(ties(400, pairs), 0, grown=outer)
    points = [spot.point for spot in found.drawn if spot.ring == GROWN]
    assert len(points) == len(set(points)) == len(outer) * MOST_GROWN
