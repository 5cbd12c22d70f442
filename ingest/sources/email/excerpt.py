"""The first own words of a mail: no quotes, no signature, no markup."""

import re
from email import message_from_bytes, policy
from email.message import Message

from ingest.kit.mail_addresses import decode_text
from ingest.text import EXCERPT, clean, plain

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


def excerpt_of(mail: bytes) -> str | None:
    """Give the first own words of a mail, at most 300 characters, on one line; None where it has no readable text.

    Args:
        mail: The mail from its first header on; it may be cut off.
    """
    try:
        text = _text_of(mail)
    except _UNREADABLE:
        return None
    return clean(own_words(text), EXCERPT)


def own_words(text: str) -> str:
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
    message = message_from_bytes(mail, policy=policy.compat32)
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
