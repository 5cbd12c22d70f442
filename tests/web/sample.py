"""A page with a callback of each kind, to try the guards on: `python -m tests.web.sample PORT` serves it."""

import json
import sys
import time

import dash_mantine_components as dmc
from dash import Dash, Input, Output, html
from flask import Response

from dashboard.web.entrance import open_entrance
from dashboard.web.safety import protect
from dashboard.web.server import ServedPage, listen, run, url_of

_INDEX = """<!DOCTYPE html>
<html lang="en"><head>{%metas%}<title>{%title%}</title>{%favicon%}{%css%}</head>
<body>{%app_entry%}<footer>{%config%}{%scripts%}{%renderer%}</footer></body></html>"""


def make_sample() -> Dash:
    """Make the page: a box for a name, greeted by the server, and counted by the browser."""
    app = Dash(__name__, title="sample", update_title="", index_string=_INDEX, enable_mcp=False, add_log_handler=False)
    app.layout = dmc.MantineProvider(
        html.Main([dmc.Title("Sample", order=1), dmc.TextInput(id="name", label="Name"), _told("hello"), _told("long")])
    )

    @app.callback(Output("hello", "children"), Input("name", "value"))
    def greet(name: str | None) -> str:
        if name and name.startswith("Secret"):
            raise KeyError(name)
        return f"Hello, {name or 'you'}"

    app.clientside_callback(  # type: ignore[no-untyped-call] # Dash's own has no types
        "name => `${(name || '').length} letters`", Output("long", "children"), Input("name", "value")
    )

    def data() -> Response:
        return Response("[]", content_type="application/json", headers={"Cache-Control": "private, no-cache"})

    def slow() -> str:
        time.sleep(60)
        return "at last"

    app.server.add_url_rule("/data", view_func=data)
    app.server.add_url_rule("/slow", view_func=slow)
    return app


def _told(name: str) -> html.P:
    return html.P(id=name)


def main() -> None:
    """Serve the page, and print its address."""
    app = make_sample()
    with listen("127.0.0.1", int(sys.argv[1])) as taken:
        protect(app, open_entrance("127.0.0.1", taken))
        run(ServedPage(app.server, lambda: None), taken, lambda: _tell(url_of(taken)))


def _tell(url: str) -> None:
    sys.stdout.write(f"{json.dumps({'url': url})}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
