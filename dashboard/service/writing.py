"""Writing single records: what is said by hand goes the same way as what is brought in."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from dashboard.service.naming import Named, Names
from graph.errors import InvalidRecordError
from graph.model import Declared, SameAs
from graph.records.pack import pack
from graph.records.rows import Storable
from graph.store.store import Store


def write_records(store: Store, records: Iterable[Storable], now: datetime) -> None:
    """Write records and bring the index of names up to date.

    Raises:
        InvalidRecordError: If one breaks the model.
    """
    batch = pack(records, now=now)
    if batch.problems:
        raise InvalidRecordError(batch.problems[0].why)
    store.write(batch)
    store.refresh()


def next_instant(now: datetime, held: Iterable[SameAs | Declared]) -> datetime:
    """Give now, or the instant after the last retraction where the clock is not past it: only then a record is new."""
    retracted = max((one.retracted_at for one in held if one.retracted_at is not None), default=None)
    return now if retracted is None else max(now, retracted + timedelta(microseconds=1))


def write_with_new(names: Names, records: Sequence[Storable], people: Collection[Named], now: datetime) -> None:
    """Write records together with the people who were made for them."""
    made = [one.account for one in people if one.account in names.new.values()]
    write_records(names.store, [*made, *records], now)
