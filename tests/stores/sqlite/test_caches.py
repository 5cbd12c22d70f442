"""The caches: whatever lies in their place, the answers stay the same."""

import shutil
import tempfile
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.model import Account, Interaction, Record
from graph.store import batches, features, name_index, reader, trigrams, unpacking
from graph.store.cache import read_arrays, write_arrays
from graph.store.features import Filters
from graph.store.store import Store
from graph.store.trigrams import Trigrams, build
from graph.stores import open_store
from graph.stores.sqlite import transaction
from tests.graph.records import NOW, act, days_ago, named
from tests.stores.reference import ANN, BOB, CARA, PEOPLE, distinct_acts, dump, expected_ties, records, ties_of, write
from tests.stores.sqlite.test_file import opened

CACHES = ("names",)
RECENT = Filters(since=days_ago(30))


def fill(store: Store) -> list[Interaction]:
    held = [
        act(one, other, at=days_ago(number), native=f"test:{one}{other}{number}#message")
        for one in PEOPLE
        for other in PEOPLE
        for number in (3, 50)
    ]
    write(store, held, named(ANN, "Ann Lee"), named(BOB, "Bob Mill"))
    store.refresh()
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
def test_a_harmed_cache_is_made_anew(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    with opened(tmp_path / "people.db") as store:
        fill(store)
        expected = answers(store)
        harm(store.cache_path("names"))
        with opened(tmp_path / "people.db") as again:
            assert answers(again) == expected
            write(again, act(BOB, "x:new", native="test:new#message"))
            again.refresh()
            fresh = answers(again)
        assert answers(store) == fresh
        assert read_arrays(store.cache_path("names")) is not None


def test_caches_of_another_store_are_not_believed(tmp_path: Path) -> None:
    with opened(tmp_path / "one.db") as one, opened(tmp_path / "other.db") as other:
        fill(one)
        expected = answers(one)
        write(other, act("x:9", "x:8"), named("x:9", "Nobody Here"))
        other.refresh()
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
        store.refresh()
        expected = answers(store)
        for name, content in kept.items():
            store.cache_path(name).write_bytes(content)
        with opened(tmp_path / "people.db") as again:
            assert answers(again) == expected
            again.refresh()
            assert answers(again) == expected


def test_what_can_not_be_cached_is_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_: object) -> tuple[int, str]:
        raise OSError(28, "No space left on device")

    with opened(tmp_path / "people.db") as store:
        monkeypatch.setattr(tempfile, "mkstemp", full)
        held = fill(store)
        assert ties_of(store) == expected_ties(held, Filters())
        write(store, act(CARA, ANN, native="test:later#message"), named(CARA, "Cara Late"))
        store.refresh()
        assert store.search("cara late")
        expected = answers(store)
        assert not any(store.cache_path(name).exists() for name in CACHES)
        monkeypatch.undo()
        store.refresh()
        with opened(tmp_path / "people.db") as again:
            assert answers(again) == answers(store) == expected


def test_others_files_beside_the_store_stay(tmp_path: Path) -> None:
    with opened(tmp_path / "people.db") as store:
        fill(store)
        note = tmp_path / "people.db.txt"
        note.write_text("mine", encoding="utf-8")
        left = tmp_path / "people.db.names.tmp-abc"
        left.write_bytes(store.cache_path("names").read_bytes())
        store.forget([BOB])
        assert note.read_text(encoding="utf-8") == "mine"
        assert not left.exists()
        assert not any(store.cache_path(name).exists() for name in CACHES)


def test_names_that_came_lately_are_indexed_once_between_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexed: list[list[str]] = []

    def build_noted(texts: Iterable[tuple[int, str]], base: Trigrams | None = None) -> Trigrams:
        held = list(texts)
        indexed.append([text.split()[0] for _, text in held])
        return build(held, base)

    store = open_store(tmp_path / "people.db", now=NOW)
    write(store, named("x:1", "Mara Quist"))
    store.refresh()
    monkeypatch.setattr("graph.store.name_index.build", build_noted)

    write(store, named("x:2", "Mara Vane"))
    found = [[match.account.id for match in store.search(text)] for text in ("Mara", "Vane", "Quist")]
    write(store, named("x:3", "Ines Vane"))
    found.append([match.account.id for match in store.search("Vane")])

    assert found == [["x:1", "x:2"], ["x:2"], ["x:1"], ["x:2", "x:3"]]
    assert indexed == [["mara"], ["mara", "ines"]]
    store.close()


def test_writers_and_readers_of_one_program(tmp_path: Path) -> None:
    held = [act(f"x:{number % 7}", f"x:{number % 5 + 7}", at=days_ago(number)) for number in range(48)]
    failures: list[BaseException] = []

    def run(number: int) -> None:
        try:
            for start in range(number * 12, number * 12 + 12, 3):
                write(store, held[start : start + 3], named(f"x:{number}", f"Name {start}"))
                ties_of(store)
                store.search("name")
        except BaseException as error:  # noqa: BLE001 # told by the test itself
            failures.append(error)

    with opened(tmp_path / "people.db") as store:
        threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert ties_of(store) == expected_ties(held, Filters())


def test_a_large_index_lags_behind_and_answers_do_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(name_index, "_SMALL", 0)
    with opened(tmp_path / "people.db") as store:
        write(store, [named(f"x:{number}", f"Name {number}") for number in range(40)])
        store.refresh()
        written = store.cache_path("names").read_bytes()
        write(store, Account(id="x:1", name="Mara Quist", at=NOW))
        store.refresh()
        assert store.cache_path("names").read_bytes() == written
        assert store.search("mara quist")[0].score == 1.0
        write(store, [Account(id=f"x:{number}", name=f"Other {number}", at=NOW) for number in range(30)])
        store.refresh()
        assert store.cache_path("names").read_bytes() != written
        assert store.search("other 17")[0].account.id == "x:17"


SMALL = [
    (batches, "_ACCOUNTS_HELD", 2),
    (transaction, "_CHUNK", 2),
    (name_index, "_SMALL", 0),
    (transaction, "_ROWS_AT_ONCE", 2),
    (transaction, "_ACTS_AT_ONCE", 2),
    (unpacking, "_HELD", 1),
    (reader, "_CHUNK", 2),
    (trigrams, "_CHUNK", 2),
    (features, "_SLICE", 2),
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
                small.refresh()
            for one in held[cut:]:
                write(small, one)
            write(small, rest)
            assert dump(small) == expected
            small.refresh()
            assert dump(small) == expected
            assert list(small.about([ANN])) == about
