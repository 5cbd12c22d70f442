"""How fast JSON lines come in: into an empty store, the same again, and a little more into much."""

import resource
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.figures import Figure
from benchmarks.generator import write_interactions
from graph.store.features import Filters
from graph.stores import open_store
from graph.ties.ties import load_ties
from ingest.pull.pull import pull
from ingest.pull.tally import Tally
from ingest.registry import source
from ingest.source import Context

PEOPLE = 50_000
MANY = 1_000_000
FEW = 10_000
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def run(many: int = MANY, few: int = FEW, people: int = PEOPLE) -> Iterator[Figure]:
    """Measure; ties are up to date at the end of each run, opening the store is part of it."""
    with TemporaryDirectory() as folder:
        lines, more, place = Path(folder, "many.jsonl"), Path(folder, "more.jsonl"), Path(folder, "people.db")
        write_interactions(lines, people, many)
        write_interactions(more, people, few, seed=2, first_id=many)
        size = f"{lines.stat().st_size / many:.0f} bytes a line, {people:,} people"
        summary, seconds = ingest(place, lines)
        assert (summary.new, summary.seen, summary.problem_count) == (many, 0, 0)
        yield Figure(
            what=f"ingest jsonl, {many:,} interactions into an empty store",
            value=many / seconds / 1000,
            unit="k/s",
            bar=23,
            at_least=True,
            note=size,
        )
        summary, seconds = ingest(place, lines)
        assert (summary.new, summary.seen, summary.problem_count) == (0, many, 0)
        yield Figure(what="the same file again", value=seconds, unit="s", bar=1)
        turned = Path(folder, "turned.jsonl")
        _turn(lines, turned)
        summary, seconds = ingest(place, turned)
        assert (summary.new, summary.seen, summary.problem_count) == (0, many, 0)
        yield Figure(
            what="the same records in another file", value=many / seconds / 1000, unit="k/s", bar=50, at_least=True
        )
        summary, seconds = ingest(place, more)
        assert (summary.new, summary.seen, summary.problem_count) == (few, 0, 0)
        yield Figure(what=f"{few:,} more into {many:,}", value=seconds, unit="s", bar=1)
        yield Figure(what="the store's size", value=place.stat().st_size / many, unit="bytes an interaction")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        yield Figure(what="peak memory", value=peak, unit="MB", bar=600)


def _turn(lines: Path, turned: Path) -> None:
    """Write the second half of a file before the first."""
    with lines.open("rb") as source_, turned.open("wb") as target:
        source_.seek(lines.stat().st_size // 2)
        source_.readline()
        half = source_.tell()
        shutil.copyfileobj(source_, target)
        source_.seek(0)
        while source_.tell() < half:
            target.write(source_.readline())


def ingest(place: Path | str, lines: Path) -> tuple[Tally, float]:
    """Bring lines in as the command does; give what was done and the seconds."""
    begun = perf_counter()
    store = open_store(place, now=NOW)
    try:
        summary = pull(store, source("jsonl"), [lines], context=Context(now=NOW))
        load_ties(store, Filters(), NOW.date())
    finally:
        store.close()
    return summary, perf_counter() - begun
