"""The page of jobs: what fetches, what it may cost before anything is fetched, how far it is, and what came of it."""

from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from dashboard.service.desk import Desk
from dashboard.service.offers import Board, Look, Offer, Spending, begin, read_board, split_cost
from dashboard.web.address import Address, job_address, look_address, read_address, write_address
from dashboard.web.home import footer
from dashboard.web.parts import button, caution, div, element, section, span, text, to_copy
from dashboard.web.reach import reach_figures
from dashboard.words import offers as words
from dashboard.words.jobs import EXAMPLE
from dashboard.words.lines import capital
from dashboard.words.outcome import progress_words
from dashboard.words.program import Program
from graph.answers.ask import Question
from graph.errors import UsageError

_EVERY = 500  # milliseconds
_TAGS = {"running": "first", "due": "first", "ready": "good", "done": "good", "waits": "waiting", "failed": "bad"}


def show_jobs(desk: Desk, address: Address) -> Component:
    """Show what fetches, with what is chosen of it beside."""
    board = _read(desk, address)
    return div(
        div(
            element(html.H1, "Jobs", tabIndex=-1, id="heading"),
            element(html.P, words.FETCHES, cls="second"),
            div(*_list(desk, board), id="jobs-list"),
            element(html.A, "All jobs", href="/jobs", cls="go all-jobs"),
            cls="column",
        ),
        element(html.Aside, div(*_panel(desk, board), id="fetching"), cls="column", aria_label="What is chosen"),
        dcc.Interval(id="tick", interval=_EVERY, disabled=not any(one.running for one in board.offers)),
        cls=f"columns with-aside of-jobs{' chosen' if board.chosen else ''}",
        id="jobs",
    )


def add_fetching(app: Dash, desk: Desk) -> None:
    """Follow what is fetched while it is looked at; `act` in the frame begins and stops it."""

    @app.callback(
        Output("jobs-list", "children"),
        Output("fetching", "children"),
        Output("tick", "disabled"),
        Output("footer", "children", allow_duplicate=True),
        Output("spoken", "children", allow_duplicate=True),
        Input("tick", "n_intervals"),
        State("asking", "data"),
        prevent_initial_call=True,
    )
    def follow(_: int, asking: Mapping[str, Any]) -> tuple[Any, ...]:
        board = _read(desk, read_address(str(asking.get("search", ""))))
        over = not any(one.running for one in board.offers)
        told = words.came_words(board.chosen) if over and board.chosen else no_update
        # What is typed into the panel while something else runs stays.
        panel = list(_panel(desk, board)) if over or board.chosen is None or board.chosen.running else no_update
        return list(_list(desk, board)), panel, over, footer(desk) if over else no_update, told

    bind: Any = app.clientside_callback  # untyped in Dash
    bind(ClientsideFunction("jobs", "sum"), Output("fetch-for", "children"), Input("stop-at", "value"))
    bind(ClientsideFunction("jobs", "shown"), Output("fetching", "title"), Input("fetching", "children"))


def fetch(desk: Desk, wanted: Mapping[str, Any]) -> None:
    """Begin or stop what the page asks for; what the browser says is not believed to be of its kind.

    Raises:
        UsageError: If it can't be fetched.
    """
    offer = _read(desk, read_address(str(wanted.get("search", "")))).chosen
    budget = wanted.get("budget")
    if offer is None:
        raise UsageError("what was to be fetched is not here any more; reload the page")
    if wanted.get("do") == "stop":
        desk.runs.stop(offer.things)
    else:
        begin(desk, offer, budget if isinstance(budget, int | float) and isfinite(budget) else 0.0)


def _read(desk: Desk, address: Address) -> Board:
    return read_board(desk, look=address.look, job=address.job)


# --- the list --------------------------------------------------------------------------------------------------------


def _list(desk: Desk, board: Board) -> Iterator[Component]:
    if board.error is not None:
        yield caution(f"{capital(text(str(board.error)))}.")
    if board.month.jobs or board.month.others or board.month.limit:
        yield _month(board.month)
    if board.offers:
        heads = ("Job", "Last run", "Next run", "Cost", "State")
        yield element(
            html.Table,
            element(html.Thead, element(html.Tr, *(element(html.Th, head, scope="col") for head in heads))),
            element(html.Tbody, *(_row(desk, one, one is board.chosen) for one in board.offers)),
            cls="jobs",
        )


def _month(month: Spending) -> Component:
    spent, rest = words.month_words(month)
    share = min(100.0, 100 * month.jobs / month.limit) if month.limit else None
    return div(
        element(html.P, element(html.B, spent), rest),
        None if share is None else dmc.Progress(value=share, size=6, **{"aria-label": "Spent of the month’s limit"}),
        cls="month",
    )


def _row(desk: Desk, offer: Offer, chosen: bool) -> Component:
    here = look_address(offer.what.person.id) if isinstance(offer.what, Look) else job_address(offer.what.job.name)
    name = element(
        html.A, words.title(offer), href=here, cls="go strong", dir="auto", aria_current="true" if chosen else None
    )
    state, now = words.state_of(offer), desk.clock()
    return element(
        html.Tr,
        element(html.Td, name, span(text(words.what_words(offer)), cls="below", dir="auto")),
        element(
            html.Td,
            words.last_words(offer, now),
            span(words.came_words(offer), cls="below") if offer.runs else None,
        ),
        element(html.Td, words.next_words(offer, now)),
        element(html.Td, words.price_words(offer), cls="sum"),
        element(html.Td, span(state, cls=f"tag {_TAGS.get(state, '')}".strip())),
        cls="chosen" if chosen else "",
    )


# --- what is chosen --------------------------------------------------------------------------------------------------


def _panel(desk: Desk, board: Board) -> Iterator[Component]:
    offer = board.chosen
    if offer is None:
        yield from _nothing_chosen(desk, board)
        return
    title = element(html.H2, words.title(offer), tabIndex=-1, dir="auto", data_focus="")
    if offer.running:
        yield from (span("Fetching", cls="small"), title, *_progress(offer))
        return
    over = offer.fetch is not None or bool(offer.runs)
    if over:
        yield span(f"Last run, {words.last_words(offer, desk.clock())}", cls="small")
        yield from (title, *_result(desk, offer))
    else:
        yield from (span("Before anything is fetched", cls="small"), title)
    if offer.live:
        if over:
            yield span("Before anything more is fetched", cls="small more")
        yield from _costs(offer)
        yield _stop_at(offer)
    yield section("What leaves this machine", element(html.P, words.leaves_words(offer), cls="second"), cls="leaves")
    if offer.trouble is not None:
        yield caution(f"{capital(text(str(offer.trouble)))}.")
        yield from map(to_copy, map(_program(desk).remedy, offer.trouble.remedies))
    asks = over and isinstance(offer.what, Look) and not offer.failed
    yield div(_fetch_button(offer, main=not asks), cls="buttons fetch")


def _nothing_chosen(desk: Desk, board: Board) -> Iterator[Component]:
    program = _program(desk)
    if board.configured:
        yield element(html.P, words.CHOOSE)
        yield element(html.P, "They are named and changed in this file:", cls="second")
        yield to_copy(str(board.file))
    else:
        yield element(html.H2, "No job is named yet")
        yield element(html.P, "Jobs are named in this file, which is not there yet:", cls="second")
        yield to_copy(str(board.file))
        yield element(html.P, "It may begin like this:", cls="second")
        yield div(
            element(html.Pre, element(html.Code, EXAMPLE), tabIndex=0, aria_label="A file of jobs"),
            button("", sign="copy", cls="icon-button", data_copy=EXAMPLE, aria_label="Copy the file"),
            cls="command sample",
        )
    yield element(html.P, words.DUE, cls="second")
    yield to_copy(program.line("pull"))
    yield element(html.P, words.LOOKS, cls="second")


def _program(desk: Desk) -> Program:
    return Program(store=desk.store_option, profile=desk.profile)


def _costs(offer: Offer) -> Iterator[Component]:
    if offer.estimate is None:
        return
    rows = (
        element(
            html.Li,
            div(span(what), span(price, cls="small below"), cls="what"),
            span(words.dollars(line.usd), cls="sum"),
            cls="fact",
        )
        for line in split_cost(offer.estimate.cost)
        for what, price in [words.line_words(line)]
    )
    yield element(html.Ul, *rows, cls="costs")
    yield div(span(words.about(offer.estimate)), span(words.dollars(offer.estimate.cost.usd)), cls="h2 total")


def _stop_at(offer: Offer) -> Component:
    return div(
        div(
            element(html.Label, "Stop at", htmlFor="stop-at"),
            span(words.ENDS_THERE, cls="below"),
            cls="what",
        ),
        dmc.NumberInput(
            id="stop-at",
            value=offer.stop_at,
            prefix="$",
            decimalScale=2,
            fixedDecimalScale=True,
            allowNegative=False,
            max=offer.most,
            clampBehavior="strict",
            hideControls=True,
            w=120,
        ),
        cls="fact stop-at",
    )


def _fetch_button(offer: Offer, *, main: bool) -> Component:
    most = span("Fetch for at most ", span(words.dollars(offer.stop_at), id="fetch-for"))
    return element(
        html.Button,
        most if offer.live else "Bring in now",
        cls="button main" if main else "button",
        id="fetch-go",
        type="button",
        disabled=offer.trouble is not None,
    )


def _progress(offer: Offer) -> Iterator[Component]:
    most = offer.fetch.budget if offer.fetch else None
    if most:
        yield dmc.Progress(value=min(100.0, 100 * offer.spent.usd / most), size=6, **{"aria-label": "Spent so far"})
    yield element(html.P, words.so_far(offer), cls="strong", id="so-far")
    at = offer.fetch.progress if offer.fetch else None
    yield element(html.P, text(progress_words(at) if at else ""), cls="second", dir="auto")
    yield div(button("Stop", id="fetch-stop"), cls="buttons fetch")


def _result(desk: Desk, offer: Offer) -> Iterator[Component]:
    """Show what came of a run that is over."""
    fetch, why = offer.fetch, words.why_stopped(offer)
    if offer.runs and not offer.failed:
        yield element(html.P, words.came_words(offer), cls="strong", id="came")
    if offer.live and offer.spent.requests:
        yield element(html.P, words.cost_of(offer), cls="second")
    if why:
        yield caution(text(why))
    told = words.problems_words(offer)
    if told and fetch is not None and fetch.summary is not None and fetch.summary.problems:
        each = (element(html.Li, text(f"{one.where}: {one.why}"), dir="auto") for one in fetch.summary.problems)
        yield element(html.Details, element(html.Summary, told), element(html.Ul, *each), cls="problems")
    elif told:
        yield element(html.P, told, cls="second")
    view = desk.view() if fetch is not None and not offer.failed else None
    if view is not None:
        yield section("Your reach", *reach_figures(view), cls="reach", id="reach")
    if isinstance(offer.what, Look) and not offer.failed:
        person = offer.what.person
        href = f"/{write_address(Question(asked=person.id))}"
        yield div(element(html.A, f"Ask for {text(person.name, 80)}", href=href, cls="button main go"), cls="buttons")
