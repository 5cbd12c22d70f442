"""The caches: whatever lies in their place, the answers stay the same."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph import columns
from graph.model import Interaction, Record
from graph.rows import pack
from graph.snapshot import read_arrays, write_arrays
from graph.store import Filters, Store
from graph.stores import trigrams
from graph.stores.sqlite import accounts, acts, names, pairs, reading, removing
from graph.stores.sqlite import store as store_module
from tests.graph.records import NOW, act, days_ago, named
from tests.stores.reference import ANN, BOB, CARA, PEOPLE, distinct_acts, dump, expected_ties, records, ties_of, write
from tests.stores.sqlite.test_sqlite_file import opened

CACHES = ("acts", "pairs", "names")
RECENT = Filters(since=days_ago(30))


def fill(store: Store) -> list[Interaction]:
    held = [
        act(one, other, at=days_ago(number), native=f"test:{one}{other}{number}#message")
        for one in PEOPLE
        for other in PEOPLE
        for number in (3, 50)
    ]
    write(store, held, named(ANN, "Ann Lee"), named(BOB, "Bob Mill"))
    store.settle()
    return held


def answers(store: Store) -> object:
    return dump(store), ties_of(store, RECENT), store.search("bob mil"), store.search("an lee")


def halve(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def scribble(path: Path) -> None:
    path.write_bytes(b"\x00" * 100)


def cut_head(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:20])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def other_schema(path: Path) -> None:
    found = read_arrays(path)
    assert found is not None
    header, arrays = found
    write_arrays(path, {**header, "schema": 999}, {name: array.copy() for name, array in arrays.items()})


@pytest.mark.parametrize("harm", [Path.unlink, halve, scribble, cut_head, empty, other_schema])
@pytest.mark.parametrize("name", CACHES)
def test_a_harmed_cache_is_made_anew(tmp_path: Path, name: str, harm: Callable[[Path], None]) -> None:
    with opened(tmp_path / "people.db") as store:
        fill(store)
        expected = answers(store)
        harm(store.cache_path(name))
        with opened(tmp_path / "people.db") as again:
            assert answers(again) == expected
            write(again, act(BOB, "x:new", native="test:new#message"))
            again.settle()
            fresh = answers(again)
        assert answers(store) == fresh
        assert read_arrays(store.cache_path(name)) is not None


def test_caches_of_another_store_are_not_believed(tmp_path: Path) -> None:
    with opened(tmp_path / "one.db") as one, opened(tmp_path / "other.db") as other:
        fill(one)
        expected = answers(one)
        write(other, act("x:9", "x:8"), named("x:9", "Nobody Here"))
        other.settle()
        for name in CACHES:
            shutil.copy(other.cache_path(name), one.cache_path(name))
        assert answers(one) == expected
        assert one.search("nobody here") == []


@pytest.mark.parametrize("step", ["write", "retract", "forget", "erase"])
def test_older_caches_are_not_believed(tmp_path: Path, step: str) -> None:
    with opened(tmp_path / "people.db") as store:
        held = fill(store)
        kept = {name: store.cache_path(name).read_bytes() for name in CACHES}
        if step == "write":
            write(store, act(CARA, "x:new"), named(CARA, "Cara New"))
        elif step == "retract":
            store.retract(held[1].id or "", NOW)
        elif step == "forget":
            store.forget([BOB])
        else:
            store.erase()
        store.settle()
        expected = answers(store)
        for name, content in kept.items():
            store.cache_path(name).write_bytes(content)
        with opened(tmp_path / "people.db") as again:
            assert answers(again) == expected
            again.settle()
            assert answers(again) == expected


def test_what_can_not_be_cached_is_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_: object) -> tuple[int, str]:
        raise OSError(28, "No space left on device")

    with opened(tmp_path / "people.db") as store:
        monkeypatch.setattr(tempfile, "mkstemp", full)
        held = fill(store)
        assert ties_of(store) == expected_ties(held, Filters())
        write(store, act(CARA, ANN, native="test:later#message"), named(CARA, "Cara Late"))
        store.settle()
        assert store.search("cara late")
        expected = answers(store)
        assert not any(store.cache_path(name).exists() for name in CACHES)
        monkeypatch.undo()
        store.settle()
        with opened(tmp_path / "people.db") as again:
            assert answers(again) == answers(store) == expected


def test_others_files_beside_the_store_stay(tmp_path: Path) -> None:
    with opened(tmp_path / "people.db") as store:
        fill(store)
        note = tmp_path / "people.db.txt"
        note.write_text("mine", encoding="utf-8")
        left = tmp_path / "people.db.pairs.tmp-abc"
        left.write_bytes(store.cache_path("pairs").read_bytes())
        store.forget([BOB])
        assert note.read_text(encoding="utf-8") == "mine"
        assert not left.exists()
        assert not any(store.cache_path(name).exists() for name in CACHES)


SMALL = [
    (store_module, "ABSORB_AT", 3),
    (accounts, "_LIMIT", 2),
    (accounts, "_CHUNK", 2),
    (acts, "_CHUNK", 2),
    (acts, "_STEP", 2),
    (acts, "_HELD", 4),
    (names, "_SMALL", 0),
    (pairs, "_SMALL", 0),
    (reading, "CHUNK", 2),
    (removing, "CHUNK", 2),
    (reading, "_ACCOUNTS_HELD", 1),
    (trigrams, "_CHUNK", 2),
]
few = settings(max_examples=12, suppress_health_check=list(HealthCheck))


@few
@given(held=distinct_acts(), rest=st.lists(records, max_size=8), cut=st.integers(0, 14), settled=st.booleans())
def test_sizes_make_no_difference(held: list[Interaction], rest: list[Record], cut: int, settled: bool) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        with opened(Path(folder) / "plain.db") as plain:
            write(plain, held, rest)
            expected = dump(plain)
            about = list(plain.about([ANN]))
        for module, name, value in SMALL:
            patch.setattr(module, name, value)
        with opened(Path(folder) / "small.db") as small:
            write(small, held[:cut])
            if settled:
                small.settle()
            for one in held[cut:]:
                write(small, one)
            write(small, rest)
            assert dump(small) == expected
            small.settle()
            assert dump(small) == expected
            assert list(small.about([ANN])) == about


def test_ids_with_one_hash_stay_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "hash_texts", lambda texts: np.full(len(list(texts)), 7, dtype=np.int64))
    for module in (store_module, removing):
        monkeypatch.setattr(module, "hash_text", lambda _: 7)
    with opened(tmp_path / "people.db") as store:
        held = fill(store)
        assert ties_of(store) == expected_ties(held, Filters())
        assert store.write(pack(held, now=NOW)).new == 0
        assert store.retract(held[5].id or "", NOW)
        assert len(list(store.scan(Filters()))) == len(held) - 1
        assert not store.retract("test:no#message", NOW)
