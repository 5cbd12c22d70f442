"""What one mail says: who wrote to whom and when, or why it is no act between people."""

import re
from collections.abc import Container, Iterator
from datetime import datetime
from email import message_from_bytes
from email.message import Message

from graph.model import (
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
from ingest.kit.dates import is_believed
from ingest.kit.mail_addresses import account_of, decode_text, parse_addresses
from ingest.kit.text import EXCERPT, clean, plain
from ingest.source import Context
from ingest.sources.email.headers import date_of, joined, message_id_of, read_headers, subject_of, thread_of
from ingest.sources.email.mailboxes import RawMail
from ingest.sources.email.triage import LEFT_OUT, is_list, is_machine, why_left_out

TO_MACHINES = "mail to lists and automatic addresses only"
TO_ONESELF = "mail to oneself only"
TO_NOBODY = "mail that names nobody's full address as addressee"
_LONG = 1 << 16
_ROLES = (("to", Role.TO), ("cc", Role.CC), ("bcc", Role.BCC))
_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError)
# Where the mail that is answered, or the signature, begins.
_END = re.compile(
    r"-- ?$|-{2,} ?(?:original|forwarded|ursprüngliche|weitergeleitete|mensaje|messaggio|message|oprindelig)|_{10,}"
    r"|begin forwarded message|sent from my |von meinem |envoyé de mon |enviado desde mi |inviato da ",
    re.IGNORECASE,
)
# "On Monday Ann Lee wrote:", in the languages of common mail programs; it often runs over two lines.
_ATTRIBUTION = re.compile(
    r"(?i)(?:wrote|schrieb|a écrit|escribió|escreveu|ha scritto|schreef|skrev|kirjoitti|napisał\(?a?\)?"
    r"|napsala?|написал\(?а?\)?|пишет|yazdı)\b.{0,80}:\s*$"
)
_ATTRIBUTION_START = re.compile(r"(?i)(?:on|am|le|el|em|il|op|den|dne|w dniu|ma)\b.*\d")
_HTML_QUOTE = re.compile(r"(?i)<blockquote|<div[^>]{0,80}(?:gmail_quote|divRplyFwdMsg|yahoo_quoted)")
_BREAK = re.compile(r"(?i)<(?:br|/p|/div|/h\d|/li|/tr)\b[^>]{0,200}>")
_HEADER_BLOCK = re.compile(
    r"(?im)^\*?(?:from|von|de|da|van|från|fra)\*?:.*\n(?:.*\n)?"
    r"\*?(?:sent|date|gesendet|datum|envoyé|enviado|inviato|verzonden|skickat|sendt)\b"
)


def read_mail(
    mail: RawMail, context: Context, mine: Container[str], most: int
) -> Iterator[Interaction | Problem | Skipped]:
    """Give the interactions of one mail, or why it has none.

    Args:
        mail: The mail.
        context: The run: its clock, and whether first words are kept.
        mine: The account ids that are the owner's.
        most: Mails to more addressees than these are left out.
    """
    if mail.use in LEFT_OUT:
        yield Skipped(why=LEFT_OUT[mail.use])
        return
    headers = read_headers(mail.head)
    sender = sender_of(headers)
    address, by_me = (sender.id.removeprefix("email:"), sender.id in mine) if sender else ("", False)
    if not headers:
        yield Problem(where=_place(mail, headers), why="no mail headers stand here")
    elif headers.defects and not mail.closed:
        why = "this mail ends or is damaged within its headers: the file seems to be cut off here"
        yield Problem(where=_place(mail, headers), why=why)
    elif why_not := why_left_out(headers, mail.head, address, by_me=by_me):
        yield Skipped(why=why_not)
    elif sender is None:
        yield Problem(where=_place(mail, headers), why="neither From nor Sender holds a full address")
    else:
        yield from _read_addressed(mail, headers, sender, context, most)


def sender_of(headers: "Message[str, str]") -> Account | None:
    """Give who wrote a mail: the first full address of From, else of Sender."""
    for name in ("from", "sender"):
        for mailbox in parse_addresses(joined(headers, name)[:10_000]):
            if (account := account_of(mailbox)) is not None:
                return account
    return None


def addressees_of(headers: "Message[str, str]", sender: Account, most: int) -> tuple[list[Addressee], str | None]:
    """Give whom a mail is addressed to, each once and by the first of To, Cc and Bcc; or why it counts for nobody.

    Its writer, lists and automatic addresses are left out.
    """
    texts = [(joined(headers, name), role) for name, role in _ROLES]
    too_many = f"mail to more than {most} addressees"
    # A name may hold an @ too, but hardly three: no need to read a hundred thousand addresses to leave them out.
    if sum(text.count("@") for text, _ in texts) > 4 * most:
        return [], too_many
    found: dict[str, Addressee] = {}
    nameless = False
    for text, role in texts:
        for mailbox in parse_addresses(text[: max(_LONG, 400 * most)]):
            account = account_of(mailbox)
            if account is None:
                nameless = True
            else:
                found.setdefault(account.id, Addressee(account=account, role=role))
    if len(found) > most:
        return [], too_many
    people = [each for each in found.values() if each.account.id != sender.id and not _is_nobody(each.account.id)]
    if people:
        return people, None
    if not found or (nameless and set(found) == {sender.id}):
        return [], TO_NOBODY
    return [], TO_ONESELF if set(found) == {sender.id} else TO_MACHINES


def _read_addressed(
    mail: RawMail, headers: "Message[str, str]", sender: Account, context: Context, most: int
) -> Iterator[Interaction | Problem | Skipped]:
    addressees, why_none = addressees_of(headers, sender, most)
    if why_none:
        yield Skipped(why=why_none)
        return
    at = date_of(headers)
    if at is None or not is_believed(at, context.now):
        yield Problem(where=_place(mail, headers), why=_what_date(headers, at))
        return
    message_id, subject = message_id_of(headers), subject_of(headers)
    thread, parent = thread_of(headers)
    excerpt = excerpt_of(mail.head) if context.excerpts else None
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
                item=Item(title=subject, kind="email") if subject else None,
                thread=thread,
                parent=parent,
                excerpt=excerpt,
                private=True,
                source="email",
                where=mail.where,
            )


def _is_nobody(account: str) -> bool:
    address = account.removeprefix("email:")
    return is_machine(address) or is_list(address)


def _place(mail: RawMail, headers: "Message[str, str]") -> str:
    """Name a mail: file, byte, and its Message-ID without the part that may be somebody's address."""
    message_id = message_id_of(headers)
    return f"{mail.where} (message {message_id.partition('@')[0][:40]})" if message_id else mail.where


def _what_date(headers: "Message[str, str]", at: datetime | None) -> str:
    if at is not None:
        return f"its date, {at:%Y-%m-%d}, is not between 1971 and tomorrow"
    text = headers.get("date", "")[:40]
    # A problem is kept and shown: no address may get into it, wherever a broken mailer put one.
    shown = f", {text!r}," if "@" not in text else ""
    given = f"its Date{shown} can't be read" if text else "it has no Date"
    return f"{given}, and no Received header or From line dates it"


# --- first words -----------------------------------------------------------------------------------------------------


def excerpt_of(mail: bytes) -> str | None:
    """Give the first own words of a mail, at most 300 characters, on one line; None where it has no readable text."""
    try:
        text = _text_of(mail)
    except _UNREADABLE:
        return None
    return clean(_own_words(text), EXCERPT)


def _own_words(text: str) -> str:
    """Leave out quoted lines, what introduces them, forwarded mails and the signature."""
    text = text.replace("\r\n", "\n")
    block = _HEADER_BLOCK.search(text)
    lines = (text[: block.start()] if block else text).split("\n")
    kept: list[str] = []
    for number, line in enumerate(lines):
        if _END.match(line):
            break
        if _ATTRIBUTION.search(line):
            if kept and _ATTRIBUTION_START.match(kept[-1]) and not _ATTRIBUTION_START.match(line):
                kept.pop()
            if not any(later.startswith(">") for later in lines[number:]):
                # What follows is quoted without marks.
                break
        elif not line.startswith((">", "|")):
            kept.append(line)
    return "\n".join(kept)


def _text_of(mail: bytes) -> str:
    message = message_from_bytes(mail)
    html = ""
    for part in message.walk():
        if part.is_multipart() or part.get_filename() or part.get_content_disposition() == "attachment":
            continue
        if part.get_content_type() == "text/plain" and (text := _decoded(part)).strip():
            return text
        if part.get_content_type() == "text/html" and not html:
            markup = _decoded(part)
            quote = _HTML_QUOTE.search(markup)
            html = plain(_BREAK.sub("\n", markup[: quote.start()] if quote else markup))
    return html


def _decoded(part: "Message[str, str]") -> str:
    payload = part.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    return decode_text(raw, part.get_content_charset() or "us-ascii")
