"""Taking an answer away: the dialog, and the route that writes the file."""

from collections.abc import Mapping
from dataclasses import replace

from dash import Dash, html
from dash.development.base_component import Component
from flask import Response, request

from dashboard.service.desk import Desk
from dashboard.service.exporting import encode
from dashboard.web.address import read_address
from dashboard.web.choice import Choice, Chosen, settle
from dashboard.web.parts import button, dialog, div, element, span, switch
from dashboard.web.picture import draw_ways
from dashboard.words.json import words_for
from dashboard.words.program import Program
from graph.answers.answer import Answer
from graph.errors import IntrographError, UsageError
from graph.export.formats import FORMATS, export
from graph.export.tables import Material
from graph.people.handles import slug

PATH = "/export"
_WIDTH = 960
_PRIVATE = "The file will cite private messages and say how close people are: keep it to yourself."
_ENDINGS = {"mermaid": "mmd"}
_SAID = {
    "md": ("Brief", "Markdown, to read and to pass on"),
    "csv": ("Table", "CSV, a row for each way"),
    "json": ("Data", "JSON, the answer as data"),
    "graphml": ("Graph", "GraphML, for Gephi, yEd, networkx"),
    "gexf": ("Graph", "GEXF, for Gephi"),
    "mermaid": ("Diagram", "Mermaid, for notes and wikis"),
    "svg": ("Picture", "SVG, as drawn"),
    "png": ("Picture", "PNG, as drawn"),
}
_DRAWN = ("svg", "png")
_TYPES = {"csv": "text/csv", "json": "application/json", "svg": "image/svg+xml", "md": "text/markdown"}


def show_exports() -> Component:
    """Make the dialog; the browser opens it, and says of which answer."""
    scopes = (("way", "This way"), ("ways", "All ways"))
    return dialog(
        "Export",
        div(
            div(
                *(
                    element(
                        html.Button, label, type="button", data_scope=name, aria_pressed=str(name == "ways").lower()
                    )
                    for name, label in scopes
                ),
                cls="segments",
                role="group",
                aria_label="What is exported",
            ),
            div(*map(_format, (*FORMATS["paths"], *_DRAWN)), cls="formats"),
            switch("For my own use: private evidence and closeness, too", id="export-private", on=False),
            div(
                element(html.P, _PRIVATE),
                button("Yes, for me alone", id="export-sure"),
                id="export-ask",
                hidden=True,
            ),
            cls="export-body",
        ),
        id="export-dialog",
    )


def _format(form: str) -> Component:
    title, what = _SAID[form]
    return element(
        html.Button,
        span(title, cls="strong"),
        span(what, cls="small"),
        type="button",
        cls="format",
        data_format=form,
        id=f"export-{form}",
    )


def add_exports(app: Dash, desk: Desk) -> None:
    """Add the route that writes a file of the answer that an address asks for."""

    def write() -> Response:
        given = request.args.to_dict()
        try:
            return _write(desk, request.query_string.decode("ascii", "replace"), given)
        except IntrographError as error:
            return Response(f"{error}\n", 400, content_type="text/plain; charset=utf-8")

    app.server.add_url_rule(PATH, view_func=write)


def _write(desk: Desk, query: str, given: Mapping[str, str]) -> Response:
    address = read_address(query)
    asked = desk.ask(address.question)
    if asked.error is not None:
        raise asked.error
    answer, form = asked.answer, given.get("format", "")
    if not answer.paths:
        raise UsageError(f"there is no way to {answer.asked}, so there is nothing to export")
    settled = settle(answer, Choice(way=address.way, step=address.step, whole=given.get("whole") == "1"))
    private = given.get("private") == "1"
    if given.get("scope") == "way":
        answer = replace(answer, paths=(settled.path,), more=False)
    if form == "svg":
        pieces = iter([_picture(answer, settled, private=private)])
    else:
        material = Material(
            answer=lambda: answer, people=tuple, ties=tuple, words=words_for(Program(profile=desk.profile))
        )
        pieces = export("paths", form, material, include_private=private)
    name = f"{_name(answer)}.{_ENDINGS.get(form, form)}"
    kind = _TYPES.get(form, "text/plain")
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(encode(pieces), content_type=f"{kind}; charset=utf-8", headers=headers)


def _picture(answer: Answer, settled: Chosen, *, private: bool) -> str:
    """Draw the ways that the page draws, or the one that was chosen."""
    chosen = settled.rank if len(answer.paths) > 1 else 1
    return draw_ways(
        answer.paths[: settled.shown],
        me=answer.me.id,
        chosen=chosen,
        step=settled.step,
        width=_WIDTH,
        standalone=True,
        closeness=private,
    )


def _name(answer: Answer) -> str:
    """Name the file by whom it leads to, in plain letters."""
    return name_file("ways-to", answer.target.name if answer.target else answer.asked)


def name_file(what: str, whom: str) -> str:
    """Name a file by what it holds on whom, in plain letters, without its ending."""
    letters = (letter for letter in slug(whom) if letter.isascii() and (letter.isalnum() or letter == "-"))
    return f"{what}-{''.join(letters).strip('-')[:60] or 'somebody'}"
