"""The answer as a view: left who (ranked ways), centre how (one sentence, the picture), right proof."""

from collections.abc import Iterator, Sequence

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.service.desk import Desk
from dashboard.service.drafting import find_introduced
from dashboard.web.address import write_address
from dashboard.web.cards import show_ways
from dashboard.web.choice import Choice, Chosen, settle
from dashboard.web.filters import show_filters
from dashboard.web.icons import icon
from dashboard.web.network import show_tabs
from dashboard.web.parts import away, button, div, element, linked, opens, said, section, span, text, work
from dashboard.web.picture import draw_ways
from dashboard.web.proof import show_proof
from dashboard.web.same import show_same
from dashboard.words import ways as words
from dashboard.words.acts import titled
from dashboard.words.draft import title
from dashboard.words.lines import day
from dashboard.words.proof import opening_parts
from graph.answers.answer import Answer, Engagement, Opening
from graph.answers.ask import Question

_OPENINGS = 3
_OTHERS = 3
_WIDEST = 960


def show_answer(desk: Desk, answer: Answer, question: Question, choice: Choice) -> Component:
    """Show an answer that has ways."""
    chosen = settle(answer, choice)
    return div(
        div(
            div(
                element(html.H1, *_heading(answer, question), dir="auto", tabIndex=-1, id="heading"),
                element(html.P, work(answer.target), cls="second", dir="auto") if answer.target else None,
            ),
            show_filters(desk, question),
            cls="heading",
        ),
        *_above(desk, answer),
        div(
            div(
                show_ways(answer, choice, chosen),
                *_worth(answer.engage),
                cls="column list",
            ),
            div(
                div(
                    show_tabs("paths", answer.target.id if answer.target else "", question.filters),
                    None if choice.phone else div(*_take_out(), cls="take-out"),
                    cls="way-head",
                ),
                div(
                    div(*show_way(chosen), id="way"), None if choice.phone else _to_draft(answer, chosen), cls="way-do"
                ),
                div(id="paths", data_svg=draw(answer, choice, chosen)),
                div(id="strip"),
                dcc.Store(id="strip-for", data={"way": chosen.rank, "whole": choice.whole}),
                cls="column centre",
            ),
            element(
                html.Aside,
                element(html.H2, "What proves it", cls="h2"),
                element(html.Button, icon("x"), cls="sheet-close", id="proof-close", type="button", aria_label="Close"),
                div(*show_proof(desk, question, chosen.path, chosen.step, choice.contacts), id="evidence"),
                cls="column proof",
                id="proof",
                aria_label="What proves it",
            ),
            cls="columns",
        ),
        div(_to_draft(answer, chosen), *_take_out(bare=True), cls="take-out") if choice.phone else None,
        cls="answer",
        data_asked=question.org or question.list or words.whom(answer),
    )


def _heading(answer: Answer, question: Question) -> Iterator[Component | str]:
    """Say how many ways there are, the target's name as a link to their page."""
    said, target = words.heading(answer, question), answer.target
    before, name, after = said.partition(words.whom(answer)) if target else (said, "", "")
    yield before
    if target and name:
        yield linked(target, question.filters.as_of, name)
    yield after


def _to_draft(answer: Answer, chosen: Chosen) -> Component:
    """Let what to write over the chosen way be drafted."""
    return element(html.Button, *show_drafting(answer, chosen), cls="button main", id="draft", type="button")


def show_drafting(answer: Answer, chosen: Chosen) -> Iterator[Component | str]:
    """Say what to draft over the chosen way."""
    introduced = find_introduced(answer, chosen.path) is not None
    yield icon("pencil")
    yield title(direct=introduced or len(chosen.path.hops) == 1)


def _take_out(*, bare: bool = False) -> Iterator[Component]:
    """Let the answer be taken away; bare buttons have only their signs."""
    for words_, sign, name in (("Export", "download", "export"), ("Copy link", "link", "copy-link")):
        if bare:
            yield button("", sign=sign, cls="icon-button", id=name, aria_label=words_)
        else:
            yield button(words_, sign=sign, id=name)


def show_way(chosen: Chosen) -> Iterator[Component]:
    """Say what to do on the chosen way."""
    yield element(html.P, words.way_title(chosen.rank, chosen.path), cls="small")
    yield said(words.way_line(chosen.path), "sentence h2", kind=html.P)
    if lately := words.asked_lately_words(chosen.path):
        yield element(html.P, lately, cls="small", dir="auto")


def draw(answer: Answer, choice: Choice, chosen: Chosen) -> str:
    """Draw the shown ways with the chosen one on top; nothing on a phone, where cards do it."""
    if choice.phone:
        return ""
    return draw_ways(
        answer.paths[: chosen.shown],
        me=answer.me.id,
        chosen=chosen.rank,
        step=chosen.step,
        width=min(choice.width, _WIDEST),
    )


def notes(answer: Answer) -> Iterator[Component]:
    """Show what to know of the whole answer, and who else may have been meant."""
    told = [said for note in answer.notes if (said := words.note_words(note))]
    others = [
        element(html.A, text(one.name, 60), href=f"/{write_address(Question(asked=one.id))}", cls="go", dir="auto")
        for one in answer.candidates[:_OTHERS]
    ]
    for one in told:
        yield element(html.P, one, cls="note", dir="auto")
    if others:
        yield element(html.P, "Somebody else was meant? ", *others, cls="note")


def _above(desk: Desk, answer: Answer) -> Iterator[Component]:
    """Show what stands above the ways: newer data, one name asked for together, introductions, openings."""
    if desk.late:
        again = element(html.Button, "Ask again", cls="button small", id="ask-again", type="button")
        yield div(element(html.P, words.LATE), again, cls="opening")
    yield from notes(answer)
    if (same := show_same(desk, answer)) is not None:
        yield same
    for one in answer.introduced:
        yield div(icon("check", size=20), element(html.P, words.introduced_words(one), dir="auto"), cls="opening")
    yield from openings(answer)


def openings(answer: Answer) -> Iterator[Component]:
    """Show my openings, and theirs."""
    openings = answer.openings[:_OPENINGS]
    if openings:
        yield div(
            icon("door-open", size=20),
            div(*(_opening(opening, answer.me.id, first=place == 0) for place, opening in enumerate(openings))),
            cls="opening",
            id="opening",
        )


def _opening(opening: Opening, me: str, *, first: bool) -> Component:
    before, title, after = opening_parts(opening, me)
    piece = opening.evidence
    return div(
        element(
            html.P,
            element(html.B, "Your opening", cls="label") if first else None,
            said(before),
            away(piece.url, title) if title else None,
            after,
        ),
        element(html.P, f"“{text(piece.excerpt, 200)}”", cls="quote", dir="auto") if piece.excerpt else None,
    )


def commented(one: Engagement) -> dict[str, str]:
    """Give the attributes of a button that notes my comment on something."""
    return opens("log", kind="comment", person=one.person.id, url=one.url, title=one.title)


def _worth(engage: Sequence[Engagement]) -> Iterator[Component]:
    if engage:
        rows = (
            element(
                html.Li,
                away(one.url, titled(one.title, one.item)),
                span(f"active {day(one.at)}" if one.at else "", cls="small"),
                button(
                    "",
                    sign="pencil",
                    cls="icon-button",
                    title="Record your comment",
                    aria_label=f"Record your comment on {titled(one.title, one.item)}",
                    **commented(one),
                ),
            )
            for one in engage
        )
        yield section("Worth a thoughtful comment", element(html.Ul, *rows, cls="worth"), cls="engage")
