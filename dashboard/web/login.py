"""The login: the page that asks for the password, and the guard that lets nobody past it without."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from posixpath import normpath
from secrets import token_hex
from urllib.parse import unquote, urlencode, urlsplit

from dash import Dash
from flask import Response, redirect, request, session
from markupsafe import Markup
from werkzeug.wrappers import Response as Answer

from dashboard.service.attempts import Attempts
from dashboard.service.ended import EndedSessions
from dashboard.service.faults import locate
from dashboard.service.password import find_secret, is_right, read_hash, sign
from dashboard.web.entrance import Entrance
from dashboard.web.frame import LOGO
from dashboard.web.safety import FILES, TOKEN, page_token, say
from dashboard.words.lines import count
from graph.errors import IntrographError, UsageError

PATH, OUT = "/login", "/logout"
_STYLES = ("/assets/tokens.css", "/assets/page.css", "/assets/login.css")
_THEME, _ICON = "/assets/theme.js", "/_favicon.ico"
_OPEN = {PATH, "/health", _THEME, _ICON, *_STYLES}
_LASTS, _RENEWED = timedelta(days=30), timedelta(days=1)
_ID, _WHOSE, _SINCE, _NEXT = "id", "password", "since", "next"
_LOG = logging.getLogger("intrograph")
_MINUTE = 60
_PAGE = Markup("""<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Log in · intrograph</title><link rel="icon" href="{icon}">
<script src="{theme}"></script>{styles}</head>
<body><main class="login"><form method="post">
<div class="mark-home"><span class="logo" aria-hidden="true">{logo}</span><span class="brand">intrograph</span></div>
<h1>Log in</h1>
<input type="hidden" name="{token_name}" value="{token}">
<input type="text" name="username" value="intrograph" autocomplete="username" hidden>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required autofocus{told}>
<p id="login-error" role="alert">{error}</p>
<button type="submit" class="button main">Log in</button>
</form></main></body>
</html>
""")
_TOLD = Markup(' aria-invalid="true" aria-describedby="login-error"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Sessions:
    """Who is logged in.

    A session is the browser's own: a signed cookie that names the session, the password it was made with, and when. So
    any process knows it, it outlives a restart, and another password ends it. What was logged out is noted.
    """

    secret: str
    attempts: Attempts
    ended: EndedSessions
    clock: Callable[[], datetime]

    def admit(self) -> Answer | None:
        """Refuse a request without a session; give nothing for one that has it."""
        if request.path in _OPEN or (request.path == OUT and request.method == "POST") or self._is_in():
            return None
        if _is_page():
            here = request.full_path.rstrip("?")
            return redirect(PATH if here == "/" else f"{PATH}?{urlencode({_NEXT: here})}", 302)
        return say(401, "Log in first: this page asks for a password.")

    def show(self) -> Answer:
        """Ask for the password; whoever gave it is led on."""
        return _onward() if self._is_in() else _ask()

    def enter(self) -> Answer:
        """Take a password."""
        try:
            return self._enter(request.remote_addr or "")
        except (IntrographError, OSError) as error:
            _LOG.error("Nobody can log in: %s", locate(error))
            return _ask(
                "Tries can't be counted here, so nobody can log in. See that intrograph's state folder can be written, "
                "and that its disk has room.",
                503,
            )

    def leave(self) -> Response:
        """End a session, wherever its cookie went."""
        id_ = str(session.get(_ID, ""))
        session.clear()
        try:
            if id_:
                self.ended.add(id_)
        except (IntrographError, OSError) as error:
            _LOG.error("A session can't be ended: %s", locate(error))
            return say(503, "You are logged out in this browser alone: intrograph's state folder can't be written.")
        return Response(status=204)

    def _enter(self, address: str) -> Answer:
        try:
            held = read_hash()
        except UsageError as error:
            _LOG.error("The password can't be read: %s", locate(error))
            return _ask("The password can't be read here. Set it again on the server: intrograph password.", 503)
        if wait := self.attempts.begin(address):
            return _ask(f"Too many tries. The next one is possible in {_span(wait)}.", 429, ceil(wait))
        if held is None or not is_right(request.form.get("password", ""), held):
            return _ask("This is not the password.", 403)
        self.attempts.forgive(address)
        session[_ID] = token_hex(16)
        self._begin(held)
        return _onward()

    def _begin(self, held: str) -> None:
        session.permanent = True
        session[_WHOSE], session[_SINCE] = sign(held, self.secret), int(self.clock().timestamp())

    def _is_in(self) -> bool:
        if not session or (held := _held()) is None or session.get(_WHOSE) != sign(held, self.secret):
            return False
        if _ID not in session or session[_ID] in self.ended:
            return False
        # Once a day, so that an answer that was on its way brings back no session that was ended meanwhile.
        if self.clock() - datetime.fromtimestamp(session[_SINCE], UTC) > _RENEWED:
            self._begin(held)
        return True


def add_login(app: Dash, entrance: Entrance, port: int, clock: Callable[[], datetime]) -> None:
    """Let nobody see the page without its password.

    Args:
        app: The page; `protect` guards it, too.
        entrance: Where it is opened.
        port: Where it listens: of two pages on one host each has sessions of its own.
        clock: The time, in UTC.

    Raises:
        UsageError: If the secret that sessions are signed with can't be had.
    """
    secret = find_secret()
    sessions = Sessions(
        secret=secret, attempts=Attempts(secret=secret, clock=clock), ended=EndedSessions(secret, clock), clock=clock
    )
    server = app.server
    server.secret_key = secret
    server.config.update(
        SESSION_COOKIE_NAME="__Host-intrograph" if entrance.encrypted else f"intrograph-{port}",
        SESSION_COOKIE_SECURE=entrance.encrypted,
        SESSION_COOKIE_HTTPONLY=True,
        # With Strict, who follows a link in a mail would have to log in again; what changes anything needs the token.
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=_LASTS,
    )
    server.before_request(sessions.admit)
    server.add_url_rule(PATH, "login", sessions.show)
    server.add_url_rule(PATH, "enter", sessions.enter, methods=["POST"])
    server.add_url_rule(OUT, "logout", sessions.leave, methods=["POST"])


def _held() -> str | None:
    """Give the password's hash as it is now; None where it can't be read, so that nobody comes in."""
    try:
        return read_hash()
    except UsageError:
        return None


def _is_page() -> bool:
    """Tell whether a page is opened; over plain http a browser says no more than what it takes."""
    aim = request.headers.get("Sec-Fetch-Dest")
    opens = "text/html" in request.headers.get("Accept", "") if aim is None else aim == "document"
    return opens and request.method in ("GET", "HEAD")


def _onward() -> Answer:
    return redirect(_own(request.args.get(_NEXT, "")), 303)


def _own(path: str) -> str:
    """Give a path if it is a page of ours, else the first one; a login writes no file."""
    own = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if own and normpath(unquote(urlsplit(path).path)) not in (PATH, OUT, *FILES) else "/"


def _ask(error: str = "", status: int = 200, wait: int = 0) -> Response:
    page = _PAGE.format(
        icon=_ICON,
        theme=_THEME,
        styles=Markup("").join(Markup('<link rel="stylesheet" href="{}">').format(one) for one in _STYLES),
        logo=Markup(LOGO),  # noqa: S704 # our own drawing
        token_name=TOKEN,
        token=page_token(),
        told=_TOLD if error else "",
        error=error,
    )
    response = Response(page, status, content_type="text/html; charset=utf-8")
    # Without any referrer a browser does not say either from where a form is sent.
    response.headers["Referrer-Policy"] = "same-origin"
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response


def _span(seconds: float) -> str:
    return count(ceil(seconds), "second") if seconds <= 2 * _MINUTE else count(ceil(seconds / _MINUTE), "minute")
