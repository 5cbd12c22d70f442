"""A figure: what was measured, how much it came to, and the bar that it must reach, where there is one."""

from dataclasses import dataclass


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
