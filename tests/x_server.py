"""A local server that answers as X's API does, bad days included, and keeps books of what it was asked and gave.

with serve(make_world()) as server:
    … INTROGRAPH_X_API=server.url, X_BEARER_TOKEN=server.token …
"""

import random
import socket
import socketserver
import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import Enum
from http import HTTPStatus
from math import ceil
from threading import Event, Lock, Thread
from typing import get_args
from urllib.parse import parse_qsl, unquote

from msgspec import json

from tests.x_api import Answer, Api, Endpoint, Json, Twist, endpoint_of
from tests.x_world import World

TOKEN = "AAAA-invented-bearer-token-0123456789"  # noqa: S105 # opens nothing


class Fault(Enum):
    """What goes wrong with one answer."""

    CLOSED = "closed before a byte of it"
    RESET = "reset in mid-body"
    CUT = "cut off, though its length is told in full"
    TRUNCATED = "half of the JSON, as if it were the whole"
    HTML_200 = "a page of HTML with 200"
    HTML_502 = "a page of HTML with 502"
    ERROR_500 = "500"
    ERROR_503 = "503"
    LIMITED = "429 for a minute"
    LIMITED_NO_RESET = "429 that does not say how long"
    LIMITED_BAD_RESET = "429 until what is no number"
    USAGE_CAPPED = "429 for the rest of the month"
    CREDITS = "402"
    REFUSED = "401"
    FORBIDDEN = "403"
    ECHO_401 = "401 by a proxy that repeats the headers"
    ECHO_403 = "403 by a proxy that repeats the headers"
    MORE_ERRORS = "more errors"
    TWICE = "twice"
    TWICE_ACROSS = "twice across pages"
    REORDERED = "reordered"
    EMPTY = "empty"
    SKEWED = "a Date that is an hour off"
    NO_DATE = "no Date"
    SLOW = "held back until server.go_on is set"


RECOVERABLE = [
    *(Fault.CLOSED, Fault.RESET, Fault.CUT, Fault.TRUNCATED, Fault.HTML_200, Fault.HTML_502, Fault.ERROR_500),
    *(Fault.ERROR_503, Fault.LIMITED, Fault.LIMITED_NO_RESET, Fault.LIMITED_BAD_RESET, Fault.MORE_ERRORS, Fault.TWICE),
    *(Fault.TWICE_ACROSS, Fault.REORDERED, Fault.EMPTY, Fault.SKEWED, Fault.NO_DATE),
]
Faults = Callable[[int, str], Fault | None]

_LOST = {Fault.CLOSED, Fault.RESET, Fault.CUT, Fault.TRUNCATED}
_PAGE = b"<!DOCTYPE html><html><body><h1>Something went wrong</h1></body></html>"
_DOCS = "https://developer.twitter.com/en/docs/projects/overview"


def random_faults(seed: int, share: float) -> Faults:
    """Give a share of the requests a fault that a client recovers from: never more than three in a row."""

    def fault(number: int, path: str) -> Fault | None:
        draw = random.Random(f"{seed} {number} {path}")  # noqa: S311 # a test's data
        return draw.choice(RECOVERABLE) if number % 4 and draw.random() < share else None

    return fault


@dataclass(slots=True)
class Request:
    """One request; `whole` where its answer left the server whole, and was JSON."""

    path: str
    params: Mapping[str, str]
    status: int
    whole: bool


@dataclass(slots=True)
class Bill:
    """What X reckons for: each thing once, in thousandths of a dollar at the price of the first time."""

    prices: dict[tuple[str, str], int] = field(default_factory=dict)

    def ids(self, kind: str) -> set[str]:
        """Give the ids of each "post", "user" or "list"."""
        return {one for of, one in self.prices if of == kind}

    @property
    def thousandths(self) -> int:
        """The sum."""
        return sum(self.prices.values())


@dataclass(slots=True)
class _Reply:
    status: int
    headers: dict[str, str]
    body: bytes
    fault: Fault | None
    bought: Answer | None = None
    request: Request | None = None


class Server(socketserver.ThreadingTCPServer):
    """A good one until an attribute says otherwise.

    Attributes:
        url: The address before `/2`.
        world: What it answers about, and its clock.
        api: The spelling of its answers, and whose posts are cheaper.
        fault: What goes wrong, by the number of the request (from 1) and its path.
        go_on: What slow answers wait for.
        requests: All that were made.
        billed: What the whole answers of this run held.
        lost: The same of answers with status 200 that did not arrive whole.
        early: Requests that were made before the reset that a 429 had told.
        leaks: Where else than in `Authorization` the token was sent.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, world: World, token: str = TOKEN) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.world = world
        self.token = token
        self.api = Api(world)
        self.fault: Faults | None = None
        self.go_on = Event()
        self.requests: list[Request] = []
        self.billed = Bill()
        self.lost = Bill()
        self.early: list[Request] = []
        self.leaks: list[str] = []
        self.connections: set[socket.socket] = set()
        self.lock = Lock()
        self._limited_until: datetime | None = None

    @property
    def owner_ids(self) -> set[str]:
        """Whose own posts and mentions cost less; may be changed."""
        return self.api.owner_ids

    def new_run(self) -> None:
        """Begin a new bill."""
        self.billed, self.lost = Bill(), Bill()

    def expire_tokens(self) -> None:
        """Forget where the next pages begin."""
        self.api.tokens.clear()

    def handle_error(self, request: object, client_address: object) -> None:
        """Pass over clients that went away, and tell of what is broken here."""

    def reply(self, target: str, headers: Mapping[str, str]) -> _Reply:
        """Find what is answered, and note it."""
        path, _, query = target.partition("?")
        params = dict(parse_qsl(query, keep_blank_values=True))
        self.leaks += [name for name, value in headers.items() if self.token in value and name != "authorization"]
        if self.token in unquote(target):
            self.leaks.append(target)
        fault = self.fault(len(self.requests) + 1, path) if self.fault else None
        endpoint = endpoint_of(unquote(path))
        given = headers.get("authorization", "")
        reply = self._bad(fault, endpoint, given) or self._good(fault, endpoint, unquote(path), params, given)
        reply.request = Request(path, params, reply.status, reply.bought is not None and fault not in _LOST)
        self.requests.append(reply.request)
        if self._limited_until and self.world.now < self._limited_until:
            self.early.append(reply.request)
        if fault is Fault.LIMITED:
            self._limited_until = datetime.fromtimestamp(self._in_a_minute(), UTC)
        if fault is not Fault.SLOW:
            self.note(reply)
        return reply

    def _in_a_minute(self) -> int:
        return ceil(self.world.now.timestamp()) + 60

    def note(self, reply: _Reply) -> None:
        """Bill an answer."""
        if reply.bought and reply.request:
            bill = self.billed if reply.request.whole else self.lost
            for kind, one, price in reply.bought.bought:
                bill.prices.setdefault((kind, one), price)

    def _good(
        self, fault: Fault | None, endpoint: Endpoint | None, path: str, params: Mapping[str, str], given: str
    ) -> _Reply:
        if given != f"Bearer {self.token}":
            return self._json(fault, None, 401, _blank(401))
        twist: Twist | None = next((one for one in get_args(Twist) if fault and one == fault.value), None)
        answer = self.api.answer(endpoint, path, params, twist)
        reply = self._json(fault, endpoint, answer.status, answer.body)
        reply.bought = answer
        if fault is Fault.TRUNCATED:
            reply.body = reply.body[: len(reply.body) // 2]
        return reply

    def _bad(self, fault: Fault | None, endpoint: Endpoint | None, given: str) -> _Reply | None:
        if fault in (Fault.HTML_200, Fault.HTML_502):
            reply = self._json(fault, None, 200 if fault is Fault.HTML_200 else 502, {})
            reply.headers["Content-Type"] = "text/html"
            reply.body = _PAGE
            return reply
        if fault not in _REFUSALS:
            return None
        status, body = _REFUSALS[fault]
        if fault in (Fault.ECHO_401, Fault.ECHO_403):
            body = {**body, "detail": f"Refused: Authorization: {given}"}
        reply = self._json(fault, endpoint, status, body)
        resets = {
            Fault.LIMITED: str(self._in_a_minute()),
            Fault.LIMITED_BAD_RESET: "soon",
            Fault.LIMITED_NO_RESET: "",
        }
        if fault in resets:
            reply.headers |= {"x-rate-limit-remaining": "0", "x-rate-limit-reset": resets[fault]}
        return reply

    def _json(self, fault: Fault | None, endpoint: Endpoint | None, status: int, body: Json) -> _Reply:
        headers = {"Content-Type": "application/json; charset=utf-8"}
        skew = timedelta(hours=1 if fault is Fault.SKEWED else 0)
        if fault is not Fault.NO_DATE:
            headers["Date"] = format_datetime(self.world.now.replace(microsecond=0) + skew, usegmt=True)
        if endpoint:
            reset = (self.world.now.timestamp() // 900 + 1) * 900
            headers["x-rate-limit-limit"] = str(endpoint.limit)
            headers["x-rate-limit-remaining"] = str(endpoint.limit - len(self.requests) % endpoint.limit)
            headers["x-rate-limit-reset"] = f"{reset:.0f}"
        return _Reply(status, headers, json.encode(body), fault)


class _Connection(socketserver.StreamRequestHandler):
    server: Server
    disable_nagle_algorithm = True

    def handle(self) -> None:
        """Answer one request after the other, until either side has enough."""
        self.server.connections.add(self.request)
        with suppress(OSError):
            while line := self.rfile.readline():
                headers: dict[str, str] = {}
                while (header := self.rfile.readline().decode("latin-1")).strip():
                    name, _, value = header.partition(":")
                    headers[name.strip().lower()] = value.strip()
                with self.server.lock:
                    reply = self.server.reply(line.decode("latin-1").split()[1], headers)
                if not self._send(reply) or headers.get("connection") == "close":
                    break
        self.server.connections.discard(self.request)

    def _send(self, reply: _Reply) -> bool:
        if reply.fault is Fault.SLOW:
            self.server.go_on.wait()
            assert reply.request is not None
            reply.request.whole = reply.request.whole and not self._gone()
            with self.server.lock:
                self.server.note(reply)
        status = HTTPStatus(reply.status)
        told = {**reply.headers, "Content-Length": str(len(reply.body))}
        head = "".join(f"{name}: {value}\r\n" for name, value in told.items() if value)
        whole = f"HTTP/1.1 {status.value} {status.phrase}\r\n{head}\r\n".encode("latin-1") + reply.body
        if reply.fault is Fault.CLOSED:
            return False
        if reply.fault in (Fault.CUT, Fault.RESET):
            self.request.sendall(whole[: -len(reply.body) // 2])
            if reply.fault is Fault.RESET:
                self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.rfile.close()
                self.request.close()
            return False
        self.request.sendall(whole)
        return True

    def _gone(self) -> bool:
        try:
            return not self.request.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False


@contextmanager
def serve(world: World, token: str = TOKEN) -> Iterator[Server]:
    """Open a server over a world."""
    with Server(world, token) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield server
        finally:
            server.go_on.set()
            server.shutdown()
            for one in list(server.connections):
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)


def _blank(status: int) -> Json:
    title = HTTPStatus(status).phrase
    return {"title": title, "type": "about:blank", "status": status, "detail": title}


_PROBLEMS = "https://api.twitter.com/2/problems"
_REFUSALS: Mapping[Fault | None, tuple[int, Json]] = {
    Fault.ERROR_500: (500, _blank(500)),
    Fault.ERROR_503: (503, _blank(503)),
    Fault.LIMITED: (429, _blank(429)),
    Fault.LIMITED_NO_RESET: (429, _blank(429)),
    Fault.LIMITED_BAD_RESET: (429, _blank(429)),
    Fault.REFUSED: (401, _blank(401)),
    Fault.ECHO_401: (401, _blank(401)),
    Fault.ECHO_403: (403, _blank(403)),
    Fault.USAGE_CAPPED: (
        429,
        {
            "account_id": 1080448622392246309,
            "product_name": "standard-basic",
            "title": "UsageCapExceeded",
            "period": "Monthly",
            "scope": "Product",
            "detail": "Usage cap exceeded: Monthly product cap",
            "type": f"{_PROBLEMS}/usage-capped",
        },
    ),
    Fault.CREDITS: (
        402,
        {
            "title": "CreditsDepleted",
            "detail": "Your enrolled account [1080448622392246309] does not have any credits to fulfill this request.",
            "type": f"{_PROBLEMS}/credits",
        },
    ),
    Fault.FORBIDDEN: (
        403,
        {
            "client_id": "12345678",
            "detail": "When authenticating requests to the Twitter API v2 endpoints, you must use keys and tokens from "
            "a Twitter developer App that is attached to a Project.",
            "registration_url": _DOCS,
            "title": "Client Forbidden",
            "required_enrollment": "Appropriate Level of API Access",
            "reason": "client-not-enrolled",
            "type": f"{_PROBLEMS}/client-forbidden",
        },
    ),
}
