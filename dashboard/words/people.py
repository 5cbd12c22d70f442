"""People, assertions and suggestions as text."""

from collections.abc import Iterator, Sequence
from shlex import quote

from dashboard.service.people import Profile, Suggestion
from dashboard.words.lines import Line, Span, Style, command, day, dim, heading, link, name, shorten
from dashboard.words.program import Program
from graph.model import Account, SameAs
from graph.people.person import Candidate, Person


def candidate_words(one: Candidate) -> str:
    """Say what matched of somebody, and what tells them apart."""
    known = [part for part in (one.title, one.org) if part]
    matched = f"{one.match} on {one.network}" if one.match else "near"
    return matched + (f", {' at '.join(known)}" if known else "")


def another_lines(made: Account, other: Person, program: Program) -> Iterator[Line]:
    """Tell that somebody else bears the name of who is made."""
    yield f"another {shorten(other.name, 60)} is held: {', '.join(other.accounts)}"
    yield ["  if they are one person: ", command(program.line("people", "merge", made.id, other.id))]


def profile_lines(profile: Profile, program: Program) -> Iterator[Line]:
    """Tell what is known of a person."""
    yield [name(profile.person.name), dim(f"  {profile.person.id}")]
    for account in profile.accounts:
        known = [shorten(part, 80) for part in (account.name, account.title, account.org) if part]
        yield [f"  {account.id}", dim(f"  {', '.join(known)}") if known else ""]
        if (safe := link(account.url)) is not None:
            yield ["    ", Span(safe, Style.LINK)]
    if profile.lists:
        yield f"  on the lists {', '.join(profile.lists)}"
    if profile.protected:
        yield "  protected: never suggested as a step"
    if profile.assertions:
        yield heading("Who says that these are one person")
        yield from assertion_lines(profile.assertions, program)


def assertion_lines(said: Sequence[SameAs], program: Program) -> Iterator[Line]:
    """List assertions, and how to take one back."""
    yield from map(_assertion_line, said)
    yield [dim("Undo one: "), command(program.line("people", "undo", "ID"))]


def _assertion_line(one: SameAs) -> list[Span | str]:
    """Tell an assertion: who says it, when, and its id."""
    words = "is" if one.same else "is not"
    sure = "" if one.source == "manual" else f", {one.confidence:.0%} sure"
    by = "you" if one.source == "manual" else one.source
    return [f"  {one.a} {words} {one.b}", dim(f"  ({by}, {day(one.at)}{sure})"), "  ", Span(quote(one.id), Style.DIM)]


def suggestion_lines(found: Sequence[Suggestion], program: Program) -> Iterator[Line]:
    """List who may be one person, each with what to type."""
    if not found:
        yield "Nobody here looks like two people that are one."
        return
    for one in found:
        yield [name(shorten(one.a.name, 60)), f" {one.a.id}  and  ", name(shorten(one.b.name, 60)), f" {one.b.id}"]
        yield ["  ", dim(one.why), "   ", command(program.line("people", "merge", one.a.id, one.b.id))]
