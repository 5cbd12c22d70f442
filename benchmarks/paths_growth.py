"""How a measured time grows with the size of the data: a slope, and a plot."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure as Canvas


def fit_slope(sizes: Sequence[float], values: Sequence[float]) -> float:
    """Fit log value = slope · log size + constant by least squares; a slope of 1 is linear growth."""
    return float(np.polyfit(np.log(sizes), np.log(values), 1)[0])


def plot_growth(
    path: Path,
    title: str,
    across: str,
    up: str,
    sizes: Sequence[float],
    series: Mapping[str, Sequence[float]],
) -> None:
    """Draw values over sizes, both logarithmic, beside a line of linear growth."""
    canvas = Canvas(figsize=(6.4, 4.0), layout="constrained")
    axes = canvas.add_subplot()
    for name, values in series.items():
        axes.plot(sizes, values, marker="o", label=f"{name} (slope {fit_slope(sizes, values):.2f})")
    first = min(values[0] for values in series.values())
    axes.plot(sizes, [first * size / sizes[0] for size in sizes], linestyle=":", color="grey", label="linear")
    axes.set(title=title, xlabel=across, ylabel=up, xscale="log", yscale="log")
    axes.legend()
    path.parent.mkdir(parents=True, exist_ok=True)
    canvas.savefig(path)
