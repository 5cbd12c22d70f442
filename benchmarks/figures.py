"""A figure: what was measured, how much it came to, and the bar that it must reach, where there is one."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured value.

    Attributes:
        what: What was measured, on what, e.g. "ask, 10 k people / 100 k ties, p95".
        value: How much it came to.
        unit: e.g. "ms", "k/s", "bytes".
        bar: What it must reach; None where it is only reported.
        at_least: Whether the value must be at least the bar; else at most.
        note: What the reader should know, e.g. which rival was the fastest.
    """

    what: str
    value: float
    unit: str
    bar: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Tell whether the bar was reached; None where there is none."""
        if self.bar is None:
            return None
        return self.value >= self.bar if self.at_least else self.value <= self.bar


def take_median(
    what: str, taken: Sequence[float], unit: str = "ms", bar: float | None = None, *, at_least: bool = False
) -> Figure:
    """Sum several runs up as their median, and note the worst of them."""
    worst = (min if at_least else max)(taken)
    note = f"worst {worst:.4g} of {len(taken)}"
    return Figure(what=what, value=median(taken), unit=unit, bar=bar, at_least=at_least, note=note)


def short(count: int) -> str:
    """Write a number as people say it: 5 k, 2 M."""
    return f"{count / 1e6:g} M" if count >= 1_000_000 else f"{count / 1000:g} k"
