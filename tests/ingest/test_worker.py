"""The second process: the same records, the same errors, and no process left behind."""

import gc
import gzip
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import closing, suppress
from datetime import UTC, datetime
from io import BytesIO, StringIO
from itertools import cycle
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any, NoReturn

import pytest

from graph.columns import Columns, to_rows
from graph.model import Checkpoint, Member, Problem, Record
from graph.rows import Batch
from ingest import messages, worker
from ingest.files import Entry, open_tree
from ingest.parts import Part, cut, parts_of
from ingest.plain import LineGatherer
from ingest.sharing import Sharing, read_shared
from ingest.source import Context, UnreadableError
from ingest.sources.jsonl import SOURCE
from ingest.worker import order_of

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
ACT = {"kind": "reply", "at": "2009-04-24T09:30:00Z", "actor": "x:1", "to": "x:2"}


@pytest.fixture(autouse=True)
def always_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.sources.jsonl._LARGE", 0)


def lines_of(count: int) -> list[str]:
    lines = [json.dumps({**ACT, "id": n, "actor": f"x:{n % 97}", "excerpt": f"é {n}"}) for n in range(count)]
    lines[5:5] = ['{"type": "member", "list": "Écrivains", "account": "x:1"}', "broken", '{"type": "song"}', lines[0]]
    lines.append(json.dumps({**ACT, "id": 0, "excerpt": "another"}))
    return lines


def entries_of(path: Path) -> list[Entry]:
    with open_tree(path) as tree:
        return list(tree)


def as_rows(records: Iterable[Record | Columns]) -> list[Record | Batch]:
    return [to_rows(record) if isinstance(record, Columns) else record for record in records]


def read(path: Path, resume: str | None = None) -> list[Record | Batch]:
    return as_rows(SOURCE.read(path, Context(now=NOW, bulk=True, resume=resume)))


def test_the_second_process_gives_what_the_first_would(tmp_path: Path) -> None:
    path = tmp_path / "Ünïcode \udcff.jsonl"
    path.write_text("\n".join(lines_of(450)), encoding="utf-8")
    apart = read(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ingest.sources.jsonl._LARGE", 1 << 40)
        here = read(path)
    assert apart == here
    assert {type(record) for record in apart} > {Batch, Member, Problem}
    behind = [record.position for record in apart if hasattr(record, "position")]
    assert read(path, behind[-1])[:1] != apart[:1]


def test_damage_is_told_after_the_good_part(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress("\n".join(lines_of(5_000)).encode())[:-3_000])
    count, why = 0, ""
    try:
        for record in SOURCE.read(path, Context(now=NOW, bulk=True)):
            count += len(record) if isinstance(record, Columns) else 0
    except UnreadableError as error:
        why = str(error)
    assert count > 1_000
    assert why.startswith(f"{path} is damaged or truncated")


def test_where_no_process_can_be_started_the_first_one_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise OSError(12, "Cannot allocate memory")

    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(lines_of(10)), encoding="utf-8")
    monkeypatch.setattr("subprocess.Popen", refuse)
    assert any(isinstance(record, Batch) for record in read(path))


def children() -> set[int]:
    found = set()
    for place in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            words = place.read_text().rpartition(")")[2].split()
            if int(words[1]) == os.getpid() and words[0] != "Z":
                found.add(int(place.parent.name))
    return found


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="processes are looked up in /proc")
def test_a_reading_that_is_given_up_leaves_no_process(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(lines_of(60_000)), encoding="utf-8")
    before = children()
    with closing(read_shared(path, entries_of(path), None, NOW, 20_000, {})) as records:  # type: ignore[type-var] # a generator, as it is written
        next(records)
        assert len(children() - before) == 1
    assert children() == before


def test_a_process_that_is_killed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.sharing.cut", lambda part: cut(part, 1 << 20))
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(lines_of(120_000)), encoding="utf-8")
    before = children()
    records = read_shared(path, entries_of(path), None, NOW, 20_000, {})
    next(records)
    for process in children() - before:
        os.kill(process, signal.SIGKILL)
    with pytest.raises(UnreadableError, match=r"the reading process was stopped .*; what came before is kept"):
        for _ in records:
            pass


def test_the_child_ends_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(lines_of(60_000)), encoding="utf-8")
    script = (
        "import time; from datetime import *; from pathlib import Path; from ingest.sharing import read_shared\n"
        "from tests.ingest.test_worker import children, entries_of\n"
        f"path = Path({str(path)!r})\n"
        "records = read_shared(path, entries_of(path), None, datetime(2026, 11, 1, tzinfo=UTC), 20_000, {})\n"
        "next(records)\n"
        "print(*children(), flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)  # noqa: S603
    assert parent.stdout is not None
    (child,) = map(int, parent.stdout.readline().split())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    for _ in range(200):
        if not Path(f"/proc/{child}").exists() or " Z " in Path(f"/proc/{child}/stat").read_text():
            return
        time.sleep(0.05)
    pytest.fail("the child outlived its parent")


def answered(task: dict[str, Any], orders: Iterable[dict[str, Any]], place: Path) -> IO[bytes]:
    """Let the child's part run here, and give what it sent as a file, which is always ready to be read."""
    with place.open("wb") as sink:
        worker.answer(task, orders, sink)
    return place.open("rb", buffering=0)


def shared(path: Path, answers: IO[bytes], parts: list[Part]) -> list[Record | Batch]:
    with answers:
        sharing = Sharing(BytesIO(), answers, path, entries_of(path), iter(parts), LineGatherer(NOW), 100, {})
        return as_rows(sharing.read())


def test_messages_come_out_as_they_went_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(lines_of(450)), encoding="utf-8")
    task = {"path": str(path), "now": NOW.isoformat(), "chunk": 100}
    parts = list(parts_of(entries_of(path), None))
    answers = answered(task, [order_of(part, 0) for part in parts], tmp_path / "answers")
    monkeypatch.setattr("ingest.sources.jsonl._LARGE", 1 << 40)
    monkeypatch.setattr("ingest.sources.jsonl.CHUNK", 100)
    assert shared(path, answers, parts) == read(path)


@pytest.mark.parametrize("ready", ["always", "never", "at times"])
def test_pieces_read_by_two_give_what_one_would(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ready: str) -> None:
    path = tmp_path / "many"
    path.mkdir()
    for name in ("a.jsonl", "b.jsonl"):
        (path / name).write_text("\n".join([*lines_of(900), *(["broken again"] * 2)]), encoding="utf-8")
    (path / "c.jsonl.gz").write_bytes(gzip.compress("\n".join(lines_of(90)).encode()))
    (path / "d.jsonl.gz").write_bytes(gzip.compress("\n".join(lines_of(5_000)).encode())[:-3_000])
    monkeypatch.setattr("ingest.sharing.cut", lambda part: cut(part, 20_000))
    turns = cycle([ready != "never", ready == "always"])
    monkeypatch.setattr(Sharing, "_has_answer", lambda _: next(turns))
    apart = read(path)
    with monkeypatch.context() as patch:
        patch.setattr("ingest.sources.jsonl._LARGE", 1 << 40)
        here = read(path)
    assert told(apart) == told(here)
    assert rows(apart) == rows(here)
    behind = [record.position for record in apart if isinstance(record, Checkpoint)]
    assert behind == sorted(behind, key=lambda position: (position.split(":")[2], int(position.split(":")[0])))
    assert len(behind) > len([record for record in here if isinstance(record, Checkpoint)])
    resumed, done = read(path, behind[3]), place_of(apart, behind[3])
    assert rows(apart[:done]) | rows(resumed) == rows(apart)
    assert len(resumed) < len(apart)


def place_of(records: list[Record | Batch], position: str) -> int:
    return next(n for n, one in enumerate(records) if isinstance(one, Checkpoint) and one.position == position)


def told(records: list[Record | Batch]) -> list[Problem | Member]:
    found = [record for record in records if isinstance(record, Problem | Member)]
    return sorted(found, key=repr)


def rows(records: list[Record | Batch]) -> set[tuple[object, ...]]:
    return {row for record in records if isinstance(record, Batch) for row in record.interactions}


def test_a_file_is_cut_behind_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"one\ntwo\nthree\n\nfour")
    (part,) = parts_of(entries_of(path), None)
    pieces = list(cut(part, 5))
    assert [(piece.start.offset, piece.start.line, piece.end) for piece in pieces] == [
        (0, 0, 8),
        (8, 2, 14),
        (14, 3, 19),
    ]
    monkeypatch.setattr("ingest.parts.LINE_LIMIT", 2)
    assert [(piece.start.offset, piece.end) for piece in cut(part, 5)] == [(0, None)]
    path.unlink()
    assert list(cut(part)) == [part]
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(b"one\n"))
    (packed,) = parts_of(entries_of(tmp_path / "b.jsonl.gz"), None)
    assert list(cut(packed)) == [packed]


def test_a_message_that_means_nothing_is_told() -> None:
    pipe = BytesIO()
    messages.send(pipe, "greeting", 1)
    pipe.seek(0)
    found = messages.receive(pipe.read)
    assert found == ("greeting", [1])
    with pytest.raises(UnreadableError, match="the reading process sent 'greeting', which means nothing"):
        messages.decode(*found)
    assert messages.receive(pipe.read) is None


def test_what_breaks_in_the_child_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(ACT), encoding="utf-8")
    parts = list(parts_of(entries_of(path), None))
    for task, message in (
        ({"path": "nothing"}, "nothing does not exist; check the path"),
        ({"path": str(path)}, f"{path} can't be read to its end: the jsonl source broke on it (KeyError at"),
    ):
        with pytest.raises(UnreadableError) as caught:
            shared(path, answered(task, [order_of(part, 0) for part in parts], tmp_path / "answers"), parts)
        assert message in str(caught.value)


def test_the_child_serves_until_its_orders_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(lines_of(20)), encoding="utf-8")
    (part,) = parts_of(entries_of(path), None)
    sink = BytesIO()
    monkeypatch.setattr("sys.stdin", StringIO(json.dumps(order_of(part, 0)) + "\n"))
    monkeypatch.setattr("sys.stdout", SimpleNamespace(buffer=sink))
    before = signal.getsignal(signal.SIGINT)
    try:
        worker.serve({"path": str(path), "now": NOW.isoformat(), "chunk": 100})
    finally:
        signal.signal(signal.SIGINT, before)
        gc.enable()
    sink.seek(0)
    kinds = []
    while (message := messages.receive(sink.read)) is not None:
        kinds.append(message[0])
    assert kinds[0] == "columns"
    assert kinds[-1] == "done"
