"""Groups: people who have stronger relationships among each other than with the rest.

The modularity Q = Σ over groups of (w_in / W - (w_all / 2W)²), with the strengths as weights, is raised by the Louvain
method (Blondel, Guillaume, Lambiotte, Lefebvre 2008): networkx's, or NetworKit's (PLM with refinement, Staudt and
Meyerhenke 2016), which is a hundred times faster, where that is installed. Both are seeded and run in one thread, so
that the same relationships always give the same groups. Leiden's better groups have no library under a free licence.
"""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from graph.network.links import Links

if TYPE_CHECKING:
    import networkx as nx

_SEED = 1
LETTERS = 8
"""How many groups have a letter."""
_LEAST = 3  # people, else a group has none; mine has one


def find_groups(links: Links, me: int | None) -> NDArray[np.int32]:
    """Number the groups: mine first, then the larger first, equal ones by their smallest node.

    Returns:
        The group of each node, int32; -1 where it is none of the few that have a letter.
    """
    label = _by_networkx(links) if load_networkit() is None else _by_networkit(links)
    names, first, place, size = np.unique(label, return_index=True, return_inverse=True, return_counts=True)
    mine = np.zeros(len(names), dtype=np.bool_)
    if me is not None:
        mine[place[me]] = True
    order = np.lexsort((first, -size, ~mine))
    order = order[(mine | (size >= _LEAST))[order]][:LETTERS]
    number = np.full(len(names), -1, dtype=np.int32)
    number[order] = np.arange(len(order), dtype=np.int32)
    return number[place]


def find_heads(links: Links, group: NDArray[np.int32]) -> list[list[int]]:
    """Give the two members of each group that have the most strength within it, equal ones by node."""
    inside = links.take((group[links.a] == group[links.b]) & (group[links.a] >= 0))
    weight = np.bincount(inside.a, inside.strength, links.size) + np.bincount(inside.b, inside.strength, links.size)
    members = [np.flatnonzero(group == one) for one in range(int(group.max(initial=-1)) + 1)]
    return [held[np.argsort(-weight[held], kind="stable")[:2]].tolist() for held in members]


def _by_networkx(links: Links) -> NDArray[np.int64]:
    from networkx.algorithms.community import louvain_communities

    label = np.zeros(links.size, dtype=np.int64)
    for number, nodes in enumerate(louvain_communities(make_networkx(links), weight="weight", seed=_SEED)):
        label[list(nodes)] = number
    return label


def _by_networkit(links: Links) -> NDArray[np.int64]:
    kit = load_networkit()
    kit.setNumberOfThreads(1)
    held = (links.strength.astype(np.float64), (links.a.astype(np.uint64), links.b.astype(np.uint64)))
    graph = kit.GraphFromCoo(held, n=links.size, weighted=True, directed=False)
    kit.setSeed(_SEED, False)
    found = kit.community.PLM(graph, True).run().getPartition()
    return np.array(found.getVector(), dtype=np.int64)


def make_networkx(links: Links) -> "nx.Graph[int]":
    """Make a graph of the links, with their strengths as weights."""
    import networkx as nx

    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(links.size))
    graph.add_weighted_edges_from(zip(links.a.tolist(), links.b.tolist(), links.strength.tolist(), strict=True))
    return graph


@cache
def load_networkit() -> Any:
    """Load NetworKit, whose types are unknown; None where it is not installed."""
    return import_module("networkit") if find_spec("networkit") else None
