"""Removing: what `forget`, an exclusion and `keep` take out of a store; its owner empties caches and free pages."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import asdict, fields, replace

from graph.model import network_of
from graph.records.rows import HASHED, NO_ACCOUNT, InteractionRow, ItemRow, named_by
from graph.store import books
from graph.store.backend import Transaction
from graph.store.documents import Receipt
from graph.store.namer import Namer
from graph.store.narrowing import clear_wholes, forget_marks, narrow
from graph.store.suppression import aliases, leave_out, masked, redact, suppress, without_author

MASKED = "masked"
"""The kind of the document that says that some interaction is held under a mask of its id."""
_NEVER = 1 << 62


def remove_accounts(transaction: Transaction, secret: bytes, ids: Collection[str], *, forgotten: bool) -> Receipt:
    """Remove accounts and all that names them.

    Args:
        transaction: The store's.
        secret: The store's.
        ids: The accounts.
        forgotten: Whether they are kept out from now on, also under their handles; else an exclusion covers them, and
            what stays is as ingest makes it under that.
    """
    return _Removal(transaction, secret, ids, forgotten=forgotten).run()


class _Removal:
    """The removal of some accounts within one transaction."""

    def __init__(self, transaction: Transaction, secret: bytes, ids: Collection[str], *, forgotten: bool) -> None:
        self._transaction = transaction
        self._secret = secret
        self._forgotten = forgotten
        handles = {id_: row[0][1] for id_, row in transaction.accounts(ids)}
        self._gone = {alias for id_ in ids for alias in aliases(id_, handles.get(id_, ""))}
        held = dict(transaction.accounts(self._gone))
        self._held = list(held)
        # Whom a command by hand called so need not be whom other texts mean by that name: only `forget` looks there.
        known = {id_: held.get(id_, NO_ACCOUNT) for id_ in self._gone if forgotten or network_of(id_) != "manual"}
        self._names = Namer(known).finds
        self._counts: Counter[str] = Counter()
        self._theirs: set[str] = set()  # items by them
        self._masks: dict[str, str] = {}  # of items that name them

    def run(self) -> Receipt:
        """Remove them, and count what went."""
        items = self._plan_items()
        lost, changed = self._plan_interactions()
        suppress(self._transaction, self._secret, {*(self._gone if self._forgotten else ()), *self._masks})
        self._transaction.put_items(items)
        self._replace(lost, changed)
        bare = {*self._theirs, *self._masks, *self._masks.values(), *lost.values()} - {""}
        self._transaction.drop_bare_items(bare)
        self._change_documents()
        self._transaction.drop_accounts(self._held)
        self._counts["accounts"] = len(self._held)
        return _receipt(self._counts)

    # --- items and interactions ----------------------------------------------------------------------------------

    def _plan_items(self) -> dict[str, ItemRow]:
        """Take them off items, and hide addresses and titles that name them."""
        changed: dict[str, ItemRow] = {}
        for id_, row in self._transaction.items():
            left = without_author(row, self._gone)
            if left is not row:
                self._theirs.add(id_)
            if self._names(row[0][1]):  # dated after everything, no title is what stays when the item is read again
                left = ((_NEVER, ""), *left[1:])
            if self._names(id_):
                self._masks[id_] = masked(self._secret, id_)
            if left is not row or id_ in self._masks:
                changed[self._masks.get(id_, id_)] = left
        return changed

    def _plan_interactions(self) -> tuple[dict[str, str], dict[str, InteractionRow]]:
        """Give the items of interactions that go, by id, and what becomes of others, by the id that they have."""
        lost: dict[str, str] = {}
        touched: list[InteractionRow] = []
        changed: dict[str, InteractionRow] = {}
        for row in self._transaction.interactions():
            if row.actor in self._gone:
                lost[row.id] = row.item
            elif row.item in self._theirs or any(id_ in self._gone for id_, _ in row.to):
                touched.append(row)
            elif (left := self._hide(row)) != row:
                changed[row.id] = left
        # What is suppressed is known again by the hash of all that it was; what is excluded comes without it.
        kept = self._leave_out(touched) if self._forgotten else narrow(self._transaction, touched, self._gone)
        for row in touched:
            if row.id not in kept:
                lost[row.id] = row.item
            elif (left := self._hide(kept[row.id])) != row:
                changed[row.id] = left
                self._counts["addressees"] += len(row.to) - len(left.to)
        self._counts["interactions"] = len(lost)
        if self._forgotten:  # after an exclusion the answer comes again as it was
            self._mask_parents(lost, changed)
        return lost, changed

    def _leave_out(self, rows: list[InteractionRow]) -> dict[str, InteractionRow]:
        """Take them off what others sent; the others keep their share of it."""
        items = self._transaction.items({row.item for row in rows if row.item})
        ours = {id_ for id_, (_, _, (_, author)) in items if author and author not in self._gone}
        return {row.id: left for row in rows if (left := leave_out(row, self._gone, ours)) is not None}

    def _hide(self, row: InteractionRow) -> InteractionRow:
        """Take their names out of an act of others."""
        if row.item not in self._masks and not self._names("\n".join((row.id, row.thread, row.parent, row.excerpt))):
            return row
        words = {word: masked(self._secret, word) for word in (row.id, row.thread, row.parent) if self._names(word)}
        excerpt = "" if self._names(row.excerpt) else row.excerpt
        return row._replace(
            id=words.get(row.id, row.id),
            thread=words.get(row.thread, row.thread),
            parent=words.get(row.parent, row.parent),
            item=self._masks.get(row.item, row.item),
            excerpt=excerpt,
        )

    def _mask_parents(self, lost: Collection[str], changed: dict[str, InteractionRow]) -> None:
        """Let nothing tell which act of theirs was answered."""
        answers = set(self._transaction.find_replies(lost)) - set(lost)
        for row in self._transaction.interactions(answers):
            left = changed.get(row.id, row)
            if left.parent == row.parent:
                changed[row.id] = left._replace(parent=masked(self._secret, row.parent))

    def _replace(self, lost: Collection[str], changed: dict[str, InteractionRow]) -> None:
        self._transaction.drop({*lost, *changed})
        self._transaction.put(list(changed.values()))
        moved = {id_: row.id for id_, row in changed.items() if row.id != id_}
        forget_marks(self._transaction, dict.fromkeys(lost) | moved)
        clear_wholes(self._transaction)
        if any(row.id.startswith(HASHED) for row in changed.values()):
            books.save(self._transaction, MASKED, {"interactions": ()})

    # --- documents -----------------------------------------------------------------------------------------------

    def _change_documents(self) -> None:
        words: set[str] = set()

        def hidden(word: str | None) -> bool:
            found = self._names(word or "")
            words.update([word or ""] if found else ())
            return found

        for type_, (kind, _) in books.MERGED.items():
            held = {str(one.id): one for one in books.read_records(self._transaction, type_)}
            left = {id_: redact(one, self._gone, hidden) for id_, one in held.items()}
            gone = [id_ for id_, one in left.items() if one is None]
            self._transaction.drop_documents(kind, gone)
            books.save(self._transaction, kind, {id_: one for id_, one in left.items() if one is not None})
            self._counts[{"assertion": "assertions", "introduction": "introductions"}.get(kind, kind)] = len(gone)
        suppress(self._transaction, self._secret, words)
        self._change_books()
        for run, problems in list(books.read_problems(self._transaction)):
            kept = [one for one in problems if not (self._names(one.where) or self._names(one.why))]
            self._counts["problems"] += len(problems) - len(kept)
            books.save(self._transaction, books.PROBLEMS, {run: kept})
        for id_, one in books.read_runs(self._transaction):
            source, job = ("" if self._names(text) else text for text in (one.source, one.job or ""))
            if (source, job) != (one.source, one.job or ""):
                books.save(self._transaction, books.RUN, {id_: replace(one, source=source, job=job or None)})
        named = [
            one.job
            for one in books.read_cursors(self._transaction)
            if self._names(one.job) or self._names(one.position or "")
        ]
        self._transaction.drop_documents(books.CURSOR, named)

    def _change_books(self) -> None:
        members = [one for one in books.read_members(self._transaction) if one.account.id in self._gone]
        books.remove_members(self._transaction, members)
        self._counts["members"] = len(members)
        profiles = books.read_profiles(self._transaction)
        nobody = {name for name, accounts in profiles.items() if self._gone.issuperset(accounts)}
        books.drop_asks(self._transaction, lambda ask: ask.profile in nobody or ask.account in self._gone)
        for name, accounts in profiles.items():
            books.save_profile(self._transaction, name, [id_ for id_ in accounts if id_ not in self._gone])
        for rule in books.read_rules(self._transaction):
            # An exclusion names them by itself, and stands until it is taken back.
            if self._names(rule.value) and (self._forgotten or rule.kind != "exclude"):
                books.save_rule(self._transaction, rule, on=False)


def remove_interactions(transaction: Transaction, ids: Collection[str]) -> Receipt:
    """Remove interactions, their items, and accounts that only they named."""
    named: set[str] = set()
    items: set[str] = set()
    for row in transaction.interactions(ids):
        named.update((row.actor, *(id_ for id_, _ in row.to)))
        items.add(row.item)
    items.discard("")
    named.update(author for _, (_, _, (_, author)) in transaction.items(items) if author)
    transaction.drop(ids)
    forget_marks(transaction, dict.fromkeys(ids))
    clear_wholes(transaction)
    transaction.drop_bare_items(items)
    gone = named - transaction.named() - _named_in_documents(transaction)
    books.drop_asks(transaction, lambda ask: ask.account in gone)
    transaction.drop_accounts(gone)
    return _receipt(Counter(interactions=len(ids), accounts=len(gone)))


def _named_in_documents(transaction: Transaction) -> set[str]:
    named = {rule.value for rule in books.read_rules(transaction)}
    named |= {member.account.id for member in books.read_members(transaction)}
    named.update(*books.read_profiles(transaction).values())
    for type_ in books.MERGED:
        named.update(*map(named_by, books.read_records(transaction, type_)))
    return named


def _receipt(counts: Counter[str]) -> Receipt:
    return Receipt(**{field.name: counts[field.name] for field in fields(Receipt)})


def add_up(receipts: Iterable[Receipt]) -> Receipt:
    """Add receipts up."""
    counts: Counter[str] = Counter()
    for one in receipts:
        counts.update(asdict(one))
    return _receipt(counts)
