"""The second process: the same records, the same errors, and no process left behind."""

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
from io import BytesIO
from pathlib import Path
from typing import NoReturn

import pytest

from graph.columns import Columns, to_rows
from graph.model import Member, Problem, Record
from graph.rows import Batch
from ingest import worker
from ingest.source import Context, UnreadableError
from ingest.sources.jsonl import SOURCE
from ingest.worker import read_apart

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
    with closing(read_apart(path, [], None, NOW, 20_000)) as records:  # type: ignore[type-var] # a generator, as it is written
        next(records)
        assert len(children() - before) == 1
    assert children() == before


def test_a_process_that_is_killed_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(lines_of(120_000)), encoding="utf-8")
    before = children()
    records = read_apart(path, [], None, NOW, 20_000)
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
        "import time; from datetime import *; from pathlib import Path; from ingest.worker import read_apart\n"
        f"records = read_apart(Path({str(path)!r}), [], None, datetime(2026, 11, 1, tzinfo=UTC), 20_000)\n"
        "next(records)\n"
        "from tests.ingest.test_worker import children; print(*children(), flush=True); time.sleep(60)"
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


def test_messages_come_out_as_they_went_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(lines_of(450)), encoding="utf-8")
    pipe = BytesIO()
    order = {"path": str(path), "resume": None, "now": NOW.isoformat(), "chunk": 100}
    worker._serve(order, pipe)
    pipe.seek(0)
    monkeypatch.setattr("ingest.sources.jsonl._LARGE", 1 << 40)
    monkeypatch.setattr("ingest.sources.jsonl.CHUNK", 100)
    assert as_rows(worker._received(pipe, path)) == read(path)


def test_a_message_that_means_nothing_is_told(tmp_path: Path) -> None:
    pipe = BytesIO()
    worker._send(pipe, "greeting", 1)
    pipe.seek(0)
    with pytest.raises(UnreadableError, match="the reading process sent 'greeting', which means nothing"):
        list(worker._received(pipe, tmp_path))


def test_what_breaks_in_the_child_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(ACT), encoding="utf-8")
    for order, message in (
        ({"path": "nothing"}, "nothing does not exist; check the path"),
        ({"path": str(path)}, f"{path} can't be read to its end: the jsonl source broke on it (KeyError at"),
    ):
        pipe = BytesIO()
        worker._answer(order, pipe)
        pipe.seek(0)
        with pytest.raises(UnreadableError) as caught:
            list(worker._received(pipe, path))
        assert message in str(caught.value)
