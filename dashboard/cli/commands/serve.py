"""`intrograph serve`: the page, in the browser."""

from datetime import UTC, datetime, time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dashboard.cli.options import make_command, serve_options
from dashboard.cli.session import Session
from dashboard.words.lines import Span, Style, dim, heading
from graph.errors import Remedy, UsageError
from graph.stores import name_place

if TYPE_CHECKING:
    from socket import socket

    from dashboard.service.desk import Desk
    from dashboard.web.entrance import Entrance
    from dashboard.web.server import ServedPage


@make_command("serve")
@serve_options
@click.option("--password", is_flag=True, help="Ask for the password on this machine, too: other users reach the port.")
@click.option("--url", metavar="URL", help="The address at which a proxy before the page is opened.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="So many processes answer.")
@click.option("--with-parent", is_flag=True, help="End when standard input does, for programs that start it.")
def run(
    session: Session,
    /,
    host: str,
    port: int,
    url: str | None,
    workers: int,
    *,
    no_open: bool,
    password: bool,
    with_parent: bool,
) -> None:
    """Ask, see and trust in the browser: on this machine alone, or by password.

    Serves the page until Ctrl-C, which is the normal end of it, and opens it where there is a screen. Where others
    reach it, it asks for the password that `intrograph password` has set, and is not served without one.
    """
    from dashboard.web.entrance import open_entrance, read_url
    from dashboard.web.server import end_with_parent, is_local, listen

    if with_parent:
        end_with_parent()
    public = None if url is None else read_url(url)
    if asks := password or public is not None or not is_local(host):
        _expect_password(host, public)
    with listen(host, port, beyond=True) as taken:
        entrance = open_entrance(host, taken, public)
        if not (entrance.local or entrance.encrypted or is_local(entrance.host)):
            session.terminal.note(
                "This page is not encrypted: who listens in the network reads along. docs/server.md says how a proxy "
                "encrypts it."
            )
        serve_store(session, taken, entrance, opens=not no_open, asks=asks, workers=workers)


def _expect_password(host: str, url: str | None) -> None:
    from dashboard.service.attempts import expect_count
    from dashboard.service.password import read_hash
    from dashboard.web.server import is_local

    if read_hash() is not None:
        return expect_count()
    if url is None and is_local(host):
        why = "--password has the page ask for a password"
    else:
        where = f"--host {host!r}" if url is None else f"--url {url}"
        why = f"with {where} others reach the page, so that it asks for a password"
    raise UsageError(f"{why}, and none is set; set one, then serve again", remedies=[Remedy(("password",))])


def serve_store(
    session: Session, taken: "socket", entrance: "Entrance", *, opens: bool, asks: bool = False, workers: int = 1
) -> None:
    """Serve the session's store until Ctrl-C; say where as soon as it can be opened; with `asks` by password."""
    from dashboard.web.server import open_browser, run

    location = session.store.location

    def tell() -> None:
        if session.as_json:
            from graph.export.json import dumps

            session.terminal.write([f"{dumps({'url': entrance.url, 'store': location})}\n".encode()])
        else:
            where = Span(entrance.url, Style.LINK)
            session.terminal.say([[heading("intrograph is at "), where], dim("Ctrl-C stops it.")])
        if opens:
            open_browser(entrance.url)

    make = partial(_make_page, session, taken, entrance, asks=asks, alone=workers == 1)
    if workers == 1:
        run(make(), taken, tell)
    else:
        from dashboard.service.password import find_secret
        from dashboard.web.workers import Workers

        if asks:
            find_secret()  # made, if need be, before several look for it
        session.close()  # no connection is shared: each worker opens the store for itself
        Workers(make, taken, workers, tell).serve()
    session.terminal.note("Stopped.")


def _make_page(session: Session, taken: "socket", entrance: "Entrance", *, asks: bool, alone: bool) -> "ServedPage":
    from dashboard.web.app import make_app
    from dashboard.web.safety import protect
    from dashboard.web.server import ServedPage

    desk = _make_desk(session, None if entrance.local else entrance.host, alone=alone)
    desk.open()
    app = make_app(desk, logins=asks)
    if asks:
        from dashboard.web.login import add_login

        add_login(app, entrance, taken.getsockname()[1], session.clock)
    protect(app, entrance)
    return ServedPage(app.server, desk.close)


def _make_desk(session: Session, served_from: str | None, *, alone: bool) -> "Desk":
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
        served_from=served_from,
        alone=alone,
    )


def _place(location: str | None) -> str | None:
    """Name a store so that a command that the page shows finds it from everywhere."""
    if location is None or "://" in location:
        return location and name_place(location)
    return str(Path(location).expanduser().absolute())
