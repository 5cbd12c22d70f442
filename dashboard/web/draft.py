"""The draft of a request: a dialog over the chosen way, filled when it is opened, to edit, copy or take into a mail."""

from collections.abc import Iterable, Mapping
from typing import Any

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, html
from dash.development.base_component import Component

from dashboard.service.desk import Desk
from dashboard.service.drafting import Draft, draft_request
from dashboard.web.address import Address, read_address
from dashboard.web.choice import Choice, Chosen, settle
from dashboard.web.icons import icon
from dashboard.web.parts import Child, button, dialog_head, div, element, said, span
from dashboard.words import draft as words
from dashboard.words.lines import capital, day
from graph.errors import UsageError
from graph.export.escapes import iso
from graph.model import start_of

DRAFT = "draft-dialog"


def show_draft() -> Component:
    """Make the dialog; the browser opens it once it is filled."""
    return element(html.Dialog, div(id="draft-body"), id=DRAFT, aria_labelledby="draft-title")


def add_draft(app: Dash, desk: Desk) -> None:
    """Fill the dialog for the way that an address chooses."""

    @app.callback(Output("draft-body", "children"), Input("draft-for", "data"), prevent_initial_call=True)
    def fill(wanted: Mapping[str, Any]) -> Component:
        address = read_address(str(wanted.get("search", "")))
        answer = desk.ask(address.question).answer
        if not answer.paths:
            raise UsageError("there is no way any more, so there is nobody to write to; ask again")
        chosen = settle(answer, Choice(way=address.way))
        return _show(desk, address, draft_request(desk.store, answer, chosen.rank), chosen)

    bind: Any = app.clientside_callback  # untyped in Dash
    bind(ClientsideFunction("draft", "filled"), Output("draft-body", "title"), Input("draft-body", "children"))


def _show(desk: Desk, address: Address, draft: Draft, chosen: Chosen) -> Component:
    """Show a draft, with what the browser needs to record and to mail it."""
    as_of = address.question.filters.as_of
    at = start_of(min(as_of or desk.today, desk.today))  # the day alone: what comes of it on that day comes after it
    trio = {} if draft.direct else {"data_by": draft.reader.id, "data_to": draft.target.id, "data_at": iso(at)}
    return div(
        dialog_head(
            element(html.H2, words.title(direct=draft.direct), id="draft-title"),
            said(words.whom_line(draft), kind=html.P),
            closes=DRAFT,
        ),
        div(
            div(*_parts(draft), cls="draft-parts"),
            div(
                *_listed("What it tells", words.told(draft)),
                *_listed("What is left out", words.left_out(draft)),
                cls="draft-side",
            ),
            cls="draft-columns",
        ),
        element(html.P, words.MISSING, id="draft-missing", role="alert", hidden=True),
        div(
            None if draft.direct else _record(f"Record as asked, {day(at)}", words.record_words(chosen.rank, draft)),
            button("Cancel", cls="quiet", id="draft-cancel"),
            element(html.A, icon("mail"), "Open in mail", href="mailto:", id="draft-mail", cls="button"),
            button("Copy the note", sign="copy", cls="main", id="draft-copy"),
            cls="dialog-foot",
        ),
        id="draft-text",
        data_first=next((one.id for one in chosen.path.people[1:-1]), None),
        data_mail=draft.mail,
        data_reason=words.REASON,
        **trio,
    )


def _parts(draft: Draft) -> Iterable[Child]:
    names, letter = words.names_in(draft), words.write_letter(draft)
    yield dmc.TextInput(id="draft-subject", label="Subject", value=letter.subject)
    yield _area("draft-note", f"Your note to {names[draft.reader.id]}", letter.note)
    if letter.forward:
        yield _area("draft-forward", f"To forward to {names[draft.target.id]}", letter.forward)
    yield div(span(words.YOURS), span(id="draft-count"), cls="small draft-edit")


def _area(name: str, label: str, value: str) -> Any:
    return dmc.Textarea(id=name, label=label, value=value)


def _record(label: str, does: str) -> Component:
    return div(dmc.Checkbox(id="draft-record", label=label, checked=True), span(does, cls="small"), cls="record")


def _listed(title: str, pieces: Iterable[tuple[str, str]]) -> Iterable[Component]:
    rows = [
        element(
            html.Li,
            icon("globe" if why.startswith(words.PUBLIC) else "lock"),
            div(span(capital(what), cls="strong", dir="auto"), span(why, cls="below")),
        )
        for what, why in pieces
    ]
    if rows:
        yield element(html.H3, title)
        yield element(html.Ul, *rows)
