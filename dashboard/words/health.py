"""How a store is, in words: a line a check, with what to do where something is amiss."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from shlex import quote

from dashboard.service.overview import Contents, Place
from dashboard.words.lines import Line, command, count, good, size, warning
from dashboard.words.notes import refusal_words
from dashboard.words.program import Program
from graph.store.documents import Check, Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at.

    Attributes:
        advice: What to do; None where all is well.
        typed: The command that does it, where there is one.
    """

    name: str
    value: str
    advice: str | None = None
    typed: str | None = None


def finding_lines(found: list[Finding]) -> Iterator[Line]:
    """Tell what was looked at, and below it what to do."""
    for one in found:
        yield [warning("look  ") if one.advice else good("ok    "), f"{one.name:<12} {one.value}"]
        if one.advice:
            yield [f"{'':<18} {one.advice}", ": " if one.typed else "", command(one.typed or "")]


def look_outside(place: Place, program: Program) -> Iterator[Finding]:
    """Say what was looked at of a store's place."""
    yield Finding(name="store", value=place.location)
    if place.file is None:
        yield Finding(name="network", value=f"used for {place.location} only")
        return
    yield Finding(name="network", value="no network used but to read X where you say so")
    if place.mode is None:
        yield Finding(name="file", value="not made yet", **_bring_in(program))
    else:
        fine = place.private or place.file.is_dir()
        shut = {} if fine else {"advice": "others may read it", "typed": shutting(place.location)}
        yield Finding(name="permissions", value=f"{place.mode:04o}", **shut)
        yield Finding(name="size", value=f"{size(place.size)}, with its log and caches")
    advice = "free some: an ingest may need as much again as the store has" if place.cramped else None
    yield Finding(name="free space", value=size(place.free), advice=advice)


def look_inside(checks: Iterable[Check], contents: Contents, last: Run | None, program: Program) -> Iterator[Finding]:
    """Say what was found in an open store: its health, what is in it, who I am, refused joins, its last run."""
    yield from (Finding(name=one.name, value=one.value, advice=one.advice) for one in checks)
    held, me = contents.overview, contents.me
    amounts = count(contents.people, "person"), count(held.accounts, "account")
    empty = _bring_in(program) if contents.empty else {}
    yield Finding(name="contents", value=f"{', '.join(amounts)}, {count(held.interactions, 'act')}", **empty)
    if me is None:
        unknown = f"not known under the profile {contents.profile!r}"
        yield Finding(name="me", value=unknown, advice="say who you are", typed=program.line("me"))
    else:
        yield Finding(name="me", value=f"{me.name} ({', '.join(me.accounts)})")
    for refusal in contents.refused:
        undo = program.line("people", "undo", refusal.blocked_by.id)
        yield Finding(name="identity", value=refusal_words(refusal), advice="if that was wrong", typed=undo)
    yield Finding(name="last ingest", value=f"{last.source}, {last.at:%Y-%m-%d}" if last else "none yet")


def _bring_in(program: Program) -> dict[str, str]:
    return {"advice": "bring something in", "typed": program.line("ingest", "PATH")}


def shutting(file: str) -> str:
    """Write the command that lets nobody but its owner read a file."""
    return f"chmod 600 {quote(file)}"
