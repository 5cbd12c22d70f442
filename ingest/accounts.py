"""Accounts in JSON objects: `{"network": "email", "id": "ann@example.org"}`, or `email:ann@example.org` by itself."""

import re
from datetime import datetime

from graph.errors import InvalidRecordError
from graph.model import Account, account_id
from ingest.fields import Object, read_handle, read_id, read_instant, read_object, read_text, refusal

_FULL_ACCOUNT = re.compile(r"([A-Za-z][A-Za-z0-9_-]{0,39}):(?!//)(.+)", re.DOTALL)


def _id_from(value: str, field: str) -> str:
    full = _FULL_ACCOUNT.fullmatch(value.strip())
    if full is None:
        raise refusal(field, value, 'an account like "email:ann@example.org"')
    return _made_id(full[1], full[2], field)


def _made_id(network: str, local: str, field: str) -> str:
    try:
        return account_id(network, local)
    except InvalidRecordError as error:
        raise InvalidRecordError(f"{field}: {error}") from error


def _account_id(value: Object, field: str) -> str:
    network = read_text(value.get("network"), f"{field}.network")
    local = read_id(value.get("id"), f"{field}.id")
    handle = read_handle(value.get("handle"), f"{field}.handle")
    if local is None and network is not None and handle is not None:
        # An X handle stands for the id while that is unknown; where the handle is the address, it is the id itself.
        local = "@" + handle if network.strip().lower() == "x" else handle
    if local is None:
        raise refusal(f"{field}.id", None, "the network's own id of the account")
    if network is None:
        return _id_from(local, f"{field}.id")
    return _made_id(network, local.removeprefix(f"{network}:"), field)


def read_account(value: object, field: str, latest: datetime) -> Account:
    """Read an account: an object, or an id like `email:ann@example.org` by itself."""
    if isinstance(value, str):
        return Account(id=_id_from(value, field))
    fields = read_object(value, field)
    return Account(
        id=_account_id(fields, field),
        handle=read_handle(fields.get("handle"), f"{field}.handle"),
        name=read_text(fields.get("name"), f"{field}.name"),
        url=read_text(fields.get("url"), f"{field}.url"),
        org=read_text(fields.get("org"), f"{field}.org"),
        title=read_text(fields.get("title"), f"{field}.title"),
        at=read_instant(fields.get("at"), f"{field}.at", latest),
    )


def maybe_account(value: object, field: str, latest: datetime) -> Account | None:
    """Read an account that may be left out."""
    return None if value is None else read_account(value, field, latest)


def account_named(value: object, field: str) -> str:
    """Read which account is meant: an object, or an id by itself; the object's other fields don't matter."""
    return _id_from(value, field) if isinstance(value, str) else _account_id(read_object(value, field), field)
