"""The formula of `answers(a, b)`: the chance that b answers within 30 days if a writes to b now (first version)."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graph.model import INTRODUCTION, KINDS, MUTUAL_KINDS, Closeness
from graph.store.features import HALF_LIVES

INTRODUCTION_CODE = len(KINDS)
"""Stands for an introduction beside the codes of the kinds."""

CLOSE = 0.6
FAMILIAR = 0.3
DORMANT_DAYS = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """One formula, evaluated by NumPy here.

    With x the decayed weight of what a did towards b, y of what b did towards a::

        x = sum over kinds of weight(kind) · sum over acts of 2^(-age / half_life) / addressees
        h = (1 - reverse_share) · 2xy / (x + y) + reverse_share · y
        answers = max(1 - exp(-h), declared floor)

    The harmonic mean is small where either side is silent, so that attention alone makes no chance; the share of y
    says that somebody who writes to me unasked will rather answer than somebody who never did. A mutual act adds to x
    and to y. Weights follow the effort that an act takes, such that one fresh exchange of messages makes a slight tie
    (0.22), one a month a close one (0.9); they are a choice, not yet a measurement.

    Age counts from midnight UTC of the as-of day; what happened since then, within a day or two, is younger than that.
    So all acts of two people fade alike, whatever accounts they used and in whatever way they are summed up.

    Attributes:
        version: Changes whenever any value does; caches made by another version are stale.
        weights: By kind, `introduction` included.
        half_life: Index into `HALF_LIVES`.
        floors: The least chance that a declared tie gives; it does not decay.
    """

    version: str
    weights: Mapping[str, float]
    half_life: int
    reverse_share: float
    floors: Mapping[Closeness, float]

    @property
    def half_life_days(self) -> float:
        """The half-life in days."""
        return HALF_LIVES[self.half_life]

    def weights_by_code(self) -> NDArray[np.float64]:
        """Give the weights in the order of the kinds' codes, the introduction's last."""
        return np.array([self.weights[name] for name in (*KINDS, INTRODUCTION)], dtype=np.float64)

    def mutual_by_code(self) -> NDArray[np.bool_]:
        """Tell which kinds' codes are mutual, the introduction's last."""
        return np.array([*(kind in MUTUAL_KINDS for kind in KINDS), True])

    def chance(self, out: NDArray[np.float64], back: NDArray[np.float64]) -> NDArray[np.float64]:
        """Evaluate 1 - exp(-h) for decayed weights in both directions; same shape, from 0 to 1."""
        total = out + back
        harmonic = np.divide(2.0 * out * back, total, out=np.zeros_like(total), where=total > 0)
        return -np.expm1(-((1.0 - self.reverse_share) * harmonic + self.reverse_share * back))


FORMULA = Formula(
    version="2",
    weights={
        "mention": 0.1,
        "reply": 0.2,
        "quote": 0.1,
        "repost": 0.05,
        "like": 0.03,
        "comment": 0.15,
        "message": 0.25,
        "copied": 0.05,
        "meeting": 0.5,
        "call": 0.5,
        "follow": 0.02,
        "connection": 0.1,
        "recommendation": 0.5,
        INTRODUCTION: 0.3,
    },
    half_life=HALF_LIVES.index(180.0),
    reverse_share=0.1,
    floors={Closeness.CLOSE: 0.8, Closeness.FAMILIAR: 0.5, Closeness.SLIGHT: 0.2},
)


def closeness_of(strength: float) -> Closeness:
    """Say a strength in words: close from 0.6, familiar from 0.3, else slight."""
    if strength >= CLOSE:
        return Closeness.CLOSE
    return Closeness.FAMILIAR if strength >= FAMILIAR else Closeness.SLIGHT
