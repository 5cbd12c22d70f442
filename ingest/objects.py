"""JSON objects as records: reads what `ingest.records` writes, and what others write by docs/jsonl.md.

Tolerant where the meaning is clear (a number as id, one addressee instead of a list, `email:ann@example.org` for an
account), exact where it is not: every refusal names the field and the value.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from graph.errors import InvalidRecordError
from graph.model import (
    EARLIEST,
    UNDATED_KINDS,
    Account,
    Addressee,
    Closeness,
    Declared,
    Interaction,
    Introduction,
    IntroductionState,
    IntroductionStep,
    Item,
    Kind,
    Member,
    Owner,
    Role,
    SameAs,
    account_id,
    interaction_id,
    network_of,
    start_of,
)

Object = Mapping[str, object]
Readable = Interaction | Account | SameAs | Declared | Introduction | Owner | Member
_Word = TypeVar("_Word", bound=StrEnum)
_FULL_ACCOUNT = re.compile(r"([A-Za-z][A-Za-z0-9_-]{0,39}):(?!//)(.+)", re.DOTALL)
_FULL_INTERACTION = re.compile(r"[a-z][a-z0-9_-]{0,39}:(?!//).+#(\w+)", re.DOTALL)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d")


class UnknownTypeError(InvalidRecordError):
    """An object whose `type` is none that this format has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What an object is read under.

    Attributes:
        latest: Dates after this instant are refused.
        source: The source's name where an object gives none.
        where: File and line.
    """

    latest: datetime
    source: str = "jsonl"
    where: str = ""


def setting(now: datetime, source: str = "jsonl", where: str = "") -> Setting:
    """Make the setting of a run at an instant: dates until the end of the day after it (UTC) are believed."""
    latest = start_of(now.astimezone(UTC).date()) + timedelta(days=2, microseconds=-1)
    return Setting(latest=latest, source=source, where=where)


def from_object(value: object, under: Setting) -> Readable:
    """Read one record.

    Raises:
        UnknownTypeError: If `type` is none of the format's.
        InvalidRecordError: If anything else is wrong; says which field, which value, and what it should be.
    """
    if not isinstance(value, dict):
        raise InvalidRecordError(f"a line must hold one JSON object, not {_shown(value)}")
    kind = value.get("type", "interaction")
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise UnknownTypeError(f"type: {_shown(kind)} is not one of {', '.join(_READERS)}")
    return reader(value, under)


# --- fields ----------------------------------------------------------------------------------------------------------


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=True, default=str)
    return text if len(text) <= 80 else text[:77] + "..."


def _refuse(field: str, value: object, should: str) -> InvalidRecordError:
    if value is None:
        return InvalidRecordError(f"{field}: is missing; it must be {should}")
    return InvalidRecordError(f"{field}: {_shown(value)} is not {should}")


def _text(value: object, field: str) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise _refuse(field, value, "a text")
    if "\0" in value:
        value = value.replace("\0", "")
    return value.strip() or None


def _id(value: object, field: str) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if value is not None and not isinstance(value, str):
        raise _refuse(field, value, "a text or a whole number")
    return _text(value, field)


def _handle(value: object, field: str) -> str | None:
    text = _text(value, field)
    return None if text is None else text.removeprefix("@") or None


def _needed_text(value: object, field: str) -> str:
    text = _text(value, field)
    if text is None:
        raise _refuse(field, None, "a text")
    return text


def _flag(value: object, field: str, default: bool) -> bool:
    if value is None:
        return default
    if not isinstance(value, bool):
        raise _refuse(field, value, "true or false")
    return value


def _word(value: object, words: type[_Word], field: str) -> _Word:
    if isinstance(value, str):
        try:
            return words(value.strip().lower())
        except ValueError:
            pass
    raise _refuse(field, value, f"one of {', '.join(words)}")


def _object(value: object, field: str) -> Object:
    if not isinstance(value, dict):
        raise _refuse(field, value, "an object")
    return value


def _list(value: object, field: str) -> list[object]:
    if value is None:
        return []
    if isinstance(value, dict | str):
        return [value]
    if not isinstance(value, list):
        raise _refuse(field, value, "a list")
    return value


def _instant(value: object, field: str, latest: datetime) -> datetime | None:
    if value is None:
        return None
    if not isinstance(value, str) or not _INSTANT.match(value):
        raise _refuse(field, value, 'an instant like "2009-04-24T09:30:00Z"')
    try:
        at = datetime.fromisoformat(value.upper())
    except ValueError as error:
        raise _refuse(field, value, 'an instant like "2009-04-24T09:30:00Z"') from error
    if at.tzinfo is None:
        raise InvalidRecordError(
            f'{field}: {_shown(value)} has no time zone; add Z for UTC, or an offset like "+02:00"'
        )
    try:
        at = at.astimezone(UTC)
    except OverflowError as error:
        raise _refuse(field, value, "a date between 1971 and tomorrow") from error
    if not EARLIEST <= at <= latest:
        raise InvalidRecordError(f"{field}: {_shown(value)} is not between 1971 and tomorrow")
    return at


def _needed_instant(value: object, field: str, latest: datetime) -> datetime:
    at = _instant(value, field, latest)
    if at is None:
        raise _refuse(field, None, 'an instant like "2009-04-24T09:30:00Z"')
    return at


def _day(value: object, field: str) -> date | None:
    text = _text(value, field)
    if text is None:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise _refuse(field, value, 'a day like "2009-04-24"') from error


def _id_from(value: str, field: str) -> str:
    full = _FULL_ACCOUNT.fullmatch(value.strip())
    if full is None:
        raise _refuse(field, value, 'an account like "email:ann@example.org"')
    return _made_id(full[1], full[2], field)


def _made_id(network: str, local: str, field: str) -> str:
    try:
        return account_id(network, local)
    except InvalidRecordError as error:
        raise InvalidRecordError(f"{field}: {error}") from error


def _account_id(value: Object, field: str) -> str:
    network = _text(value.get("network"), f"{field}.network")
    local = _id(value.get("id"), f"{field}.id")
    handle = _handle(value.get("handle"), f"{field}.handle")
    if local is None and network is not None and handle is not None:
        # An X handle stands for the id while that is unknown; where the handle is the address, it is the id itself.
        local = "@" + handle if network.strip().lower() == "x" else handle
    if local is None:
        raise _refuse(f"{field}.id", None, "the network's own id of the account")
    if network is None:
        return _id_from(local, f"{field}.id")
    return _made_id(network, local.removeprefix(f"{network}:"), field)


def _account(value: object, field: str, latest: datetime) -> Account:
    if isinstance(value, str):
        return Account(id=_id_from(value, field))
    fields = _object(value, field)
    return Account(
        id=_account_id(fields, field),
        handle=_handle(fields.get("handle"), f"{field}.handle"),
        name=_text(fields.get("name"), f"{field}.name"),
        url=_text(fields.get("url"), f"{field}.url"),
        org=_text(fields.get("org"), f"{field}.org"),
        title=_text(fields.get("title"), f"{field}.title"),
        at=_instant(fields.get("at"), f"{field}.at", latest),
    )


def _maybe_account(value: object, field: str, latest: datetime) -> Account | None:
    return None if value is None else _account(value, field, latest)


def _addressee(value: object, field: str, latest: datetime) -> Addressee:
    role = value.get("role") if isinstance(value, dict) else None
    read = Role.TO if role is None else _word(role, Role, f"{field}.role")
    return Addressee(account=_account(value, field, latest), role=read)


def _item(value: object, field: str, latest: datetime) -> Item | None:
    if value is None:
        return None
    fields = _object(value, field)
    item = Item(
        url=_text(fields.get("url"), f"{field}.url"),
        title=_text(fields.get("title"), f"{field}.title"),
        kind=_text(fields.get("kind"), f"{field}.kind"),
        author=_maybe_account(fields.get("author"), f"{field}.author", latest),
    )
    return None if item == Item() else item


# --- records ---------------------------------------------------------------------------------------------------------


def _native_id(value: object, kind: Kind, actor: Account) -> str | None:
    """Make the interaction's id: a whole one (`x:123#reply`) is kept, a network's own one is completed."""
    native = _id(value, "interaction.id")
    if native is None:
        return None
    full = _FULL_INTERACTION.fullmatch(native)
    if full is not None and full[1] == kind.value:
        return native
    return interaction_id(network_of(actor.id), native, kind)


def _read_interaction(value: Object, under: Setting) -> Interaction:
    kind = _word(value.get("kind"), Kind, "interaction.kind")
    at = _instant(value.get("at"), "interaction.at", under.latest)
    if at is None and kind not in UNDATED_KINDS:
        raise InvalidRecordError(
            f"interaction.at: is missing; only {' and '.join(sorted(UNDATED_KINDS))} may be undated"
        )
    actor = _account(value.get("actor"), "interaction.actor", under.latest)
    to = _list(value.get("to"), "interaction.to")
    item = _item(value.get("item"), "interaction.item", under.latest)
    if not to and item is None:
        raise _refuse("interaction.to", None, "whom the act is addressed to (or item, what it is on)")
    return Interaction(
        kind=kind,
        at=at,
        actor=actor,
        to=tuple(_addressee(each, f"interaction.to[{n}]", under.latest) for n, each in enumerate(to)),
        id=_native_id(value.get("id"), kind, actor),
        item=item,
        thread=_id(value.get("thread"), "interaction.thread"),
        parent=_id(value.get("parent"), "interaction.parent"),
        excerpt=_text(value.get("excerpt"), "interaction.excerpt"),
        private=_flag(value.get("private"), "interaction.private", default=False),
        source=_text(value.get("source"), "interaction.source") or under.source,
        where=under.where,
    )


def _read_account(value: Object, under: Setting) -> Account:
    return _account(value, "account", under.latest)


def _account_named(value: object, field: str) -> str:
    return _id_from(value, field) if isinstance(value, str) else _account_id(_object(value, field), field)


def _read_same_as(value: Object, under: Setting) -> SameAs:
    confidence = value.get("confidence", 1.0)
    if isinstance(confidence, bool) or not isinstance(confidence, int | float) or not 0 <= confidence <= 1:
        raise _refuse("same_as.confidence", confidence, "a number from 0 to 1")
    a = _account_named(value.get("a"), "same_as.a")
    b = _account_named(value.get("b"), "same_as.b")
    if a == b:
        raise InvalidRecordError(f"same_as.b: {_shown(b)} is the account in a already")
    return SameAs(
        a=a,
        b=b,
        at=_needed_instant(value.get("at"), "same_as.at", under.latest),
        same=_flag(value.get("same"), "same_as.same", default=True),
        source=_text(value.get("source"), "same_as.source") or under.source,
        confidence=float(confidence),
        retracted_at=_instant(value.get("retracted_at"), "same_as.retracted_at", under.latest),
    )


def _read_declared(value: Object, under: Setting) -> Declared:
    return Declared(
        a=_account(value.get("a"), "declared.a", under.latest),
        b=_account(value.get("b"), "declared.b", under.latest),
        closeness=_word(value.get("closeness"), Closeness, "declared.closeness"),
        at=_needed_instant(value.get("at"), "declared.at", under.latest),
        how=_text(value.get("how"), "declared.how"),
        since=_day(value.get("since"), "declared.since"),
        by=_maybe_account(value.get("by"), "declared.by", under.latest),
        source=_text(value.get("source"), "declared.source") or under.source,
        id=_id(value.get("id"), "declared.id"),
        retracted_at=_instant(value.get("retracted_at"), "declared.retracted_at", under.latest),
    )


def _step(value: object, field: str, latest: datetime) -> IntroductionStep:
    fields = _object(value, field)
    return IntroductionStep(
        state=_word(fields.get("state"), IntroductionState, f"{field}.state"),
        at=_needed_instant(fields.get("at"), f"{field}.at", latest),
        note=_text(fields.get("note"), f"{field}.note"),
        url=_text(fields.get("url"), f"{field}.url"),
    )


def _read_introduction(value: Object, under: Setting) -> Introduction:
    steps = _list(value.get("steps"), "introduction.steps")
    if not steps:
        raise _refuse("introduction.steps", None, "a list of dated states")
    return Introduction(
        by=_account(value.get("by"), "introduction.by", under.latest),
        person=_account(value.get("person"), "introduction.person", under.latest),
        to=_account(value.get("to"), "introduction.to", under.latest),
        steps=tuple(_step(each, f"introduction.steps[{n}]", under.latest) for n, each in enumerate(steps)),
        initiator=_maybe_account(value.get("initiator"), "introduction.initiator", under.latest),
        source=_text(value.get("source"), "introduction.source") or under.source,
        id=_id(value.get("id"), "introduction.id"),
        retracted_at=_instant(value.get("retracted_at"), "introduction.retracted_at", under.latest),
    )


def _read_owner(value: Object, under: Setting) -> Owner:
    accounts = _list(value.get("accounts"), "owner.accounts")
    if not accounts:
        raise _refuse("owner.accounts", None, "a list of accounts")
    return Owner(
        accounts=tuple(_account(each, f"owner.accounts[{n}]", under.latest) for n, each in enumerate(accounts))
    )


def _read_member(value: Object, under: Setting) -> Member:
    return Member(
        list=_needed_text(value.get("list"), "member.list"),
        account=_account(value.get("account"), "member.account", under.latest),
    )


_READERS: dict[str, Callable[[Object, Setting], Readable]] = {
    "interaction": _read_interaction,
    "account": _read_account,
    "same_as": _read_same_as,
    "declared": _read_declared,
    "introduction": _read_introduction,
    "owner": _read_owner,
    "member": _read_member,
}

TYPES = tuple(_READERS)
"""The record types that a line can have."""
