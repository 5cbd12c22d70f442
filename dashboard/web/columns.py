"""The form that asks which columns of a table hold what could not be guessed."""

from typing import Any

import dash_mantine_components as dmc

from dashboard.service.desk import Desk
from dashboard.web.bringing import COLUMN
from dashboard.web.dialogs import Dialog
from dashboard.web.fields import INSIDE, choice_field
from dashboard.web.input import Wanted, text_in
from dashboard.web.parts import text
from dashboard.words import bringing as words
from dashboard.words.changes import STALE
from graph.errors import UsageError
from ingest.source import Prompt

_NAME = 160


def ask_columns(desk: Desk, wanted: Wanted) -> Dialog:
    """Ask which columns of a table hold what could not be guessed.

    Raises:
        UsageError: If that is not asked any more.
    """
    parcel = next((one for one in desk.intake.parcels() if one.id == text_in(wanted, "id")), None)
    if parcel is None or not parcel.asks:
        raise UsageError(STALE)
    return Dialog(
        title="Name the columns",
        lead=text(parcel.name, _NAME),
        fields=[_field(one) for one in parcel.asks],
        does="Read it",
    )


def _field(one: Prompt) -> Any:
    if one.option == "people":
        return choice_field(f"{COLUMN}people", "What is each row?", words.ROWS, one.guess)
    return dmc.Select(
        id={"field": f"{COLUMN}{one.option}"},
        label=words.prompt_words(one),
        data=[{"value": each, "label": text(each, _NAME)} for each in one.choices],
        value=one.guess,
        comboboxProps=INSIDE,
    )
