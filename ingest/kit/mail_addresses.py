"""Names and addresses in mail headers: as RFC 2047 and 5322 have them, and as mailers and directories write them.

The standard library can't be built upon here: `getaddresses` gives the same for `Lee, <ann@…>` and `Lee, ann@…`, parts
encoded words at their commas and recurses at every bracket; `decode_header` gives up at one bad byte.
"""

import binascii
import codecs
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from graph.model import Account, account_id
from graph.people.handles import clean_address
from graph.people.names import fold, words_of
from ingest.kit.text import clean

_ENCODED_WORD = r"=\?([^?*\s]{1,40})(?:\*[^?\s]{0,20})?\?([bBqQ])\?((?:(?!\?=).){0,2000})\?="
_WORD = re.compile(_ENCODED_WORD)
_WORDS = re.compile(rf"{_ENCODED_WORD}(?:\s*{_ENCODED_WORD})*")
_TOKEN = re.compile(
    # Quoted texts and comments are looked for within bounds, so that many that never end take no long time.
    _ENCODED_WORD + r'|(?P<quoted>"(?:[^"\\]|\\.){0,200}")|(?P<comment>\((?:[^()\\]|\\.){0,200}\))'
    r'|(?P<angle><[^<>]*>)|(?P<separator>[,;])|[^",;:<>()=]+|.',
    re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)")
_NAME_LIMIT = 200
_ASIDE = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*$")
# A word of a name: letters, with hyphens, apostrophes, or an initial's dot.
_NAME_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*\.?")
_ACRONYM_LENGTH = 5
_PARTICLES = words_of(
    "af al ap av bin da dal dalla das de degli dei del dela della den der des di do dos du e el ibn la las le los "
    "mac ten ter van vom von y zu zum zur"
)
# Suffixes, titles, legal forms, and what companies and their departments are called.
_NO_NAMES = words_of(
    "jr sr jun sen junior senior ii iii iv phd md dds dvm do jd llm mba msc bsc mphil ba ma bs ms rn pe pmp cpa "
    "cfa esq prof dr dipl ing mag mr mrs ms inc gmbh mbh ltd llc llp lp plc corp co ag sa kg ohg ug se bv nv oy "
    "ab as aps srl spa sarl sas pty ev eg "
    "accounting accounts admin agency alumni association bank billing board bureau business care center centre "
    "church city clinic club college committee community company consulting contact corporate corporation council "
    "customer department dept desk digital division editor editorial education enterprise events faculty finance "
    "foundation global group health help helpdesk holding hospital hotel hr info information institute "
    "international it lab law legal library limited mail management marketing media meetings ministry museum "
    "network news newsletter office online operations partners press project recruiting research reservations "
    "room sales school secretary security service services shop society software solutions sons staff store "
    "studio support systems team tech technologies technology the travel university ventures abteilung amt "
    "buchhaltung buro firma kanzlei kundenservice praxis schule sekretariat stadt universitat verein verlag "
    "vertrieb"
)
# Names that mailers use and Python does not know; Latin-1 is read as what it is a part of, and what calls itself ASCII
# as UTF-8 or Windows-1252, because it is named where mailers did not look.
_CHARSETS = {
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


class Mailbox(NamedTuple):
    """One address in a header.

    Attributes:
        name: Its display name, decoded; empty where it has none.
        address: In lower case, its domain in ASCII; None where there is no full address.
    """

    name: str
    address: str | None


# --- addresses -------------------------------------------------------------------------------------------------------


def parse_addresses(text: str) -> list[Mailbox]:
    """Read an address header: names, groups, comments, unquoted commas, semicolons, addresses inside encoded words."""
    found = _parse(text)
    if "=?" in text and not any(mailbox.address for mailbox in found):
        return _parse(decode_words(text))
    return found


@lru_cache(maxsize=1 << 16)
def account_of(mailbox: Mailbox) -> Account | None:
    """Give the account of an address, with its name, the first one first; None where there is no full address."""
    if mailbox.address is None:
        return None
    return Account(
        id=account_id("email", mailbox.address), name=put_surname_last(mailbox.name, mailbox.address) or None
    )


def _parse(text: str) -> list[Mailbox]:
    found: list[Mailbox] = []
    surname = ""  # what stands before a comma may be one: "Lee, Ann <…>"
    for phrase, comment, angle in _split(text):
        if address := clean_address(angle or ""):
            name = f"{surname}, {phrase}" if surname and phrase else phrase or surname
            found.append(Mailbox(_name(name or comment, address), address))
            surname = ""
        elif phrase or comment or angle is not None:
            if surname:
                found.append(Mailbox(surname, None))
            surname = ""
            if "@" in phrase or angle is not None:
                found.append(_read_bare(phrase, comment))
            else:
                surname = _name(phrase)
    if surname:
        found.append(Mailbox(surname, None))
    return found


def _split(text: str) -> Iterator[tuple[str, str, str | None]]:
    """Part a header at its commas and semicolons: of each piece the words, the comment, and what is in angle brackets.

    Of several brackets the first with an address counts.
    """
    words: list[str] = []
    comments: list[str] = []
    angle: str | None = None
    for token in _TOKEN.finditer(f"{text},"):
        kind, part = token.lastgroup, token[0]
        if kind == "separator":
            yield "".join(words).strip(), " ".join(comments), angle
            words, comments, angle = [], [], None
        elif kind == "angle":
            angle = angle if angle and "@" in angle else part[1:-1]
        elif kind is not None:
            (words if kind == "quoted" else comments).append(_ESCAPED.sub(r"\1", part[1:-1]))
        elif part == ":":
            words = []  # a group's name went before it, or a stray `mailto`
        elif part not in '"<>()':
            words.append(part)


def _read_bare(phrase: str, comment: str) -> Mailbox:
    """Read `ann@example.org (Ann Lee)`, `Ann Lee ann@example.org` and `<Ann Lee> ann@example.org`."""
    words = phrase.replace(" @ ", "@").split()
    addresses = [word for word in words if "@" in word]
    address = clean_address(addresses[0]) if len(addresses) == 1 else None
    rest = " ".join(word for word in words if "@" not in word)
    return Mailbox(_name(rest or comment, address), address)


def _name(raw: str, address: str | None = None) -> str:
    name = (clean(decode_words(raw), _NAME_LIMIT) or "").strip("'\" ,")
    return "" if name.lower() == address else name


# --- encoded words and charsets --------------------------------------------------------------------------------------


def decode_words(text: str) -> str:
    """Resolve the encoded words in a header's text; what can't be resolved stays as it is.

    White space between two of them is dropped, and neighbours of one charset are decoded together, because many mailers
    split a character's bytes over two words.
    """
    return _WORDS.sub(_decode_neighbours, text) if "=?" in text else text


def decode_text(raw: bytes, charset: str) -> str:
    """Read bytes in the charset that a mail names; as UTF-8 or Windows-1252 where nobody knows that charset."""
    try:
        return raw.decode(codecs.lookup(_CHARSETS.get(charset.lower(), charset)).name, "replace")
    except (LookupError, ValueError):
        return decode_bytes(raw)


def decode_bytes(raw: bytes) -> str:
    """Read header bytes as UTF-8, else as Windows-1252, which all Western mailers that break the rule mean."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _decode_neighbours(words: re.Match[str]) -> str:
    by_charset = groupby(_WORD.finditer(words[0]), key=lambda word: word[1].lower())
    return "".join(
        decode_text(b"".join(_unpack(word[2], word[3]) for word in group), charset) for charset, group in by_charset
    )


def _unpack(encoding: str, payload: str) -> bytes:
    raw = payload.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(raw, header=True)
    raw = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
    if len(raw) % 4 == 1:
        raw = raw[:-1]
    return binascii.a2b_base64(raw + b"=" * (-len(raw) % 4))


# --- names as directories write them ---------------------------------------------------------------------------------


def put_surname_last(name: str, address: str) -> str:
    """Turn `Lee, Ann` round to `Ann Lee`, where nothing else can be meant.

    What stands behind a comma may also be a suffix (`Ann Lee, PhD`), a legal form (`Stone, Inc.`), a company or a
    place. A name that is left as it is costs little, a name turned wrongly looks foolish: so in doubt it stays. Where
    the surname has several words, the address decides.
    """
    last, comma, first = _ASIDE.sub("", name).partition(",")
    surnames, firsts = last.split(), first.split()
    own = [word for word in surnames if word.lower() not in _PARTICLES]
    if not comma or not 0 < len(own) <= 2 or len(surnames) > 5 or not all(map(_is_name, own)) or not _is_first(firsts):
        return name
    if len(own) > 1 and not (_is_in(own, address) and _is_in(firsts, address)):
        return name
    return f"{' '.join(firsts)} {' '.join(surnames)}"


def _is_first(words: list[str]) -> bool:
    if not 0 < len(words) <= 4 or words[0].lower() in _PARTICLES:
        return False
    # LEE, MBA: in capitals throughout, short words may be anything.
    acronyms = (1 < len(word.rstrip(".")) <= _ACRONYM_LENGTH and word.isupper() for word in words)
    return not any(acronyms) and all(_is_name(word) or word in _PARTICLES for word in words)


def _is_name(word: str) -> bool:
    # Scripts without capitals have an order of their own.
    return bool(_NAME_WORD.fullmatch(word)) and word[0].isupper() and fold(word).replace(".", "") not in _NO_NAMES


def _is_in(words: list[str], address: str) -> bool:
    local = fold(address.partition("@")[0])
    return any(len(plain) > 2 and plain in local for plain in map(fold, words))
