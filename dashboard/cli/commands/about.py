"""`intrograph about`: all that is held on somebody."""

from collections import deque
from pathlib import Path

import click

from dashboard.cli.options import make_command
from dashboard.cli.session import Reply, Session
from dashboard.service.exporting import save
from dashboard.service.privacy import about, lines_of
from dashboard.words.lines import Line, command, count
from dashboard.words.privacy import held_lines, held_to_dict, namesake_lines


@make_command("about")
@click.argument("who", metavar="P")
@click.option(
    "--export", "file", type=click.Path(path_type=Path), metavar="FILE", help="Write it all there; - is stdout."
)
def run(session: Session, who: str, file: Path | None) -> Reply:
    """Show in numbers all that is held on P, or with --export write every record, one JSON object a line.

    The file is what `ingest jsonl` reads. Names and addresses of other people stand in it too: read it before you
    hand it on. Accounts with the same name that are not joined to P are not in it, and are named.
    """
    held, records = about(session.store, who)
    if file is not None and str(file) == "-":
        for line in namesake_lines(held.namesakes, held.person.id, session.program):
            session.terminal.note(line)
        return Reply(raw=lines_of(records))
    if file is not None:
        save(lines_of(records), file, session.store.location)
        written = f"{count(sum(held.by_type.values()), 'record')} written to {file}, which only you may read."
        told = [*held_lines(held, session.program), written]
        return Reply(text=told, data=held_to_dict(held) | {"file": str(file)})
    deque(records, maxlen=0)
    whole = session.program.line("about", held.person.id, "--export", "FILE")
    hint: Line = ["All of it, record by record: ", command(whole)]
    return Reply(text=[*held_lines(held, session.program), hint], data=held_to_dict(held))
