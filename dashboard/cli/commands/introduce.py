"""`intrograph introduce` and `introductions`: where each stands, and the ask ledger."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import click

from dashboard.cli.options import Instant, make_command
from dashboard.cli.session import Reply, Session, undoable
from dashboard.service.introducing import Status, standing, unintroduce
from dashboard.service.introducing import introduce as note_state
from dashboard.words.json import named
from dashboard.words.lines import Line, Span, command, day, dim, enumerate_words, heading, name, number
from dashboard.words.program import Program
from graph.errors import Remedy, UsageError
from graph.export.escapes import iso
from graph.export.json import pick
from graph.model import IntroductionState, IntroductionStep
from graph.ties.introductions import steps_between

_DONE = {IntroductionState.ACCEPTED, IntroductionState.MET}
_STATES = [state.value for state in IntroductionState]
_EXAMPLES = """\b
Examples:
  intrograph introduce --by "Rieva Lesonski" --person me --to "Steve Strauss" --at 2009-04-28 --state asked
  intrograph introduce --by "Rieva Lesonski" --person me --to "Steve Strauss" --at 2009-05-02 --state met
"""


@make_command("introduce", epilog=_EXAMPLES)
@click.option("--by", metavar="P", help="Who introduces, or is asked to.")
@click.option("--person", metavar="P", help="Who is introduced.")
@click.option("--to", metavar="P", help="To whom.")
@click.option("--at", type=Instant(), metavar="D", help="When it came to that state.")
@click.option("--state", type=click.Choice(_STATES), show_default="proposed", help="Where it stands.")
@click.option("--initiator", metavar="P", help="Who started it, where it was not who asked or proposed.")
@click.option("--note", metavar="T", help="What was said.")
@click.option("--url", metavar="U", help="Where it can be read.")
@click.option("--new", multiple=True, metavar="NAME", help="Make this person, who is in no source; repeatable.")
@click.option("--undo", metavar="ID", help="Take back the last state of the introduction of this id.")
def introduce(
    session: Session,
    by: str | None,
    person: str | None,
    to: str | None,
    at: datetime | None,
    state: str | None,
    initiator: str | None,
    note: str | None,
    url: str | None,
    new: tuple[str, ...],
    undo: str | None,
) -> Reply:
    """Note that P introduced somebody to somebody, or was asked to; `me` is you. States add up.

    --undo takes back the last of them, or the one that --state and --at name; the introduction goes with its only one.
    """
    stage = IntroductionState(state) if state is not None else None
    if undo is not None:
        return _take_back(session, undo, stage, at)
    if by is None or person is None or to is None:
        raise UsageError(
            "an introduction takes three people: --by P --person P --to P (`me` is you)",
            remedies=[Remedy(("introduce", "--by", "P", "--person", "me", "--to", "Q", "--at", "DAY"))],
        )
    if at is None:
        raise UsageError(
            "when was it? add --at 2009-04-28",
            remedies=[Remedy(("introduce", "--by", by, "--person", person, "--to", to, "--at", "DAY"))],
        )
    names = session.names(new)
    step = IntroductionStep(state=stage or IntroductionState.PROPOSED, at=at, note=note, url=url)
    made = note_state(names, (by, person, to), step, initiator, session.now)
    again = session.program.line(
        *("introduce", "--undo", str(made.introduction.id), "--state", step.state.value, "--at", iso(at))
    )
    return undoable(_render(made, step), _data(made) | {"undone": False}, again)


def _take_back(session: Session, introduction: str, state: IntroductionState | None, at: datetime | None) -> Reply:
    step, left = unintroduce(session.names(), introduction, state, at, session.now)
    stands: Line = ["It stands: ", *_line(left)] if left else "Nothing of that introduction is left."
    return Reply(
        text=[f"Taken back: {step.state.value}, {day(step.at)}.", stands],
        data={
            "id": introduction,
            **pick(step, "state at"),
            "left": _data(left) if left else None,
            "undone": True,
            "undo": None,
        },
    )


def _render(made: Status, step: IntroductionStep) -> Iterator[Line]:
    """Tell what was noted; where something later stands already, that too."""
    if (step.state, step.at) == (made.step.state, made.step.at):
        yield ["Noted: ", *_line(made)]
    else:
        yield f"Noted: {step.state.value}, {day(step.at)}; that lies before {made.step.state.value}."
        yield ["It stands: ", *_line(made)]


@make_command("introductions")
def introductions(session: Session) -> Reply:
    """Show the introductions and where each stands: those that you asked for first, and what came of them."""
    found = standing(session.names())
    first = ("--by", "NAME", "--person", "me", "--to", "NAME", "--at", str(session.today), "--state", "asked")
    none: list[Line] = [
        "No introduction is noted yet. When somebody introduces you, or you ask them to, note it:",
        ["  ", command(session.program.line("introduce", *first))],
    ]
    return Reply(text=_lines(found, session.program) if found else none, data=[_data(one) for one in found])


def _line(one: Status) -> list[Span | str]:
    """Tell an introduction and where it stands."""
    return [
        name(one.by.name),
        " introduces ",
        name(one.person.name),
        " to ",
        name(one.to.name),
        f": {one.step.state.value}",
        dim(f", {day(one.step.at)}"),
    ]


def _lines(standing: Sequence[Status], program: Program) -> Iterator[Line]:
    """List introductions, those that I asked for first, and what came of these."""
    mine, offered = [one for one in standing if one.mine], [one for one in standing if one.offered]
    others = [one for one in standing if not (one.mine or one.offered)]
    for title, some in (("You asked for", mine), ("You introduce", offered), ("Others", others)):
        if some:
            yield heading(title)
        for one in some:
            yield ["  ", *_line(one)]
            for step in steps_between(one.introduction, None, None):
                yield dim(f"    {step.state.value}, {day(step.at)}{f': {step.note}' if step.note else ''}")
            yield [dim("    undo: "), command(program.line("introduce", "--undo", str(one.introduction.id)))]
    if mine:
        yield ""
        yield f"You asked {number(len(mine))}: {enumerate_words(_tally(mine))}."


def _tally(mine: Sequence[Status]) -> list[str]:
    by_state = [(state, sum(one.step.state is state for one in mine)) for state in IntroductionState]
    done = sum(many for state, many in by_state if state in _DONE)
    waiting = sum(many for state, many in by_state if state not in _DONE and state is not IntroductionState.DECLINED)
    declined = sum(many for state, many in by_state if state is IntroductionState.DECLINED)
    told = [(done, "introduced"), (waiting, "waiting"), (declined, "declined")]
    return [f"{number(many)} {word}" for many, word in told if many]


def _data(one: Status) -> dict[str, object]:
    """Give an introduction as data."""
    held = one.introduction
    return {
        "id": held.id,
        "by": named(one.by),
        "person": named(one.person),
        "to": named(one.to),
        "initiator": held.initiator.id if held.initiator else None,
        "mine": one.mine,
        "state": one.step.state,
        "at": one.step.at,
        "steps": list(steps_between(held, None, None)),
    }
