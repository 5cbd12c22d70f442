"""Health: what `doctor` looks at, one check a line, and what to do where something is amiss."""

from collections.abc import Iterator
from shlex import quote

from dashboard.service.overview import Place, free_space, read_contents
from graph.people import open_directory
from graph.store import Check, Store

_LITTLE_SPACE = 500_000_000


def check_place(place: Place) -> Iterator[Check]:
    """Look at where a store lies, before it is opened."""
    from dashboard.words.text import size

    yield Check(name="store", value=place.location)
    if place.file is None:
        yield Check(name="network", value=f"used for {place.location} only")
        return
    yield Check(name="network", value="no network used")
    if place.mode is None:
        yield Check(name="file", value="not made yet", advice="bring something in: intrograph ingest PATH")
    else:
        readable = None if place.private else f"others may read it: chmod 600 {place.location}"
        yield Check(name="permissions", value=f"{place.mode:04o}", advice=readable)
        yield Check(name="size", value=f"{size(place.size)}, with its log and caches")
    free = free_space(place) or 0
    little = free < max(_LITTLE_SPACE, place.size)
    yield Check(
        name="free space",
        value=size(free),
        advice="free some: an ingest may need as much again as the store has" if little else None,
    )


def check_store(store: Store, profile: str) -> Iterator[Check]:
    """Look at an open store: whether it is well, what is in it, who I am, refused joins, its last run."""
    from dashboard.words.text import count

    yield from store.health()
    contents = read_contents(store, profile)
    held = contents.overview
    empty = "bring something in: intrograph ingest PATH" if contents.empty else None
    yield Check(
        name="contents",
        value=f"{count(contents.people, 'person', 'people')}, {count(held.accounts, 'account')}, "
        f"{count(held.interactions, 'act')}",
        advice=empty,
    )
    if contents.me is None:
        yield Check(name="me", value=f"not known under the profile {profile!r}", advice="intrograph me")
    else:
        yield Check(name="me", value=f"{contents.me.name} ({', '.join(contents.me.accounts)})")
    for refusal in open_directory(store).persons.refused:
        yield Check(
            name="identity",
            value=f"{refusal.join.a} and {refusal.join.b} are not joined, although {refusal.join.source} says so: "
            f"{refusal.blocked_by.a} and {refusal.blocked_by.b} are said to be two people",
            advice=f"if that was wrong: intrograph people undo {quote(refusal.blocked_by.id)}",
        )
    runs = store.runs()
    yield Check(name="last ingest", value=f"{runs[0].source}, {runs[0].at:%Y-%m-%d}" if runs else "none yet")
