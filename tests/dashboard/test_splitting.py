"""Accounts are split off and put back: both sides stay what they were, and undoing restores everybody exactly."""

import shutil
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from dashboard.service.people import said_now, split_off, undo
from graph.model import Account, SameAs
from graph.people.identity import derive_persons
from graph.records.pack import pack
from graph.stores import open_store
from tests.dashboard.conftest import NOW

IDS = [f"x:{number}" for number in range(1, 8)]


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("accounts") / "people.db"
    store = open_store(path, now=NOW)
    store.write(pack([Account(id=one) for one in IDS], now=NOW))
    store.close()
    return path


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    order=st.permutations(IDS),
    size=st.integers(2, len(IDS)),
    more=st.lists(
        st.tuples(st.sampled_from(IDS), st.sampled_from(IDS), st.sampled_from(["manual", "csv"])), max_size=5
    ),
    off=st.sets(st.sampled_from(range(len(IDS))), min_size=1),
)
def test_what_is_split_off_stays_together_and_so_does_the_rest_until_it_is_undone(
    accounts: Path, tmp_path: Path, order: list[str], size: int, more: list[tuple[str, str, str]], off: set[int]
) -> None:
    store = open_store(shutil.copy(accounts, tmp_path / f"{uuid4()}.db"), now=NOW)
    chain = [SameAs(a=a, b=b, at=NOW, source="csv") for a, b in pairwise(order[:size])]
    store.write(pack([*chain, *(SameAs(a=a, b=b, at=NOW, source=by) for a, b, by in more if a != b)], now=NOW))
    before, persons = said_now(store), derive_persons(store.assertions())
    members = persons.members(order[0])
    gone = [one for place, one in enumerate(members) if place in off]
    rest = [one for one in members if one not in gone]
    assume(gone and rest)

    alone, others, made = split_off(store, gone, rest, NOW)
    assert (alone.accounts, others.accounts) == (tuple(gone), tuple(rest))
    undo(store, made, NOW)
    assert said_now(store) == before
    assert derive_persons(store.assertions()) == persons
    store.close()
