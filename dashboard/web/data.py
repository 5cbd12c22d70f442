"""The network as data: the route that the canvas draws from."""

import gzip
from hashlib import blake2b

from dash import Dash
from flask import Response, request
from msgspec.json import encode

from dashboard.service.desk import Desk
from dashboard.web.address import read_address
from dashboard.web.lettering import initials
from dashboard.words.network import neighbourhood_to_dict, network_to_dict, view_to_dict, wait_words
from graph.errors import IntrographError
from graph.store.features import Filters

PATH = "/graph.json"
_LEVEL = 4  # 20,000 people: 2.1 MB as 450 kB in 40 ms; level 6 spares 28 kB and takes ten times as long
_STEPS, _GROWN = 2, 50
_HEADERS = {"Cache-Control": "private, no-cache", "Vary": "Accept-Encoding"}
_Body = tuple[bytes, str]


def add_data(app: Dash, desk: Desk) -> None:
    """Add the route that gives the network, or the neighbourhood of a person, as JSON in columns."""

    def give() -> Response:
        try:
            return _give(desk)
        except IntrographError as error:
            return Response(f"{error}\n", 400, content_type="text/plain; charset=utf-8")

    app.server.add_url_rule(PATH, view_func=give)


def _give(desk: Desk) -> Response:
    address = read_address(request.query_string.decode("ascii", "replace"))
    asked = address.question
    filters = Filters(since=asked.filters.since, as_of=asked.filters.as_of)
    if address.around is not None:
        body: _Body | None = _neighbourhood(desk, filters, address.around, min(asked.max_hops, _STEPS))
    else:
        body = _network(desk, filters, only=request.args.get("only") == "view")
    if body is None:
        wait = encode({"wait": wait_words(desk.contents().people)})
        return Response(wait, 202, {"Cache-Control": "no-store"}, content_type="application/json")
    return _send(body)


def _network(desk: Desk, filters: Filters, *, only: bool) -> _Body | None:
    """Give the network as it is sent; None while it is being made."""
    on = desk.standing()
    network = desk.maps.network(on)
    if network is None:
        return None

    def make() -> _Body:
        view = desk.maps.view(on, network, filters)
        if only:
            return _pack({"key": on.key, "view": view_to_dict(view, network.kinds)})
        return _pack(network_to_dict(on.key, network, view))

    return on.bodies.get((filters, only), make)


def _neighbourhood(desk: Desk, filters: Filters, around: str, steps: int) -> _Body:
    """Give the neighbourhood of somebody as it is sent."""
    on, grown = desk.standing(), tuple(request.args.getlist("grown"))[:_GROWN]

    def make() -> _Body:
        shown = desk.maps.neighbourhood(on, around, steps, grown, filters)
        return _pack(neighbourhood_to_dict(on.key, shown, initials))

    return on.bodies.get((filters, around, steps, grown), make)


def _pack(told: dict[str, object]) -> _Body:
    """Compress data once for all who ask, and name it by its content."""
    plain = encode(told)
    return gzip.compress(plain, _LEVEL, mtime=0), blake2b(plain, digest_size=16).hexdigest()


def _send(body: _Body) -> Response:
    packed, tag = body
    squeezed = request.accept_encodings["gzip"] > 0
    response = Response(packed if squeezed else gzip.decompress(packed), 200, _HEADERS, content_type="application/json")
    if squeezed:
        response.headers["Content-Encoding"] = "gzip"
    response.set_etag(tag, weak=True)  # the same data, whether compressed or not
    response.make_conditional(request)
    return response
