"""Links and instants as they are written: links come from strangers, and files are opened by other programs."""

import re
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

from graph.records.clean import clean

# No URL holds these; browsers drop some of them.
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_LINK_SCHEMES = frozenset({"http", "https", "mailto"})
# What RFC 3986 lets stand in a URI, `%` included so that what is encoded already stays so.
_URI_CHARACTERS = "%/:?#[]@!$&'()*+,;=-._~"


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
