"""`intrograph people`: find, show, join and split people."""

from collections.abc import Iterator, Sequence

import click

from dashboard.cli.commands import HELPS
from dashboard.cli.options import make_command
from dashboard.cli.session import Reply, Session, undoable
from dashboard.service.people import compare, merge, said_now, show_person, split, suggest, undo
from dashboard.words.json import named
from dashboard.words.lines import Line, command, count, name, shorten, table
from dashboard.words.people import (
    assertion_lines,
    candidate_words,
    profile_lines,
    suggestion_lines,
)
from dashboard.words.program import Program
from graph.errors import NameUnknownError, Remedy, UsageError
from graph.export.json import pick
from graph.model import SameAs
from graph.people.person import Candidate, Person, open_directory
from graph.people.resolve import find_people


@click.group("people", short_help=HELPS["people"])
def run() -> None:
    """Find, show, join and split people. A person is one or more accounts; any of them names the person."""


@make_command("search", "Find people by name, handle, address, organisation or URL.", group=run)
@click.argument("text")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="At most this many.")
def search(session: Session, text: str, limit: int) -> Reply:
    """Find people, indifferent to accents and case, tolerant of typos."""
    found = find_people(open_directory(session.store), text, limit)
    nobody = NameUnknownError(f"nobody here is like {text!r}; try another spelling, or bring in data that shows them")
    return Reply(
        text=_found(found),
        data=found,
        error=None if found else nobody,
    )


def _found(found: Sequence[Candidate]) -> Iterator[Line]:
    yield from table([(one.id, shorten(one.name, 60), candidate_words(one)) for one in found], indent="")


@make_command("show", "Show what is known of somebody.", group=run)
@click.argument("who", metavar="P")
def show(session: Session, who: str) -> Reply:
    """Show a person's accounts, lists, and which assertions make them one."""
    profile = show_person(session.store, session.whom(who))
    return Reply(
        text=profile_lines(profile, session.program),
        data={
            **named(profile.person),
            **pick(profile, "accounts lists protected assertions"),
        },
    )


@make_command("merge", "Say that two people are one.", group=run)
@click.argument("a")
@click.argument("b")
def merge_command(session: Session, a: str, b: str) -> Reply:
    """Say that A and B are one person. Nothing is lost: the assertion can be undone exactly."""
    person, made = merge(session.store, session.whom(a), session.whom(b), session.now)
    again = session.program.line("people", "undo", *made)
    line: Line = ["One person: ", name(person.name), f" ({', '.join(person.accounts)})."]
    return undoable([line], {"person": person, "assertions": made}, again)


@make_command("split", "Say that an account is somebody else.", group=run)
@click.argument("account")
def split_command(session: Session, account: str) -> Reply:
    """Say that ACCOUNT is not the rest of its person; the rest stays together."""
    alone, rest, made = split(session.store, account, session.now)
    again = session.program.line("people", "undo", *made)
    line: Line = ["Two people: ", _both(alone), " and ", _both(rest), "."]
    return undoable([line], {"person": alone, "rest": rest, "assertions": made}, again)


def _both(person: Person) -> str:
    return f"{shorten(person.name, 60)} ({', '.join(person.accounts)})"


@make_command("same", "Show who is one person, and who says so.", group=run)
@click.argument("names", nargs=-1, metavar="[A B]")
def same(session: Session, names: tuple[str, ...]) -> Reply:
    """Tell whether A and B are one person and who says so; without names, list every assertion that stands."""
    if names and len(names) != 2:
        raise UsageError(
            "compare two people; without names every assertion is listed",
            remedies=[Remedy(("people", "same", "A", "B"))],
        )
    if not names:
        return _listed(session, said_now(session.store))
    a, b, said = compare(session.store, *map(session.whom, names))
    return Reply(
        text=_compared(a, b, said, session.program),
        data={
            "same": a.id == b.id,
            "a": a,
            "b": b,
            "assertions": said,
        },
    )


def _listed(session: Session, said: Sequence[SameAs]) -> Reply:
    suggest = command(session.program.line("people", "suggest"))
    none: list[Line] = [["No two accounts are said to be one person. ", suggest]]
    return Reply(text=assertion_lines(said, session.program) if said else none, data=said)


def _compared(a: Person, b: Person, said: Sequence[SameAs], program: Program) -> Iterator[Line]:
    if a.id == b.id:
        yield ["One person: ", name(a.name), f" ({', '.join(a.accounts)})."]
    else:
        yield ["Two people: ", _both(a), " and ", _both(b), "."]
    if said:
        yield from assertion_lines(said, program)
    elif a.id != b.id:
        yield "Nothing is said of the two directly."


@make_command("suggest", "Suggest who may be one person.", group=run)
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="At most this many.")
def suggest_command(session: Session, limit: int) -> Reply:
    """Suggest who may be one person: the same full name, or the same handle on two networks. Nothing is joined."""
    found = suggest(session.store, limit)
    return Reply(
        text=suggestion_lines(found, session.program),
        data=found,
    )


@make_command("undo", "Take assertions back.", group=run)
@click.argument("assertions", nargs=-1, metavar="[ID]...")
def undo_command(session: Session, assertions: tuple[str, ...]) -> Reply:
    """Take back assertions by their ids; without one, list those made by hand, newest first."""
    if not assertions:
        mine = [one for one in said_now(session.store) if one.source == "manual"]
        return _listed(session, sorted(mine, key=lambda one: (one.at, one.id), reverse=True))
    undone = undo(session.store, assertions, session.now)
    return Reply(
        text=[f"Taken back: {count(len(undone), 'assertion')}."],
        data={"undone": undone},
    )
