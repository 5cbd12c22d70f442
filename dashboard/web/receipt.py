"""What is shown in the place of somebody who was forgotten: what went, what stays, and what was not reached."""

from collections.abc import Sequence
from datetime import datetime

from dash import html
from dash.development.base_component import Component

from dashboard.web.parts import div, element, said, text
from dashboard.words.lines import moment
from dashboard.words.privacy import FORGOTTEN, NOT_REACHED, namesakes_words, receipt_lines
from graph.model import Account
from graph.store.documents import Receipt


def show_receipt(receipt: Receipt, namesakes: Sequence[Account], at: datetime) -> Component:
    """Show what was forgotten, in numbers, without a name."""
    return div(
        element(html.H1, "Forgotten", tabIndex=-1, id="heading"),
        element(html.P, f"Erased, {moment(at)}:", cls="second"),
        element(html.Ul, *(said(line, kind=html.Li) for line in receipt_lines(receipt, "interaction")), cls="erased"),
        element(html.P, FORGOTTEN, cls="second"),
        element(html.P, NOT_REACHED, cls="second"),
        element(html.P, text(f"{namesakes_words(namesakes)}."), cls="second") if namesakes else None,
        cls="narrow",
        id="receipt",
    )
