"""Which exports to ask for today: how to get each, how long that takes, what it shows of whom others know; to tick."""

import re
from typing import Any

import dash_mantine_components as dmc
from dash import ALL, ClientsideFunction, Dash, Input, Output, State, html
from dash.development.base_component import Component

from dashboard.web.parts import div, element, section, span
from ingest.source import Source

_FIRST, _LAST = ("x-archive", "linkedin", "email"), ("csv", "jsonl")
"""Which to ask for first, as they take their time, and what there is for everything else."""
_MOST = 3
_STEP_END = re.compile(r"[;.] | \(")
_CLAUSE_END = re.compile(r"[:,;] ")


def show_ticks() -> Component:
    """Show what can be brought in from files; what is ticked is kept in the browser."""
    from ingest.registry import sources

    rows = sorted((one for one in sources() if one.live is None), key=_place)
    return section(
        "Ask for your exports today",
        span(f"0 of {len(rows)} asked for", cls="asked-for", id="asked-for", role="status"),
        element(html.P, "The networks take their time to hand them over. Tick what you have asked for.", cls="second"),
        element(
            html.Table,
            element(
                html.Thead,
                element(html.Tr, *(element(html.Th, one) for one in ("Where", "Takes", "Shows whom others know"))),
            ),
            element(html.Tbody, *map(_row, rows)),
        ),
        element(
            html.P,
            "Your own data show your own half. Whom your contacts know is seen where they act in public, where you "
            "were copied in, and where you say so. ",
            element(html.A, "How to get each, step by step", href="/sources", cls="go away"),
            cls="small",
        ),
        cls="exports",
    )


def add_ticks(app: Dash) -> None:
    """Count in the browser what is ticked, and keep it there."""
    bind: Any = app.clientside_callback  # untyped in Dash
    boxes = {"asked": ALL}
    shown = Output(boxes, "checked"), Output("asked-for", "children")
    bind(ClientsideFunction("start", "asked"), *shown, Input(boxes, "checked"), State(boxes, "id"))


def _place(source: Source) -> int:
    return (*_FIRST, "", *_LAST).index(source.name if source.name in _FIRST + _LAST else "")


def _row(source: Source) -> Component:
    how, *_ = _STEP_END.split(source.obtain, 1)
    shown, *_ = _CLAUSE_END.split(source.second_hop, 1)
    bars = (span(cls="on" if level < source.sight else "") for level in range(_MOST))
    return element(
        html.Tr,
        element(
            html.Td,
            dmc.Checkbox(
                id={"asked": source.name},
                label=source.title,
                description=how[0].upper() + how[1:],
            ),
        ),
        element(html.Td, source.wait.partition(";")[0]),
        element(html.Td, div(span(*bars, cls="sight", aria_hidden="true"), shown, cls="shows")),
    )
