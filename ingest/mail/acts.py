"""What one mail says: who wrote to whom and when, or why it is no act between people."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from graph.model import (
    EARLIEST,
    Account,
    Addressee,
    Interaction,
    Item,
    Kind,
    Problem,
    Role,
    Skipped,
    interaction_id,
)
from ingest.mail import bulk
from ingest.mail.addresses import account_of, parse_addresses
from ingest.mail.boxes import RawMail
from ingest.mail.dates import parse_date, parse_envelope, parse_received
from ingest.mail.excerpt import excerpt_of
from ingest.mail.folders import Use, use_of_marks
from ingest.mail.headers import Headers

MAX_ADDRESSEES = 20
TO_MACHINES = "mail to lists and automatic addresses only"
TO_ONESELF = "mail to oneself only"
TO_NOBODY = "mail that names nobody's full address as addressee"
_LEFT_OUT = {Use.JUNK: bulk.JUNK, Use.DRAFTS: bulk.DRAFTS}
_LONG = 1 << 16
_FIELDS = ((b"to", Role.TO), (b"cc", Role.CC), (b"bcc", Role.BCC))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What decides over a mail.

    Attributes:
        mine: The account ids that are the owner's.
        latest: Dates after this instant are refused.
        max_addressees: Mails to more than these are left out.
        excerpts: Whether first words are kept.
    """

    mine: frozenset[str]
    latest: datetime
    max_addressees: int = MAX_ADDRESSEES
    excerpts: bool = False


def acts_of(raw: RawMail, rules: Rules) -> Iterator[Interaction | Problem | Skipped]:
    """Give the interactions of one mail, or why it has none."""
    if raw.use is Use.JUNK or raw.use is Use.DRAFTS:
        yield Skipped(why=_LEFT_OUT[raw.use])
        return
    headers = Headers(raw.head)
    sender = sender_of(headers)
    if objection := _objection(raw, headers, sender, rules):
        yield objection
        return
    if sender is None:
        yield Problem(where=_place(raw, headers), why="neither From nor Sender holds a full address")
        return
    addressees, why = addressees_of(headers, sender, rules.max_addressees)
    at = date_of(headers)
    if why:
        yield Skipped(why=why)
    elif at is None or not EARLIEST <= at <= rules.latest:
        yield Problem(where=_place(raw, headers), why=_what_date(headers, at))
    else:
        yield from _interactions(raw, headers, at, sender, addressees, rules)


def sender_of(headers: Headers) -> Account | None:
    """Give who wrote a mail: the first full address of From, else of Sender."""
    for name in (b"from", b"sender"):
        for mailbox in parse_addresses(headers.joined(name)[:10_000]):
            if (account := account_of(mailbox)) is not None:
                return account
    return None


def addressees_of(headers: Headers, sender: Account, most: int) -> tuple[list[Addressee], str | None]:
    """Give whom a mail is addressed to, each once and by the first of To, Cc and Bcc; or why it counts for nobody.

    Its writer, lists and automatic addresses are left out.
    """
    texts = [(headers.joined(name), role) for name, role in _FIELDS]
    too_many = f"mail to more than {most} addressees"
    # A name may hold an @ too, but hardly three: no need to read a hundred thousand addresses to leave them out.
    if sum(text.count("@") for text, _ in texts) > 4 * most:
        return [], too_many
    found: dict[str, Addressee] = {}
    nameless = False
    for text, role in texts:
        for mailbox in parse_addresses(text[: max(_LONG, 400 * most)]) if text else ():
            account = account_of(mailbox)
            if account is None:
                nameless = True
            elif account.id not in found:
                found[account.id] = Addressee(account=account, role=role)
    if len(found) > most:
        return [], too_many
    people = [each for each in found.values() if each.account.id != sender.id and not _is_nobody(each.account.id)]
    if people:
        return people, None
    if not found or (nameless and set(found) == {sender.id}):
        return [], TO_NOBODY
    return [], TO_ONESELF if set(found) == {sender.id} else TO_MACHINES


def date_of(headers: Headers) -> datetime | None:
    """Give when a mail was written: Date, else the newest readable Received, else the mbox's `From ` line."""
    at = parse_date(headers.first(b"date"))
    if at is not None:
        return at
    received = (parse_received(text) for text in headers.all(b"received"))
    return next((found for found in received if found is not None), None) or parse_envelope(headers.envelope)


def thread_of(headers: Headers, message_id: str | None) -> tuple[str | None, str | None]:
    """Give the thread and the parent: Gmail's thread id, else the first reference, else the own Message-ID."""
    references, replied = headers.ids(b"references"), headers.ids(b"in-reply-to")
    parent = next(iter(replied), None) or (references[-1] if references else None)
    gmail = headers.first(b"x-gm-thrid")
    if gmail.isdecimal() and len(gmail) < 30:
        return gmail, parent
    return next(iter(references), None) or parent or message_id, parent


def _objection(raw: RawMail, headers: Headers, sender: Account | None, rules: Rules) -> Problem | Skipped | None:
    """Tell why a mail is no act, before its addressees are read."""
    if not headers:
        return Problem(where=_place(raw, headers), why="no mail headers stand here")
    if not headers.complete and not raw.closed:
        why = "this mail ends or is damaged within its headers: the file seems to be cut off here"
        return Problem(where=_place(raw, headers), why=why)
    marked = use_of_marks(headers)
    if marked is Use.JUNK or marked is Use.DRAFTS:
        return Skipped(why=_LEFT_OUT[marked])
    address = sender.id.removeprefix("email:") if sender else ""
    why_bulk = bulk.why_bulk(headers, raw.head, address, by_me=sender is not None and sender.id in rules.mine)
    return Skipped(why=why_bulk) if why_bulk is not None else None


def _interactions(
    raw: RawMail, headers: Headers, at: datetime, sender: Account, addressees: list[Addressee], rules: Rules
) -> Iterator[Interaction]:
    message_id = headers.message_id()
    thread, parent = thread_of(headers, message_id)
    subject = headers.subject()
    item = Item(title=subject, kind="email") if subject else None
    excerpt = excerpt_of(raw.head) if rules.excerpts else None
    to = tuple(each for each in addressees if each.role is Role.TO)
    copied = tuple(each for each in addressees if each.role is not Role.TO)
    for kind, group in ((Kind.MESSAGE, to), (Kind.COPIED, copied)):
        if group:
            yield Interaction(
                kind=kind,
                at=at,
                actor=sender,
                to=group,
                id=interaction_id("email", message_id, kind) if message_id else None,
                item=item,
                thread=thread,
                parent=parent,
                excerpt=excerpt,
                private=True,
                source="email",
                where=raw.where,
            )


def _is_nobody(account: str) -> bool:
    address = account.removeprefix("email:")
    return bulk.is_machine(address) or bulk.is_list(address)


def _place(raw: RawMail, headers: Headers) -> str:
    """Name a mail: file, byte, and its Message-ID without the part that may be somebody's address."""
    message_id = headers.message_id()
    return f"{raw.where} (message {message_id.partition('@')[0][:40]})" if message_id else raw.where


def _what_date(headers: Headers, at: datetime | None) -> str:
    if at is not None:
        return f"its date, {at:%Y-%m-%d}, is not between 1971 and tomorrow"
    text = headers.first(b"date")[:40]
    # A problem is kept and shown: no address may get into it, wherever a broken mailer put one.
    shown = f", {text!r}," if "@" not in text else ""
    given = f"its Date{shown} can't be read" if text else "it has no Date"
    return f"{given}, and no Received header or From line dates it"
