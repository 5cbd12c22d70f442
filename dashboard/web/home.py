"""The first page: what was asked before and how far one's data see; in an empty store, how to begin."""

from dash import html
from dash.development.base_component import Component

from dashboard.demo.strauss import INVENTED, STRAUSS
from dashboard.service.desk import Desk
from dashboard.service.offers import uses_network
from dashboard.web.address import write_address
from dashboard.web.example import WORDS, draw_example
from dashboard.web.icons import icon
from dashboard.web.lists import show_own
from dashboard.web.mine import show_who
from dashboard.web.parts import button, div, does, element, face, named, section, span, work
from dashboard.web.people import ways_to
from dashboard.web.reach import reach_figures
from dashboard.web.ticking import show_ticks
from dashboard.words.lines import count, day
from dashboard.words.offers import ONLY_JOBS
from graph.answers.ask import Question
from graph.stores import is_here

_STORY = (
    (STRAUSS, "The columnist of the story: a comment, and one friend, became an introduction"),
    (INVENTED, "Invented: ten ways compete"),
    ("Yara Fontane", "Invented: far away, and what to do about it"),
)


def show_home(desk: Desk) -> Component:
    """Show what to do where nobody is asked for."""
    return _first_run(desk) if desk.contents().empty else _filled(desk)


def _filled(desk: Desk) -> Component:
    if (who := show_who(desk)) is not None:  # nothing can be asked before that is known
        return div(element(html.H1, "Who are you here?", tabIndex=-1, id="heading"), who, cls="narrow")
    rows = [
        element(
            html.Li,
            element(
                html.A,
                face(person),
                div(named(person, "strong"), span(work(person), cls="below", dir="auto"), cls="what"),
                span(ways_to(desk, Question(asked=person.id)), cls="small ways-to"),
                span(day(at), cls="small"),
                href=f"/{write_address(Question(asked=person.id))}",
                cls="candidate go",
            ),
        )
        for person, at in desk.asked_before()
    ]
    empty = element(html.P, "Name somebody you want to meet, above: press / to get there.", cls="second")
    view = desk.view()
    return div(
        element(html.H1, "Who do you want to meet?", cls="unseen", tabIndex=-1, id="heading"),
        section("Asked before", element(html.Ul, *rows, cls="plain"), cls="asked")
        if rows
        else section("Ask for somebody", empty, _of_the_story() if desk.demo else None, cls="asked"),
        section("Your reach", *reach_figures(view), cls="reach", id="reach") if view else None,
        show_own(desk),
        cls="home",
    )


def _of_the_story() -> Component:
    """Offer whom the demo's story is about."""
    rows = (
        element(
            html.Li,
            element(
                html.A,
                div(span(name, cls="strong"), span(why, cls="below"), cls="what"),
                href=f"/{write_address(Question(asked=name))}",
                cls="candidate go",
            ),
        )
        for name, why in _STORY
    )
    return element(html.Ul, *rows, cls="plain")


def _first_run(desk: Desk) -> Component:
    return div(
        div(
            element(html.H1, "Who can introduce you?", cls="hero", tabIndex=-1, id="heading"),
            element(
                html.P,
                "Name somebody you want to meet. intrograph looks through the mail, archives and comments that you "
                "already have, and answers with the people to ask, how likely each way is to work, and what proves it.",
                cls="lead",
            ),
            div(
                element(html.A, icon("file-input"), "Bring in what you have", href="/bring-in", cls="button main go"),
                button("Try the demo", sign="play", id="demo", **does("demo")) if desk.offers_demo else None,
                cls="begin",
            ),
            div(div(data_svg=draw_example()), element(html.P, WORDS), cls="example"),
            _kept("lock", f"{_where_kept(desk)}.", _what_keeps(desk), "here"),
            _kept("mail-x", "Mail is kept without its text.", "Date, direction, subject and thread are enough."),
            cls="pitch",
        ),
        show_ticks(),
        cls="first-run",
    )


def _kept(sign: str, title: str, words: str, cls: str = "") -> Component:
    return element(html.P, icon(sign, size=20), span(element(html.B, title), f" {words}"), cls=f"kept {cls}".strip())


def footer(desk: Desk) -> list[Component]:
    """Say which store it is, and what leaves this machine."""
    contents = desk.contents()
    held = contents.overview
    years = sorted({at.year for at in (held.first, held.last) if at})
    when = f", {years[0]} to {years[-1]}" if len(years) > 1 else f", {years[0]}" if years else ""
    told = (
        "Your store is empty"
        if contents.empty
        else " · ".join(
            [
                "Demo store" if desk.demo else "Your store",
                count(contents.people, "person", "people"),
                f"{count(held.interactions, 'interaction')}{when}",
            ]
        )
    )
    if desk.served_from is not None:
        stays = f"Served from {desk.served_from}, by password"
    else:
        stays = ONLY_JOBS if _at_home(desk) and uses_network() else _where_kept(desk)
    return [
        span(told, title=desk.store.location),
        span(icon("lock"), stays, cls="stays"),
    ]


def _what_keeps(desk: Desk) -> str:
    if desk.served_from is not None:
        return "You reach it by password. No account, no telemetry."
    if "://" in desk.store.location:
        return "A database under your login. No account, no telemetry."
    where = "" if desk.store_option else " in your data folder"
    return f"One file{where}, readable by you alone. No account, no server, no telemetry."


def _where_kept(desk: Desk) -> str:
    if desk.served_from is not None and _at_home(desk):
        return f"Everything stays on {desk.served_from}"
    return "Everything stays on this machine" if _at_home(desk) else f"Everything is kept on {desk.store.location}"


def _at_home(desk: Desk) -> bool:
    return is_here(desk.store.location)
