"""The filters of a question in the page's words: what each chip says, and what can be chosen in it."""

from collections.abc import Sequence
from datetime import date

from dashboard.words.acts import kind_plural
from dashboard.words.lines import count, day, shorten
from graph.answers.ask import Question
from graph.model import DECLARED, INTRODUCTION
from graph.ties.formula import CLOSE, FAMILIAR

_NAME = 24
CLOSENESS = ((0.0, "Any closeness"), (FAMILIAR, "Familiar or close"), (CLOSE, "Close only"))
_KINDS = {DECLARED: "what was told", INTRODUCTION: "introductions", "copied": "in cc"}


def steps_word(most: int) -> str:
    """Say how long a way may be."""
    return f"Up to {count(most, 'step')}"


def kind_word(kind: str) -> str:
    """Name a kind of interaction, as many of them."""
    return _KINDS.get(kind) or kind_plural(kind)


def kinds_words(kinds: frozenset[str] | None) -> str:
    """Say which kinds count."""
    if kinds is None:
        return "All kinds"
    named = sorted(map(kind_word, kinds))
    return f"Only {named[0]}" if len(named) == 1 else f"{len(named)} kinds"


def closeness_word(least: float) -> str:
    """Say how close every step must be."""
    return next((word for value, word in reversed(CLOSENESS) if least >= value), CLOSENESS[0][1])


def people_words(avoid: Sequence[str], via: Sequence[str]) -> str:
    """Say whom ways must not lead over, and over whom they must."""
    told = [f"Not over {_short(avoid)}"] if avoid else []
    told += [f"Over {_short(via)}"] if via else []
    return ", ".join(told) or "Avoid or go through"


def _short(people: Sequence[str]) -> str:
    return shorten(people[0], _NAME) if len(people) == 1 else count(len(people), "person")


def time_words(question: Question, today: date, *, demo: bool) -> str:
    """Say of which day the answer is, and since when interactions count."""
    as_of, since = question.filters.as_of, question.filters.since
    told = f"As of {day(as_of)}" if as_of else f"As of {day(today)}" if demo else "As of today"
    return f"{told}, since {day(since)}" if since else told
