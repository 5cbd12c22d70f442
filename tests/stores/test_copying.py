"""A copy of a store in another place: the same in every row and answer, gone on with where it stopped, or refused."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from shutil import copy2
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.cli.app import root
from graph.errors import StoreError
from graph.model import Account, Interaction, Record, Rule
from graph.records.pack import pack
from graph.store import copying
from graph.store.backend import Transaction
from graph.store.documents import Cursor
from graph.store.store import Store
from graph.stores import open_store
from tests.dashboard.conftest import Done
from tests.graph.records import NOW, act
from tests.neo4j_server import connect
from tests.stores.conftest import PLACES, Empty
from tests.stores.neo4j.test_derived import expected_in, held_in
from tests.stores.reference import ANN, BOB, CARA, DEE, distinct_acts, dump, records, write

ROOT = Path(__file__).resolve().parents[2]
CAST = str(ROOT / "dashboard" / "demo" / "cast.jsonl")
GONE, LEFT_OUT = "Elif Sandström", "jonas.weller@example.org"
# A copy in small batches that sends itself a signal in the middle of one.
INTERRUPTED = """
import os, signal
from graph.store import copying
copying.BATCH = 40
write, left = copying._write, {behind}
def stopping(*words, **more):
    global left
    write(*words, **more)
    left -= 1
    if not left:
        os.kill(os.getpid(), {signal})
copying._write = stopping
from dashboard.cli.app import root
from tests.graph.records import NOW
root(obj=lambda: NOW)
"""


def tell_nobody(_: copying.CopyProgress) -> None:
    """Take how far a copy is."""


def content(store: Store) -> dict[str, list[Any]]:
    """Give every row and document, with what no copy may lose of the store itself."""
    parts: dict[str, list[Any]] = {}
    for part, rows in store._backend.stream(copying.read_rows):
        parts.setdefault(part, []).extend(rows)
    return {part: sorted(rows) for part, rows in parts.items()}


def content_of(place: str) -> dict[str, list[Any]]:
    with closing(open_store(place, now=NOW)) as store:
        return content(store)


def run(place: str, *words: str) -> Done:
    result = CliRunner().invoke(root, list(words), obj=lambda: NOW, env={"INTROGRAPH_STORE": place})
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return Done(code=result.exit_code, out=result.stdout, err=result.stderr)


def interrupt(source: str, target: str, behind: int, how: signal.Signals) -> subprocess.CompletedProcess[str]:
    code = INTERRUPTED.format(behind=behind, signal=int(how))
    words = [sys.executable, "-c", code, "--store", source, "copy", "--to", target]
    return subprocess.run(  # noqa: S603 # our own program
        words, capture_output=True, text=True, timeout=60, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False
    )


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, in which nothing is set."""
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.delenv("INTROGRAPH_STORE", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo, with somebody forgotten, somebody excluded, and an ingest that was interrupted."""
    file = tmp_path_factory.mktemp("filled") / "demo.db"
    assert run("", "--store", str(file), "demo", "--no-serve").code == 0
    for words in (("forget", GONE), ("exclude", LEFT_OUT)):
        assert run(str(file), *words, "--yes").code == 0
    with closing(open_store(file, now=NOW)) as store:
        store.write(pack([], now=NOW), Cursor(job="mail", position="120"))
    return file


@pytest.fixture
def demo(home: Path, filled: Path) -> str:
    """The same, at home."""
    copy2(filled, home / filled.name)
    return filled.name


@pytest.fixture
def place(kind: str) -> Iterator[str]:
    """An empty place for a store of each kind."""
    with PLACES[kind]() as found:
        yield found


# --- the same store --------------------------------------------------------------------------------------------------


def test_there_and_back_is_the_same_store(demo: str, place: str) -> None:
    there = run(demo, "copy", "--to", place, "--json").data
    assert run(place, "copy", "--to", "back.db").code == 0
    before = content_of(demo)
    assert {"cursor", "suppressed", "rule", "run"} < before.keys()
    assert there["documents"] == {part: len(before[part]) for part in there["documents"]}
    assert (there["accounts"], there["interactions"]) == (len(before["accounts"]), len(before["interactions"]))
    assert content_of(place) == content_of("back.db") == before
    for words in (
        ("ask", "Marta Quill", "--as-of", "2009-04-30", "--json"),
        ("export", "ties", "--format", "csv"),
        ("export", "graph", "--format", "graphml"),
        ("jobs", "--json"),
    ):
        told = [run(one, *words) for one in (demo, place, "back.db")]
        assert told[0].code == 0
        assert told[0] == told[1] == told[2]
    known, again = (run(one, "ingest", CAST, "--json").data for one in (demo, place))
    assert (again["new"], again["seen"], again["suppressed"]) == (0, known["seen"], known["suppressed"])
    assert known["suppressed"] > 0 < known["seen"]
    assert run(place, "ask", GONE).code == 3


@settings(max_examples=3, suppress_health_check=[HealthCheck.too_slow])
@given(held=distinct_acts(), rest=st.lists(records, max_size=8), lost=st.lists(records, max_size=3))
def test_any_store_is_the_same_there_and_back(
    empty: Empty, held: list[Interaction], rest: list[Record], lost: list[Record]
) -> None:
    with ExitStack() as stack:
        target = stack.enter_context(empty())
        with PLACES["sqlite"]() as one, PLACES["sqlite"]() as other:
            source, back = (stack.enter_context(closing(open_store(path, now=NOW))) for path in (one, other))
            names_her = act(BOB, (CARA, DEE), native=f"test:to {ANN}#message")
            write(source, act(DEE, CARA, read_by="z"), held, rest, Account(id=ANN), names_her)
            source.set_profile("me", [BOB])
            source.forget([ANN])
            source.set_rule(Rule(kind="exclude", value=DEE), on=True)
            source.remove_matching([DEE])
            source.write(pack([], now=NOW), Cursor(job="mail", position="120"))
            before = content(source)
            assert {"masked", "narrowed", "suppressed", "rule", "cursor"} < before.keys()
            source.copy_to(target, tell_nobody)
            target.copy_to(back, tell_nobody)
            assert content(target) == content(back) == before
            assert dump(target) == dump(source)
            told = [store.write(pack([*held, *lost, names_her], now=NOW)) for store in (source, target, back)]
            assert told[0] == told[1] == told[2]
            assert content(target) == content(back) == content(source)


# --- interrupted -----------------------------------------------------------------------------------------------------


def test_interrupted_anywhere_it_goes_on_and_nothing_else_takes_the_half(
    demo: str, kind: str, place: str, home: Path
) -> None:
    assert interrupt(demo, place, 20, signal.SIGKILL).returncode == -signal.SIGKILL
    going_on = run("", "--store", place, "reach").err.splitlines()[1].partition(": ")[2]
    shown = going_on.split()[-1]
    assert going_on == f"intrograph --store demo.db copy --to {shown}"
    for words in (("ask", "Marta Quill"), ("ingest", CAST), ("copy", "--to", "more.db")):
        refused = run(place, *words)
        assert (refused.code, refused.out) == (4, "")
        assert f"{shown} holds half a copy of demo.db" in refused.err
    assert not (home / "more.db").exists()
    looked = run(place, "doctor")
    assert "look  copy         half of demo.db" in looked.out

    assert run(demo, "ingest", CAST, "--json").data["new"] == 0  # a run more, but no other graph: it goes on
    done = run(demo, "copy", "--to", place)
    assert done.out.startswith(f"Copied to {shown}: ")
    assert "anew" not in done.out
    assert content_of(place) == content_of(demo)
    assert "half" not in run(place, "doctor").out
    if kind == "neo4j":
        with connect(place) as driver, closing(open_store(place, now=NOW)) as store:
            assert held_in(driver) | {"me": ()} == expected_in(store) | {"me": ()}  # the demo is me by two profiles


def test_what_changed_between_two_attempts_begins_anew(demo: str, place: str) -> None:
    stopped = interrupt(demo, place, 14, signal.SIGINT)
    assert (stopped.returncode, stopped.stdout) == (130, "")
    assert "What was copied so far is kept; the same command goes on from there." in stopped.stderr
    assert run(demo, "forget", "Noor Haddad", "--yes").code == 0
    done = run(demo, "copy", "--to", place)
    assert "It was begun anew, as demo.db had changed" in done.out
    assert content_of(place) == content_of(demo)
    assert run(place, "ask", "Noor Haddad").code == 3


def test_a_source_that_is_written_to_meanwhile_is_copied_as_it_was_or_not_at_all(
    home: Path, kind: str, empty: Empty
) -> None:
    assert home.is_dir()
    with empty() as source, closing(open_store("copy.db", now=NOW)) as target:
        write(source, act(ANN, BOB), act(BOB, CARA))
        before = content(source)

        def write_more(_: copying.CopyProgress) -> None:
            write(source, act(CARA, ANN))

        if kind == "sqlite":  # one state is read however long it takes
            assert source.copy_to(target, write_more).outdated
            assert content(target) == before
            return
        with pytest.raises(StoreError, match="was written to while it was copied, so that the copy is of no one state"):
            source.copy_to(target, write_more)
        assert source.copy_to(target, tell_nobody).begun == "anew"
        assert content(target) == content(source)


def test_what_came_meanwhile_is_said(demo: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(*words: Any, **more: Any) -> None:
        kept(*words, **more)
        assert run(demo, "know", "Marta Quill", "--closeness", "slight").code == 0

    kept = copying._write
    monkeypatch.setattr(copying, "_write", write)
    done = run(demo, "copy", "--to", "copy.db").out.splitlines()
    assert done[1] == "Written to meanwhile: what came to demo.db since the copy began is not in it."
    assert done[2].endswith(": intrograph --store copy.db erase --all")


# --- refused ---------------------------------------------------------------------------------------------------------


def test_a_place_with_something_in_it_is_refused(demo: str, home: Path) -> None:
    before = content_of(demo)
    assert run(demo, "copy", "--to", "copy.db").code == 0
    run("other.db", "me", "you@example.org")
    told = {}
    for source, target in ((demo, "copy.db"), (demo, "other.db"), (demo, str(home / demo)), ("none.db", "new.db")):
        refused = run(source, "copy", "--to", target)
        assert refused.out == ""
        told[target] = refused.code, refused.err
    assert "copy.db is not empty (accounts: 26, acts: 350)" in told["copy.db"][1]
    assert "other.db is not empty (accounts: 1, acts: 0)" in told["other.db"][1]
    assert "to empty it: intrograph --store other.db erase --all" in told["other.db"][1]
    assert "is the same store as demo.db" in told[str(home / demo)][1]
    assert "erase" not in told[str(home / demo)][1]
    assert "there is no store at none.db" in told["new.db"][1]
    assert [code for code, _ in told.values()] == [2, 2, 2, 4]
    assert not (home / "new.db").exists()
    assert content_of(demo) == content_of("copy.db") == before


def test_half_of_another_store_is_refused_and_can_be_given_up(demo: str) -> None:
    run("other.db", "me", "you@example.org")
    assert interrupt(demo, "copy.db", 6, signal.SIGKILL).returncode == -signal.SIGKILL
    refused = run("other.db", "copy", "--to", "copy.db")
    assert refused.code == 2
    assert "copy.db holds half a copy of demo.db, another store than other.db" in refused.err
    assert run("copy.db", "erase", "--all", "--yes").code == 0
    assert run("other.db", "copy", "--to", "copy.db", "--json").data["begun"] == "new"


def test_a_difference_is_an_error_that_says_where(demo: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "BATCH", 50)
    kept = copying._write

    def losing(transaction: Transaction, part: str, rows: list[Any]) -> None:
        if part == "items":
            rows = [(id_, ((0, "x"), *row[1:])) for id_, row in rows]
        kept(transaction, part, [row for row in rows if not (part == "interactions" and "#meeting" in row.id)])

    monkeypatch.setattr(copying, "_write", losing)
    failed = run(demo, "copy", "--to", "copy.db")
    assert (failed.code, failed.out) == (4, "")
    assert "copy.db did not become the same as demo.db (interactions: 345 instead of 350; items: 316, of " in failed.err
    assert "to empty it: intrograph --store copy.db erase --all" in failed.err


def test_progress_goes_to_stderr_and_a_password_nowhere(
    demo: str, neo4j_place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.cli.console._LOG_EVERY", 0.0)
    done = run(demo, "copy", "--to", neo4j_place, "--json")
    password = neo4j_place.partition("@")[0].rpartition(":")[2]
    assert password not in done.out + done.err
    assert json.loads(done.out)["to"] == neo4j_place.replace(f":{password}", "")
    lines = done.err.splitlines()
    assert lines[0].startswith("copying: ")
    assert lines[-1].startswith("comparing: ")
    assert all("acts" in line for line in (lines[-1], *(one for one in lines if " of " in one and "copying" in one)))
