"""Encodings of text files: said by a mark, found out by what fits, or checked where the user says one."""

import codecs
import re

from charset_normalizer import from_bytes

from graph.errors import UsageError
from ingest.kit.files import Entry

_SAMPLE = 1 << 18
_AROUND = 1 << 15
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_LEGACY = ["cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "koi8_r", "mac_roman"]
_LEGACY += ["cp932", "euc_jp", "gb18030", "big5", "cp949"]
_ODD = re.compile(r"(?<=[a-z])[^\x00-\x7f\w]|[^\x00-\x7f\w](?=[a-z])|(?<=[a-z])[¹²³]|[¹²³](?=[a-z])")
# One unreadable character in so many is a slip, more mean another encoding.
_TOO_ODD = 50


def checked_encoding(entry: Entry, encoding: str) -> str:
    """Give the codec of an encoding that was said.

    Raises:
        UsageError: If there is none, or the file is not in it.
    """
    try:
        name = codecs.lookup(encoding).name
        text = read_start(entry, name)
    except (LookupError, UnicodeError) as error:
        raise UsageError(f"--encoding {encoding} is unknown; try utf-8, utf-16, windows-1252") from error
    if text.count("\ufffd") * _TOO_ODD > len(text):
        raise UsageError(f"{entry.where} is not in {encoding}; leave --encoding out to have it found")
    return "utf-8-sig" if name == "utf-8" else name


def find_encoding(entry: Entry) -> tuple[str, bool]:
    """Find a file's codec, and whether it is only the most likely one."""
    with entry.open() as stream:
        start = stream.read(_SAMPLE)
        for mark, encoding in _BOMS:
            if start.startswith(mark):
                return encoding, False
        if (nuls := start.count(0)) > len(start) // 4:
            return ("utf-16-le" if start[1::2].count(0) * 2 > nuls else "utf-16-be"), True
        decoder = codecs.getincrementaldecoder("utf-8")("strict")
        block = start
        try:
            while block:
                decoder.decode(block)
                block = stream.read(_SAMPLE)
        except UnicodeDecodeError as error:
            return _legacy(block[max(0, error.start - _AROUND) : error.start + _AROUND]), True
    return "utf-8", False


def _legacy(sample: bytes) -> str:
    best = from_bytes(sample, cp_isolation=_LEGACY, threshold=0.5).best()
    encoding = best.encoding if best is not None else "cp1252"
    # Its guess between the West's and the Centre's letters is weak: where the West has signs inside words, it is wrong.
    if encoding == "cp1252" and _oddities(sample, "cp1250") < _oddities(sample, "cp1252"):
        return "cp1250"
    same = sample.decode(encoding, "replace") == sample.decode("cp1252", "replace")
    return "cp1252" if same else encoding


def _oddities(sample: bytes, encoding: str) -> int:
    """Count the signs that touch letters where a word would have a letter: `Stanis³aw`, `¯ó³æ`."""
    return len(_ODD.findall(sample.decode(encoding, "replace")))


def read_start(entry: Entry, encoding: str) -> str:
    """Read the first lines of a file."""
    with entry.open() as stream:
        data = stream.read(_SAMPLE)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(data, len(data) < _SAMPLE)
    # What follows the last line's end may be half a line.
    return text if len(data) < _SAMPLE or "\n" not in text else text[: text.rindex("\n") + 1]
