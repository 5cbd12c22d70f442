"""Jobs as text and as data: where each stands, and what became of those whose turn it was."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from dashboard.service.ingesting import Outcome
from dashboard.service.jobs import JobState, JobTurn
from dashboard.words.lines import Line, dim, heading, moment, number, plain, spans, table, warning
from dashboard.words.outcome import outcome_to_dict, stop_words, summary_lines, usd
from dashboard.words.program import Program
from dashboard.words.reach import reach_lines
from graph.errors import NothingReadError
from graph.export.json import Json

EXAMPLE = """\
[jobs.mentions]
source = "x"
every = "6h"             # 30m, 6h, 1d, 1w
budget = 2.00            # dollars a run
budget-month = 20.00     # dollars a calendar month (UTC)
mentions = true
user = ["@HANDLE"]

[jobs.exports]
path = "~/exports"       # a folder that fills with exports
every = "1d"
"""
"""A file of jobs to begin with."""


def no_jobs_words(file: Path) -> str:
    """Say where jobs are looked for."""
    return f"no jobs are named: {file} is looked for, and may begin as shown above; --config FILE names another"


def turns_lines(turns: Sequence[JobTurn], program: Program) -> Iterator[Line]:
    """Tell what became of several jobs, and at the end how far one's data see now."""
    for turn in turns:
        if turn.outcome is None:
            yield [heading(turn.job.name), f": {waiting_words(turn)}"]
            continue
        yield [heading(turn.job.name), dim(f"  {next_words(turn)}")]
        for line in _outcome_lines(turn.outcome, program):
            yield ["  ", *spans(line)]
    reached = [turn.outcome.reach for turn in turns if turn.outcome is not None and turn.outcome.reach is not None]
    if reached:
        yield ""
        yield from reach_lines(reached[-1], program)


def turn_words(turn: JobTurn, told: str | None, program: Program) -> Iterator[str]:
    """Say in a log what became of a job; where it did not run, only what is news after what was `told` of its turn."""
    if turn.outcome is None:
        if next_words(turn) != told:
            yield waiting_words(turn)
        return
    yield from (plain(line).strip() for line in _outcome_lines(turn.outcome, program))
    yield next_words(turn)


def _outcome_lines(outcome: Outcome, program: Program) -> Iterator[Line]:
    yield from summary_lines(outcome, program)
    if outcome.tally.stopped is not None:
        yield [warning("  stopped early: "), stop_words(outcome.tally.stopped)]
    for question in outcome.tally.questions:
        yield [warning("  answer needed: "), str(question)]
        yield from program.lines(question.remedies)


def waiting_words(turn: JobTurn) -> str:
    """Say why a job does not run."""
    if turn.busy:
        return "runs already, in another process"
    why = "this month's budget is used up" if turn.spent else "not due yet"
    return f"{why}; {next_words(turn)}"


def next_words(turn: JobTurn) -> str:
    """Say when a job's turn comes next."""
    return "due now" if turn.next is None else f"next {moment(turn.next)}"


def nothing_came(turns: Sequence[JobTurn]) -> NothingReadError | None:
    """Tell where all jobs that ran came to nothing."""
    ran = [turn for turn in turns if turn.outcome is not None]
    if not ran or any(turn.outcome is not None and turn.outcome.error is None for turn in ran):
        return None
    return NothingReadError(f"nothing was brought in by {', '.join(turn.job.name for turn in ran)}")


def turns_to_dict(turns: Sequence[JobTurn], program: Program) -> Json:
    """Give what became of several jobs as data."""
    ran = [(turn.job.name, turn.outcome) for turn in turns if turn.outcome is not None]
    return {
        "jobs": [{"name": name, **outcome_to_dict(outcome, program)} for name, outcome in ran],
        "waiting": [{"name": turn.job.name, "next": turn.next} for turn in turns if turn.outcome is None],
    }


def states_lines(states: Sequence[JobState]) -> Iterator[Line]:
    """Tell where jobs stand."""
    rows = [("job", "source", "every", "last run", "next run", "this month", "problems", "stopped")]
    rows += [
        (
            *(state.job.name, state.job.source or "any", state.job.every),
            "never" if state.last is None else moment(state.last),
            "due" if state.next is None else moment(state.next),
            _month_words(state),
            number(state.problems),
            state.stopped or "",
        )
        for state in states
    ]
    yield from table(rows, indent="")


def _month_words(state: JobState) -> str:
    if not state.spent.requests and state.left is None:  # nothing is for sale
        return ""
    limit = state.job.budget_month
    return usd(state.spent) if limit is None else f"{usd(state.spent)} of ${limit:.2f}"


def state_to_dict(state: JobState) -> Json:
    """Give where a job stands as data."""
    return {
        "name": state.job.name,
        "source": state.job.source,
        "every": state.job.every,
        "last": state.last,
        "next": state.next,
        "due": state.next is None,
        "month": state.spent.usd,
        "budget": state.job.budget_month,
        "stopped": state.stopped,
        "problems": state.problems,
    }
