"""`intrograph ask`: who can introduce you to somebody."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dashboard.cli.options import make_command, make_question, question_options
from dashboard.cli.session import Reply, Session
from dashboard.words.lines import Line, warning
from graph.errors import NameUnknownError, UsageError

if TYPE_CHECKING:
    from dashboard.service.asking import Asked
    from graph.answers.ask import Question


_EXAMPLES = """\b
Examples:
  intrograph ask "Steve Strauss"
  intrograph ask https://x.com/someone --avoid "Ann Lee" --kinds reply,message
  intrograph ask --to-org "Example Press" --as-of 2009-04
  intrograph ask --to-list "Spring fair"
  intrograph ask --from-file targets.csv --json
"""


@make_command("ask", epilog=_EXAMPLES)
@click.argument("name", required=False, metavar="[NAME|ACCOUNT|URL]")
@question_options
@click.option("--to-org", metavar="ORG", help="Ask for anybody at this organisation.")
@click.option("--to-list", metavar="LIST", help="Ask for anybody on this list.")
@click.option(
    "--from-file",
    type=click.Path(path_type=Path),
    metavar="TARGETS.csv",
    help="Ask for everybody in a table.",
)
@click.option("--details", is_flag=True, help="Show the numbers and all evidence.")
def run(
    session: Session,
    /,
    name: str | None,
    to_org: str | None,
    to_list: str | None,
    from_file: Path | None,
    *,
    details: bool,
    **options: Any,
) -> Reply:
    """Ask who can introduce you to somebody, how likely that way is to work, and what proves it."""
    if sum(one is not None for one in (name, to_org, to_list, from_file)) != 1:
        ways = "NAME, --to-org ORG, --to-list LIST, --from-file TARGETS.csv"
        raise UsageError(f"whom do you want to meet? give one of {ways}")
    question = make_question(name, to_org, to_list=to_list, **options)
    return _one(session, question, details=details) if from_file is None else _many(session, question, from_file)


def _one(session: Session, question: "Question", *, details: bool) -> Reply:
    from dashboard.service.asking import ask_one

    asked = ask_one(session.store, question, session.profile, session.today)

    def text() -> Iterator[Line]:
        from dashboard.words.answer import answer_lines

        if asked.error is None:
            yield from answer_lines(asked.answer, session.program, details=details)

    return Reply(text=text(), data=_data(asked, session), error=asked.error)


def _many(session: Session, question: "Question", table: Path) -> Reply:
    from dashboard.service.asking import ask_all, questions_of
    from graph.answers.notes import note_ahead

    asked = list(ask_all(session.store, questions_of(table, question), session.profile, session.today))
    wrong = [one.error for one in asked if isinstance(one.error, UsageError)]
    known = any(one.error is None for one in asked)
    nobody = NameUnknownError(f"nobody in {table} is known here: check that its column of names is the right one")
    if len(wrong) == len(asked):  # the options are, rather than a row
        raise wrong[0]

    def text() -> Iterator[Line]:
        from dashboard.words.answer import refused_line, short_line
        from dashboard.words.notes import note_words

        for one in asked:
            yield short_line(one.answer) if one.error is None else refused_line(one.answer, one.error)
        for note in note_ahead(question.filters.as_of, session.today):
            yield [warning("Note: "), note_words(note, session.program)[0]]

    return Reply(text=text(), data=[_data(one, session) for one in asked], error=None if known else nobody)


def _data(asked: "Asked", session: Session) -> dict[str, object]:
    from dashboard.words.json import answer_to_dict

    error = {} if asked.error is None else {"error": session.program.error(asked.error)}
    return answer_to_dict(asked.answer) | error
