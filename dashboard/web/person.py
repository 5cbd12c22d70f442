"""A person as a page: who they are and how close, our story, accounts, relationships, introductions."""

from collections.abc import Iterator
from datetime import date

from dash import html
from dash.development.base_component import Component

from dashboard.service.desk import Desk
from dashboard.service.portrait import Portrait
from dashboard.web.actions import show_actions
from dashboard.web.address import Address, person_address, write_address
from dashboard.web.holding import show_holding
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
    section,
    span,
    text,
    work,
)
from dashboard.web.story import PAGE, show_story
from dashboard.web.trios import show_introductions
from dashboard.words import portrait as words
from dashboard.words.lines import day, number
from dashboard.words.ways import account_word, strength_note
from graph.answers.answer import Hop
from graph.answers.ask import Question
from graph.model import Account, network_of
from graph.store.features import Filters

_WIDEST, _PADDING = 860, 40
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
        _head(portrait, as_of, phone=window < _PHONE),
        div(
            div(story, cls="column told-of"),
            element(
                html.Aside,
                _accounts(portrait),
                *_works(portrait, as_of),
                relationships if portrait.story else None,
                *show_introductions(portrait),
                show_holding(portrait),
                cls="column facts",
                aria_label="What is known",
            ),
            cls="columns of-person",
        ),
        cls="answer",
        id="person",
    )


def _width(window: int) -> int:
    """Give the width that the drawing has beside the facts; 0 on a phone, where there is none."""
    beside = next((wide for least, wide in _BESIDE if window >= least), 0)
    return 0 if window < _PHONE else min(_WIDEST, window - beside - _PADDING)


def _head(portrait: Portrait, as_of: date | None, *, phone: bool) -> Component:
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
        div(
            as_of_chip(as_of, person_address(person.id, None)),
            *show_actions(portrait, as_of, phone=phone),
            cls="buttons",
        ),
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


def _accounts(portrait: Portrait) -> Component:
    shown = words.shown_accounts(portrait.profile.accounts)
    rows = [_account(one) for one in shown]
    told = list(words.joined(portrait.profile.assertions, portrait.person)) if len(shown) > 1 else []
    *joined, last = told or [""]
    form = opens("merge", person=portrait.person.id)
    add = button("Add an address or a profile", sign="plus", cls="small", **form)
    return section(
        "Accounts",
        element(html.Ul, *rows) if rows else element(html.P, words.NO_ACCOUNT, cls="small"),
        *(element(html.P, one, cls="small") for one in joined),
        element(html.P, last, " ", button("Split them", cls="link", **form), cls="small") if last else None,
        None if rows else add,
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
