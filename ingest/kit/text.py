"""Text from the wild made fit to keep: unprintable characters gone, markup gone, cut to length."""

import html
import re

EXCERPT = 300
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]+")
_HIDDEN = re.compile(r"(?is)<(script|style|head|template)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)|<!\[CDATA\[|\]\]>")
_TAG = re.compile(r"<[a-zA-Z/!?][^<>]{0,4000}>")


def clean(text: str | None, limit: int = 0) -> str | None:
    """Give a text on one line without unprintable characters, cut to `limit` characters; None where nothing is left.

    NUL, control characters, lone surrogates and the marks that reorder right-to-left text become spaces; joiners stay,
    because emoji and many scripts need them.
    """
    if not text:
        return None
    if limit and len(text) > 8 * limit:
        text = text[: 8 * limit]
    text = " ".join(_UNPRINTABLE.sub(" ", text).split())
    return (shorten(text, limit) if limit else text) or None


def shorten(text: str, limit: int) -> str:
    """Cut a text to at most `limit` characters, at a word's end where one is near, and end it with an ellipsis."""
    if len(text) <= limit:
        return text
    space = text.rfind(" ", limit - 30, limit)
    return text[: space if space > 0 else limit - 1].rstrip(" ,;:.-") + "…"


def storable(text: str) -> str:
    """Give a text that UTF-8 can hold: what is no text in a file's name is written as an escape."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def plain(markup: str) -> str:
    """Strip HTML to its text: no tags, scripts or comments; entities resolved."""
    text = _TAG.sub(" ", _HIDDEN.sub(" ", markup))
    return html.unescape(text) if "&" in text else text
