"""Cleaning of texts that come from anywhere: the same for every source, before anything is compared or kept."""

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

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_ACTIVE_SCHEMES = ("javascript:", "data:", "vbscript:")
_TAIL = 16  # bytes of the hash that keeps over-long references apart


def clean_line(text: str | None, limit: int) -> str | None:
    """Clean a text of one line: no controls, single spaces, composed (NFC), cut at `limit` characters.

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
    if _SURROGATES.search(text):
        # Halves that belong together become one character; a lone half can't be stored as UTF-8.
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return unicodedata.normalize("NFC", _CONTROLS.sub("", text))
