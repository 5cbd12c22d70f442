"""What of an answer is looked at: the way, the step, and how much of each."""

from dataclasses import dataclass

from dashboard.words.ways import count_shown
from graph.answers.answer import Answer, Path

_PHONE = 768


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What of an answer is looked at, and how wide the picture may be.

    Attributes:
        way: From 1.
        step: From 1; None for the last one.
        contacts: How many of the step's newest interactions are listed.
        whole: Whether the weaker ways are shown too.
        width: Pixels that the picture has; `window` is the whole page's.
    """

    way: int = 1
    step: int | None = None
    contacts: int = 3
    whole: bool = False
    width: int = 660
    window: int = 1440

    @property
    def phone(self) -> bool:
        """Tell whether ways are drawn within their cards."""
        return self.window < _PHONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A choice held against an answer: the way and the step that are there, and which ways are drawn."""

    path: Path
    rank: int
    step: int
    shown: int


def settle(answer: Answer, choice: Choice) -> Chosen:
    """Hold a choice against an answer; what the answer does not have becomes the first way, and a way's last step."""
    rank = choice.way if 1 <= choice.way <= len(answer.paths) else 1
    path = answer.paths[rank - 1]
    step = choice.step if choice.step and choice.step <= len(path.hops) else len(path.hops)
    shown = count_shown(answer.paths)
    whole = choice.whole or rank > shown
    return Chosen(path=path, rank=rank, step=step, shown=len(answer.paths) if whole else shown)
