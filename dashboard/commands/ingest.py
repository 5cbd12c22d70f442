"""`intrograph ingest`: bring in exports, mailboxes and tables."""

from collections.abc import Callable, Iterator
from pathlib import Path

import click

from dashboard.options import json_option
from dashboard.render.reach import reach_lines
from dashboard.render.text import Line, command, count, dim, duration, enumerate_words, good, heading, number, warning
from dashboard.service.exporting import save
from dashboard.service.ingesting import Outcome, Wishes, check_options, plan_pulls, run_pulls
from dashboard.service.reaching import reach_to_dict
from dashboard.session import DEFAULT_PROFILE, Reply, Session
from ingest.progress import Progress
from ingest.registry import sources

_SHOWN = 5
_EXAMPLES = """\b
Examples:
  intrograph ingest mail.mbox
  intrograph ingest twitter-archive.zip linkedin.zip
  intrograph ingest csv people.csv --name "Full name" --email "E-mail"
"""


class Ingest(click.Command):
    """The command with every source's own options, which are looked up when it is called."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Give the command's own parameters and those of the sources."""
        own = super().get_params(ctx)
        taken = {name for parameter in own for name in parameter.opts}
        added: dict[str, click.Parameter] = {}
        for source in sources():
            for option in source.options:
                flag = f"--{option.name}"
                if flag not in taken and flag not in added:
                    what = {"is_flag": True} if option.flag else {"metavar": option.metavar}
                    added[flag] = click.Option([flag], help=f"{source.name}: {option.help}", **what)
        return [*own[:-1], *added.values(), own[-1]]


@click.command("ingest", cls=Ingest, short_help="Bring in an export or a mailbox (alias: add).", epilog=_EXAMPLES)
@click.argument("words", nargs=-1, metavar="[SOURCE] PATH...")
@click.option("--owner", type=click.Choice(["me", "other"]), help="Whose archive it is, where that is not clear.")
@click.option("--excerpts", is_flag=True, help="Keep short excerpts of private messages, too.")
@click.option("--problems", type=click.Path(path_type=Path, dir_okay=False), help="Write every problem to this file.")
@click.option("--quiet", "-q", is_flag=True, help="No progress.")
@json_option
@click.pass_context
def run(
    context: click.Context,
    words: tuple[str, ...],
    owner: str | None,
    problems: Path | None,
    *,
    excerpts: bool,
    quiet: bool,
    **options: str | bool | None,
) -> Reply:
    """Bring in exports, mailboxes and tables; the SOURCE is found out where it is left out.

    Interrupted, the same command goes on where it stopped; given again, it adds nothing.
    """
    session = context.find_object(Session)
    assert session is not None  # noqa: S101 # the root makes it
    given = {name.replace("_", "-"): "yes" if value is True else str(value) for name, value in options.items() if value}
    plan, unread = plan_pulls(words)
    check_options(plan, given)
    wishes = Wishes(owner=owner, excerpts=excerpts, options=given)
    try:
        with session.terminal.progress(quiet=quiet) as show:
            outcome = run_pulls(
                session.store, plan, unread, wishes, profile=session.profile, now=session.now, progress=_shown(show)
            )
    except KeyboardInterrupt:
        session.terminal.note("Stopped. What was read so far is kept; the same command goes on from there.")
        raise click.Abort from None
    if problems is not None:
        save((f"{one.where}\t{one.why}\n".encode("utf-8", "replace") for one in outcome.problems), problems)
    for question in outcome.questions:
        session.terminal.note([warning("Answer needed: "), question])
    return Reply(text=lambda: _render(session, outcome, problems), data=lambda: _data(outcome))


def _shown(show: Callable[[str], None]) -> Callable[[Progress], None]:
    def tell(progress: Progress) -> None:
        show(progress_words(progress))

    return tell


def progress_words(progress: Progress) -> str:
    """Say how far an ingest is: acts, rate, share of the file, time left."""
    words = [f"{progress.source}: {number(progress.read)} acts"]
    if progress.rate >= 1:
        words.append(f"{number(round(progress.rate))}/s")
    if progress.path is None:
        return f"{', '.join(words)}; {progress.phase}"
    if progress.done is not None and progress.total:
        words.append(f"{min(progress.done * 100 // progress.total, 100)} % of {progress.path.name}")
    else:
        words.append(progress.path.name)
    if progress.left is not None:
        words.append(f"{duration(progress.left)} left")
    return ", ".join(words)


def _render(session: Session, outcome: Outcome, file: Path | None) -> Iterator[Line]:
    names = enumerate_words(outcome.sources)
    yield [
        heading(names),
        ": ",
        good(f"{number(outcome.new)} new"),
        f", {number(outcome.seen)} seen before, {count(outcome.problem_count, 'problem')}",
        dim(f"  in {duration(outcome.seconds)}"),
    ]
    for what, counts in (("read", outcome.by_kind), ("also", outcome.others)):
        if counts:
            yield f"  {what:<9}{', '.join(f'{number(many)} {name}' for name, many in counts.most_common())}"
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
    yield ""
    if outcome.reach is not None:
        yield from reach_lines(outcome.reach)
        return
    option = "" if session.profile == DEFAULT_PROFILE else f" --as {session.profile}"
    yield ["Next: say who you are, then ask: ", command(f"intrograph{option} me")]


def _data(outcome: Outcome) -> dict[str, object]:
    return {
        "source": "+".join(outcome.sources),
        "new": outcome.new,
        "seen": outcome.seen,
        "by_kind": dict(outcome.by_kind),
        "problems": [{"where": problem.where, "why": problem.why} for problem in outcome.problems],
        "reach": reach_to_dict(outcome.reach),
        "seconds": outcome.seconds,
        "problem_count": outcome.problem_count,
        "others": dict(outcome.others),
        "skipped": dict(outcome.skipped),
        "suppressed": outcome.suppressed,
        "dropped": outcome.dropped,
        "questions": outcome.questions,
    }


COMMAND = run
