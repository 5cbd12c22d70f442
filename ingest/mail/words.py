"""The text in mail headers: bytes of any charset, and encoded words (RFC 2047) as mailers really write them."""

import binascii
import codecs
import re
from functools import lru_cache

ENCODED_WORD = r"=\?[^?\s]{1,60}\?[bBqQ]\?(?:(?!\?=).){0,2000}\?="
_WORD = re.compile(r"=\?([^?*\s]{1,40})(?:\*[^?\s]{0,20})?\?([bBqQ])\?((?:(?!\?=).){0,2000})\?=")
_HEX = re.compile(rb"=([0-9a-fA-F]{2})")


def decode_bytes(raw: bytes) -> str:
    """Read header bytes as UTF-8, else as Windows-1252, which all Western mailers that break the rule mean."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def decode_words(text: str) -> str:
    """Resolve the encoded words in a header's text; what can't be resolved stays as it is.

    White space between two encoded words is dropped, and neighbours of one charset are decoded together, because many
    mailers split a character's bytes over two words.
    """
    if "=?" not in text:
        return text
    parts: list[str] = []
    run, charset, end = b"", "", 0
    for word in _WORD.finditer(text):
        between = text[end : word.start()]
        name = word[1].lower()
        if run and (name != charset or (between and not between.isspace())):
            parts.append(decode_text(run, charset))
            run = b""
        if between and not (between.isspace() and end):
            parts.append(between)
        run += _unpack(word[2], word[3])
        charset, end = name, word.end()
    if run:
        parts.append(decode_text(run, charset))
    return "".join(parts) + text[end:]


def _unpack(encoding: str, payload: str) -> bytes:
    raw = payload.encode("utf-8", "replace")
    if encoding in "qQ":
        return _HEX.sub(lambda match: bytes((int(match[1], 16),)), raw.replace(b"_", b" "))
    raw = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
    if len(raw) % 4 == 1:
        raw = raw[:-1]
    return binascii.a2b_base64(raw + b"=" * (-len(raw) % 4))


def decode_text(raw: bytes, charset: str) -> str:
    """Read bytes in the charset that a mail names; as UTF-8 or Windows-1252 where nobody knows that charset."""
    name = _known_charset(charset)
    try:
        return raw.decode(name, "replace") if name else decode_bytes(raw)
    except (LookupError, ValueError):
        return decode_bytes(raw)


@lru_cache(maxsize=256)
def _known_charset(charset: str) -> str | None:
    try:
        return codecs.lookup(_ALIASES.get(charset.lower(), charset)).name
    except (LookupError, ValueError):
        return None


# Names that mailers use and Python does not know; Latin-1 is read as what it is a part of, and what calls itself ASCII
# as UTF-8 or Windows-1252, because it is named where mailers did not look.
_ALIASES = {
    "us-ascii": "unknown-8bit",
    "ascii": "unknown-8bit",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "x-sjis": "cp932",
    "shift_jis": "cp932",
    "ks_c_5601-1987": "cp949",
    "x-mac-roman": "mac-roman",
    "windows-874": "cp874",
    "unicode-1-1-utf-7": "utf-7",
    "x-gbk": "gb18030",
    "cp-850": "cp850",
}
