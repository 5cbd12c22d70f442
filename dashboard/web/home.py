"""The first page: what was asked before and how far one's data see; in an empty store, how to begin."""

from collections.abc import Iterator, Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.demo.strauss import INVENTED, STRAUSS
from dashboard.service.desk import Desk
from dashboard.service.offers import uses_network
from dashboard.web.address import write_address
from dashboard.web.icons import icon
from dashboard.web.lists import show_own
from dashboard.web.parts import div, element, face, named, section, span, text, to_copy, work
from dashboard.web.people import ways_to
from dashboard.words.lines import count, day, number
from dashboard.words.offers import ONLY_JOBS
from dashboard.words.program import Program
from graph.answers.ask import Question
from graph.answers.reach import View
from graph.stores import is_here
from ingest.source import Source

_NO_WAIT = "none"
_SIGHT = 160
_FIRST, _LAST = ("x-archive", "linkedin", "email"), ("csv", "jsonl")
"""Which exports to ask for first, as they take their time, and what there is for everything else."""
_STORY = (
    (STRAUSS, "The columnist of the story: a comment, and one friend, became an introduction"),
    (INVENTED, "Invented: ten ways compete"),
    ("Yara Fontane", "Invented: far away, and what to do about it"),
)


def show_home(desk: Desk) -> Component:
    """Show what to do where nobody is asked for."""
    return _first_run(desk) if desk.contents().empty else _filled(desk)


def _filled(desk: Desk) -> Component:
    desk.somebody("")  # nothing can be asked before it is known who asks: that is what the page says then
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


def reach_figures(view: View, gained: Sequence[str | None] = (None, None)) -> Iterator[Component]:
    """Show how far one's data see, and what of it was `gained`, in words."""
    figures = ((view.contacts, "people you can ask"), (view.behind, "people behind them"))
    yield div(
        *(
            div(span(number(many), cls="big"), span(of), span(more, cls="gained") if more else None, cls="figure")
            for (many, of), more in zip(figures, gained, strict=True)
        ),
        cls="figures",
    )
    yield element(
        html.P, f"{number(view.close)} close, {number(view.familiar)} familiar, {number(view.slight)} slight."
    )


def _first_run(desk: Desk) -> Component:
    from ingest.registry import sources

    return div(
        div(
            element(html.H1, "Who can introduce you?", cls="hero", tabIndex=-1, id="heading"),
            element(
                html.P,
                "Name somebody you want to meet. intrograph looks through the mail, archives and comments that you "
                "already have, and answers with the people to ask, how likely each way is to work, and what proves it.",
                cls="lead",
            ),
            _commands(desk),
            _kept("lock", f"{_where_kept(desk)}.", f"{_what_keeps(desk)} No account, no telemetry."),
            _kept("mail-x", "Mail is kept without its text.", "Date, direction, subject and thread are enough."),
            cls="pitch",
        ),
        section(
            "Ask for your exports today",
            element(html.P, "The networks take their time to hand them over.", cls="second"),
            element(
                html.Ul,
                *map(_source, sorted(sources(), key=_place)),
                cls="plain sources",
            ),
            element(
                html.P,
                "Your own data show your own half. Whom your contacts know is seen where they act in public, where you "
                "were copied in, and where you say so.",
                cls="small",
            ),
            cls="exports",
        ),
        cls="first-run",
    )


def _commands(desk: Desk) -> Component:
    program = Program(store=desk.store_option, profile=desk.profile)
    lines = (
        ("See it work", program.line("demo")),
        ("Say who you are", program.line("me", "you@example.org")),
        ("Bring in what you have", program.line("ingest", "PATH")),
    )
    return element(html.Ol, *(element(html.Li, span(why), to_copy(line)) for why, line in lines), cls="commands")


def _kept(sign: str, title: str, words: str) -> Component:
    return element(html.P, icon(sign, size=20), span(element(html.B, title), f" {words}"), cls="kept")


def _place(source: Source) -> int:
    return (*_FIRST, "", *_LAST).index(source.name if source.name in _FIRST + _LAST else "")


def _source(source: Source) -> Component:
    wait = "at once" if source.wait == _NO_WAIT else source.wait
    return element(
        html.Li,
        div(span(source.title, cls="strong"), span(text(source.reads, _SIGHT), cls="below"), cls="what"),
        span(text(wait, _SIGHT), cls="small"),
        span(text(source.second_hop, _SIGHT), cls="small"),
    )


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
    return [
        span(told, title=desk.store.location),
        span(icon("lock"), ONLY_JOBS if _at_home(desk) and uses_network() else _where_kept(desk), cls="stays"),
    ]


def _what_keeps(desk: Desk) -> str:
    return "A database under your login." if "://" in desk.store.location else "One file, readable by you alone."


def _where_kept(desk: Desk) -> str:
    return "Everything stays on this machine" if _at_home(desk) else f"Everything is kept on {desk.store.location}"


def _at_home(desk: Desk) -> bool:
    return is_here(desk.store.location)
