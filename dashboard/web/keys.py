"""The keys of the page, as a dialog."""

from dash import html
from dash.development.base_component import Component

from dashboard.web.parts import dialog, div, element, switch

_KEYS = {
    "Anywhere": (
        ("/", "Go to the ask box"),
        ("?", "These keys"),
        ("Esc", "Close, or back to the ways"),
        ("Ctrl Z", "Undo, while it is offered"),
    ),
    "Ask": (
        ("↵", "Ask; on a way: show what proves it"),
        ("↑ ↓", "Previous or next way"),
        ("← →", "Previous or next step"),
        ("1 … 9", "Choose that way"),
    ),
    "Network": (("+ −", "Zoom in or out"), ("0", "Show all"), ("l", "Go to the list; ↑ ↓ choose in it")),
    "On a way": (
        ("d", "Draft the request"),
        ("e", "Export"),
        ("c", "Copy link"),
        ("x", "Avoid the first person of this way"),
    ),
}


def show_keys() -> Component:
    """Make the dialog; it is opened by the browser."""
    return dialog(
        "Keys",
        div(*(_group(title, keys) for title, keys in _KEYS.items()), cls="keys"),
        switch("Single keys work while no field has the focus", id="keys-switch", on=True),
        id="shortcuts",
    )


def _group(title: str, keys: tuple[tuple[str, str], ...]) -> Component:
    rows = (div(element(html.Dt, *map(_key, named.split(" "))), element(html.Dd, does)) for named, does in keys)
    return div(element(html.H3, title), element(html.Dl, *rows))


def _key(named: str) -> Component | str:
    return named if named == "…" else element(html.Kbd, named)
