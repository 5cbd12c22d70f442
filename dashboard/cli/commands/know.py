"""`intrograph know`: who knows whom, as you say it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import click

from dashboard.cli.options import Day, make_command
from dashboard.cli.session import Reply, Session
from dashboard.service.byhand import Said, know, said_in, unknow
from dashboard.service.naming import Named, open_names
from dashboard.words.acts import said_words
from dashboard.words.json import named
from dashboard.words.lines import Line, command, name
from dashboard.words.program import Program
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
    names = open_names(session.store, session.profile, () if undo else new)
    if undo:
        one, two = unknow(names, who, other, session.now)
        tie = _Tie(one=one, two=two, with_me=not other)
    elif closeness is None:
        raise UsageError("how close is it? add --closeness close, --closeness familiar or --closeness slight")
    else:
        said = Said(closeness=Closeness(closeness), how=how, since=since)
        one, two, before = know(names, who, other, said, session.now)
        tie = _Tie(one=one, two=two, with_me=not other, said=said, before=before)
    return Reply(text=_render(tie, session.program), data=_data(tie, session.program))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tie:
    """What was said of two people by now; nothing where it was taken back."""

    one: Named
    two: Named
    with_me: bool
    said: Said | None = None
    before: Declared | None = None

    @property
    def corrected(self) -> Declared | None:
        """What was said before with other words."""
        return self.before if self.before is not None and said_in(self.before) != self.said else None


def _data(tie: _Tie, program: Program) -> dict[str, object]:
    return {
        "people": [named(tie.two.person), named(tie.one.person)],
        **(pick(tie.said, _SAID) if tie.said else dict.fromkeys(_SAID.split())),
        "before": pick(tie.before, _SAID) if tie.before else None,
        "undone": tie.said is None,
        "undo": None if tie.said is None else _again(tie, program) if tie.corrected else _back(tie, program),
    }


def _back(tie: _Tie, program: Program) -> str:
    """Word the command that takes back all that was said."""
    both = () if tie.with_me else ("--and", tie.two.person.id)
    return program.line("know", tie.one.person.id, *both, "--undo")


def _again(tie: _Tie, program: Program) -> str:
    """Word the command that says again what was corrected."""
    before = tie.corrected
    assert before is not None  # noqa: S101 # asked for corrections only
    both = () if tie.with_me else ("--and", before.a.id)
    how = ("--how", before.how) if before.how else ()
    since = ("--since", str(before.since)) if before.since else ()
    return program.line("know", before.b.id, *both, "--closeness", before.closeness.value, *how, *since)


def _render(tie: _Tie, program: Program) -> Iterator[Line]:
    one, two = tie.one.person.name, tie.two.person.name
    a, verb, b = ("You", "know", one) if tie.with_me else (one, "knows", two)
    if tie.said is None:
        yield ["Taken back: ", name(a), f" {verb} ", name(b), "."]
        return
    yield ["Noted: ", name(a), f" {verb} ", name(b), f" ({tie.said.closeness.value})."]
    if tie.corrected is not None:
        before = tie.corrected
        yield f"Before, you said: {said_words(before.closeness, before.how, before.since)}."
        yield ["Undo, so that this stands again: ", command(_again(tie, program))]
        yield ["Take back both: ", command(_back(tie, program))]
    elif tie.before is not None:
        yield "You had said just that before."
        yield ["Take back both: ", command(_back(tie, program))]
    else:
        yield ["Undo: ", command(_back(tie, program))]
