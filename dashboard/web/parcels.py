"""What comes of each parcel: a row that says where it stands, how far it is, and what must be answered."""

from collections.abc import Iterator

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.service.parcels import ParcelState
from dashboard.service.reading import Parcel
from dashboard.web.icons import icon
from dashboard.web.parts import Child, button, caution, div, does, element, opens, span, text
from dashboard.words import bringing as words
from dashboard.words.lines import number

_SIGNS = {"email": "mail", "wordpress": "message-square", "csv": "list", "jsonl": "list"}
_NAME = 160


def show_parcel(one: Parcel) -> Component:
    """Show what comes of a parcel: a row, with parts that are found by its id."""
    return element(html.Section, *parcel_body(one), cls="parcel", id={"parcel": one.id})


def parcel_body(one: Parcel) -> Iterator[Component]:
    """Show all of it."""
    yield _sign(one)
    yield div(
        div(
            element(html.H2, text(one.name, _NAME), dir="auto"),
            span(text(words.title_of(one), _NAME), cls="second"),
            cls="parcel-head",
        ),
        *_state(one),
        cls="parcel-body",
        data_parcel=one.id,
        data_state=str(one.state),
    )


def _sign(one: Parcel) -> Component:
    source = (one.source or "").partition("+")[0]
    title = words.title_of(one)
    if source and source not in _SIGNS:  # a network: it has a letter, and no mark of its own
        return span(title[:1], cls="letter", aria_hidden="true")
    return icon(_SIGNS.get(source, "file-input"), size=20)


def _state(one: Parcel) -> Iterator[Child]:
    match one.state:
        case ParcelState.RECEIVING:
            yield _bar(one, "Received")
            yield element(html.P, words.HALFWAY, cls="second halfway")
            yield _foot(one)
        case ParcelState.WAITS:
            yield _foot(one)
        case ParcelState.READING:
            yield _bar(one, "Read")
            yield _foot(one)
        case ParcelState.DONE:
            yield _counted(one)
            yield from _problems(one)
            if one.why:
                yield caution(f"{text(words.why_words(one), 500)} {words.BY_ITSELF}")
            yield _dismiss(one)
        case ParcelState.ASKS:
            yield element(html.P, words.asks_words(one))
            if one.why:
                yield caution(text(words.why_words(one), 500))
            yield div(*_answers(one), button("Leave it", **does("dismiss", id=one.id)), cls="buttons")
        case ParcelState.STOPPED:
            yield element(html.P, text(words.why_words(one), 500), cls="second")
            yield _dismiss(one)
        case ParcelState.FAILED:
            yield element(html.P, text(words.why_words(one), 500), cls="failed", dir="auto")
            yield from _problems(one)
            yield _dismiss(one)


def _bar(one: Parcel, label: str) -> Component:
    bar = dmc.Progress(id={"bar": one.id}, value=bar_value(one), size=6, **{"aria-label": label})
    return div(bar, span(bar_words(one), cls="small share", id={"share": one.id}), cls="bar")


def bar_value(one: Parcel) -> float:
    """Tell how far its bar is, from 0 to 100."""
    share = one.share
    if one.state is ParcelState.RECEIVING:
        share = one.received / one.size if one.size else 0.0
    return round(100 * min(share or 0.0, 1.0))


def bar_words(one: Parcel) -> str:
    """Say the same; nothing where that is not known."""
    return "" if one.state is ParcelState.READING and one.share is None else f"{bar_value(one):.0f}%"


def _foot(one: Parcel) -> Component:
    return div(span(words.moving_words(one), cls="second", id={"told": one.id}), _stop(one), cls="parcel-foot")


def _stop(one: Parcel) -> Component:
    return button("Stop", cls="small", aria_label=f"Stop {text(one.name, _NAME)}", **does("stop-parcel", id=one.id))


def _dismiss(one: Parcel) -> Component:
    label = f"Take {text(one.name, _NAME)} off this list"
    return button("", sign="x", cls="icon-button dismiss", aria_label=label, title=label, **does("dismiss", id=one.id))


def _counted(one: Parcel) -> Component:
    each = (
        span(element(html.B, figure) if figure else None, f" {of}" if figure else of)
        for figure, of in words.counts(one)
    )
    return element(html.P, *each, cls="counted")


def _problems(one: Parcel) -> Iterator[Component]:
    summary = one.summary
    if summary is None or not summary.problems:
        return
    rows = (
        element(html.Li, span(text(each.where, _NAME), cls="second", dir="auto"), span(text(each.why, 300), dir="auto"))
        for each in summary.problems
    )
    rest = summary.problem_count - len(summary.problems)
    yield element(
        html.Details,
        element(
            html.Summary,
            icon("triangle-alert"),
            span(f"{number(summary.problem_count)} could not be read"),
            icon("chevron-down"),
        ),
        element(html.Ul, *rows, element(html.Li, f"and {number(rest)} more", cls="second") if rest > 0 else None),
        cls="unread",
    )


def _answers(one: Parcel) -> Iterator[Component]:
    if words.asks_owner(one):
        for value, label in words.OWNERS.items():
            yield button(label, **does("answer-parcel", id=one.id, owner=value))
    else:
        yield button("Name the columns", cls="main", **opens("answer-parcel", id=one.id))
