"""The network in dash-cytoscape: `python -m benchmarks.cytoscape_page GRAPH` serves what `/graph.json` gave as a page.

The same people at the same places with the same links, in the same colours, without names, list and filters, which is
kind to it: /network/. A page with none of them, to compare with: /empty/.
"""

import json
import sys
from pathlib import Path
from typing import Any

import dash_cytoscape as cyto
from dash import Dash, html
from flask import Flask

from dashboard.web.server import ServedPage, listen, run, url_of

_GROUPS = ("#3F62C9", "#A8569C", "#A05F0B", "#3B8249")
_OTHERS, _LINK = "#8C959D", "#B9C0C6"
_WIDTHS = {"0": 3.5, "1": 2.0, "2": 1.0}
_STYLES = [
    {"selector": "node", "style": {"width": 16, "height": 16, "background-color": "data(colour)"}},
    {"selector": "edge", "style": {"width": "data(width)", "line-color": _LINK}},
]


def make_elements(graph: dict[str, Any]) -> list[dict[str, Any]]:
    """Make an element of each person, and of each link that is a relationship."""
    people, links, closeness = graph["people"], graph["links"], graph["view"]["closeness"]
    columns = zip(people["x"], people["y"], people["group"], strict=True)
    nodes = [
        {
            "data": {"id": str(place), "colour": _OTHERS if group < 0 else _GROUPS[group % 4]},
            "position": {"x": x, "y": y},
        }
        for place, (x, y, group) in enumerate(columns)
    ]
    edges = [
        {"data": {"source": str(a), "target": str(b), "width": _WIDTHS[how]}}
        for a, b, how in zip(links["a"], links["b"], closeness, strict=True)
        if how in _WIDTHS
    ]
    return nodes + edges


def add_page(server: Any, path: str, elements: list[dict[str, Any]]) -> None:
    """Add a page that draws some elements where they stand."""
    app = Dash(path.strip("/"), server=server, url_base_pathname=path, enable_mcp=False, add_log_handler=False)
    drawing = cyto.Cytoscape(
        id="drawing",
        elements=elements,
        layout={"name": "preset"},
        stylesheet=_STYLES,
        style={"width": "868px", "height": "657px"},
    )
    app.layout = html.Main([html.H1("Network"), drawing])


def main() -> None:
    """Serve both pages, and print their address."""
    server = Flask("cytoscape")
    graph = json.loads(Path(sys.argv[1]).read_bytes())
    add_page(server, "/network/", make_elements(graph))
    add_page(server, "/empty/", [])
    with listen("127.0.0.1", 0) as taken:
        run(ServedPage(server, lambda: None), taken, lambda: print(json.dumps({"url": url_of(taken)}), flush=True))


if __name__ == "__main__":
    main()
