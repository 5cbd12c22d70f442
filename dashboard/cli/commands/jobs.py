"""`intrograph jobs`: what was brought in when."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from dashboard.cli.options import config_option, make_command
from dashboard.cli.session import Reply, Session
from dashboard.service.config import find_jobs
from dashboard.service.jobs import JobState, find_state
from dashboard.words.jobs import state_to_dict, states_lines
from dashboard.words.lines import Line, command, count, dim, duration, heading, moment, number, table, warning
from dashboard.words.outcome import cost_words, usd
from graph.model import Problem
from graph.store.documents import Cost, Run

_SHOWN = 10


@make_command("jobs")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="At most this many.")
@config_option
def run(session: Session, limit: int, config: Path | None) -> Reply:
    """Show your jobs; then the last runs, newest first: what was new, seen before, a problem; the newest problems."""
    jobs = find_jobs(config)
    runs = session.store.runs()
    states = [find_state(job, runs, session.now) for job in jobs]
    problems = session.store.problems()
    return Reply(
        text=_render(session, states, runs, problems, limit),
        data={
            "runs": runs[:limit],
            "problems": problems,
            "cost": _sum_up(runs),
            "jobs": [state_to_dict(state) for state in states],
        },
    )


def _sum_up(runs: Sequence[Run]) -> Cost:
    return sum((one.cost for one in runs if one.cost is not None), start=Cost())


def _render(
    session: Session, states: Sequence[JobState], runs: Sequence[Run], problems: Sequence[Problem], limit: int
) -> Iterator[Line]:
    if states:
        yield from states_lines(states)
        yield ""
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
