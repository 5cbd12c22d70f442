"""The routes by which the page uploads exports, part by part; nothing of them is held in memory.

Each takes the page's token as a header, as its own callbacks do, and answers JSON; what is refused as `{"why": …}`.
"""

from collections.abc import Callable, Mapping
from typing import BinaryIO, cast

from dash import Dash
from flask import Response, jsonify, request
from msgspec import DecodeError, Struct, ValidationError
from msgspec.json import decode
from werkzeug.exceptions import RequestEntityTooLarge

from dashboard.service.desk import Desk
from dashboard.service.limits import PART, NoRoomError, TooLargeError, TooManyError, WrongOffsetError
from dashboard.web.server import LARGEST_BODY, UPLOAD
from graph.errors import IntrographError, UsageError

_DIGITS = 15
_STATUSES: Mapping[type[IntrographError], int] = {
    WrongOffsetError: 409,
    TooLargeError: 413,
    TooManyError: 429,
    NoRoomError: 507,
}


class _Announced(Struct, forbid_unknown_fields=True):
    id: str
    name: str
    size: int
    files: dict[str, int]


def add_uploads(app: Dash, desk: Desk) -> None:
    """Add the routes."""

    def offer() -> dict[str, object]:
        request.max_content_length = LARGEST_BODY
        try:
            asked = decode(request.get_data(cache=False), type=_Announced)
        except (DecodeError, ValidationError) as error:
            raise UsageError("this is no list of files; reload the page") from error
        return {"held": desk.intake.offer(asked.id, asked.name, asked.size, asked.files)}

    def part() -> dict[str, object]:
        request.max_content_length = PART + 1  # as reading to its end counts as reading on
        offset = request.args.get("offset", "")
        if not offset.isdecimal() or len(offset) > _DIGITS:
            raise UsageError("where the part belongs is not said; reload the page")
        stream = cast("BinaryIO", request.stream)
        return {"size": desk.intake.receive(_id(), request.args.get("path", ""), int(offset), stream)}

    def done() -> dict[str, object]:
        desk.intake.complete(_id())
        return {}

    for name, answer in (("offer", offer), ("part", part), ("done", done)):
        app.server.add_url_rule(f"{UPLOAD}{name}", f"upload-{name}", _telling(answer), methods=["POST"])


def _id() -> str:
    return request.args.get("id", "")


def _telling(answer: Callable[[], dict[str, object]]) -> Callable[[], tuple[Response, int]]:
    """Answer an error that its user can act on as JSON."""

    def respond() -> tuple[Response, int]:
        try:
            return jsonify(answer()), 200
        except RequestEntityTooLarge:
            return jsonify({"why": "this is more than is taken at once; reload the page"}), 413
        except IntrographError as error:
            held = {"size": error.size} if isinstance(error, WrongOffsetError) else {}
            return jsonify({"why": str(error), **held}), _STATUSES.get(type(error), 400)

    return respond
