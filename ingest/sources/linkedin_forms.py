"""The tables of a LinkedIn export: their files' names, their columns' names, and the order of their columns.

LinkedIn has changed them often: profile addresses came in 2021 to 2023, drafts and attachments come and go.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

from ingest.sources import linkedin_words as said
from ingest.sources.linkedin_words import words

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

    words: Mapping[str, frozenset[str]]
    needed: tuple[frozenset[str], ...]
    orders: tuple[tuple[str, ...], ...] = ()


_RECOMMENDATION = Form(
    words={
        "first": said.FIRST, "last": said.LAST, "company": said.COMPANY, "position": said.POSITION,
        "text": words("text|texto|texte|testo|tekst"), "date": words("creation date|erstellungsdatum|date de creation"),
        "status": words("status|estado|stato|statut"),
    },
    needed=(frozenset({"first", "last"}), frozenset({"text"}), frozenset({"date"})),
    orders=(("first", "last", "company", "position", "text", "date", "status"),),
)  # fmt: skip
_MESSAGES_2021 = ("conversation", "title", "from", "from url", "to", "date", "subject", "content", "folder")
FORMS: dict[Sheet, Form] = {
    Sheet.CONNECTIONS: Form(
        words={
            "first": said.FIRST, "last": said.LAST, "url": said.URL, "email": said.EMAIL, "company": said.COMPANY,
            "position": said.POSITION, "date": said.CONNECTED,
        },
        needed=(frozenset({"first", "last"}), frozenset({"date"})),
    ),
    Sheet.MESSAGES: Form(
        words={
            "conversation": words("conversation id|konversations id|id de conversation|id de conversacion"),
            "title": words("conversation title"), "from": said.FROM, "from url": words("sender profile url"),
            "to": said.TO, "to urls": words("recipient profile urls|recipient profile url"), "date": said.SENT,
            "subject": words("subject|betreff|objet|asunto|oggetto|assunto|onderwerp"),
            "content": words("content|inhalt|contenu|contenido|contenuto|conteudo|inhoud"),
            "folder": words("folder|ordner|dossier|carpeta|cartella|pasta|map"),
            "draft": words("is message draft"), "conversation draft": words("is conversation draft"),
        },
        needed=(frozenset({"conversation"}), frozenset({"from"}), frozenset({"date"}), frozenset({"to", "to urls"})),
        orders=((*_MESSAGES_2021[:5], "to urls", *_MESSAGES_2021[5:]), _MESSAGES_2021),
    ),
    Sheet.INVITATIONS: Form(
        words={
            "from": said.FROM, "to": said.TO, "date": said.SENT,
            "message": words("message|nachricht|mensaje|messaggio|mensagem|bericht"),
            "direction": words("direction|richtung|direccion|direzione|direcao|richting"),
            "inviter": words("inviterprofileurl|inviter profile url"),
            "invitee": words("inviteeprofileurl|invitee profile url"),
        },
        needed=(frozenset({"from"}), frozenset({"to"}), frozenset({"date"}), frozenset({"direction", "inviter"})),
        orders=(("from", "to", "date", "message", "direction", "inviter", "invitee"),
                ("from", "to", "date", "message", "direction")),
    ),
    Sheet.GIVEN: _RECOMMENDATION,
    Sheet.RECEIVED: _RECOMMENDATION,
    Sheet.PROFILE: Form(
        words={"first": said.FIRST, "last": said.LAST, "headline": words("headline|slogan|titre|titular")},
        needed=(frozenset({"first", "last"}), frozenset({"headline"})),
        orders=(("first", "last"),),
    ),
    Sheet.EMAILS: Form(
        words={"email": said.EMAIL, "confirmed": words("confirmed|bestatigt|confirme|confirmado|confermato")},
        needed=(frozenset({"email"}), frozenset({"confirmed"})),
        orders=(("email", "confirmed"),),
    ),
}  # fmt: skip
for _sheet, _other in ((Sheet.ENDORSED, "endorsee"), (Sheet.ENDORSERS, "endorser")):
    FORMS[_sheet] = Form(
        words={
            "date": words("endorsement date"), "skill": words("skill name"), "first": words(f"{_other} first name"),
            "last": words(f"{_other} last name"), "url": words(f"{_other} public url"),
            "status": words("endorsement status|status"),
        },
        needed=(frozenset({"date"}), frozenset({"skill"}), frozenset({"first", "last", "url"})),
        orders=(("date", "skill", "first", "last", "url", "status"), ("date", "skill", "first", "last", "status")),
    )  # fmt: skip


def sheet_of(name: str) -> Sheet | None:
    """Tell by a file's path which table it is; LinkedIn names its files in English in every language."""
    base = PurePosixPath(name).name.lower()
    if not base.endswith(".csv"):
        return None
    plain = _NUMBERED.sub("", base.removesuffix(".csv")).replace("_", " ").strip()
    return next((sheet for sheet in Sheet if sheet.value == plain), None)
