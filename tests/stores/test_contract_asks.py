"""Whom each profile asked for lately: the newest first, no part of the graph, and gone with the person."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from graph.model import Account
from graph.store.documents import RECENT_KEPT, Recent
from graph.store.store import Store
from tests.graph.records import NOW, act, days_ago
from tests.stores.conftest import Connect
from tests.stores.reference import ANN, BOB, CARA, DEE, dump, write


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept is what counts here: a busy server must not have it left out."""
    monkeypatch.setattr("graph.store.store._ASK_PATIENCE", 30.0)


def asked(store: Store, profile: str = "me") -> list[str]:
    return [one.account for one in store.recent_asks(profile)]


def test_whom_a_profile_asked_for_last_comes_first_and_once(store: Store, connect: Connect) -> None:
    write(store, act(ANN, (BOB, CARA, DEE)))
    for days, account in ((9, BOB), (8, CARA), (7, DEE), (6, BOB), (30, ANN)):
        store.record_ask("me", account, days_ago(days))
    store.record_ask("other", ANN, NOW)
    for one in (store, connect()):
        assert one.recent_asks("me", limit=2) == [
            Recent(profile="me", account=BOB, at=days_ago(6)),
            Recent(profile="me", account=DEE, at=days_ago(7)),
        ]
        assert (asked(one), asked(one, "other"), asked(one, "nobody")) == ([BOB, DEE, CARA, ANN], [ANN], [])


def test_asks_of_one_instant_come_in_the_order_of_asking(store: Store) -> None:
    write(store, act(ANN, (BOB, CARA)))
    for account in (BOB, CARA, ANN, BOB):
        store.record_ask("me", account, NOW)
    assert asked(store) == [BOB, ANN, CARA]


def test_only_the_newest_are_kept(store: Store) -> None:
    ids = [f"x:{number}" for number in range(RECENT_KEPT + 3)]
    write(store, [Account(id=id_) for id_ in ids])
    store.record_ask("other", ids[0], days_ago(900))
    for hours, account in enumerate(ids):
        store.record_ask("me", account, NOW + timedelta(hours=hours))
    assert [one.account for one in store.recent_asks("me", limit=1_000)] == ids[:2:-1]
    assert asked(store, "other") == [ids[0]]


def test_an_ask_is_no_change_of_the_graph(store: Store) -> None:
    write(store, act(ANN, BOB))
    before, generation = dump(store), store.generation()
    store.record_ask("me", BOB, NOW)
    store.record_ask("me", "x:404", NOW)
    assert asked(store) == [BOB]
    assert (dump(store), store.generation()) == (before, generation)


@pytest.mark.parametrize(
    ("remove", "left"),
    [
        (lambda store: store.forget([BOB]), [CARA, ANN]),
        (lambda store: store.remove_matching([BOB]), [CARA, ANN]),
        (lambda store: store.remove_before(days_ago(30)), [CARA, ANN]),
        (lambda store: store.erase(), []),
    ],
    ids=["forget", "remove_matching", "remove_before", "erase"],
)
def test_an_ask_goes_with_the_person(store: Store, remove: Callable[[Store], object], left: list[str]) -> None:
    held = [act(ANN, BOB, at=days_ago(40)), act(ANN, CARA)]
    write(store, held)
    for account in (ANN, BOB, CARA):
        store.record_ask("me", account, NOW)
    remove(store)
    assert asked(store) == left
    write(store, held)
    assert asked(store) == left


def test_what_somebody_asked_goes_with_them_and_with_their_profile(store: Store) -> None:
    write(store, act(ANN, (BOB, CARA, DEE)))
    for profile, accounts in (("bob", [BOB]), ("both", [BOB, CARA]), ("dee", [DEE])):
        store.set_profile(profile, accounts)
        store.record_ask(profile, ANN, NOW)
    store.forget([BOB])
    store.set_profile("dee", [])
    assert [asked(store, profile) for profile in ("bob", "both", "dee")] == [[], [ANN], []]


def test_it_is_told_with_all_that_is_held_on_them(store: Store) -> None:
    write(store, act(ANN, (BOB, CARA)))
    for account in (ANN, BOB):
        store.record_ask("me", account, NOW)
    held = [one for one in store.about([BOB, CARA]) if isinstance(one, Recent)]
    assert held == [Recent(profile="me", account=BOB, at=NOW)]
