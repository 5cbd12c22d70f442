"""JSON lines gathered straight into columns: what `ingest.jsonlines` reads into records, without an object for each.

A line that is not plain (anything but an interaction of the documented types, whatever is wrong with it) goes the
record's way, so that both ways give the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from time import monotonic

import numpy as np
from xxhash import xxh3_128

from graph.columns import Columns
from graph.model import Checkpoint, Problem, Record
from ingest.files import Entry
from ingest.jsonlines import TOO_LONG, Unknown, read_line
from ingest.lines import Run, read_runs
from ingest.parts import Part, read_parts, seal_of
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

    A piece makes one batch, whatever it holds, which is sealed where it is all that the piece holds, and the piece is
    still what it was when it was cut.

    Raises:
        UnreadableError: If it breaks off; what came before is given first.
    """
    others: list[Record] = []
    offset, number = part.start.offset, part.start.line
    since = monotonic()
    broken: UnreadableError | None = None
    digest = xxh3_128()
    step = min(_LOOK_EVERY, chunk)
    try:
        with part.entry.open() as stream:
            for run in read_runs(stream, offset, number, end=part.end):
                rough = _find_rough_lines(run)
                digest.update(run.data)
                for place, line in enumerate(run.lines, 1):
                    if line is None:
                        others.append(Problem(where=part.where(run.before + place), why=TOO_LONG))
                    elif not gatherer.add(line, run.before + place, rough=place in rough) and line.strip():
                        where = part.where(run.before + place)
                        others += read_line(run.line(place), gatherer.setting_at(where), unknown)
                    if place % step == 0 and _is_due(part, len(gatherer) + len(others), chunk, since):
                        behind = part.checkpoint(run.offset_behind(place), run.before + place)
                        yield from _hand_over(part, gatherer, others, behind)
                        others, since = [], monotonic()
                offset, number = run.offset, run.before + len(run.lines)
    except UnreadableError as error:
        broken = error
    # What was read before a file broke off is kept.
    seal = "" if broken or unknown.found or seal_of(digest) != part.seal else part.seal
    yield from _hand_over(part, gatherer, others, part.checkpoint(offset, number), seal)
    if broken is not None:
        raise broken


def _is_due(part: Part, gathered: int, chunk: int, since: float) -> bool:
    """Tell whether to hand over what was gathered; a piece is handed over as a whole."""
    return part.end is None and (gathered >= chunk or (gathered > 0 and monotonic() - since > _SECONDS))


def _find_rough_lines(run: Run) -> set[int]:
    """Tell which lines, counted from 1, are not plain bytes."""
    rough = find_rough(run.data)
    ends = np.flatnonzero(np.frombuffer(run.data, dtype=np.uint8) == ord("\n"))
    return set((np.searchsorted(ends, rough) + 1).tolist())


def _hand_over(
    part: Part, gatherer: LineGatherer, others: list[Record], behind: Checkpoint, seal: str = ""
) -> Iterator[Columns | Record]:
    if len(gatherer):
        columns = gatherer.take(part.where)
        yield replace(columns, seal=seal) if seal and not (others or columns.problems) else columns
    yield from others
    yield behind
