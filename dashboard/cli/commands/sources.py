"""`intrograph sources`: what can be brought in, and how to get it."""

from collections.abc import Iterator, Sequence

import click

from dashboard.cli.options import make_command
from dashboard.cli.session import Reply, Session
from dashboard.words.lines import Line, command, dim, heading, wrapped
from dashboard.words.program import Program
from graph.export.json import pick
from ingest.registry import source as find_source
from ingest.registry import sources
from ingest.source import Source


@make_command("sources")
@click.argument("names", nargs=-1, metavar="[SOURCE]...")
def run(session: Session, names: tuple[str, ...]) -> Reply:
    """Show every source, or those named: what it reads, and how to get it.

    Also how long the network takes to hand it over, and what it shows of the second hop: whom your contacts know.
    """
    wanted = [find_source(name) for name in names] if names else sources()
    return Reply(
        text=_render(wanted, session.program, full=bool(names)),
        data=[pick(source, "name reads obtain wait second_hop private options") for source in wanted],
    )


def _render(wanted: Sequence[Source], program: Program, *, full: bool) -> Iterator[Line]:
    for place, source in enumerate(wanted):
        if place:
            yield ""
        yield heading(source.name)
        yield from wrapped(source.reads, "  reads          ")
        yield from wrapped(source.obtain, "  how to get it  ")
        yield from wrapped(source.wait, "  how long       ")
        yield from wrapped(source.second_hop, "  second hop     ")
        yield ["  bring it in    ", command(program.line("ingest", source.name, *source.example))]
        for option in source.options if full else ():
            flag = f"--{option.name}" if option.flag else f"--{option.name} {option.metavar}"
            yield from wrapped(option.help, f"    {flag:<22} ")
    if not full:
        yield ""
        yield [dim("The options of one: "), command(program.line("sources", "NAME"))]
