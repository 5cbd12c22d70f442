"""Writing of what one input yields: gathered into batches, each with its cursor in one transaction."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from time import monotonic

from graph.model import Gone, Interaction, network_of
from graph.records.pack import Packer, pack
from graph.records.rows import Batch, Storable
from graph.store.documents import Cursor
from graph.store.store import Store
from ingest.kit.json_writer import type_name
from ingest.pull.tally import Tally

BATCH = 50_000
"""The most records that are gathered, however many a store takes."""
SECONDS = 3.0
_LOOK_EVERY = 256


class Writer:
    """Gathers the records of one input and writes them; a crash loses at most what is gathered.

    The cursor that is written with a batch stands behind nothing that is not written by then. After each batch `note`
    is called. What a live source yields is written at each checkpoint, as it was paid for, and its position stays.
    """

    def __init__(
        self,
        store: Store,
        job: str,
        resumed: str | None,
        now: datetime,
        tally: Tally,
        note: Callable[[], None],
        *,
        live: bool = False,
    ) -> None:
        self._store = store
        self._job = job
        self._now = now
        self._tally = tally
        self._note = note
        self._live = live
        self.networks: set[str] = set()  # of the accounts that were written
        self._reached = resumed  # the last checkpoint
        self._written = resumed  # the position in the store
        self._packer = Packer(now=now)
        self._narrowed: list[tuple[Interaction, Interaction]] = []
        self._since = monotonic()
        self._size = min(BATCH, store.batch_size)

    @property
    def pending(self) -> int:
        """How many records are gathered and not yet written."""
        return len(self._packer) + len(self._narrowed)

    def add(self, record: Storable) -> None:
        """Gather a record; many, or some for long, are written."""
        self._packer.add(record)
        if not isinstance(record, Interaction):
            self._tally.others[type_name(record)] += 1
        self._flush_at_times()

    def add_narrowed(self, left: Interaction, whole: Interaction) -> None:
        """Gather what an exclusion leaves of an interaction."""
        self._narrowed.append((left, whole))
        self._flush_at_times()

    def drop(self, record: Gone) -> None:
        """Gather what is to be removed."""
        self._packer.add(record)

    def check(self, position: str) -> None:
        """Note that everything before this position was given."""
        self._reached = position
        if self._live:
            self._flush()
            if self._written != position:
                self._write(Batch(), position)

    def finish(self) -> None:
        """Write the rest; of a file there is nothing to go on from any more."""
        self._reached = self._written if self._live else None
        self._flush()
        if self._written is not None and not self._live:
            self._write(Batch(), None)

    def keep(self) -> None:
        """Write what is gathered, as nothing more comes for now; the next run goes on behind the last checkpoint."""
        self._flush()

    def _flush_at_times(self) -> None:
        size = self.pending
        if size >= self._size or (size % _LOOK_EVERY == 0 and monotonic() - self._since > SECONDS):
            self._flush()

    def _flush(self) -> None:
        narrowed, self._narrowed = self._narrowed, []
        if len(self._packer):
            self._write(self._packer.take(), self._written if narrowed else self._reached)
        if narrowed:
            # By themselves: of what came whole and says the same, nothing was left out.
            self._write(_pack_narrowed(narrowed, self._now), self._reached)

    def _write(self, batch: Batch, position: str | None) -> None:
        self.networks.update(map(network_of, batch.accounts))
        written = self._store.write(batch, Cursor(job=self._job, position=position))
        self._written = position
        # What is live changes between two reads: handles in addresses, what is still there to be named.
        self._tally.add_batch(batch, replace(written, problems=()) if self._live else written)
        self._note()
        self._since = monotonic()


def _pack_narrowed(narrowed: list[tuple[Interaction, Interaction]], now: datetime) -> Batch:
    names = [tuple(_id_of(each, now) for each in both) for both in narrowed]
    pairs = dict.fromkeys((left, whole) for left, whole in names if left and whole)
    return replace(pack([left for left, _ in narrowed], now=now), narrowed=tuple(pairs))


def _id_of(record: Interaction, now: datetime) -> str:
    """Give the id under which an interaction is held; '' where it can't be."""
    return next((row.id for row in pack([record], now=now).interactions), "")
