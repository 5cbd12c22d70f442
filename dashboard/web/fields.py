"""The fields of a form: somebody, a day, a text, one of a few."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.service.desk import Desk
from dashboard.web.address import read_address
from dashboard.web.input import ME, NEW, Wanted, text_in
from dashboard.web.parts import div, element
from dashboard.web.people import known_by
from dashboard.words.lines import shorten
from graph.people.handles import account_named
from graph.people.person import Person, open_directory
from graph.people.resolve import find_meant

_NAME, _OFFERED, _KEPT = 80, 6, 50
INSIDE = {"withinPortal": False}
"""What lies outside of a modal dialog can't be reached."""


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
        comboboxProps=INSIDE,
    )


def names_field(desk: Desk, name: str, label: str, chosen: Iterable[str] = ()) -> Any:
    """Ask for several people: a box like `name_field`, which keeps each that is taken."""
    held = list(chosen)
    return dmc.MultiSelect(
        id={"who": name},
        label=label,
        placeholder="Type a name",
        value=held,
        data=[{"value": one, "label": called(desk, one)} for one in held],
        searchable=True,
        filter={"function": "keepNewest"},
        hidePickedOptions=True,
        nothingFoundMessage="Type a name",
        comboboxProps=INSIDE,
    )


def day_field(desk: Desk, name: str, label: str, value: date | None, *, clearable: bool = False) -> Any:
    """Ask for a day that is over, or today."""
    return dmc.DatePickerInput(
        id={"field": name},
        label=label,
        value=str(value) if value else None,
        maxDate=str(desk.today),
        valueFormat="D MMMM YYYY",
        clearable=clearable,
        popoverProps=INSIDE,
    )


def shown_day(desk: Desk, wanted: Wanted) -> date:
    """Give the day that the page is of: today, where it is of none."""
    return read_address(text_in(wanted, "search") or "").question.filters.as_of or desk.today


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


def offered(desk: Desk, typed: str, wanted: Wanted) -> Iterator[Mapping[str, str]]:
    """Offer whom a text means exactly, then to make somebody of it, then who is like it: Enter goes by that order.

    Whom the form is about already is not offered; I am offered last to be one person with somebody. Where I say who I
    am, I am more likely here already, and making somebody comes last.
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
    does = f"Add {name}" if account_named(name) else f"Make “{name}” by hand"
    make = {"value": f"{NEW}{name}", "label": does}
    exact = [_option(one) for one in found if one.id in meant]
    alike = [*map(_option, sorted((one for one in found if one.id not in meant), key=lambda one: one.id == last))]
    yield from (*exact, *alike, make) if wanted.get("do") == "me" else (*exact, make, *alike)


def keep_offered(
    typed: str, fresh: Iterable[Mapping[str, str]], before: Iterable[Mapping[str, str]], chosen: Collection[str]
) -> list[Mapping[str, str]]:
    """Offer for a box of several people, with what was offered before, which the browser does not show.

    Whoever is taken while this is on its way must be in it: the box lets go of those who are not.
    """
    newest = {one["value"]: {**one, "typed": typed} for one in fresh}
    held = [one for one in before if one["value"] not in newest]
    last = [one for one in held if one["value"] not in chosen][:_KEPT]
    return [*newest.values(), *(one for one in held if one["value"] in chosen), *last]


def _option(person: Person) -> Mapping[str, str]:
    told = known_by(person)
    return {"value": person.id, "label": f"{shorten(person.name, _NAME)}{f' · {told}' if told else ''}"}


def called(desk: Desk, who: str) -> str:
    """Name somebody who is given by an account id, or is to be made."""
    return shorten(who.removeprefix(NEW) if who.startswith(NEW) else desk.called(who), _NAME)
