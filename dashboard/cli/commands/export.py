"""`intrograph export`: paths, relationships, people or the graph as a file."""

from functools import partial
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from dashboard.cli.options import make_command, make_question, question_options, yes_option
from dashboard.cli.session import Reply, Session
from dashboard.words.lines import size, warning
from graph.errors import Remedy, UsageError

_IMPORT = "neo4j-import"
_WHAT = ("paths", "ties", "people", "graph", _IMPORT)
_EXAMPLES = """\b
Examples:
  intrograph export paths --to "Steve Strauss" --format md -o strauss.md
  intrograph export ties --format csv -o ties.csv --as-of 2009-04
  intrograph export graph --format graphml -o graph.graphml
  intrograph export neo4j-import -o import
"""


@make_command("export", epilog=_EXAMPLES)
@click.argument("what", type=click.Choice(_WHAT), metavar="|".join(_WHAT))
@click.option("--format", "form", default="", metavar="F", help="csv, json, graphml, gexf, vcard, md or mermaid.")
@click.option(
    "-o",
    "--output",
    default="-",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="By itself -: stdout. For neo4j-import: a new folder.",
)
@click.option("--to", metavar="NAME", help="For paths: whom you want to meet.")
@click.option("--to-org", metavar="ORG", help="For paths: anybody at this organisation.")
@question_options
@click.option("--include-private", is_flag=True, help="For paths: private evidence and closeness, too; asks first.")
@yes_option
def run(
    session: Session,
    /,
    what: str,
    form: str,
    output: Path,
    to: str | None,
    to_org: str | None,
    *,
    include_private: bool,
    yes: bool,
    **options: Any,
) -> Reply:
    """Write paths, relationships (ties), people or the graph to stdout, or to a file that only you may read.

    neo4j-import writes the whole store, as the files from which neo4j-admin fills a Neo4j server.

    Of paths, private evidence (mail, messages, what you were told) stays out, and so do strength, closeness, counts and
    dates of relationships, unless you say --include-private.
    """
    from dashboard.service.exporting import save, write_export
    from dashboard.words.json import words_for
    from dashboard.words.notes import note_words
    from dashboard.words.program import Program
    from graph.answers.notes import note_ahead

    if what == _IMPORT:
        return _write_import(session, output)
    _check(what, form, to, to_org)
    if session.as_json and str(output) == "-" and form != "json":
        raise UsageError("the file and what --json tells of it can't both go to stdout: name a file with -o")
    if include_private:
        where = f"in {'what is printed' if str(output) == '-' else output}, for whoever reads it"
        session.allow(f"Private evidence and closeness will stand {where}. Include them?", yes=yes)
    question = make_question(to or None, to_org, **options)
    for note in note_ahead(question.filters.as_of, session.today):  # on stderr: in the file notes are private
        session.terminal.note([warning("Note: "), note_words(note, session.program)[0]])
    pieces = write_export(
        session.store,
        what,
        form,
        question,
        session.profile,
        session.today,
        words=words_for(Program(profile=session.profile)),  # a file may be for others: it names no store of mine
        include_private=include_private,
    )
    if str(output) == "-":
        return Reply(raw=pieces)
    octets = save(pieces, output, session.store.location)
    told = f"Written to {output} ({size(octets)}); only you may read it."
    return Reply(text=[told], data={"what": what, "format": form, "file": str(output), "bytes": octets})


def _write_import(session: Session, folder: Path) -> Reply:
    from dashboard.service.exporting import save_folder
    from dashboard.words.copying import import_command, import_lines
    from graph.stores import write_import_files

    context = click.get_current_context()
    for one in context.command.params:
        given = context.get_parameter_source(str(one.name)) is ParameterSource.COMMANDLINE
        if given and one.name not in ("what", "output", "yes", "json"):
            raise UsageError(f"{one.opts[0]} does not go with {_IMPORT}, which takes the whole store: leave it out")
    if str(folder) == "-":
        remedy = Remedy(("export", _IMPORT, "-o", "DIR"))
        raise UsageError(f"{_IMPORT} makes a folder of files: name a new one", remedies=[remedy])
    octets = save_folder(partial(write_import_files, session.store, today=session.today), folder)
    told = {"what": _IMPORT, "format": "csv", "file": str(folder), "bytes": octets, "command": import_command(folder)}
    return Reply(text=import_lines(folder, octets), data=told)


def _check(what: str, form: str, to: str | None, to_org: str | None) -> None:
    from graph.export.formats import find_writer

    find_writer(what, form)
    if what == "paths" and (to is None) == (to_org is None):
        raise UsageError(
            "paths to whom? name one with --to, or an organisation with --to-org",
            remedies=[Remedy(("export", "paths", "--to", "NAME", "--format", form))],
        )
    if what != "paths" and (to or to_org):
        raise UsageError(f"--to goes with paths, and this is {what}: leave it out")
