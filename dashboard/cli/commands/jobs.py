"""`intrograph jobs`: what was brought in when."""

from collections.abc import Iterator, Sequence

import click

from dashboard.cli.options import json_option
from dashboard.cli.session import Reply, Session, pass_session
from dashboard.words.lines import Line, command, count, dim, duration, heading, moment, number, table, warning
from graph.export.escapes import iso
from graph.model import Problem
from graph.store.documents import Run

_SHOWN = 10


@click.command("jobs", short_help="Show what was brought in when, and what went wrong.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="At most this many.")
@json_option
@pass_session
def run(session: Session, limit: int) -> Reply:
    """Show the last runs of ingest, newest first: what was new, seen before, a problem; and the newest problems."""
    runs = session.store.runs()
    problems = session.store.problems()
    return Reply(
        text=lambda: _render(session, runs, problems, limit),
        data=lambda: {
            "runs": [_data(one) for one in runs[:limit]],
            "problems": [{"where": one.where, "why": one.why} for one in problems],
        },
    )


def _render(session: Session, runs: Sequence[Run], problems: Sequence[Problem], limit: int) -> Iterator[Line]:
    if not runs:
        yield ["Nothing was brought in yet. ", command(session.program.line("ingest", "PATH"))]
        return
    rows = [("when", "source", "new", "seen", "problems", "took")]
    rows += [
        (moment(one.at), one.source, number(one.new), number(one.seen), number(one.problems), duration(one.seconds))
        for one in runs[:limit]
    ]
    yield from table(rows, indent="")
    if len(runs) > limit:
        yield dim(f"and {count(len(runs) - limit, 'older run')}: --limit {len(runs)}")
    if problems:
        yield heading("Problems of the newest run")
    for one in problems[:_SHOWN]:
        yield ["  ", warning("problem"), f"  {one.where}: {one.why}" if one.where else f"  {one.why}"]
    if len(problems) > _SHOWN:
        yield dim(f"  and {number(len(problems) - _SHOWN)} more: --json")


def _data(one: Run) -> dict[str, object]:
    return {
        "source": one.source,
        "at": iso(one.at),
        "new": one.new,
        "seen": one.seen,
        "problems": one.problems,
        "seconds": one.seconds,
    }


COMMAND = run
