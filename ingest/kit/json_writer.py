"""Records as JSON objects, written canonically in the format of docs/jsonl.md; `ingest.kit.json_reader` reads them."""

import json
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

from msgspec import Struct

from graph.model import Account, Addressee, Interaction, Owner, Record, SameAs
from graph.store.documents import Recent

_NAMES: dict[type, str] = {SameAs: "same_as", Recent: "asked"}


def dumps(record: Record | Recent) -> str:
    """Write a record as one canonical line of JSON, without the line's end."""
    return json.dumps(to_object(record), ensure_ascii=False, separators=(", ", ": "))


def to_object(record: Record | Recent) -> dict[str, object]:
    """Turn a record into the object that `ObjectReader` reads back as an equal record.

    Keys come in the order of the documentation, nothing that is empty is written, instants are in UTC with Z. Problems,
    skips, checkpoints and recent asks have a form too (for golden files and `about`), which is not read back. Where a
    record was read from is left out.
    """
    return {"type": type_name(record), **_plain(record)}


def type_name(record: Record | Recent) -> str:
    """Tell the word that stands for a record's type in this format."""
    return _NAMES.get(type(record)) or type(record).__name__.lower()


def _plain(value: Any) -> Any:
    match value:
        case Addressee():
            return {**_plain(value.account), "role": value.role.value}
        case Account():
            network, _, local = value.id.partition(":")
            return {
                "network": network,
                "id": local,
                **{key: each for key, each in _fields(value).items() if key != "id"},
            }
        case Interaction():
            return {key: each for key, each in _fields(value).items() if key != "where" and each is not False}
        case Owner():
            return {"accounts": _plain(value.accounts)}
        case Struct():
            return _fields(value)
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case Enum():
            return value.value
        case tuple():
            return [_plain(each) for each in value]
    return value


def _fields(record: Struct) -> dict[str, object]:
    fields = {name: _plain(getattr(record, name)) for name in record.__struct_fields__}
    return {name: value for name, value in fields.items() if value is not None and value not in ("", [], {})}
