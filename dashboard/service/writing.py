"""Writing single records: what is said by hand goes the same way as what is brought in."""

from collections.abc import Iterable
from datetime import datetime

from graph.errors import InvalidRecordError
from graph.model import Account, Declared, Interaction, Introduction, Member, SameAs
from graph.rows import pack
from graph.store import Store

Storable = Interaction | Account | SameAs | Declared | Introduction | Member


def write_records(store: Store, records: Iterable[Storable], now: datetime) -> None:
    """Write records and bring the pair features up to date.

    Raises:
        InvalidRecordError: If one breaks the model.
    """
    batch = pack(records, now=now)
    if batch.problems:
        raise InvalidRecordError(batch.problems[0].why)
    store.write(batch)
    store.settle()
