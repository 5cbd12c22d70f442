"""How fast mail comes in, the store and its ties included: a mailbox of 1 GB, and one of small mails only.

The mails are invented (`benchmarks.mailboxes`): log-normal sizes, a third sent by the owner, headers as servers write
them. Each box is read into an empty store in a process of its own, so that its memory is its own.
"""

import resource
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter

from benchmarks.figures import Figure
from benchmarks.mailboxes import Shape, write_mbox

LARGE = Shape(size=1 << 30, median=4_000, mean=75_000)
SMALL = Shape(size=200 << 20, median=4_000, mean=4_000)
_NOW = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What reading one box took.

    Attributes:
        seconds: From the first byte read to the ties being up to date.
        again: The same of a second run, which adds nothing.
        memory: Largest resident set, in MB.
        acts: Interactions that came of it.
    """

    seconds: float
    again: float
    memory: float
    acts: int


def run() -> Iterator[Figure]:
    """Measure both boxes."""
    with tempfile.TemporaryDirectory(prefix="intrograph-bench-") as folder:
        path = Path(folder) / "large.mbox"
        mails, size = write_mbox(path, LARGE), path.stat().st_size / 1e6
        large = _apart(measure, path)
        path.unlink()
        note = f"{mails:,} mails, {large.acts:,} acts"
        what = "email, 1 GB, median 4 kB, mean 75 kB"
        yield Figure(what=what, value=size / large.seconds, unit="MB/s", bar=20, at_least=True, note=note)
        yield Figure(what=f"{what}: memory", value=large.memory, unit="MB", bar=300)
        path = Path(folder) / "small.mbox"
        mails = write_mbox(path, SMALL)
        small = _apart(measure, path)
        note = f"{mails:,} mails, {small.acts:,} acts"
        what = "email, mails of 4 kB only"
        yield Figure(what=what, value=mails / small.seconds / 1e3, unit="k/s", bar=3, at_least=True, note=note)
        yield Figure(what=f"{what}, again", value=mails / small.again / 1e3, unit="k/s")
        yield Figure(what=f"{what}: memory", value=small.memory, unit="MB", bar=300)


def measure(path: Path) -> Measured:
    """Read a box into an empty store beside it, twice."""
    from graph.stores import open_store
    from ingest.pull.pull import pull
    from ingest.source import Context
    from ingest.sources.email import SOURCE

    store = open_store(path.with_suffix(".db"), now=_NOW)
    begun = perf_counter()
    summary = pull(store, SOURCE, [path], context=Context(now=_NOW))
    seconds = perf_counter() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    begun = perf_counter()
    pull(store, SOURCE, [path], context=Context(now=_NOW))
    again = perf_counter() - begun
    store.close()
    return Measured(seconds=seconds, again=again, memory=memory, acts=summary.new)


def _apart(work: Callable[[Path], Measured], path: Path) -> Measured:
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, path).result()
