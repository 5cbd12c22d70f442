"""What an ingest does and did, as text and as data."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from dashboard.service.ingesting import Outcome
from dashboard.words.acts import kind_count
from dashboard.words.lines import Line, command, count, dim, duration, enumerate_words, good, heading, number, warning
from dashboard.words.program import Program
from dashboard.words.reach import reach_lines
from graph.export.json import pick
from graph.store.documents import Cost
from ingest.pull.progress import Progress
from ingest.pull.tally import Tally
from ingest.source import Stop

_SHOWN = 5
_NOUNS = {"same_as": "join of two accounts", "member": "list entry", "declared": "declared relationship"}


def progress_words(progress: Progress) -> str:
    """Say how far an ingest is: acts, rate, share of the file, time left."""
    words = [f"{progress.source}: {number(progress.read)} acts"]
    if progress.place is not None and progress.phase != "reading":
        return f"{', '.join(words)}; {progress.phase}, {duration(progress.left or 0)} left"
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
    yield from summary_lines(outcome, program, f": {file}" if file else ": list them with --problems FILE")
    if outcome.error is not None or outcome.estimate is not None:
        return
    yield ""
    if outcome.reach is not None:
        yield from reach_lines(outcome.reach, program)
        return
    yield ["Next: say who you are, then ask: ", command(program.line("me"))]


def summary_lines(outcome: Outcome, program: Program, where: str = "") -> Iterator[Line]:
    """Tell the same, without what it means for my reach; `where` leads to the problems that are too many to show."""
    tally = outcome.tally
    if outcome.estimate is not None:
        yield [heading(enumerate_words(tally.sources)), f": may cost {cost_words(outcome.estimate)}"]
        yield dim("Nothing was asked for. --budget USD stops in time; the same command without --dry-run begins.")
        return
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
        yield f"  also     {others_words(tally.others)}"
    for why, many in tally.skipped.most_common():
        yield f"  left out {number(many)}: {why}"
    if tally.suppressed:
        yield f"  left out {number(tally.suppressed)}: their people are forgotten here"
    if outcome.dropped:
        yield f"  dropped  {count(outcome.dropped, 'act')} older than your keep rule"
    if tally.cost is not None:
        yield f"  cost     {cost_words(tally.cost)}"
    yield from _problem_lines(tally, where)
    yield from program.lines(tally.remedies[:_SHOWN], "  ")


def _problem_lines(tally: Tally, where: str) -> Iterator[Line]:
    for problem in tally.problems[:_SHOWN]:
        yield ["  ", warning("problem"), f"  {problem.where}: {problem.why}" if problem.where else f"  {problem.why}"]
    if tally.problem_count > _SHOWN:
        rest = number(tally.problem_count - min(_SHOWN, len(tally.problems)))
        yield f"  and {rest} more{where}"


def _came(tally: Tally) -> str:
    """Say what was read; of a table of people, which holds no acts, the accounts and lists."""
    if tally.others and not tally.new + tally.seen:
        return f"{others_words(tally.others)} read, no acts"
    return f"{number(tally.new)} new, {number(tally.seen)} seen before"


def others_words(others: Mapping[str, int]) -> str:
    """Say what was read beside interactions."""
    return ", ".join(
        count(many, _NOUNS.get(what, what)) for what, many in sorted(others.items(), key=lambda one: -one[1])
    )


def cost_words(cost: Cost) -> str:
    """Say what was or may be bought."""
    many = (count(cost.posts, "post"), count(cost.users, "person", "people"), count(cost.requests, "request"))
    return f"{usd(cost)} ({', '.join(many)})"


def usd(cost: Cost) -> str:
    """Say what something costs, in dollars."""
    return f"${cost.usd:.{2 if cost.usd >= 1 else 3}f}"


_STOPS = {
    "budget": "one page more would pass the budget; the same command goes on from here",
    "usage-cap": "the account at X has used up what it paid for",
    "rate-limit": "X answers no more for now; the same command goes on from here later",
    "unreachable": "X can't be reached; the same command goes on from here",
    "refused": "X refuses to go on",
}


def stop_words(stop: Stop) -> str:
    """Say why a run ended early, and what to do."""
    return f"{_STOPS[stop.why]}{f' ({stop.words})' if stop.words else ''}."


def outcome_to_dict(outcome: Outcome, program: Program) -> dict[str, object]:
    """Give what came of an ingest as data."""
    tally = outcome.tally
    estimated = {} if outcome.estimate is None else {"estimate": outcome.estimate}
    stopped = None if tally.stopped is None else tally.stopped.why
    bought = {} if tally.cost is None else {"cost": tally.cost, "stopped": stopped, **estimated}
    return {
        "source": "+".join(tally.sources),
        **pick(tally, "new seen by_kind problems"),
        "reach": outcome.reach or {},
        **pick(tally, "seconds problem_count others skipped suppressed notes"),
        "dropped": outcome.dropped,
        "questions": [program.error(question) for question in tally.questions],
        "remedies": [program.remedy(remedy) for remedy in tally.remedies],
        **bought,
    }
