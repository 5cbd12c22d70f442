"""What was read once need not be read again: the same counts, and everything back as soon as anything was removed."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph.store import Filters, Rule, Store
from graph.stores import open_store
from ingest.files import Entry, open_tree
from ingest.parts import Part, cut, parts_of
from ingest.pull import pull
from ingest.registry import source
from ingest.source import Context
from ingest.tally import Summary

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
COUNT = 400


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.sources.jsonl._LARGE", 0)
    monkeypatch.setattr("ingest.sharing.cut", lambda part: cut(part, 10_000))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(open_store(tmp_path / "people.db", now=NOW)) as opened:
        yield opened


def line(number: int, **fields: object) -> str:
    kind = "reply" if number % 3 else "mention"
    act = {"id": str(number), "kind": kind, "at": "2009-04-24T09:30:00Z", "actor": f"x:{number % 7}", "to": "x:9"}
    return json.dumps(act | fields)


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def entries_of(path: Path) -> list[Entry]:
    with open_tree(path) as tree:
        return list(tree)


def ingest(store: Store, path: Path) -> Summary:
    return pull(store, source("jsonl"), [path], context=Context(now=NOW))


def acts(store: Store) -> set[str | None]:
    return {act.id for act in store.scan(Filters())}


def test_a_second_run_counts_what_it_has_read(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.jsonl", *map(line, range(COUNT)))
    first = ingest(store, path)
    before, generation = acts(store), store.generation()
    assert len(store.seals()) > 3
    read: list[Part] = []
    monkeypatch.setattr("ingest.sharing.order_of", lambda part, _: read.append(part))
    again = ingest(store, path)
    assert (first.new, first.seen, again.new, again.seen) == (COUNT, 0, 0, COUNT)
    assert again.by_kind == first.by_kind
    assert (acts(store), store.generation()) == (before, generation)
    assert not read


def test_what_was_added_at_the_end_is_read(store: Store, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", *map(line, range(COUNT)))
    ingest(store, path)
    write(path, *map(line, range(COUNT + 5)))
    again = ingest(store, path)
    assert (again.new, again.seen) == (5, COUNT)


def test_what_was_taken_back_comes_again(store: Store, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", *map(line, range(COUNT)))
    ingest(store, path)
    assert store.retract("x:5#reply", NOW)
    assert not store.seals()
    again = ingest(store, path)
    assert (again.new, again.seen) == (1, COUNT - 1)


def test_what_was_replaced_is_told_again(store: Store, tmp_path: Path) -> None:
    first = write(tmp_path / "a.jsonl", *map(line, range(COUNT)))
    others = [write(tmp_path / f"{thread}.jsonl", line(5, thread=thread), line(COUNT)) for thread in "bcdefgh"]
    assert ingest(store, first).problem_count == 0
    assert [ingest(store, other).problem_count for other in others] == [1] * len(others)
    assert ingest(store, first).problem_count == 1
    assert ingest(store, first).problem_count == 1


def test_a_piece_with_a_problem_is_read_again(store: Store, tmp_path: Path) -> None:
    lines = [*map(line, range(COUNT)), "broken", '{"type": "song"}']
    path = write(tmp_path / "a.jsonl", *lines)
    first, again = ingest(store, path), ingest(store, path)
    assert first.problem_count == again.problem_count == 2
    assert (again.new, again.seen) == (0, COUNT)


def test_where_somebody_was_forgotten_all_is_read(store: Store, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", *map(line, range(COUNT)))
    ingest(store, path)
    store.forget(["x:3"])
    again = ingest(store, path)
    assert again.suppressed == sum(number % 7 == 3 for number in range(COUNT))
    assert (again.new, again.seen) == (0, COUNT - again.suppressed)
    assert not store.seals()


def test_a_rule_sees_every_record(store: Store, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", *map(line, range(COUNT)))
    ingest(store, path)
    store.set_rule(Rule(kind="exclude", value="x:3"), on=True)
    again = ingest(store, path)
    assert (again.new, sum(again.skipped.values())) == (0, sum(number % 7 == 3 for number in range(COUNT)))


def test_short_lines_are_sealed_too(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.sharing.cut", lambda part: cut(part, 1 << 20, 90))
    monkeypatch.setattr("ingest.sources.jsonl.CHUNK", 90)
    path = write(tmp_path / "a.jsonl", *map(line, range(COUNT)))
    assert ingest(store, path).new == COUNT
    assert len(store.seals()) == 5
    assert (ingest(store, path).seen, store.overview().interactions) == (COUNT, COUNT)


def test_what_is_changed_between_cutting_and_reading_is_not_sealed(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "a.jsonl", *map(line, range(COUNT)))
    pieces = list(cut(next(parts_of(entries_of(path), None)), 10_000))
    monkeypatch.setattr("ingest.sharing.cut", lambda _: iter(pieces))
    write(path, *(line(number) for number in range(500, 500 + COUNT)))  # as many bytes
    ingest(store, path)
    assert "x:5#reply" not in acts(store)
    write(path, *map(line, range(COUNT)))
    assert ingest(store, path).new > 0
    assert "x:5#reply" in acts(store)
