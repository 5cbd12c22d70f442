"""What guards the page: what a request must show before it is answered, and what each answer lets a browser do.

Three kinds of strangers are kept out, with a login or without: another site that is open in the same browser (the
origin and the token tell it), another name that was made to point at this machine (the `Host` header tells it), and a
script that got into the data (the content security policy lets none run).
"""

import logging
import os
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dash import Dash
from dash.exceptions import DependencyException, InvalidResourceError
from flask import Flask, Request, Response, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from dashboard.service.faults import locate
from dashboard.web.entrance import Entrance
from dashboard.web.server import BODY_LIMIT

_METHODS = ("GET", "HEAD", "POST")
_READING = ("GET", "HEAD")
TOKEN = "_csrf_token"  # noqa: S105 # a name
"""The cookie of the page's token, as Dash calls it, and the field in which a plain form sends it back."""
_FORM = "application/x-www-form-urlencoded"
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::\d{1,5})?")
_TOKEN = re.compile(r"[\w-]{32,128}", re.ASCII)
_NAMED_BY_CONTENT = "/_dash-component-suites/"
FILES = ("/export", "/about")
"""The paths at which a file is written where they are opened."""
_YEAR = 365 * 24 * 3600
_LOG = logging.getLogger("intrograph")
_HEADERS = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-DNS-Prefetch-Control": "off",  # else the hosts of the links that are shown are looked up
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(
        f"{feature}=()"
        for feature in (
            "accelerometer",
            "camera",
            "display-capture",
            "geolocation",
            "gyroscope",
            "magnetometer",
            "microphone",
            "midi",
            "payment",
            "usb",
        )
    ),
}


def protect(app: Dash, entrance: Entrance) -> None:
    """Install the guards on a page's server; after the last callback, as the policy knows their scripts by hash.

    Args:
        app: The page.
        entrance: Where it is opened.
    """
    server = app.server
    app.scripts.config.serve_locally = app.css.config.serve_locally = True
    server.config.update(MAX_CONTENT_LENGTH=BODY_LIMIT, PROPAGATE_EXCEPTIONS=False)
    guard = _Guard(
        entrance=entrance,
        header=app.config.csrf_header_name,
        policy=_policy(app.csp_hashes()),
        debug=bool(os.environ.get("INTROGRAPH_DEBUG")),
    )
    # First of all that looks at a request, and last of all that touches its answer (Flask runs these from the end).
    server.before_request_funcs.setdefault(None, []).insert(0, guard.admit)
    server.after_request_funcs.setdefault(None, []).insert(0, guard.seal)
    _tell_errors(server, guard)
    if entrance.proxied:
        server.wsgi_app = ProxyFix(server.wsgi_app, x_for=1, x_proto=1, x_host=1)


def page_token() -> str:
    """Give the token of the browser that asks; drawn anew where it has none."""
    held = request.cookies.get(TOKEN, "")
    if _TOKEN.fullmatch(held):
        return held
    if "token" not in g:
        g.token = secrets.token_urlsafe(32)
    return str(g.token)


def _policy(inline: Sequence[str]) -> str:
    rules: Mapping[str, Sequence[str]] = {
        "default-src": ["'none'"],
        "script-src": ["'self'", *inline],
        "style-src": ["'self'", "'unsafe-inline'"],  # the components write styles into their elements
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
    }
    return "; ".join(" ".join([name, *sources]) for name, sources in rules.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Guard:
    """Who is let in, and with what each answer is sent.

    The token is the browser's own: drawn when a page is opened without one, kept in a cookie that no other site makes
    it send, and sent back by Dash as a header, which no other site can read it for. Nothing of it is kept here, so an
    open page goes on after a restart.
    """

    entrance: Entrance
    header: str
    policy: str
    debug: bool

    def admit(self) -> Response | None:
        """Refuse a request that is not the page's own; give nothing for one that is."""
        host = request.headers.get("Host", "").lower()
        named = _HOST.fullmatch(host)
        if named is None or not self.entrance.answers_to(named[1], request.remote_addr or ""):
            return say(403, "intrograph does not answer to this name. Open the address that it printed.")
        if request.method not in _METHODS:
            return say(405, "Method not allowed.", Allow=", ".join(_METHODS))
        if not _is_opened(request) and not _is_own(request, host):
            return say(403, "This comes from another site.")
        if request.method not in _READING and not self._has_token():
            return say(403, "The page's token is missing. Reload the page.")
        return None

    def _has_token(self) -> bool:
        held, sent = request.cookies.get(TOKEN, ""), request.headers.get(self.header, "")
        if not sent and request.mimetype == _FORM:
            sent = request.form.get(TOKEN, "")
        return _TOKEN.fullmatch(held) is not None and secrets.compare_digest(held.encode(), sent.encode())

    def seal(self, response: Response) -> Response:
        """Add what the browser must keep to; log nothing, as paths and queries hold names."""
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if not self.entrance.local and not request.is_secure:
            del response.headers["Cross-Origin-Opener-Policy"]  # over plain http browsers only complain of it
        response.headers["Content-Security-Policy"] = self.policy
        response.headers["Cache-Control"] = _keeping(request.path, response)
        opened = request.method in _READING and response.status_code == 200 and response.mimetype == "text/html"
        if opened and page_token() != request.cookies.get(TOKEN):
            # Scripts must read it to send it back.
            response.set_cookie(TOKEN, page_token(), secure=request.is_secure, samesite="Strict")
        if self.debug:
            _LOG.info("%s %s %s", request.method, request.path, response.status_code)
        return response


def _is_opened(asked: Request) -> bool:
    """Tell whether a link to the page was followed, or its address typed: that may be done from everywhere.

    A link to a file may not: whoever follows one was not asked whether that file is to be written.
    """
    return (
        asked.method in _READING
        and asked.path not in FILES
        and asked.headers.get("Sec-Fetch-Mode") == "navigate"
        and asked.headers.get("Sec-Fetch-Dest") == "document"
    )


def _is_own(asked: Request, host: str) -> bool:
    """Tell whether a request is the page's own; what reads may come from a program, too, which says nothing of it."""
    site, origin = asked.headers.get("Sec-Fetch-Site"), asked.headers.get("Origin")
    if site not in ("same-origin", None) and not (site == "none" and asked.method in _READING):
        return False
    if origin is not None:
        return origin.lower() == f"{asked.scheme}://{host}"
    return site is not None or asked.method in _READING


def _keeping(path: str, response: Response) -> str:
    """Say how long a browser may keep an answer: not at all, unless it is of the program rather than of the data."""
    said, ours = response.headers.get("Cache-Control", ""), path.startswith(_NAMED_BY_CONTENT)
    if "private" in said or "no-store" in said:  # a route of the page's knows best
        return said
    if ours and response.cache_control.max_age:
        return f"private, max-age={_YEAR}, immutable"
    return "private, no-cache" if said or (ours and "ETag" in response.headers) else "no-store"


def _tell_errors(server: Flask, guard: _Guard) -> None:
    def refuse(error: HTTPException) -> Response:
        made = error.get_response()
        kept = {name: value for name, value in made.headers.items() if name not in ("Content-Type", "Content-Length")}
        return say(made.status_code, f"{error.name}.", **kept)

    def miss(_: Exception) -> Response:
        return say(404, "Not found.")

    def fail(error: Exception) -> Response:
        _LOG.error("Internal error: %s", locate(error), exc_info=error if guard.debug else None)
        return say(500, "This went wrong here, not with your data. The terminal that serves the page says where.")

    server.register_error_handler(HTTPException, refuse)
    server.register_error_handler(InvalidResourceError, miss)
    server.register_error_handler(DependencyException, miss)
    server.register_error_handler(Exception, fail)


def say(status: int, text: str, **headers: str) -> Response:
    """Answer with a sentence."""
    return Response(f"{text}\n", status, headers, content_type="text/plain; charset=utf-8")
