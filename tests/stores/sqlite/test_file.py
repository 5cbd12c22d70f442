"""The embedded store as a file: how it is opened and refused, who may read it, and that a full disk loses nothing."""

import os
import sqlite3
import stat
import threading
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from graph.errors import StoreError
from graph.model import Account, Item, Kind, Record
from graph.rows import pack
from graph.store import Cursor, Filters
from graph.stores import open_store
from graph.stores.sqlite import schema
from graph.stores.sqlite.database import Database
from graph.stores.sqlite.store import SqliteStore
from tests.graph.records import NOW, act

BATCH = pack([act("x:1", "x:2"), act("x:2", "x:1")], now=NOW)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "people.db"


def refused(path: Path | str) -> str:
    with pytest.raises(StoreError) as caught:
        open_store(path, now=NOW)
    return str(caught.value)


# --- opening ---------------------------------------------------------------------------------------------------------


def test_a_store_is_opened_by_path_and_by_url(path: Path) -> None:
    with closing(open_store(path, now=NOW)) as store:
        store.write(BATCH)
    for place in (str(path), f"sqlite:///{path}"):
        with closing(open_store(place, now=NOW)) as store:
            assert store.location == str(path)
            assert store.overview().interactions == 2


def test_the_home_folder_is_understood(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(path.parent))
    open_store("~/people.db", now=NOW).close()
    assert path.exists()


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("neo4j+s://user:secret@host:7687", "no Neo4j yet"),
        ("bolt://host", "no Neo4j yet"),
        ("postgres://user:secret@host/db", "postgres:// is no kind of store"),
        ("", "path is empty"),
        ("sqlite:///", "path is empty"),
    ],
)
def test_other_kinds_of_stores_are_refused_without_telling_a_password(place: str, said: str) -> None:
    told = refused(place)
    assert said in told
    assert "secret" not in told


def test_what_is_no_place_for_a_file_is_refused(tmp_path: Path) -> None:
    assert "create it, or name another path" in refused(tmp_path / "missing" / "people.db")
    assert "is a folder; name a file in it" in refused(tmp_path)


def test_what_is_no_sqlite_file_is_refused_and_left_alone(path: Path) -> None:
    path.write_bytes(b"Dear diary, " * 500)
    assert "is no SQLite file; name another path" in refused(path)
    assert path.read_bytes() == b"Dear diary, " * 500


def test_another_programs_file_is_refused_and_left_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE message (text)")
        other.commit()
    before = path.read_bytes()
    assert "SQLite file of another program" in refused(path)
    assert path.read_bytes() == before


def test_an_empty_file_becomes_a_store(path: Path) -> None:
    path.touch()
    with closing(open_store(path, now=NOW)) as store:
        assert store.write(BATCH).new == 2


def test_a_newer_version_is_refused_and_told(path: Path) -> None:
    open_store(path, now=NOW).close()
    with closing(sqlite3.connect(path)) as newer:
        newer.execute(f"PRAGMA user_version = {schema.VERSION + 3}")
    told = refused(path)
    assert f"schema version {schema.VERSION + 3}" in told
    assert f"knows up to {schema.VERSION}" in told
    assert "update intrograph" in told


def test_an_older_version_is_brought_up_to_date(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(open_store(path, now=NOW)) as store:
        store.write(BATCH)
    script = "CREATE TABLE later (word TEXT); -- one; two\nINSERT INTO later VALUES ('a;b');"
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, script))
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    monkeypatch.setattr("graph.stores.sqlite.database.VERSION", schema.VERSION)
    for _ in range(2):
        with closing(open_store(path, now=NOW)) as store:
            assert store.overview().interactions == 2
    with closing(sqlite3.connect(path)) as held:
        assert held.execute("SELECT word FROM later").fetchall() == [("a;b",)]


def test_a_migration_that_fails_leaves_the_file_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_store(path, now=NOW).close()
    monkeypatch.setattr(
        schema, "MIGRATIONS", (*schema.MIGRATIONS, "CREATE TABLE later (word); CREATE TABLE state (a);")
    )
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    monkeypatch.setattr("graph.stores.sqlite.database.VERSION", schema.VERSION)
    assert "already exists" in refused(path)
    with closing(sqlite3.connect(path)) as held:
        assert held.execute("PRAGMA user_version").fetchone() == (schema.VERSION - 1,)
        assert held.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'later'").fetchone() == (0,)


# --- who may read and write ------------------------------------------------------------------------------------------


def test_only_its_owner_may_read_any_file_of_it(path: Path) -> None:
    with closing(open_store(path, now=NOW)) as store:
        store.write(BATCH)
        store.settle()
        store.search("ann")
        files = sorted(path.parent.iterdir())
        names = {file.name.removeprefix("people.db") for file in files}
        assert names == {"", "-shm", "-wal", ".acts", ".names", ".pairs"}
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_a_file_that_others_could_read_is_closed_to_them(path: Path) -> None:
    open_store(path, now=NOW).close()
    path.chmod(0o644)
    open_store(path, now=NOW).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def _forbid(monkeypatch: pytest.MonkeyPatch, forbidden: int, *paths: Path) -> None:
    """Answer as the system would to a user who is not root."""
    allows = os.access
    monkeypatch.setattr(
        os, "access", lambda path, mode: not (mode & forbidden and Path(path) in paths) and allows(path, mode)
    )


def test_an_unreadable_file_and_a_closed_folder_are_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _forbid(monkeypatch, os.W_OK, path.parent)
    assert "no file can be made in" in refused(path)
    monkeypatch.undo()
    open_store(path, now=NOW).close()
    _forbid(monkeypatch, os.R_OK, path)
    assert "can't be read; allow it" in refused(path)


def test_a_read_only_file_can_be_read_and_not_written_to(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(open_store(path, now=NOW)) as store:
        store.write(BATCH)
        store.settle()
    _forbid(monkeypatch, os.W_OK, path)
    with closing(open_store(path, now=NOW)) as store:
        assert len(store.tie_rows(Filters()).source) == 2
        assert store.overview().interactions == 2
        with pytest.raises(StoreError, match="can't be written to; allow it"):
            store.write(BATCH)
        store.record_ask("me", "x:1", NOW)
        assert store.recent_asks("me") == []


def test_a_read_only_file_that_is_empty_can_not_become_a_store(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.touch()
    _forbid(monkeypatch, os.W_OK, path)
    assert "can't be written to; allow it" in refused(path)


# --- when the file fails ---------------------------------------------------------------------------------------------


def test_a_full_disk_keeps_what_was_written_and_says_what_to_do(path: Path) -> None:
    with closing(SqliteStore(path, now=NOW)) as store:
        store.write(BATCH, Cursor(job="mail", position="1"))
        connection = store._database.connection
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")
        many = pack([act("x:1", f"x:{number}", excerpt="a" * 900) for number in range(3, 400)], now=NOW)
        with pytest.raises(StoreError, match=r"disk of .* is full; free some space and run the same command again"):
            store.write(many, Cursor(job="mail", position="2"))
        assert (store.overview().interactions, store.cursor("mail")) == (2, "1")
        connection.execute("PRAGMA max_page_count = 100000")
        assert store.write(many, Cursor(job="mail", position="2")).new == 397
        store.settle()
        assert len(store.tie_rows(Filters()).source) == 399


def test_a_store_of_version_1_is_rehashed(path: Path) -> None:
    """Its hashes were of another function; whatever stood there, what comes again is known."""
    acts = [act("x:1", f"x:{number}", native=None if number % 2 else f"x:{number}#message") for number in range(2, 40)]
    acts.append(replace(acts[0], id="x:900#comment", kind=Kind.COMMENT, item=Item(title="A", author=Account(id="x:3"))))
    with closing(open_store(path, now=NOW)) as store:
        store.write(pack(acts, now=NOW))
        before = list(store.scan(Filters()))
    with closing(sqlite3.connect(path)) as older:
        older.execute("UPDATE interaction SET hash = key, core = 7, excerpt_hash = 9")
        older.execute("UPDATE item SET hash = 5")
        make_version_1(older)
    with closing(open_store(path, now=NOW)) as store:
        written = store.write(pack(acts, now=NOW))
        assert (written.new, written.seen, written.problems) == (0, len(acts), ())
        assert list(store.scan(Filters())) == before
        assert store.seals() == {}


@pytest.mark.parametrize("remove", ["forget", "remove_matching"])
def test_what_was_lessened_in_a_store_of_version_1_is_known_again(path: Path, remove: str) -> None:
    """Nobody can tell what it was read as: it takes what comes first for that, and nothing that was removed returns."""
    gone, on = Account(id="x:3", name="Annabel Smith"), Item(url="https://example.org/annabel-smith", title="A")
    acts = [
        act("x:1", ("x:2", "x:3"), native="1"),
        act("x:1", "x:2", native="to annabel smith"),
        act("x:1", "x:2", native="3", excerpt="Annabel Smith said so"),
        replace(act("x:1", "x:2", native="4"), thread="annabel smith", parent="annabel smith"),
        replace(act("x:1", "x:2", native="5"), item=on),
        act("x:1", "x:2", native="6", excerpt="nobody"),
    ]
    records: list[Record] = [gone, *acts]
    with closing(open_store(path, now=NOW)) as store:
        store.write(pack(records, now=NOW))
        getattr(store, remove)(["x:3"])
        before = list(store.scan(Filters()))
    with closing(sqlite3.connect(path)) as older:
        older.execute("UPDATE interaction SET hash = key, core = 7, excerpt_hash = iif(excerpt_hash, 9, 0)")
        older.execute("UPDATE item SET hash = 5")
        make_version_1(older)
    with closing(open_store(path, now=NOW)) as store:
        if remove == "remove_matching":
            records = [each for each in records if each is not gone]
            records[0] = replace(acts[0], to=acts[0].to[:1])
        for _ in range(2):
            written = store.write(pack(records, now=NOW))
            assert (written.new, written.problems) == (0, ())
        assert list(store.scan(Filters())) == before


def make_version_1(older: sqlite3.Connection) -> None:
    for table in ("seal", "narrowed", "rehashed", "recent"):
        older.execute(f"DROP TABLE {table}")
    older.execute("DROP TRIGGER narrowed_gone")
    older.execute("PRAGMA user_version = 1")
    older.commit()


def test_a_damaged_file_is_told(path: Path) -> None:
    with closing(open_store(path, now=NOW)) as store:
        store.write(pack([act("x:1", f"x:{number}") for number in range(2, 2_000)], now=NOW))
        store.settle()
    content = bytearray(path.read_bytes())
    content[8192:] = b"\xa5" * (len(content) - 8192)
    path.write_bytes(content)
    with (
        pytest.raises(StoreError, match="ingest again into a new store"),
        closing(open_store(path, now=NOW)) as store,
    ):
        store.overview()
    content[4096:8192] = b"\xa5" * 4096  # in the page that tells of the tables
    path.write_bytes(content)
    told = refused(path)
    assert "is damaged" in told
    assert "ingest again into a new store" in told


def test_a_store_that_another_program_keeps_busy_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.stores.sqlite.database.BUSY_SECONDS", 0.05)
    with closing(open_store(path, now=NOW)) as store, closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="kept busy by another program"):
            store.write(BATCH)
        other.execute("ROLLBACK")
        assert store.write(BATCH).new == 2


def test_an_ask_does_not_wait_for_a_program_that_writes(path: Path) -> None:
    with (
        closing(open_store(path, now=NOW)) as store,
        closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other,
    ):
        store.write(BATCH)
        other.execute("BEGIN IMMEDIATE")
        start = time.monotonic()
        store.record_ask("me", "x:1", NOW)
        assert time.monotonic() - start < 5
        assert store.recent_asks("me") == []
        # A write is still patient.
        release = threading.Timer(1.0, other.execute, ["ROLLBACK"])
        release.start()
        assert store.write(BATCH).seen == 2
        release.join()
        store.record_ask("me", "x:1", NOW)
        assert len(store.recent_asks("me")) == 1


def test_a_reader_that_stays_is_told_when_something_is_to_leave_no_trace(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.stores.sqlite.database.BUSY_SECONDS", 0.05)
    with closing(open_store(path, now=NOW)) as store, closing(sqlite3.connect(path, isolation_level=None)) as reader:
        store.write(BATCH)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM interaction").fetchone()
        with pytest.raises(StoreError, match=r"another program still reads .* close that program and run this again"):
            store.forget(["x:1"])
        assert store.overview().interactions == 0
        reader.execute("ROLLBACK")
        store.forget(["x:1"])
    assert b"x:1" not in path.read_bytes()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (sqlite3.SQLITE_CANTOPEN, "can't be opened; check that the folder"),
        (sqlite3.SQLITE_IOERR | 10 << 8, "check the disk and its free space"),
        (sqlite3.SQLITE_READONLY, "can't be written to"),
        (sqlite3.SQLITE_MISUSE, "please report this"),
    ],
)
def test_every_error_of_the_file_is_one_of_ours(path: Path, code: int, said: str) -> None:
    database = Database(path, NOW)
    error = sqlite3.OperationalError("it broke")
    error.sqlite_errorcode = code
    with closing(database), pytest.raises(StoreError, match=said) as caught, database.telling():
        raise error
    assert caught.value.__cause__ is error
    with pytest.raises(StoreError, match="can't be used: No space left"), database.telling():
        raise OSError(28, "No space left on device")
