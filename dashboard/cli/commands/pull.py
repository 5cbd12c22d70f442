"""`intrograph pull`: run the jobs that are due."""

from collections.abc import Callable, Sequence
from contextlib import closing
from difflib import get_close_matches
from pathlib import Path

import click

from dashboard.cli.options import config_option, make_command
from dashboard.cli.session import Reply, Session
from dashboard.cli.telling import tell_progress
from dashboard.service.config import Job, config_file, find_jobs
from dashboard.service.faults import locate
from dashboard.service.jobs import JobTurn, take_turn
from dashboard.words.jobs import (
    EXAMPLE,
    next_words,
    no_jobs_words,
    nothing_came,
    turn_words,
    turns_lines,
    turns_to_dict,
)
from dashboard.words.lines import command, duration, moment
from graph.errors import IntrographError, UsageError, operands
from graph.stores import open_store

_SHORT = 10
"""Seconds of a pause that no log needs to tell of."""
_EXAMPLES = """\b
Examples:
  intrograph pull
  intrograph pull mentions --now
  intrograph pull --watch
"""


@make_command("pull", epilog=_EXAMPLES)
@click.argument("names", nargs=-1, metavar="[JOB]...")
@config_option
@click.option("--now", "anyway", is_flag=True, help="Run them, due or not.")
@click.option(
    "--budget", type=click.FloatRange(0, min_open=True), metavar="USD", help="Each buys no more than this now."
)
@click.option("--watch", is_flag=True, help="Keep going: run each whenever it is due, until Ctrl-C.")
@click.option("--quiet", "-q", is_flag=True, help="No progress.")
def run(
    session: Session,
    /,
    names: tuple[str, ...],
    config: Path | None,
    budget: float | None,
    *,
    anyway: bool,
    watch: bool,
    quiet: bool,
) -> Reply | None:
    """Run the jobs that are due: what is brought in again and again, as intrograph.toml in your config folder says.

    One that fails does not stop the others.
    """
    file, jobs = config or config_file(), find_jobs(config)
    if not jobs:
        error = UsageError(no_jobs_words(file))
        return Reply(text=EXAMPLE.splitlines(), data=turns_to_dict([], session.program), error=error)
    chosen = _choose(jobs, names, file)
    if watch and budget is not None:
        raise UsageError("--budget is for the runs of now; what --watch may spend is said by budget in the file")
    if watch:
        if session.as_json:
            raise UsageError("--watch does not end, and so there is no JSON of it: leave --json or --watch out")
        _watch(session, chosen, anyway=anyway)
        return None
    turns = _take_turns(session, chosen, config, budget, anyway=anyway, quiet=quiet)
    return Reply(
        text=turns_lines(turns, session.program),
        data=turns_to_dict(turns, session.program),
        error=nothing_came(turns),
    )


def _choose(jobs: Sequence[Job], names: Sequence[str], file: Path) -> list[Job]:
    named = {job.name: job for job in jobs}
    for name in names:
        if name not in named:
            near = get_close_matches(name, named, n=1)
            hint = f"did you mean {near[0]}? " if near else ""
            raise UsageError(f"there is no job {name!r} in {file}; {hint}the jobs are {', '.join(named)}")
    return [named[name] for name in dict.fromkeys(names)] or [*jobs]


def _take_turns(
    session: Session, jobs: Sequence[Job], config: Path | None, budget: float | None, *, anyway: bool, quiet: bool
) -> list[JobTurn]:
    turns: list[JobTurn] = []
    for job in jobs:
        try:
            with tell_progress(session.terminal, quiet=quiet) as show:
                turn = take_turn(
                    session.store,
                    job,
                    now=session.now,
                    profile=session.profile,
                    progress=show,
                    anyway=anyway,
                    most=budget,
                )
        except KeyboardInterrupt:
            named = [] if config is None else ["--config", str(config)]
            typed = session.program.line("pull", "--now", *named, *operands(job.name))
            session.terminal.note(["Stopped. What was read so far is kept; this goes on from there: ", command(typed)])
            raise click.Abort from None
        turns.append(turn)
    return turns


def _watch(session: Session, jobs: Sequence[Job], *, anyway: bool) -> None:
    """Take turns until Ctrl-C or SIGTERM, each with a store of its own."""
    from dashboard.service.watching import keep_going

    session.store.runs()  # what is wrong with it is told at once
    session.close()
    told: dict[str, str] = {}

    def note(job: Job, words: str) -> None:
        session.terminal.note(f"{moment(session.now)}  {job.name}: {words}")

    def take(job: Job, pause: Callable[[float], None]) -> None:
        def wait(seconds: float, why: str) -> None:
            if seconds > _SHORT:
                note(job, f"{why}, {duration(seconds)} left")
            pause(seconds)

        try:
            with closing(open_store(session.place, now=session.now)) as store:
                store.expect_whole()
                turn = take_turn(
                    store,
                    job,
                    now=session.now,
                    profile=session.profile,
                    progress=lambda _: pause(0),
                    wait=wait,
                    anyway=anyway and job.name not in told,
                )
        except KeyboardInterrupt:
            note(job, "stopped; what was read is kept")
            raise
        except Exception as error:  # noqa: BLE001 # whatever it is, the next turn comes
            words = str(error) if isinstance(error, IntrographError) else f"internal error: {locate(error)}"
            if told.get(job.name) != words:
                note(job, words)
            told[job.name] = words
            return
        for words in turn_words(turn, told.get(job.name), session.program):
            note(job, words)
        told[job.name] = next_words(turn)

    keep_going(jobs, take)
    session.terminal.note("Stopped.")
