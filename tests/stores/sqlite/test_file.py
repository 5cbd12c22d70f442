"""The file: who may read it, whose it is, which version it has, and what is said where it can't be used."""

import os
import sqlite3
import stat
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import pytest

from graph.errors import StoreError
from graph.model import Account
from graph.records.pack import pack
from graph.store.documents import Cursor
from graph.store.features import Filters
from graph.store.store import Store
from graph.stores import open_store
from graph.stores.sqlite import database
from graph.stores.sqlite.database import SqliteBackend
from graph.stores.sqlite.schema import VERSION
from tests.graph.records import NOW, act, interactions_of, named
from tests.stores.reference import ANN, BOB, CARA, dump, ties_of, write

ALL = Filters()


@contextmanager
def opened(place: Path | str) -> Iterator[Store]:
    store = open_store(place, now=NOW)
    try:
        yield store
    finally:
        store.close()


def database_of(store: Store) -> SqliteBackend:
    backend = store._backend
    assert isinstance(backend, SqliteBackend)
    return backend


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "people.db"


def fill(store: Store) -> None:
    write(store, act(ANN, BOB), named(ANN, "Ann Lee"))
    store.refresh()


def modes(folder: Path) -> dict[str, int]:
    return {one.name: stat.S_IMODE(one.stat().st_mode) for one in folder.iterdir()}


def test_only_its_owner_may_read_what_is_kept(path: Path) -> None:
    before = os.umask(0)
    try:
        with opened(path) as store:
            fill(store)
            store.search("ann")
            write(store, act(BOB, ANN))
            found = modes(path.parent)
    finally:
        os.umask(before)
    assert set(found) == {f"people.db{end}" for end in ("", "-wal", "-shm", ".names")}
    assert set(found.values()) == {0o600}


def test_a_file_that_others_may_read_is_made_private(path: Path) -> None:
    with opened(path) as store:
        fill(store)
    path.chmod(0o644)
    with opened(path):
        assert modes(path.parent)["people.db"] == 0o600


@pytest.mark.parametrize("prefix", ["", "sqlite:///"])
def test_a_place_is_a_path_or_a_url(path: Path, prefix: str) -> None:
    with opened(f"{prefix}{path}") as store:
        assert store.location == str(path)
        assert store.cache_path("snap") == path.with_name("people.db.snap")


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("mysql://user:secret@host/db", "mysql:// is no kind of store"),
        ("", "path is empty"),
        ("sqlite:///", "path is empty"),
    ],
)
def test_places_that_are_none(place: str, says: str) -> None:
    with pytest.raises(StoreError, match=says) as caught:
        open_store(place, now=NOW)
    assert "secret" not in str(caught.value)


def test_names_with_signs_of_a_url(tmp_path: Path) -> None:
    odd = tmp_path / "who knows? #1 100%.db"
    with opened(odd) as store:
        fill(store)
    assert odd.exists()


def test_a_folder_that_is_not_there_or_is_the_place(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no folder"):
        open_store(tmp_path / "no" / "people.db", now=NOW)
    with pytest.raises(StoreError, match=r"is a folder; name a file in it, such as .*people\.db"):
        open_store(tmp_path, now=NOW)


def test_an_empty_file_becomes_a_store(path: Path) -> None:
    path.touch()
    with opened(path) as store:
        fill(store)
    with opened(path) as store:
        assert store.overview().interactions == 1


def test_a_file_that_is_no_database(path: Path) -> None:
    path.write_text("Dear diary, " * 1_000, encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(StoreError, match="is not a store"):
        open_store(path, now=NOW)
    assert path.read_bytes() == before


@pytest.mark.parametrize("script", ["CREATE TABLE photo (id)", "PRAGMA user_version = 3", "PRAGMA application_id = 99"])
def test_a_database_of_another_program(path: Path, script: str) -> None:
    foreign = sqlite3.connect(path)
    foreign.execute(script)
    foreign.commit()
    foreign.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program"):
        open_store(path, now=NOW)
    assert path.read_bytes() == before


@pytest.mark.parametrize(("step", "do"), [(1, "update intrograph"), (-1, "ingest again into a new store")])
def test_a_store_of_another_version(path: Path, step: int, do: str) -> None:
    with opened(path) as store:
        fill(store)
    other = sqlite3.connect(path)
    other.execute(f"PRAGMA user_version = {VERSION + step}")
    other.close()
    with pytest.raises(StoreError, match=f"version {VERSION + step}.*{do}"):
        open_store(path, now=NOW)


def test_many_open_a_new_place_at_once(path: Path) -> None:
    failed: list[Exception] = []

    def join(number: int) -> None:
        try:
            with opened(path) as store:
                write(store, act(ANN, f"x:{number}"))
        except Exception as error:  # noqa: BLE001 # whatever it is, the test tells
            failed.append(error)

    threads = [threading.Thread(target=join, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with opened(path) as store:
        assert store.overview().interactions == 6
        assert len(ties_of(store)) == 6


def test_a_place_in_which_another_makes_the_store_meanwhile(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = threading.Thread(target=lambda: open_store(path, now=NOW).close())
    prepare = database._prepare

    def meet(statement: str) -> None:
        if statement == "PRAGMA user_version" and other.ident is None:
            other.start()
            other.join(0.3)

    def prepare_traced(connection: sqlite3.Connection) -> None:
        prepare(connection)
        connection.set_trace_callback(meet)

    monkeypatch.setattr(database, "_prepare", prepare_traced)
    with opened(path) as store:
        other.join()
        assert store.overview().interactions == 0


def test_a_place_that_another_writes_to_meanwhile_is_waited_for(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    let_go = threading.Timer(0.2, other.execute, ["ROLLBACK"])
    with closing(other):
        other.execute("BEGIN IMMEDIATE")
        with monkeypatch.context() as patched:
            patched.setattr(database, "BUSY_SECONDS", 0.05)
            with pytest.raises(StoreError, match="kept busy by another program"):
                open_store(path, now=NOW)
        let_go.start()
        open_store(path, now=NOW).close()
        let_go.join()


# --- what can't be written -------------------------------------------------------------------------------------------


def refuse(monkeypatch: pytest.MonkeyPatch, *modes_: int) -> None:
    """Refuse some kinds of access; the tests may run as a user who may do all."""
    may = os.access
    monkeypatch.setattr(os, "access", lambda place, mode: mode not in modes_ and may(place, mode))


def test_a_file_that_may_only_be_read_is_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(path) as store:
        fill(store)
        expected = dump(store)
    refuse(monkeypatch, os.W_OK)
    with opened(path) as store:
        assert dump(store) == expected
        assert store.search("ann lee")
        with pytest.raises(StoreError, match=r"can't be written to.*chmod u\+w"):
            write(store, act(BOB, ANN))
        store.record_ask("me", ANN, NOW)
        assert store.recent_asks("me") == []
        assert dump(store) == expected


def test_an_empty_file_that_may_only_be_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.touch()
    refuse(monkeypatch, os.W_OK)
    with pytest.raises(StoreError, match="can't be written to"):
        open_store(path, now=NOW)


def test_a_file_that_may_not_be_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.touch()
    refuse(monkeypatch, os.R_OK)
    with pytest.raises(StoreError, match="can't be read; allow it"):
        open_store(path, now=NOW)


def test_a_folder_that_takes_no_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse(monkeypatch, os.W_OK | os.X_OK)
    with pytest.raises(StoreError, match="no file can be made"):
        open_store(path, now=NOW)
    assert not path.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_a_folder_of_somebody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", partial(os.access, effective_ids=True))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        place = folder / "people.db"
        with opened(place) as store:
            fill(store)
        place.chmod(0o644)
        os.seteuid(65_534)
        try:
            with pytest.raises(StoreError, match=r"can't be written to; allow it"):
                open_store(place, now=NOW)
            with pytest.raises(StoreError, match="no file can be made"):
                open_store(folder / "other.db", now=NOW)
        finally:
            os.seteuid(0)


def test_a_file_that_can_not_be_opened_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", fail)
    with pytest.raises(StoreError, match="can't be used: Permission denied; check the path"):
        open_store(path, now=NOW)


def test_a_full_disk_keeps_what_was_there(path: Path) -> None:
    many = [act(ANN, f"email:p{number:05}@example.org", excerpt="word " * 60) for number in range(900)]
    with opened(path) as store:
        fill(store)
        before = dump(store)
        pages = database_of(store).connection.execute("PRAGMA page_count").fetchone()[0]
        database_of(store).connection.execute(f"PRAGMA max_page_count = {pages + 5}")
        with pytest.raises(StoreError, match=r"disk of .* is full; free some space and run the same command again"):
            store.write(pack(many, now=NOW), Cursor(job="a", position="1"))
        assert (dump(store), store.cursor("a").position) == (before, None)
        database_of(store).connection.execute("PRAGMA max_page_count = 1000000")
        assert write(store, many).new == 900
        assert len(ties_of(store)) == 901


def test_a_damaged_file_is_told(path: Path) -> None:
    with opened(path) as store:
        write(store, [act(ANN, f"x:{number}", excerpt="word " * 50) for number in range(400)])
        store.refresh()
    with path.open("r+b") as file:
        for page in range(2, path.stat().st_size // 8192):
            file.seek(page * 8192)
            file.write(b"\xff" * 8192)
    with pytest.raises(StoreError, match="is damaged"), opened(path) as store:
        interactions_of(store)


def test_health_tells_of_damage(path: Path) -> None:
    with opened(path) as store:
        write(store, [Account(id=f"x:{number}", name="word " * 20) for number in range(2_000)])
        (root,) = (
            database_of(store)
            .connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_autoindex_account_1'")
            .fetchone()
        )
    with path.open("r+b") as file:
        file.seek((root - 1) * 8192 + 8)
        file.write(b"\xff" * 200)
    with opened(path) as store:
        whole = {check.name: check for check in store.health()}["whole"]
    assert whole.value.startswith("damaged: ")
    assert whole.advice is not None


def test_a_store_that_is_kept_busy_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    with opened(path) as store:
        fill(store)
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="kept busy by another program"):
            write(store, act(BOB, CARA))
        assert store.overview().interactions == 1
        other.execute("ROLLBACK")
        other.close()
        assert write(store, act(BOB, CARA)).new == 1


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (sqlite3.SQLITE_IOERR, "check the disk"),
        (sqlite3.SQLITE_CANTOPEN, "can't be opened"),
        (sqlite3.SQLITE_ERROR, "please report this"),
    ],
)
def test_rare_errors_say_what_to_do(path: Path, code: int, says: str) -> None:
    error = sqlite3.OperationalError("odd")
    error.sqlite_errorcode = code
    with opened(path) as store, pytest.raises(StoreError, match=says) as caught, database_of(store).telling():
        raise error
    assert caught.value.__cause__ is error


def test_health_names_what_was_found(path: Path) -> None:
    with opened(path) as store:
        found = {check.name: check.value for check in store.health()}
        assert found["whole"] == "yes"
        assert found["caches"].startswith("none yet")
        fill(store)
        assert {check.name: check.value for check in store.health()}["caches"] == "people.db.names"


def test_the_home_folder_is_understood(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(path.parent))
    open_store("~/people.db", now=NOW).close()
    assert path.exists()


def test_an_ask_does_not_wait_for_a_program_that_writes(path: Path) -> None:
    with (
        closing(open_store(path, now=NOW)) as store,
        closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other,
    ):
        write(store, act(ANN, BOB), act(BOB, ANN))
        other.execute("BEGIN IMMEDIATE")
        start = time.monotonic()
        store.record_ask("me", ANN, NOW)
        assert time.monotonic() - start < 5
        assert store.recent_asks("me") == []
        # A write is still patient.
        release = threading.Timer(1.0, other.execute, ["ROLLBACK"])
        release.start()
        assert write(store, act(ANN, BOB), act(BOB, ANN)).seen == 2
        release.join()
        store.record_ask("me", ANN, NOW)
        assert len(store.recent_asks("me")) == 1
