"""A store by `neo4j-admin database import`: what the server holds then is the store, as if it had been copied there."""

import shlex
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from neo4j import Driver

from graph.model import Account, Introduction, IntroductionState, IntroductionStep, Item, Kind, SameAs
from graph.stores import open_store
from graph.stores.neo4j import import_files
from tests.graph.records import NOW, act, days_ago, known, named
from tests.neo4j_server import NoServerError, connect, own_server
from tests.stores.neo4j.test_derived import expected_in, held_in
from tests.stores.reference import ANN, BOB, CARA, DEE, write
from tests.stores.test_copying import GONE, content, run

NASTY = 'He said: "a, b; c" \\"\\\n\n  — \'no\',\u2003🙂 \\'
FIGURES = {"weight", "strength", "cost"}
OWN = {"uid", "generation", "removals", "key", "changed"}
"""What a copy counts in its own way."""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def fill(place: str) -> None:
    """Fill a store with the demo, somebody forgotten, and all that is hard to write into a file."""
    assert run("", "--store", place, "demo", "--no-serve").code == 0
    assert run(place, "forget", GONE, "--yes").code == 0
    quoted = Item(url="https://example.org/?q=,a;b", title='"Quoted", and; more', author=Account(id=DEE))
    steps = (IntroductionStep(state=IntroductionState.MET, at=days_ago(3)),)
    with closing(open_store(place, now=NOW)) as store:
        write(
            store,
            act(ANN, (BOB, CARA), Kind.COMMENT, item=quoted, excerpt=NASTY, thread="a;b", read_by='sour"ce,; 2'),
            act(ANN, BOB, Kind.FOLLOW, at=None),
            act(DEE, DEE),
            [act(BOB, ANN, at=days_ago(days), native=f"test:{days}#message") for days in (1, 400, 9000)],
            named(ANN, 'Ann "A;n" Lee,', org="\\", handle="'ann'"),
            SameAs(a=CARA, b=DEE, same=True, at=NOW, source="manual", confidence=1.0),
            known(ANN, CARA),
            replace(known(BOB, DEE), how=NASTY, since=NOW.date()),
            Introduction(by=Account(id=ANN), person=Account(id=BOB), to=Account(id=CARA), steps=steps, source="manual"),
        )
        store.set_profile("me", [*store.profiles()["me"], ANN])
        store.set_profile('"other"; me', [ANN, BOB])


def everything(driver: Driver) -> tuple[list[str], list[float]]:
    """Give all nodes and relationships with their properties, and what is reckoned of them in the same order."""
    queries = ("MATCH (n) RETURN labels(n), n.id, n.kind, n", "MATCH (a)-[n]->(b) RETURN [type(n)], a.id, b.id, n")
    found = []
    for query in queries:
        for labels, *ends, one in (row.values() for row in driver.execute_query(query).records):
            exact = sorted((name, value) for name, value in one.items() if name not in OWN | FIGURES)
            found.append((f"{sorted(labels)} {ends} {exact}", [one[name] for name in sorted(FIGURES & one.keys())]))
    found.sort()
    return [exact for exact, _ in found], [figure for _, figures in found for figure in figures]


def schema_of(driver: Driver) -> list[str]:
    query = "SHOW INDEXES YIELD name, properties WHERE size(properties) > 0 RETURN name"
    return sorted(row["name"] for row in driver.execute_query(query).records)


def test_what_is_imported_is_the_store(home: Path, neo4j_place: str) -> None:
    fill("demo.db")
    typed = run("demo.db", "export", "neo4j-import", "-o", "files", "--json").data["command"]
    cd, folder, _, admin, *words = shlex.split(typed)
    assert (cd, folder, admin) == ("cd", str(home / "files"), "neo4j-admin")
    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(2))
        copying = pool.submit(run, "demo.db", "copy", "--to", neo4j_place)
        try:
            place = stack.enter_context(own_server({}, (home / "files", words))).url
        except NoServerError as error:
            pytest.skip(f"neo4j-admin is called on Java alone: {error}")
        assert copying.result().code == 0
        stores = [stack.enter_context(closing(one)) for one in pool.map(lambda _: open_store(place, now=NOW), range(2))]
        source = stack.enter_context(closing(open_store("demo.db", now=NOW)))
        assert stores[0].cache_path("snap") == stores[1].cache_path("snap")
        assert (stores[0].generation(), stores[0].removals()) == (source.generation(), source.removals())
        assert content(stores[0]) == content(source)
        driver, copied = (stack.enter_context(connect(one)) for one in (place, neo4j_place))
        assert schema_of(driver) == schema_of(copied)
        (here, figures), (there, others) = everything(driver), everything(copied)
        assert here == there
        assert figures == pytest.approx(others, rel=1e-6)
        asked = ("ask", "Marta Quill", "--as-of", "2009-04-30", "--json")
        assert run(place, *asked) == run("demo.db", *asked)
        write(stores[0], act("x:new", ANN), known(ANN, "x:new"))
        assert held_in(driver) | {"me": ()} == expected_in(stores[0]) | {"me": ()}


def test_an_empty_store_is_written_too(home: Path) -> None:
    assert run("empty.db", "me", "you@example.org").code == 0
    told = run("empty.db", "export", "neo4j-import", "-o", "files")
    assert told.code == 0
    assert "rm -r files" in told.out
    held = {path.name: path for path in (home / "files").iterdir()}
    assert {oct(path.stat().st_mode)[-3:] for path in held.values()} == {"600"}
    assert oct((home / "files").stat().st_mode)[-3:] == "700"
    named_ = [line.rpartition("=")[2] for line in held.pop("arguments").read_text().splitlines() if ".csv" in line]
    assert sorted(named_) == sorted(held)


def test_files_that_would_be_of_no_one_state_are_not_left(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def write_more(*words: Any) -> Iterator[import_files.Row]:
        run("demo.db", "me", "me@example.org")
        return kept(*words)

    run("demo.db", "me", "you@example.org")
    kept = import_files._rows_between_people
    monkeypatch.setattr(import_files, "_rows_between_people", write_more)
    refused = run("demo.db", "export", "neo4j-import", "-o", "files")
    assert (refused.code, refused.out) == (4, "")
    assert "demo.db was written to meanwhile" in refused.err
    assert not [one.name for one in home.iterdir() if "files" in one.name]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "-o DIR"),
        (("-o", "files", "--since", "2009"), "--since does not go with neo4j-import"),
        (("-o", "files", "--format", "csv"), "--format does not go with"),
        (("-o", "full"), "full can't be written (File exists)"),
        (("-o", "no/files"), "no/files can't be written"),
    ],
)
def test_what_is_refused_writes_nothing(home: Path, words: tuple[str, ...], says: str) -> None:
    run("demo.db", "me", "you@example.org")
    (home / "full").mkdir()
    (home / "full" / "letter").write_text("dear")
    before = sorted(home.rglob("*"))
    done = run("demo.db", "export", "neo4j-import", *words)
    assert (done.code, done.out) == (2, "")
    assert says in done.err
    assert sorted(home.rglob("*")) == before
