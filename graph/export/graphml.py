"""GraphML, written as a stream: the graph of `build_networkx` for yEd, igraph, NetworkX and the like."""

from collections.abc import Iterable, Iterator, Mapping
from xml.sax.saxutils import escape, quoteattr

from graph.export.tables import EDGE_ATTRIBUTES, NODE_ATTRIBUTES, PersonRecord, TieRecord, Value, edges_of, nodes_of

_TYPES: dict[type[Value], str] = {str: "string", int: "int", float: "double"}
_HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
"""


def graphml(people: Iterable[PersonRecord], ties: Iterable[TieRecord]) -> Iterator[str]:
    """Write people as nodes and ties as directed edges.

    Streamed, because a graph of millions of ties fits neither a NetworkX graph nor an XML tree in memory. Every person
    of a tie must be among the people.
    """
    yield _HEAD
    for what, attributes in (("node", NODE_ATTRIBUTES), ("edge", EDGE_ATTRIBUTES)):
        for name, kind in attributes.items():
            yield f'<key id="{what}_{name}" for="{what}" attr.name="{name}" attr.type="{_TYPES[kind]}"/>\n'
    yield '<graph edgedefault="directed">\n'
    for id_, found in nodes_of(people):
        yield f"<node id={quoteattr(id_)}>{_data('node', found)}</node>\n"
    for source, target, found in edges_of(ties):
        yield f"<edge source={quoteattr(source)} target={quoteattr(target)}>{_data('edge', found)}</edge>\n"
    yield "</graph>\n</graphml>\n"


def _data(what: str, attributes: Mapping[str, Value]) -> str:
    return "".join(f'<data key="{what}_{name}">{escape(str(value))}</data>' for name, value in attributes.items())
