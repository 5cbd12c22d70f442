"""The caches beside the file: fresh or not, lost, foreign or not to be written, the answers stay the same."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from graph.model import Account, Interaction, Kind
from graph.rows import pack
from graph.snapshot import write_arrays
from graph.store import Filters, Store
from graph.stores import open_store
from graph.stores.sqlite.store import SqliteStore
from graph.stores.trigrams import Trigrams, build
from tests.graph.records import NOW, act, days_ago, named

ACTS = [
    act(f"x:{source}", (f"x:{target}", "x:7"), kind, at=days_ago(source + target / 8))
    for source in range(6)
    for target in range(6)
    for kind in (Kind.REPLY, Kind.MESSAGE)
    if source != target
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with closing(SqliteStore(tmp_path / "people.db", now=NOW)) as opened:
        yield opened


def write(store: Store, *records: Interaction | Account) -> None:
    batch = pack(records, now=NOW)
    assert batch.problems == []
    store.write(batch)


def rows(store: Store, filters: Filters | None = None) -> list[tuple[object, ...]]:
    found = store.tie_rows(filters or Filters())
    ids = store.account_ids({*found.source.tolist(), *found.target.tolist()})
    columns = (found.kind, found.count, found.first, found.last, found.days, found.decayed, found.sources)
    return sorted(
        (ids[source], ids[target], *rest)
        for source, target, *rest in zip(
            found.source.tolist(), found.target.tolist(), *(column.tolist() for column in columns), strict=True
        )
    )


def anew(store: Store, folder: Path) -> list[tuple[object, ...]]:
    """The rows of a store that was given all of it at once."""
    with closing(open_store(folder / "anew.db", now=NOW)) as other:
        other.write(pack(store.scan(Filters()), now=NOW))
        return rows(other)


def test_lost_caches_are_made_again(store: SqliteStore) -> None:
    write(store, *ACTS, named("x:1", "Mara Quist"))
    store.settle()
    before = rows(store)
    for name in ("acts", "pairs", "names"):
        store.cache_path(name).unlink()
        assert rows(store) == before
        assert store.search("mara quist")[0].account.id == "x:1"
    assert all(store.cache_path(name).exists() for name in ("pairs", "names"))


@pytest.mark.parametrize("name", ["acts", "pairs", "names"])
def test_caches_of_another_store_and_half_ones_are_not_read(store: SqliteStore, tmp_path: Path, name: str) -> None:
    write(store, *ACTS, named("x:1", "Mara Quist"))
    store.settle()
    before = rows(store), rows(store, Filters(since=days_ago(3)))
    with closing(SqliteStore(tmp_path / "other.db", now=NOW)) as other:
        write(other, act("x:8", "x:9"), named("x:8", "Mara Quist"))
        other.settle()
        foreign = other.cache_path(name).read_bytes()
    for content in (foreign, store.cache_path(name).read_bytes()[:-5], b""):
        store.cache_path(name).write_bytes(content)
        with closing(open_store(store.location, now=NOW)) as again:
            assert (rows(again), rows(again, Filters(since=days_ago(3)))) == before
            assert [match.account.id for match in again.search("mara quist")] == ["x:1"]


@pytest.mark.parametrize("name", ["acts", "pairs", "names"])
def test_a_cache_of_another_form_is_made_again(store: SqliteStore, name: str) -> None:
    write(store, *ACTS, named("x:1", "Mara Quist"))
    store.settle()
    before = rows(store)
    write_arrays(store.cache_path(name), {"schema": 99}, {})
    assert rows(store) == before
    assert store.search("mara quist")[0].account.id == "x:1"


def test_an_older_cache_put_back_is_not_trusted_with_what_was_pruned(store: SqliteStore, tmp_path: Path) -> None:
    write(store, *ACTS, named("x:1", "Mara Quist"))
    store.settle()
    old = {name: store.cache_path(name).read_bytes() for name in ("acts", "pairs", "names")}
    changed = act("x:1", "x:2", Kind.REPLY, native="x:77#reply", at=days_ago(9))
    write(store, changed, Account(id="x:1", name="Mara Quell", at=NOW))
    store.settle()
    assert store.retract("x:77#reply", NOW)
    store.settle()
    before = rows(store)
    for name, content in old.items():
        store.cache_path(name).write_bytes(content)
    with closing(open_store(store.location, now=NOW)) as again:
        assert rows(again) == before == anew(store, tmp_path)
        assert store.search("mara quell")[0].score == 1.0


def test_caches_that_can_not_be_written_are_held(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for module in ("pairs", "names"):
        monkeypatch.setattr(f"graph.stores.sqlite.{module}.write_arrays", lambda *_: False)
    for number, part in enumerate((ACTS[:20], ACTS[20:40], ACTS[40:])):
        write(store, *part, Account(id="x:1", name=f"Mara {number}", at=days_ago(9 - number)))
        store.settle()
        assert rows(store) == rows(store)
        assert rows(store, Filters(since=days_ago(4000))) == rows(store)
        assert store.search(f"mara {number}")[0].score == 1.0
    assert [one.name for one in tmp_path.glob("people.db.*")] == []
    assert rows(store) == anew(store, tmp_path)


def test_large_caches_lag_behind_and_answers_do_not(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("graph.stores.sqlite.pairs._SMALL", 0)
    monkeypatch.setattr("graph.stores.sqlite.names._SMALL", 0)
    write(store, *ACTS, *(named(f"x:{number}", f"Name {number}") for number in range(40)))
    store.settle()
    written = {name: store.cache_path(name).read_bytes() for name in ("acts", "pairs", "names")}
    write(store, act("x:1", "x:2", Kind.REPLY, at=NOW), Account(id="x:1", name="Mara Quist", at=NOW))
    store.settle()
    assert {name: store.cache_path(name).read_bytes() for name in written} == written
    assert rows(store) == anew(store, tmp_path)
    assert store.search("mara quist")[0].score == 1.0
    write(store, *(act(f"x:{number}", "x:3", Kind.LIKE, at=NOW) for number in range(4, 30)))
    write(store, *(Account(id=f"x:{number}", name=f"Other {number}", at=NOW) for number in range(30)))
    store.settle()
    assert all(store.cache_path(name).read_bytes() != content for name, content in written.items())
    assert store.search("other 17")[0].account.id == "x:17"


def test_names_that_came_lately_are_indexed_once_between_writes(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexed: list[list[str]] = []

    def build_noted(texts: Iterable[tuple[int, str]], base: Trigrams | None = None) -> Trigrams:
        held = list(texts)
        indexed.append([text.split()[0] for _, text in held])
        return build(held, base)

    write(store, named("x:1", "Mara Quist"))
    store.settle()
    monkeypatch.setattr("graph.stores.sqlite.names.build", build_noted)

    write(store, named("x:2", "Mara Vane"))
    found = [[match.account.id for match in store.search(text)] for text in ("Mara", "Vane", "Quist")]
    write(store, named("x:3", "Ines Vane"))
    found.append([match.account.id for match in store.search("Vane")])

    assert found == [["x:1", "x:2"], ["x:2"], ["x:1"], ["x:2", "x:3"]]
    assert indexed == [["mara"], ["mara", "ines"]]


def test_what_waits_is_absorbed_in_passing(store: SqliteStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("graph.stores.sqlite.store.ABSORB_AT", 20)
    monkeypatch.setattr("graph.stores.sqlite.acts._HELD", 30)
    monkeypatch.setattr("graph.stores.sqlite.acts._STEP", 7)
    monkeypatch.setattr("graph.stores.sqlite.acts._CHUNK", 11)
    monkeypatch.setattr("graph.stores.features._SLICE", 5)
    for start in range(0, len(ACTS), 9):
        write(store, *ACTS[start : start + 9])
        assert store.health()[2].name == "settled"
    before = rows(store)
    store.settle()
    assert rows(store) == before == anew(store, tmp_path)


def test_writers_and_readers_of_one_program(store: SqliteStore, tmp_path: Path) -> None:
    failures: list[BaseException] = []

    def run(number: int) -> None:
        try:
            for start in range(number, len(ACTS), 12):
                write(store, *ACTS[start : start + 3], named(f"x:{number}", f"Name {start}"))
                rows(store)
                store.search("name")
        except BaseException as error:  # noqa: BLE001 # told by the test itself
            failures.append(error)

    threads = [threading.Thread(target=run, args=(number * 3,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert store.overview().interactions == len(ACTS)
    store.settle()
    assert rows(store) == anew(store, tmp_path)


def test_a_few_more_among_many_give_what_all_at_once_give(store: SqliteStore, tmp_path: Path) -> None:
    write(store, *ACTS)
    store.settle()
    few = [
        act("x:0", "x:1", Kind.REPLY, at=days_ago(500)),
        act("x:5", ("x:4", "x:9"), Kind.LIKE, at=days_ago(1)),
        act("x:2", "x:3", Kind.FOLLOW, at=None),
        act("x:8", "x:0", Kind.MENTION, at=days_ago(2)),
    ]
    for number, one in enumerate(few, 1):
        write(store, one)
        store.settle()
        assert rows(store) == rows(store, Filters(kinds=frozenset(Kind)))
        assert len(list(store.scan(Filters()))) == len(ACTS) + number
    assert rows(store) == anew(store, tmp_path)
    with closing(SqliteStore(tmp_path / "dated.db", now=NOW)) as other:
        other.write(pack(store.scan(Filters()), now=NOW))
        assert rows(store, Filters(since=days_ago(3))) == rows(other, Filters(since=days_ago(3)))
