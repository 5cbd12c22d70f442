"""One name, several entries: that they were asked for together, and whether they are one person."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.service.desk import Desk
from dashboard.web.parts import accounts, button, div, does, element, span, text, work
from dashboard.words import ways as words
from dashboard.words.notes import together_words
from graph.answers.answer import Answer
from graph.people.person import Person


def show_same(desk: Desk, answer: Answer) -> Component | None:
    """Show who was asked for together, and let it be said whether they are one; nothing where it is one entry."""
    people = answer.targets
    if len(people) < 2:
        return None
    open_to_it = desk.may_be_one(people)
    return div(
        div(
            element(html.P, together_words(people), cls="strong", dir="auto"),
            element(html.P, words.likeness_words(people, open_to_it=open_to_it), cls="below", dir="auto"),
            _choices(people) if open_to_it else None,
            cls="question",
        ),
        *(_entry(one) for one in people),
        id="same-name",
    )


def _choices(people: Sequence[Person]) -> Component:
    return div(
        decide("Same person", "same", people, main=True),
        decide("Two people" if len(people) == 2 else "Different people", "apart", people),
        button("Decide later", cls="quiet", id="same-later"),
        cls="buttons",
    )


def decide(label: str, what: str, people: Sequence[Person], *, main: bool = False) -> Component:
    """Make a button that says of people that they are one (`same`), or that they are different ones (`apart`)."""
    return button(
        label,
        sign="merge" if main else None,
        cls="main" if main else "",
        **does(what, people=[one.id for one in people]),
    )


def _entry(person: Person) -> Component:
    does = work(person)
    return div(
        div(
            span(text(person.name, 80), cls="strong", dir="auto"),
            span(words.networks_words(person), cls="tag"),
            cls="top",
        ),
        element(html.P, does, cls="below", dir="auto") if does else None,
        element(html.P, accounts(person), cls="below", dir="auto"),
        cls="entry",
    )
