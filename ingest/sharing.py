"""Reading by two processes: a second one reads while this one writes, and this one helps where it would only wait.

The second is started as a plain interpreter, not forked and not through `multiprocessing`, which would run the caller's
main module again. Both read parts of the input, which are given in their order, so that a cursor stands behind nothing
that is not written.
"""

import json
import select
import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO

from graph.batch import Batch
from graph.columns import Columns, to_columns
from graph.model import Record
from ingest.bulk import read_packed, read_part
from ingest.files import Entry
from ingest.jsonlines import Unknown
from ingest.messages import decode, receive
from ingest.parts import Part, cut, parts_of, refused
from ingest.plain import LineGatherer
from ingest.source import UnreadableError
from ingest.worker import order_of

_BOOT = (
    "import json, sys; task = json.loads(sys.argv[1]); sys.path[:] = task['modules']; "
    "from ingest.worker import serve; serve(task)"
)
_ORDERED = 2
"""How many parts the second process has before it: while one is read, the next waits."""


def read_shared(
    path: Path,
    entries: Sequence[Entry],
    resume: str | None,
    now: datetime,
    chunk: int,
    seals: Mapping[str, Mapping[int, int]],
) -> Iterator[Columns | Record]:
    """Read JSON lines into batches as `read_packed` does, with a second process where one can be started.

    Raises:
        UnreadableError: As `read_packed`; also if the process was stopped from outside.
    """
    task = {"modules": sys.path, "path": str(path), "now": now.isoformat(), "chunk": chunk}
    command = [sys.executable, "-c", _BOOT, json.dumps(task)]
    try:
        child = subprocess.Popen(  # noqa: S603 # our own interpreter, our own code
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0
        )
    except (OSError, ValueError):
        yield from read_packed(entries, resume, now, chunk)
        return
    assert child.stdout is not None  # noqa: S101 # as Popen was asked for
    assert child.stdin is not None  # noqa: S101
    parts = (piece for part in parts_of(entries, resume) for piece in cut(part))
    try:
        yield from Sharing(child.stdin, child.stdout, path, entries, parts, LineGatherer(now), chunk, seals).read()
    finally:
        child.kill()
        child.stdin.close()
        child.stdout.close()
        child.wait()


@dataclass(slots=True, kw_only=True)
class _Turn:
    """A part that waits for its turn.

    Attributes:
        records: What this process read of it itself; None where the other one reads it.
        unknown: The lines of unknown types in it.
        broken: Why it can't be read to its end.
    """

    part: Part
    records: list[Columns | Record] | None = None
    unknown: Unknown = field(default_factory=Unknown)
    broken: UnreadableError | None = None


class Sharing:
    """One input that two processes read; state is which part is read by whom."""

    def __init__(
        self,
        orders: IO[bytes],
        answers: IO[bytes],
        path: Path,
        entries: Sequence[Entry],
        parts: Iterator[Part],
        gatherer: LineGatherer,
        chunk: int,
        seals: Mapping[str, Mapping[int, int]],
    ) -> None:
        self._orders = orders
        self._answers = answers
        self._path = path
        self._entries = entries
        self._places = {entry.name: place for place, entry in enumerate(entries)}
        self._parts = parts
        self._next = next(parts, None)
        self._gatherer = gatherer
        self._chunk = chunk
        self._seals = seals
        self._unknown = Unknown()
        self._waiting: deque[_Turn] = deque()  # in the order of the input

    def read(self) -> Iterator[Columns | Record]:
        """Read all parts."""
        while True:
            self._order()
            if not self._waiting:
                break
            turn = self._waiting[0]
            if turn.records is None and self._may_help() and not self._has_answer():
                self._help()
                continue
            self._waiting.popleft()
            if turn.records is None:
                self._order()
                yield from self._receive(turn)
            else:
                yield from turn.records
            self._unknown.merge(turn.unknown.found)
            if turn.broken is not None:
                yield refused(turn.part, turn.broken, self._entries)
        yield from self._unknown.problems()

    def _order(self) -> None:
        """Keep the second process busy; what need not be read again is only counted."""
        while self._next is not None and sum(turn.records is None for turn in self._waiting) < _ORDERED:
            part = self._take()
            if part.seal in self._seals:
                self._waiting.append(_Turn(part=part, records=_count(part, self._seals[part.seal])))
                continue
            order = json.dumps(order_of(part, self._places[part.entry.name])) + "\n"
            with suppress(BrokenPipeError):  # Where it is gone, the want of an answer tells.
                self._orders.write(order.encode())
            self._waiting.append(_Turn(part=part))

    def _take(self) -> Part:
        part, self._next = self._next, next(self._parts, None)
        assert part is not None  # noqa: S101 # as was looked at before
        return part

    def _has_answer(self) -> bool:
        return bool(select.select([self._answers], [], [], 0)[0])

    def _may_help(self) -> bool:
        """Tell whether to read a part here: one at a time, and none whose size nobody knows."""
        helped = any(turn.records is not None for turn in self._waiting)
        return self._next is not None and self._next.end is not None and not helped

    def _help(self) -> None:
        records: list[Columns | Record] = []
        turn = _Turn(part=self._take(), records=records)
        try:
            records.extend(read_part(turn.part, self._gatherer, turn.unknown, self._chunk))
        except UnreadableError as error:
            turn.broken = error
        self._waiting.append(turn)

    def _receive(self, turn: _Turn) -> Iterator[Columns | Record]:
        """Give what the second process read of a part."""
        while True:
            message = receive(self._answers.read)
            if message is None:
                why = f"{self._path} can't be read to its end: the reading process was stopped (is memory short?)"
                raise UnreadableError(f"{why}; what came before is kept; try the same command again")
            kind, values = message
            if kind == "error":
                raise UnreadableError(values[0])
            if kind == "done":
                found, broken = values
                turn.unknown.merge(found)
                turn.broken = UnreadableError(broken) if broken else None
                return
            yield decode(kind, values)


def _count(part: Part, read: Mapping[int, int]) -> list[Columns | Record]:
    """Give what stands for a part that need not be read again: how many interactions it holds."""
    behind = part.checkpoint(part.end or 0, part.start.line + part.lines)
    return [to_columns(Batch(read=dict(read))), behind]
