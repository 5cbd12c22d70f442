"""How the time of `ingest jsonl` grows: a store of its own for each size, ties up to date at the end.

The sizes go up to 4 M acts (about 800,000 ties), which is what a run of a few minutes allows; `GROWTH_ACTS` names
others, e.g. `GROWTH_ACTS=1000000,10000000,100000000` for 20 M ties, half an hour and 60 GB of disk.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.bench_ingest import NOW, ingest
from benchmarks.figures import Figure
from benchmarks.generator import write_interactions
from benchmarks.paths_growth import fit_slope, plot_growth
from graph.store.features import Filters
from graph.stores import open_store

ACTS = "100000,400000,1600000,4000000"
ACTS_A_PERSON = 20
PLOT = Path(__file__).parent / "out" / "growth_ingest.png"


def run() -> Iterator[Figure]:
    """Measure each size, and fit how they grow."""
    sizes = [int(size) for size in os.environ.get("GROWTH_ACTS", ACTS).split(",")]
    ties: list[int] = []
    seconds: list[float] = []
    for size in sizes:
        with TemporaryDirectory() as folder:
            lines, place = Path(folder, "many.jsonl"), Path(folder, "people.db")
            write_interactions(lines, size // ACTS_A_PERSON, size)
            seconds.append(ingest(place, lines)[1])
            ties.append(_count_ties(place))
        yield Figure(
            what=f"ingest jsonl of {size:,} acts, {ties[-1]:,} ordered pairs",
            value=size / seconds[-1] / 1000,
            unit="k/s",
        )
    PLOT.parent.mkdir(exist_ok=True)
    plot_growth(PLOT, "Ingest of JSON lines", "ordered pairs", "seconds", ties, {"ingest": seconds})
    note = f"least-squares slope of log time over log pairs: 1 is linear; plotted in {PLOT.parent.name}/{PLOT.name}"
    yield Figure(
        what="growth of ingest over ordered pairs", value=fit_slope(ties, seconds), unit="slope", bar=1.0, note=note
    )


def _count_ties(place: Path) -> int:
    store = open_store(place, now=NOW)
    try:
        rows = store.tie_rows(Filters())
        return len({*zip(rows.source.tolist(), rows.target.tolist(), strict=True)})
    finally:
        store.close()
