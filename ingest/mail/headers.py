"""The headers of one mail, split by hand: mixed case, folded, any line end, any charset, damaged ones passed over."""

import re

from ingest.mail.mbox import header_end
from ingest.mail.words import decode_bytes, decode_words
from ingest.text import clean

_LONG = 4000
_FOLD = re.compile(rb"\r?\n[ \t]+")
_ID = re.compile(r"<\s*([^<>\s]{1,500})\s*>")
_BARE_ID = re.compile(r"[^<>\s@]{1,400}@[^<>\s@]{1,200}")

_WANTED = (
    b"from to cc bcc sender date subject message-id in-reply-to references received delivered-to x-original-to "
    b"envelope-to x-gm-thrid x-gmail-labels list-id list-post list-unsubscribe mailing-list x-beenthere x-mailing-list "
    b"x-google-group-id precedence auto-submitted x-autoreply x-autorespond x-failed-recipients content-type status "
    b"x-status x-mozilla-status x-unsent"
)
# One search for the few that anyone asks for is several times faster than a look at every line.
_HEADER = re.compile(rb"\n(%s)[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)" % _WANTED.replace(b" ", b"|"), re.IGNORECASE)


class Headers:
    """The headers of one mail that anyone here asks for.

    Attributes:
        envelope: The `From ` line of an mbox, without its end; empty where there is none.
        complete: Whether a blank line ends them; without one the mail may be cut off.
    """

    __slots__ = ("_values", "complete", "envelope")

    def __init__(self, head: bytes) -> None:
        head = head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
        self.envelope, head = _take_envelope(head)
        end = header_end(head)
        self.complete = end >= 0
        self._values: dict[bytes, list[bytes]] = {}
        for name, value in _HEADER.findall(b"\n" + (head[:end] if end >= 0 else head)):
            self._values.setdefault(name.lower(), []).append(value)

    def __bool__(self) -> bool:
        return bool(self._values)

    def __contains__(self, name: bytes) -> bool:
        return name in self._values

    def has_any(self, names: frozenset[bytes]) -> bool:
        """Tell whether there is a header of one of these names."""
        return not names.isdisjoint(self._values)

    def first(self, name: bytes) -> str:
        """Give the text of the first header of that name, encoded words unresolved; empty where there is none."""
        values = self._values.get(name)
        return _text_of(values[0]) if values else ""

    def all(self, name: bytes) -> list[str]:
        """Give the texts of all headers of that name."""
        return [_text_of(value) for value in self._values.get(name, ())]

    def joined(self, name: bytes) -> str:
        """Give all headers of that name as one list, as for addresses."""
        values = self._values.get(name)
        if values is None:
            return ""
        return _text_of(values[0]) if len(values) == 1 else ", ".join(map(_text_of, values))

    def subject(self) -> str | None:
        """Give the subject, decoded, on one line."""
        return clean(decode_words(self.first(b"subject")[:_LONG]), 300)

    def message_id(self) -> str | None:
        """Give the Message-ID without its angle brackets; None where there is none that could tell mails apart."""
        text = self.first(b"message-id")[:_LONG]
        found = _ID.search(text)
        bare = found[1] if found else text
        return bare if "@" in bare and len(bare) <= 400 and bare.isprintable() and " " not in bare else None

    def ids(self, name: bytes) -> list[str]:
        """Give the Message-IDs that References or In-Reply-To name, in their order."""
        text = self.joined(name)
        if not text:
            return []
        if len(text) > 2 * _LONG:
            text = f"{text[:_LONG]} {text[-_LONG:]}"
        return [id_ for id_ in _ID.findall(text) if id_.isprintable()] or _BARE_ID.findall(text)


def _text_of(value: bytes) -> str:
    if b"\n" in value:
        value = _FOLD.sub(b" ", value)
    return decode_bytes(value).strip()


def _take_envelope(head: bytes) -> tuple[str, bytes]:
    if not head.startswith(b"From "):
        return "", head
    line, _, rest = head.partition(b"\n")
    return decode_bytes(line[:1000]).rstrip("\r"), rest
