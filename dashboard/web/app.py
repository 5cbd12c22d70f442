"""The page as one Dash application: its frame, and the callbacks that fill it."""

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, html, no_update, set_props
from dash.development.base_component import Component
from flask import Response

from dashboard.service.desk import Desk
from dashboard.service.faults import locate
from dashboard.service.lists import find_lists
from dashboard.web import icons
from dashboard.web.address import LISTS, Address, person_in, read_address
from dashboard.web.answer import draw, show_answer, show_drafting, show_way
from dashboard.web.bringing import add_bringing, show_bringing
from dashboard.web.changes import perform
from dashboard.web.choice import Choice, settle
from dashboard.web.columns import ask_columns
from dashboard.web.data import add_data
from dashboard.web.dialogs import add_dialogs
from dashboard.web.draft import add_draft
from dashboard.web.exports import add_exports
from dashboard.web.frame import show_frame
from dashboard.web.holding import add_holding, ask_forget
from dashboard.web.home import footer, show_home
from dashboard.web.jobs import add_fetching, fetch, show_jobs
from dashboard.web.joins import ask_merge
from dashboard.web.lists import show_lists, show_members
from dashboard.web.membership import ask_list
from dashboard.web.mine import show_stranger
from dashboard.web.network import add_network, show_network
from dashboard.web.obtaining import show_sources
from dashboard.web.parts import button, element, span, state, text, to_copy
from dashboard.web.people import show_candidates, suggestions
from dashboard.web.person import show_person
from dashboard.web.plan import show_plan
from dashboard.web.proof import show_proof
from dashboard.web.strip import show_strip
from dashboard.web.ticking import add_ticks
from dashboard.web.uploads import add_uploads
from dashboard.words import ways
from dashboard.words.changes import refusal
from dashboard.words.portrait import NOBODY
from dashboard.words.program import Program
from graph.errors import IntrographError, NameUnknownError, StoreError, UnknownMeError

_LONGEST = 500
_INDEX = """<!DOCTYPE html>
<html lang="en">
<head>{%metas%}<meta name="color-scheme" content="light dark"><title>{%title%}</title>{%favicon%}
<script src="/assets/theme.js"></script><link rel="stylesheet" href="/icons.css">{%css%}</head>
<body>{%app_entry%}<footer hidden>{%config%}{%scripts%}{%renderer%}</footer></body>
</html>"""


_log = logging.getLogger("intrograph")


def make_app(desk: Desk, *, logins: bool = False) -> Dash:
    """Make the page over one open store; with `logins` it can be left."""
    app = Dash(
        "dashboard.web",
        title="intrograph",
        update_title="",
        assets_folder="assets",
        assets_ignore=r"theme\.js",
        index_string=_INDEX,
        suppress_callback_exceptions=True,
        enable_mcp=False,
        add_log_handler=False,
        on_error=_fail,
    )
    app.layout = lambda: show_frame(_footer(desk), logins=logins)
    app.server.add_url_rule(icons.PATH, view_func=_icons)
    app.server.add_url_rule("/health", "health", lambda: _tell_health(desk))
    add_exports(app, desk)
    add_data(app, desk)
    add_network(app, desk)
    add_holding(app, desk)
    add_fetching(app, desk)
    add_bringing(app, desk)
    forms = {"merge": ask_merge, "forget": ask_forget, "list-add": ask_list, "answer-parcel": ask_columns}
    add_dialogs(app, desk, forms)
    add_draft(app, desk)
    add_ticks(app)
    add_uploads(app, desk)
    _answer_callbacks(app, desk)
    _browser_callbacks(app)
    index: Any = app.index  # untyped in Dash
    with app.server.test_request_context():
        index()  # by it Dash learns which scripts it serves: another process may have given the page out
    return app


def _tell_health(desk: Desk) -> Response:
    """Tell whoever watches over the server whether it can answer, and nothing of what it holds."""
    try:
        desk.store.generation()
    except IntrographError:
        return Response("The store can't be read.\n", 503, mimetype="text/plain")
    return Response("It answers.\n", mimetype="text/plain")


def _icons() -> Response:
    return Response(icons.draw_stylesheet(), mimetype="text/css", headers={"Cache-Control": "private, max-age=3600"})


def _answer_callbacks(app: Dash, desk: Desk) -> None:
    @app.callback(
        Output("page", "children"),
        Output("footer", "children"),
        Input("asking", "data"),
        running=[(Output("page", "aria-busy"), "true", "false")],
        prevent_initial_call=True,
    )
    def show(asking: Mapping[str, Any]) -> tuple[Component, list[Component]]:
        return _guarded(desk, lambda: _page(desk, asking)), _footer(desk)

    @app.callback(
        Output("way", "children"),
        Output("paths", "data-svg"),
        Output("evidence", "children"),
        Output("strip", "children", allow_duplicate=True),
        Output("draft", "children"),
        Input("choice", "data"),
        State("asking", "data"),
        prevent_initial_call=True,
    )
    def choose(chosen: Mapping[str, Any], asking: Mapping[str, Any]) -> tuple[Any, Any, Any, Any, Any]:
        address = read_address(str(asking.get("search", "")))
        answer = desk.ask(address.question).answer
        if not answer.paths:
            return no_update, no_update, no_update, no_update, no_update
        choice = _choice({**asking, **chosen}, address)
        settled = settle(answer, choice)
        proof = show_proof(desk, address.question, settled.path, settled.step, choice.contacts)
        # With the rest, as each callback costs the browser a turn over all that is shown.
        strip = months(chosen, asking) if chosen.get("strip") is True else no_update
        way, drafting = list(show_way(settled)), list(show_drafting(answer, settled))
        return way, draw(answer, choice, settled), list(proof), strip, drafting

    @app.callback(Output("ask", "data"), Input("ask", "value"), prevent_initial_call=True)
    def suggest(typed: str | None) -> list[dict[str, object]]:
        words = " ".join((typed or "")[:_LONGEST].split())
        return suggestions(desk.search(words), desk.places(words), find_lists(desk.store, words)) if words else []

    @app.callback(Output("strip", "children"), Input("strip-for", "data"), State("asking", "data"))
    def months(shown: Mapping[str, Any], asking: Mapping[str, Any]) -> Any:
        address = read_address(str(asking.get("search", "")))
        answer = desk.ask(address.question).answer
        choice = _choice({**asking, **shown}, address)
        if choice.phone or not answer.paths:
            return no_update
        settled = settle(answer, choice)
        return show_strip(desk, address.question, answer.paths[: settled.shown], settled.rank, choice.width)

    @app.callback(
        Output("people-names", "children"),
        Input("avoid-name", "value"),
        Input("via-name", "value"),
        prevent_initial_call=True,
    )
    def name(avoid: str | None, via: str | None) -> list[Component]:
        typed = " ".join(((avoid if ctx.triggered_id == "avoid-name" else via) or "")[:_LONGEST].split())
        return [element(html.Option, value=one.name) for one in desk.search(typed)] if typed else []

    @app.callback(Output("done", "data"), Input("act", "data"), prevent_initial_call=True)
    def act(wanted: Mapping[str, Any]) -> dict[str, Any]:
        return {**_act(desk, wanted), "turn": wanted.get("turn")}


def _act(desk: Desk, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Do what a button is for: fetch, show the demo, or change the store; give what is to be said of it."""
    if wanted.get("do") in {"fetch", "stop"}:
        fetch(desk, wanted)
        return {}
    if wanted.get("do") == "demo" and desk.offers_demo:
        return {"to": desk.showing.open(desk.clock()), "stays": True}
    return perform(desk, wanted)


def _browser_callbacks(app: Dash) -> None:
    """Bind what `assets/page.js` does: function, what it sets, what it waits for."""
    for name, output, *inputs in (
        ("begin", Output("asking", "data"), Input("asking", "id")),
        ("shown", Output("spoken", "children"), Input("page", "children")),
        ("proved", Output("evidence", "title"), Input("evidence", "children")),
        ("done", Output("toasts", "title"), Input("done", "data")),
        ("asOf", Output("as-of-day", "n_submit"), Input("as-of-day", "value")),
        ("since", Output("since-day", "n_submit"), Input("since-day", "value")),
    ):
        bind: Any = app.clientside_callback  # untyped in Dash
        bind(ClientsideFunction("page", name), output, *inputs)


def _page(desk: Desk, asking: Mapping[str, Any]) -> Component:
    path, address = str(asking.get("pathname", "/")), read_address(str(asking.get("search", "")))
    if (part := _PARTS.get(path)) is not None:
        return part(desk, address)
    if (account := person_in(path)) is not None:
        choice = _choice(asking, address)
        return show_person(desk, account, address, chapters=choice.contacts, window=choice.window)
    if path not in {"/", ""}:
        return state("user-round-x", "There is no such page", "The address leads nowhere here.")
    if not address.question.asked:
        return show_home(desk)
    asked = desk.ask(address.question)
    if asked.error is not None:
        return show_candidates(desk, asked, address)
    desk.note_asked(asked.answer)
    if not asked.answer.paths:
        return show_plan(desk, asked.answer, address)
    return show_answer(desk, asked.answer, address.question, _choice(asking, address))


_PARTS: Mapping[str, Callable[[Desk, Address], Component]] = {
    "/network": lambda desk, address: show_network(desk, address, address.around),
    "/bring-in": lambda desk, _: show_bringing(desk),
    "/sources": lambda *_: show_sources(),
    "/jobs": show_jobs,
    LISTS: lambda desk, address: show_members(desk, address) if address.question.list else show_lists(desk),
}


def _choice(asking: Mapping[str, Any], address: Address) -> Choice:
    """Read what the browser says of itself; nothing that it says is believed to be of its kind."""
    usual = Choice()

    def number(name: str, usual: int, most: int) -> int:
        value = asking.get(name)
        return min(int(value), most) if isinstance(value, int | float) and 1 <= value < 1e9 else usual

    return Choice(
        way=number("way", address.way, 1_000),
        step=number("step", address.step or 0, 9) or None,
        contacts=number("contacts", usual.contacts, 100_000),
        whole=asking.get("whole") is True,
        width=number("width", usual.width, 2_000),
        window=number("window", usual.window, 20_000),
    )


def _guarded(desk: Desk, make: Callable[[], Component]) -> Component:
    """Show what went wrong as a state of the page, in words for its reader, with the commands that help."""
    try:
        return make()
    except UnknownMeError:
        return _guarded(desk, lambda: show_stranger(desk))
    except NameUnknownError as error:
        return state("user-round-x", f"Nobody here goes by “{text(error.text, 80)}”", NOBODY, id="unknown")
    except StoreError as error:
        return state("database", "The store can’t be opened", f"{error}. Nothing was changed.", bad=True)
    except IntrographError as error:
        return state("circle-question-mark", "This can’t be asked", f"{error}.", *_helping(desk, error))
    except Exception as error:  # noqa: BLE001 # the last resort: a page that says so
        _log.error("Internal error: %s", locate(error))
        return state(
            "bug",
            "This went wrong here, not with your data",
            f"{locate(error)}. Report this line, if you can: it names nobody.",
            button("Try again", id="ask-again"),
            bad=True,
        )


def _footer(desk: Desk) -> list[Component]:
    """Say which store it is, where that can be read."""
    try:
        return footer(desk)
    except IntrographError:
        return [span(text(desk.store.location))]


def _fail(error: Exception) -> None:
    """Tell of an error in a callback beside the answer, which stays as it is."""
    words = ways.WENT_WRONG
    if isinstance(error, IntrographError):
        words = refusal(error)
    else:
        _log.error("Internal error: %s", locate(error))
    set_props("done", {"data": {"words": words, "stays": True, "turn": time.monotonic()}})


def _helping(desk: Desk, error: IntrographError) -> list[Component]:
    program = Program(store=desk.store_option, profile=desk.profile)
    return [to_copy(program.remedy(remedy)) for remedy in error.remedies]
