"""Exports are brought in without a terminal: uploaded in parts, read by another process, and removed."""

import fcntl
import json
import os
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from errno import ENOSPC
from hashlib import blake2b
from io import BytesIO
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import pytest

from dashboard.service import limits, process
from dashboard.service.command_run import read_run
from dashboard.service.desk import Desk
from dashboard.service.intake import Intake
from dashboard.service.limits import NoRoomError, TooLargeError, WrongOffsetError
from dashboard.service.parcels import ParcelState, Sight
from dashboard.service.private_files import Presence
from dashboard.service.reading import Parcel
from dashboard.service.runs import forget_runs, without_runs
from graph.errors import UsageError
from graph.stores import open_store
from tests.faults.inputs import make_csv

ME, ANN = "email:me@example.org", "email:ann@example.org"


@pytest.fixture
def desk(home: Path) -> Iterator[Desk]:
    """A desk over an empty store, of somebody who is known by a mail address."""
    folder = home / "data"
    folder.mkdir(mode=0o700)
    store = open_store(folder / "people.db", now=datetime.now(UTC))
    store.set_profile("me", [ME])
    desk = Desk(store=store, profile="me", clock=lambda: datetime.now(UTC))
    desk.open()
    yield desk
    desk.close()
    store.close()


@pytest.fixture
def intake(desk: Desk) -> Intake:
    return desk.intake


def acts(count: int, *, of: str = ANN) -> bytes:
    """Mails between me and somebody, there and back, a line each."""
    pairs = ((ME, of), (of, ME))
    lines = (
        {"id": str(number), "kind": "message", "at": f"2026-0{1 + number % 9}-02T10:00:00Z", "actor": one, "to": other}
        for number in range(count)
        for one, other in [pairs[number % 2]]
    )
    return "".join(f"{json.dumps(line)}\n" for line in lines).encode()


def id_of(name: str) -> str:
    return blake2b(name.encode(), digest_size=16).hexdigest()


def upload(intake: Intake, name: str, files: Mapping[str, bytes]) -> str:
    """Upload a file or a folder as the page does, and let it be read."""
    id_ = id_of(name)
    intake.offer(id_, name, sum(map(len, files.values())), {path: len(data) for path, data in files.items()})
    for path, data in files.items():
        if data:
            assert intake.receive(id_, path, 0, BytesIO(data)) == len(data)
    intake.complete(id_)
    return id_


def find(intake: Intake, id_: str) -> Parcel:
    return next(one for one in intake.parcels() if one.id == id_)


def wait_for(intake: Intake, id_: str, *states: ParcelState) -> Parcel:
    until = monotonic() + 30
    while (one := find(intake, id_)).state not in (states or OVER):
        assert monotonic() < until, one
        sleep(0.02)
    return one


def wait_until(done: Callable[[], bool]) -> None:
    until = monotonic() + 30
    while not done():
        assert monotonic() < until
        sleep(0.02)


OVER = [state for state in ParcelState if state.over]


def kept(desk: Desk) -> list[Path]:
    """The files that lie beside the store for what is brought in."""
    return [one for one in desk.store.cache_path("runs").rglob("*") if one.is_file()]


def uploaded(desk: Desk) -> list[Path]:
    return [one for one in kept(desk) if "as-uploaded" in one.parts]


def test_an_upload_that_broke_off_goes_on_and_is_read_and_removed(desk: Desk, intake: Intake) -> None:
    data = acts(40) + b"this is no act\n"
    id_, files = id_of("acts.jsonl"), {"acts.jsonl": len(data)}
    assert intake.offer(id_, "acts.jsonl", len(data), files) == {}
    assert intake.receive(id_, "acts.jsonl", 0, BytesIO(data[:1000])) == 1000
    with pytest.raises(UsageError, match="not all of it is here"):
        intake.complete(id_)
    with pytest.raises(WrongOffsetError) as wrong:
        intake.receive(id_, "acts.jsonl", 500, BytesIO(data[500:]))
    assert wrong.value.size == 1000
    assert intake.offer(id_, "acts.jsonl", len(data), files) == {"acts.jsonl": 1000}
    one = find(intake, id_)
    assert (one.state, one.received, one.size) == (ParcelState.RECEIVING, 1000, len(data))
    with pytest.raises(TooLargeError):
        intake.receive(id_, "acts.jsonl", 1000, BytesIO(data[1000:] + b"more"))
    held = intake.offer(id_, "acts.jsonl", len(data), files)["acts.jsonl"]
    assert held == len(data)
    beside = desk.store.cache_path("runs")
    assert {path.stat().st_mode & 0o077 for path in (beside, *beside.rglob("*"))} == {0}
    intake.complete(id_)
    one = wait_for(intake, id_)
    assert (one.state, one.why, one.source, one.read) == (ParcelState.DONE, "", "jsonl", 40)
    assert one.summary is not None
    assert (one.summary.new, one.summary.problem_count) == (40, 1)
    assert one.summary.problems[0].where == "acts.jsonl:41"  # as its user knows it
    assert (one.before, one.after) == (Sight(contacts=0, behind=0), Sight(contacts=1, behind=0))
    assert uploaded(desk) == []


def test_what_waits_is_read_in_turn_and_what_cannot_be_leaves_nothing(
    desk: Desk, intake: Intake, tmp_path: Path
) -> None:
    bomb = BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("data/tweets.js", b"\0" * (80 << 20))
    folder = {"Old/calls.csv": make_csv(tmp_path, 30).read_bytes(), "Old/acts.jsonl": acts(4), "Old/empty.csv": b""}
    first = upload(intake, "Old", folder)
    second = upload(intake, "notes.docx", {"notes.docx": b"PK\x03\x04" + b"\0" * 80})
    third = upload(intake, "twitter.zip", {"twitter.zip": bomb.getvalue()})
    states = [one.state for one in intake.parcels()]  # newest first
    assert states == [ParcelState.WAITS, ParcelState.WAITS, ParcelState.READING]
    one = wait_for(intake, first)
    assert (one.state, one.source, one.read) == (ParcelState.DONE, "jsonl+csv", 34), one
    for id_, why in ((second, "notes.docx is a damaged or truncated zip"), (third, "as only a zip bomb does")):
        one = wait_for(intake, id_)
        assert (one.state, one.summary) == (ParcelState.FAILED, None)
        assert why in one.why
        assert str(desk.store.location) not in one.why
    assert uploaded(desk) == []
    intake.dismiss(second)
    assert [one.name for one in intake.parcels()] == ["twitter.zip", "Old"]


def test_a_table_asks_for_its_columns_until_it_can_be_read(desk: Desk, intake: Intake) -> None:
    table = b"wer,wem,wann\nann@example.org,me@example.org,2026-01-02\nme@example.org,ann@example.org,2026-01-03\n"
    id_ = upload(intake, "table.csv", {"table.csv": table})
    one = wait_for(intake, id_, ParcelState.ASKS)
    assert [prompt.option for prompt in one.asks] == ["people"]
    with pytest.raises(UsageError, match="choose one of yes, no"):
        intake.answer(id_, {"people": "--problems=/etc/passwd"})
    intake.answer(id_, {"people": "no"})
    asked = {prompt.option: prompt for prompt in find(intake, id_).asks}
    assert {"from", "to", "at"} <= asked.keys()
    assert "wer" in asked["from"].choices
    intake.answer(id_, {"from": "wer", "to": "wem", "at": "wann", "kind": "message"})
    one = wait_for(intake, id_)
    assert (one.state, one.read, one.asks) == (ParcelState.DONE, 2, ()), one.why
    assert uploaded(desk) == []


def test_whose_an_archive_is_is_asked(desk: Desk, intake: Intake) -> None:
    owner = {"type": "owner", "accounts": [{"network": "email", "id": "someone@example.org"}]}
    data = f"{json.dumps(owner)}\n".encode() + acts(2, of="email:someone@example.org")
    id_ = upload(intake, "other.jsonl", {"other.jsonl": data})
    one = wait_for(intake, id_, ParcelState.ASKS)
    assert [(prompt.option, prompt.choices) for prompt in one.asks] == [("owner", ("me", "other"))]
    assert "other.jsonl belongs to email:someone@example.org" in one.asks[0].text
    assert uploaded(desk) != []
    intake.answer(id_, {"owner": "other"})
    assert wait_for(intake, id_).read == 2
    assert desk.store.profiles() == {"me": [ME]}
    assert uploaded(desk) == []


def test_what_is_stopped_leaves_no_file_and_may_be_brought_in_again(desk: Desk, intake: Intake) -> None:
    data = acts(4_000)
    id_ = id_of("acts.jsonl")
    intake.offer(id_, "acts.jsonl", len(data), {"acts.jsonl": len(data)})
    intake.receive(id_, "acts.jsonl", 0, BytesIO(data[:9]))
    intake.stop(id_)
    assert (find(intake, id_).state, uploaded(desk)) == (ParcelState.STOPPED, [])
    with pytest.raises(UsageError, match="not here any more"):
        intake.receive(id_, "acts.jsonl", 9, BytesIO(data[9:]))
    upload(intake, "acts.jsonl", {"acts.jsonl": data})
    assert find(intake, id_).state is ParcelState.READING
    with pytest.raises(UsageError, match="stop it first"):
        intake.dismiss(id_)
    intake.stop(id_)
    one = wait_for(intake, id_)
    assert (one.state, one.why[:15], uploaded(desk)) == (ParcelState.STOPPED, "you stopped it;", [])
    one = wait_for(intake, upload(intake, "acts.jsonl", {"acts.jsonl": data}))
    assert (one.state, desk.store.overview().interactions) == (ParcelState.DONE, 4_000)


@pytest.mark.parametrize(
    "path",
    [
        "", "/etc/passwd", "../x", "a/../b", "a/./b", "a//b", "a/", ".", "..", "a\\b", "a\0b", "a\nb", "\ud800",
        "x" * 256, "a/" * 40 + "b", "ab/" * 400 + "b",
    ],
)  # fmt: skip
def test_no_file_lies_elsewhere(desk: Desk, intake: Intake, path: str) -> None:
    with pytest.raises(UsageError):
        intake.offer(id_of("x"), "x", 1, {path: 1})
    assert uploaded(desk) == []


@pytest.mark.parametrize("id_", ["", "../../etc", "0" * 15, "0" * 65, "A" * 16, "0" * 16 + "\n"])
def test_an_id_is_no_path(intake: Intake, id_: str) -> None:
    for refused in (lambda: intake.offer(id_, "x", 1, {"x": 1}), lambda: intake.receive(id_, "x", 0, BytesIO())):
        with pytest.raises(UsageError, match="no id"):
            refused()


def test_what_is_not_announced_or_too_much_is_refused(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = id_of("x")
    for files in ({}, {"x": -1}, {"x": 1, "x/y": 1}, {"a/b/c": 1, "a-": 1, "a": 1}):
        with pytest.raises(UsageError):
            intake.offer(id_, "x", sum(files.values()), files)
    with pytest.raises(UsageError, match="does not fit together"):
        intake.offer(id_, "x", 2, {"x": 1})
    with pytest.raises(TooLargeError, match="16 GiB"):
        intake.offer(id_, "x", limits.LARGEST + 1, {"x": limits.LARGEST + 1})
    with pytest.raises(TooLargeError, match="make a zip"):
        intake.offer(id_, "x", 0, {str(number): 0 for number in range(limits.MOST_FILES + 1)})
    intake.offer(id_, "x", 9, {"x": 9})
    with pytest.raises(UsageError, match="announced"):
        intake.receive(id_, "y", 0, BytesIO(b"1"))
    monkeypatch.setattr(limits, "free_space", lambda _: (1 << 30) + 5)
    with pytest.raises(NoRoomError):
        intake.receive(id_, "x", 0, BytesIO(b"123456789"))
    with pytest.raises(NoRoomError):
        intake.offer(id_of("z"), "z", 6, {"z": 6})
    for number in range(49):
        intake.offer(id_of(str(number)), "x", 1, {"x": 1})
    with pytest.raises(UsageError, match="50 are being brought in"):
        intake.offer(id_of("one more"), "x", 1, {"x": 1})


def test_one_that_is_not_heard_of_is_dropped_and_one_that_takes_too_long_stopped(desk: Desk, intake: Intake) -> None:
    silent, slow = id_of("silent"), upload(intake, "slow.jsonl", {"slow.jsonl": acts(4_000)})
    intake.offer(silent, "silent", 1, {"silent": 1})
    folder = desk.store.cache_path("runs") / "parcels"
    for path in (folder / silent / "files.json", folder / silent / "count", folder / slow / "run" / "run.json"):
        os.utime(path, (0, 0))
    assert "for an hour" in find(intake, silent).why
    one = wait_for(intake, slow)
    assert (one.state, one.why[:22]) == (ParcelState.STOPPED, "this took more than 6 ")
    assert uploaded(desk) == []


def test_the_last_server_ends_what_is_read_and_removes_what_was_uploaded(desk: Desk, intake: Intake) -> None:
    other = Desk(store=desk.store, profile="me", clock=desk.clock)
    other.open()
    id_ = upload(intake, "acts.jsonl", {"acts.jsonl": acts(4_000)})
    intake.offer(id_of("x"), "x", 1, {"x": 1})
    desk.close()
    assert [one.state for one in other.intake.parcels()] == [ParcelState.RECEIVING, ParcelState.READING]
    other.close()
    one = find(intake, id_)
    assert (one.state, one.why[:24]) == (ParcelState.STOPPED, "intrograph was ended mea")
    assert find(intake, id_of("x")).state is ParcelState.STOPPED
    assert uploaded(desk) == []


def test_a_path_of_this_machine_is_read_where_it_lies_and_who_is_forgotten_is_in_nothing_that_was_said(
    desk: Desk, intake: Intake, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="Type its path"):
        intake.read_place(" ")
    path = tmp_path / "noor.jsonl"
    bad = b'{"kind": "message", "at": "whenever", "actor": "email:noor@example.org", "to": "email:me@example.org"}\n'
    path.write_bytes(bad + acts(2, of="email:noor@example.org"))
    one = intake.read_place(str(path))
    assert (one.name, one.size, one.received) == (str(path), path.stat().st_size, path.stat().st_size)
    with pytest.raises(UsageError, match="already"):
        intake.read_place(str(path))
    one = wait_for(intake, one.id)
    assert (one.state, one.read, path.exists()) == (ParcelState.DONE, 2, True)
    assert any(b"noor" in path.read_bytes() for path in kept(desk))
    forget_runs(desk.store)
    assert not any(b"noor" in path.read_bytes() for path in kept(desk))


def test_what_still_runs_is_freed_of_who_is_forgotten_once_it_is_over(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "noor.jsonl"
    path.write_bytes(b'{"actor": "email:noor@example.org"}\n' + acts(2_000, of="email:noor@example.org"))
    desk.runs.start("look email:noor@example.org", ("ingest", "--", str(path)), None)
    forget_runs(desk.store)
    wait_until(lambda: not any(b"noor" in path.read_bytes() for path in kept(desk)))
    (run,) = map(read_run, desk.runs.folders())
    assert run is not None
    assert run.summary is not None
    assert (run.summary.new, run.summary.problem_count, run.summary.problems) == (2_000, 1, [])


def test_an_erased_store_stays_empty(desk: Desk, intake: Intake) -> None:
    id_ = upload(intake, "acts.jsonl", {"acts.jsonl": acts(4_000)})
    intake.offer(id_of("x"), "x", 1, {"x": 1})
    assert find(intake, id_).state is ParcelState.READING
    (lock,) = (one for one in kept(desk) if one.parent.name == "run" and one.name == "lock")
    with lock.open("rb") as held, without_runs(desk.store):
        fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)  # nothing reads it any more
        desk.store.erase()
    assert (intake.parcels(), uploaded(desk), desk.store.overview().interactions) == ([], [], 0)


def test_nothing_of_an_upload_is_run(intake: Intake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", f":{tmp_path}")
    proof = tmp_path / "proof"
    code = f"open({str(proof)!r}, 'w')".encode()
    names = ("sitecustomize.py", "usercustomize.py", "json.py", "dashboard.py")
    one = wait_for(intake, upload(intake, "two", {"acts.jsonl": acts(2), **dict.fromkeys(names, code)}))
    assert (one.state, one.read, proof.exists()) == (ParcelState.DONE, 2, False)


def test_nothing_runs_that_was_not_noted(desk: Desk, intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(path: Path, content: bytes) -> None:
        raise OSError(ENOSPC, "no room", str(path), len(content))

    monkeypatch.setattr(process, "write_private", fill)
    with pytest.raises(OSError, match="no room"):
        upload(intake, "acts.jsonl", {"acts.jsonl": acts(2)})
    one = wait_for(intake, id_of("acts.jsonl"))
    assert (one.state, one.why[:16], desk.store.overview().interactions) == (ParcelState.STOPPED, "it ended without", 0)


def test_a_server_that_opens_while_the_last_one_ends_what_runs_waits(tmp_path: Path) -> None:
    first, last = Presence(tmp_path / "serving"), Presence(tmp_path / "serving")
    told: list[str] = []

    def serve() -> None:
        last.enter(lambda: told.append("cleans"))
        told.append("serves")

    opens = Thread(target=serve)

    def end() -> None:
        opens.start()
        opens.join(0.1)
        told.append("ended")

    first.enter(lambda: told.append("first"))
    first.leave(end)
    opens.join()
    assert told == ["first", "ended", "serves"]
    last.leave(lambda: told.append("last"))
    assert told[-1] == "last"
