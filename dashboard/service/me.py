"""Who "me" is: shown, guessed, set and taken back."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from dashboard.service.naming import find_account
from dashboard.service.writing import next_instant, write_records
from graph.errors import Remedy, UsageError
from graph.model import Account, Kind, SameAs
from graph.people.identity import derive_persons
from graph.people.person import Person, open_directory
from graph.store.features import Filters
from graph.store.store import Store

_GUESSES = 3
_MANUAL = "manual"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """An account that may be me.

    Attributes:
        sent: Messages of its own.
        received: Messages to it.
    """

    account: Account
    sent: int
    received: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """Who I am under a profile.

    Attributes:
        person: None where nobody is set.
        accounts: What the profile says, in the order of ids.
    """

    profile: str
    person: Person | None
    accounts: tuple[str, ...]


def list_mine(store: Store, profile: str) -> frozenset[str]:
    """List the account ids that are me under a profile."""
    return frozenset(store.profiles().get(profile, ()))


def show_me(store: Store, profile: str) -> Me:
    """Tell who a profile is."""
    accounts = tuple(sorted(list_mine(store, profile)))
    person = open_directory(store).person(accounts[0]) if accounts else None
    return Me(profile=profile, person=person, accounts=accounts)


def guess_me(store: Store) -> list[Guess]:
    """Guess who the store's owner is: who takes part in the most messages, most first.

    Every private message has its owner at one end, so the owner is at an end of more of them than anybody else. Last
    comes who never wrote one, where that got most of them: of some mailboxes there is only what was received.
    """
    acts = store.acts(Filters(kinds=frozenset({Kind.MESSAGE.value})))
    if not len(acts):
        return []
    size = int(max(acts.actor.max(), acts.addressee.max())) + 1
    # An act stands for one addressee of a message.
    sent = np.bincount(acts.actor, weights=1 / np.maximum(acts.share, 1), minlength=size).round().astype(np.int64)
    received = np.bincount(acts.addressee, minlength=size)
    involved = np.where(sent > 0, sent + received, 0)
    keys = [int(key) for key in np.argsort(-involved, kind="stable")[:_GUESSES] if involved[key]]
    most = int(np.argmax(received))
    if not sent[most] and 2 * received[most] > sent.sum():
        keys = [*keys[: _GUESSES - 1], most]
    ids = store.account_ids(keys)
    accounts = {account.id: account for account in store.accounts(list(ids.values()))}
    return [
        Guess(account=accounts[ids[key]], sent=int(sent[key]), received=int(received[key]))
        for key in keys
        if ids.get(key) in accounts
    ]


def add_me(store: Store, profile: str, texts: Sequence[str], now: datetime) -> Me:
    """Add accounts to a profile, and join them into one person by hand.

    Raises:
        UsageError: If one is no account, or one that is said not to be the same person as the others.
    """
    accounts = [find_account(store, text) for text in texts]
    mine = sorted({*list_mine(store, profile), *accounts})
    joins = _missing_joins(store, mine, now)
    _check_joins(store, mine, joins)
    store.set_profile(profile, mine)
    if joins:
        write_records(store, joins, now)
    return show_me(store, profile)


def remove_me(store: Store, profile: str, texts: Sequence[str], now: datetime) -> Me:
    """Take accounts off a profile, and take back the joins by hand between them and the rest of it.

    Raises:
        UsageError: If one is not among the profile's accounts.
    """
    mine = list_mine(store, profile)
    gone = {find_account(store, text) for text in texts}
    if unknown := sorted(gone - mine):
        raise UsageError(f"{unknown[0]} is not among your accounts: {', '.join(sorted(mine)) or 'there are none'}")
    for assertion in store.assertions():
        ends = {assertion.a, assertion.b}
        if assertion.same and assertion.source == _MANUAL and ends & gone and ends <= mine:
            store.retract(assertion.id, now)
    rest = sorted(mine - gone)
    store.set_profile(profile, rest)
    if joins := _missing_joins(store, rest, now):
        write_records(store, joins, now)
    return show_me(store, profile)


def _missing_joins(store: Store, accounts: Sequence[str], now: datetime) -> list[SameAs]:
    held = store.assertions()
    persons, at = derive_persons(held), next_instant(now, held)
    return [
        SameAs(a=accounts[0], b=other, at=at)
        for other in accounts[1:]
        if persons.person_of(other) != persons.person_of(accounts[0])
    ]


def _check_joins(store: Store, accounts: Collection[str], joins: Sequence[SameAs]) -> None:
    persons = derive_persons([*store.assertions(), *joins])
    blocked = [one for one in persons.refused if one.join in joins]
    if blocked:
        why = blocked[0].blocked_by
        raise UsageError(
            f"{why.a} and {why.b} are said to be two people, so {', '.join(sorted(accounts))} can't all be you",
            remedies=[Remedy(("people", "undo", why.id), "if that was wrong")],
        )
