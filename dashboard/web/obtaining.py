"""The page of what can be brought in: of each source what it is, how to get it, and what it shows."""

from dash import html
from dash.development.base_component import Component

from dashboard.web.parts import div, element, span, text
from dashboard.words.lines import capital
from ingest.registry import sources
from ingest.source import Source

_LONGEST = 600


def show_sources() -> Component:
    """Show what can be brought in, and how to get it."""
    return div(
        element(html.H1, "What can be brought in", tabIndex=-1, id="heading"),
        *(_source(one) for one in sources()),
        element(html.A, "Bring in what you have", href="/bring-in", cls="button main go"),
        cls="narrow obtaining",
    )


def _source(source: Source) -> Component:
    facts = (
        ("How to get it", source.obtain),
        ("Takes", source.wait),
        ("Shows whom others know", source.second_hop),
    )
    rows = (div(element(html.Dt, what), element(html.Dd, text(capital(told), _LONGEST))) for what, told in facts)
    return element(
        html.Section,
        element(html.H2, source.title),
        element(html.P, span(text(capital(source.reads), _LONGEST)), cls="second"),
        element(html.Dl, *rows, cls="obtained"),
    )
