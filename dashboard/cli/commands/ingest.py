"""`intrograph ingest`: bring in exports, mailboxes and tables."""

from collections.abc import Callable
from pathlib import Path

import click

from dashboard.cli.options import make_command
from dashboard.cli.session import Reply, Session
from dashboard.cli.telling import tell_progress, tell_questions
from dashboard.service.exporting import save
from dashboard.service.ingesting import Plan, check_options, plan_pulls, run_pulls
from dashboard.words.lines import command, dim, warning
from dashboard.words.outcome import outcome_lines, outcome_to_dict, stop_words
from graph.errors import UsageError, operands
from graph.model import Problem
from ingest.registry import sources
from ingest.source import Context, Prompt, Source

_EXAMPLES = """\b
Examples:
  intrograph ingest mail.mbox
  intrograph ingest twitter-archive.zip linkedin.zip
  intrograph ingest csv people.csv --name "Full name" --email "E-mail"
  intrograph ingest x --mentions --user ann --budget 5 --dry-run
"""


class Ingest(click.Command):
    """The command with every source's own options, which are looked up when it is called."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Give the command's own parameters and those of the sources."""
        own = super().get_params(ctx)
        taken = {name for parameter in own for name in parameter.opts}
        added: dict[str, click.Option] = {}
        for source in sources():
            for option in source.options:
                flag, words = f"--{option.name}", f"{source.name}: {option.help}"
                if flag in added:
                    added[flag].help = f"{added[flag].help} {words}"
                elif flag not in taken:
                    what = {"is_flag": True} if option.flag else {"metavar": option.metavar, "multiple": option.many}
                    added[flag] = click.Option([flag], help=words, **what)
        return [*own[:-1], *added.values(), own[-1]]


@make_command("ingest", cls=Ingest, epilog=_EXAMPLES)
@click.argument("words", nargs=-1, metavar="[SOURCE] PATH...")
@click.option("--owner", type=click.Choice(["me", "other"]), help="Whose archive it is, where that is not clear.")
@click.option("--excerpts", is_flag=True, help="Keep short excerpts of private messages, too.")
@click.option("--problems", type=click.Path(path_type=Path, dir_okay=False), help="Write every problem to this file.")
@click.option("--quiet", "-q", is_flag=True, help="No progress.")
def run(
    session: Session,
    /,
    words: tuple[str, ...],
    owner: str | None,
    problems: Path | None,
    *,
    excerpts: bool,
    quiet: bool,
    **options: str | bool | tuple[str, ...] | None,
) -> Reply:
    """Bring in exports, mailboxes and tables; the SOURCE is found out where it is left out.

    Interrupted, the same command goes on where it stopped; given again, it adds nothing.
    """
    given = {name.replace("_", "-"): _value(value) for name, value in options.items() if value}
    plan, unread = plan_pulls(words)
    for name, value in options.items():
        if value == "" and any(source.live for source, _ in plan):  # as from a variable that is not set
            raise UsageError(f"--{name} is given nothing; leave it out, or say what it is")
    check_options(plan, given)
    given = _check_guesses(session, plan, given, quiet=quiet)
    read_by = "+".join(source.name for source, _ in plan)
    wishes = Context(now=session.now, excerpts=excerpts, options=given)
    try:
        with tell_progress(session.terminal, quiet=quiet) as show:
            outcome = run_pulls(
                session.store, plan, unread, wishes, profile=session.profile, owner=owner, progress=show
            )
    except KeyboardInterrupt:
        session.terminal.note("Stopped. What was read so far is kept; the same command goes on from there.")
        raise click.Abort from None
    except UsageError as error:
        tell_questions(session.terminal, read_by, [error])
        raise
    tell_questions(session.terminal, read_by, [*outcome.tally.questions, *outcome.unanswered])
    if problems is not None:
        save(map(_problem_line, outcome.tally.problems), problems, session.store.location)
    if outcome.tally.stopped is not None and outcome.error is None:
        session.terminal.note([warning("Stopped early: "), stop_words(outcome.tally.stopped)])
    for question in outcome.tally.questions:
        session.terminal.note([warning("Answer needed: "), str(question)])
        for line in session.program.lines(question.remedies):
            session.terminal.note(line)
    refused = outcome.error is not None and outcome.tally.stopped is not None  # the error says all there is
    return Reply(
        text=() if refused else outcome_lines(outcome, session.program, problems),
        data=outcome_to_dict(outcome, session.program),
        error=outcome.error,
    )


def _value(value: str | bool | tuple[str, ...]) -> str:
    if isinstance(value, tuple):
        return "\n".join(value)
    return "yes" if value is True else str(value)


def _problem_line(problem: Problem) -> bytes:
    return f"{problem.where}\t{problem.why}\n".encode("utf-8", "replace")


def _check_guesses(session: Session, plan: Plan, given: dict[str, str], *, quiet: bool) -> dict[str, str]:
    """Tell what sources guess of their inputs; on a terminal ask whether it is right, and else how it should be."""
    asks = session.terminal.asks and not session.as_json
    for source, paths in plan:
        if source.explain is None or not paths:
            continue
        own = {option.name: given[option.name] for option in source.options if option.name in given}
        guessed = source.explain(paths[0], own)
        for line in () if quiet else guessed:
            session.terminal.note(dim(line))
        may_ask = asks and not own and source.questions is not None and paths[0].exists()
        if may_ask and not (guessed and session.terminal.confirm("Read it like this?", default=True)):
            given = given | _ask_for_columns(session, source, paths[0])
    return given


def _ask_for_columns(session: Session, source: Source, path: Path) -> dict[str, str]:
    answers: dict[str, str] = {}
    questions = source.questions
    while questions is not None and (asked := questions(path, answers)):
        answers.update(_ask(session, asked[0], lambda answer: questions(path, answers | answer)))
    flags = {option.name for option in source.options if option.flag}
    words = [
        word
        for name, value in answers.items()
        if not (name in flags and value == "no")
        for word in ([f"--{name}"] if name in flags else [f"--{name}", value])
    ]
    typed = session.program.line("ingest", source.name, *words, *operands(str(path)))
    session.terminal.note(["The same without questions: ", command(typed)])
    return answers


def _ask(session: Session, one: Prompt, check: Callable[[dict[str, str]], object]) -> dict[str, str]:
    if one.choices == ("yes", "no"):
        sure = None if one.guess is None else one.guess == "yes"
        return {one.option: "yes" if session.terminal.confirm(one.text, default=sure) else "no"}
    text = f"{one.text} ({', '.join(one.choices)})"
    return {one.option: session.terminal.ask(text, lambda word: check({one.option: word}), default=one.guess)}
