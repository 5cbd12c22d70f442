"""Links as the graph of a library: networkx, which is always there, or NetworKit, where it is installed."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from graph.network.links import Links

if TYPE_CHECKING:
    import networkx as nx


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


def make_networkit(links: Links) -> tuple[Any, Any]:
    """Give NetworKit, kept to one thread so that it answers the same each time, and the links as its graph."""
    kit = load_networkit()
    kit.setNumberOfThreads(1)
    held = (links.strength.astype(np.float64), (links.a.astype(np.uint64), links.b.astype(np.uint64)))
    return kit, kit.GraphFromCoo(held, n=links.size, weighted=True, directed=False)
