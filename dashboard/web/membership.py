"""The form that puts people on a list."""

from typing import Any

import dash_mantine_components as dmc

from dashboard.service.desk import Desk
from dashboard.service.lists import count_lists
from dashboard.web.dialogs import Dialog
from dashboard.web.fields import INSIDE, called, names_field, text_field
from dashboard.web.input import Wanted, text_in, texts_in
from dashboard.words import lists as words
from dashboard.words.lines import count


def ask_list(desk: Desk, wanted: Wanted) -> Dialog:
    """Ask whom to put on which list, as far as that is not settled."""
    name, person, people = text_in(wanted, "list"), text_in(wanted, "person"), texts_in(wanted, "people")
    whom = called(desk, person) if person else count(len(people), "person", "people") if people else ""
    return Dialog(
        title=words.adding_title(name, whom),
        fields=(
            None if name else _which(desk) if whom else text_field("list", "Name"),
            None if person else names_field(desk, "people", "Who", people),
            None
            if whom
            else text_field("paste", "Or paste names, addresses or links, one a line", long=True, hint=words.PASTED),
        ),
        does="Add",
    )


def _which(desk: Desk) -> Any:
    return dmc.Autocomplete(
        id={"field": "list"},
        label="Which list",
        description="One that you have, or the name of a new one.",
        data=list(count_lists(desk.store)),
        comboboxProps=INSIDE,
    )
