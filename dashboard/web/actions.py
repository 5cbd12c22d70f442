"""What can be done with somebody: the buttons and menus at the head of their page."""

from collections.abc import Iterator
from datetime import date

from dash import html
from dash.development.base_component import Component

from dashboard.service.portrait import Portrait
from dashboard.web.address import around_address, write_address
from dashboard.web.icons import icon
from dashboard.web.input import ME
from dashboard.web.parts import button, div, does, element, opens, span
from dashboard.words.plan import first_name
from graph.answers.ask import Question
from graph.model import Kind
from graph.people.person import Person
from graph.store.features import Filters

_ACTS = (Kind.CALL, Kind.MEETING, Kind.MESSAGE, Kind.COMMENT)  # a call first, as the menu is called after it


def show_actions(portrait: Portrait, as_of: date | None, *, phone: bool) -> Iterator[Component]:
    """Offer what can be done; the ways to somebody first of all where I am not in touch with them.

    On a phone all beyond the first stands in the menu.
    """
    person, mine = portrait.person, portrait.mine
    if mine is None:
        yield _around(person, as_of, "button")
        yield _merge(person, "")
        yield button("This is not me", **does("not-me"))
        return
    in_touch = mine.strength > 0
    if not in_touch:
        yield _ask(person, as_of, "button main")
    yield _menu(
        (icon("phone"), span("Log a call"), icon("chevron-down")),
        *(
            button(kind.value.capitalize(), cls="choice", **opens("log", person=person.id, kind=kind.value))
            for kind in _ACTS
        ),
    )
    if not phone:
        yield from _changes(portrait, "")
    yield _menu(
        (icon("ellipsis"),),
        *(_changes(portrait, "choice") if phone else ()),
        _ask(person, as_of, "button choice") if in_touch else None,
        _around(person, as_of, "button choice"),
        button("Add to a list", sign="list", cls="choice", **opens("list-add", person=person.id)),
        button("Note an introduction", sign="users", cls="choice", **opens("introduce", by=person.id)),
        button(f"Say who knows {first_name(person)}", sign="pencil", cls="choice", **opens("know", person=person.id)),
        label="More",
    )


def _changes(portrait: Portrait, cls: str) -> Iterator[Component]:
    """Offer to correct how close we are, to protect somebody, and to say which accounts are theirs."""
    person, mine, protected = portrait.person, portrait.mine, portrait.profile.protected
    closeness = mine.closeness.value if mine else None
    known = opens("know", person=person.id, other=ME, closeness=closeness)
    yield button("Correct closeness", sign="sliders-horizontal", cls=cls, **known)
    yield button(
        "Protected" if protected else "Protect",
        sign="shield",
        cls=cls,
        title="No way leads over them." if protected else "No way is to lead over them.",
        aria_pressed=str(protected).lower(),
        **does("unprotect" if protected else "protect", person=person.id),
    )
    yield _merge(person, cls)


def _merge(person: Person, cls: str) -> Component:
    return button("Merge or split", sign="split", cls=cls, **opens("merge", person=person.id))


def _ask(person: Person, as_of: date | None, cls: str) -> Component:
    question = Question(asked=person.id, filters=Filters(as_of=as_of))
    name = f"Ask for {first_name(person)}"
    return element(html.A, icon("search"), name, href=f"/{write_address(question)}", cls=f"{cls} go")


def _around(person: Person, as_of: date | None, cls: str) -> Component:
    return element(html.A, icon("waypoints"), "Neighbourhood", href=around_address(person.id, as_of), cls=f"{cls} go")


def _menu(summary: tuple[Component, ...], *choices: Component | None, label: str | None = None) -> Component:
    return element(
        html.Details,
        element(html.Summary, *summary, cls="button", aria_label=label),
        div(*choices, cls="popover"),
        cls="filter menu",
    )
