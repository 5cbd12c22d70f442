"""What is kept as documents: the rare records, lists, profiles, rules, cursors, runs with their problems, asks."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from msgspec.json import decode, encode
from msgspec.structs import replace as changed

from graph.model import Account, Declared, Introduction, Member, Problem, Rule, SameAs, from_micros, to_micros
from graph.records.rare import merge_assertions, merge_declared, merge_introductions, said_at, stands
from graph.records.rows import Rare
from graph.store.backend import Transaction
from graph.store.documents import RECENT_KEPT, Cursor, Recent, Run

MEMBER, PROFILE, RULE, CURSOR = "member", "profile", "rule", "cursor"
RUN, PROBLEMS, RECENT = "run", "problems", "recent"
ERASING = "erasing"
"""The kind of the document that says that the store is being emptied; it goes last."""
MERGED: Mapping[type[Any], tuple[str, Any]] = {
    SameAs: ("assertion", merge_assertions),
    Declared: ("declared", merge_declared),
    Introduction: ("introduction", merge_introductions),
}
"""The records of which two of one id become one: the kind of their documents, and how."""
_PROBLEMS_KEPT = 1_000
_TEXT_LIMIT = 1_000
_PART = "\n"  # in no list's name, profile or id: all are one line
Merged = TypeVar("Merged", SameAs, Declared, Introduction)


def save(transaction: Transaction, kind: str, documents: Mapping[str, object]) -> None:
    """Write documents; those that are held as they are change nothing."""
    wanted = {id_: encode(body) for id_, body in documents.items()}
    held = dict(transaction.documents(kind, wanted))
    transaction.put_documents(kind, {id_: body for id_, body in wanted.items() if held.get(id_) != body})


def begin_erasing(transaction: Transaction) -> None:
    """Note that all is about to be removed, in more than one transaction."""
    transaction.put_documents(ERASING, {"": b"{}"})
    transaction.advance(removals=1)


# --- rare records ----------------------------------------------------------------------------------------------------


def write_records(transaction: Transaction, records: Collection[Rare]) -> None:
    """Write rare records, each merged with what is held under its id; the accounts that they name are held."""
    for type_, (kind, merge) in MERGED.items():
        new = [record for record in records if isinstance(record, type_)]
        held = {record.id: record for record in read_records(transaction, type_, {str(one.id) for one in new})}
        for record in new:
            held[record.id] = merge(held[record.id], record) if record.id in held else record
        save(transaction, kind, held)
    add_members(transaction, [record for record in records if isinstance(record, Member)])


def read_records(transaction: Transaction, type_: type[Merged], ids: Collection[str] | None = None) -> Iterator[Merged]:
    """Give assertions, declared ties or introductions as they are held, in the order of their ids."""
    kind, _ = MERGED[type_]
    return (decode(body, type=type_) for _, body in transaction.documents(kind, ids))


def retract_record(transaction: Transaction, what: str, at: datetime) -> bool | None:
    """Take back an assertion, declared tie or introduction; tell whether it stood, None where there is none."""
    for type_, (kind, _) in MERGED.items():
        for held in read_records(transaction, type_, [what]):
            if not stands(held):
                return False
            # Taken back at an instant before it was said, it would still stand.
            save(transaction, kind, {what: changed(held, retracted_at=max(at, said_at(held)))})
            return True
    return None


# --- lists, profiles, rules ------------------------------------------------------------------------------------------


def add_members(transaction: Transaction, members: Iterable[Member]) -> None:
    """Put accounts on lists."""
    save(transaction, MEMBER, dict.fromkeys(map(_id_of, members), ()))


def remove_members(transaction: Transaction, members: Iterable[Member]) -> None:
    """Take accounts off lists."""
    transaction.drop_documents(MEMBER, [_id_of(member) for member in members])


def read_members(transaction: Transaction) -> Iterator[Member]:
    """Give who is on lists, by list and id."""
    for id_, _ in transaction.documents(MEMBER):
        name, _, account = id_.rpartition(_PART)
        yield Member(list=name, account=Account(id=account))


def save_profile(transaction: Transaction, profile: str, accounts: Collection[str]) -> None:
    """Fix the accounts of a profile; without any it is gone, and whom it asked for."""
    if accounts:
        save(transaction, PROFILE, {profile: sorted(set(accounts))})
        return
    transaction.drop_documents(PROFILE, [profile])
    drop_asks(transaction, lambda ask: ask.profile == profile)


def read_profiles(transaction: Transaction) -> dict[str, list[str]]:
    """Give the account ids of each profile."""
    return {id_: decode(body, type=list[str]) for id_, body in transaction.documents(PROFILE)}


def save_rule(transaction: Transaction, rule: Rule, *, on: bool) -> None:
    """Add or remove a standing order."""
    id_ = f"{rule.kind}{_PART}{rule.value}"
    if on:
        save(transaction, RULE, {id_: ()})
    else:
        transaction.drop_documents(RULE, [id_])


def read_rules(transaction: Transaction) -> list[Rule]:
    """Give the standing orders."""
    parts = (id_.partition(_PART) for id_, _ in transaction.documents(RULE))
    return [Rule(kind=kind, value=value) for kind, _, value in parts]


# --- cursors, runs and problems --------------------------------------------------------------------------------------


def save_cursor(transaction: Transaction, cursor: Cursor) -> None:
    """Keep where an input goes on, or that it is done."""
    if cursor.counts and cursor.removals != transaction.state().removals:
        cursor = replace(cursor, counts="")
    if cursor.position is None and not cursor.counts:
        transaction.drop_documents(CURSOR, [cursor.job])
    else:
        save(transaction, CURSOR, {cursor.job: (cursor.position, cursor.counts)})


def read_cursors(transaction: Transaction, jobs: Collection[str] | None = None) -> Iterator[Cursor]:
    """Tell where inputs go on, or what was read of those that are done."""
    for job, body in transaction.documents(CURSOR, jobs):
        position, counts = decode(body, type=tuple[str | None, str])
        yield Cursor(job=job, position=position, counts=counts)


def forget_done(transaction: Transaction) -> None:
    """Let every input be read again: something of what they told was removed."""
    transaction.drop_documents(CURSOR, [cursor.job for cursor in read_cursors(transaction) if cursor.counts])


def save_run(transaction: Transaction, run: Run, problems: Iterable[Problem], key: int | None) -> int:
    """Keep a run, with its first problems, instead of what was kept under its key; give the key."""
    key = key or 1 + max((int(id_) for id_, _ in transaction.documents(RUN)), default=0)
    kept = [
        Problem(where=one.where[:_TEXT_LIMIT], why=one.why[:_TEXT_LIMIT], count=one.count)
        for one in islice(problems, _PROBLEMS_KEPT)
    ]
    save(transaction, RUN, {f"{key:09}": run})
    save(transaction, PROBLEMS, {f"{key:09}": kept})
    return key


def read_runs(transaction: Transaction) -> list[tuple[str, Run]]:
    """List the runs with their ids, newest first."""
    runs = [(id_, decode(body, type=Run)) for id_, body in transaction.documents(RUN)]
    return sorted(runs, key=lambda run: (run[1].at, run[0]), reverse=True)


def read_problems(transaction: Transaction, runs: Collection[str] | None = None) -> Iterator[tuple[str, list[Problem]]]:
    """Give the problems that are kept, by the ids of their runs."""
    for id_, body in transaction.documents(PROBLEMS, runs):
        yield id_, decode(body, type=list[Problem])


# --- asks ------------------------------------------------------------------------------------------------------------


def save_ask(transaction: Transaction, profile: str, account: str, at: datetime) -> None:
    """Keep an ask for an account that is known, and the newest ones of the profile."""
    if not transaction.keys_of([account]):
        return
    turns = [turn for _, turn, _ in _asks(transaction)]
    save(transaction, RECENT, {f"{profile}{_PART}{account}": (to_micros(at), max(turns, default=0) + 1)})
    theirs = [ask for ask in read_asks(transaction) if ask.profile == profile]
    drop_asks(transaction, theirs[RECENT_KEPT:].__contains__)


def read_asks(transaction: Transaction) -> list[Recent]:
    """Give all asks, by profile, newest first; of two at one instant the later one is ahead."""
    asks = sorted(_asks(transaction), key=lambda ask: (ask[2].profile, -ask[0], -ask[1]))
    return [ask for _, _, ask in asks]


def drop_asks(transaction: Transaction, which: Callable[[Recent], bool]) -> None:
    """Remove the asks that a condition holds of."""
    gone = [f"{ask.profile}{_PART}{ask.account}" for ask in read_asks(transaction) if which(ask)]
    transaction.drop_documents(RECENT, gone)


def _asks(transaction: Transaction) -> Iterator[tuple[int, int, Recent]]:
    """Give micros, turn and ask."""
    for id_, body in transaction.documents(RECENT):
        profile, _, account = id_.rpartition(_PART)
        at, turn = decode(body, type=tuple[int, int])
        yield at, turn, Recent(profile=profile, account=account, at=from_micros(at))


def _id_of(member: Member) -> str:
    return f"{member.list}{_PART}{member.account.id}"
