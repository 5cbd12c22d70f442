"""The frame that all views stand in: the ask box, the parts, the foot, the dialogs."""

from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.web.dialogs import show_dialog
from dashboard.web.draft import show_draft
from dashboard.web.exports import show_exports
from dashboard.web.icons import icon
from dashboard.web.keys import show_keys
from dashboard.web.parts import button, div, element, span

_SEA = ["#E8F4F4", "#D3E9E9", "#A8D5D6", "#78BFC2", "#52C2C7", "#2A9299", "#14818A", "#0B6B73", "#085A61", "#053F45"]
_DARK = ["#E9EBED", "#B9C0C7", "#929BA4", "#6F7983", "#3A4148", "#282D32", "#1E2226", "#16191C", "#0F1113", "#0B0D0F"]
_THEME = {
    "primaryColor": "sea",
    "primaryShade": {"light": 7, "dark": 4},
    "autoContrast": True,
    "colors": {"sea": _SEA, "dark": _DARK},
    "fontFamily": "Inter, system-ui, sans-serif",
    "defaultRadius": 6,
    "fontSizes": {"xs": "12px", "sm": "13px", "md": "14px", "lg": "16px", "xl": "20px"},
    "spacing": {"xs": "8px", "sm": "12px", "md": "16px", "lg": "24px", "xl": "32px"},
    "focusRing": "auto",
}
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path class="lines" d="M5 18 11 7l8 6"/>'
    '<circle class="me" cx="5" cy="18" r="3.5"/><circle class="friend" cx="11" cy="7" r="3.5"/>'
    '<circle class="target" cx="19" cy="13.5" r="3"/></svg>'
)
_SUGGEST_AFTER = 120  # milliseconds after the last key


def show_frame(foot: Sequence[Component], *, logins: bool) -> Any:
    """Show what all views stand in, with a foot; where there are `logins`, it can be left."""
    return dmc.MantineProvider(
        [
            dcc.Store(id="asking"),
            dcc.Store(id="choice"),
            dcc.Store(id="act"),
            dcc.Store(id="form-for"),
            dcc.Store(id="form-send"),
            dcc.Store(id="done"),
            dcc.Store(id="draft-for"),
            element(html.A, "To the answer", href="#page", cls="skip"),
            element(html.Header, _mark(), _ask_box(), _nav(), _tools(logins=logins), cls="header"),
            element(html.Main, id="page", tabIndex=-1),
            div(span("Looking for ways", id="waiting"), id="loading", aria_hidden="true"),
            element(html.Footer, *foot, cls="footer", id="footer"),
            div(id="spoken", role="status", aria_live="polite", cls="unseen"),
            div(id="toasts", role="status"),
            show_keys(),
            show_exports(),
            show_dialog(),
            show_draft(),
        ],
        theme=_THEME,
        defaultColorScheme="auto",
    )


def _mark() -> Component:
    return element(
        html.A,
        span(cls="logo", aria_hidden="true", data_svg=LOGO),
        span("intrograph", cls="brand"),
        href="/",
        cls="mark-home go",
        aria_label="intrograph",
    )


def _ask_box() -> Component:
    return div(
        dmc.Autocomplete(
            id="ask",
            label="Who do you want to meet?",
            placeholder="Who do you want to meet?",
            data=[],
            debounce=_SUGGEST_AFTER,
            filter={"function": "keepAll"},
            renderOption={"function": "renderPerson"},
            leftSection=icon("search"),
            rightSection=div(
                element(html.Kbd, "/", aria_hidden="true"),
                button("", sign="x", cls="clear", id="ask-clear", aria_label="Clear"),
                button("", sign="arrow-right", cls="go-ask", id="ask-go", aria_label="Ask"),
                cls="ask-tools",
            ),
            rightSectionWidth=84,
            rightSectionPointerEvents="all",
            openOnFocus=False,
            selectFirstOptionOnChange=False,
            maxDropdownHeight=420,
            comboboxProps={
                "transitionProps": {"duration": 120, "transition": "fade"},
                "offset": 6,
                "shadow": "md",
                "position": "bottom-start",
            },
        ),
        role="search",
        cls="search",
    )


def _nav() -> Component:
    """Lead to the parts of the page; on a phone from its foot."""
    return element(
        html.Nav,
        element(html.A, icon("search", size=20), "Ask", href="/", cls="go", data_nav="ask"),
        element(html.A, icon("share-2", size=20), "Network", href="/network", cls="go", data_nav="network"),
        element(html.A, icon("file-input", size=20), "Bring in", href="/bring-in", cls="go", data_nav="bring-in"),
        element(html.A, icon("calendar-clock", size=20), "Jobs", href="/jobs", cls="go", data_nav="jobs"),
        cls="nav",
        aria_label="Parts",
    )


def _tools(*, logins: bool) -> Component:
    return div(
        button("", sign="circle-question-mark", cls="icon-button", id="keys-open", aria_label="Keys"),
        dmc.ColorSchemeToggle(
            id="theme",
            lightIcon=icon("moon", size=20),
            darkIcon=icon("sun", size=20),
            className="icon-button",
            variant="transparent",
            **{"aria-label": "Dark or light"},
        ),
        button("", sign="log-out", cls="icon-button", id="log-out", title="Log out", aria_label="Log out")
        if logins
        else None,
        cls="tools",
    )
