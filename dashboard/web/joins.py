"""The form that says which accounts are one person: split some off, or merge with somebody."""

import dash_mantine_components as dmc
from dash.development.base_component import Component

from dashboard.service.desk import Desk
from dashboard.service.people import Profile, show_person
from dashboard.web.dialogs import Dialog
from dashboard.web.fields import name_field
from dashboard.web.input import Wanted, text_in
from dashboard.web.parts import button, div, text
from dashboard.words.portrait import account_note, account_words
from dashboard.words.ways import account_word
from graph.people.person import open_directory

_MOST = 100


def ask_merge(desk: Desk, wanted: Wanted) -> Dialog:
    """Ask which accounts of somebody to split off, or with whom to merge them."""
    person = desk.somebody(text_in(wanted, "person") or "")
    profile = show_person(desk.store, person.id)
    several = len(profile.accounts) > 1
    name, me = text(person.name, 80), desk.me(open_directory(desk.store))
    return Dialog(
        title="Merge or split" if several else "Merge",
        lead=name,
        fields=(
            _accounts(profile) if several else None,
            name_field(
                desk,
                "with",
                "The same person as",
                first=sorted(desk.twins(person), key=lambda one: one.id == me),
                hint="A name, or an address, handle or profile’s link of theirs.",
            ),
        ),
        does="Merge the two",
    )


def _accounts(profile: Profile) -> Component:
    rows = [
        dmc.Checkbox(
            value=one.id,
            label=f"{account_words(one)} · {account_word(one.id)}",
            description=account_note(one, profile.assertions, profile.person),
        )
        for one in profile.accounts[:_MOST]
    ]
    return div(
        dmc.CheckboxGroup(
            div(*rows, cls="ticks"),
            id={"field": "accounts"},
            label="Tick the accounts that are somebody else’s",
            value=[],
        ),
        button("Split off what is ticked", cls="small", data_go="split"),
        cls="splitting",
    )
