"""A NetworkX graph, for notebooks; the graph formats write the same nodes, edges and attributes."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

import networkx as nx

from graph.export.read import read_people, read_ties
from graph.export.tables import PersonRecord, TieRecord, edges_of, nodes_of
from graph.store.features import Filters
from graph.store.store import Store


def build_networkx(people: Iterable[PersonRecord], ties: Iterable[TieRecord]) -> "nx.DiGraph[str]":
    """Build a directed graph of person ids; attributes as in `NODE_ATTRIBUTES` and `EDGE_ATTRIBUTES`.

    All values are strings, ints and floats that every writer of NetworkX takes; what is unknown is left out.
    """
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(nodes_of(people))
    graph.add_edges_from(edges_of(ties))
    return graph


def to_networkx(store: Store, filters: Filters, today: date | None = None) -> "nx.DiGraph[str]":
    """Build the graph of everybody in a store, with every ordered pair that ever interacted under the filters.

    Args:
        store: Where from.
        filters: Which interactions count.
        today: The day that ties are evaluated for where the filters have no as-of; the present day by default.
    """
    day = today or datetime.now(UTC).date()
    return build_networkx(read_people(store), read_ties(store, filters, day))
