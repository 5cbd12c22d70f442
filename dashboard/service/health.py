"""Health: what `doctor` looks at."""

from dataclasses import dataclass

from dashboard.service.overview import Contents, Place, find_place, free_space, read_contents
from graph.people.identity import Refusal
from graph.people.person import open_directory
from graph.store.documents import Check, Run
from graph.store.store import Store

_LITTLE_SPACE = 500_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """What an open store shows of itself.

    Attributes:
        checks: Its own.
        refused: The joins that are not made.
        last: Its newest run of ingest.
    """

    checks: tuple[Check, ...]
    contents: Contents
    refused: tuple[Refusal, ...]
    last: Run | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How a store is.

    Attributes:
        place: Where it lies.
        free: Bytes free there.
        inside: None where it can't be opened, or is not made yet.
    """

    place: Place
    free: int
    inside: Inside | None = None

    @property
    def cramped(self) -> bool:
        """Tell whether an ingest may find too little space: it needs as much again as the store has."""
        return self.free < max(_LITTLE_SPACE, self.place.size)


def check(location: str, inside: Inside | None) -> Health:
    """Look at where a store lies, once it was opened or could not be."""
    place = find_place(location)
    return Health(place=place, free=free_space(place) or 0, inside=inside)


def look_inside(store: Store, profile: str) -> Inside:
    """Look at an open store: whether it is well, what is in it, who I am, refused joins, its last run."""
    return Inside(
        checks=tuple(store.health()),
        contents=read_contents(store, profile),
        refused=tuple(open_directory(store).persons.refused),
        last=next(iter(store.runs()), None),
    )
