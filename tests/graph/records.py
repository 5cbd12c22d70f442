"""Short words for making records in tests; everybody here is invented."""

from datetime import UTC, datetime, timedelta

from graph.model import Account, Addressee, Closeness, Declared, Interaction, Item, Kind, Record, Role
from graph.records.pack import pack
from graph.store.store import Store

NOW = datetime(2020, 6, 15, 12, tzinfo=UTC)
ME = "email:me@example.org"


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def act(
    source: str,
    target: str | tuple[str, ...],
    kind: Kind = Kind.MESSAGE,
    *,
    at: datetime | None = NOW,
    native: str | None = None,
    item: Item | None = None,
    thread: str | None = None,
    excerpt: str | None = None,
    private: bool = False,
    read_by: str = "test",
) -> Interaction:
    targets = (target,) if isinstance(target, str) else target
    return Interaction(
        kind=kind,
        at=at,
        actor=Account(id=source),
        to=tuple(Addressee(account=Account(id=one), role=Role.TO) for one in targets),
        id=native,
        item=item,
        thread=thread,
        excerpt=excerpt,
        private=private,
        source=read_by,
    )


def both_ways(a: str, b: str, *, days: float = 1, count: int = 1, kind: Kind = Kind.MESSAGE) -> list[Interaction]:
    """Acts in both directions, an hour apart."""
    return [
        act(*pair, kind, at=days_ago(days) - timedelta(hours=number * 2 + place))
        for number in range(count)
        for place, pair in enumerate(((a, b), (b, a)))
    ]


def known(a: str, b: str, closeness: Closeness = Closeness.CLOSE) -> Declared:
    return Declared(a=Account(id=a), b=Account(id=b), closeness=closeness, at=days_ago(100), how="told in a test")


def named(account: str, name: str, **fields: str) -> Account:
    return Account(id=account, name=name, at=days_ago(50), **fields)


def fill(store: Store, *records: Record | list[Interaction]) -> None:
    """Write records and bring the ties up to date."""
    flat = [one for record in records for one in (record if isinstance(record, list) else [record])]
    batch = pack(flat, now=NOW)
    assert batch.problems == []
    store.write(batch)
    store.refresh()


def interactions_of(store: Store) -> list[Interaction]:
    """Read every interaction, by date and id; undated ones first."""
    held = store.about([account.id for account in store.accounts()])
    return [record for record in held if isinstance(record, Interaction)]
