"""GEXF 1.2, written as a stream: the graph of `build_networkx` for Gephi."""

from collections.abc import Iterable, Iterator, Mapping
from xml.sax.saxutils import quoteattr

from graph.export.tables import EDGE_ATTRIBUTES, NODE_ATTRIBUTES, PersonRecord, TieRecord, Value, edges_of, nodes_of

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
    for what, attributes in (("node", NODE_ATTRIBUTES), ("edge", EDGE_ATTRIBUTES)):
        yield f'<attributes class="{what}">\n'
        for name, kind in attributes.items():
            yield f'<attribute id="{name}" title="{name}" type="{_TYPES[kind]}"/>\n'
        yield "</attributes>\n"
    yield "<nodes>\n"
    for id_, found in nodes_of(people):
        label = quoteattr(str(found.get("name", id_)))
        yield f"<node id={quoteattr(id_)} label={label}>{_values(found)}</node>\n"
    yield "</nodes>\n<edges>\n"
    for number, (source, target, found) in enumerate(edges_of(ties)):
        ends = f"source={quoteattr(source)} target={quoteattr(target)}"
        yield f'<edge id="{number}" {ends}>{_values(found)}</edge>\n'
    yield "</edges>\n</graph>\n</gexf>\n"


def _values(attributes: Mapping[str, Value]) -> str:
    inner = "".join(f'<attvalue for="{name}" value={quoteattr(str(value))}/>' for name, value in attributes.items())
    return f"<attvalues>{inner}</attvalues>" if inner else ""
