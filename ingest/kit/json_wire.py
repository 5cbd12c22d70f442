"""JSON objects of docs/jsonl.md as msgspec decodes them, and what is wrong with one in words that name field and value.

What is checked with words of its own is Any.
"""

import json
import re
from typing import Any

import msgspec
from msgspec import Struct

from graph.errors import InvalidRecordError
from graph.model import Role

_LONE = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
_MISFIT = re.compile(r"Expected `([^`]*)`, got `[^`]*`(?: - at `\$(\S*)`)?")


class UnknownTypeError(InvalidRecordError):
    """An object whose `type` is none that this format has."""


class AccountObject(Struct, frozen=True, kw_only=True, cache_hash=True):
    """An account, or an addressee with its role."""

    network: str | None = None
    id: str | int | None = None
    handle: str | None = None
    name: str | None = None
    url: str | None = None
    org: str | None = None
    title: str | None = None
    at: str | None = None
    role: str | None = None


Named = AccountObject | str
Several = list[Named] | Named


class ItemObject(Struct, frozen=True, kw_only=True):
    """What an interaction is on."""

    url: str | None = None
    title: str | None = None
    kind: str | None = None
    author: Named | None = None


class InteractionObject(Struct, frozen=True, kw_only=True):
    """A line of type `interaction`, or without a type."""

    type: Any = "interaction"
    kind: Any = None
    at: Any = None
    actor: Named | None = None
    to: Several | None = None
    id: str | int | None = None
    item: ItemObject | None = None
    thread: str | int | None = None
    parent: str | int | None = None
    excerpt: str | None = None
    private: bool | None = None
    source: str | None = None


class SameAsObject(Struct, frozen=True, kw_only=True):
    """A line of type `same_as`."""

    a: Named | None = None
    b: Named | None = None
    same: bool | None = None
    at: Any = None
    source: str | None = None
    confidence: int | float = 1.0
    retracted_at: Any = None


class DeclaredObject(Struct, frozen=True, kw_only=True):
    """A line of type `declared`."""

    id: str | int | None = None
    a: Named | None = None
    b: Named | None = None
    closeness: Any = None
    at: Any = None
    how: str | None = None
    since: str | None = None
    by: Named | None = None
    source: str | None = None
    retracted_at: Any = None


class StepObject(Struct, frozen=True, kw_only=True):
    """A dated state of an introduction."""

    state: Any = None
    at: Any = None
    note: str | None = None
    url: str | None = None


class IntroductionObject(Struct, frozen=True, kw_only=True):
    """A line of type `introduction`."""

    id: str | int | None = None
    by: Named | None = None
    person: Named | None = None
    to: Named | None = None
    initiator: Named | None = None
    steps: list[StepObject] | StepObject | None = None
    source: str | None = None
    retracted_at: Any = None


class OwnerObject(Struct, frozen=True, kw_only=True):
    """A line of type `owner`."""

    accounts: Several | None = None


class MemberObject(Struct, frozen=True, kw_only=True):
    """A line of type `member`."""

    list: str | None = None
    account: Named | None = None


_OBJECTS: dict[str, type[Struct]] = {
    "interaction": InteractionObject,
    "account": AccountObject,
    "same_as": SameAsObject,
    "declared": DeclaredObject,
    "introduction": IntroductionObject,
    "owner": OwnerObject,
    "member": MemberObject,
}
_DECODERS = {name: msgspec.json.Decoder(wire) for name, wire in _OBJECTS.items()}
_INTERACTIONS = msgspec.json.Decoder(InteractionObject)
_SHOULD: dict[str, str] = {
    "str": "a text",
    "int | str": "a text or a whole number",
    "bool": "true or false",
    "int | float": "a number from 0 to 1",
    "object": "an object",
    "str | object": "an object",
}

TYPES = tuple(_OBJECTS)
"""The record types that a line can have."""


def decode(line: bytes) -> Any:
    """Decode the object on a line.

    Raises:
        UnknownTypeError: If `type` is none of the format's.
        InvalidRecordError: If it is no JSON object, or a field is of another type than it should be.
    """
    try:
        wire: Any = _INTERACTIONS.decode(line)
        return wire if wire.type == "interaction" else _decoder_of(wire.type).decode(line)
    except (ValueError, RecursionError):  # msgspec knows no lone surrogates, and its words are not ours
        return _convert(_loads(line))


def _decoder_of(name: object) -> "msgspec.json.Decoder[Any]":
    decoder = _DECODERS.get(name) if isinstance(name, str) else None
    if decoder is None:
        raise UnknownTypeError(f"type: {shown(name)} is not one of {', '.join(TYPES)}")
    return decoder


def _loads(line: bytes) -> object:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidRecordError(f"byte {error.start + 1} of the line is not UTF-8; save the file as UTF-8") from error
    try:
        return _without_lone_surrogates(json.loads(text.rstrip("\r\n")))
    except (ValueError, RecursionError) as error:
        ends = "" if line.endswith(b"\n") else "; the file seems to be cut off here"
        reason = f"{error.msg} at column {error.colno}" if isinstance(error, json.JSONDecodeError) else str(error)
        raise InvalidRecordError(f"this line is not JSON: {reason}{ends}") from error


def _without_lone_surrogates(value: Any) -> Any:
    """Replace what no store and no terminal can take."""
    match value:
        case str():
            return value.translate(_LONE)
        case list():
            return [_without_lone_surrogates(each) for each in value]
        case dict():
            return {key: _without_lone_surrogates(each) for key, each in value.items()}
    return value


def _convert(value: object) -> Any:
    if not isinstance(value, dict):
        raise InvalidRecordError(f"a line must hold one JSON object, not {shown(value)}")
    name = value.get("type", "interaction")
    _decoder_of(name)
    try:
        return msgspec.convert(value, _OBJECTS[name])
    except msgspec.ValidationError as error:
        misfit = _MISFIT.match(str(error))
        if misfit is None:
            raise InvalidRecordError(f"{name}: {error}") from error
        expected, path = misfit[1].removesuffix(" | null"), misfit[2] or ""
        for step in re.findall(r"\w+", path):
            value = value[int(step) if isinstance(value, list) else step]  # type: ignore[index] # msgspec was there
        should = f"one of {', '.join(Role)}" if path.endswith(".role") else _SHOULD.get(expected, "a list")
        raise refusal(f"{name}{path}", value, should) from error


def refusal(field: str, value: object, should: str) -> InvalidRecordError:
    """Make the error that a field's value is not what it should be."""
    if value is None:
        return InvalidRecordError(f"{field}: is missing; it must be {should}")
    return InvalidRecordError(f"{field}: {shown(value)} is not {should}")


def shown(value: object) -> str:
    """Show a value as JSON, cut to one short line."""
    text = json.dumps(value, ensure_ascii=True, default=str)
    return text if len(text) <= 80 else text[:77] + "..."
