"""A local server that answers as X's API does, bad days included, and keeps books of what it was asked and gave.

with serve(make_world()) as server:
    … INTROGRAPH_X_API=server.url X_BEARER_TOKEN=server.token …
"""

import random
import socket
import socketserver
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import Enum
from http import HTTPStatus
from threading import Event, Lock, Thread
from typing import get_args
from urllib.parse import parse_qsl, unquote

from msgspec import json

from tests.x_api import Api, Twist
from tests.x_endpoints import answer, endpoint_of
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
    TWICE = "twice"
    TWICE_ACROSS = "twice across pages"
    REORDERED = "reordered"
    EMPTY = "empty"
    MORE_ERRORS = "more errors"
    SKEWED = "a Date that is an hour off"
    NO_DATE = "no Date"
    # From here on, no client recovers by trying again.
    SLOW = "held back until server.go_on is set"
    USAGE_CAPPED = "429 for the rest of the month"
    CREDITS = "402"
    REFUSED = "401"
    FORBIDDEN = "403"
    ECHO_401 = "401 by a proxy that repeats the headers"
    ECHO_403 = "403 by a proxy that repeats the headers"


Faults = Callable[[int, str], Fault | None]


def random_faults(seed: int, share: float) -> Faults:
    """Give a share of the requests a fault that a client recovers from: never more than three in a row."""
    recoverable = list(Fault)[: list(Fault).index(Fault.SLOW)]

    def fault(number: int, path: str) -> Fault | None:
        draw = random.Random(f"{seed} {number} {path}")  # noqa: S311 # a test's data
        return draw.choice(recoverable) if number % 4 and draw.random() < share else None

    return fault


def _problem(status: int, title: str = "", detail: str = "", kind: str = "", **more: str) -> tuple[int, bytes]:
    title = title or HTTPStatus(status).phrase
    told = {"title": title, "detail": detail or title, "type": f"https://api.twitter.com/2/problems/{kind}"}
    return status, json.encode({**told, **more} if kind else {**told, "type": "about:blank", "status": status})


_PAGE = b"<!DOCTYPE html><html><body><h1>Something went wrong</h1></body></html>"
_ANSWERS = {
    Fault.HTML_200: (200, _PAGE),
    Fault.HTML_502: (502, _PAGE),
    Fault.ERROR_500: _problem(500),
    Fault.ERROR_503: _problem(503),
    Fault.LIMITED: _problem(429),
    Fault.LIMITED_NO_RESET: _problem(429),
    Fault.LIMITED_BAD_RESET: _problem(429),
    Fault.USAGE_CAPPED: _problem(
        429, "UsageCapExceeded", "Usage cap exceeded: Monthly product cap", "usage-capped", period="Monthly"
    ),
    Fault.CREDITS: _problem(
        402,
        "CreditsDepleted",
        "Your enrolled account [1080448622392246309] does not have any credits to fulfill this request.",
        "credits",
    ),
    Fault.REFUSED: _problem(401),
    Fault.FORBIDDEN: _problem(
        403,
        "Client Forbidden",
        "When authenticating requests to the Twitter API v2 endpoints, you must use keys and tokens from a Twitter "
        "developer App that is attached to a Project. You can create a project via the developer portal.",
        "client-forbidden",
        reason="client-not-enrolled",
        required_enrollment="Appropriate Level of API Access",
    ),
    Fault.ECHO_401: _problem(401, detail="Refused: Authorization: $GIVEN"),
    Fault.ECHO_403: _problem(403, detail="Refused: Authorization: $GIVEN"),
}


@dataclass(slots=True)
class Request:
    """One request; `whole` where the API answered, and the answer left the server whole."""

    path: str
    params: Mapping[str, str]
    status: int = 0
    whole: bool = False


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
    request: Request
    fault: Fault | None
    headers: dict[str, str]
    body: bytes = b""
    bought: Sequence[tuple[str, str, int]] = ()


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
        self.owner_ids = self.api.owner_ids
        self.fault: Faults | None = None
        self.go_on = Event()
        self.requests: list[Request] = []
        self.early: list[Request] = []
        self.leaks: list[str] = []
        self.new_run()
        self.connections: set[socket.socket] = set()
        self.lock = Lock()
        self._reset = datetime.min.replace(tzinfo=UTC)

    def new_run(self) -> None:
        """Begin a new bill."""
        self.billed, self.lost = Bill(), Bill()

    def expire_tokens(self) -> None:
        """Forget where the next pages begin."""
        self.api.tokens.clear()

    def reply(self, target: str, headers: Mapping[str, str]) -> _Reply:
        """Find what is answered, and note it."""
        path, _, query = target.partition("?")
        request = Request(unquote(path), dict(parse_qsl(query, keep_blank_values=True)))
        self.requests.append(request)
        sent = {**headers, "URL": unquote(target)}
        self.leaks += [name for name, value in sent.items() if self.token in value and name != "authorization"]
        self.early += [request] if self.world.now < self._reset else []
        fault = self.fault(len(self.requests), request.path) if self.fault else None
        if fault is Fault.LIMITED:
            self._reset = self.world.now.replace(microsecond=0) + timedelta(minutes=1)
        reply = _Reply(request, fault, self._headers(request, fault))
        given = headers.get("authorization", "")
        if fault in _ANSWERS:
            request.status, body = _ANSWERS[fault]
            reply.body = body.replace(b"$GIVEN", given.encode())
        elif given != f"Bearer {self.token}":
            request.status, reply.body = _problem(401)
        else:
            self._ask(reply)
        if fault is not Fault.SLOW:
            self.note(reply)
        return reply

    def note(self, reply: _Reply) -> None:
        """Bill an answer."""
        bill = self.billed if reply.request.whole else self.lost
        for kind, one, price in reply.bought:
            bill.prices.setdefault((kind, one), price)

    def _ask(self, reply: _Reply) -> None:
        request, fault = reply.request, reply.fault
        twist: Twist | None = next((one for one in get_args(Twist) if fault and one == fault.value), None)
        said = answer(self.api, request.path, request.params, twist)
        request.status, reply.body, reply.bought = said.status, json.encode(said.body), said.bought
        request.whole = fault not in (Fault.CLOSED, Fault.RESET, Fault.CUT, Fault.TRUNCATED)
        if fault is Fault.TRUNCATED:
            reply.body = reply.body[: len(reply.body) // 2]

    def _headers(self, request: Request, fault: Fault | None) -> dict[str, str]:
        now, endpoint = self.world.now, endpoint_of(request.path)
        limit = endpoint.limit if endpoint else 1
        html = fault in (Fault.HTML_200, Fault.HTML_502)
        date = now + timedelta(hours=1) if fault is Fault.SKEWED else now
        resets: dict[Fault | None, str] = {
            Fault.LIMITED: f"{self._reset.timestamp():.0f}",
            Fault.LIMITED_NO_RESET: "",
            Fault.LIMITED_BAD_RESET: "soon",
        }
        headers = {
            "Content-Type": "text/html" if html else "application/json; charset=utf-8",
            "Date": "" if fault is Fault.NO_DATE else format_datetime(date, usegmt=True),
            "x-rate-limit-limit": f"{limit}",
            "x-rate-limit-remaining": "0" if fault in resets else f"{limit - len(self.requests) % limit}",
            "x-rate-limit-reset": resets.get(fault, f"{(now.timestamp() // 900 + 1) * 900:.0f}"),
        }
        return {name: value for name, value in headers.items() if value}


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
        """Send an answer, and tell whether the connection stays."""
        if reply.fault is Fault.SLOW:
            self.server.go_on.wait()
            reply.request.whole = reply.request.whole and not self._left()
            self.server.note(reply)
        if reply.fault is Fault.CLOSED:
            return False
        status = HTTPStatus(reply.request.status)
        told = {**reply.headers, "Content-Length": len(reply.body)}
        head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        whole = f"HTTP/1.1 {status.value} {status.phrase}\r\n{head}\r\n".encode() + reply.body
        if reply.fault not in (Fault.CUT, Fault.RESET):
            self.request.sendall(whole)
            return True
        self.request.sendall(whole[: -len(reply.body) // 2])
        if reply.fault is Fault.RESET:
            self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.rfile.close()
            self.request.close()
        return False

    def _left(self) -> bool:
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
