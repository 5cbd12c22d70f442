"""The views Network and Neighbourhood: the frame that the browser fills with what `/graph.json` holds.

The canvas is hidden from screen readers; the list beside it shows the same people under the same filters.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import dash_ag_grid as dag
import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from dashboard.service.connections import find_connections
from dashboard.service.desk import Desk
from dashboard.web.address import (
    Address,
    around_address,
    network_address,
    person_address,
    read_address,
    write_address,
)
from dashboard.web.parts import as_of_chip, button, div, element, face, span, state, text, work
from dashboard.web.timeline import draw_strip, months_between
from dashboard.words.network import connections_words
from dashboard.words.plan import first_name
from dashboard.words.ways import LATE
from graph.answers.ask import Question
from graph.people.person import Person
from graph.store.features import Filters

_TABS = {"paths": "Paths", "around": "Neighbourhood", "network": "Network"}
_STEPS = {1: "1 step", 2: "2 steps"}
_ORDERS = {"most": "most first", "name": "by name"}
_STRIP_WIDTH = 820
_LONGEST = 600


def add_network(app: Dash, desk: Desk) -> None:
    """Add what fills the frame while it is open: who is chosen; and bind what `assets/explore.js` does."""

    @app.callback(Output("picked", "children"), Input("picking", "data"), prevent_initial_call=True)
    def pick(chosen: Mapping[str, Any]) -> list[Component]:
        address = read_address(str(chosen.get("search", "")))
        return _show_picked(desk, str(chosen.get("id", ""))[:_LONGEST], address)

    bind: Any = app.clientside_callback  # untyped in Dash
    bind(ClientsideFunction("explore", "months"), Output("bars", "title"), Input("months", "value"))
    bind(ClientsideFunction("explore", "row"), Output("people-table", "title"), Input("people-grid", "selectedRows"))


def show_network(desk: Desk, address: Address, around: str | None) -> Component:
    """Show the frame of the network, or of the neighbourhood around somebody (around me where that is empty)."""
    if desk.contents().empty:
        home = element(html.A, "How to begin", href="/", cls="button go")
        return state("share-2", "Nothing to draw yet", "The people in what you bring in are drawn here.", home)
    current, filters = "network" if around is None else "around", address.question.filters
    middle = None if around is None else desk.somebody(around)
    return div(
        element(html.H1, _TABS[current], cls="unseen", tabIndex=-1, id="heading"),
        div(
            button("", sign="x", cls="icon-button", id="rail-close", aria_label="Close"),
            div(id="filters"),
            cls="rail",
            id="rail",
            role="group",
            aria_label="Filters",
        ),
        div(
            div(
                show_tabs(current),
                None if around is None else _steps(around, filters.as_of, min(address.question.max_hops, 2)),
                as_of_chip(filters.as_of, around_address(around, None)) if around is not None else None,
                button("Filters", sign="sliders-horizontal", id="rail-open"),
                div(
                    button("", sign="plus", cls="icon-button", id="zoom-in", aria_label="Zoom in"),
                    button("", sign="minus", cls="icon-button", id="zoom-out", aria_label="Zoom out"),
                    button("", sign="maximize", cls="icon-button", id="fit", aria_label="Show all"),
                    cls="zoom",
                ),
                cls="stage-head",
            ),
            *_late(desk),
            div(
                element(html.Canvas, id="drawing", aria_hidden="true"),
                element(html.P, id="drawing-state", role="status", hidden=True),
                cls="canvas",
            ),
            *(_time(desk, filters) if middle is None else _rings(middle, mine=not around)),
            cls="stage",
        ),
        element(
            html.Aside,
            div(id="picked", aria_live="polite"),
            div(element(html.H2, id="counts"), _order(), cls="people-head", hidden=around is not None),
            div(id="people-box"),
            div(id="people-table", data_table=_table(), hidden=True),
            cls="listing",
            aria_label="People",
        ),
        dcc.Store(id="picking"),
        id="network",
        cls="explore",
        data_view=current,
    )


def _late(desk: Desk) -> Iterator[Component]:
    if desk.late:
        yield div(span(LATE), button("Ask again", cls="small", id="ask-again"), cls="late")


def show_tabs(current: str, person: str = "", filters: Filters | None = None) -> Component:
    """Make the tabs of the three views of somebody; on the network the browser says where they lead."""
    held = filters or Filters()
    leads = {"paths": "", "around": around_address(person, held.as_of), "network": network_address(person, held)}
    return _tabs("Views", ((label, leads[name], name == current, name) for name, label in _TABS.items()), "tabs")


def _steps(around: str, as_of: date | None, steps: int) -> Component:
    leads = {one: around_address(around, as_of, steps=one) for one in _STEPS}
    return _tabs("How far", ((label, leads[one], one == steps, None) for one, label in _STEPS.items()))


def _tabs(label: str, links: Iterable[tuple[str, str, bool, str | None]], cls: str = "") -> Component:
    made = (
        element(html.A, words, href=href, cls="go", data_tab=name, aria_current="page" if is_ else None)
        for words, href, is_, name in links
    )
    return element(html.Nav, *made, cls=f"segments {cls}".strip(), aria_label=label)


def _order() -> Component:
    choices = (element(html.Option, label, value=name) for name, label in _ORDERS.items())
    return element(html.Select, *choices, id="order", aria_label="Order")


def _table() -> str:
    """Describe the table of many people; the browser puts it in place, and makes only the rows in sight."""
    fixed: dict[str, Any] = {"resizable": False, "suppressMovable": True}
    table = dag.AgGrid(
        id="people-grid",
        getRowId="params.data.id",
        className="ag-theme-quartz",
        style={"height": "100%"},
        columnDefs=[
            fixed | {"field": "group", "headerName": "Group", "width": 62, "cellRenderer": "GroupBadge"},
            fixed | {"field": "name", "headerName": "Name", "flex": 1, "cellRenderer": "PersonName"},
            fixed | {"field": "many", "headerName": "Relationships", "width": 106, "type": "rightAligned"},
        ],
        dashGridOptions={
            "rowSelection": {"mode": "singleRow", "checkboxes": False, "enableClickSelection": True},
            "headerHeight": 32,
            "rowHeight": 32,
            "animateRows": False,
        },
    )
    return json.dumps(table.to_plotly_json())


def _rings(middle: Person, *, mine: bool) -> Iterator[Component]:
    who = "you" if mine else first_name(middle)
    yield div(
        span(f"inner ring: people {who} can ask", cls="ring-key inner"),
        span("outer ring: people behind them", cls="ring-key"),
        span("click on somebody for more behind them", cls="hint"),
        cls="ring-keys",
    )


def _time(desk: Desk, filters: Filters) -> Iterator[Component]:
    """Show the interactions of all by month, with a handle at each end of the time that is drawn."""
    counted = desk.all_months()
    if not counted:
        return
    until = max(desk.today.replace(day=1), max(counted))
    first = min(min(counted), until.replace(year=until.year - 1))  # few months would be bars as wide as walls
    last = months_between(first, until)
    start, end = filters.since.date() if filters.since else first, filters.as_of or until
    between = [max(0, min(months_between(first, one), last)) for one in (start, end)]
    bars = [(month, 0, many) for month, many in sorted(counted.items())]
    yield div(
        div(
            span(id="time-words", cls="strong"),
            span("interactions by month"),
            button("Play", sign="play", cls="quiet", id="play", aria_pressed="false"),
            cls="strip-head",
        ),
        div(
            div(id="bars", data_svg=draw_strip(bars, width=_STRIP_WIDTH, since=first, until=until, height=56)),
            dmc.RangeSlider(
                id="months",
                min=0,
                max=last,
                value=between,
                minRange=0,
                label=None,
                updatemode="mouseup",
                thumbFromLabel="From the month",
                thumbToLabel="To the month",
            ),
            cls="strip-plot",
        ),
        id="time",
        data_first=f"{first:%Y-%m}",
        data_last=str(last),
    )


def _show_picked(desk: Desk, id_: str, address: Address) -> list[Component]:
    """Show who is chosen, how they are connected, and what can be asked of them."""
    filters = Filters(as_of=address.question.filters.as_of, since=address.question.filters.since)
    grouped = address.around is None and filters == Filters()
    held = find_connections(desk, id_, filters, grouped=grouped, around=address.around)
    if held is None:
        return []
    person, mine, as_of = held.person, held.around is not None, filters.as_of
    name, first = "You" if mine else person.name, first_name(person)
    ask = f"/{write_address(Question(asked=person.id, filters=filters))}"
    around = around_address("" if mine else person.id, as_of)
    open_ = person_address(person.id, as_of)
    shown = [
        div(
            face(person, me=mine),
            div(
                element(html.H2, text(name, 80), dir="auto"),
                element(html.P, connections_words(held) if mine else work(person), cls="second", dir="auto"),
            ),
            cls="picked-head",
        ),
        None if mine else element(html.P, connections_words(held), dir="auto"),
        div(
            None if mine else element(html.A, f"Ask for {first}", href=ask, cls="button main go", id="picked-ask"),
            element(html.A, "Neighbourhood", href=around, cls="button go"),
            element(html.A, "Open", href=open_, cls="button go"),
            cls="buttons",
        ),
    ]
    return [one for one in shown if one is not None]
