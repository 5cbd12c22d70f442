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
from dashboard.service.parcels import ParcelState
from dashboard.service.reaching import measure
from dashboard.service.reading import Parcel
from dashboard.web.home import footer, reach_figures
from dashboard.web.icons import icon
from dashboard.web.input import Wanted, text_in
from dashboard.web.mine import show_who
from dashboard.web.parts import Child, button, caution, div, does, element, linked, opens, section, span, text
from dashboard.words import bringing as words
from dashboard.words.lines import number
from graph.answers.answer import HintKind
from graph.answers.reach import Reach, SourceReach
from graph.errors import UnknownMeError, UsageError

_EVERY, _EVERY_IDLE = 500, 5_000  # milliseconds
_SIGNS = {"email": "mail", "wordpress": "message-square", "csv": "list", "jsonl": "list"}
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
            div(*map(_row, parcels), id="parcels"),
            div(*_who(desk), id="who-asks"),
            cls="column",
        ),
        element(html.Aside, *_reach(desk, parcels), cls="column", id="reach", aria_label="Your reach"),
        dcc.Interval(id="bring-tick", interval=_pace(parcels)),
        dcc.Store(id="brought", data=[_key(one) for one in parcels]),
        cls="columns of-bringing",
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
        Output("footer", "children", allow_duplicate=True),
        Output("spoken", "children", allow_duplicate=True),
        Input("bring-tick", "n_intervals"),
        State("brought", "data"),
        State({"parcel": ALL}, "id"),
        State({"bar": ALL}, "id"),
        State({"told": ALL}, "id"),
        prevent_initial_call=True,
    )
    def follow(
        _: int, before: list[str], rows: list[dict[str, str]], bars: list[dict[str, str]], told: list[dict[str, str]]
    ) -> tuple[Any, ...]:
        parcels = _parcels(desk)
        held, keys = {one.id: one for one in parcels}, [_key(one) for one in parcels]
        known, fresh = [_id_in(key) for key in before], {_id_in(key) for key in keys if key not in before}
        # What is looked at stays as it is: only what has changed is drawn anew, and what moves moves.
        bodies = [[*_body(held[one["parcel"]])] if one["parcel"] in fresh else no_update for one in rows]
        moving = [held.get(one["bar"]) if one["bar"] not in fresh else None for one in bars]
        saying = [held.get(one["told"]) if one["told"] not in fresh else None for one in told]
        drawn: Any = no_update
        if [one.id for one in parcels][: len(known)] != known:  # some were taken off the list
            bodies, drawn = [no_update] * len(rows), list(map(_row, parcels))
        elif len(parcels) > len(known):
            drawn = Patch()
            for place, one in enumerate(parcels[len(known) :], len(known)):
                drawn[place] = _row(one)  # said twice, it stands once
        over = [one for one in parcels if one.id in fresh and one.state not in _MOVING]
        return (
            drawn,
            bodies,
            [no_update if one is None else _value(one) for one in moving],
            [no_update if one is None else _percent(one) for one in moving],
            [no_update if one is None else words.moving_words(one) for one in saying],
            list(_reach(desk, parcels)),
            list(_who(desk)) if over else no_update,
            _pace(parcels),
            keys,
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


# --- what comes of each ----------------------------------------------------------------------------------------------


def _row(one: Parcel) -> Component:
    return element(html.Section, *_body(one), cls="parcel", id={"parcel": one.id})


def _body(one: Parcel) -> Iterator[Component]:
    yield _sign(one)
    yield div(
        div(
            element(html.H2, text(one.name, _NAME), dir="auto"),
            span(text(words.title_of(one), _NAME), cls="second"),
            cls="parcel-head",
        ),
        *_state(one),
        cls="parcel-body",
        data_parcel=one.id,
        data_state=str(one.state),
    )


def _sign(one: Parcel) -> Component:
    source = (one.source or "").partition("+")[0]
    title = words.title_of(one)
    if source and source not in _SIGNS:  # a network: it has a letter, and no mark of its own
        return span(title[:1], cls="letter", aria_hidden="true")
    return icon(_SIGNS.get(source, "file-input"), size=20)


def _state(one: Parcel) -> Iterator[Child]:
    match one.state:
        case ParcelState.RECEIVING:
            yield _bar(one, "Received")
            yield element(html.P, words.HALFWAY, cls="second halfway")
            yield _foot(one)
        case ParcelState.WAITS:
            yield _foot(one)
        case ParcelState.READING:
            yield _bar(one, "Read")
            yield _foot(one)
        case ParcelState.DONE:
            yield _counted(one)
            yield from _problems(one)
            if one.why:
                yield caution(f"{text(words.why_words(one), 500)} {words.BY_ITSELF}")
            yield _dismiss(one)
        case ParcelState.ASKS:
            yield element(html.P, words.asks_words(one))
            if one.why:
                yield caution(text(words.why_words(one), 500))
            yield div(*_answers(one), button("Leave it", **does("dismiss", id=one.id)), cls="buttons")
        case ParcelState.STOPPED:
            yield element(html.P, text(words.why_words(one), 500), cls="second")
            yield _dismiss(one)
        case ParcelState.FAILED:
            yield element(html.P, text(words.why_words(one), 500), cls="failed", dir="auto")
            yield from _problems(one)
            yield _dismiss(one)


def _bar(one: Parcel, label: str) -> Component:
    bar = dmc.Progress(id={"bar": one.id}, value=_value(one), size=6, **{"aria-label": label})
    return div(bar, span(_percent(one), cls="small share", id={"share": one.id}), cls="bar")


def _value(one: Parcel) -> float:
    share = one.share
    if one.state is ParcelState.RECEIVING:
        share = one.received / one.size if one.size else 0.0
    return round(100 * min(share or 0.0, 1.0))


def _percent(one: Parcel) -> str:
    return "" if one.state is ParcelState.READING and one.share is None else f"{_value(one):.0f}%"


def _foot(one: Parcel) -> Component:
    return div(span(words.moving_words(one), cls="second", id={"told": one.id}), _stop(one), cls="parcel-foot")


def _stop(one: Parcel) -> Component:
    return button("Stop", cls="small", aria_label=f"Stop {text(one.name, _NAME)}", **does("stop-parcel", id=one.id))


def _dismiss(one: Parcel) -> Component:
    label = f"Take {text(one.name, _NAME)} off this list"
    return button("", sign="x", cls="icon-button dismiss", aria_label=label, title=label, **does("dismiss", id=one.id))


def _counted(one: Parcel) -> Component:
    each = (
        span(element(html.B, figure) if figure else None, f" {of}" if figure else of)
        for figure, of in words.counts(one)
    )
    return element(html.P, *each, cls="counted")


def _problems(one: Parcel) -> Iterator[Component]:
    summary = one.summary
    if summary is None or not summary.problems:
        return
    rows = (
        element(html.Li, span(text(each.where, _NAME), cls="second", dir="auto"), span(text(each.why, 300), dir="auto"))
        for each in summary.problems
    )
    rest = summary.problem_count - len(summary.problems)
    yield element(
        html.Details,
        element(
            html.Summary,
            icon("triangle-alert"),
            span(f"{number(summary.problem_count)} could not be read"),
            icon("chevron-down"),
        ),
        element(html.Ul, *rows, element(html.Li, f"and {number(rest)} more", cls="second") if rest > 0 else None),
        cls="unread",
    )


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


def _answers(one: Parcel) -> Iterator[Component]:
    if words.asks_owner(one):
        for value, label in words.OWNERS.items():
            yield button(label, **does("answer-parcel", id=one.id, owner=value))
    else:
        yield button("Name the columns", cls="main", **opens("answer-parcel", id=one.id))


# --- how far one's data see ------------------------------------------------------------------------------------------


def _reach(desk: Desk, parcels: list[Parcel]) -> Iterator[Child]:
    yield element(html.H2, "Your reach")
    on = desk.standing()
    try:
        reach: Reach = on.made.get("reach", lambda: measure(desk.store, desk.profile, on.day))
    except UnknownMeError:
        yield element(html.P, "It is counted once it is known who you are.", cls="second")
        return
    before = next((one.before for one in parcels if one.before), None)
    yield from reach_figures(reach, words.since_words(before, reach.contacts, reach.behind))
    if reach.sources:
        yield _by_source(reach.sources)
    yield section("What would show more", element(html.Ul, *_more(reach), cls="show-more"))


def _by_source(sources: tuple[SourceReach, ...]) -> Component:
    rows = (
        element(
            html.Tr,
            element(html.Th, text(words.told_by(one), _NAME), scope="row", dir="auto"),
            element(html.Td, number(one.contacts)),
            element(html.Td, number(one.behind)),
        )
        for one in sources
    )
    heads = ("By source", "you can ask", "behind them")
    return element(
        html.Table,
        element(html.Thead, element(html.Tr, *(element(html.Th, head, scope="col") for head in heads))),
        element(html.Tbody, *rows),
        cls="by-source",
    )


def _more(reach: Reach) -> Iterator[Component]:
    for hint in reach.more:
        if (line := words.hint_line(hint, reach)) is not None:
            mine = hint.person.id if hint.kind is HintKind.MINE and hint.person else None
            more = button("That is me", cls="as-link", **does("me", account=mine)) if mine else None
            yield element(html.Li, icon("plus"), span(f"{text(line, 300)} ", more, dir="auto"))
    jobs = element(html.A, "Plan a pull", href="/jobs", cls="go away")
    yield element(html.Li, icon("globe"), span("X live: whom they answer in public. ", jobs))
    say = button("Say it", cls="as-link", **opens("know"))
    yield element(html.Li, icon("message-square"), span("Say who knows whom, as you hear it. ", say))


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
