"""Cleaning of texts that come from anywhere: what is kept, and what may be written to files and terminals."""

import re
import unicodedata
from hashlib import blake2b

from graph.errors import InvalidRecordError
from graph.model import ID_LIMIT, account_id

NAME_LIMIT = 300
HANDLE_LIMIT = 200
URL_LIMIT = 2_000
TITLE_LIMIT = 500
EXCERPT_LIMIT = 2_000

_SURROGATES = "\ud800-\udfff"
_HALF = re.compile(f"[{_SURROGATES}]")
# Controls (C0, DEL, C1) and line or paragraph separators break rows, XML, cards and terminals; some are white space.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_BLANKS = re.compile(r"[\t-\r\x85\u2028\u2029]")
# Embeddings, overrides and isolates turn round the text beside them, zero-width spaces hide what a text begins with;
# the plain marks that scripts need stay, and so do the joiners of emoji.
_STEERING = re.compile(r"[\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff]")
# Lone surrogates have no UTF-8, noncharacters no place in XML.
_NOT_TEXT = re.compile(
    f"[{_SURROGATES}\ufdd0-\ufdef\ufffe\uffff"
    + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(1, 17))
    + "]"
)
_ACTIVE_SCHEMES = ("javascript:", "data:", "vbscript:")
_TAIL = 16  # bytes of the hash that keeps over-long references apart


def clean(text: str, mark: str = "\ufffd") -> str:
    """Take out what can't be shown: white space becomes spaces, controls and steering go, non-text becomes a mark."""
    if text.isascii() and text.isprintable():
        return text
    return _NOT_TEXT.sub(mark, _STEERING.sub("", _CONTROLS.sub("", _BLANKS.sub(" ", text))))


def line(text: str, mark: str = "\ufffd") -> str:
    """Clean a text as `clean` does and put it on one line, with single spaces."""
    return " ".join(clean(text, mark).split())


def shorten(text: str, limit: int) -> str:
    """Cut a text to at most `limit` characters, at a word's end where one is near, and end it with an ellipsis."""
    if len(text) <= limit:
        return text
    space = text.rfind(" ", max(limit // 2, limit - 30), limit)
    return text[: space if space > 0 else limit - 1].rstrip(" ,;:.-\u200d") + "…"


def clean_line(text: str | None, limit: int) -> str | None:
    """Clean a text of one line to be kept: no controls, single spaces, composed (NFC), cut at `limit` characters.

    Returns:
        None where nothing is left.

    Raises:
        InvalidRecordError: If it is no text at all.
    """
    if text is None:
        return None
    if text.__class__ is not str:
        raise InvalidRecordError(f"{text!r:.60} is not a text")
    if text.isascii() and text.isprintable() and "  " not in text:
        return text[:limit].strip() or None
    return " ".join(_mend(text).split())[:limit].strip() or None


def clean_block(text: str | None, limit: int) -> str | None:
    """Clean a text of several lines: as `clean_line`, but its lines and spaces stay.

    Returns:
        None where nothing is left.
    """
    if text is None:
        return None
    if text.__class__ is not str:
        raise InvalidRecordError(f"{text!r:.60} is not a text")
    if not (text.isascii() and text.isprintable()):
        text = _mend(text.replace("\r\n", "\n").replace("\r", "\n"))
    return text.strip()[:limit].strip() or None


def clean_reference(text: str | None) -> str | None:
    """Clean a thread or a parent's id; the end of an over-long one becomes a hash, so that two stay two."""
    cleaned = clean_line(text, URL_LIMIT * 4)
    if cleaned is None or len(cleaned) <= ID_LIMIT:
        return cleaned
    tail = blake2b(cleaned.encode(), digest_size=_TAIL).hexdigest()
    return f"{cleaned[: ID_LIMIT - 2 * _TAIL - 1]}~{tail}"


def clean_url(text: str | None) -> str | None:
    """Clean a URL; None for an over-long one, since a cut link leads elsewhere, and for one that would run as code."""
    cleaned = clean_line(text, URL_LIMIT + 1)
    if cleaned is None or len(cleaned) > URL_LIMIT or cleaned.lower().startswith(_ACTIVE_SCHEMES):
        return None
    return cleaned


def clean_account_id(text: str) -> str:
    """Give the canonical form of an account id.

    Raises:
        InvalidRecordError: If it is not `network:local`.
    """
    cleaned = clean_line(text, ID_LIMIT * 2)
    if cleaned is None or ":" not in cleaned:
        raise InvalidRecordError(f"account id {str(text)[:60]!r} is not of the form network:id")
    network, _, local = cleaned.partition(":")
    return account_id(network, local)


def _mend(text: str) -> str:
    # What steers stays here: it is part of what was written, and taken out wherever it is shown.
    if _HALF.search(text):
        # Halves that belong together become one character; a lone half can't be stored as UTF-8.
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return unicodedata.normalize("NFC", _CONTROLS.sub("", text))
