"""Lists: all of them, and one with its people."""

from collections.abc import Iterator, Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.service.desk import Desk
from dashboard.service.lists import count_lists, show_list
from dashboard.web.address import LISTS, Address, list_address, person_address, write_address
from dashboard.web.icons import icon
from dashboard.web.input import NEW
from dashboard.web.parts import button, div, does, element, face, named, opens, section, span, text, work
from dashboard.web.people import known_by, ways_to
from dashboard.words import lists as words
from dashboard.words.lines import count, number
from graph.answers.ask import Question
from graph.errors import NameAmbiguousError, NameUnknownError, UsageError
from graph.people.names import fold
from graph.people.person import Directory, Person, open_directory
from graph.people.resolve import resolve_person

_NAME = 80
_SUMMED, _SHOWN = 10, 200
_OWN, _MEANT, _NEAR = 5, 8, 2


def show_lists(desk: Desk) -> Component:
    """Show all lists."""
    counts = count_lists(desk.store)
    return div(
        element(html.H1, "Lists", tabIndex=-1, id="heading"),
        element(html.P, words.PURPOSE, cls="second"),
        element(html.Ul, *_rows(counts), cls="rows") if counts else None,
        div(_to_make(main=True), cls="buttons"),
        cls="narrow",
        id="lists",
    )


def show_own(desk: Desk) -> Component:
    """Show the lists beside other things: the first of them."""
    counts = count_lists(desk.store)
    first = dict(list(counts.items())[:_OWN])
    return section(
        "Your lists",
        element(html.Ul, *_rows(first), cls="plain") if first else element(html.P, words.PURPOSE, cls="second"),
        div(
            _to_make(),
            element(html.A, f"All {count(len(counts), 'list')}", href=LISTS, cls="button quiet go")
            if len(counts) > _OWN
            else None,
            cls="buttons",
        ),
        cls="own-lists",
    )


def _rows(counts: dict[str, int]) -> Iterator[Component]:
    for name, many in counts.items():
        yield element(
            html.Li,
            element(
                html.A,
                icon("list"),
                div(span(text(name, _NAME), cls="strong"), cls="what", dir="auto"),
                span(count(many, "person", "people"), cls="small"),
                href=list_address(name),
                cls="candidate go",
            ),
        )


def _to_make(*, main: bool = False) -> Component:
    return button("Make a list", sign="plus", cls="main" if main else "", **opens("list-add"))


# --- one list --------------------------------------------------------------------------------------------------------


def show_members(desk: Desk, address: Address) -> Component:
    """Show who is on a list, those first whom the best ways lead to; and what was pasted for it and is not clear."""
    name = address.question.list or ""
    try:
        people = _nearest_first(desk, name)
    except NameUnknownError:
        people = []
    unclear = list(_unclear(desk, name, address.left))
    return div(
        element(html.A, "All lists", href=LISTS, cls="go"),
        element(html.H1, text(name, _NAME), dir="auto", tabIndex=-1, id="heading"),
        element(html.P, count(len(people), "person", "people") if people else words.EMPTY, cls="second"),
        div(*_deeds(name, filled=bool(people)), cls="buttons"),
        section("Not on the list yet", *unclear, cls="unclear", id="unclear") if unclear else None,
        element(
            html.Ul,
            *(_member(desk, name, one, summed=place < _SUMMED) for place, one in enumerate(people[:_SHOWN])),
            cls="rows",
            id="members",
        )
        if people
        else None,
        element(html.P, f"and {number(len(people) - _SHOWN)} more", cls="small") if len(people) > _SHOWN else None,
        cls="narrow",
        id="list",
    )


def _nearest_first(desk: Desk, name: str) -> list[Person]:
    people = sorted(show_list(desk.store, name), key=lambda one: (fold(one.name), one.id))
    try:
        paths = desk.ask(Question(asked="", list=name)).answer.paths
    except UsageError:  # nobody but me is on it
        return people
    ends = [path.people[-1].id for path in paths]
    return sorted(people, key=lambda one: ends.index(one.id) if one.id in ends else len(ends))


def _deeds(name: str, *, filled: bool) -> Iterator[Component]:
    """Offer what can be done with a list."""
    if filled:
        asked = write_address(Question(asked="", list=name))
        yield element(html.A, icon("search"), "Ask for the list", href=f"/{asked}", cls="button main go")
    yield button("Add people", sign="plus", cls="" if filled else "main", **opens("list-add", list=name))
    if filled:
        yield button("Remove the list", cls="quiet", **does("list-drop", list=name))


def _member(desk: Desk, name: str, person: Person, *, summed: bool) -> Component:
    question = Question(asked=person.id)
    return element(
        html.Li,
        element(
            html.A,
            face(person),
            div(named(person, "strong"), span(work(person), cls="below", dir="auto"), cls="what"),
            span(ways_to(desk, question), cls="small ways-to") if summed else None,
            href=f"/{write_address(question)}",
            cls="candidate go",
        ),
        element(
            html.A,
            icon("user", size=20),
            href=person_address(person.id, None),
            cls="icon-button go",
            title="Open",
            aria_label=f"Open {text(person.name, _NAME)}",
        ),
        button(
            "",
            sign="x",
            cls="icon-button",
            title="Take off the list",
            aria_label=f"Take {text(person.name, _NAME)} off the list",
            **does("list-remove", list=name, person=person.id),
        ),
        cls="member",
    )


def _unclear(desk: Desk, name: str, texts: Sequence[str]) -> Iterator[Component]:
    """Show what was pasted and is not clear, each with whom it may mean; what is chosen goes from the address."""
    directory = open_directory(desk.store)
    for one in texts:
        left = [other for other in texts if other != one]
        meant, near = _meant(directory, one)
        made = f"{NEW}{one}"
        yield div(
            element(html.P, words.unclear(one, len(meant), near=near), dir="auto"),
            div(
                *(
                    button(
                        " · ".join(filter(None, (text(person.name, _NAME), known_by(person)))),
                        sign="plus",
                        cls="small",
                        **does("list-add", list=name, person=person.id, left=left),
                    )
                    for person in meant
                ),
                button(
                    f"Make {words.quoted(one)} by hand",
                    cls="small",
                    **does("list-add", list=name, person=made, left=left),
                )
                if near
                else None,
                element(html.A, "Leave out", href=list_address(name, left), cls="button small quiet go"),
                cls="buttons",
            ),
        )


def _meant(directory: Directory, one: str) -> tuple[list[Person], bool]:
    """Tell whom a text may mean, and whether they only come near to it."""
    try:
        return [resolve_person(directory, one)], False
    except NameUnknownError as error:
        near = not isinstance(error, NameAmbiguousError)
        return [directory.person(id_) for id_, _ in error.candidates[: _NEAR if near else _MEANT]], near
