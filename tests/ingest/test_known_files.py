"""A file that was read to its end is not read again while it is unchanged, and is as soon as that could matter."""

import dataclasses
import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph.model import Account, Member, Record, Rule
from graph.records.pack import pack
from graph.store.store import Store
from graph.stores import open_store
from ingest.pull.pull import pull
from ingest.pull.tally import Tally
from ingest.registry import source
from ingest.source import Context

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
COUNT = 40
JSONL = source("jsonl")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(open_store(tmp_path / "people.db", now=NOW)) as opened:
        yield opened


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path / "a.jsonl", *map(line, range(COUNT)))


def line(number: int, **fields: object) -> str:
    kind = "reply" if number % 3 else "mention"
    act = {"id": str(number), "kind": kind, "at": "2009-04-24T09:30:00Z", "actor": f"x:{number % 7}", "to": "x:9"}
    return json.dumps(act | fields)


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def ingest(
    store: Store, *paths: Path, profile: str = "me", personal: bool = False, **options: str
) -> tuple[Tally, int]:
    """Read paths, and tell how many were."""
    read: list[str] = []

    def noted(place: str, context: Context) -> Iterator[Record]:
        read.append(place)
        return JSONL.read(place, context)

    context = Context(now=NOW, options=options)
    source_ = dataclasses.replace(JSONL, read=noted, personal=personal)
    return pull(store, source_, paths, context=context, profile=profile), len(read)


def test_a_second_run_counts_what_was_read_and_reads_nothing(store: Store, path: Path, tmp_path: Path) -> None:
    (first, read), generation = ingest(store, path), store.generation()
    folder = tmp_path / "box"
    folder.mkdir()
    shutil.copy(path, folder)
    assert (first.new, first.seen, read) == (COUNT, 0, 1)
    assert ingest(store, folder)[1] == 1
    for place in (path, folder):
        again, read = ingest(store, place)
        assert (again.new, again.seen, again.by_kind, read) == (0, COUNT, first.by_kind, 0)
    assert store.generation() == generation
    assert ingest(store, path, other="option")[1] == 1
    # What a file is called may decide what is read of it: mail in a folder of spam, the day of an export.
    assert ingest(store, path.rename(tmp_path / "b.jsonl"))[1] == 1


def test_what_was_added_or_changed_is_read(store: Store, path: Path) -> None:
    ingest(store, path)
    write(path, *map(line, range(COUNT + 5)))
    again, _ = ingest(store, path)
    assert (again.new, again.seen) == (5, COUNT)
    write(path, *(line(number + 1) for number in range(COUNT + 5)))
    assert ingest(store, path)[0].new == 1


def test_what_was_taken_back_comes_again(store: Store, path: Path) -> None:
    ingest(store, path)
    assert store.retract("x:5#reply", NOW)
    again, _ = ingest(store, path)
    assert (again.new, again.seen) == (1, COUNT - 1)


def test_what_was_replaced_is_told_again(store: Store, path: Path, tmp_path: Path) -> None:
    others = [write(tmp_path / f"{thread}.jsonl", line(5, thread=thread), line(COUNT)) for thread in "bcdefghijklmn"]
    assert ingest(store, path)[0].problem_count == 0
    assert [ingest(store, other)[0].problem_count for other in others] == [1] * len(others)
    for _ in range(2):
        assert ingest(store, path)[0].problem_count == 1


def test_problems_are_told_again_and_a_folder_that_had_some_is_read_again(
    store: Store, path: Path, tmp_path: Path
) -> None:
    write(path, *map(line, range(COUNT)), "broken", '{"type": "song"}')
    first, _ = ingest(store, path)
    again, read = ingest(store, path)
    assert (again.problems, again.problem_count, again.new + again.seen, read) == (first.problems, 2, COUNT, 0)
    folder = tmp_path / "box"
    folder.mkdir()
    shutil.copy(path, folder)
    assert [ingest(store, folder)[1] for _ in range(2)] == [1, 1]


def test_who_was_taken_off_a_list_comes_back(store: Store, path: Path) -> None:
    member = Member(list="press", account=Account(id="x:1"))
    write(path, json.dumps({"type": "member", "list": "press", "account": "x:1"}))
    ingest(store, path)
    store.remove_members([member])
    ingest(store, path)
    assert store.lists() == {"press": ["x:1"]}


def test_what_somebody_removes_while_it_is_read_comes_back(store: Store, path: Path) -> None:
    def removing(place: str, context: Context) -> Iterator[Record]:
        yield from JSONL.read(place, context)
        store.write(pack(JSONL.read(place, context), now=NOW))
        store.remove_matching(["x:3"])

    pull(store, dataclasses.replace(JSONL, read=removing), [path], context=Context(now=NOW))
    assert store.overview().interactions < COUNT or ingest(store, path)[1] == 1
    assert ingest(store, path)[0].new + store.overview().interactions >= COUNT
    assert store.overview().interactions == COUNT


def test_after_somebody_was_forgotten_all_is_read_once(store: Store, path: Path) -> None:
    ingest(store, path)
    store.forget(["x:3"])
    for expected in (1, 0):
        again, read = ingest(store, path)
        assert again.suppressed == sum(number % 7 == 3 for number in range(COUNT))
        assert (again.new, again.seen, read) == (0, COUNT - again.suppressed, expected)


def test_under_other_rules_or_as_somebody_else_all_is_read(store: Store, path: Path) -> None:
    ingest(store, path)
    store.set_rule(Rule(kind="exclude", value="x:3"), on=True)
    again, read = ingest(store, path)
    assert (again.new, sum(again.skipped.values()), read) == (0, sum(number % 7 == 3 for number in range(COUNT)), 1)
    assert ingest(store, path)[1] == 0
    assert ingest(store, path, profile="work")[1] == 1
    assert ingest(store, path, personal=True)[1] == 1
    store.set_profile("me", ["x:9"])
    assert (ingest(store, path)[1], ingest(store, path, personal=True)[1]) == (0, 1)


def test_what_changes_while_it_is_read_is_not_known(store: Store, path: Path) -> None:
    def swapping(place: str, context: Context) -> Iterator[Record]:
        write(Path(place), *(line(number) for number in range(50, 50 + COUNT)))
        yield from JSONL.read(place, context)

    pull(store, dataclasses.replace(JSONL, read=swapping), [path], context=Context(now=NOW))
    write(path, *map(line, range(COUNT)))
    assert ingest(store, path)[0].new == COUNT
