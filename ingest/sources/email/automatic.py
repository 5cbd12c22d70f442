"""Mail that no person wrote to a person: of lists and newsletters, of machines, automatic answers, spam, drafts."""

import re
from email.message import Message

from ingest.sources.email.folders import Use, use_of_marks

LISTS = "mail of lists and newsletters"
SENDERS = "mail from automatic senders (no-reply, notifications, bounces)"
ANSWERS = "automatic answers and calendar replies"
JUNK = "mail in spam or trash"
DRAFTS = "drafts"
LEFT_OUT = {Use.JUNK: JUNK, Use.DRAFTS: DRAFTS}
"""What lies in such folders, or is marked so, and how it is counted."""

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
_LIST_HEADERS = ("list-id", "list-post", "mailing-list", "x-mailing-list", "x-beenthere", "x-google-group-id")
_ANSWER_HEADERS = ("x-autoreply", "x-autorespond", "x-failed-recipients")
_CALENDAR_REPLY = re.compile(rb"(?i)text/calendar\s*;[^:]{0,300}?method\s*=\s*\"?(?:reply|counter|declinecounter)")
_CALENDAR_BODY = re.compile(rb"(?im)^METHOD:(?:REPLY|COUNTER)\s*$")


def is_machine(address: str) -> bool:
    """Tell whether nobody reads or writes at this address: no-reply, notifications, bounces and the like."""
    local, _, domain = address.partition("@")
    return _AUTOMATIC.fullmatch(local) is not None or _MACHINES.fullmatch(domain) is not None


def is_list(address: str) -> bool:
    """Tell whether an address is a mailing list's, by its form."""
    local, _, domain = address.partition("@")
    return _LIST_LOCAL.fullmatch(local) is not None or _LIST_DOMAIN.fullmatch(domain) is not None


def why_left_out(headers: "Message[str, str]", head: bytes, sender: str, *, by_me: bool) -> str | None:
    """Tell why a mail is no act of a person towards people; None where it is one.

    Args:
        headers: Its headers.
        head: Its first 64 KiB, for calendar replies.
        sender: The address it is from; may be empty.
        by_me: Whether the owner wrote it. Then marks of a mailer (List-Unsubscribe, Precedence) don't count: people
            write to people through such tools too. What a list sends back, and what answered by itself, still does.
    """
    marked = LEFT_OUT.get(use_of_marks(headers))
    if marked is not None:
        return marked
    precedence = headers.get("precedence", "").lower()
    if any(name in headers for name in _LIST_HEADERS) or is_list(sender):
        return LISTS
    if precedence in ("auto_reply", "auto-reply", "autoreply") or _is_answer(headers, head):
        return ANSWERS
    if by_me:
        return None
    if is_machine(sender):
        return SENDERS
    return LISTS if "list-unsubscribe" in headers or precedence in ("bulk", "list", "junk") else None


def _is_answer(headers: "Message[str, str]", head: bytes) -> bool:
    submitted = headers.get("auto-submitted", "").partition(";")[0].strip().lower()
    if submitted not in ("", "no") or any(name in headers for name in _ANSWER_HEADERS):
        return True
    if headers.get("content-type", "").lower().startswith("multipart/report"):
        return True
    if b"text/calendar" not in head and b"TEXT/CALENDAR" not in head:
        return False
    return _CALENDAR_REPLY.search(head) is not None or _CALENDAR_BODY.search(head) is not None
