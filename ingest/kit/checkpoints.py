"""Resume a reading whose records always come in the same order, by counting them; and count what is left out."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from graph.model import Checkpoint, Record, Skipped

STEP = 2000


def resume_after(
    records: Iterable[Record], position: str | None, progress: Callable[[], tuple[int, int]]
) -> Iterator[Record]:
    """Yield the records behind a checkpoint's position, with a checkpoint every 2,000.

    The earlier ones are read again, so that what a source learns from them on its way is known, but not handed on.

    Args:
        records: The same ones in the same order, run after run.
        position: That of the last checkpoint of an interrupted run; None begins at the first record.
        progress: Tells how much of the input is read, and how much there is.
    """
    after = int(position or 0)
    for number, record in enumerate(records, start=1):
        if number <= after:
            continue
        yield record
        if number % STEP == 0:
            done, total = progress()
            yield Checkpoint(position=str(number), done=min(done, total), total=total or None)


def take_skipped(skipped: Counter[str]) -> Iterator[Skipped]:
    """Yield what was left out since the last time, so that an interrupted run counts each record once."""
    for why, count in sorted(skipped.items()):
        if count:
            yield Skipped(why=why, count=count)
    skipped.clear()
