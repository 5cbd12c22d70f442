"""What `forget` finds of the names that somebody had earlier: those that the store still knows them by."""

import pytest

from graph.model import Account, Item, SameAs
from graph.store.store import Store
from tests.graph.records import NOW, act, days_ago, interactions_of
from tests.stores.reference import ANN, BOB, write

IDA = Account(id="x:77", handle="ida_ray", name="Ida Ray", url="https://www.ray.example/team/ida/", at=NOW)


@pytest.mark.parametrize(
    ("known", "text"),
    [
        (["x:77", "x:@ida"], "as @ida said"),
        (["x:77", "x:@ida"], "see https://x.com/IDA/status/5"),
        (["x:77", "x:@ida_formerly"], "ask ida_formerly"),
        (["x:77", "manual:ida-moor"], "lunch with Ida Moor"),
        (["x:77", "web:blog.example#ida moor"], "Ida Moor wrote that"),
        (["x:77"], "she is on https://ray.example/team/ida."),
    ],
)
def test_texts_that_name_them_as_they_were_called_lose_it(store: Store, known: list[str], text: str) -> None:
    write(
        store,
        IDA,
        *(Account(id=one) for one in known[1:]),
        *(SameAs(a=one, b=IDA.id, at=NOW) for one in known[1:]),
        act(ANN, BOB, native="test:1#message", excerpt=text, item=Item(title=text)),
    )
    store.forget(known)
    (left,) = interactions_of(store)
    assert (left.excerpt, left.item) == (None, Item())


@pytest.mark.parametrize(
    "text", ["idaho", "x.com/idaho", "ida", "https://ray.example/team", "https://ray.example/team/idas", "a moor"]
)
def test_texts_that_name_somebody_else_stay(store: Store, text: str) -> None:
    write(store, IDA, Account(id="x:@ida"), Account(id="manual:ida-moor"), act(ANN, BOB, excerpt=text, at=days_ago(1)))
    store.forget([IDA.id, "x:@ida", "manual:ida-moor"])
    assert [one.excerpt for one in interactions_of(store)] == [text]
