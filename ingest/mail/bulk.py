"""Which mails and addresses are no act between two people: lists, newsletters, machines, automatic answers."""

import re
from functools import lru_cache

from ingest.mail.headers import Headers

LISTS = "mail of lists and newsletters"
SENDERS = "mail from automatic senders (no-reply, notifications, bounces)"
ANSWERS = "automatic answers and calendar replies"
JUNK = "mail in spam or trash"
DRAFTS = "drafts"

_AUTOMATIC = re.compile(
    r"(?:.*[._+=-])?(?:no[._-]?reply|do[._-]?not[._-]?reply|donotrespond|not?[._-]?responder|ne[._-]?pas[._-]?repondre"
    r"|mailer[._-]?daemon|maildaemon|postmaster|bounces?|notifications?|notify|notifier|alerts?|auto-?confirm"
    r"|auto-?reply|autoresponder|auto-?mailer|automated|newsletters?|mailings?|unsubscribe|listserv|majordomo|cron)"
    r"(?:[._+=-].*|\d*)"
)
_MACHINES = re.compile(
    r"(?:reply|notifications?)\.github\.com|(?:.+\.)?facebookmail\.com|(?:.+\.)?bounces?\..+|unknown_sender"
    r"|(?:.+\.)?noreply\..+"
)
_LIST_LOCAL = re.compile(r"owner-.+|.+-(?:request|owner|bounces|subscribe|unsubscribe|announce)(?:\+.*)?")
_LIST_DOMAIN = re.compile(
    r"googlegroups\.com|groups\.google\.com|(?:.+\.)?groups\.io|yahoogroups\..+|freelists\.org"
    r"|(?:lists?|listserv|mailman|listas|listes|mailinglists?)\..+"
)
_LIST_HEADERS = frozenset(
    {b"list-id", b"list-post", b"mailing-list", b"x-mailing-list", b"x-beenthere", b"x-google-group-id"}
)
_BULK = frozenset({"bulk", "list", "junk"})
_ANSWER_HEADERS = frozenset({b"x-autoreply", b"x-autorespond", b"x-failed-recipients"})
_MAYBE_ANSWER = frozenset({b"auto-submitted", b"precedence"})
_AUTOMATIC_PRECEDENCE = frozenset({"auto_reply", "auto-reply", "autoreply"})
_CALENDAR_REPLY = re.compile(rb"(?i)text/calendar\s*;[^:]{0,300}?method\s*=\s*\"?(?:reply|counter|declinecounter)")
_CALENDAR_BODY = re.compile(rb"(?im)^METHOD:(?:REPLY|COUNTER)\s*$")


@lru_cache(maxsize=1 << 16)
def is_machine(address: str) -> bool:
    """Tell whether nobody reads or writes at this address: no-reply, notifications, bounces and the like."""
    local, _, domain = address.partition("@")
    return _AUTOMATIC.fullmatch(local) is not None or _MACHINES.fullmatch(domain) is not None


@lru_cache(maxsize=1 << 16)
def is_list(address: str) -> bool:
    """Tell whether an address is a mailing list's, by its form."""
    local, _, domain = address.partition("@")
    return _LIST_LOCAL.fullmatch(local) is not None or _LIST_DOMAIN.fullmatch(domain) is not None


def why_bulk(headers: Headers, head: bytes, sender: str, *, by_me: bool) -> str | None:
    """Tell why a mail is no act of a person towards people; None where it is one.

    Args:
        headers: Its headers.
        head: Its first 64 KiB, for calendar replies.
        sender: The address it is from.
        by_me: Whether the owner wrote it. Then marks of a mailer (List-Unsubscribe, Precedence) don't count: people
            write to people through such tools too. What a list sends back, and what answered by itself, still does.
    """
    if headers.has_any(_LIST_HEADERS) or is_list(sender):
        return LISTS
    if _is_answer(headers, head):
        return ANSWERS
    if by_me:
        return None
    if is_machine(sender):
        return SENDERS
    if b"list-unsubscribe" in headers or headers.first(b"precedence").lower() in _BULK:
        return LISTS
    return None


def _is_answer(headers: Headers, head: bytes) -> bool:
    if headers.has_any(_ANSWER_HEADERS) or (headers.has_any(_MAYBE_ANSWER) and _says_so(headers)):
        return True
    if headers.first(b"content-type").lower().startswith("multipart/report"):
        return True
    if b"text/calendar" not in head and b"TEXT/CALENDAR" not in head:
        return False
    return _CALENDAR_REPLY.search(head) is not None or _CALENDAR_BODY.search(head) is not None


def _says_so(headers: Headers) -> bool:
    submitted = headers.first(b"auto-submitted").partition(";")[0].strip().lower()
    return submitted not in {"", "no"} or headers.first(b"precedence").lower() in _AUTOMATIC_PRECEDENCE
