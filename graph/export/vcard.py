"""vCard 4.0 (RFC 6350, with SOCIALPROFILE of RFC 9554): people as contact cards, related where both have one."""

import re
from collections.abc import Iterable, Iterator
from uuid import UUID, uuid5

from graph.export.escapes import safe_link
from graph.export.tables import PersonRecord, TieRecord
from graph.model import Account, Closeness, network_of
from graph.records.clean import clean, line

_NAMESPACE = UUID("6f4be2ac-5f0c-5d0b-9a55-2c5f6d0e6a11")
_RELATED = {Closeness.CLOSE: "friend", Closeness.FAMILIAR: "acquaintance", Closeness.SLIGHT: "contact"}
_LINE_OCTETS = 75
_ESCAPED = re.compile(r"[\\,;]")
_PROPERTIES = {"email": "EMAIL", "phone": "TEL", "tel": "TEL"}
# No profiles: mail and phones have properties of their own, a name on a site or made by hand belongs to no service.
_NO_PROFILE = frozenset({*_PROPERTIES, "web", "manual"})
_ENCODED_IN_PARAMETERS = {"^": "^^", '"': "^'"}  # RFC 6868


def people_vcard(people: Iterable[PersonRecord], ties: Iterable[TieRecord]) -> Iterator[str]:
    """Write a card for each person; RELATED names the people of the same export that they have a proven tie to.

    Closeness shows only as RFC 6350's friend, acquaintance or contact; the names of the user's lists stay out.
    """
    held = list(people)
    cards = {person.id: uid_of(person.id) for person in held}
    related: dict[str, list[str]] = {}
    for tie in ties:
        if tie.closeness is not None and tie.source in cards and tie.target in cards:
            related.setdefault(tie.source, []).append(f"RELATED;TYPE={_RELATED[tie.closeness]}:{cards[tie.target]}")
    for person in held:
        yield "".join(map(fold, [*_card(person), *related.get(person.id, ()), "END:VCARD"]))


def uid_of(person: str) -> str:
    """Make the same UID for the same person id in every export, as a `urn:uuid:`."""
    return uuid5(_NAMESPACE, person.encode("utf-8", "replace").decode()).urn


def fold(content: str) -> str:
    """Fold a content line at 75 octets, never within a character; each line ends with CRLF."""
    parts: list[str] = []
    octets = 0
    for character in content:
        size = len(character.encode())
        if octets + size > _LINE_OCTETS:
            parts.append("\r\n ")
            octets = 1
        parts.append(character)
        octets += size
    return "".join(parts) + "\r\n"


def _card(person: PersonRecord) -> Iterator[str]:
    yield "BEGIN:VCARD"
    yield "VERSION:4.0"
    yield f"UID:{uid_of(person.id)}"
    yield f"FN:{_text(line(person.name) or clean(person.id))}"
    if person.org:
        yield f"ORG:{_text(line(person.org))}"
    if person.title:
        yield f"TITLE:{_text(line(person.title))}"
    for account in person.accounts:
        yield from _properties(account)


def _properties(account: Account) -> Iterator[str]:
    network, _, local = clean(account.id).partition(":")
    link = safe_link(account.url)
    if network in _PROPERTIES:
        yield f"{_PROPERTIES[network]}:{_text(local)}"
    if network_of(account.id) in _NO_PROFILE:
        if link is not None:
            yield f"URL:{link}"
        return
    handle = line(account.handle or "")
    service = f"SOCIALPROFILE;SERVICE-TYPE={_parameter(network)}"
    if link is None:
        yield f"{service};VALUE=text:{_text(handle or local)}"
    else:
        yield f"{service}{f';USERNAME={_parameter(handle)}' if handle else ''}:{link}"


def _text(value: str) -> str:
    return _ESCAPED.sub(r"\\\g<0>", value)


def _parameter(value: str) -> str:
    encoded = "".join(_ENCODED_IN_PARAMETERS.get(character, character) for character in value)
    return f'"{encoded}"' if re.search(r"[,;:]", encoded) else encoded
