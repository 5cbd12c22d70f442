"""The filters as five chips beside the heading; what they are set to stands in the address."""

from collections.abc import Sequence

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.service.desk import Desk
from dashboard.web.icons import icon
from dashboard.web.parts import Child, button, div, element, span
from dashboard.words import ways as words
from dashboard.words.lines import shorten
from graph.answers.ask import Question

_NAME = 40
_STEPS = (1, 2, 3, 4)


def show_filters(desk: Desk, question: Question) -> Component:
    """Show the filters of a question; those that are not as usual stand out."""
    filters, time = question.filters, words.time_words(question, desk.today, demo=desk.demo)
    return div(
        button(time, sign="sliders-horizontal", id="all-filters", aria_expanded="false"),
        _chip(
            time,
            *_days(desk, question),
            active=bool(filters.as_of or filters.since) or desk.demo,
        ),
        _chip(
            words.steps_word(question.max_hops),
            *(_choice("steps", str(one), words.steps_word(one), chosen=question.max_hops == one) for one in _STEPS),
            active=question.max_hops != _STEPS[-1],
        ),
        _chip(words.kinds_words(filters.kinds), *_kinds(desk, question), active=filters.kinds is not None),
        _chip(
            words.closeness_word(question.min_strength),
            *(
                _choice("strength", f"{least:g}" if least else "", word, chosen=question.min_strength == least)
                for least, word in words.CLOSENESS
            ),
            active=question.min_strength > 0,
        ),
        _chip(
            words.people_words(_called(desk, question.avoid), _called(desk, question.via)),
            *_people("avoid", "Never over", question.avoid, _called(desk, question.avoid)),
            *_people("via", "Only over", question.via, _called(desk, question.via)),
            element(html.Datalist, id="people-names"),
            active=bool(question.avoid or question.via),
        ),
        cls="filters",
        role="group",
        aria_label="Filters",
        data_today=str(desk.today),
    )


def _chip(label: str, *content: Child, active: bool) -> Component:
    return element(
        html.Details,
        element(html.Summary, span(shorten(label, _NAME), dir="auto"), icon("chevron-down"), cls="button chip"),
        div(*content, cls="popover"),
        cls="filter active" if active else "filter",
    )


def _choice(name: str, value: str, words_: str, *, chosen: bool, several: bool = False) -> Component:
    return element(
        html.Button,
        icon("check"),
        words_,
        type="button",
        cls="choice",
        role="checkbox" if several else "radio",
        aria_checked="true" if chosen else "false",
        data_param=name,
        data_value=value,
        **({"data_several": "1"} if several else {}),
    )


def _kinds(desk: Desk, question: Question) -> Sequence[Component]:
    """Offer the kinds that the store holds."""
    held = desk.contents()
    kinds = [kind for kind, many in sorted(held.overview.by_kind.items(), key=lambda one: -one[1]) if many]
    kinds += [
        kind
        for kind, many in (("declared", held.overview.declared), ("introduction", held.overview.introductions))
        if many
    ]
    chosen = question.filters.kinds
    return [
        _choice("kinds", "", "All kinds", chosen=chosen is None),
        *(
            _choice("kinds", kind, words.kind_word(kind).capitalize(), chosen=kind in (chosen or ()), several=True)
            for kind in kinds
        ),
    ]


def _days(desk: Desk, question: Question) -> Sequence[Component]:
    as_of, since = question.filters.as_of, question.filters.since
    return [
        dmc.DatePickerInput(
            id="as-of-day",
            label="As of the end of",
            value=str(as_of or desk.today),
            maxDate=str(desk.today),
            valueFormat="D MMMM YYYY",
            popoverProps={"withinPortal": False},
        ),
        dmc.DatePickerInput(
            id="since-day",
            label="Only what happened since",
            value=str(since.date()) if since else None,
            maxDate=str(as_of or desk.today),
            valueFormat="D MMMM YYYY",
            clearable=True,
            popoverProps={"withinPortal": False},
        ),
        button(
            "As of today" if not desk.demo else "As of the end of the story",
            cls="small",
            data_param="asof",
            data_value="",
        ),
    ]


def _called(desk: Desk, people: Sequence[str]) -> list[str]:
    return [shorten(desk.called(one), _NAME) for one in people]


def _people(name: str, label: str, people: Sequence[str], called: Sequence[str]) -> Sequence[Component]:
    taken = (
        element(
            html.Button,
            span(shown, dir="auto"),
            icon("x"),
            type="button",
            cls="tag",
            aria_label=f"Take out {shown}",
            data_param=name,
            data_value=one,
            data_several="1",
        )
        for one, shown in zip(people, called, strict=True)
    )
    return [
        element(html.Label, label, htmlFor=f"{name}-name"),
        div(*taken, cls="taken"),
        dcc.Input(
            id=f"{name}-name", className="name-box", list="people-names", placeholder="A name", autoComplete="off"
        ),
    ]
