"""The forms of what is said by hand: one dialog, filled when it is asked for, whose button makes the change.

A form is named as the change that it leads to, and its fields as what that change reads (`dashboard.web.changes`); what
is settled already comes with what opened it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dash_mantine_components as dmc
from dash import ALL, MATCH, ClientsideFunction, Dash, Input, Output, State, html, no_update
from dash.development.base_component import Component

from dashboard.service.byhand import told_of
from dashboard.service.desk import Desk
from dashboard.service.naming import open_names
from dashboard.web.address import read_address
from dashboard.web.changes import ME, NEW, Told, Wanted, perform, text_in
from dashboard.web.home import footer
from dashboard.web.parts import Child, button, div, does, element
from dashboard.web.people import known_by
from dashboard.words import changes as words
from dashboard.words.lines import capital, shorten
from graph.errors import IntrographError, UsageError
from graph.model import Closeness, IntroductionState
from graph.people.handles import account_named
from graph.people.person import Person, open_directory
from graph.people.resolve import find_meant

_NAME, _OFFERED = 80, 6
_INSIDE = {"withinPortal": False}  # what lies outside of a modal dialog can't be reached
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
    def offer(typed: str | None, value: str | None, offered: Sequence[Mapping[str, str]], wanted: Wanted) -> Any:
        if any(one["label"] == typed for one in offered):
            return no_update
        fresh = list(_offered(desk, typed or "", wanted))
        return [*fresh, *(one for one in offered if one["value"] == value and one not in fresh)]

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
        div(
            div(
                element(html.H2, asked.title, id="form-title", dir="auto"),
                element(html.P, asked.lead, cls="second") if asked.lead else None,
            ),
            button("", sign="x", cls="icon-button", data_close=DIALOG, aria_label="Close"),
            cls="dialog-head",
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


# --- fields ----------------------------------------------------------------------------------------------------------


def name_field(
    desk: Desk, name: str, label: str, account: str | None = None, first: Iterable[Person] = (), hint: str = ""
) -> Any:
    """Ask for somebody: a box that offers who is here, and to make who is not; `account` is chosen already.

    Before anything is typed those are offered who are given as the first.
    """
    chosen = [{"value": account, "label": called(desk, account)}] if account else []
    return dmc.Select(
        id={"who": name},
        label=label,
        placeholder="Type a name",
        value=account,
        data=[*chosen, *map(_option, first)],
        description=hint or None,
        searchable=True,
        filter={"function": "keepAll"},
        nothingFoundMessage="Type a name",
        allowDeselect=False,
        comboboxProps=_INSIDE,
    )


def day_field(desk: Desk, wanted: Wanted, label: str = "Day") -> Any:
    """Ask for a day: that which the page is of, or today."""
    as_of = read_address(text_in(wanted, "search") or "").question.filters.as_of
    return dmc.DatePickerInput(
        id={"field": "day"},
        label=label,
        value=str(as_of or desk.today),
        maxDate=str(desk.today),
        valueFormat="D MMMM YYYY",
        popoverProps=_INSIDE,
    )


def text_field(name: str, label: str, value: str | None = None, *, long: bool = False, hint: str = "") -> Any:
    """Ask for a text."""
    kind = dmc.Textarea if long else dmc.TextInput
    more = {"autosize": True, "minRows": 2, "maxRows": 10} if long else {}
    return kind(id={"field": name}, label=label, value=value or "", description=hint or None, **more)


def choice_field(name: str, label: str, options: Mapping[str, str], value: str | None) -> Component:
    """Ask for one of a few."""
    data = [{"value": one, "label": word} for one, word in options.items()]
    return div(
        element(html.Span, label, cls="field-label", id=f"{name}-label"),
        dmc.SegmentedControl(
            id={"field": name},
            data=data,
            value=value or data[0]["value"],
            attributes={"root": {"aria-labelledby": f"{name}-label"}},
        ),
        cls="field",
    )


def _offered(desk: Desk, typed: str, wanted: Wanted) -> Iterator[Mapping[str, str]]:
    """Offer whom a text means exactly, then to make somebody of it, then who is like it: Enter goes by that order.

    Whom the form is about already is not offered; I am offered last to be one person with somebody.
    """
    name = shorten(typed, _NAME)
    if not name:
        return
    directory = open_directory(desk.store)
    me, given = desk.me(directory), [text_in(wanted, role) for role in ("by", "person", "to", "other")]
    about = {me if one == ME else directory.persons.person_of(one) for one in given if one}
    last = me if wanted.get("do") == "merge" else None
    found = [one for one in desk.search(name, _OFFERED + len(about)) if one.id not in about][:_OFFERED]
    meant = find_meant(directory, name) - {last}
    yield from (_option(one) for one in found if one.id in meant)
    does = f"Add {name}" if account_named(name) else f"Make “{name}” by hand"
    yield {"value": f"{NEW}{name}", "label": does}
    yield from map(_option, sorted((one for one in found if one.id not in meant), key=lambda one: one.id == last))


def _option(person: Person) -> Mapping[str, str]:
    told = known_by(person)
    return {"value": person.id, "label": f"{shorten(person.name, _NAME)}{f' · {told}' if told else ''}"}


def called(desk: Desk, who: str) -> str:
    """Name somebody who is given by an account id, or is to be made."""
    return shorten(who.removeprefix(NEW) if who.startswith(NEW) else desk.called(who), _NAME)


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
            day_field(desk, wanted),
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
            dmc.DatePickerInput(
                id={"field": "since"},
                label="Since (if you know)",
                value=str(held.since) if held and held.since else None,
                maxDate=str(desk.today),
                valueFormat="D MMMM YYYY",
                clearable=True,
                popoverProps=_INSIDE,
            ),
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
                comboboxProps=_INSIDE,
            ),
            day_field(desk, wanted),
            text_field("note", "Note", long=True, hint="Private: no draft and no export cites it."),
        ),
        does="Record it",
    )


_DIALOGS: Mapping[str, Make] = {"log": _log, "know": _know, "introduce": _introduce}
