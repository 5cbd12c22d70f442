"""The page of what is brought in: a place to drop exports, what comes of each, and how far one's data see then."""

from collections.abc import Iterator, Mapping
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from dashboard.service.desk import Desk
from dashboard.service.parcels import ParcelState
from dashboard.service.reaching import measure
from dashboard.service.reading import Parcel
from dashboard.web.home import footer, reach_figures
from dashboard.web.icons import icon
from dashboard.web.input import Wanted, text_in
from dashboard.web.mine import show_who
from dashboard.web.parts import Child, button, div, does, element, opens, section, span, text
from dashboard.words import bringing as words
from dashboard.words.lines import number
from graph.answers.reach import Reach, SourceReach
from graph.errors import UnknownMeError, UsageError

_EVERY = 500  # milliseconds
_SIGNS = {"email": "mail", "wordpress": "message-square", "csv": "list", "jsonl": "list"}
_MOVING = frozenset({ParcelState.RECEIVING, ParcelState.WAITS, ParcelState.READING})
_NAME = 160


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
            div(*_rows(parcels), id="parcels"),
            div(show_who(desk), id="who-asks"),
            cls="column",
        ),
        element(html.Aside, *_reach(desk, parcels), cls="column", id="reach", aria_label="Your reach"),
        dcc.Interval(id="bring-tick", interval=_EVERY, disabled=not _moves(parcels)),
        dcc.Store(id="brought", data=_over(parcels)),
        cls="columns of-bringing",
        id="bring-in",
    )


def add_bringing(app: Dash, desk: Desk) -> None:
    """Follow what is brought in while it is looked at; `assets/bring.js` sends it."""

    @app.callback(
        Output("parcels", "children"),
        Output("reach", "children"),
        Output("bring-tick", "disabled"),
        Output("brought", "data"),
        Output("who-asks", "children"),
        Output("footer", "children", allow_duplicate=True),
        Output("spoken", "children", allow_duplicate=True),
        Input("bring-tick", "n_intervals"),
        State("brought", "data"),
        prevent_initial_call=True,
    )
    def follow(_: int, before: list[str] | None) -> tuple[Any, ...]:
        parcels = _parcels(desk)
        over = _over(parcels)
        rows, reach, still = list(_rows(parcels)), list(_reach(desk, parcels)), not _moves(parcels)
        if over == before:  # what is typed into the question below stays
            return rows, reach, still, no_update, no_update, no_update, no_update
        told = [words.over_words(one) for one in parcels if _key(one) in set(over) - set(before or ())]
        return rows, reach, still, over, [show_who(desk)], footer(desk), ". ".join(told) or no_update


def _parcels(desk: Desk) -> list[Parcel]:
    """Give the parcels, oldest first: none of them moves while it is looked at."""
    return desk.intake.parcels()[::-1]


def _moves(parcels: list[Parcel]) -> bool:
    return any(one.state in _MOVING for one in parcels)


def _over(parcels: list[Parcel]) -> list[str]:
    return [_key(one) for one in parcels if one.state not in _MOVING]


def _key(one: Parcel) -> str:
    return f"{one.id} {one.state} {one.at.isoformat()}"


# --- taking more -----------------------------------------------------------------------------------------------------


def _drop() -> Component:
    return div(
        icon("file-input", size=20),
        div(
            element(html.B, "Drop exports here", cls="on-desktop"),
            element(html.B, "Choose exports", cls="on-phone"),
            " zips, folders and files as they are",
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


def _rows(parcels: list[Parcel]) -> Iterator[Component]:
    for one in parcels:
        yield element(
            html.Section,
            _sign(one),
            div(
                div(
                    element(html.H2, text(one.name, _NAME), dir="auto"),
                    span(text(words.title_of(one), _NAME), cls="second"),
                    cls="parcel-head",
                ),
                *_state(one),
                cls="parcel-body",
            ),
            cls="parcel",
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
            share = one.received / one.size if one.size else 0.0
            yield _bar(share, words.receiving_words(one), "Received")
            yield element(html.P, words.HALFWAY, cls="second halfway")
            yield _foot(words.receiving_words(one), _stop(one))
        case ParcelState.WAITS:
            yield _foot("waits", _stop(one))
        case ParcelState.READING:
            yield _bar(one.share, words.reading_words(one), "Read")
            yield _foot(words.reading_words(one), _stop(one))
        case ParcelState.DONE:
            yield _counted(one)
            yield from _problems(one)
            yield _dismiss(one)
        case ParcelState.ASKS:
            yield element(html.P, words.asks_words(one))
            yield div(*_answers(one), button("Leave it", **does("dismiss", id=one.id)), cls="buttons")
        case ParcelState.STOPPED:
            yield element(html.P, words.why_words(one) if one.why else words.STOPPED, cls="second")
            yield _dismiss(one)
        case ParcelState.FAILED:
            yield element(html.P, text(words.why_words(one), 500), cls="failed", dir="auto")
            yield from _problems(one)
            yield _dismiss(one)


def _bar(share: float | None, told: str, label: str) -> Component:
    value = 0.0 if share is None else round(100 * min(share, 1.0))
    return div(
        dmc.Progress(value=value, size=6, **{"aria-label": f"{label}: {told}"}),
        span("" if share is None else f"{value:.0f}%", cls="small share"),
        cls="bar",
    )


def _foot(told: str, *buttons: Component) -> Component:
    return div(span(told, cls="second"), *buttons, cls="parcel-foot")


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
        if (line := words.hint_line(hint)) is not None:
            yield element(html.Li, icon("plus"), span(text(line, 300), dir="auto"))
    jobs = element(html.A, "Plan a pull", href="/jobs", cls="go away")
    yield element(html.Li, icon("globe"), span("X live: whom they answer in public. ", jobs))
    say = button("Say it", cls="as-link", **opens("know"))
    yield element(html.Li, icon("message-square"), span("Say who knows whom, as you hear it. ", say))


# --- what the buttons do ---------------------------------------------------------------------------------------------


def _answer(desk: Desk, wanted: Wanted) -> dict[str, Any]:
    owner = text_in(wanted, "owner")
    named = {
        name.removeprefix("column-"): value
        for name in wanted
        if name.startswith("column-") and (value := text_in(wanted, name)) is not None
    }
    desk.intake.answer(text_in(wanted, "id") or "", named if owner is None else {"owner": owner})
    return {"stays": True}


def _read_place(desk: Desk, wanted: Wanted) -> dict[str, Any]:
    place = text_in(wanted, "place")
    if not desk.local:
        raise UsageError("files of this machine are named only where nobody else reaches the page; drop them here")
    if place is None:
        raise UsageError("say where it lies: a file, a folder or a zip on this machine")
    desk.intake.read_place(place)
    return {"stays": True}


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
