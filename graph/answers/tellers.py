"""Who said what was told: declared ties and introductions are somebody's word, and not always mine."""

from collections.abc import Iterable
from dataclasses import dataclass

from graph.model import Declared, Introduction
from graph.people.identity import Persons
from graph.people.person import Person

_BY_HAND = "manual"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How much one kind of teller said: `you`, `others`, or `files` where an introduction's teller is not held."""

    teller: str
    declared: int = 0
    introductions: int = 0


def count_told(
    declared: Iterable[Declared], introductions: Iterable[Introduction], persons: Persons, me: Person | None
) -> list[Told]:
    """Count the declared ties and introductions that stand, by who said them; a teller who said nothing is left out.

    A declared tie names its teller, none being the store's owner. An introduction names none: it is the owner's word
    where it was noted by hand, and else the word of the file that it was read from.
    """
    ties = ["others" if _said_by_another(one, persons, me) else "you" for one in declared if one.retracted_at is None]
    met = ["you" if one.source == _BY_HAND else "files" for one in introductions if one.retracted_at is None]
    return [
        Told(teller=teller, declared=ties.count(teller), introductions=met.count(teller))
        for teller in ("you", "others", "files")
        if teller in ties or teller in met
    ]


def _said_by_another(tie: Declared, persons: Persons, me: Person | None) -> bool:
    return tie.by is not None and (me is None or persons.person_of(tie.by.id) != me.id)
