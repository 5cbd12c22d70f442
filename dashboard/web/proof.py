"""The proof of one step: how close, what to mind, when and how often, the newest interactions and the first ones."""

from collections.abc import Iterable, Iterator, Mapping

from dash import html
from dash.development.base_component import Component

from dashboard.service.desk import Desk
from dashboard.web.parts import away, button, caution, div, element, linked, mark, said, span, text
from dashboard.web.timeline import draw_timeline
from dashboard.words import proof as words
from dashboard.words import ways
from dashboard.words.lines import day
from graph.answers.answer import Evidence, Hop, Path
from graph.answers.ask import Question
from graph.answers.contacts import Contacts
from graph.model import DECLARED

_EXCERPT = 300


def show_proof(desk: Desk, question: Question, path: Path, step: int, contacts: int) -> Iterator[Component]:
    """Show what proves a step of a way, from 1; of its interactions so many."""
    hop = path.hops[step - 1]
    me = path.people[0].id
    names = words.short_names(path.people, me)
    as_of = question.filters.as_of
    held = desk.contacts(question, hop, contacts)
    yield _steps(path, step)
    yield div(
        element(
            html.H3,
            "You" if hop.source.id == me else linked(hop.source, as_of),
            span(" → ", cls="arrow"),
            linked(hop.target, as_of),
        ),
        element(
            html.P,
            mark(hop.closeness.value, dormant=hop.dormant, told=not hop.counts),
            span(ways.closeness_words(hop), cls="closeness", title=ways.strength_note(hop)),
            span(words.last_words(hop)),
            cls="how",
        ),
    )
    yield from (caution(ways.alone(one)) for one in hop.warnings)
    if held.months:
        yield _timeline(desk, question, hop, held, names)
    yield from _lists(hop, held, names, me)


def _steps(path: Path, chosen: int) -> Component:
    """Let a step be chosen."""
    return div(
        *(
            element(
                html.Button,
                f"Step {place}",
                type="button",
                data_step=str(place),
                aria_pressed="true" if place == chosen else "false",
            )
            for place in range(1, len(path.hops) + 1)
        ),
        cls="segments",
        role="group",
        aria_label="Steps",
    )


def _timeline(desk: Desk, question: Question, hop: Hop, held: Contacts, names: Mapping[str, str]) -> Component:
    first, second = names[hop.source.id], names[hop.target.id]
    drawn = draw_timeline(
        held.months,
        first=first,
        second=second,
        since=held.months[0].month,
        until=question.filters.as_of or desk.today,
    )
    legend = (
        element(
            html.Li,
            words.legend_words(one, first, second),
            cls=" ".join(filter(None, ("kind", one.kind, drawn.shades.get(one.kind)))),
        )
        for one in hop.counts
    )
    return div(div(data_svg=drawn.svg, cls="timeline"), element(html.Ul, *legend, cls="legend"))


def _lists(hop: Hop, held: Contacts, names: Mapping[str, str], me: str) -> Iterator[Component]:
    if held.latest:
        yield element(html.H4, "Latest")
        yield element(html.Ul, *_items(held.latest, hop, names, me), cls="acts")
    if held.total > len(held.latest) + len(held.first):
        yield button(words.show_more(len(held.latest), held.total), cls="small", id="show-all")
    if held.first:
        yield element(html.H4, "How it began")
        yield element(html.Ul, *_items(held.first, hop, names, me), cls="acts")


def _items(pieces: Iterable[Evidence], hop: Hop, names: Mapping[str, str], me: str) -> Iterator[Component]:
    for piece in pieces:
        title = words.title_words(piece)
        where = words.site(piece.url)
        side = "there" if piece.source == hop.source.id else "back"
        private = piece.private and piece.kind != DECLARED
        yield element(
            html.Li,
            div(said(words.act_line(piece, names, me)), span(day(piece.at), cls="day"), cls="act"),
            div(
                away(None if piece.private else piece.url, title) if title else None,
                span(where, cls="small") if where and not piece.private else None,
                span("private", cls="tag") if private else None,
                cls="about",
            )
            if title or private
            else None,
            element(html.Blockquote, f"“{text(piece.excerpt, _EXCERPT)}”", dir="auto") if piece.excerpt else None,
            cls=f"kind {piece.kind} {side}",
        )
