"""The page of what is brought in: a place to drop exports, what comes of each, and how far one's data see then."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, Patch, State, dcc, html, no_update
from dash.development.base_component import Component

from dashboard.service.desk import Desk
from dashboard.service.me import show_me
from dashboard.service.parcels import ParcelState, Sight
from dashboard.service.reading import Parcel
from dashboard.web.home import footer
from dashboard.web.icons import icon
from dashboard.web.input import Wanted, text_in
from dashboard.web.mine import show_who
from dashboard.web.parcels import bar_value, bar_words, parcel_body, show_parcel
from dashboard.web.parts import button, div, does, element, linked, opens, span, text
from dashboard.web.reach import show_reach
from dashboard.words import bringing as words
from graph.errors import UsageError

_EVERY, _EVERY_IDLE = 500, 5_000  # milliseconds
_MOVING = frozenset({ParcelState.RECEIVING, ParcelState.WAITS, ParcelState.READING})
_NAME = 160
COLUMN = "column-"
"""How fields begin that name a column."""


def show_bringing(desk: Desk) -> Component:
    """Show what was brought in lately, and take more of it."""
    parcels = _parcels(desk)
    return div(
        div(
            div(
                element(html.H1, "Bring in", tabIndex=-1, id="heading"),
                element(html.A, "What can be brought in, and how to get it", href="/sources", cls="go away"),
                cls="bring-head",
            ),
            _drop(),
            _place() if desk.local else None,
            div(*map(show_parcel, parcels), id="parcels"),
            div(*_who(desk), id="who-asks"),
            cls="column",
        ),
        element(html.Aside, *show_reach(desk, _before(parcels)), cls="column", id="reach", aria_label="Your reach"),
        dcc.Interval(id="bring-tick", interval=_pace(parcels)),
        dcc.Store(id="brought", data=[_key(one) for one in parcels]),
        dcc.Store(id="reached", data=_standing(desk)),
        cls="columns with-aside",
        id="bring-in",
    )


def add_bringing(app: Dash, desk: Desk) -> None:
    """Follow what is brought in while it is looked at; `assets/bring.js` sends it."""

    @app.callback(
        Output("parcels", "children"),
        Output({"parcel": ALL}, "children"),
        Output({"bar": ALL}, "value"),
        Output({"share": ALL}, "children"),
        Output({"told": ALL}, "children"),
        Output("reach", "children"),
        Output("who-asks", "children"),
        Output("bring-tick", "interval"),
        Output("brought", "data"),
        Output("reached", "data"),
        Output("footer", "children", allow_duplicate=True),
        Output("spoken", "children", allow_duplicate=True),
        Input("bring-tick", "n_intervals"),
        State("brought", "data"),
        State("reached", "data"),
        State({"parcel": ALL}, "id"),
        State({"bar": ALL}, "id"),
        State({"told": ALL}, "id"),
        prevent_initial_call=True,
    )
    def follow(
        _: int,
        before: list[str],
        reached: str,
        rows: list[dict[str, str]],
        bars: list[dict[str, str]],
        told: list[dict[str, str]],
    ) -> tuple[Any, ...]:
        parcels, standing = _parcels(desk), _standing(desk)
        held, keys = {one.id: one for one in parcels}, [_key(one) for one in parcels]
        known, fresh = [_id_in(key) for key in before], {_id_in(key) for key in keys if key not in before}
        # What is looked at stays as it is: only what has changed is drawn anew, and what moves moves.
        bodies = [[*parcel_body(held[one["parcel"]])] if one["parcel"] in fresh else no_update for one in rows]
        moving = [held.get(one["bar"]) if one["bar"] not in fresh else None for one in bars]
        saying = [held.get(one["told"]) if one["told"] not in fresh else None for one in told]
        drawn: Any = no_update
        if [one.id for one in parcels][: len(known)] != known:  # some were taken off the list
            bodies, drawn = [no_update] * len(rows), list(map(show_parcel, parcels))
        elif len(parcels) > len(known):
            drawn = Patch()
            for place, one in enumerate(parcels[len(known) :], len(known)):
                drawn[place] = show_parcel(one)  # said twice, it stands once
        over = [one for one in parcels if one.id in fresh and one.state not in _MOVING]
        return (
            drawn,
            bodies,
            [no_update if one is None else bar_value(one) for one in moving],
            [no_update if one is None else bar_words(one) for one in moving],
            [no_update if one is None else words.moving_words(one) for one in saying],
            list(show_reach(desk, _before(parcels))) if standing != reached or keys != before else no_update,
            list(_who(desk)) if over else no_update,
            _pace(parcels),
            keys,
            standing,
            footer(desk) if over else no_update,
            ". ".join(map(words.over_words, over)) or no_update,
        )


def _parcels(desk: Desk) -> list[Parcel]:
    """Give the parcels, oldest first: none of them moves while it is looked at."""
    return desk.intake.parcels()[::-1]


def _pace(parcels: list[Parcel]) -> int:
    """Tell how often it is looked what there is; where nothing moves, another page may still bring something in."""
    return _EVERY if any(one.state in _MOVING for one in parcels) else _EVERY_IDLE


def _key(one: Parcel) -> str:
    return f"{one.id} {one.state} {one.at.isoformat()}"


def _standing(desk: Desk) -> str:
    """Name what the reach stands on."""
    on = desk.standing()
    return f"{on.generation} {on.changed}"


def _before(parcels: list[Parcel]) -> Sight | None:
    """Tell how far one's data saw before all of these."""
    return next((one.before for one in parcels if one.before), None)


def _id_in(key: str) -> str:
    return key.partition(" ")[0]


# --- taking more -----------------------------------------------------------------------------------------------------


def _drop() -> Component:
    return div(
        icon("file-input", size=20),
        div(
            element(html.B, "Drop exports here", cls="on-desktop"),
            element(html.B, "Choose exports", cls="on-phone"),
            span(" zips, folders and files as they are", cls="on-desktop"),
            span(" zips and files as they are", cls="on-phone"),
            cls="what",
        ),
        button("Choose a folder", id="choose-folder", cls="quiet"),
        button("Choose files", id="choose-files"),
        cls="drop",
        id="drop",
    )


def _place() -> Component:
    return div(
        icon("folder"),
        element(html.Label, "or name their place on this machine", htmlFor="place"),
        dmc.TextInput(id="place", placeholder="Downloads/twitter-archive.zip", className="place"),
        button("Bring it in", id="place-go"),
        cls="by-place",
    )


# --- who I am ---------------------------------------------------------------------------------------------------------


def _who(desk: Desk) -> Iterator[Component]:
    """Ask who I am, where that is not known; else say it, to be confirmed or mended."""
    if (asked := show_who(desk)) is not None:
        yield asked
        return
    me = show_me(desk.store, desk.profile)
    if me.person is None:
        return
    yield div(
        icon("user", size=20),
        div(
            element(html.P, "You are ", linked(me.person, None), cls="strong"),
            span(text(words.accounts_words(me.accounts), _NAME), cls="below", dir="auto"),
            cls="what",
        ),
        div(
            button("Add an account of yours", **opens("me")),
            button("This is not me", cls="quiet", **does("not-me")),
            cls="answers",
        ),
        cls="known-me",
    )


# --- what the buttons do ---------------------------------------------------------------------------------------------


def _answer(desk: Desk, wanted: Wanted) -> dict[str, Any]:
    owner = text_in(wanted, "owner")
    named = {
        name.removeprefix(COLUMN): value
        for name in wanted
        if name.startswith(COLUMN) and (value := text_in(wanted, name)) is not None
    }
    desk.intake.answer(text_in(wanted, "id") or "", named if owner is None else {"owner": owner})
    return {"stays": True}


def _read_place(desk: Desk, wanted: Wanted) -> dict[str, Any]:
    place = text_in(wanted, "place")
    if not desk.local:
        raise UsageError("files of this machine are named only where nobody else reaches the page; drop them here")
    if place is None:
        raise UsageError("say where it lies: a file, a folder or a zip on this machine")
    desk.intake.read_place(str(_path_of(place)))
    return {"stays": True, "placed": True}


def _path_of(place: str) -> Path:
    """Read a path as people type and paste it: quoted, as an address, or from their home on."""
    bare = place.strip("\"'")
    if bare.startswith("file://"):
        bare = url2pathname(urlsplit(bare).path)
    return Path.home() / Path(bare).expanduser()


def _stop_parcel(desk: Desk, wanted: Wanted) -> dict[str, Any]:
    desk.intake.stop(text_in(wanted, "id") or "")
    return {"stays": True}


def _dismiss_parcel(desk: Desk, wanted: Wanted) -> dict[str, Any]:
    desk.intake.dismiss(text_in(wanted, "id") or "")
    return {"stays": True}


BRINGS: Mapping[str, Any] = {
    "answer-parcel": _answer,
    "read-place": _read_place,
    "stop-parcel": _stop_parcel,
    "dismiss": _dismiss_parcel,
}
"""What the buttons of this page do, by name; nothing of it is taken back."""
