"""`intrograph protect`: who is never suggested as a step."""

from collections.abc import Iterator, Sequence

import click

from dashboard.cli.options import make_command
from dashboard.cli.session import Reply, Session
from dashboard.service.privacy import protect, protected
from dashboard.words.lines import Line, command, dim, name, shorten
from graph.people.person import Person


@make_command("protect")
@click.argument("who", required=False, metavar="[P]")
@click.option("--remove", is_flag=True, help="Let them be suggested again.")
@click.option("--list", "listed", is_flag=True, help="Show who is protected.")
def run(session: Session, who: str | None, *, remove: bool, listed: bool) -> Reply:
    """Never suggest P as a step of a way; you can still ask for P. Without P it shows who is protected."""
    if who is None or listed:
        people = protected(session.store)
        return Reply(
            text=_listed(people),
            data={"protected": people},
        )
    person = protect(session.store, who, on=not remove)
    state = "may be suggested again" if remove else "is protected: no way leads over them"
    undo = session.program.line("protect", person.id, *([] if remove else ["--remove"]))
    return Reply(
        text=[[name(shorten(person.name, 80)), f" {state}."], ["Undo: ", command(undo)]],
        data={"protected": protected(session.store), "undo": undo},
    )


def _listed(people: Sequence[Person]) -> Iterator[Line]:
    if not people:
        yield "Nobody is protected."
    for one in people:
        yield [name(shorten(one.name, 80)), dim(f"  {one.id}")]
