"""The forms of what is said by hand: one dialog, filled when it is asked for, whose button makes the change.

A form is named as the change that it leads to, and its fields as what that change reads (`dashboard.web.changes`); what
is settled already comes with what opened it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dash_mantine_components as dmc
from dash import ALL, MATCH, ClientsideFunction, Dash, Input, Output, State, html, no_update
from dash.development.base_component import Component

from dashboard.service.byhand import told_of
from dashboard.service.desk import Desk
from dashboard.service.naming import open_names
from dashboard.web.changes import Told, perform
from dashboard.web.fields import (
    INSIDE,
    called,
    choice_field,
    day_field,
    keep_offered,
    name_field,
    offered,
    shown_day,
    text_field,
)
from dashboard.web.home import footer
from dashboard.web.input import ME, NEW, Wanted, text_in
from dashboard.web.parts import Child, button, dialog_head, div, does, element
from dashboard.words import changes as words
from dashboard.words.lines import capital
from graph.errors import IntrographError, UsageError
from graph.model import Closeness, IntroductionState
from graph.people.handles import account_named
from graph.people.person import open_directory

DIALOG = "form-dialog"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialog:
    """What a dialog asks for.

    Attributes:
        lead: One line below the title.
        does: What its button says.
        others: More buttons, before it. One whose `data-go` is a change makes that change of what is filled in.
        bad: Whether what its button does can't be undone.
    """

    title: str
    fields: Sequence[Child]
    does: str
    lead: str = ""
    others: Sequence[Child] = ()
    bad: bool = False


def show_dialog() -> Component:
    """Make the dialog; the browser opens it once it is filled."""
    return element(html.Dialog, div(id="form-body"), id=DIALOG, aria_labelledby="form-title")


Make = Callable[[Desk, Wanted], Dialog]


def add_dialogs(app: Dash, desk: Desk, more: Mapping[str, Make]) -> None:
    """Fill the dialog when it is opened, offer names in it, and make the change that it asks for.

    Args:
        app: The page.
        desk: Answers it.
        more: Forms beside those of this module, by the change that each leads to.
    """
    forms = {**_DIALOGS, **more}

    @app.callback(Output("form-body", "children"), Input("form-for", "data"), prevent_initial_call=True)
    def fill(wanted: Wanted) -> Component:
        make = forms.get(str(wanted.get("do")))
        if make is None:
            raise UsageError(words.STALE)
        return _draw(make(desk, wanted), str(wanted.get("do")))

    @app.callback(
        Output({"who": MATCH}, "data"),
        Input({"who": MATCH}, "searchValue"),
        State({"who": MATCH}, "value"),
        State({"who": MATCH}, "data"),
        State("form-for", "data"),
        prevent_initial_call=True,
    )
    def offer(
        typed: str | None, value: str | list[str] | None, before: Sequence[Mapping[str, str]], wanted: Wanted
    ) -> Any:
        if isinstance(value, list):
            return keep_offered(typed or "", offered(desk, typed or "", wanted), before, value)
        if any(one["label"] == typed for one in before):
            return no_update
        fresh = list(offered(desk, typed or "", wanted))
        return [*fresh, *(one for one in before if one["value"] == value and one not in fresh)]

    @app.callback(
        Output("done", "data", allow_duplicate=True),
        Output("form-error", "children"),
        Output("page", "children", allow_duplicate=True),
        Output("footer", "children", allow_duplicate=True),
        Input("form-send", "data"),
        State("form-for", "data"),
        State({"field": ALL}, "value"),
        State({"field": ALL}, "id"),
        State({"who": ALL}, "value"),
        State({"who": ALL}, "id"),
        State("form-error", "children"),
        running=[(Output("form-body", "aria-busy"), "true", "false")],
        prevent_initial_call=True,
    )
    def send(
        sent: Wanted, wanted: Wanted, values: Sequence[Any], ids: Sequence[Any], people: Any, who: Any, said: Any
    ) -> tuple[Any, Any, Any, Any]:
        fields = {one["field"]: value for one, value in zip(ids, values, strict=True)}
        chosen = {one["who"]: value for one, value in zip(who, people, strict=True)}
        asked = {**wanted, **fields, **chosen, "do": sent.get("go")}
        doubt = _doubt(desk, asked)
        if doubt and doubt != said:
            return no_update, doubt, no_update, no_update
        try:
            told: Told = perform(desk, asked)
        except IntrographError as error:
            return no_update, words.refusal(error), no_update, no_update
        page = told.pop("page", no_update)
        foot = no_update if page is no_update else footer(desk)
        return {**told, "turn": sent.get("turn"), "form": wanted.get("turn")}, None, page, foot

    bind: Any = app.clientside_callback  # untyped in Dash
    bind(ClientsideFunction("forms", "sent"), Output(DIALOG, "title"), Input("done", "data"))
    bind(ClientsideFunction("forms", "filled"), Output("form-body", "title"), Input("form-body", "children"))


def _doubt(desk: Desk, asked: Wanted) -> str | None:
    """Ask once whether somebody who is here and I are to be one person."""
    if asked.get("do") != "merge":
        return None
    directory = open_directory(desk.store)
    given = [text_in(asked, role) or "" for role in ("person", "with")]
    people = directory.people(account_named(one.removeprefix(NEW)) or one for one in given)
    me = people.pop(desk.me(directory) or "", None)
    return words.becoming_me(next(iter(people.values()))) if me and people else None


def _draw(asked: Dialog, do: str) -> Component:
    return div(
        dialog_head(
            element(html.H2, asked.title, id="form-title", dir="auto"),
            element(html.P, asked.lead, cls="second") if asked.lead else None,
            closes=DIALOG,
        ),
        div(*asked.fields, cls="form-fields"),
        element(html.P, id="form-error", role="alert", cls="form-error"),
        div(
            *asked.others,
            button("Cancel", cls="quiet", data_close=DIALOG),
            button(asked.does, cls="main bad" if asked.bad else "main", id="form-go", data_go=do),
            cls="dialog-foot",
        ),
    )


# --- the forms -------------------------------------------------------------------------------------------------------


def _log(desk: Desk, wanted: Wanted) -> Dialog:
    kind, person = text_in(wanted, "kind"), text_in(wanted, "person")
    comment = kind == "comment"
    title, about = words.form_title(kind or ""), called(desk, person) if person else ""
    return Dialog(
        title=f"{title} {'on something of' if comment else 'with'} {about}" if about else title,
        fields=(
            None if person else name_field(desk, "person", "Whose is it?" if comment else "With whom?"),
            text_field("url", "Link", text_in(wanted, "url")) if comment else None,
            text_field("title", "What it is called", text_in(wanted, "title")) if comment else None,
            day_field(desk, "day", "Day", shown_day(desk, wanted)),
            text_field(
                "note",
                "What you wrote" if comment else "Note",
                long=True,
                hint="" if comment else "Private: no draft and no export cites it.",
            ),
        ),
        does="Record it",
    )


def _know(desk: Desk, wanted: Wanted) -> Dialog:
    person, other = text_in(wanted, "person"), text_in(wanted, "other")
    mine = other == ME
    held = told_of(open_names(desk.store, desk.profile), person, None if mine else other) if person and other else None
    name = called(desk, person) if person else ""
    return Dialog(
        title=words.knowing_title(name, mine=mine),
        lead="What was observed stays beside what you say." if mine else "",
        fields=(
            None if person else name_field(desk, "person", "Who"),
            None if mine else name_field(desk, "other", "Who knows them", other),
            choice_field(
                "closeness",
                "Closeness",
                {one.value: capital(one.value) for one in Closeness},
                held.closeness.value if held else text_in(wanted, "closeness"),
            ),
            text_field("how", "How do you know?", held.how if held else None),
            day_field(desk, "since", "Since (if you know)", held.since if held else None, clearable=True),
        ),
        does="Record it",
        others=(button("Take back what you said", cls="quiet", **does("unknow", person=person, other=other)),)
        if held and person and other
        else (),
    )


def _introduce(desk: Desk, wanted: Wanted) -> Dialog:
    roles = {"by": "Who introduces", "person": "Whom", "to": "To whom"}
    people = {role: text_in(wanted, role) for role in roles}
    state = text_in(wanted, "state")
    settled = state is not None and None not in people.values()
    named = [(who or "", called(desk, who or "")) for who in people.values()]
    return Dialog(
        title=words.introduction_title(state),
        lead=f"{capital(words.trio_words(named, desk.me(open_directory(desk.store)) or ''))}." if settled else "",
        fields=(
            *(name_field(desk, role, label, people[role]) for role, label in roles.items() if not settled),
            None
            if state
            else dmc.Select(
                id={"field": "state"},
                label="Where it stands",
                data=[{"value": one.value, "label": capital(words.state_word(one))} for one in IntroductionState],
                value=IntroductionState.ACCEPTED.value,
                allowDeselect=False,
                comboboxProps=INSIDE,
            ),
            day_field(desk, "day", "Day", shown_day(desk, wanted)),
            text_field("note", "Note", long=True, hint="Private: no draft and no export cites it."),
        ),
        does="Record it",
    )


def _me(desk: Desk, _: Wanted) -> Dialog:
    hint = "An address, a handle or profile’s link of yours, or your name as it stands in what you brought in."
    return Dialog(
        title="Who are you here?", fields=(name_field(desk, "account", "You are", hint=hint),), does="That’s me"
    )


_DIALOGS: Mapping[str, Make] = {"log": _log, "know": _know, "introduce": _introduce, "me": _me}
