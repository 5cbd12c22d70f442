"""Records as JSON objects: the documented line format of `ingest jsonl` (docs/jsonl.md), written canonically.

Keys come in the order of the documentation, nothing that is empty is written, instants are in UTC with Z.
`ingest.objects` reads the same back.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from graph.border import Recent
from graph.model import (
    Account,
    Addressee,
    Checkpoint,
    Declared,
    Interaction,
    Introduction,
    Item,
    Member,
    Owner,
    Problem,
    Record,
    SameAs,
    Skipped,
)


def dumps(record: Record | Recent) -> str:
    """Write a record as one canonical line of JSON, without the line's end."""
    return json.dumps(to_object(record), ensure_ascii=False, separators=(", ", ": "))


def to_object(record: Record | Recent) -> dict[str, object]:
    """Turn a record into the object that `ingest.objects.from_object` reads back as an equal record.

    Problems, skips, checkpoints and recent asks have a form too (for golden files and `about`); `from_object` does not
    read those. Where a record was read from is left out.
    """
    return _filled({"type": type_name(record), **_WRITERS[type(record)](record)})


def type_name(record: Record | Recent) -> str:
    """Tell the word that stands for a record's type in this format."""
    return _TYPE_NAMES[type(record)]


def _filled(fields: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in fields.items() if value is not None and value not in ("", [], {})}


def _instant(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _account(account: Account | None) -> dict[str, object] | None:
    if account is None:
        return None
    network, _, local = account.id.partition(":")
    fields = {
        "network": network,
        "id": local,
        "handle": account.handle,
        "name": account.name,
        "url": account.url,
        "org": account.org,
        "title": account.title,
        "at": _instant(account.at),
    }
    return _filled(fields)


def _item(item: Item | None) -> dict[str, object] | None:
    if item is None:
        return None
    return _filled({"url": item.url, "title": item.title, "kind": item.kind, "author": _account(item.author)})


def _addressee(addressee: Addressee) -> dict[str, object]:
    return {**(_account(addressee.account) or {}), "role": addressee.role.value}


def _write_interaction(record: Interaction) -> dict[str, object]:
    return {
        "id": record.id,
        "kind": record.kind.value,
        "at": _instant(record.at),
        "actor": _account(record.actor),
        "to": [_addressee(addressee) for addressee in record.to],
        "item": _item(record.item),
        "thread": record.thread,
        "parent": record.parent,
        "excerpt": record.excerpt,
        "private": record.private or None,
        "source": record.source,
    }


def _write_same_as(record: SameAs) -> dict[str, object]:
    return {
        "a": record.a,
        "b": record.b,
        "same": record.same,
        "at": _instant(record.at),
        "source": record.source,
        "confidence": record.confidence,
        "retracted_at": _instant(record.retracted_at),
    }


def _write_declared(record: Declared) -> dict[str, object]:
    return {
        "id": record.id,
        "a": _account(record.a),
        "b": _account(record.b),
        "closeness": record.closeness.value,
        "at": _instant(record.at),
        "how": record.how,
        "since": None if record.since is None else record.since.isoformat(),
        "by": _account(record.by),
        "source": record.source,
        "retracted_at": _instant(record.retracted_at),
    }


def _write_introduction(record: Introduction) -> dict[str, object]:
    steps = [
        _filled({"state": step.state.value, "at": _instant(step.at), "note": step.note, "url": step.url})
        for step in record.steps
    ]
    return {
        "id": record.id,
        "by": _account(record.by),
        "person": _account(record.person),
        "to": _account(record.to),
        "initiator": _account(record.initiator),
        "steps": steps,
        "source": record.source,
        "retracted_at": _instant(record.retracted_at),
    }


_TYPE_NAMES: dict[type, str] = {
    Interaction: "interaction",
    Account: "account",
    SameAs: "same_as",
    Declared: "declared",
    Introduction: "introduction",
    Owner: "owner",
    Member: "member",
    Problem: "problem",
    Skipped: "skipped",
    Checkpoint: "checkpoint",
    Recent: "asked",
}
_WRITERS: dict[type, Callable[..., dict[str, object]]] = {
    Interaction: _write_interaction,
    Account: lambda record: _account(record) or {},
    SameAs: _write_same_as,
    Declared: _write_declared,
    Introduction: _write_introduction,
    Owner: lambda record: {"accounts": [_account(account) for account in record.accounts]},
    Member: lambda record: {"list": record.list, "account": _account(record.account)},
    Problem: lambda record: {"where": record.where, "why": record.why, "count": record.count},
    Skipped: lambda record: {"why": record.why, "count": record.count},
    Checkpoint: lambda record: {"position": record.position, "done": record.done, "total": record.total},
    Recent: lambda record: {"profile": record.profile, "account": record.account, "at": _instant(record.at)},
}
