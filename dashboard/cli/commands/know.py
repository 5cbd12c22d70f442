"""`intrograph know`: who knows whom, as you say it."""

from collections.abc import Iterator
from datetime import date

import click

from dashboard.cli.options import Day, make_command
from dashboard.cli.session import Reply, Session
from dashboard.service.byhand import Said, know, said_in, unknow
from dashboard.service.naming import Named
from dashboard.words.acts import said_words
from dashboard.words.json import named
from dashboard.words.lines import Line, Span, command, name
from graph.errors import Remedy, UsageError
from graph.export.json import pick
from graph.model import Closeness, Declared

_SAID = "closeness how since"
_EXAMPLES = """\b
Examples:
  intrograph know "Rieva Lesonski" --closeness close --how "we worked together"
  intrograph know "Rieva Lesonski" --and "Steve Strauss" --closeness familiar --how "she told me"
  intrograph know --new "Ann Lee" --closeness slight --how "met at a fair" --since 2024
"""


@make_command("know", epilog=_EXAMPLES)
@click.argument("who", required=False, metavar="P")
@click.option("--and", "other", metavar="Q", help="Say that P and Q know each other, rather than you and P.")
@click.option("--closeness", type=click.Choice([one.value for one in Closeness]), help="How close they are.")
@click.option("--how", metavar="T", help="How they know each other: your evidence, in your words.")
@click.option("--since", type=Day(), metavar="D", help="Since when; an answer as of an earlier day leaves it out.")
@click.option("--new", multiple=True, metavar="NAME", help="Make this person, who is in no source; repeatable.")
@click.option("--undo", is_flag=True, help="Take back all that was said of the two.")
def run(
    session: Session,
    who: str | None,
    other: str | None,
    closeness: str | None,
    how: str | None,
    since: date | None,
    new: tuple[str, ...],
    *,
    undo: bool,
) -> Reply:
    """Say that you know P, or with --and that P and Q know each other. Said again, it is corrected."""
    who = who or (new[0] if new else None)
    if who is None:
        raise UsageError("who is it?", remedies=[Remedy(("know", "NAME", "--closeness", "close", "--how", "TEXT"))])
    names = session.names(() if undo else new)
    if undo:
        one, two = unknow(names, who, other, session.now)
        gone = dict.fromkeys(("closeness", "how", "since", "before"))
        people = [named(two.person), named(one.person)]
        return Reply(
            text=[["Taken back: ", *_sentence(one, two, other), "."]],
            data={"people": people, **gone, "undone": True, "undo": None},
        )
    if closeness is None:
        raise UsageError(
            "how close is it? add --closeness close, --closeness familiar or --closeness slight",
            remedies=[Remedy(("know", who, "--closeness", "close", "--how", "TEXT"))],
        )
    said = Said(closeness=Closeness(closeness), how=how, since=since)
    one, two, before = know(names, who, other, said, session.now)
    corrected = before is not None and said_in(before) != said
    back = session.program.line("know", one.person.id, *(("--and", two.person.id) if other else ()), "--undo")
    again = _again(before, session, other) if before is not None and corrected else back
    return Reply(
        text=[["Noted: ", *_sentence(one, two, other), f" ({closeness})."], *_undo_lines(before, back, again)],
        data={
            "people": [named(two.person), named(one.person)],
            **pick(said, _SAID),
            "before": pick(before, _SAID) if before else None,
            "undone": False,
            "undo": again,
        },
    )


def _sentence(one: Named, two: Named, other: str | None) -> list[Span | str]:
    if other:
        return [name(one.person.name), " knows ", name(two.person.name)]
    return [name("You"), " know ", name(one.person.name)]


def _again(before: Declared, session: Session, other: str | None) -> str:
    """Word the command that says again what was corrected."""
    both = ("--and", before.a.id) if other else ()
    how = ("--how", before.how) if before.how else ()
    since = ("--since", str(before.since)) if before.since else ()
    return session.program.line("know", before.b.id, *both, "--closeness", before.closeness.value, *how, *since)


def _undo_lines(before: Declared | None, back: str, again: str) -> Iterator[Line]:
    """Say how to undo it; where something was said before, what that was, and how it stands again."""
    if before is None:
        yield ["Undo: ", command(back)]
        return
    if again == back:
        yield "You had said just that before."
    else:
        yield f"Before, you said: {said_words(before.closeness, before.how, before.since)}."
        yield ["Undo, so that this stands again: ", command(again)]
    yield ["Take back both: ", command(back)]
