"""What an ingest does and did, as text and as data."""

from collections.abc import Iterator
from pathlib import Path

from dashboard.service.ingesting import Outcome
from dashboard.words.acts import kind_count
from dashboard.words.lines import Line, command, count, dim, duration, enumerate_words, good, heading, number, warning
from dashboard.words.program import Program
from dashboard.words.reach import reach_lines
from graph.export.json import pick
from ingest.pull.progress import Progress
from ingest.pull.tally import Tally

_SHOWN = 5
_NOUNS = {"same_as": "join of two accounts", "member": "list entry", "declared": "declared relationship"}


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
    tally = outcome.tally
    yield [
        heading(enumerate_words(tally.sources)),
        ": ",
        good(_came(tally)),
        f", {count(tally.problem_count, 'problem')}",
        dim(f"  in {duration(tally.seconds)}"),
    ]
    if tally.by_kind:
        yield f"  read     {', '.join(kind_count(kind, many) for kind, many in tally.by_kind.most_common())}"
    if tally.others and tally.new + tally.seen:
        yield f"  also     {_others(tally)}"
    for why, many in tally.skipped.most_common():
        yield f"  left out {number(many)}: {why}"
    if tally.suppressed:
        yield f"  left out {number(tally.suppressed)}: their people are forgotten here"
    if outcome.dropped:
        yield f"  dropped  {count(outcome.dropped, 'act')} older than your keep rule"
    for problem in tally.problems[:_SHOWN]:
        yield ["  ", warning("problem"), f"  {problem.where}: {problem.why}" if problem.where else f"  {problem.why}"]
    if tally.problem_count > _SHOWN:
        rest = number(tally.problem_count - min(_SHOWN, len(tally.problems)))
        yield f"  and {rest} more: {file}" if file else f"  and {rest} more: list them with --problems FILE"
    yield from program.lines(tally.remedies[:_SHOWN], "  ")
    if outcome.error is not None:
        return
    yield ""
    if outcome.reach is not None:
        yield from reach_lines(outcome.reach, program)
        return
    yield ["Next: say who you are, then ask: ", command(program.line("me"))]


def _came(tally: Tally) -> str:
    """Say what was read; of a table of people, which holds no acts, the accounts and lists."""
    if tally.others and not tally.new + tally.seen:
        return f"{_others(tally)} read, no acts"
    return f"{number(tally.new)} new, {number(tally.seen)} seen before"


def _others(tally: Tally) -> str:
    return ", ".join(count(many, _NOUNS.get(what, what)) for what, many in tally.others.most_common())


def outcome_to_dict(outcome: Outcome, program: Program) -> dict[str, object]:
    """Give what came of an ingest as data."""
    tally = outcome.tally
    return {
        "source": "+".join(tally.sources),
        **pick(tally, "new seen by_kind problems"),
        "reach": outcome.reach or {},
        **pick(tally, "seconds problem_count others skipped suppressed"),
        "dropped": outcome.dropped,
        "questions": [program.error(question) for question in tally.questions],
        "remedies": [program.remedy(remedy) for remedy in tally.remedies],
    }
