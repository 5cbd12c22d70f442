"""`intrograph list`: named lists of people."""

from collections.abc import Iterator, Sequence

import click

from dashboard.cli.commands import HELPS
from dashboard.cli.options import json_option, make_command
from dashboard.cli.session import Reply, Session, undoable
from dashboard.service.lists import add_to_list, count_lists, remove_from_list, show_list
from dashboard.words.lines import Line, command, count, dim, name, shorten, table
from dashboard.words.program import Program
from graph.errors import operands
from graph.people.person import Person


@click.group("list", invoke_without_command=True, short_help=HELPS["list"], params=[json_option()])
@click.pass_context
def run(context: click.Context) -> Reply | None:
    """Keep named lists of people; alone it shows which there are."""
    session = context.find_object(Session)
    if context.invoked_subcommand is not None or session is None:
        return None
    counts = count_lists(session.store)
    return Reply(text=_counted(counts, session.program), data=counts)


def _counted(counts: dict[str, int], program: Program) -> Iterator[Line]:
    if not counts:
        yield ["There is no list yet. ", command(program.line("list", "add", "NAME", "P"))]
    yield from table([(one, count(many, "person")) for one, many in counts.items()], indent="")


@make_command("show", "Show who is on a list.", group=run)
@click.argument("which", metavar="NAME")
def show(session: Session, which: str) -> Reply:
    """Show who is on a list."""
    found = show_list(session.store, which)
    people = table([(one.id, shorten(one.name, 80)) for one in found], indent="")
    return Reply(text=people, data={"list": which, "people": found})


@make_command("add", "Put people on a list.", group=run)
@click.argument("which", metavar="NAME")
@click.argument("people", metavar="P...", nargs=-1, required=True)
def add(session: Session, which: str, people: tuple[str, ...]) -> Reply:
    """Put people on a list; it is made where there is none."""
    found = add_to_list(session.store, which, [*map(session.whom, people)])
    return _changed(session, which, found, "On", "remove")


@make_command("remove", "Take people off a list, or remove it.", group=run)
@click.argument("which", metavar="NAME")
@click.argument("people", metavar="[P]...", nargs=-1)
def remove(session: Session, which: str, people: tuple[str, ...]) -> Reply:
    """Take people off a list; without any, everybody, and the list is gone."""
    found = remove_from_list(session.store, which, [*map(session.whom, people)])
    return _changed(session, which, found, "Off", "add")


def _changed(session: Session, which: str, found: Sequence[Person], where: str, undo: str) -> Reply:
    lines: list[Line] = [f"{where} the list {which}: {count(len(found), 'person')}"]
    lines += [["  ", name(shorten(one.name, 80)), dim(f"  {one.id}")] for one in found]
    again = session.program.line("list", undo, *operands(which, *(one.id for one in found)))
    return undoable(lines, {"list": which, "people": found}, again)
