"""GEXF 1.2, written as a stream: the graph of `build_networkx` for Gephi."""

from collections.abc import Iterable, Iterator, Mapping
from xml.sax.saxutils import quoteattr

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

_TYPES: dict[type[Value], str] = {str: "string", int: "integer", float: "double"}
_HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">
<meta><creator>intrograph</creator></meta>
<graph defaultedgetype="directed" mode="static">
"""


def gexf(people: Iterable[PersonRecord], ties: Iterable[TieRecord]) -> Iterator[str]:
    """Write people as labelled nodes and ties as directed edges, streamed.

    Edges carry no weight of their own: GEXF reads a missing one as 1 and Gephi takes no 0, so an unproven tie would
    weigh more than a close one. `strength` is there as an attribute. Every person of a tie must be among the people.
    """
    yield _HEAD
    yield from _declarations("node", NODE_ATTRIBUTES)
    yield from _declarations("edge", EDGE_ATTRIBUTES)
    yield "<nodes>\n"
    for person in people:
        found = node_attributes(person)
        head = f"id={quoteattr(clean(person.id))} label={quoteattr(str(found.get('name', clean(person.id))))}"
        yield f"<node {head}>{_values(found)}</node>\n"
    yield "</nodes>\n<edges>\n"
    for number, tie in enumerate(ties):
        ends = f"source={quoteattr(clean(tie.source))} target={quoteattr(clean(tie.target))}"
        yield f'<edge id="{number}" {ends}>{_values(edge_attributes(tie))}</edge>\n'
    yield "</edges>\n</graph>\n</gexf>\n"


def _declarations(what: str, attributes: Mapping[str, type[Value]]) -> Iterator[str]:
    yield f'<attributes class="{what}">\n'
    for name, kind in attributes.items():
        yield f'<attribute id="{name}" title="{name}" type="{_TYPES[kind]}"/>\n'
    yield "</attributes>\n"


def _values(attributes: Mapping[str, Value]) -> str:
    inner = "".join(f'<attvalue for="{name}" value={quoteattr(str(value))}/>' for name, value in attributes.items())
    return f"<attvalues>{inner}</attvalues>" if inner else ""
