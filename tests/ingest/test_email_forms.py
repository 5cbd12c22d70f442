"""The source `email`: every form of mailbox, split and read at any size."""

import gzip
import io
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model import Owner
from ingest.source import UnreadableError
from ingest.sources import email
from ingest.sources.email import mbox
from ingest.sources.email.mailboxes import OTHER_FILES
from ingest.sources.email.triage import DRAFTS, JUNK
from tests.ingest.mails import ME, a_box, a_mail, acts_in, in_box, problems_in, read, skipped_in

# --- forms of mailboxes ----------------------------------------------------------------------------------------------


def test_the_same_mails_are_read_from_every_form_of_mailbox(tmp_path: Path) -> None:
    mails = [a_mail(number) for number in range(1, 5)]
    box = in_box(tmp_path, *mails, name="plain/box.mbox")
    forms = [box]
    forms.append(tmp_path / "crlf")
    forms[-1].write_bytes(box.read_bytes().replace(b"\n", b"\r\n"))
    forms.append(tmp_path / "old-mac")
    forms[-1].write_bytes(box.read_bytes().replace(b"\n", b"\r"))
    forms.append(tmp_path / "packed.mbox.gz")
    forms[-1].write_bytes(gzip.compress(box.read_bytes()))
    forms.append(tmp_path / "glued.mbox")
    forms[-1].write_bytes(box.read_bytes().replace(b"\n\nFrom ", b"\nFrom "))
    maildir, singles = tmp_path / "Maildir", tmp_path / "singles"
    for folder in (maildir / "cur", maildir / "new", maildir / "tmp", singles / "deep" / "er"):
        folder.mkdir(parents=True)
    (maildir / "tmp" / "9").write_text(a_mail(9))
    for number, mail in enumerate(mails):
        (maildir / ("cur" if number % 2 else "new") / f"17.{number}.host").write_text(mail)
        (singles / "deep" / "er" / f"{number}.eml").write_text(mail)
    forms += [maildir, singles, tmp_path / "all.zip"]
    with zipfile.ZipFile(forms[-1], "w") as archive:
        archive.write(box, "Takeout/Mail/box.mbox")
    nested = tmp_path / "nested"
    nested.mkdir()
    (nested / "takeout-001.zip").write_bytes(forms[-1].read_bytes())
    forms.append(nested)
    for form in forms:
        found = acts_in(read(form))
        assert sorted(act.id or "" for act in found) == [f"email:m{n}@mail.example#message" for n in range(1, 5)], form
        assert email.SOURCE.detect(form) >= 0.5, form


@pytest.mark.parametrize(
    ("folder", "why"),
    [("Spam.mbox", JUNK), ("Papierkorb", JUNK), ("Brouillons", DRAFTS), ("Trash/2009.mbox", JUNK)],
)
def test_mail_in_such_folders_is_counted_unread(tmp_path: Path, folder: str, why: str) -> None:
    in_box(tmp_path, a_mail(1), name="Mail/Inbox.mbox")
    in_box(tmp_path, a_mail(2), a_mail(3), name=f"Mail/{folder}")
    records = read(tmp_path / "Mail")
    assert len(acts_in(records)) == 1
    assert skipped_in(records) == {why: 2}


def test_a_single_mail_called_like_a_folder_is_a_mail(tmp_path: Path) -> None:
    for name in ("Trash.eml", "Drafts.eml"):
        (tmp_path / name).write_text(a_mail())
        assert len(acts_in(read(tmp_path / name))) == 1


def test_the_name_of_the_folder_that_is_given_counts(tmp_path: Path) -> None:
    folder = tmp_path / "Sent"
    folder.mkdir()
    (folder / "1.eml").write_text(a_mail(1, ME, "bob@x.example"))
    assert [record for record in read(folder) if isinstance(record, Owner)]


def test_files_that_hold_no_mail_are_counted_and_what_to_do_with_others_is_told(tmp_path: Path) -> None:
    in_box(tmp_path, a_mail(), name="Mail/Inbox")
    for name in ("index.html", "notes", "picture.png"):
        (tmp_path / "Mail" / name).write_text("no mail")
    (tmp_path / "Mail" / "empty").touch()
    for name in ("outlook.pst", "old.tgz", "broken.zip", "broken.eml"):
        (tmp_path / "Mail" / name).write_text("PK\x03\x04 whatever this is")
    records = read(tmp_path / "Mail")
    assert len(acts_in(records)) == 1
    assert skipped_in(records) == {OTHER_FILES: 3}
    assert sorted(Path(problem.where).name for problem in problems_in(records)) == [
        "broken.eml",
        "broken.zip",
        "old.tgz",
        "outlook.pst",
    ]
    assert any("export it as mbox" in problem.why for problem in problems_in(records))


def test_a_zip_inside_a_zip_is_told_of(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.eml", a_mail())
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as archive:
        archive.writestr("inner.zip", inner.getvalue())
        archive.writestr("b.eml", a_mail(2))
    records = read(tmp_path / "outer.zip")
    assert len(acts_in(records)) == 1
    assert "zip inside a zip" in problems_in(records)[0].why


def test_links_are_followed_only_within_the_folder(tmp_path: Path) -> None:
    in_box(tmp_path, a_mail(1), name="Mail/a.mbox")
    in_box(tmp_path, a_mail(2), name="secret.mbox")
    (tmp_path / "Mail" / "out.mbox").symlink_to(tmp_path / "secret.mbox")
    (tmp_path / "Mail" / "loop").symlink_to(tmp_path / "Mail")
    (tmp_path / "Mail" / "gone.mbox").symlink_to(tmp_path / "nowhere")
    records = read(tmp_path / "Mail")
    assert [act.id for act in acts_in(records)] == ["email:m1@mail.example#message"]
    assert [Path(problem.where).name for problem in problems_in(records)] == ["out.mbox"]


@pytest.mark.parametrize("content", ["", "Dear diary,\n\nnothing.\n", "a,b\n1,2\n", "\x7fELF\x00\x00", "{}\n"])
def test_what_is_no_mailbox_is_refused_with_advice(tmp_path: Path, content: str) -> None:
    path = tmp_path / "thing"
    path.write_text(content)
    assert email.SOURCE.detect(path) < 0.5
    with pytest.raises(UnreadableError, match=r"is not a mailbox.*looks like"):
        read(path)


def test_a_folder_without_mail_and_a_missing_path_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert email.SOURCE.detect(tmp_path / "empty") == email.SOURCE.detect(tmp_path / "missing") == 0.0
    for name in ("empty", "missing"):
        with pytest.raises(UnreadableError):
            read(tmp_path / name)


def test_an_empty_maildir_is_a_mailbox_without_mails(tmp_path: Path) -> None:
    for name in ("cur", "new", "tmp"):
        (tmp_path / name).mkdir()
    assert read(tmp_path) == []


def test_what_is_called_a_mailbox_and_begins_otherwise_is_nearly_one(tmp_path: Path) -> None:
    (tmp_path / "damaged.mbox").write_text("something else\n" + a_box([a_mail()]))
    assert 0.5 <= email.SOURCE.detect(tmp_path / "damaged.mbox") < 0.8
    (tmp_path / "broken.zip").write_text("PK\x03\x04")
    assert email.SOURCE.detect(tmp_path / "broken.zip") == 0.0


@pytest.mark.parametrize(
    ("names", "sure"),
    [(["a/b.eml"], True), (["x/cur/17.host"], True), (["Inbox", "Inbox.msf"], True), (["notes.txt", "a.msf"], False)],
)
def test_a_zip_is_known_by_the_names_in_it(tmp_path: Path, names: list[str], sure: bool) -> None:
    with zipfile.ZipFile(tmp_path / "some.zip", "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    assert (email.SOURCE.detect(tmp_path / "some.zip") >= 0.5) is sure


def test_a_folder_of_suffixless_mboxes_is_known_by_a_look_into_them(tmp_path: Path) -> None:
    in_box(tmp_path, a_mail(), name="Mail/Inbox")
    assert email.SOURCE.detect(tmp_path / "Mail") >= 0.5


# --- splitting -------------------------------------------------------------------------------------------------------

_SAFE_LINES = st.lists(
    st.sampled_from(
        ["", "text", ">From me", "From now on: this", "From Monday 10:00 on, 2009", "From: someone", "From", " From x"]
    ),
    max_size=8,
)


@given(
    bodies=st.lists(_SAFE_LINES, min_size=1, max_size=6),
    envelope=st.sampled_from(
        [
            "ann@x.example Mon Mar  2 10:00:00 2020",
            "- Mon Mar  2 10:00:00 2020",
            "16@xxx Mon Mar 02 10:00:00 +0000 2020",
        ]
    ),
    crlf=st.booleans(),
    blank=st.booleans(),
)
@settings(max_examples=60)
def test_an_mbox_is_split_into_its_mails(bodies: list[list[str]], envelope: str, crlf: bool, blank: bool) -> None:
    mails = ["\n".join([f"From {envelope}", f"Subject: {n}", "", *body, ""]) for n, body in enumerate(bodies)]
    data = ("\n" if blank else "").join(mails).encode()
    if crlf:
        data = data.replace(b"\n", b"\r\n")
    slices = list(mbox.split(io.BytesIO(data)))
    assert len(slices) == len(mails)
    assert b"".join(data[each.offset : each.end] for each in slices) == data
    assert [each.closed for each in slices] == [True] * (len(mails) - 1) + [False]
    for each in slices:
        assert data[each.offset : each.end].startswith(each.head)


@given(data=st.binary(max_size=200), cut=st.integers(0, 200))
@settings(max_examples=60)
def test_splitting_loses_no_byte_and_goes_on_from_any_mail(data: bytes, cut: int) -> None:
    whole = a_box([a_mail(1), a_mail(2)]).encode() + data + a_box([a_mail(3)]).encode()[cut:]
    slices = list(mbox.split(io.BytesIO(whole)))
    for number, each in enumerate(slices):
        stream = io.BytesIO(whole)
        stream.seek(each.offset)
        assert list(mbox.split(stream, each.offset)) == slices[number:]


def test_a_box_of_an_old_macintosh_is_split_at_any_size(tmp_path: Path) -> None:
    mails = [a_mail(n, body="line\n" * 300 + "long" * (50_000 if n == 20 else 1) + "\n") for n in range(200)]
    (tmp_path / "box").write_bytes(a_box(mails).replace("\n", "\r").encode())
    assert len(acts_in(read(tmp_path / "box"))) == 200


def test_what_stands_before_the_first_from_line_is_told_of(tmp_path: Path) -> None:
    path = tmp_path / "box.mbox"
    path.write_text("\n\n" + a_box([a_mail(1)]))
    assert problems_in(read(path)) == []
    path.write_text("damaged beginning\n\n" + a_box([a_mail(1), a_mail(2)]))
    records = read(path)
    assert [problem.where for problem in problems_in(records)] == [f"{path}/byte 0"]
    assert len(acts_in(records)) == 2
    path.write_text(a_mail(1) + "\n" + a_box([a_mail(2)]))  # the first From line is missing
    assert len(acts_in(read(path))) == 2


def test_a_mail_attached_to_another_is_not_one_of_the_box(tmp_path: Path) -> None:
    body = "see below\n\n--b\nContent-Type: message/rfc822\n\n" + a_mail(7) + "\n>From x Mon Mar  2 10:00:00 2020\n"
    assert [act.id for act in acts_in(read(in_box(tmp_path, a_mail(1, body=body))))] == [
        "email:m1@mail.example#message"
    ]


# --- size ------------------------------------------------------------------------------------------------------------


def test_memory_does_not_grow_with_a_mail(tmp_path: Path) -> None:
    path = tmp_path / "box.mbox"
    with path.open("w") as file:
        file.write(a_box([a_mail(1)]))
        file.write("From x Mon Mar  2 10:00:00 2020\n" + a_mail(2))
        for _ in range(400):
            file.write("A" * 76 + "\n" + "B" * 99_923 + "\n")
        file.write("\n" + a_box([a_mail(3)]))
    tracemalloc.start()
    try:
        records = read(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(acts_in(records)) == 3
    assert peak < 12 << 20


def test_a_hundred_thousand_addressees_are_counted_as_one_mail(tmp_path: Path) -> None:
    crowd = ",\n ".join(f"p{number}@crowd.example" for number in range(100_000))
    records = read(in_box(tmp_path, a_mail(1, to=crowd), a_mail(2)))
    assert [act.id for act in acts_in(records)] == ["email:m2@mail.example#message"]
    assert skipped_in(records) == {"mail to more than 20 addressees": 1}


def test_headers_behind_the_first_64_kilobytes_count(tmp_path: Path) -> None:
    long = "".join(f"X-Junk-{number}: {'x' * 900}\n" for number in range(100))
    mail = long + a_mail(1)
    (tmp_path / "one.eml").write_text(mail)
    assert len(acts_in(read(tmp_path / "one.eml"))) == 1
    assert len(acts_in(read(in_box(tmp_path, mail, a_mail(2))))) == 2


def test_headers_that_never_end_are_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "endless.eml"
    path.write_text("From: ann@x.example\nTo: " + "a" * (5 << 20))
    (problem,) = problems_in(read(path))
    assert "within its headers" in problem.why
