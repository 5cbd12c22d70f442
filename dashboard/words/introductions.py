"""Introductions as text and as data."""

from collections.abc import Iterator, Sequence

from dashboard.service.introducing import Status
from dashboard.words.json import named
from dashboard.words.lines import Line, Span, command, day, dim, enumerate_words, heading, name, number
from dashboard.words.program import Program
from graph.model import IntroductionState
from graph.ties.introductions import steps_between

_DONE = {IntroductionState.ACCEPTED, IntroductionState.MET}


def introduction_line(one: Status) -> list[Span | str]:
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


def introduction_lines(standing: Sequence[Status], program: Program) -> Iterator[Line]:
    """List introductions, those that I asked for first, and what came of these."""
    mine, offered = [one for one in standing if one.mine], [one for one in standing if one.offered]
    others = [one for one in standing if not (one.mine or one.offered)]
    for title, some in (("You asked for", mine), ("You introduce", offered), ("Others", others)):
        if some:
            yield heading(title)
        for one in some:
            yield ["  ", *introduction_line(one)]
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


def introduction_to_dict(one: Status) -> dict[str, object]:
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
