"""How far one's data see, as the page shows it."""

from collections.abc import Iterator, Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.service.desk import Desk
from dashboard.service.parcels import Sight
from dashboard.service.reaching import measure
from dashboard.web.icons import icon
from dashboard.web.parts import Child, button, div, does, element, opens, section, span, text
from dashboard.words import bringing as words
from dashboard.words.lines import number
from graph.answers.answer import HintKind
from graph.answers.reach import Reach, SourceReach, View
from graph.errors import UnknownMeError

_NAME = 160


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


def show_reach(desk: Desk, before: Sight | None) -> Iterator[Child]:
    """Show how far one's data see, how much further than `before`, by source, and what would show more."""
    yield element(html.H2, "Your reach")
    on = desk.standing()
    try:
        reach: Reach = on.made.get("reach", lambda: measure(desk.store, desk.profile, on.day))
    except UnknownMeError:
        yield element(html.P, "It is counted once it is known who you are.", cls="second")
        return
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
