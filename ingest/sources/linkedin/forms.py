"""The kinds of tables in a LinkedIn export: their files' names, their columns' names, and the order of their columns.

LinkedIn has changed them often: profile addresses came in 2021 to 2023, drafts and attachments come and go. Its columns
are known in English and, of Connections.csv, in German; the other languages are translations of those words.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

from ingest.kit.headings import HEADINGS, fold

_NUMBERED = re.compile(r"(?:\s*\(\d+\)|[ _]\d{4,})$")


class Sheet(StrEnum):
    """A table of an export."""

    CONNECTIONS = "connections"
    MESSAGES = "messages"
    INVITATIONS = "invitations"
    GIVEN = "recommendations given"
    RECEIVED = "recommendations received"
    ENDORSED = "endorsement given info"
    ENDORSERS = "endorsement received info"
    PROFILE = "profile"
    EMAILS = "email addresses"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How one kind of table is recognised.

    Attributes:
        words: The folded names of each column.
        needed: Columns of which every group must have one.
        orders: The columns in LinkedIn's own order, of each layout it has had; `date` in it is a date.
    """

    words: Mapping[str, Collection[str]]
    needed: tuple[frozenset[str], ...]
    orders: tuple[tuple[str, ...], ...]

    def columns(self, cells: Iterable[str]) -> dict[str, int]:
        """Tell which columns a header names in words that are known."""
        columns: dict[str, int] = {}
        for place, cell in enumerate(map(fold, cells)):
            meaning = next((each for each, known in self.words.items() if cell in known and each not in columns), None)
            if meaning is not None:
                columns[meaning] = place
        return columns

    def count(self, cells: Iterable[str]) -> int:
        """Count the columns that a header names; 0 where one that is needed is missing."""
        columns = self.columns(cells)
        return len(columns) if all(not group.isdisjoint(columns) for group in self.needed) else 0


def _form(needed: str, *orders: str, **words: str) -> Form:
    """Make a form; a column's words are parted by bars, and `=MEANING` is what any table calls it."""
    known = {
        name.strip("_").replace("_", " "): frozenset(
            each for word in text.split("|") for each in (HEADINGS[word[1:]] if word[0] == "=" else [fold(word)])
        )
        for name, text in words.items()
    }
    return Form(
        words=known,
        needed=tuple(frozenset(group.split("|")) for group in needed.split(",")),
        orders=tuple(tuple(order.split(",")) for order in orders),
    )


_FIRST = "=first|ad|first"
_RECOMMENDATION = _form(
    "first|last,text,date",
    "first,last,company,position,text,date,status",
    first=_FIRST,
    last="=last",
    company="=org",
    position="=job",
    text="text|texto|texte|testo|tekst",
    date="creation date|erstellungsdatum|date de creation",
    status="status|estado|stato|statut",
)
_ENDORSED, _ENDORSERS = (
    _form(
        "date,skill,first|last|url",
        "date,skill,first,last,url,status",
        "date,skill,first,last,status",
        date="endorsement date",
        skill="skill name",
        first=f"{other} first name",
        last=f"{other} last name",
        url=f"{other} public url",
        status="endorsement status|status",
    )
    for other in ("endorsee", "endorser")
)
FORMS = {
    Sheet.CONNECTIONS: _form(
        "first|last,date",
        first=_FIRST,
        last="=last",
        url="=url",
        email="=email",
        company="=org",
        position="=job",
        date="=connected",
    ),
    Sheet.MESSAGES: _form(
        "conversation,from,date,to|to urls",
        "conversation,title,from,from url,to,to urls,date,subject,content,folder",
        "conversation,title,from,from url,to,date,subject,content,folder",
        conversation="conversation id|konversations id|id de conversation|id de conversacion",
        title="conversation title",
        from_="=from",
        from_url="sender profile url",
        to="=to",
        to_urls="recipient profile urls|recipient profile url",
        date="=at",
        subject="subject|betreff|objet|asunto|oggetto|assunto|onderwerp",
        content="content|inhalt|contenu|contenido|contenuto|conteudo|inhoud",
        folder="folder|ordner|dossier|carpeta|cartella|pasta|map",
        draft="is message draft",
        conversation_draft="is conversation draft",
    ),
    Sheet.INVITATIONS: _form(
        "from,to,date,direction|inviter",
        "from,to,date,message,direction,inviter,invitee",
        "from,to,date,message,direction",
        from_="=from",
        to="=to",
        date="=at",
        message="message|nachricht|mensaje|messaggio|mensagem|bericht",
        direction="direction|richtung|direccion|direzione|direcao|richting",
        inviter="inviterprofileurl|inviter profile url",
        invitee="inviteeprofileurl|invitee profile url",
    ),
    Sheet.GIVEN: _RECOMMENDATION,
    Sheet.RECEIVED: _RECOMMENDATION,
    Sheet.ENDORSED: _ENDORSED,
    Sheet.ENDORSERS: _ENDORSERS,
    Sheet.PROFILE: _form(
        "first|last,headline", "first,last", first=_FIRST, last="=last", headline="headline|slogan|titre|titular"
    ),
    Sheet.EMAILS: _form(
        "email,confirmed",
        "email,confirmed",
        email="=email",
        confirmed="confirmed|bestatigt|confirme|confirmado|confermato",
    ),
}


def sheet_of(name: str) -> Sheet | None:
    """Tell by a file's path which table it is; LinkedIn names its files in English in every language."""
    base = PurePosixPath(name).name.lower()
    plain = _NUMBERED.sub("", base.removesuffix(".csv")).replace("_", " ").strip()
    return next((sheet for sheet in Sheet if base.endswith(".csv") and sheet.value == plain), None)
