"""Records made of rows again, as they are asked for."""

from collections.abc import Collection, Iterable, Iterator
from collections.abc import Set as AbstractSet

from graph.model import KINDS, ROLES, Account, Addressee, Interaction, Item, from_micros
from graph.records.rows import ACCOUNT_FIELDS, HASHED, AccountRow, InteractionRow, ItemRow
from graph.store.backend import Transaction

_HELD = 50_000


class Unpacker:
    """Makes records of rows; state is the accounts read before, since the same few come again and again."""

    def __init__(self) -> None:
        self._accounts: dict[str, Account] = {}

    def make(self, transaction: Transaction, rows: Iterable[InteractionRow]) -> list[Interaction]:
        """Make interactions of their rows, in that order."""
        listed = list(rows)
        named = {id_ for row in listed for id_ in (row.actor, *(to for to, _ in row.to))}
        items = self.make_items(transaction, {row.item for row in listed if row.item}, named)
        return [self._make(row, items.get(row.item)) for row in listed]

    def make_items(
        self, transaction: Transaction, ids: Collection[str], named: AbstractSet[str] = frozenset()
    ) -> dict[str, Item]:
        """Make items, by id; accounts that are `named` are read with their authors."""
        rows = dict(transaction.items(ids))
        if len(self._accounts) > _HELD:
            self._accounts.clear()
        missing = ({author for _, _, (_, author) in rows.values() if author} | named) - self._accounts.keys()
        self._accounts.update((id_, make_account(id_, row)) for id_, row in transaction.accounts(missing))
        return {id_: self._item(id_, row) for id_, row in rows.items()}

    def _item(self, id_: str, row: ItemRow) -> Item:
        (_, title), (_, kind), (_, author) = row
        return Item(
            url=None if id_.startswith(HASHED) else id_,
            title=title or None,
            kind=kind or None,
            author=self._accounts[author] if author else None,
        )

    def _make(self, row: InteractionRow, item: Item | None) -> Interaction:
        return Interaction(
            id=row.id,
            kind=KINDS[row.kind],
            at=from_micros(row.at) if row.at else None,
            actor=self._accounts[row.actor],
            to=tuple([Addressee(account=self._accounts[id_], role=ROLES[role]) for id_, role in row.to]),
            item=item,
            thread=row.thread or None,
            parent=row.parent or None,
            excerpt=row.excerpt or None,
            private=bool(row.private),
            source=row.source,
        )


def make_account(id_: str, row: AccountRow) -> Account:
    """Make an account of its row; its date is that of its newest field."""
    (_, handle), (_, name), (_, url), (_, org), (_, title) = row
    newest = max(row)[0]
    return Account(
        id=id_,
        handle=handle or None,
        name=name or None,
        url=url or None,
        org=org or None,
        title=title or None,
        at=from_micros(newest) if newest else None,
    )


def read_statements(id_: str, row: AccountRow) -> Iterator[Account]:
    """Give what is said of an account, a record for each date at which something was said."""
    for at in sorted({at for at, text in row if text}) or [0]:
        said = {field: text for field, (when, text) in zip(ACCOUNT_FIELDS, row, strict=True) if text and when == at}
        yield Account(id=id_, at=from_micros(at) if at else None, **said)
