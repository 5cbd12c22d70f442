"""`intrograph jobs`: what was brought in when."""

from collections.abc import Iterator, Sequence

import click

from dashboard.cli.options import make_command
from dashboard.cli.session import Reply, Session
from dashboard.words.lines import Line, command, count, dim, duration, heading, moment, number, table, warning
from dashboard.words.outcome import cost_words, usd
from graph.model import Problem
from graph.store.documents import Cost, Run

_SHOWN = 10


@make_command("jobs")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="At most this many.")
def run(session: Session, limit: int) -> Reply:
    """Show the last runs of ingest, newest first: what was new, seen before, a problem; and the newest problems."""
    runs = session.store.runs()
    problems = session.store.problems()
    return Reply(
        text=_render(session, runs, problems, limit),
        data={
            "runs": runs[:limit],
            "problems": problems,
            "cost": _sum_up(runs),
        },
    )


def _sum_up(runs: Sequence[Run]) -> Cost:
    return sum((one.cost for one in runs if one.cost is not None), start=Cost())


def _render(session: Session, runs: Sequence[Run], problems: Sequence[Problem], limit: int) -> Iterator[Line]:
    if not runs:
        yield ["Nothing was brought in yet. ", command(session.program.line("ingest", "PATH"))]
        return
    rows = [("when", "source", "new", "seen", "problems", "took", "cost")]
    rows += [
        (
            *(moment(one.at), one.source, number(one.new), number(one.seen), number(one.problems)),
            *(duration(one.seconds), "" if one.cost is None else usd(one.cost)),
        )
        for one in runs[:limit]
    ]
    paid = any(one.cost is not None for one in runs)
    yield from table(rows if paid else [row[:-1] for row in rows], indent="")
    if paid:
        yield f"Bought in all: {cost_words(_sum_up(runs))}"
    if len(runs) > limit:
        yield dim(f"and {count(len(runs) - limit, 'older run')}: --limit {len(runs)}")
    if problems:
        yield heading("Problems of the newest run")
    for one in problems[:_SHOWN]:
        yield ["  ", warning("problem"), f"  {one.where}: {one.why}" if one.where else f"  {one.why}"]
    if len(problems) > _SHOWN:
        yield dim(f"  and {number(len(problems) - _SHOWN)} more: --json")
