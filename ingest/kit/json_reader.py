"""Records from JSON objects: the format of docs/jsonl.md, as others write it.

Tolerant where the meaning is clear (a number as id, one addressee instead of a list, `email:ann@example.org` for an
account), exact where it is not: every refusal names the field and the value.
"""

import json
import re
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

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
    latest_date,
    network_of,
)

Readable = Interaction | Account | SameAs | Declared | Introduction | Owner | Member
_Word = TypeVar("_Word", bound=StrEnum)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d")
_LIKE = 'an instant like "2009-04-24T09:30:00Z"'
_FULL_ACCOUNT = re.compile(r"([A-Za-z][A-Za-z0-9_-]{0,39}):(?!//)(.+)", re.DOTALL)
_FULL_INTERACTION = re.compile(r"[a-z][a-z0-9_-]{0,39}:(?!//).+#(\w+)", re.DOTALL)
_LONE = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
_MISFIT = re.compile(r"Expected `([^`]*)`, got `[^`]*`(?: - at `\$(\S*)`)?")
_ACCOUNTS_HELD = 100_000
_SOURCE = "jsonl"  # where an object names none


class UnknownTypeError(InvalidRecordError):
    """An object whose `type` is none that this format has."""


# --- what msgspec reads: what is checked with words of its own is Any -------------------------------------------------


class _Account(Struct, frozen=True, kw_only=True, cache_hash=True):
    network: str | None = None
    id: str | int | None = None
    handle: str | None = None
    name: str | None = None
    url: str | None = None
    org: str | None = None
    title: str | None = None
    at: str | None = None
    role: str | None = None


_Named = _Account | str
_Some = list[_Named] | _Named


class _Item(Struct, frozen=True, kw_only=True):
    url: str | None = None
    title: str | None = None
    kind: str | None = None
    author: _Named | None = None


class _Interaction(Struct, frozen=True, kw_only=True):
    type: Any = "interaction"
    kind: Any = None
    at: Any = None
    actor: _Named | None = None
    to: _Some | None = None
    id: str | int | None = None
    item: _Item | None = None
    thread: str | int | None = None
    parent: str | int | None = None
    excerpt: str | None = None
    private: bool | None = None
    source: str | None = None


class _SameAs(Struct, frozen=True, kw_only=True):
    a: _Named | None = None
    b: _Named | None = None
    same: bool | None = None
    at: Any = None
    source: str | None = None
    confidence: int | float = 1.0
    retracted_at: Any = None


class _Declared(Struct, frozen=True, kw_only=True):
    id: str | int | None = None
    a: _Named | None = None
    b: _Named | None = None
    closeness: Any = None
    at: Any = None
    how: str | None = None
    since: str | None = None
    by: _Named | None = None
    source: str | None = None
    retracted_at: Any = None


class _Step(Struct, frozen=True, kw_only=True):
    state: Any = None
    at: Any = None
    note: str | None = None
    url: str | None = None


class _Introduction(Struct, frozen=True, kw_only=True):
    id: str | int | None = None
    by: _Named | None = None
    person: _Named | None = None
    to: _Named | None = None
    initiator: _Named | None = None
    steps: list[_Step] | _Step | None = None
    source: str | None = None
    retracted_at: Any = None


class _Owner(Struct, frozen=True, kw_only=True):
    accounts: _Some | None = None


class _Member(Struct, frozen=True, kw_only=True):
    list: str | None = None
    account: _Named | None = None


class ObjectReader:
    """Reads records from JSON; state is the accounts read before, since the same few come again and again.

    Args:
        now: The clock; dates until the end of the day after it (UTC) are believed.
    """

    def __init__(self, now: datetime) -> None:
        self._latest = latest_date(now)
        self._accounts: dict[_Named, Account] = {}

    def read(self, line: bytes, where: str = "") -> Readable:
        """Read one record from JSON.

        Raises:
            UnknownTypeError: If `type` is none of the format's.
            InvalidRecordError: If anything else is wrong; says which field, which value, and what it should be.
        """
        try:
            wire: Any = _INTERACTIONS.decode(line)
            if wire.type != "interaction":
                wire = _decoder_of(wire.type).decode(line)
        except (ValueError, RecursionError):  # msgspec knows no lone surrogates, and its words are not ours
            wire = _convert(_loads(line))
        match wire:
            case _Interaction():
                return self._interaction(wire, where)
            case _Account():
                return self._account(wire, "account")
            case _SameAs():
                return self._same_as(wire)
            case _Declared():
                return self._declared(wire)
            case _Introduction():
                return self._introduction(wire)
            case _Owner():
                accounts = _listed(wire.accounts)
                if not accounts:
                    raise _refusal("owner.accounts", None, "a list of accounts")
                return Owner(
                    accounts=tuple(self._account(each, f"owner.accounts[{n}]") for n, each in enumerate(accounts))
                )
            case _:
                return Member(
                    list=_needed(wire.list, "member.list"), account=self._account(wire.account, "member.account")
                )

    def _interaction(self, wire: _Interaction, where: str) -> Interaction:
        kind = _word(wire.kind, Kind, "interaction.kind")
        at = None if wire.at is None else self._instant(wire.at, "interaction.at")
        if at is None and kind not in UNDATED_KINDS:
            undated = " and ".join(sorted(UNDATED_KINDS))
            raise InvalidRecordError(f"interaction.at: is missing; only {undated} may be undated")
        actor = self._account(wire.actor, "interaction.actor")
        to = [self._addressee(each, n) for n, each in enumerate(_listed(wire.to))]
        item = None if wire.item is None else self._item(wire.item)
        if not to and (item is None or item == Item(kind=item.kind)):
            raise _refusal("interaction.to", None, "whom the act is addressed to (or item, what it is on)")
        return Interaction(
            kind=kind,
            at=at,
            actor=actor,
            to=tuple(to),
            id=_complete_id(_id(wire.id), kind, actor.id),
            item=item,
            thread=_id(wire.thread),
            parent=_id(wire.parent),
            excerpt=_text(wire.excerpt),
            private=wire.private or False,
            source=_text(wire.source) or _SOURCE,
            where=where,
        )

    def _addressee(self, wire: _Named, number: int) -> Addressee:
        account = self._accounts.get(wire) or self._account(wire, f"interaction.to[{number}]")
        if isinstance(wire, str) or wire.role is None:
            return Addressee(account=account)
        return Addressee(account=account, role=_word(wire.role, Role, f"interaction.to[{number}].role"))

    def _item(self, wire: _Item) -> Item | None:
        author = None if wire.author is None else self._account(wire.author, "interaction.item.author")
        item = Item(url=_text(wire.url), title=_text(wire.title), kind=_text(wire.kind), author=author)
        return None if item == Item() else item

    def _same_as(self, wire: _SameAs) -> SameAs:
        if not 0 <= wire.confidence <= 1:
            raise _refusal("same_as.confidence", wire.confidence, "a number from 0 to 1")
        a, b = self._account(wire.a, "same_as.a").id, self._account(wire.b, "same_as.b").id
        if a == b:
            raise InvalidRecordError(f"same_as.b: {_shown(b)} is the account in a already")
        return SameAs(
            a=a,
            b=b,
            same=wire.same is not False,
            at=self._instant(wire.at, "same_as.at"),
            source=_text(wire.source) or _SOURCE,
            confidence=float(wire.confidence),
            retracted_at=self._retracted(wire.retracted_at, "same_as"),
        )

    def _declared(self, wire: _Declared) -> Declared:
        return Declared(
            id=_id(wire.id),
            a=self._account(wire.a, "declared.a"),
            b=self._account(wire.b, "declared.b"),
            closeness=_word(wire.closeness, Closeness, "declared.closeness"),
            at=self._instant(wire.at, "declared.at"),
            how=_text(wire.how),
            since=_day(wire.since, "declared.since"),
            by=None if wire.by is None else self._account(wire.by, "declared.by"),
            source=_text(wire.source) or _SOURCE,
            retracted_at=self._retracted(wire.retracted_at, "declared"),
        )

    def _introduction(self, wire: _Introduction) -> Introduction:
        steps = wire.steps if isinstance(wire.steps, list) else [wire.steps] if wire.steps else []
        if not steps:
            raise _refusal("introduction.steps", None, "a list of dated states")
        return Introduction(
            id=_id(wire.id),
            by=self._account(wire.by, "introduction.by"),
            person=self._account(wire.person, "introduction.person"),
            to=self._account(wire.to, "introduction.to"),
            initiator=None if wire.initiator is None else self._account(wire.initiator, "introduction.initiator"),
            steps=tuple(self._step(step, f"introduction.steps[{n}]") for n, step in enumerate(steps)),
            source=_text(wire.source) or _SOURCE,
            retracted_at=self._retracted(wire.retracted_at, "introduction"),
        )

    def _step(self, wire: _Step, field: str) -> IntroductionStep:
        return IntroductionStep(
            state=_word(wire.state, IntroductionState, f"{field}.state"),
            at=self._instant(wire.at, f"{field}.at"),
            note=_text(wire.note),
            url=_text(wire.url),
        )

    def _account(self, wire: _Named | None, field: str) -> Account:
        if wire is None:
            raise _refusal(field, None, "an object")
        held = self._accounts.get(wire)
        if held is None:
            if len(self._accounts) >= _ACCOUNTS_HELD:
                self._accounts.clear()
            held = self._accounts[wire] = self._read_account(wire, field)
        return held

    def _read_account(self, wire: _Named, field: str) -> Account:
        if isinstance(wire, str):
            return Account(id=_account_id(wire, field))
        network, local, handle = _text(wire.network), _id(wire.id), (_text(wire.handle) or "").removeprefix("@") or None
        if local is None and network is not None and handle is not None:
            # An X handle stands for the id while that is unknown; where the handle is the address, it is the id itself.
            local = "@" + handle if network.lower() == "x" else handle
        if local is None:
            raise _refusal(f"{field}.id", None, "the network's own id of the account")
        return Account(
            id=_account_id(local, f"{field}.id") if network is None else _made_id(network, local, field),
            handle=handle,
            name=_text(wire.name),
            url=_text(wire.url),
            org=_text(wire.org),
            title=_text(wire.title),
            at=None if wire.at is None else self._instant(wire.at, f"{field}.at"),
        )

    def _instant(self, value: object, field: str) -> datetime:
        """Read an instant: ISO 8601 with a zone, between 1971 and tomorrow."""
        if not isinstance(value, str) or not _INSTANT.match(value):
            raise _refusal(field, value, _LIKE)
        try:
            at = datetime.fromisoformat(value.upper())
        except ValueError as error:
            raise _refusal(field, value, _LIKE) from error
        if at.tzinfo is None:
            raise InvalidRecordError(
                f'{field}: {_shown(value)} has no time zone; add Z for UTC, or an offset like "+02:00"'
            )
        try:
            at = at.astimezone(UTC)
        except OverflowError as error:
            raise _refusal(field, value, "between 1971 and tomorrow") from error
        if not EARLIEST <= at <= self._latest:
            raise _refusal(field, value, "between 1971 and tomorrow")
        return at

    def _retracted(self, value: object, of: str) -> datetime | None:
        return None if value is None else self._instant(value, f"{of}.retracted_at")


_WIRES: dict[str, type[Struct]] = {
    "interaction": _Interaction,
    "account": _Account,
    "same_as": _SameAs,
    "declared": _Declared,
    "introduction": _Introduction,
    "owner": _Owner,
    "member": _Member,
}
_DECODERS = {name: msgspec.json.Decoder(wire) for name, wire in _WIRES.items()}
_INTERACTIONS = msgspec.json.Decoder(_Interaction)
_WORDS: dict[type[StrEnum], dict[str, Any]] = {
    words: {word.value: word for word in words} for words in (Kind, Role, Closeness, IntroductionState)
}
_SHOULD: dict[str, str] = {
    "str": "a text",
    "int | str": "a text or a whole number",
    "bool": "true or false",
    "int | float": "a number from 0 to 1",
    "object": "an object",
    "str | object": "an object",
}

TYPES = tuple(_WIRES)
"""The record types that a line can have."""


def _decoder_of(name: object) -> "msgspec.json.Decoder[Any]":
    decoder = _DECODERS.get(name) if isinstance(name, str) else None
    if decoder is None:
        raise UnknownTypeError(f"type: {_shown(name)} is not one of {', '.join(TYPES)}")
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
        raise InvalidRecordError(f"a line must hold one JSON object, not {_shown(value)}")
    name = value.get("type", "interaction")
    _decoder_of(name)
    try:
        return msgspec.convert(value, _WIRES[name])
    except msgspec.ValidationError as error:
        misfit = _MISFIT.match(str(error))
        if misfit is None:
            raise InvalidRecordError(f"{name}: {error}") from error
        expected, path = misfit[1].removesuffix(" | null"), misfit[2] or ""
        for step in re.findall(r"\w+", path):
            value = value[int(step) if isinstance(value, list) else step]  # type: ignore[index] # msgspec was there
        should = f"one of {', '.join(Role)}" if path.endswith(".role") else _SHOULD.get(expected, "a list")
        raise _refusal(f"{name}{path}", value, should) from error


# --- fields ----------------------------------------------------------------------------------------------------------


def _refusal(field: str, value: object, should: str) -> InvalidRecordError:
    if value is None:
        return InvalidRecordError(f"{field}: is missing; it must be {should}")
    return InvalidRecordError(f"{field}: {_shown(value)} is not {should}")


def _shown(value: object) -> str:
    """Show a value as JSON, cut to one short line."""
    text = json.dumps(value, ensure_ascii=True, default=str)
    return text if len(text) <= 80 else text[:77] + "..."


def _text(value: str | None) -> str | None:
    """Give a text without NULs and spaces around it; None where nothing is left."""
    if value is None:
        return None
    return (value.replace("\0", "") if "\0" in value else value).strip() or None


def _id(value: str | int | None) -> str | None:
    return str(value) if isinstance(value, int) else _text(value)


def _needed(value: str | None, field: str) -> str:
    text = _text(value)
    if text is None:
        raise _refusal(field, None, "a text")
    return text


def _listed(value: _Some | None) -> list[_Named]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _word(value: object, words: type[_Word], field: str) -> _Word:
    """Read one of a fixed set of words, in any case."""
    known: dict[str, _Word] = _WORDS[words]
    found = (known.get(value) or known.get(value.strip().lower())) if isinstance(value, str) else None
    if found is None:
        raise _refusal(field, value, f"one of {', '.join(words)}")
    return found


def _day(value: str | None, field: str) -> date | None:
    """Read a day, or the day of an instant."""
    text = _text(value)
    if text is None:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise _refusal(field, value, 'a day like "2009-04-24"') from error


def _complete_id(native: str | None, kind: Kind, actor: str) -> str | None:
    """Make an interaction's id: a whole one (`x:123#reply`) is kept, the actor's network's own one is completed."""
    if native is None:
        return None
    full = _FULL_INTERACTION.fullmatch(native)
    return native if full and full[1] == kind.value else interaction_id(network_of(actor), native, kind)


def _account_id(text: str, field: str) -> str:
    full = _FULL_ACCOUNT.fullmatch(text.strip())
    if full is None:
        raise _refusal(field, text, 'an account like "email:ann@example.org"')
    return _made_id(full[1], full[2], field)


def _made_id(network: str, local: str, field: str) -> str:
    try:
        return account_id(network, local.removeprefix(f"{network}:"))
    except InvalidRecordError as error:
        raise InvalidRecordError(f"{field}: {error}") from error
