"""Who is meant: people to choose from where a name means several or nobody; what cannot be shown, and why."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from dash import html
from dash.development.base_component import Component

from dashboard.service.asking import Asked
from dashboard.service.desk import Desk
from dashboard.web.address import LISTS, Address, write_address
from dashboard.web.filters import show_filters
from dashboard.web.icons import icon
from dashboard.web.input import NEW
from dashboard.web.parts import accounts, button, div, element, face, named, opens, span, state, work
from dashboard.words.lines import count, shorten
from dashboard.words.ways import networks_words, summary
from graph.answers.ask import Question
from graph.errors import NameAmbiguousError, NameUnknownError, UsageError
from graph.people.person import Candidate, Person

_SUMMED = 5
_WHICH = "Which one do you mean?"
_ROLES = {"to": "", "avoid": "Ways must not lead over them. ", "via": "Ways must lead over them. "}
_BETWEEN = "\x1f"
ANOTHER = "Try another spelling, an address or a profile link, or bring in data that shows them."


def show_candidates(desk: Desk, asked: Asked, address: Address) -> Component:
    """Show whom a name may mean; that nobody here goes by it, where nothing comes near.

    The name is that of who is asked for, or that of somebody whom ways must not lead over or must.
    """
    people, question = asked.answer.candidates, address.question
    text = asked.error.text if isinstance(asked.error, NameUnknownError) else ""
    role = next((name for name, held in _roles(question) if text in held), "to")
    name = shorten(text or address.to or question.org or question.list or "", 80)
    filters = None if role == "to" else show_filters(desk, question)
    if question.list and not text:
        lists = element(html.A, "See the lists", href=LISTS, cls="button go")
        return state("list", f"There is no list “{name}”", "A list is gone once nobody is on it.", lists, id="unknown")
    if not people:
        unknown = f"Nobody here is known to be at “{name}”" if question.org else f"Nobody here goes by “{name}”"
        why = f"{asked.error}." if question.org else f"{_ROLES[role]}{ANOTHER}"
        told = () if question.org or role != "to" else (div(*_by_hand(name), cls="buttons"),)
        return div(filters, state("user-round-x", unknown, why, *told, id="unknown"), data_asked=_asked(address))
    several = isinstance(asked.error, NameAmbiguousError)
    meant = f"“{name}” may mean {count(len(people), 'person', 'people')}"
    why = _WHICH if several else "These come nearest."
    return div(
        filters,
        element(html.H1, meant if several else f"Nobody here goes by “{name}”", dir="auto", tabIndex=-1, id="heading"),
        element(html.P, f"{_ROLES[role]}{why}", cls="second"),
        div(
            *(
                _row(desk, place, one, _with(question, role, text, one.id), summed=role == "to" and place <= _SUMMED)
                for place, one in enumerate(people, 1)
            ),
            id="candidates",
            role="list",
        ),
        *(
            element(
                html.A,
                icon("building-2"),
                span(f"Ask for anybody at {shorten(org, 60)}", dir="auto"),
                href=f"/{write_address(replace(question, org=org))}",
                cls="button go",
            )
            for org, _ in (desk.places(address.to, 1) if role == "to" else ())
        ),
        element(html.P, f"Somebody else? {ANOTHER}", cls="small elsewhere"),
        div(
            *(() if several or question.org else _by_hand(name)),
            button("Add to a list", sign="list", **opens("list-add", people=[one.id for one in people])),
            cls="buttons",
        )
        if role == "to"
        else None,
        cls="narrow",
        data_asked=_asked(address),
    )


def _by_hand(name: str) -> Iterator[Component]:
    """Offer to say what is known of somebody who is not here, which makes them."""
    yield button("Record a comment of yours", **opens("log", kind="comment", person=f"{NEW}{name}"))
    yield button(f"Say who knows {name}", **opens("know", person=f"{NEW}{name}"))


def _asked(address: Address) -> str:
    return shorten(address.to or address.question.org or address.question.list or "", 80)


def _roles(question: Question) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return ("avoid", question.avoid), ("via", question.via)


def _with(question: Question, role: str, text: str, person: str) -> Question:
    """Put somebody chosen in the place of the name that was not clear."""
    if role == "to":
        return replace(question, asked=person, org=None, list=None)
    held = tuple(person if one == text else one for one in dict(_roles(question))[role])
    return replace(question, avoid=held) if role == "avoid" else replace(question, via=held)


def _row(desk: Desk, place: int, one: Candidate, question: Question, *, summed: bool) -> Component:
    person = _person(one)
    return div(
        element(
            html.A,
            face(person),
            div(
                named(person, "strong"),
                span(known_by(person), cls="below", dir="auto"),
                cls="what",
            ),
            span(networks_words(person), cls="small networks"),
            span(ways_to(desk, question), cls="small ways-to") if summed else None,
            element(html.Kbd, "↵" if place == 1 else str(place), aria_hidden="true") if place <= 9 else None,
            href=f"/{write_address(question)}",
            cls="candidate go",
        ),
        role="listitem",
    )


def ways_to(desk: Desk, question: Question) -> str:
    """Say what ways there are to somebody, where it is clear who that is."""
    try:
        asked = desk.ask(question)
    except UsageError:
        return "that is you"
    return summary(asked.answer) if asked.error is None else ""


def _person(one: Candidate) -> Person:
    return Person(id=one.id, name=one.name, accounts=one.accounts, org=one.org, title=one.title)


def known_by(person: Person) -> str:
    """Say what tells somebody apart: where they work, or an account of theirs."""
    return work(person) or accounts(person)


def suggestions(
    people: Sequence[Candidate], places: Sequence[tuple[str, int]], lists: Sequence[tuple[str, int]]
) -> list[dict[str, object]]:
    """Give people, places and lists as the options of the ask box.

    A value holds what the browser goes by: the id, organisation or list, what tells it apart, and where. A name stands
    there once: asked by their name, people of one name are asked for together, or chosen from.
    """
    bearers: dict[str, list[str]] = {}
    for one in people:
        person = _person(one)
        shown = shorten(one.name, 80) or one.id
        if shown in bearers:
            bearers[shown][1:] = ["", "several entries", ""]
        else:
            bearers[shown] = ["to", one.id, shorten(known_by(person), 80), networks_words(person)]
    orgs, named = (
        {one: [field, one, count(many, "person", "people"), ""] for one, many in found}
        for field, found in (("org", places), ("list", lists))
    )
    groups = (("People", bearers), ("Places", orgs), ("Lists", named))
    return [
        {
            "group": group,
            "items": [
                {"label": shorten(name, 80), "value": _BETWEEN.join([*parts, name])} for name, parts in items.items()
            ],
        }
        for group, items in groups
        if items
    ]
