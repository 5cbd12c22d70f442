"""Records from JSON objects: the format of docs/jsonl.md, as others write it.

Tolerant where the meaning is clear (a number as id, one addressee instead of a list, `email:ann@example.org` for an
account), exact where it is not: every refusal names the field and the value.
"""

import re
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, TypeVar

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
from ingest.kit.json_wire import (
    AccountObject,
    DeclaredObject,
    InteractionObject,
    IntroductionObject,
    ItemObject,
    Named,
    OwnerObject,
    SameAsObject,
    Several,
    StepObject,
    decode,
    refusal,
    shown,
)

Readable = Interaction | Account | SameAs | Declared | Introduction | Owner | Member
_Word = TypeVar("_Word", bound=StrEnum)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d")
_LIKE = 'an instant like "2009-04-24T09:30:00Z"'
_FULL_ACCOUNT = re.compile(r"([A-Za-z][A-Za-z0-9_-]{0,39}):(?!//)(.+)", re.DOTALL)
_FULL_INTERACTION = re.compile(r"[a-z][a-z0-9_-]{0,39}:(?!//).+#(\w+)", re.DOTALL)
_ACCOUNTS_HELD = 100_000
_SOURCE = "jsonl"  # where an object names none
_WORDS: dict[type[StrEnum], dict[str, Any]] = {
    words: {word.value: word for word in words} for words in (Kind, Role, Closeness, IntroductionState)
}


class ObjectReader:
    """Reads records from JSON; state is the accounts read before, since the same few come again and again.

    Args:
        now: The clock; dates until the end of the day after it (UTC) are believed.
    """

    def __init__(self, now: datetime) -> None:
        self._latest = latest_date(now)
        self._accounts: dict[Named, Account] = {}

    def read(self, line: bytes, where: str = "") -> Readable:
        """Read one record from JSON.

        Raises:
            UnknownTypeError: If `type` is none of the format's.
            InvalidRecordError: If anything else is wrong; says which field, which value, and what it should be.
        """
        match wire := decode(line):
            case InteractionObject():
                return self._interaction(wire, where)
            case AccountObject():
                return self._account(wire, "account")
            case SameAsObject():
                return self._same_as(wire)
            case DeclaredObject():
                return self._declared(wire)
            case IntroductionObject():
                return self._introduction(wire)
            case OwnerObject():
                accounts = _listed(wire.accounts)
                if not accounts:
                    raise refusal("owner.accounts", None, "a list of accounts")
                return Owner(
                    accounts=tuple(self._account(each, f"owner.accounts[{n}]") for n, each in enumerate(accounts))
                )
            case _:
                return Member(
                    list=_needed(wire.list, "member.list"), account=self._account(wire.account, "member.account")
                )

    def _interaction(self, wire: InteractionObject, where: str) -> Interaction:
        kind = _word(wire.kind, Kind, "interaction.kind")
        at = None if wire.at is None else self._instant(wire.at, "interaction.at")
        if at is None and kind not in UNDATED_KINDS:
            undated = " and ".join(sorted(UNDATED_KINDS))
            raise InvalidRecordError(f"interaction.at: is missing; only {undated} may be undated")
        actor = self._account(wire.actor, "interaction.actor")
        to = [self._addressee(each, n) for n, each in enumerate(_listed(wire.to))]
        item = None if wire.item is None else self._item(wire.item)
        if not to and (item is None or item == Item(kind=item.kind)):
            raise refusal("interaction.to", None, "whom the act is addressed to (or item, what it is on)")
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

    def _addressee(self, wire: Named, number: int) -> Addressee:
        account = self._accounts.get(wire) or self._account(wire, f"interaction.to[{number}]")
        if isinstance(wire, str) or wire.role is None:
            return Addressee(account=account)
        return Addressee(account=account, role=_word(wire.role, Role, f"interaction.to[{number}].role"))

    def _item(self, wire: ItemObject) -> Item | None:
        author = None if wire.author is None else self._account(wire.author, "interaction.item.author")
        item = Item(url=_text(wire.url), title=_text(wire.title), kind=_text(wire.kind), author=author)
        return None if item == Item() else item

    def _same_as(self, wire: SameAsObject) -> SameAs:
        if not 0 <= wire.confidence <= 1:
            raise refusal("same_as.confidence", wire.confidence, "a number from 0 to 1")
        a, b = self._account(wire.a, "same_as.a").id, self._account(wire.b, "same_as.b").id
        if a == b:
            raise InvalidRecordError(f"same_as.b: {shown(b)} is the account in a already")
        return SameAs(
            a=a,
            b=b,
            same=wire.same is not False,
            at=self._instant(wire.at, "same_as.at"),
            source=_text(wire.source) or _SOURCE,
            confidence=float(wire.confidence),
            retracted_at=self._retracted(wire.retracted_at, "same_as"),
        )

    def _declared(self, wire: DeclaredObject) -> Declared:
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

    def _introduction(self, wire: IntroductionObject) -> Introduction:
        steps = wire.steps if isinstance(wire.steps, list) else [wire.steps] if wire.steps else []
        if not steps:
            raise refusal("introduction.steps", None, "a list of dated states")
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

    def _step(self, wire: StepObject, field: str) -> IntroductionStep:
        return IntroductionStep(
            state=_word(wire.state, IntroductionState, f"{field}.state"),
            at=self._instant(wire.at, f"{field}.at"),
            note=_text(wire.note),
            url=_text(wire.url),
        )

    def _account(self, wire: Named | None, field: str) -> Account:
        if wire is None:
            raise refusal(field, None, "an object")
        held = self._accounts.get(wire)
        if held is None:
            if len(self._accounts) >= _ACCOUNTS_HELD:
                self._accounts.clear()
            held = self._accounts[wire] = self._read_account(wire, field)
        return held

    def _read_account(self, wire: Named, field: str) -> Account:
        if isinstance(wire, str):
            return Account(id=_account_id(wire, field))
        network, local, handle = _text(wire.network), _id(wire.id), (_text(wire.handle) or "").removeprefix("@") or None
        if local is None and network is not None and handle is not None:
            # An X handle stands for the id while that is unknown; where the handle is the address, it is the id itself.
            local = "@" + handle if network.lower() == "x" else handle
        if local is None:
            raise refusal(f"{field}.id", None, "the network's own id of the account")
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
            raise refusal(field, value, _LIKE)
        try:
            at = datetime.fromisoformat(value.upper())
        except ValueError as error:
            raise refusal(field, value, _LIKE) from error
        if at.tzinfo is None:
            raise InvalidRecordError(
                f'{field}: {shown(value)} has no time zone; add Z for UTC, or an offset like "+02:00"'
            )
        try:
            at = at.astimezone(UTC)
        except OverflowError as error:
            raise refusal(field, value, "between 1971 and tomorrow") from error
        if not EARLIEST <= at <= self._latest:
            raise refusal(field, value, "between 1971 and tomorrow")
        return at

    def _retracted(self, value: object, of: str) -> datetime | None:
        return None if value is None else self._instant(value, f"{of}.retracted_at")


# --- fields ----------------------------------------------------------------------------------------------------------


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
        raise refusal(field, None, "a text")
    return text


def _listed(value: Several | None) -> list[Named]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _word(value: object, words: type[_Word], field: str) -> _Word:
    """Read one of a fixed set of words, in any case."""
    known: dict[str, _Word] = _WORDS[words]
    found = (known.get(value) or known.get(value.strip().lower())) if isinstance(value, str) else None
    if found is None:
        raise refusal(field, value, f"one of {', '.join(words)}")
    return found


def _day(value: str | None, field: str) -> date | None:
    """Read a day, or the day of an instant."""
    text = _text(value)
    if text is None:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise refusal(field, value, 'a day like "2009-04-24"') from error


def _complete_id(native: str | None, kind: Kind, actor: str) -> str | None:
    """Make an interaction's id: a whole one (`x:123#reply`) is kept, the actor's network's own one is completed."""
    if native is None:
        return None
    full = _FULL_INTERACTION.fullmatch(native)
    return native if full and full[1] == kind.value else interaction_id(network_of(actor), native, kind)


def _account_id(text: str, field: str) -> str:
    full = _FULL_ACCOUNT.fullmatch(text.strip())
    if full is None:
        raise refusal(field, text, 'an account like "email:ann@example.org"')
    return _made_id(full[1], full[2], field)


def _made_id(network: str, local: str, field: str) -> str:
    try:
        return account_id(network, local.removeprefix(f"{network}:"))
    except InvalidRecordError as error:
        raise InvalidRecordError(f"{field}: {error}") from error
