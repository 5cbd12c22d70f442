"""The page of jobs: what fetches, what it may cost before anything is fetched, how far it is, and what came of it."""

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import Any

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from dashboard.service.desk import Desk
from dashboard.service.offers import Offer, begin, looks, offer_look, split_cost
from dashboard.web.address import Address, look_address, read_address, write_address
from dashboard.web.home import footer, reach_figures
from dashboard.web.parts import button, caution, div, element, section, span, text
from dashboard.words import offers as words
from dashboard.words.outcome import cost_words
from dashboard.words.plan import first_name
from graph.answers.ask import Question
from graph.errors import UsageError

_EVERY = 1_000  # milliseconds
_TAGS = {"running": "first", "due": "first", "ready": "good", "done": "good", "waits": "waiting", "failed": "bad"}


def show_jobs(desk: Desk, address: Address) -> Component:
    """Show what fetches, with what is chosen of it beside."""
    chosen, offers = _offers(desk, address)
    return div(
        div(
            element(html.H1, "Jobs", tabIndex=-1, id="heading"),
            element(html.P, words.FETCHES, cls="second"),
            div(*_rows(desk, offers, chosen), id="jobs-list"),
            cls="column",
        ),
        element(
            html.Aside,
            div(*_panel(desk, chosen), id="fetching"),
            cls="column",
            aria_label="What is chosen",
        ),
        dcc.Interval(id="tick", interval=_EVERY, disabled=chosen is None or not chosen.running),
        cls="columns of-jobs chosen" if chosen else "columns of-jobs",
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
        chosen, offers = _offers(desk, read_address(str(asking.get("search", ""))))
        rows, panel = list(_rows(desk, offers, chosen)), list(_panel(desk, chosen))
        if chosen is not None and chosen.running:
            return rows, panel, False, no_update, no_update
        return rows, panel, True, footer(desk), words.came_words(chosen) if chosen else no_update

    bind: Any = app.clientside_callback  # untyped in Dash
    bind(ClientsideFunction("jobs", "sum"), Output("fetch-for", "children"), Input("stop-at", "value"))
    bind(ClientsideFunction("jobs", "shown"), Output("fetching", "title"), Input("fetching", "children"))


def fetch(desk: Desk, wanted: Mapping[str, Any]) -> None:
    """Begin or stop what the page asks for; what the browser says is not believed to be of its kind.

    Raises:
        UsageError: If it can't be fetched.
    """
    offer = _find(desk, read_address(str(wanted.get("search", ""))))
    budget = wanted.get("budget")
    if offer is None:
        raise UsageError("what was to be fetched is not here any more; reload the page")
    if wanted.get("do") == "stop":
        assert desk.fetches is not None  # noqa: S101 # else nothing runs
        for thing in offer.things:
            desk.fetches.stop(thing)
    else:
        begin(desk, offer, budget if isinstance(budget, int | float) and isfinite(budget) else 0.0)


def _find(desk: Desk, address: Address) -> Offer | None:
    return offer_look(desk, address.look) if address.look else None


def _offers(desk: Desk, address: Address) -> tuple[Offer | None, list[Offer]]:
    chosen = _find(desk, address)
    others = [offer for account in looks(desk) if (offer := offer_look(desk, account)) is not None]
    people = {offer.person.id for offer in others}
    first = [chosen] if chosen is not None and chosen.person.id not in people else []
    return chosen, [*first, *others]


# --- the list --------------------------------------------------------------------------------------------------------


def _rows(desk: Desk, offers: Sequence[Offer], chosen: Offer | None) -> Iterator[Component]:
    if not offers:
        return
    heads = ("Job", "Last run", "Next run", "Cost", "State")
    yield element(
        html.Table,
        element(html.Thead, element(html.Tr, *(element(html.Th, head, scope="col") for head in heads))),
        element(html.Tbody, *(_row(desk, one, chosen is not None and one.things == chosen.things) for one in offers)),
        cls="jobs",
    )


def _row(desk: Desk, offer: Offer, chosen: bool) -> Component:
    name = element(
        html.A,
        words.look_title(offer.person),
        href=look_address(offer.person.id),
        cls="go strong",
        dir="auto",
        aria_current="true" if chosen else None,
    )
    last = words.when(offer.runs[0].at, desk.clock()) if offer.runs else "not yet"
    state = words.state_of(offer)
    return element(
        html.Tr,
        element(html.Td, name, span(words.what_words(offer), cls="below", dir="auto")),
        element(html.Td, last, span(words.came_words(offer), cls="below") if offer.runs else None),
        element(html.Td, "when you agree"),
        element(html.Td, _price(offer), cls="sum"),
        element(html.Td, span(state, cls=f"tag {_TAGS.get(state, '')}".strip())),
        cls="chosen" if chosen else "",
    )


def _price(offer: Offer) -> str:
    if offer.runs:
        return words.dollars(words.spent(offer).usd)
    if offer.estimate is None:
        return ""
    return f"{words.about(offer.estimate).lower()} {words.dollars(offer.estimate.cost.usd)}"


# --- what is chosen --------------------------------------------------------------------------------------------------


def _panel(desk: Desk, offer: Offer | None) -> Iterator[Component]:
    if offer is None:
        yield element(html.P, "Where there is no way to somebody who is on X, an answer offers to look there.")
        return
    title = element(html.H2, words.look_title(offer.person), tabIndex=-1, dir="auto", data_focus="")
    if offer.running:
        yield from (span("Fetching", cls="small"), title, *_progress(offer))
        return
    over = offer.fetch is not None
    if over:
        yield from (span("Fetched", cls="small"), title, *_result(desk, offer))
    yield span("Before anything more is fetched" if over else "Before anything is fetched", cls="small")
    if not over:
        yield title
    yield from _costs(offer)
    yield _stop_at(offer)
    yield section("What leaves this machine", element(html.P, words.leaves_words(offer), cls="second"), cls="leaves")
    if offer.trouble is not None:
        yield caution(f"{text(str(offer.trouble))}.")
    yield div(_fetch_button(offer, main=not over), cls="buttons fetch")


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
            element(html.Label, "Stop at", htmlFor="stop-at", cls="strong"),
            span(words.ENDS_THERE, cls="below"),
            cls="what",
        ),
        dmc.NumberInput(
            id="stop-at",
            value=offer.stop_at,
            prefix="$",
            decimalScale=2,
            fixedDecimalScale=True,
            min=0,
            allowNegative=False,
            hideControls=True,
            w=120,
        ),
        cls="fact stop-at",
    )


def _fetch_button(offer: Offer, *, main: bool) -> Component:
    return element(
        html.Button,
        "Fetch for at most ",
        span(words.dollars(offer.stop_at), id="fetch-for"),
        cls="button main" if main else "button",
        id="fetch-go",
        type="button",
        disabled=offer.trouble is not None,
    )


def _progress(offer: Offer) -> Iterator[Component]:
    most, spent = offer.fetch.budget if offer.fetch else None, words.spent(offer).usd
    yield dmc.Progress(value=min(100.0, 100 * spent / most) if most else 0, **{"aria-label": "Spent so far"})
    yield element(html.P, words.so_far(offer), id="so-far")
    yield element(html.P, text(offer.fetch.told if offer.fetch else ""), cls="second", dir="auto")
    yield div(button("Stop", id="fetch-stop"), cls="buttons fetch")


def _result(desk: Desk, offer: Offer) -> Iterator[Component]:
    """Show what came of a run that is over."""
    fetch = offer.fetch
    assert fetch is not None  # noqa: S101 # it was fetched
    why = words.why_stopped(fetch)
    if offer.runs:
        yield element(html.P, words.came_words(offer), cls="strong", id="came")
        yield element(html.P, f"It cost {cost_words(words.spent(offer))}.", cls="second")
    if why:
        yield caution(text(why))
    if fetch.summary is not None and fetch.summary.problems:
        yield element(
            html.Details,
            element(html.Summary, words.problems_words(fetch.summary)),
            element(
                html.Ul,
                *(element(html.Li, text(f"{one.where}: {one.why}"), dir="auto") for one in fetch.summary.problems),
            ),
            cls="problems",
        )
    view = desk.view()
    if view is not None and not fetch.failed:
        yield section("Your reach", *reach_figures(view), cls="reach", id="reach")
    question = Question(asked=offer.person.id)
    yield div(
        element(
            html.A,
            f"Ask for {first_name(offer.person)}" if fetch.failed else f"Ask for {text(offer.person.name, 80)}",
            href=f"/{write_address(question)}",
            cls="button go" if fetch.failed else "button main go",
        ),
        cls="buttons",
    )
