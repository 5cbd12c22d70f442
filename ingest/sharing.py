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
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import IO

from graph.batch import Batch
from graph.columns import Columns, to_columns
from graph.model import Checkpoint, Record
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
        # Parts in their order; with what this process read of one itself.
        self._waiting: deque[tuple[Part, list[Columns | Record] | None]] = deque()

    def read(self) -> Iterator[Columns | Record]:
        """Read all parts."""
        while True:
            self._order()
            if not self._waiting:
                break
            part, records = self._waiting[0]
            if records is None and self._may_help() and not self._has_answer():
                self._help()
                continue
            self._waiting.popleft()
            if records is None:
                self._order()
                yield from self._receive(part)
            else:
                yield from records
        yield from self._unknown.problems()

    def _order(self) -> None:
        """Keep the second process busy; what need not be read again is only counted."""
        while self._next is not None and sum(records is None for _, records in self._waiting) < _ORDERED:
            part = self._take()
            if part.seal in self._seals:
                self._waiting.append((part, _count(part, self._seals[part.seal])))
                continue
            order = json.dumps(order_of(part, self._places[part.entry.name])) + "\n"
            with suppress(BrokenPipeError):  # Where it is gone, the want of an answer tells.
                self._orders.write(order.encode())
            self._waiting.append((part, None))

    def _take(self) -> Part:
        part, self._next = self._next, next(self._parts, None)
        assert part is not None  # noqa: S101 # as was looked at before
        return part

    def _has_answer(self) -> bool:
        return bool(select.select([self._answers], [], [], 0)[0])

    def _may_help(self) -> bool:
        """Tell whether to read a part here: one at a time, and none whose size nobody knows."""
        return self._next is not None and self._next.end is not None and all(own is None for _, own in self._waiting)

    def _help(self) -> None:
        part, records, unknown = self._take(), list[Columns | Record](), Unknown()
        try:
            records.extend(read_part(part, self._gatherer, unknown, self._chunk))
            records = _seal(part, records, unknown.found)
        except UnreadableError as error:
            records.append(refused(part, error, self._entries))
        self._unknown.merge(unknown.found)
        self._waiting.append((part, records))

    def _receive(self, part: Part) -> Iterator[Columns | Record]:
        """Give what the second process read of a part; of a piece, once all of it is there."""
        held: list[Columns | Record] = []
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
                self._unknown.merge(found)
                yield from held if broken else _seal(part, held, found)
                if broken:
                    yield refused(part, UnreadableError(broken), self._entries)
                return
            if part.seal:
                held.append(decode(kind, values))
            else:
                yield decode(kind, values)


def _count(part: Part, read: Mapping[int, int]) -> list[Columns | Record]:
    """Give what stands for a part that need not be read again: how many interactions it holds."""
    behind = part.checkpoint(part.end or 0, part.start.line + part.lines)
    return [to_columns(Batch(read=dict(read))), behind]


def _seal(part: Part, records: list[Columns | Record], unknown: Mapping[str, object]) -> list[Columns | Record]:
    """Seal a part all of which is one batch without problems."""
    match records:
        case [Columns(problems=[]) as columns, Checkpoint() as behind] if part.seal and not unknown:
            return [replace(columns, seal=part.seal), behind]
    return records
