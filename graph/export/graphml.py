"""GraphML, written as a stream: the graph of `build_networkx` for yEd, igraph, NetworkX and the like."""

from collections.abc import Iterable, Iterator, Mapping
from xml.sax.saxutils import escape, quoteattr

from graph.export.tables import (
    EDGE_ATTRIBUTES,
    NODE_ATTRIBUTES,
    PersonRecord,
    TieRecord,
    Value,
    edge_attributes,
    node_attributes,
)
from graph.records.clean import clean

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
    yield from _keys("node", NODE_ATTRIBUTES)
    yield from _keys("edge", EDGE_ATTRIBUTES)
    yield '<graph edgedefault="directed">\n'
    for person in people:
        yield f"<node id={quoteattr(clean(person.id))}>{_data('node', node_attributes(person))}</node>\n"
    for tie in ties:
        ends = f"source={quoteattr(clean(tie.source))} target={quoteattr(clean(tie.target))}"
        yield f"<edge {ends}>{_data('edge', edge_attributes(tie))}</edge>\n"
    yield "</graph>\n</graphml>\n"


def _keys(what: str, attributes: Mapping[str, type[Value]]) -> Iterator[str]:
    for name, kind in attributes.items():
        yield f'<key id="{what}_{name}" for="{what}" attr.name="{name}" attr.type="{_TYPES[kind]}"/>\n'


def _data(what: str, attributes: Mapping[str, Value]) -> str:
    return "".join(f'<data key="{what}_{name}">{escape(str(value))}</data>' for name, value in attributes.items())
