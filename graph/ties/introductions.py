"""Introductions: when one counts as a mutual act, and where it stands."""

from collections.abc import Iterator
from datetime import datetime

from graph.model import Introduction, IntroductionState, IntroductionStep

_MUTUAL = frozenset({IntroductionState.ACCEPTED, IntroductionState.MET})


def steps_between(
    introduction: Introduction, since: datetime | None, until: datetime | None
) -> Iterator[IntroductionStep]:
    """Give the steps in order of date (then of state) from `since`, up to but not at `until`."""
    for step in sorted(introduction.steps, key=lambda one: (one.at, list(IntroductionState).index(one.state))):
        if (since is None or step.at >= since) and (until is None or step.at < until):
            yield step


def mutual_acts(introduction: Introduction, since: datetime | None, until: datetime | None) -> list[datetime]:
    """Tell when the introduction counts as a mutual act between person and to.

    Each `accepted` and `met` counts as one on its day; `declined` removes what came before it.
    """
    if introduction.retracted_at is not None:
        return []
    acts: list[datetime] = []
    for step in steps_between(introduction, since, until):
        if step.state is IntroductionState.DECLINED:
            acts.clear()
        elif step.state in _MUTUAL:
            acts.append(step.at)
    return acts


def asked_at(introduction: Introduction, until: datetime | None) -> datetime | None:
    """Tell when it was last asked for before `until`; None where it was not, or something came of it since."""
    if introduction.retracted_at is not None:
        return None
    asked = None
    for step in steps_between(introduction, None, until):
        if step.state is IntroductionState.ASKED:
            asked = step.at
        elif step.state is not IntroductionState.PROPOSED:
            asked = None
    return asked


def state_at(introduction: Introduction, until: datetime | None) -> IntroductionStep | None:
    """Tell the latest step before `until`, or None where it had not begun."""
    latest = None
    for step in steps_between(introduction, None, until):
        latest = step
    return latest
