"""Mail addresses in headers: as RFC 5322 has them, and as mailers write them."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from graph.model import Account, account_id
from ingest.mail.straight import straighten
from ingest.mail.words import ENCODED_WORD, decode_words
from ingest.text import clean

_TOKEN = re.compile(
    # Quoted texts and comments are looked for within bounds, so that many that never end take no long time.
    ENCODED_WORD + r'|("(?:[^"\\]|\\.){0,200}")|(\((?:[^()\\]|\\.){0,200}\))|(<[^<>]*>)|([,;])|[^",;:<>()=]+|.',
    re.DOTALL,
)
_QUOTED, _COMMENT, _ANGLE, _SEPARATOR = 1, 2, 3, 4
_SIMPLE = re.compile(r'\s*(?:"?([^"<>()=@\\:;]*?)"?\s*<([^<>()\s@",:;\\]+@[^<>\s@",:;]+)>|([\w.+-]+@[\w.-]+))\s*')
_ESCAPED = re.compile(r"\\(.)")
_DOMAIN = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*|\[[0-9a-z.:]{3,60}\]")
# What servers write where there was no domain: no identity beyond that one machine.
_NO_DOMAIN = re.compile(
    r"localhost(\.localdomain)?|localdomain|missing[_-](domain|host)(_?name)?|unspecified-domain|unknown(\.email)?"
    r"|\.?syntax-error\.?|.*\.invalid|host_not_specified|none|invalid"
)
_NAME_LIMIT = 200


class Mailbox(NamedTuple):
    """One address in a header.

    Attributes:
        name: Its display name, decoded; empty where it has none.
        address: In lower case, its domain in ASCII; None where there is no full address.
    """

    name: str
    address: str | None


def parse_addresses(text: str) -> list[Mailbox]:
    """Read an address header: names, groups, comments, unquoted commas, semicolons, addresses inside encoded words."""
    pieces = text.split(",") if text else ()
    found = [mailbox for piece in pieces if (mailbox := _read_simple(piece)) is not None]
    return found if len(found) == len(pieces) else _read_any(text)


@lru_cache(maxsize=1 << 16)
def _read_simple(piece: str) -> Mailbox | None:
    """Read `Ann Lee <ann@example.org>`, `"Ann Lee" <…>` or a bare address, as nearly all are; None for all else."""
    simple = _SIMPLE.fullmatch(piece)
    address = clean_address(simple[2] or simple[3]) if simple else None
    if simple is None or address is None:
        return None
    return Mailbox(_name(simple[1] or "", address), address)


def _read_any(text: str) -> list[Mailbox]:
    found = _parse(text)
    if "=?" in text and not any(mailbox.address for mailbox in found):
        return _parse(decode_words(text))
    return found


@lru_cache(maxsize=1 << 16)
def clean_address(raw: str) -> str | None:
    """Bring an address to the one form it is compared in; None where it is not a full address.

    Lower case, domain in ASCII (IDNA), without `mailto:`, source routes and stray quotes; `+tags` stay.
    """
    raw = raw.strip(" \t\r\n'\"<>,;").rstrip(".")
    if raw[:7].lower() == "mailto:":
        raw = raw[7:]
    if raw.startswith("@") and ":" in raw:
        raw = raw.rpartition(":")[2]
    local, at, domain = raw.rpartition("@")
    local, domain = local.strip().strip("'\""), _clean_domain(domain)
    if not at or not domain or not local or len(local) > 250 or " " in local or "@" in local:
        return None
    if local[:8].lower() == "imceaex-" or not local.isprintable():
        return None
    return f"{unicodedata.normalize('NFC', local).lower()}@{domain}"


@lru_cache(maxsize=1 << 16)
def account_of(mailbox: Mailbox) -> Account | None:
    """Give the account of an address, with its name, the first one first; None where there is no full address."""
    if mailbox.address is None:
        return None
    return Account(id=account_id("email", mailbox.address), name=straighten(mailbox.name, mailbox.address) or None)


def _clean_domain(domain: str) -> str:
    domain = domain.strip(" .'\"").lower()
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii").lower()
        except UnicodeError:
            return ""
    if len(domain) > 255 or not _DOMAIN.fullmatch(domain) or _NO_DOMAIN.fullmatch(domain):
        return ""
    return domain


class _Piece:
    """What was read so far of one address."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.comments: list[str] = []
        self.angle: str | None = None

    def is_empty(self) -> bool:
        return self.angle is None and not self.comments and not "".join(self.words).strip()

    def read(self, token: re.Match[str]) -> None:
        text = token[0]
        if token.lastindex == _ANGLE:
            if self.angle is None or "@" not in self.angle:
                self.angle = text[1:-1]
        elif token.lastindex in (_QUOTED, _COMMENT):
            inner = _ESCAPED.sub(r"\1", text[1:-1])
            (self.words if token.lastindex == _QUOTED else self.comments).append(inner)
        elif text not in '"<>()':
            self.words.append(text)


def _parse(text: str) -> list[Mailbox]:
    found: list[Mailbox] = []
    piece, surname = _Piece(), ""
    for token in _TOKEN.finditer(text):
        if token[0] == ":":
            # A group's name went before it, or a stray `mailto`.
            piece.words.clear()
        elif token.lastindex == _SEPARATOR:
            surname = _finish(found, piece, surname)
            piece = _Piece()
        else:
            piece.read(token)
    surname = _finish(found, piece, surname)
    if surname:
        found.append(Mailbox(surname, None))
    return found


def _finish(found: list[Mailbox], piece: _Piece, surname: str) -> str:
    """Add what was read as an address; give it back where it may be the surname of the next ("Lee, Ann <…>")."""
    if piece.is_empty():
        return surname
    phrase = "".join(piece.words).strip()
    if piece.angle is not None and (address := clean_address(piece.angle)):
        name = f"{surname}, {phrase}" if surname and phrase else phrase or surname
        found.append(Mailbox(_name(name or " ".join(piece.comments), address), address))
        return ""
    if surname:
        found.append(Mailbox(surname, None))
    bare = _bare_address(piece, phrase)
    if bare is None:
        return _name(phrase, None)
    found.append(bare)
    return ""


def _bare_address(piece: _Piece, phrase: str) -> Mailbox | None:
    """Read `ann@example.org (Ann Lee)`, `Ann Lee ann@example.org` and `<Ann Lee> ann@example.org`."""
    if "@" not in phrase:
        return Mailbox(_name(phrase, None), None) if piece.angle is not None else None
    words = phrase.split()
    # "ann @ example.org"
    joined = phrase.replace(" @ ", "@").split() if "@" in words else words
    with_at = [word for word in joined if "@" in word]
    address = clean_address(with_at[0]) if len(with_at) == 1 else None
    rest = " ".join(word for word in joined if "@" not in word)
    return Mailbox(_name(rest or " ".join(piece.comments), address), address)


def _name(raw: str, address: str | None) -> str:
    name = (clean(decode_words(raw), _NAME_LIMIT) or "").strip("'\" ,")
    return "" if address is not None and name.lower() == address else name
