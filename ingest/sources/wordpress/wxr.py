"""WXR as it comes out of real sites, made fit for an XML parser, and parsed without growing in memory."""

import codecs
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import BinaryIO

from lxml import etree

from ingest.source import UnreadableError

_START = re.compile(rb"<\?xml|<rss\b|<!DOCTYPE", re.IGNORECASE)
_DECLARATION = re.compile(rb"<\?xml\b[^>]*?(?:encoding\s*=\s*[\"']([\w.-]+)[\"'][^>]*)?>")
_ENTITIES = re.compile(rb"<!ENTITY", re.IGNORECASE)
# What XML 1.0 does not allow, and plugins let through: control characters but tab and line ends.
_CONTROLS = bytes(byte for byte in range(32) if byte not in (9, 10, 13))
# An ampersand that begins no entity of XML's own: HTML's (&nbsp;), or just meant as such.
_REFERENCE = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)(?:#(x[0-9a-fA-F]{1,8}|[0-9]{1,9});)?")
_NO_CHARACTER = re.compile("[\ufffe\uffff]")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_HEAD = 1 << 16
_UNREAD = frozenset({"encoded", "comment", "postmeta", "commentmeta", "category"})
_TAIL = 64
_CDATA, _CDATA_END = "<![CDATA[", "]]>"
_CLOSED = b"</wp:comment>"
_ROOT_END = re.compile(rb"</(?:rss|channel)\s*>")


class Sanitised:
    """A readable stream of clean XML: what goes before the XML is gone, so are characters that XML forbids.

    Attributes:
        ended: Whether it was read to its end.
        closed: How many comments were closed by their own end tag so far.
        read_bytes: How many bytes were read so far.
    """

    def __init__(self, stream: BinaryIO, where: str) -> None:
        self._stream = stream
        self._escaper = _Escaper()
        self._tail = b""
        encoding, self._rest = _begin(_read_head(stream), where)
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self.ended = False
        self.closed = 0
        self.read_bytes = 0

    @property
    def cut_off(self) -> bool:
        """Whether the end came before the end tag of the whole."""
        return self.ended and _ROOT_END.search(self._tail) is None

    def read(self, size: int) -> bytes:
        """Read some bytes, about as many as asked for; none at the end."""
        while not self.ended:
            raw, self._rest = self._rest or self._stream.read(size), b""
            self._count(raw)
            text = self._decoder.decode(raw.translate(None, _CONTROLS), final=not raw)
            escaped = self._escaper.escape(text if text.isascii() else _NO_CHARACTER.sub(" ", text), final=not raw)
            if escaped:
                return escaped.encode()
        return b""

    def _count(self, raw: bytes) -> None:
        self.ended = not raw
        self.read_bytes += len(raw)
        # An end tag may lie across two reads; what was counted before must not be counted twice.
        seam = self._tail[1 - len(_CLOSED) :] + raw[: len(_CLOSED) - 1]
        self.closed += raw.count(_CLOSED) + seam.count(_CLOSED)
        self._tail = (self._tail + raw)[-_TAIL:]


def _read_head(stream: BinaryIO) -> bytes:
    head = b""
    while len(head) < _HEAD and (more := stream.read(_HEAD - len(head))):
        head += more
    return head


def _begin(head: bytes, where: str) -> tuple[str, bytes]:
    """Give the encoding that XML declares, and its first bytes without that declaration: UTF-8 is what comes out."""
    if head.startswith(_UTF16):
        raise UnreadableError(f"{where} is in UTF-16; save it as UTF-8 and ingest that")
    if _ENTITIES.search(head):
        raise UnreadableError(f"{where} declares XML entities, which no WordPress export does; it is not read")
    start = _START.search(head)
    head = head[start.start() :] if start else head
    declaration = _DECLARATION.match(head)
    if declaration is None:
        return "utf-8", head
    named = (declaration[1] or b"utf-8").decode("ascii")
    return (named if _is_superset_of_ascii(named) else "utf-8"), head[declaration.end() :]


def _is_superset_of_ascii(encoding: str) -> bool:
    try:
        return codecs.getincrementaldecoder(encoding)("replace").decode(b"<?xml") == "<?xml"
    except (LookupError, ValueError, AssertionError):
        # Python's own codecs that are no encodings of text fail in each of these ways.
        return False


class _Escaper:
    """Escapes stray ampersands outside CDATA.

    libxml2 passes over them, but from the first one on it drops `&lt;` and its like from all texts.
    """

    def __init__(self) -> None:
        self._inside = False
        self._held = ""

    def escape(self, text: str, *, final: bool) -> str:
        text, done, parts = self._held + text, 0, []
        while True:
            mark = _CDATA_END if self._inside else _CDATA
            found = text.find(mark, done)
            end = found + len(mark) if found >= 0 else len(text) if final else self._safe_end(text, done)
            parts.append(text[done:end] if self._inside else _REFERENCE.sub(_mend, text[done:end]))
            done = end
            if found < 0:
                self._held = text[end:]
                return "".join(parts)
            self._inside = not self._inside

    def _safe_end(self, text: str, done: int) -> int:
        """Find up to where a text can be given out: what may begin a mark or a reference waits for what follows."""
        begins = (("]", 2),) if self._inside else (("<", 8), ("&", 12))
        found = (text.find(letter, max(done, len(text) - width)) for letter, width in begins)
        return min((at for at in found if at >= 0), default=len(text))


def _mend(reference: re.Match[str]) -> str:
    number = reference[1]
    if number is None:
        return "&amp;"
    code = int(number[1:], 16) if number[0] == "x" else int(number)
    allowed = code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
    return reference[0] if allowed else " "


def elements(stream: Sanitised) -> Iterator["etree._Element"]:
    """Yield every element when it ends; the caller clears what it is done with.

    No entities, no network, no limits on size; damage is passed over as far as libxml2 can.
    """
    parser = etree.iterparse(
        stream,
        events=("end",),
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for _, element in parser:
            yield element
    except etree.XMLSyntaxError:
        # Damage beyond repair; the stream tells that the end was not reached.
        return


@lru_cache(maxsize=4096)
def local_name(tag: str) -> str:
    """Give a tag without its namespace: exports declare several, and some none at all."""
    return tag.rpartition("}")[2].rpartition(":")[2]


def text_of(element: "etree._Element") -> str:
    """Give the text of an element, markup in it left out."""
    if len(element) == 0:
        return element.text or ""
    return "".join(map(str, element.itertext()))


def fields_of(element: "etree._Element") -> dict[str, str]:
    """Give the texts of an element's children by their local names; the first of each, without posts' bodies."""
    fields: dict[str, str] = {}
    for child in element.iterchildren("*"):
        name = local_name(child.tag)
        if name not in fields and name not in _UNREAD:
            fields[name] = text_of(child).strip()
    return fields


def release(element: "etree._Element") -> None:
    """Free an element that was read, and what stands before it."""
    element.clear()
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]
