"""Text from the wild made fit to keep: unprintable characters gone, markup gone, cut to length."""

import html
import re

from graph.records.clean import line, shorten

EXCERPT = 300
_HIDDEN = re.compile(r"(?is)<(script|style|head|template)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)|<!\[CDATA\[|\]\]>")
_TAG = re.compile(r"<[a-zA-Z/!?][^<>]{0,4000}>")


def clean(text: str | None, limit: int = 0) -> str | None:
    """Give a text on one line without what can't be shown, cut to `limit` characters; None where nothing is left."""
    text = line((text or "")[: 8 * limit or None], mark=" ")
    return (shorten(text, limit) if limit else text) or None


def storable(text: str) -> str:
    """Give a text that UTF-8 can hold: what is no text in a file's name is written as an escape."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def plain(markup: str) -> str:
    """Strip HTML to its text: no tags, scripts or comments; entities resolved."""
    text = _TAG.sub(" ", _HIDDEN.sub(" ", markup))
    return html.unescape(text) if "&" in text else text
