"""`intrograph serve`: the page, in the browser."""

from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dashboard.cli.options import make_command, serve_options
from dashboard.cli.session import Session
from dashboard.words.lines import Span, Style, dim, heading
from graph.stores import name_place

if TYPE_CHECKING:
    from socket import socket

    from dashboard.service.desk import Desk


@make_command("serve")
@serve_options
@click.option("--with-parent", is_flag=True, help="End when standard input does, for programs that start it.")
def run(session: Session, /, host: str, port: int, *, no_open: bool, with_parent: bool) -> None:
    """Ask, see and trust in the browser, on this machine alone.

    Serves the page until Ctrl-C, which is the normal end of it, and opens it where there is a screen.
    """
    from dashboard.web.server import end_with_parent, listen

    if with_parent:
        end_with_parent()
    with listen(host, port) as taken:
        serve_store(session, taken, opens=not no_open)


def serve_store(session: Session, taken: "socket", *, opens: bool) -> None:
    """Serve the session's store until Ctrl-C; say where as soon as it can be opened."""
    from dashboard.web.app import make_app
    from dashboard.web.safety import protect
    from dashboard.web.server import names_of, open_browser, run

    store = session.store
    desk = _make_desk(session)
    desk.open()
    app = make_app(desk)
    protect(app, hosts=names_of(taken))

    def tell(url: str) -> None:
        if session.as_json:
            from graph.export.json import dumps

            session.terminal.write([f"{dumps({'url': url, 'store': store.location})}\n".encode()])
        else:
            session.terminal.say([[heading("intrograph is at "), Span(url, Style.LINK)], dim("Ctrl-C stops it.")])
        if opens:
            open_browser(url)

    run(app.server, taken, tell, desk.close)
    session.terminal.note("Stopped.")


def _make_desk(session: Session) -> "Desk":
    """Make the page's desk; over the demo's store it is always the day on which the story ends."""
    from dashboard.demo.strauss import demo_day
    from dashboard.service.desk import Desk

    day = demo_day(session.store)
    clock = session.clock if day is None else lambda: datetime.combine(day, time.max, UTC)
    return Desk(
        store=session.store,
        profile=session.profile,
        clock=clock,
        store_option=_place(session.location),
        demo=day is not None,
        place=session.place,
    )


def _place(location: str | None) -> str | None:
    """Name a store so that a command that the page shows finds it from everywhere."""
    if location is None or "://" in location:
        return location and name_place(location)
    return str(Path(location).expanduser().absolute())
