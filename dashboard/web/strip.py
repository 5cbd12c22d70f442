"""The strip below the picture: interactions of the drawn ways by month, and the handle that asks as of another day."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from dash import html
from dash.development.base_component import Component

from dashboard.service.desk import Desk
from dashboard.web.parts import div, element, span
from dashboard.web.timeline import draw_strip, months_between
from dashboard.words.lines import day
from graph.answers.answer import Path
from graph.answers.ask import Question


def show_strip(desk: Desk, question: Question, paths: Sequence[Path], chosen: int, width: int) -> list[Component]:
    """Show the months of the ways that are drawn, those of the chosen one (from 1) apart.

    The months go on after the day that is asked for, up to today, so that the handle can be drawn back.
    """
    hops = {(hop.source.id, hop.target.id): hop for path in paths for hop in path.hops}
    held = desk.months(question, list(hops.values()))
    mine, others = Counter[date](), Counter[date]()
    on_way = {(hop.source.id, hop.target.id) for hop in paths[chosen - 1].hops}
    for step, counted in held.items():
        (mine if step in on_way else others).update(counted)
    first = min([*mine, *others], default=None)
    if first is None:
        return []
    until, as_of = desk.today, question.filters.as_of or desk.today
    first = min(first, until.replace(year=until.year - 1, day=1))  # few months would be bars as wide as walls
    last = months_between(first, until)
    at = max(0, min(months_between(first, as_of), last))
    months = [(month, mine[month], others[month]) for month in sorted({*mine, *others})]
    return [
        div(
            span("Interactions by month"),
            span("on this way", cls="key mine"),
            span("on the others", cls="key others"),
            span("Drag to ask as of another day", cls="hint"),
            cls="strip-head",
            data_chosen=str(chosen),
        ),
        div(
            div(data_svg=draw_strip(months, width=width, since=first, until=until)),
            element(
                html.Div,
                id="as-of",
                role="slider",
                tabIndex=0,
                aria_label="As of",
                aria_orientation="horizontal",
                aria_valuemin="0",
                aria_valuemax=str(last),
                aria_valuenow=str(at),
                aria_valuetext=day(as_of),
                data_since=str(first),
                data_until=str(until),
            ),
            cls="strip-plot",
        ),
    ]
