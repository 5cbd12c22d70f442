"""What an ingest does and did, as text and as data."""

from collections.abc import Iterator
from pathlib import Path

from dashboard.service.ingesting import Outcome
from dashboard.words.acts import kind_count
from dashboard.words.lines import Line, command, count, dim, duration, enumerate_words, good, heading, number, warning
from dashboard.words.program import Program
from dashboard.words.reach import reach_lines, reach_to_dict
from ingest.pull.progress import Progress

_SHOWN = 5
_NOUNS = {
    "same_as": ("join of two accounts", "joins of two accounts"),
    "member": ("list entry", "list entries"),
    "declared": ("declared relationship",),
}


def progress_words(progress: Progress) -> str:
    """Say how far an ingest is: acts, rate, share of the file, time left."""
    words = [f"{progress.source}: {number(progress.read)} acts"]
    if progress.rate >= 1:
        words.append(f"{number(round(progress.rate))}/s")
    if progress.place is None:
        return f"{', '.join(words)}; {progress.phase}"
    if progress.done is not None and progress.total:
        words.append(f"{min(progress.done * 100 // progress.total, 100)} % of {Path(progress.place).name}")
    else:
        words.append(Path(progress.place).name)
    if progress.left is not None:
        words.append(f"{duration(progress.left)} left")
    return ", ".join(words)


def outcome_lines(outcome: Outcome, program: Program, file: Path | None) -> Iterator[Line]:
    """Tell what came of an ingest; `file` is where all problems were written."""
    names = enumerate_words(outcome.sources)
    yield [
        heading(names),
        ": ",
        good(_came(outcome)),
        f", {count(outcome.problem_count, 'problem')}",
        dim(f"  in {duration(outcome.seconds)}"),
    ]
    if outcome.by_kind:
        yield f"  read     {', '.join(kind_count(kind, many) for kind, many in outcome.by_kind.most_common())}"
    if outcome.others and outcome.new + outcome.seen:
        yield f"  also     {_others(outcome)}"
    for why, many in outcome.skipped.most_common():
        yield f"  left out {number(many)}: {why}"
    if outcome.suppressed:
        yield f"  left out {number(outcome.suppressed)}: their people are forgotten here"
    if outcome.dropped:
        yield f"  dropped  {count(outcome.dropped, 'act')} older than your keep rule"
    for problem in outcome.problems[:_SHOWN]:
        yield ["  ", warning("problem"), f"  {problem.where}: {problem.why}" if problem.where else f"  {problem.why}"]
    if outcome.problem_count > _SHOWN:
        rest = number(outcome.problem_count - min(_SHOWN, len(outcome.problems)))
        yield f"  and {rest} more: {file}" if file else f"  and {rest} more: list them with --problems FILE"
    yield from program.lines(outcome.remedies[:_SHOWN], "  ")
    yield ""
    if outcome.reach is not None:
        yield from reach_lines(outcome.reach, program)
        return
    yield ["Next: say who you are, then ask: ", command(program.line("me"))]


def _came(outcome: Outcome) -> str:
    """Say what was read; of a table of people, which holds no acts, the accounts and lists."""
    if outcome.others and not outcome.new + outcome.seen:
        return f"{_others(outcome)} read, no acts"
    return f"{number(outcome.new)} new, {number(outcome.seen)} seen before"


def _others(outcome: Outcome) -> str:
    return ", ".join(count(many, *_NOUNS.get(what, (what,))) for what, many in outcome.others.most_common())


def outcome_to_dict(outcome: Outcome, program: Program) -> dict[str, object]:
    """Give what came of an ingest as data."""
    return {
        "source": "+".join(outcome.sources),
        "new": outcome.new,
        "seen": outcome.seen,
        "by_kind": dict(outcome.by_kind),
        "problems": [{"where": problem.where, "why": problem.why} for problem in outcome.problems],
        "reach": reach_to_dict(outcome.reach, program),
        "seconds": outcome.seconds,
        "problem_count": outcome.problem_count,
        "others": dict(outcome.others),
        "skipped": dict(outcome.skipped),
        "suppressed": outcome.suppressed,
        "dropped": outcome.dropped,
        "questions": [program.error(question) for question in outcome.questions],
        "remedies": [program.line(*remedy.words) for remedy in outcome.remedies],
    }
