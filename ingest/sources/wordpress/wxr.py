"""WXR, the export format of WordPress, as real sites write it: made fit for an XML parser, and read as a stream."""

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple, cast

from lxml import etree
from lxml.etree import _Element

from ingest.source import UnreadableError

_START = re.compile(rb"<\?xml|<rss\b|<!DOCTYPE", re.IGNORECASE)
_DECLARATION = re.compile(rb"<\?xml\b[^>]*?(?:encoding\s*=\s*[\"']([\w.-]+)[\"'][^>]*)?>")
_ENTITIES = re.compile(rb"<!ENTITY", re.IGNORECASE)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
# What XML 1.0 does not allow, and plugins let through: control characters but tab and line ends.
_CONTROLS = bytes(byte for byte in range(32) if byte not in (9, 10, 13))
_NO_CHARACTER = re.compile("[\ufffe\uffff]")
_CDATA = "<![CDATA["
# CDATA, up to its end if it is there; an ampersand that begins no entity of XML's own: HTML's, or just meant as such.
_MARK = re.compile(
    r"<!\[CDATA\[[^\]]*+(?:\](?!\]>)[^\]]*+)*+(?P<end>\]\]>)?"
    r"|&(?!(?:amp|lt|gt|quot|apos);)(?:#(?P<number>x[0-9a-fA-F]{1,8}|[0-9]{1,9});)?"
)
# The beginning or the end of CDATA, or an entity, that the end of a chunk may have cut in two.
_HALF = re.compile(r"(?:<!?|<!\[[CDAT]{0,5}|\]\]?|&[#\w]{0,10})\Z", re.ASCII)
_HALF_LENGTH = 11
_HEAD = 1 << 16
_CHUNK = 1 << 15
_TAIL = 64
_ROOT_END = re.compile(rb"</(?:rss|channel)\s*>")
_FREED = frozenset({"comment", "item", "author"})
_UNREAD = frozenset({"encoded", "comment", "postmeta", "commentmeta", "category"})


class Element(NamedTuple):
    """A comment, a post (`item`), or what an export says at its top.

    Attributes:
        name: Its tag without the namespace: exports declare several, and some none at all.
        text: Its text, where it has no children.
        fields: The texts of its children by their names, the first of each; without posts' bodies.
        top: Whether it stands in the channel itself, as all but comments do where nothing is damaged.
    """

    name: str
    text: str
    fields: dict[str, str]
    top: bool
    line: int


class WxrStream:
    """The stream of one export file.

    Attributes:
        read_bytes: How many bytes were read so far.
        cut_off: Whether the stream ended before the end tag of the whole.
    """

    def __init__(self, stream: BinaryIO, where: str) -> None:
        self._stream = stream
        self._where = where
        self._in_cdata = False
        self.read_bytes = 0
        self.cut_off = False

    def elements(self) -> Iterator[Element]:
        """Yield the elements of an export as they end, each freed when the next is asked for.

        No entities, no network, no limits on size; damage is passed over as far as libxml2 can. What the end of a
        cut-off file closes is not whole: half an address would be somebody else's, so no comment is made of it.

        Raises:
            UnreadableError: If this is not read, or the stream is damaged.
        """
        parser = etree.XMLPullParser(
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
            for chunk in self.chunks():
                parser.feed(chunk)
                yield from _ended(parser)
            parser.close()
        except etree.XMLSyntaxError:
            return  # damage beyond repair
        yield from (element for element in _ended(parser) if not self.cut_off or element.name != "comment")

    def chunks(self) -> Iterator[bytes]:
        """Yield clean XML in UTF-8: what stands before it is gone, so are characters that XML forbids."""
        head = b""
        while len(head) < _HEAD and (more := self._stream.read(_HEAD - len(head))):
            head += more
        encoding, raw = _begin(head, self._where)
        decoder = codecs.getincrementaldecoder(encoding)("replace")
        tail, held = b"", ""
        while True:
            self.read_bytes += len(raw)
            tail = (tail + raw)[-_TAIL:]
            text = held + decoder.decode(raw.translate(None, _CONTROLS), final=not raw)
            half = _HALF.search(text, max(0, len(text) - _HALF_LENGTH)) if raw else None
            held = half[0] if half else ""
            inside = _CDATA if self._in_cdata else ""
            whole = inside + _NO_CHARACTER.sub(" ", text.removesuffix(held))
            yield _MARK.sub(self._mend, whole).removeprefix(inside).encode()
            if not raw:
                break
            raw = self._stream.read(_CHUNK)
        self.cut_off = _ROOT_END.search(tail) is None

    def _mend(self, mark: re.Match[str]) -> str:
        """Escape a stray ampersand outside CDATA; from the first one on libxml2 would drop `&lt;` and its like."""
        if mark[0][0] == "<":
            self._in_cdata = mark["end"] is None
            return mark[0]
        number = mark["number"]
        if number is None:
            return "&amp;"
        code = int(number[1:], 16) if number[0] == "x" else int(number)
        allowed = code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
        return mark[0] if allowed else " "


def _begin(head: bytes, where: str) -> tuple[str, bytes]:
    """Give the encoding that XML declares, and its first bytes without that declaration: UTF-8 is what comes out."""
    if head.startswith(_UTF16):
        raise UnreadableError(f"{where} is in UTF-16; save it as UTF-8 and bring that in")
    if _ENTITIES.search(head):
        raise UnreadableError(f"{where} declares XML entities, which no WordPress export does; it is not read")
    start = _START.search(head)
    head = head[start.start() :] if start else head
    declaration = _DECLARATION.match(head)
    if declaration is None:
        return "utf-8", head
    encoding = (declaration[1] or b"utf-8").decode("ascii")
    try:
        extends_ascii = codecs.getincrementaldecoder(encoding)("replace").decode(b"<?xml") == "<?xml"
    except (LookupError, ValueError, AssertionError):  # Python's own codecs that are no encodings of text
        extends_ascii = False
    return (encoding if extends_ascii else "utf-8"), head[declaration.end() :]


def _ended(parser: etree.XMLPullParser) -> Iterator[Element]:
    """Yield the elements that ended and that matter, and let them go."""
    for _, element in cast("Iterator[tuple[str, _Element]]", parser.read_events()):
        name, parent = _name_of(element), element.getparent()
        top = parent is not None and _name_of(parent) == "channel"
        if not top and name not in ("comment", "item"):
            continue
        fields: dict[str, str] = {}
        for child in element.iterchildren("*"):
            key = _name_of(child)
            if key not in fields and key not in _UNREAD:
                fields[key] = _text_of(child)
        yield Element(name, "" if fields else _text_of(element), fields, top, cast("int", element.sourceline))
        if name in _FREED:
            element.clear()
            while top and parent is not None and name != "comment" and element.getprevious() is not None:
                del parent[0]


def _name_of(element: _Element) -> str:
    return element.tag.rpartition("}")[2].rpartition(":")[2]


def _text_of(element: _Element) -> str:
    """Give the text of an element, markup in it left out."""
    return ("".join(map(str, element.itertext())) if len(element) else element.text or "").strip()
