"""JSON lines gathered straight into columns: what `ingest.jsonlines` reads into records, without an object for each.

A line that is not plain (anything but an interaction of the documented types, whatever is wrong with it) goes the
record's way, so that both ways give the same.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from time import monotonic

import numpy as np

from graph.columns import Columns
from graph.model import Checkpoint, Problem, Record
from ingest.files import Entry
from ingest.jsonlines import TOO_LONG, Unknown, read_line
from ingest.lines import Run, read_runs
from ingest.parts import Part, read_parts
from ingest.plain import LineGatherer, find_rough
from ingest.source import UnreadableError

_SECONDS = 4.0
_LOOK_EVERY = 250


def read_packed(entries: Sequence[Entry], resume: str | None, now: datetime, chunk: int) -> Iterator[Columns | Record]:
    """Read files of JSON lines into batches, each followed by its checkpoint; what is not plain comes as records.

    Args:
        entries: The files.
        resume: The position of the last checkpoint of an interrupted run.
        now: The clock.
        chunk: How many interactions make a batch.
    """
    gatherer = LineGatherer(now)
    unknown = Unknown()
    yield from read_parts(entries, resume, lambda part: read_part(part, gatherer, unknown, chunk))
    yield from unknown.problems()


def read_part(part: Part, gatherer: LineGatherer, unknown: Unknown, chunk: int) -> Iterator[Columns | Record]:
    """Read one part into batches of so many interactions, each followed by its checkpoint.

    Raises:
        UnreadableError: If it breaks off; what came before is given first.
    """
    others: list[Record] = []
    offset, number = part.start.offset, part.start.line
    since = monotonic()
    broken: UnreadableError | None = None
    step = min(_LOOK_EVERY, chunk)
    try:
        with part.entry.open() as stream:
            for run in read_runs(stream, offset, number, end=part.end):
                rough = _find_rough_lines(run)
                for place, line in enumerate(run.lines, 1):
                    if line is None:
                        others.append(Problem(where=part.where(run.before + place), why=TOO_LONG))
                    elif not gatherer.add(line, run.before + place, rough=place in rough) and line.strip():
                        where = part.where(run.before + place)
                        others += read_line(run.line(place), gatherer.setting_at(where), unknown)
                    if place % step == 0:
                        gathered = len(gatherer) + len(others)
                        if gathered >= chunk or (gathered and monotonic() - since > _SECONDS):
                            behind = part.checkpoint(run.offset_behind(place), run.before + place)
                            yield from _hand_over(part, gatherer, others, behind)
                            others, since = [], monotonic()
                offset, number = run.offset, run.before + len(run.lines)
    except UnreadableError as error:
        broken = error
    # What was read before a file broke off is kept.
    yield from _hand_over(part, gatherer, others, part.checkpoint(offset, number))
    if broken is not None:
        raise broken


def _find_rough_lines(run: Run) -> set[int]:
    """Tell which lines, counted from 1, are not plain bytes."""
    rough = find_rough(run.data)
    ends = np.flatnonzero(np.frombuffer(run.data, dtype=np.uint8) == ord("\n"))
    return set((np.searchsorted(ends, rough) + 1).tolist())


def _hand_over(
    part: Part, gatherer: LineGatherer, others: list[Record], behind: Checkpoint
) -> Iterator[Columns | Record]:
    if len(gatherer):
        yield gatherer.take(part.where)
    yield from others
    yield behind
