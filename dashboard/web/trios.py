"""The introductions that somebody makes or is part of, and what came of each, to be noted or taken back."""

from collections.abc import Iterator

from dash import html
from dash.development.base_component import Component

from dashboard.service.portrait import Portrait
from dashboard.web.parts import button, div, does, element, opens, said, section, span, text
from dashboard.words import portrait as words
from dashboard.words import story as telling
from dashboard.words.changes import state_word
from dashboard.words.lines import capital, day, number
from graph.answers.story import Trio
from graph.export.escapes import iso
from graph.model import IntroductionState
from graph.people.person import Person

_TRIOS = 8
_NEXT = {
    IntroductionState.ASKED: (IntroductionState.ACCEPTED, IntroductionState.DECLINED),
    IntroductionState.PROPOSED: (IntroductionState.ACCEPTED, IntroductionState.DECLINED),
    IntroductionState.ACCEPTED: (IntroductionState.MET,),
}
"""What is noted of an introduction that stands so."""


def show_introductions(portrait: Portrait) -> Iterator[Component]:
    """Show somebody's introductions, newest first; nothing where there is none."""
    trios = portrait.trios
    if not trios:
        return
    told = words.asked(trios, portrait)
    more = len(trios) - _TRIOS
    yield section(
        "Introductions",
        *(_introduction(one, portrait.person, portrait.me.id) for one in trios[:_TRIOS]),
        element(html.P, f"and {number(more)} more", cls="small") if more > 0 else None,
        element(html.P, told, cls="small") if told else None,
        id="introductions",
    )


def _introduction(trio: Trio, person: Person, me: str) -> Component:
    steps = list(telling.trio_steps(trio, me))
    rows = (
        element(
            html.Li,
            span(capital(text(said_, 160)), cls="grow", dir="auto"),
            span(day(step.at), cls="small"),
            cls="fact",
        )
        for said_, step in steps
    )
    return div(
        div(
            said(telling.trio_title(trio, person, me), "grow"),
            span(telling.trio_state(trio), cls=f"tag {words.state_kind(trio)}"),
            cls="fact",
        ),
        element(html.Ul, *rows, cls="states") if len(steps) > 1 else None,
        div(*_buttons(trio), cls="buttons"),
    )


def _buttons(trio: Trio) -> Iterator[Component]:
    """Offer to note what came of it, which stands out while that is waited for, and to take its last state back."""
    last, settled = trio.steps[-1], {"by": trio.by.id, "person": trio.person.id, "to": trio.to.id}
    for state in _NEXT.get(last.state, ()):
        quiet = "quiet" if trio.done else ""
        form = opens("introduce", **settled, state=state.value)
        yield button(capital(state_word(state)), cls=f"small {quiet}".strip(), **form)
    back = does("unintroduce", id=trio.id, state=last.state.value, at=iso(last.at))
    yield button("Take back", cls="small quiet", **back)
