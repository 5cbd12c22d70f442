"""Writing single records: what is said by hand goes the same way as what is brought in, and can be undone."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from dashboard.service.naming import Named, Names, account_of
from graph.errors import InvalidRecordError, UsageError
from graph.model import Account, Declared, Interaction, Introduction, Member, SameAs, network_of
from graph.people.identity import derive_persons
from graph.records.pack import pack
from graph.records.rows import Storable
from graph.store.documents import Written
from graph.store.features import Filters
from graph.store.store import Store

MANUAL = "manual"


def write_records(store: Store, records: Iterable[Storable], now: datetime) -> Written:
    """Write records and bring the index of names up to date.

    Raises:
        InvalidRecordError: If one breaks the model.
    """
    batch = pack(records, now=now)
    if batch.problems:
        raise InvalidRecordError(batch.problems[0].why)
    written = store.write(batch)
    store.refresh()
    return written


def next_instant(now: datetime, held: Iterable[SameAs | Declared]) -> datetime:
    """Give now, or the instant after the last retraction where the clock is not past it: only then a record is new."""
    retracted = max((one.retracted_at for one in held if one.retracted_at is not None), default=None)
    return now if retracted is None else max(now, retracted + timedelta(microseconds=1))


def write_with_new(names: Names, records: Sequence[Storable], people: Collection[Named], now: datetime) -> Written:
    """Write records together with the people who were made for them."""
    made = [one.account for one in people if one.account in names.new.values()]
    return write_records(names.store, [*made, *records], now)


def unmake(store: Store, accounts: Iterable[str]) -> None:
    """Remove those of the accounts that a command by hand made and that nothing stands on any more.

    What was taken back on them goes with them: it can't be kept without them.
    """
    made = [one.id for one in store.accounts(set(accounts)) if _is_bare(one)]
    left = [one for one in made if not _is_referred(store, one)]
    if left:
        store.remove_matching(left)
        store.refresh()


def towards_whom(store: Store, act: str) -> list[str]:
    """Find the account by hand that an act of mine, given by its id, is addressed to."""
    persons = derive_persons(store.assertions())
    mine = {one for ids in store.profiles().values() for own in ids for one in persons.members(own)}
    made = [one.id for one in store.accounts() if network_of(one.id) == MANUAL]
    pairs = [(me, other) for me in mine for other in made]
    return [to.account.id for one in store.interactions(pairs, Filters()) if one.id == act for to in one.to]


def _is_bare(account: Account) -> bool:
    """Tell whether an account says nothing but what a command was given."""
    try:
        given = account_of(account.name or account.url or account.id)
    except UsageError:
        return False
    return replace(account, at=None, handle=None) == replace(given, handle=None)


def _is_referred(store: Store, account: str) -> bool:
    if any(account in ids for ids in store.profiles().values()) or any(one.value == account for one in store.rules()):
        return True
    return any(
        isinstance(one, Interaction | Member)
        or (isinstance(one, SameAs | Declared | Introduction) and one.retracted_at is None)
        for one in store.about([account])
    )
