"""A person as a page: who they are and how close, our story, accounts, relationships, introductions."""

from collections.abc import Iterator, Mapping
from datetime import date

from dash import Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from dashboard.service.byhand import LOGGED
from dashboard.service.desk import Desk
from dashboard.service.portrait import Portrait
from dashboard.web.address import Address, around_address, person_address, write_address
from dashboard.web.changes import ME
from dashboard.web.icons import icon
from dashboard.web.parts import (
    as_of_chip,
    away,
    button,
    div,
    element,
    face,
    linked,
    mark,
    named,
    opens,
    said,
    section,
    span,
    text,
    to_copy,
    work,
)
from dashboard.web.story import PAGE, show_story
from dashboard.words import portrait as words
from dashboard.words import story as telling
from dashboard.words.lines import capital, day, number
from dashboard.words.plan import first_name
from dashboard.words.program import Program
from dashboard.words.ways import account_word, strength_note
from graph.answers.answer import Hop
from graph.answers.ask import Question
from graph.answers.story import Trio
from graph.model import Account, network_of
from graph.people.person import Person
from graph.store.features import Filters

_WIDEST, _PADDING = 860, 40
_TRIOS = 8
_COUNTED = 300_000
_PHONE, _BESIDE = 768, ((1440, 460), (1200, 380))


def show_person(desk: Desk, account: str, address: Address, *, chapters: int, window: int) -> Component:
    """Show the page of the person who has an account, with so many chapters of the story, on a window that wide."""
    as_of = address.question.filters.as_of
    portrait = desk.portrait(account, as_of)
    relationships = _relationships(portrait, as_of)
    story = (
        show_story(
            portrait.story,
            portrait.mine,
            portrait,
            as_of or desk.today,
            chapters=max(chapters, PAGE),
            width=_width(window),
        )
        if portrait.story and portrait.mine
        else relationships
    )
    return div(
        _head(portrait, as_of),
        div(
            div(story, cls="column told-of"),
            element(
                html.Aside,
                _accounts(portrait),
                *_works(portrait, as_of),
                relationships if portrait.story else None,
                *_introductions(portrait),
                section("What is held", div(id="held")),
                dcc.Store(id="held-for", data={"account": portrait.person.id}),
                cls="column facts",
                aria_label="What is known",
            ),
            cls="columns of-person",
        ),
        cls="answer",
        id="person",
    )


def add_held(app: Dash, desk: Desk) -> None:
    """Say what is held on somebody, whatever the day, once their page is shown, as counting it passes over everything.

    Where these are very many, the command that counts them is shown instead.
    """

    @app.callback(Output("held", "children"), Input("held-for", "data"))
    def hold(wanted: Mapping[str, str]) -> list[Component]:
        account = wanted["account"]
        counted = desk.contents().overview.interactions <= _COUNTED
        held = desk.held(account) if counted else None
        said = element(html.P, words.held_words(held, desk.portrait(account, None)), cls="second")
        program = Program(store=desk.store_option, profile=desk.profile)
        return [said] if counted else [said, to_copy(program.line("about", account))]


def _width(window: int) -> int:
    """Give the width that the drawing has beside the facts; 0 on a phone, where there is none."""
    beside = next((wide for least, wide in _BESIDE if window >= least), 0)
    return 0 if window < _PHONE else min(_WIDEST, window - beside - _PADDING)


def _head(portrait: Portrait, as_of: date | None) -> Component:
    person, mine = portrait.person, portrait.mine
    does = work(person)
    return div(
        face(person, me=mine is None),
        div(
            div(
                element(html.H1, text(person.name, 80) or person.id, dir="auto", tabIndex=-1, id="heading"),
                span(icon("shield"), "protected", cls="tag shield") if portrait.profile.protected else None,
                cls="top",
            ),
            element(html.P, does, cls="second", dir="auto") if does else None,
            _closeness(portrait, mine) if mine else element(html.P, "This is you.", cls="second"),
            cls="who",
        ),
        div(as_of_chip(as_of, person_address(person.id, None)), *_buttons(portrait, as_of), cls="buttons"),
        cls="person-head",
    )


def _closeness(portrait: Portrait, mine: Hop) -> Component:
    one_way = portrait.story is not None and portrait.story.one_way
    proven = mine.strength > 0
    return element(
        html.P,
        mark(mine.closeness.value, dormant=mine.dormant, told=not mine.counts) if proven else None,
        span(
            words.closeness(mine, one_way=one_way),
            cls="closeness" if proven else "strong",
            title=strength_note(mine) if proven else None,
        ),
        span(words.counts(mine)),
        cls="how",
    )


def _buttons(portrait: Portrait, as_of: date | None) -> Iterator[Component]:
    """Offer the ways to somebody, first of all where I am not in touch with them, and who is around them."""
    person, mine = portrait.person, portrait.mine
    if mine is not None:
        yield _log_menu(person)
        yield button(
            "Correct closeness",
            sign="sliders-horizontal",
            **opens("know", person=person.id, other=ME, closeness=mine.closeness.value),
        )
        question = Question(asked=person.id, filters=Filters(as_of=as_of))
        yield element(
            html.A,
            icon("search"),
            f"Ask for {first_name(person)}",
            href=f"/{write_address(question)}",
            cls="button go" if mine.strength > 0 else "button main go",
        )
    yield element(html.A, icon("waypoints"), "Neighbourhood", href=around_address(person.id, as_of), cls="button go")


def _log_menu(person: Person) -> Component:
    """Offer to note what passed with somebody that no export holds."""
    rows = (
        button(kind.value.capitalize(), cls="choice", **opens("log", person=person.id, kind=kind.value))
        for kind in LOGGED
    )
    return element(
        html.Details,
        element(html.Summary, icon("phone"), "Log a call", icon("chevron-down"), cls="button"),
        div(*rows, cls="popover"),
        cls="filter menu",
    )


def _accounts(portrait: Portrait) -> Component:
    shown = words.shown_accounts(portrait.profile.accounts)
    rows = [_account(one) for one in shown]
    joined = words.joined(portrait.profile.assertions, portrait.person) if len(shown) > 1 else ()
    return section(
        "Accounts",
        element(html.Ul, *rows) if rows else element(html.P, words.NO_ACCOUNT, cls="small"),
        *(element(html.P, one, cls="small") for one in joined),
    )


def _account(account: Account) -> Component:
    sign = "mail" if network_of(account.id) == "email" else "globe"
    return element(
        html.Li,
        icon(sign),
        span(away(account.url, words.account_words(account)), cls="grow"),
        span(account_word(account.id), cls="small"),
        cls="fact",
    )


def _works(portrait: Portrait, as_of: date | None) -> Iterator[Component]:
    rows = [
        element(
            html.Li,
            icon("building-2"),
            span(
                element(
                    html.A,
                    text(org, 80),
                    href=f"/{write_address(Question(asked='', org=org, filters=Filters(as_of=as_of)))}",
                    cls="go to-person",
                    dir="auto",
                ),
                span(f" {text(title, 80)}", cls="small", dir="auto") if title else None,
                cls="grow",
            ),
            span(when, cls="small"),
            cls="fact",
        )
        for org, title, when in words.works(portrait.profile.accounts)
    ]
    if rows:
        yield section("Organisation", element(html.Ul, *rows))


def _relationships(portrait: Portrait, as_of: date | None) -> Component:
    rows = [_relationship(hop, portrait, as_of) for hop in portrait.relationships]
    return section(
        "Relationships",
        element(html.Ul, *rows, cls="people") if rows else element(html.P, "None is seen in your data.", cls="small"),
        element(html.P, f"and {number(portrait.others)} more", cls="small") if portrait.others else None,
        id="relationships",
    )


def _relationship(hop: Hop, portrait: Portrait, as_of: date | None) -> Component:
    other = hop.source if hop.target.id == portrait.person.id else hop.target
    me = other.id == portrait.me.id
    return element(
        html.Li,
        linked(
            other,
            as_of,
            face(other, me=me),
            span("You", cls="grow") if me else named(other, "grow"),
            span(
                mark(hop.closeness.value, dormant=hop.dormant, told=not hop.counts),
                words.relationship(hop),
                cls="closeness",
                title=strength_note(hop),
            ),
            span(day(hop.last), cls="last") if hop.last else None,
            cls="person-row",
        ),
    )


def _introductions(portrait: Portrait) -> Iterator[Component]:
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
    )
