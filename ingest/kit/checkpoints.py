"""How far an input is read, in one form for every source of files; and what is left out, counted once.

A position is `PLACE NAME`: behind how much of a file to go on, in its source's own measure (lines, bytes, posts), and
the file's name in the input; without a name the place counts what the whole input yields.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from graph.model import Checkpoint, Problem, Record, Skipped
from ingest.kit.files import Entry, sort_key
from ingest.source import UnreadableError

STEP = 200
"""After how many records, lines or mails a source says how far it is."""
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Remaining:
    """What is left to read of one file of an input.

    Attributes:
        place: Behind how much of it to go on; 0 at its beginning.
        ahead: The bytes of the files before it.
        total: The bytes of all files; None where nobody knows.
    """

    entry: Entry
    place: int
    ahead: int
    total: int | None

    def checkpoint(self, place: int, done: int) -> Checkpoint:
        """Make the checkpoint at a place of it, with so many of its bytes read."""
        return Checkpoint(position=f"{place} {self.entry.name}", done=self.ahead + done, total=self.total)


def is_due(number: int) -> bool:
    """Tell whether a checkpoint is due behind so many of whatever a source counts."""
    return number % STEP == 0


def total_of(entries: Iterable[Entry]) -> int | None:
    """Count the bytes of files; None where some are gzipped, whose real size nobody knows."""
    sizes = [None if entry.name.lower().endswith(".gz") else entry.size for entry in entries]
    return None if None in sizes else sum(filter(None, sizes))


def read_each(
    entries: Iterable[Entry | Problem],
    position: str | None,
    read: Callable[[Remaining], Iterable[_T]],
    *,
    total: int | None,
    alone: bool,
) -> Iterator[_T | Problem]:
    """Read each file that is not done yet, from where an interrupted run stopped.

    Args:
        entries: The files, in the order of `Tree`, and problems on the way to them.
        position: That of the last checkpoint of an interrupted run.
        read: Reads one of them; of several, one that can't be read to its end is a problem.
        total: The bytes of all.
        alone: Whether the input is one file.

    Raises:
        UnreadableError: If the only one can't be read to its end.
    """
    place, _, name = (position or "0 ").partition(" ")
    ahead, begin = 0, sort_key(name)
    for entry in entries:
        if isinstance(entry, Problem):
            yield entry
            continue
        if sort_key(entry.name) >= begin:
            try:
                yield from read(
                    Remaining(entry=entry, place=int(place) if entry.name == name else 0, ahead=ahead, total=total)
                )
            except UnreadableError as error:
                if alone:
                    raise
                yield Problem(where=entry.where, why=str(error))
        ahead += entry.size


def resume_after(
    records: Iterable[Record], position: str | None, progress: Callable[[], tuple[int, int]] = lambda: (0, 0)
) -> Iterator[Record]:
    """Yield the records behind a checkpoint's position, with a checkpoint now and then.

    The earlier ones are read again, so that what a source learns from them on its way is known, but not handed on.

    Args:
        records: The same ones in the same order, run after run.
        position: That of the last checkpoint of an interrupted run; None begins at the first record.
        progress: Tells how much of the input is read, and how much there is; 0 where nobody knows.
    """
    after = int(position or 0)
    for number, record in enumerate(records, start=1):
        if number <= after:
            continue
        yield record
        if is_due(number):
            done, total = progress()
            yield Checkpoint(position=f"{number} ", done=min(done, total), total=total or None)


def take_skipped(skipped: Counter[str]) -> Iterator[Skipped]:
    """Yield what was left out since the last time, so that an interrupted run counts each record once."""
    for why, count in sorted(skipped.items()):
        if count:
            yield Skipped(why=why, count=count)
    skipped.clear()
