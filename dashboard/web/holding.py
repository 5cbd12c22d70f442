"""What is held on somebody: said, taken away as a file, forgotten."""

from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

from dash import Dash, Input, Output, dcc, html
from dash.development.base_component import Component
from flask import Response, request

from dashboard.service.desk import Desk
from dashboard.service.portrait import Portrait
from dashboard.service.privacy import about, find_forgettable, lines_of
from dashboard.web.changes import typeable
from dashboard.web.dialogs import Dialog
from dashboard.web.exports import name_file
from dashboard.web.fields import text_field
from dashboard.web.input import Wanted, text_in
from dashboard.web.parts import Child, button, div, element, opens, section, text, to_copy
from dashboard.words import portrait as words
from dashboard.words.plan import first_name
from dashboard.words.privacy import FORGOTTEN, namesakes_words
from dashboard.words.program import Program
from graph.errors import IntrographError

PATH = "/about"
_COUNTED = 300_000


def show_holding(portrait: Portrait) -> Component:
    """Show what is held, once that is counted, and let it be taken away or forgotten where it is not on me."""
    person = portrait.person
    can = div(
        element(
            html.A,
            "Export all of it",
            href=f"{PATH}?{urlencode({'account': person.id})}",
            download="",
            title=words.READ_FIRST,
            cls="button small",
        ),
        button(f"Forget {first_name(person)}", cls="small bad", **opens("forget", person=person.id)),
        cls="buttons",
    )
    return section(
        "What is held",
        div(id="held"),
        dcc.Store(id="held-for", data={"account": person.id}),
        can if portrait.mine else None,
    )


def add_holding(app: Dash, desk: Desk) -> None:
    """Say what is held on somebody, whatever the day, once their page is shown; add the route that writes all of it."""

    @app.callback(Output("held", "children"), Input("held-for", "data"))
    def hold(wanted: Mapping[str, str]) -> list[Component]:
        return list(_held(desk, wanted["account"]))

    def write_all() -> Response:
        try:
            person = desk.somebody(request.args.get("account", ""))
            _, records = about(desk.store, person.id)
        except IntrographError as error:
            return Response(f"{error}\n", 400, content_type="text/plain; charset=utf-8")
        headers = {"Content-Disposition": f'attachment; filename="{name_file("about", person.name)}.jsonl"'}
        kind = "application/x-ndjson; charset=utf-8"
        return Response(lines_of(records), content_type=kind, headers={**headers, "Cache-Control": "no-store"})

    app.server.add_url_rule(PATH, view_func=write_all)


def _held(desk: Desk, account: str) -> Iterator[Component]:
    """Say what is held; where it is very much, with the command that counts it, as that passes over everything."""
    counted = desk.contents().overview.interactions <= _COUNTED
    held = desk.held(account) if counted else None
    yield element(html.P, words.held_words(held, desk.portrait(account, None)), cls="second")
    if not counted:
        yield to_copy(Program(store=desk.store_option, profile=desk.profile).line("about", account))


def ask_forget(desk: Desk, wanted: Wanted) -> Dialog:
    """Tell what would go and what would stay, and ask for the name."""
    person, namesakes = find_forgettable(desk.store, desk.somebody(text_in(wanted, "person") or "").id)
    name = typeable(person)
    told: list[Child] = [
        *_held(desk, person.id),
        element(html.P, text(", ".join(person.accounts), 1_000), cls="small"),
        element(html.P, words.others_stay(person), cls="second"),
        element(html.P, FORGOTTEN, cls="second"),
        element(html.P, text(f"{namesakes_words(namesakes)}."), cls="second") if namesakes else None,
    ]
    return Dialog(
        title=f"Forget {name}",
        lead="This can’t be undone.",
        fields=(div(*told, cls="going"), text_field("name", f"To go on, type the name: {name}")),
        does=f"Forget {first_name(person)}",
        bad=True,
    )
