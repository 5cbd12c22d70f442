"""Text and links made safe to write: names and titles come from strangers, and files are opened by other programs."""

import re
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

# Controls (C0, DEL, C1) and line or paragraph separators: they break rows, XML, cards and terminals.
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# Embeddings, overrides and isolates turn round the text beside them; the plain marks that scripts need stay, and so do
# the joiners of emoji. Zero-width spaces hide what a cell starts with.
_INVISIBLE = re.compile(r"[\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff]")
# Lone surrogates have no UTF-8, noncharacters no place in XML.
_NOT_TEXT = re.compile(
    "[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(1, 17))
    + "]"
)
_REPLACEMENT = "\ufffd"
_LINK_SCHEMES = frozenset({"http", "https", "mailto"})
# What RFC 3986 lets stand in a URI, `%` included so that what is encoded already stays so.
_URI_CHARACTERS = "%/:?#[]@!$&'()*+,;=-._~"


def clean(text: str) -> str:
    """Take out what no file format bears: controls become spaces, hidden direction changes go, non-text is replaced."""
    if text.isascii() and text.isprintable():
        return text
    return _NOT_TEXT.sub(_REPLACEMENT, _INVISIBLE.sub("", _BREAKS.sub(" ", text)))


def line(text: str) -> str:
    """Clean a text and put it on one line, with single spaces."""
    return " ".join(clean(text).split())


def shorten(text: str, limit: int) -> str:
    """Cut a text to at most `limit` characters, the last one an ellipsis where anything was cut."""
    return text if len(text) <= limit else text[: limit - 1].rstrip(" \u200d") + "…"


def safe_link(url: str | None) -> str | None:
    """Give a URL that may be clicked: http, https or mailto, all ASCII, without spaces; None for any other.

    A URL with control characters is refused, not mended: browsers drop them and so find `javascript:` again.
    """
    if url is None or _BREAKS.search(url):
        return None
    url = clean(url).strip()
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in _LINK_SCHEMES or not (parts.path if parts.scheme == "mailto" else parts.netloc):
        return None
    return quote(url, safe=_URI_CHARACTERS)


def iso(at: datetime) -> str:
    """Write an instant as ISO 8601 in UTC with `Z`, with microseconds only where there are any."""
    return at.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"


def date_json(at: datetime | None) -> str | None:
    """Write an instant as JSON has it, null where there is none."""
    return None if at is None else iso(at)
