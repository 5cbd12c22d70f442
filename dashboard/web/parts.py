"""Parts that several views are made of: elements, sentences, faces, marks of closeness, links, icons' buttons."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.web.address import person_address
from dashboard.web.icons import icon
from dashboard.web.lettering import initials
from dashboard.words.lines import Line, Style, clean, day, link, shorten, spans
from graph.people.person import Person

Child = Component | str | None
_NAME, _ACCOUNTS = 80, 3


def element(kind: Callable[..., Component], *children: Child, cls: str = "", **attributes: Any) -> Component:
    """Make an element; `aria_` and `data_` before a name stand for `aria-` and `data-`, and None is left out."""
    named = {
        name.replace("_", "-") if name.startswith(("aria_", "data_")) else name: value
        for name, value in attributes.items()
        if value is not None
    }
    return kind([child for child in children if child is not None], **({"className": cls} if cls else {}), **named)


def div(*children: Child, cls: str = "", **attributes: Any) -> Component:
    """Make a `div`."""
    return element(html.Div, *children, cls=cls, **attributes)


def span(*children: Child, cls: str = "", **attributes: Any) -> Component:
    """Make a `span`."""
    return element(html.Span, *children, cls=cls, **attributes)


def text(words: str, limit: int = 2_000) -> str:
    """Make text from data safe to show: no control or bidi characters, and no longer than that."""
    return shorten(words, limit)


def said(line: Line, cls: str = "", *, kind: Callable[..., Component] = html.Span) -> Component:
    """Show a sentence of `dashboard.words`: names stand out, in their own direction."""
    return element(kind, *map(_piece, spans(line)), cls=cls)


def _piece(piece: Any) -> Child:
    words = clean(piece.text)
    if piece.style is Style.NAME:
        return element(html.B, words, dir="auto")
    return words if piece.style is Style.PLAIN else span(words, cls=f"said-{piece.style.value}")


def named(person: Person, cls: str = "") -> Component:
    """Show somebody's name, in its own direction."""
    return span(text(person.name, _NAME) or person.id, cls=cls, dir="auto")


def linked(person: Person, as_of: date | None, *children: Child, cls: str = "") -> Component:
    """Link to somebody's page: by their name, or by what else is given."""
    shown = children or (named(person),)
    return element(html.A, *shown, href=person_address(person.id, as_of), cls=f"go {cls or 'to-person'}")


def face(person: Person, *, me: bool = False) -> Component:
    """Show somebody as a circle with initials; me as "You"."""
    return span("You" if me else initials(person.name), cls="face me" if me else "face", aria_hidden="true")


def work(person: Person) -> str:
    """Say as what and where somebody works; nothing where that is not known."""
    return text(", ".join(part for part in (person.title, person.org) if part), 160)


def accounts(person: Person) -> str:
    """Name the first of somebody's accounts, without their networks."""
    return text(", ".join(account.partition(":")[2] for account in person.accounts[:_ACCOUNTS]), 120)


def mark(closeness: str, *, dormant: bool = False, told: bool = False) -> Component:
    """Show how close a step is as a line of its weight, which the word beside it says too."""
    kinds = " ".join(filter(None, (closeness, "dormant" if dormant else "", "told" if told else "")))
    return span(cls=f"mark {kinds}", aria_hidden="true")


def away(url: str | None, words: str) -> Component:
    """Link to where something came from, in a tab of its own; words alone where the link is not one to follow."""
    shown = text(words, 160)
    if (safe := link(url)) is None:
        return span(shown, dir="auto")
    return element(html.A, shown, href=safe, target="_blank", rel="noreferrer noopener", cls="away", dir="auto")


def button(words: str, *, sign: str | None = None, cls: str = "", **attributes: Any) -> Component:
    """Make a button, with an icon before its words."""
    attributes.setdefault("type", "button")
    return element(html.Button, icon(sign) if sign else None, words or None, cls=f"button {cls}".strip(), **attributes)


def does(change: str, **settled: object) -> dict[str, str]:
    """Give the attributes of a button that makes a change at once, one of `dashboard.web.changes`."""
    return {"data_act": json.dumps({"do": change, **settled})}


def opens(form: str, **settled: str | Sequence[str] | None) -> dict[str, str]:
    """Give the attributes of a button that opens a form of `dashboard.web.dialogs`, with what is settled of it."""
    return {"data_form": json.dumps({"do": form, **settled})}


def caution(words: str) -> Component:
    """Show a caution."""
    return div(icon("triangle-alert"), span(words), cls="caution")


def as_of_chip(as_of: date | None, now: str) -> Component | None:
    """Say as of which day something is shown, with the address at which it is not; nothing where that is today."""
    if as_of is None:
        return None
    return element(
        html.A,
        f"As of {day(as_of)}",
        icon("x"),
        href=now,
        cls="button chip as-of go",
        title="As of today instead",
    )


def section(title: str, *children: Child, cls: str = "", **attributes: Any) -> Component:
    """Make a section under a title of the second level."""
    return element(html.Section, element(html.H2, title), *children, cls=cls, **attributes)


def dialog(title: str, *content: Child, id: str) -> Component:  # noqa: A002 # Dash's own word
    """Make a dialog that the browser opens, and closes by its cross or by Esc."""
    return element(
        html.Dialog,
        dialog_head(element(html.H2, title), closes=id),
        *content,
        id=id,
        aria_label=title,
    )


def dialog_head(*title: Child, closes: str) -> Component:
    """Make the head of a dialog: its title, and the cross that closes it."""
    cross = button("", sign="x", cls="icon-button", data_close=closes, aria_label="Close")
    return div(div(*title), cross, cls="dialog-head")


def switch(label: str, *, id: str, on: bool) -> Component:  # noqa: A002 # Dash's own word
    """Make a switch with its label; the browser turns it."""
    return element(
        html.Label,
        element(html.Button, cls="switch", id=id, type="button", role="switch", aria_checked=str(on).lower()),
        label,
        cls="switched",
    )


def to_copy(line: str) -> Component:
    """Show a command that can be copied."""
    return div(
        element(html.Code, line),
        button("", sign="copy", cls="icon-button", data_copy=line, aria_label=f"Copy: {line}"),
        cls="command",
    )


def state(sign: str, title: str, words: str, *more: Child, bad: bool = False, **attributes: Any) -> Component:
    """Show that there is nothing to show, why, and what to do."""
    return div(
        icon(sign, size=20),
        element(html.H1, title, cls="h2", tabIndex=-1),
        element(html.P, words),
        *more,
        cls="state bad" if bad else "state",
        **attributes,
    )


def listed(people: Iterable[Person]) -> Iterable[Child]:
    """Show people with arrows between them."""
    for place, person in enumerate(people):
        if place:
            yield span(" → ", cls="arrow")
        yield named(person)
