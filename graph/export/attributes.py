"""The attributes of people and ties in every graph format: flat strings and numbers, nothing where nothing is known."""

from graph.export.escapes import iso
from graph.export.tables import PersonRecord, TieRecord
from graph.model import DECLARED, INTRODUCTION, KINDS
from graph.records.clean import clean, line

Value = str | int | float

SEPARATOR = " ::: "
"""Between several values in one attribute or cell, as contact exports write it."""

NODE_ATTRIBUTES: dict[str, type[Value]] = {"name": str, "accounts": str, "org": str, "title": str, "lists": str}
"""Name and type of every attribute that a person may have."""

_COUNTED = (*(kind.value for kind in KINDS), INTRODUCTION, DECLARED)
EDGE_ATTRIBUTES: dict[str, type[Value]] = {
    "strength": float,
    "answers": float,
    "closeness": str,
    "last": str,
    "out": int,
    "in": int,
    **{f"{way}_{kind}": int for kind in _COUNTED for way in ("out", "in")},
}
"""Name and type of every attribute that a tie may have; `out_reply` counts the replies of source to target."""


def node_attributes(person: PersonRecord) -> dict[str, Value]:
    """Give the attributes of a person; empty ones are left out."""
    return {name: value for name, value in person_texts(person).items() if value and name in NODE_ATTRIBUTES}


def person_texts(person: PersonRecord) -> dict[str, str]:
    """Give what is known of a person as texts of one line each, several values joined by `SEPARATOR`."""
    return {
        "id": clean(person.id),
        "name": line(person.name),
        "accounts": SEPARATOR.join(clean(account.id) for account in person.accounts),
        "org": line(person.org or ""),
        "title": line(person.title or ""),
        "lists": SEPARATOR.join(line(name) for name in person.lists),
    }


def edge_attributes(tie: TieRecord) -> dict[str, Value]:
    """Give the attributes of a tie; kinds that never happened, an unknown date and no closeness are left out.

    A tie that is for other eyes has none.
    """
    if tie.for_others:
        return {}
    found: dict[str, Value] = {"strength": tie.strength, "answers": tie.answers}
    if tie.closeness is not None:
        found["closeness"] = tie.closeness.value
    if tie.last is not None:
        found["last"] = iso(tie.last)
    found |= {"out": tie.out, "in": tie.in_}
    for count in tie.counts:
        found |= {f"out_{count.kind}": count.out} if count.out else {}
        found |= {f"in_{count.kind}": count.in_} if count.in_ else {}
    return found
