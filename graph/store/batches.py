"""Writing a batch: accounts and items merged with what is held, interactions told from those known."""

from collections.abc import Iterable, Mapping

from graph.model import KIND_CODES, Gone, Kind, Problem, interaction_id, network_of
from graph.records.rows import (
    CONFLICT,
    NO_ACCOUNT,
    AccountRow,
    Batch,
    InteractionRow,
    conflicting,
    merge_fields,
)
from graph.store import books, narrowing
from graph.store.backend import Held, Transaction
from graph.store.documents import Written
from graph.store.removal import MASKED
from graph.store.suppression import admit, masked

_ACCOUNTS_HELD = 100_000
_POSTED = (Kind.MENTION, Kind.REPLY, Kind.QUOTE, Kind.REPOST)
"""The kinds of act that are posts, which their network may cease to show."""


class KnownAccounts:
    """The accounts that this process wrote or looked up, while no other process writes.

    Most batches say of most accounts what the batches before said, so that they need not be looked up again.
    """

    def __init__(self) -> None:
        self._rows: dict[str, AccountRow] = {}
        self._generation = -1

    def begin(self, generation: int) -> None:
        """Begin a transaction: nothing counts if another process changed the store, or the last one was taken back."""
        if generation != self._generation or len(self._rows) > _ACCOUNTS_HELD:
            self._rows = {}
        self._generation = -1

    def keep(self, generation: int) -> None:
        """Note that the transaction was kept."""
        self._generation = generation

    def upsert(self, transaction: Transaction, rows: Mapping[str, AccountRow]) -> None:
        """Write what is new of accounts, and those that are."""
        known = self._rows
        known.update(transaction.accounts([id_ for id_ in rows if id_ not in known]))
        changed = {}
        for id_, row in rows.items():
            held = known.get(id_)
            merged = row if held is None else merge_fields(held, row)
            if merged is not held:
                known[id_] = changed[id_] = merged
        transaction.put_accounts(changed)

    def upsert_bare(self, transaction: Transaction, ids: Iterable[str]) -> None:
        """Make accounts of which nothing is said, where they are not held."""
        self.upsert(transaction, dict.fromkeys(ids, NO_ACCOUNT))


def write_batch(transaction: Transaction, secret: bytes, batch: Batch, accounts: KnownAccounts) -> Written:
    """Write a batch without what is suppressed; written twice it changes nothing."""
    admitted = admit(transaction, secret, batch)
    accounts.upsert(transaction, admitted.accounts)
    items = dict(transaction.items(admitted.items))
    merged = {id_: merge_fields(items[id_], row) if id_ in items else row for id_, row in admitted.items.items()}
    transaction.put_items({id_: row for id_, row in merged.items() if row is not items.get(id_)})
    new, problems = _write_interactions(transaction, secret, admitted)
    if admitted.records:
        books.write_records(transaction, admitted.records)
    for gone in batch.gone:
        _drop_gone(transaction, gone)
    suppressed = len(batch.interactions) - len(admitted.interactions)
    seen = sum(batch.read.values()) - suppressed - new
    return Written(new=new, seen=seen, suppressed=suppressed, problems=tuple(problems))


def _write_interactions(transaction: Transaction, secret: bytes, batch: Batch) -> tuple[int, list[Problem]]:
    """Write what is new, and choose between what is held and what comes under its id.

    Returns:
        How many are new (another version of a held one is not), and what was in conflict.
    """
    held = _find(transaction, secret, batch.interactions)
    names = {id_: under for id_, (under, _) in held.items()}
    stale = set(narrowing.take_stale(transaction, batch))
    drop_interactions(transaction, stale)
    held = {id_: found for id_, found in held.items() if found[0] not in stale}
    known = [held[row.id][0] for row in batch.interactions if row.id in held and held[row.id][1].digest == row.digest]
    narrowing.see(transaction, known, [(names.get(id_, id_), whole) for id_, whole in batch.narrowed])
    problems: list[Problem] = []
    put: list[InteractionRow] = []
    again: dict[str, InteractionRow] = {}
    replaced: list[str] = []
    for row in batch.interactions:
        if row.id not in held:
            put.append(row)
            continue
        under, old = held[row.id]
        conflict = conflicting(old.digest, row.digest)
        if conflict and row.source == old.source:  # another source may know more of an act, or less
            problems.append(Problem(where=row.id, why=CONFLICT.format(id=row.id)))
        if row.digest > old.digest and conflict:
            replaced.append(under)
            put.append(row)
        elif row.digest > old.digest or (row.digest == old.digest and row.source < old.source):
            again[under] = row
    drop_interactions(transaction, replaced)
    _say_again(transaction, again)
    # What takes the place of one that is held under a mask comes under that, too.
    transaction.put(sorted(row._replace(id=names.get(row.id, row.id)) for row in put))
    narrowing.mark_written(transaction, {row.id for row in put}, batch.narrowed)
    return len(put) - len(replaced) - len(stale), problems


def _drop_gone(transaction: Transaction, gone: Gone) -> None:
    """Remove the public acts of what is no longer shown, and the items that only they were on."""
    if gone.native is not None:
        ids = [interaction_id(gone.network, gone.native, kind) for kind in _POSTED]
    else:
        ids = [found.id for found in transaction.find_touching([gone.account or ""])]
    kinds = {KIND_CODES[kind] for kind in _POSTED}
    rows = [
        row
        for row in transaction.interactions(ids)
        if row.kind in kinds and not row.private and row.actor not in gone.spare
        if gone.account in (None, row.actor) and network_of(row.id) == gone.network
    ]
    drop_interactions(transaction, [row.id for row in rows])
    transaction.drop_bare_items({row.item for row in rows if row.item})


def _say_again(transaction: Transaction, again: Mapping[str, InteractionRow]) -> None:
    """Note an excerpt that came later, and the source that counts; the rest is held, without whom it lost."""
    rows = [
        row._replace(excerpt=_excerpt(row, new), digest=new.digest, source=new.source)
        for row in transaction.interactions(again)
        for new in (again[row.id],)
    ]
    transaction.drop(again)
    transaction.put(rows)


def _excerpt(held: InteractionRow, new: InteractionRow) -> str:
    """Choose an excerpt: one that was taken out, as it named somebody who is gone, stays out."""
    taken_out = held.digest[0] and not held.excerpt
    return held.excerpt if taken_out or held.digest == new.digest or not new.excerpt else new.excerpt


def _find(transaction: Transaction, secret: bytes, rows: Iterable[InteractionRow]) -> dict[str, tuple[str, Held]]:
    """Give what is held by id, with the id it is held under, which may be a mask of it."""
    names = {row.id: row.id for row in rows}
    if transaction.documents(MASKED):
        names |= {masked(secret, id_): id_ for id_ in names}
    return {names[id_]: (id_, held) for id_, held in transaction.held(names).items()}


def drop_interactions(transaction: Transaction, ids: Iterable[str]) -> None:
    """Remove interactions; what told them may be read again."""
    if gone := list(ids):
        transaction.drop(gone)
        narrowing.forget_marks(transaction, dict.fromkeys(gone))
        books.forget_done(transaction)
