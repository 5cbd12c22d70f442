"""JSON objects as records: reads what `ingest.records` writes, and what others write by docs/jsonl.md.

Tolerant where the meaning is clear (a number as id, one addressee instead of a list, `email:ann@example.org` for an
account), exact where it is not: every refusal names the field and the value.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from graph.errors import InvalidRecordError
from graph.model import (
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
    interaction_id,
    network_of,
    start_of,
)
from ingest.accounts import account_named, maybe_account, read_account
from ingest.fields import (
    Object,
    need_instant,
    need_text,
    read_day,
    read_flag,
    read_id,
    read_instant,
    read_list,
    read_object,
    read_text,
    read_word,
    refusal,
    shown,
)

Readable = Interaction | Account | SameAs | Declared | Introduction | Owner | Member
_FULL_INTERACTION = re.compile(r"[a-z][a-z0-9_-]{0,39}:(?!//).+#(\w+)", re.DOTALL)


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
        raise InvalidRecordError(f"a line must hold one JSON object, not {shown(value)}")
    kind = value.get("type", "interaction")
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise UnknownTypeError(f"type: {shown(kind)} is not one of {', '.join(_READERS)}")
    return reader(value, under)


# --- addressees and items -------------------------------------------------------------------------------------------


def _addressee(value: object, field: str, latest: datetime) -> Addressee:
    role = value.get("role") if isinstance(value, dict) else None
    read = Role.TO if role is None else read_word(role, Role, f"{field}.role")
    return Addressee(account=read_account(value, field, latest), role=read)


def read_item(value: object, field: str, latest: datetime) -> Item | None:
    """Read an item; None where nothing of it is told."""
    if value is None:
        return None
    fields = read_object(value, field)
    item = Item(
        url=read_text(fields.get("url"), f"{field}.url"),
        title=read_text(fields.get("title"), f"{field}.title"),
        kind=read_text(fields.get("kind"), f"{field}.kind"),
        author=maybe_account(fields.get("author"), f"{field}.author", latest),
    )
    return None if item == Item() else item


# --- records ---------------------------------------------------------------------------------------------------------


def complete_id(value: object, kind: Kind, actor: str) -> str | None:
    """Make an interaction's id: a whole one (`x:123#reply`) is kept, the actor's network's own one is completed."""
    native = read_id(value, "interaction.id")
    if native is None:
        return None
    full = _FULL_INTERACTION.fullmatch(native)
    if full is not None and full[1] == kind.value:
        return native
    return interaction_id(network_of(actor), native, kind)


def _read_interaction(value: Object, under: Setting) -> Interaction:
    kind = read_word(value.get("kind"), Kind, "interaction.kind")
    at = read_instant(value.get("at"), "interaction.at", under.latest)
    if at is None and kind not in UNDATED_KINDS:
        raise InvalidRecordError(
            f"interaction.at: is missing; only {' and '.join(sorted(UNDATED_KINDS))} may be undated"
        )
    actor = read_account(value.get("actor"), "interaction.actor", under.latest)
    to = read_list(value.get("to"), "interaction.to")
    item = read_item(value.get("item"), "interaction.item", under.latest)
    if not to and (item is None or item == Item(kind=item.kind)):
        raise refusal("interaction.to", None, "whom the act is addressed to (or item, what it is on)")
    return Interaction(
        kind=kind,
        at=at,
        actor=actor,
        to=tuple(_addressee(each, f"interaction.to[{n}]", under.latest) for n, each in enumerate(to)),
        id=complete_id(value.get("id"), kind, actor.id),
        item=item,
        thread=read_id(value.get("thread"), "interaction.thread"),
        parent=read_id(value.get("parent"), "interaction.parent"),
        excerpt=read_text(value.get("excerpt"), "interaction.excerpt"),
        private=read_flag(value.get("private"), "interaction.private", default=False),
        source=read_text(value.get("source"), "interaction.source") or under.source,
        where=under.where,
    )


def _read_account(value: Object, under: Setting) -> Account:
    return read_account(value, "account", under.latest)


def _read_same_as(value: Object, under: Setting) -> SameAs:
    confidence = value.get("confidence", 1.0)
    if isinstance(confidence, bool) or not isinstance(confidence, int | float) or not 0 <= confidence <= 1:
        raise refusal("same_as.confidence", confidence, "a number from 0 to 1")
    a = account_named(value.get("a"), "same_as.a")
    b = account_named(value.get("b"), "same_as.b")
    if a == b:
        raise InvalidRecordError(f"same_as.b: {shown(b)} is the account in a already")
    return SameAs(
        a=a,
        b=b,
        at=need_instant(value.get("at"), "same_as.at", under.latest),
        same=read_flag(value.get("same"), "same_as.same", default=True),
        source=read_text(value.get("source"), "same_as.source") or under.source,
        confidence=float(confidence),
        retracted_at=read_instant(value.get("retracted_at"), "same_as.retracted_at", under.latest),
    )


def _read_declared(value: Object, under: Setting) -> Declared:
    return Declared(
        a=read_account(value.get("a"), "declared.a", under.latest),
        b=read_account(value.get("b"), "declared.b", under.latest),
        closeness=read_word(value.get("closeness"), Closeness, "declared.closeness"),
        at=need_instant(value.get("at"), "declared.at", under.latest),
        how=read_text(value.get("how"), "declared.how"),
        since=read_day(value.get("since"), "declared.since"),
        by=maybe_account(value.get("by"), "declared.by", under.latest),
        source=read_text(value.get("source"), "declared.source") or under.source,
        id=read_id(value.get("id"), "declared.id"),
        retracted_at=read_instant(value.get("retracted_at"), "declared.retracted_at", under.latest),
    )


def _step(value: object, field: str, latest: datetime) -> IntroductionStep:
    fields = read_object(value, field)
    return IntroductionStep(
        state=read_word(fields.get("state"), IntroductionState, f"{field}.state"),
        at=need_instant(fields.get("at"), f"{field}.at", latest),
        note=read_text(fields.get("note"), f"{field}.note"),
        url=read_text(fields.get("url"), f"{field}.url"),
    )


def _read_introduction(value: Object, under: Setting) -> Introduction:
    steps = read_list(value.get("steps"), "introduction.steps")
    if not steps:
        raise refusal("introduction.steps", None, "a list of dated states")
    return Introduction(
        by=read_account(value.get("by"), "introduction.by", under.latest),
        person=read_account(value.get("person"), "introduction.person", under.latest),
        to=read_account(value.get("to"), "introduction.to", under.latest),
        steps=tuple(_step(each, f"introduction.steps[{n}]", under.latest) for n, each in enumerate(steps)),
        initiator=maybe_account(value.get("initiator"), "introduction.initiator", under.latest),
        source=read_text(value.get("source"), "introduction.source") or under.source,
        id=read_id(value.get("id"), "introduction.id"),
        retracted_at=read_instant(value.get("retracted_at"), "introduction.retracted_at", under.latest),
    )


def _read_owner(value: Object, under: Setting) -> Owner:
    accounts = read_list(value.get("accounts"), "owner.accounts")
    if not accounts:
        raise refusal("owner.accounts", None, "a list of accounts")
    return Owner(
        accounts=tuple(read_account(each, f"owner.accounts[{n}]", under.latest) for n, each in enumerate(accounts))
    )


def _read_member(value: Object, under: Setting) -> Member:
    return Member(
        list=need_text(value.get("list"), "member.list"),
        account=read_account(value.get("account"), "member.account", under.latest),
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
