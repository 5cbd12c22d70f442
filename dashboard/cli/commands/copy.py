"""`intrograph copy`: take a store to another place, and back."""

from contextlib import closing
from time import monotonic

import click

from dashboard.cli.options import make_command
from dashboard.cli.session import Reply, Session
from dashboard.words.copying import copied_lines, copied_to_dict, copying_words
from graph.stores import name_place


@make_command("copy")
@click.option("--to", required=True, metavar="STORE", help="Where to: a path, sqlite:///PATH, or a Neo4j's URL.")
@click.option("--quiet", "-q", is_flag=True, help="No progress.")
def run(session: Session, to: str, *, quiet: bool) -> Reply:
    """Copy the store into another place, such as a server, or back: all that is in it, and who is to stay forgotten.

    The place must be empty. Interrupted, the same command goes on where it stopped. At the end both are compared.
    """
    begun, source = monotonic(), session.store
    try:
        with closing(session.open(to)) as target, session.terminal.progress(quiet=quiet) as show:
            copied = source.copy_to(target, lambda at: show(copying_words(at)))
    except KeyboardInterrupt:
        session.terminal.note("Stopped. What was copied so far is kept; the same command goes on from there.")
        raise click.Abort from None
    told = copied, source.location, name_place(to), monotonic() - begun
    return Reply(text=copied_lines(*told, session.program), data=copied_to_dict(*told))
