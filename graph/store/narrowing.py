"""What an exclusion leaves of interactions, and how they come back whole once it has ended.

What is left is the row that ingest, following the same rule, makes of it from then on: a row is told from another one
of its id by the hash of its content, and named after that where its source gave no id. One that lost an addressee would
come with other content, or as a new one, each time it is read again.

While an exclusion stands, what it narrowed comes again as it is held, and everything is decided by content. Once one
ends, what was narrowed until then is *stale*: whatever comes of the same interaction takes its place, which is no
conflict. Stale rows lose against all others, so the order of batches still does not matter.

A narrowed interaction has its marks in a document: the hash of the id that it had with them (of each, where several are
one without them), and how many exclusions had ended by then. From each hash a second document leads back to it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime

from msgspec.json import decode
from msgspec.structs import replace

from graph.model import Interaction
from graph.records.pack import pack
from graph.records.rows import CORE, Batch, InteractionRow, hashed
from graph.store.backend import Transaction
from graph.store.books import save
from graph.store.unpacking import Unpacker

_MARKS, _WHOLES, _ENDED = "narrowed", "whole", "exclusions ended"
_FUTURE = datetime(9000, 1, 1, tzinfo=UTC)
"""A clock for which no date that was let in is too late."""

_CHUNK = 1_000

Marks = dict[str, int]
"""By hash of the whole id: how many exclusions had ended when it was narrowed."""


def make_stale(transaction: Transaction) -> None:
    """Note that an exclusion has ended."""
    if transaction.documents(_MARKS):
        save(transaction, _ENDED, {"": _begin(transaction) + 1})


def take_stale(transaction: Transaction, batch: Batch) -> list[str]:
    """Unmark what comes again, and give the interactions whose place it takes."""
    ended = _count_ended(transaction)
    if not ended:
        return []
    ids = (*(row.id for row in batch.interactions), *(whole for _, whole in batch.narrowed))
    wholes = {hashed(id_) for id_ in ids}
    led = {id_ for _, body in transaction.documents(_WHOLES, wholes) for id_ in decode(body, type=list[str])}
    marks = _read(transaction, led)
    left = {
        id_: {whole: at for whole, at in held.items() if at == ended or whole not in wholes}
        for id_, held in marks.items()
    }
    _write(transaction, {id_: kept for id_, kept in left.items() if kept != marks[id_]})
    gone = [id_ for id_, kept in left.items() if not kept]
    if gone and not transaction.documents(_MARKS):  # then nothing is looked for any more
        transaction.drop_documents(_ENDED, [""])
    return gone


def see(transaction: Transaction, seen: Collection[str], narrowed: Iterable[tuple[str, str]]) -> None:
    """Note that held interactions came again as they are: by themselves, or as what is left of another one.

    Args:
        transaction: The store's.
        seen: Their ids.
        narrowed: As in a batch.
    """
    ended = _count_ended(transaction)
    if ended is None:
        return
    wholes = _by_id(narrowed)
    marks = _read(transaction, seen)
    _write(
        transaction, {id_: _fresh(wholes[id_], ended) | held if id_ in wholes else {} for id_, held in marks.items()}
    )


def mark_written(transaction: Transaction, ids: Collection[str], narrowed: Iterable[tuple[str, str]]) -> None:
    """Mark what was narrowed before it came; `narrowed` as in a batch."""
    wholes = {id_: found for id_, found in _by_id(narrowed).items() if id_ in ids}
    if wholes:
        ended = _begin(transaction)
        _write(transaction, {id_: _fresh(found, ended) for id_, found in wholes.items()})


def narrow(
    transaction: Transaction, rows: Iterable[InteractionRow], gone: Collection[str]
) -> dict[str, InteractionRow]:
    """Fit interactions that lose an addressee or their item; what is left, by the id that it had.

    Nothing may stay of those that are left out.
    """
    ordered = sorted(rows)
    if not ordered:
        return {}
    unpacker = Unpacker()
    kept: dict[str, InteractionRow] = {}
    for start in range(0, len(ordered), _CHUNK):
        chunk = ordered[start : start + _CHUNK]
        for row, held in zip(chunk, unpacker.make(transaction, chunk), strict=True):
            left = _without(held, gone)
            if left.to:
                kept[row.id] = _row_left(row, held, left)
    held_already = transaction.held([row.id for row in kept.values()])
    marks = _read(transaction, {*kept, *held_already})
    ended = _begin(transaction)
    for old, row in list(kept.items()):
        # What an interaction was when it was narrowed first counts: that is how its source tells it.
        theirs = marks.pop(old, {}) or {hashed(old): ended}
        if row.id != old and (row.id in held_already or row.id in marks):
            # Another one says the same by now, and stands for it too, unless it says so by itself.
            del kept[old]
            if row.id in marks:
                marks[row.id] |= theirs
        else:
            marks[row.id] = theirs
    _write(transaction, dict.fromkeys((row.id for row in ordered), Marks()) | marks)
    return kept


def forget_marks(transaction: Transaction, moved: Mapping[str, str | None]) -> None:
    """Let marks follow interactions that have other ids now, or go with those that are gone."""
    if _count_ended(transaction) is None:
        return
    held = _read(transaction, moved)
    transaction.drop_documents(_MARKS, held)
    _write(transaction, {new: held[old] for old, new in moved.items() if new is not None and old in held})


def clear_wholes(transaction: Transaction) -> None:
    """Let nothing lead back to interactions that are gone or have other ids now: those may name who was removed."""
    marked = {id_ for id_, _ in transaction.documents(_MARKS)}
    led = {whole: decode(body, type=list[str]) for whole, body in transaction.documents(_WHOLES)}
    left = {whole: [id_ for id_ in ids if id_ in marked] for whole, ids in led.items()}
    transaction.drop_documents(_WHOLES, [whole for whole, ids in left.items() if not ids])
    save(transaction, _WHOLES, {whole: ids for whole, ids in left.items() if ids})


def _read(transaction: Transaction, ids: Collection[str]) -> dict[str, Marks]:
    return {id_: decode(body, type=Marks) for id_, body in transaction.documents(_MARKS, ids)}


def _write(transaction: Transaction, marks: Mapping[str, Marks]) -> None:
    transaction.drop_documents(_MARKS, [id_ for id_, held in marks.items() if not held])
    save(transaction, _MARKS, {id_: held for id_, held in marks.items() if held})
    wholes: defaultdict[str, set[str]] = defaultdict(set)
    for id_, held in marks.items():
        for whole in held:
            wholes[whole].add(id_)
    for whole, body in transaction.documents(_WHOLES, wholes):
        wholes[whole].update(decode(body, type=list[str]))
    save(transaction, _WHOLES, {whole: sorted(ids) for whole, ids in wholes.items()})


def _count_ended(transaction: Transaction) -> int | None:
    """Tell how many exclusions have ended; None where nothing was ever narrowed."""
    return next((decode(body, type=int) for _, body in transaction.documents(_ENDED)), None)


def _begin(transaction: Transaction) -> int:
    """Tell how many exclusions have ended, and note that something is narrowed."""
    ended = _count_ended(transaction)
    if ended is None:
        save(transaction, _ENDED, {"": 0})
    return ended or 0


def _fresh(wholes: Iterable[str], ended: int) -> Marks:
    return {hashed(whole): ended for whole in wholes}


def _by_id(narrowed: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    wholes: defaultdict[str, list[str]] = defaultdict(list)
    for id_, whole in narrowed:
        wholes[id_].append(whole)
    return wholes


def _without(held: Interaction, gone: Collection[str]) -> Interaction:
    """Take them out as `ingest.pull.rules` does: an item by one of them may name them too, so nothing of it stays."""
    item = held.item
    if item is not None and item.author is not None and item.author.id in gone:
        item = None
    return replace(held, to=tuple(one for one in held.to if one.account.id not in gone), item=item)


def _row_left(row: InteractionRow, held: Interaction, left: Interaction) -> InteractionRow:
    """Make the row of what is left; where nobody can tell what it was read as (it lost somebody else), its id stays."""
    stays = {one.account.id for one in left.to}
    kept = row._replace(to=tuple(one for one in row.to if one[0] in stays), item=row.item if left.item else "")
    for id_ in (None, held.id):  # Named after its content, or by its source.
        before, after = (_row_of(replace(each, id=id_)) for each in (held, left))
        if before is not None and after is not None and (before.id, before.digest[CORE]) == (row.id, row.digest[CORE]):
            digest = row.digest[: CORE.start] + after.digest[CORE] + row.digest[CORE.stop :]
            return kept._replace(id=after.id, digest=digest)
    return kept


def _row_of(record: Interaction) -> InteractionRow | None:
    return next(iter(pack([record], now=_FUTURE).interactions), None)
