"""The source `email`: damaged, vanishing and interrupted inputs."""

import gzip
import io
import os
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.model import Checkpoint, Record
from ingest.source import UnreadableError
from ingest.sources import email
from ingest.sources.email import mbox
from ingest.sources.email.triage import DRAFTS, JUNK
from tests.ingest.mails import FIXTURES, ME, a_box, a_mail, acts_in, context, in_box, problems_in, read, skipped_in


def _with_where_gone(records: Iterable[Record]) -> set[str]:
    return {f"{act.id} {act.at} {act.actor} {act.to} {act.item} {act.thread}" for act in acts_in(records)}


@pytest.fixture(scope="module")
def takeout() -> bytes:
    return (FIXTURES / "takeout.zip" / "Takeout" / "Mail" / "All mail Including Spam and Trash.mbox").read_bytes()


@given(data=st.data())
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_box_cut_at_any_byte_gives_no_more_and_nothing_else(
    data: st.DataObject, tmp_path: Path, takeout: bytes
) -> None:
    me = frozenset({f"email:{ME}", "email:olga@shop.example"})
    path = tmp_path / "box.mbox"
    path.write_bytes(takeout)
    whole = _with_where_gone(read(path, me=me))
    path.write_bytes(takeout[: data.draw(st.integers(0, len(takeout)))])
    found: set[str] = set()
    with suppress(UnreadableError):
        found = _with_where_gone(read(path, me=me))
    # That Hugo's mail is a calendar's reply stands in its body only, which may be cut off.
    assert {each for each in found if "c1@hahn.example" not in each} <= whole


@given(at=st.integers(0, 12_000), junk=st.binary(min_size=1, max_size=40))
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damage_in_the_middle_never_breaks_the_reading(at: int, junk: bytes, tmp_path: Path, takeout: bytes) -> None:
    path = tmp_path / "box.mbox"
    path.write_bytes(takeout[:at] + junk + takeout[at + 20 :])
    assert len(acts_in(read(path, excerpts=True))) >= 4


def test_a_damaged_member_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "mail.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.mbox", a_box(a_mail(n) for n in range(30)))
        archive.writestr("b.mbox", a_box([a_mail(99)]))
    whole = path.read_bytes()
    path.write_bytes(whole[:60] + b"\xff" * 40 + whole[100:])
    records = read(path)
    assert "email:m99@mail.example#message" in {act.id for act in acts_in(records)}
    assert any("damaged" in problem.why for problem in problems_in(records))


def _interruptions(path: Path) -> Iterator[tuple[list[Record], str]]:
    """Read, and stop at each checkpoint: what was given until then, and where to go on."""
    records: list[Record] = []
    for record in email.read(str(path), context()):
        if isinstance(record, Checkpoint):
            assert record.done is not None
            assert record.total is None or 0 < record.done <= record.total
            yield list(records), record.position
        records.append(record)


@pytest.mark.parametrize("form", ["mbox", "folder", "zip", "gz"])
def test_an_interrupted_run_goes_on_where_it_stopped(
    tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.kit.checkpoints.STEP", 1)
    mails = [a_mail(n, more="List-Id: x\n" if n % 3 == 0 else "") for n in range(1, 7)]
    path = in_box(tmp_path, *mails)
    if form == "folder":
        path = tmp_path / "Mail"
        in_box(tmp_path, *mails[:2], name="Mail/a b.mbox")
        (path / "a b.sbd").mkdir()
        for number, mail in enumerate(mails[2:]):
            (path / "a b.sbd" / f"{number}.eml").write_text(mail)
    elif form == "zip":
        path = tmp_path / "mail.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a.mbox", a_box(mails[:3]))
            archive.writestr("b/c.mbox", a_box(mails[3:]))
    elif form == "gz":
        path = tmp_path / "box.mbox.gz"
        path.write_bytes(gzip.compress(a_box(mails).encode()))
    whole = read(path)
    stops = 0
    for before, position in _interruptions(path):
        stops += 1
        after = read(path, resume=position)
        assert [act.id for act in acts_in(before) + acts_in(after)] == [act.id for act in acts_in(whole)]
        assert Counter(skipped_in(before)) + Counter(skipped_in(after)) == Counter(skipped_in(whole))
    assert stops == 6


def test_a_folder_that_can_t_be_listed_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_box(tmp_path, a_mail(), name="Mail/a.mbox")
    (tmp_path / "Mail" / "closed").mkdir()
    real = os.scandir

    def scandir(path: Path) -> "os._ScandirIterator[str]":
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    records = read(tmp_path / "Mail")
    assert len(acts_in(records)) == 1
    assert [problem.why for problem in problems_in(records)] == [
        "this folder can't be read: permission denied; give yourself the right to read it"
    ]


def test_files_that_vanish_or_can_t_be_opened_are_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, name in enumerate(("a.mbox", "closed.mbox", "gone.mbox", "left.mbox")):
        in_box(tmp_path, a_mail(number), name=f"Mail/{name}")
    real = Path.open

    def opened(path: Path, *more: Any, **named: Any) -> Any:
        if path.name == "closed.mbox":
            raise PermissionError(13, "Permission denied")
        return real(path, *more, **named)

    monkeypatch.setattr(Path, "open", opened)
    records: list[Record] = []
    for record in email.read(str(tmp_path / "Mail"), context()):
        records.append(record)
        (tmp_path / "Mail" / "gone.mbox").unlink(missing_ok=True)
    assert [act.id for act in acts_in(records)] == ["email:m0@mail.example#message", "email:m3@mail.example#message"]
    assert [Path(problem.where).name for problem in problems_in(records)] == ["closed.mbox", "gone.mbox"]


def test_a_disk_that_fails_while_reading_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box = in_box(tmp_path, a_mail(1), a_mail(2))
    real = mbox.split

    def split(stream: io.BytesIO, offset: int = 0) -> Iterator[mbox.Slice]:
        yield next(real(stream, offset))
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(mbox, "split", split)
    records = read(box)
    assert len(acts_in(records)) == 1
    assert [problem.why for problem in problems_in(records)] == ["reading stopped: Input/output error"]


def test_a_gzipped_box_that_is_cut_off_gives_what_comes_before(tmp_path: Path) -> None:
    lines = "".join(f"{number * 7919 % 10007:05}\n" for number in range(400_000))
    packed = gzip.compress(a_box([a_mail(1), a_mail(2, body=lines), a_mail(3)]).encode())
    path = tmp_path / "box.mbox.gz"
    path.write_bytes(packed[: len(packed) // 2])
    records = read(path)
    assert [act.id for act in acts_in(records)] == ["email:m1@mail.example#message"]
    assert "damaged or truncated" in problems_in(records)[0].why
    path.write_bytes(packed[:30])
    with pytest.raises(UnreadableError, match="damaged or truncated"):
        read(path)


def test_litter_of_a_mac_is_passed_over(tmp_path: Path) -> None:
    in_box(tmp_path, a_mail(1), name="Mail/a.mbox")
    in_box(tmp_path, a_mail(2), name="Mail/__MACOSX/a.mbox")
    in_box(tmp_path, a_mail(3), name="Mail/._a.mbox")
    assert [act.id for act in acts_in(read(tmp_path / "Mail"))] == ["email:m1@mail.example#message"]


@pytest.mark.parametrize(("flags", "why"), [("S", None), ("RST", JUNK), ("DS", DRAFTS)])
def test_flags_of_a_maildir_count(tmp_path: Path, flags: str, why: str | None) -> None:
    for name in ("cur", "new"):
        (tmp_path / name).mkdir()
    (tmp_path / "cur" / f"17.1.host:2,{flags}").write_text(a_mail())
    assert skipped_in(read(tmp_path)) == ({why: 1} if why else {})


@pytest.mark.parametrize(
    ("date", "why"),
    [("", "it has no Date"), ("Date: the other day\n", "its Date, 'the other day', can't be read")],
)
def test_a_mail_that_nothing_dates_is_a_problem(tmp_path: Path, date: str, why: str) -> None:
    path = tmp_path / "a.eml"
    path.write_text(f"From: ann@x.example\nTo: b@x.example\n{date}\nhello\n")
    (problem,) = problems_in(read(path))
    assert problem.why.startswith(why)
