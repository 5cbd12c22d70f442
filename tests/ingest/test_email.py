"""The source `email`: every form of mailbox, whole and damaged, interrupted and read again."""

import gzip
import io
import os
import tracemalloc
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.errors import UsageError
from graph.model import Checkpoint, Interaction, Kind, Owner, Problem, Record, Role, Skipped
from graph.rows import Batch
from graph.store import Store
from ingest.mail import acts, bulk, mbox
from ingest.mail.boxes import OTHER_FILES
from ingest.pull import pull
from ingest.source import Context, UnreadableError
from ingest.sources import email
from tests.ingest.test_golden import prepared

FIXTURES = Path(__file__).parent / "fixtures" / "email"
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
_ME = "olga@owner.example"


def context(**fields: Any) -> Context:
    return Context(now=NOW, **fields)


def read(path: Path, **fields: Any) -> list[Record]:
    return [record for record in email.read(path, context(**fields)) if not isinstance(record, Batch)]


def acts_in(records: Iterable[Record]) -> list[Interaction]:
    return [record for record in records if isinstance(record, Interaction)]


def problems_in(records: Iterable[Record]) -> list[Problem]:
    return [record for record in records if isinstance(record, Problem)]


def skipped_in(records: Iterable[Record]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for record in records:
        if isinstance(record, Skipped):
            counts[record.why] += record.count
    return dict(counts)


def a_mail(
    number: int = 1,
    sender: str = "Ann Lee <ann@lee.example>",
    to: str = _ME,
    more: str = "",
    body: str = "hello\n",
) -> str:
    return (
        f"From: {sender}\nTo: {to}\nSubject: mail {number}\nDate: Mon, 2 Mar 2020 10:{number % 60:02}:00 +0000\n"
        f"Message-ID: <m{number}@mail.example>\n{more}\n{body}"
    )


def a_box(mails: Iterable[str]) -> str:
    return "".join(f"From ann@lee.example Mon Mar  2 10:00:00 2020\n{mail}\n" for mail in mails)


def in_box(tmp_path: Path, *mails: str, name: str = "box.mbox") -> Path:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(a_box(mails), encoding="utf-8")
    return path


# --- what a mail gives -----------------------------------------------------------------------------------------------


def test_from_to_is_a_message_and_from_cc_is_copied(tmp_path: Path) -> None:
    mail = a_mail(
        to="Bob <bob@x.example>, Ann <ANN@lee.example>", more="Cc: carl@x.example, bob@x.example\nBcc: dora@x.example\n"
    )
    message, copied = acts_in(read(in_box(tmp_path, mail)))
    assert (message.kind, message.id) == (Kind.MESSAGE, "email:m1@mail.example#message")
    assert [(each.account.id, each.role) for each in message.to] == [("email:bob@x.example", Role.TO)]
    assert (copied.kind, copied.id) == (Kind.COPIED, "email:m1@mail.example#copied")
    assert [(each.account.id, each.role) for each in copied.to] == [
        ("email:carl@x.example", Role.CC),
        ("email:dora@x.example", Role.BCC),
    ]
    assert message.actor.id == copied.actor.id == "email:ann@lee.example"
    assert message.private
    assert message.excerpt is None
    assert message.item is not None
    assert (message.item.title, message.item.kind) == ("mail 1", "email")


def test_words_are_kept_only_where_they_are_asked_for(tmp_path: Path) -> None:
    box = in_box(tmp_path, a_mail(body="The secret.\n\n> quoted\n"))
    assert [act.excerpt for act in acts_in(read(box))] == [None]
    assert [act.excerpt for act in acts_in(read(box, excerpts=True))] == ["The secret."]


def test_a_thread_is_gmails_or_the_first_reference_or_the_mail_itself(tmp_path: Path) -> None:
    box = in_box(
        tmp_path,
        a_mail(1),
        a_mail(2, more="References: <root@x> <mid@x>\n"),
        a_mail(3, more="References: <root@x>\nIn-Reply-To: <mid@x>\n"),
        a_mail(4, more="In-Reply-To: <mid@x>\n"),
        a_mail(5, more="X-GM-THRID: 17\nIn-Reply-To: <mid@x>\n"),
        a_mail(6, more="X-GM-THRID: nonsense\n"),
    )
    assert [(act.thread, act.parent) for act in acts_in(read(box))] == [
        ("m1@mail.example", None),
        ("root@x", "mid@x"),
        ("root@x", "mid@x"),
        ("mid@x", "mid@x"),
        ("17", "mid@x"),
        ("m6@mail.example", None),
    ]


def test_without_from_the_sender_counts_and_without_both_it_is_a_problem(tmp_path: Path) -> None:
    box = in_box(
        tmp_path,
        a_mail(1, sender="").replace("From: \n", "Sender: bob@x.example\n"),
        a_mail(2, sender="nobody at all"),
    )
    records = read(box)
    assert [act.actor.id for act in acts_in(records)] == ["email:bob@x.example"]
    (problem,) = problems_in(records)
    assert problem.where.startswith(f"{box}/byte ")
    assert problem.where.endswith(" (message m2)")
    assert "From" in problem.why


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ("List-Id: <x.y.example>\n", bulk.LISTS),
        ("List-Unsubscribe: <https://x.example>\n", bulk.LISTS),
        ("Precedence: bulk\n", bulk.LISTS),
        ("Precedence: auto_reply\n", bulk.ANSWERS),
        ("Auto-Submitted: auto-generated\n", bulk.ANSWERS),
        ("X-Autoreply: yes\n", bulk.ANSWERS),
        ("Content-Type: multipart/report; report-type=delivery-status\n", bulk.ANSWERS),
        ('Content-Type: text/calendar; charset="utf-8"; method="REPLY"\n', bulk.ANSWERS),
        ("Content-Type: text/calendar\n\nBEGIN:VCALENDAR\nMETHOD:COUNTER\n", bulk.ANSWERS),
        ("X-Gmail-Labels: Spam\n", bulk.JUNK),
        ("X-Gmail-Labels: Drafts\n", bulk.DRAFTS),
        ("Cc: " + ", ".join(f"p{i}@crowd.example" for i in range(20)) + "\n", "mail to more than 20 addressees"),
        ("Cc: " + ", ".join(f"p{i}@crowd.example" for i in range(200)) + "\n", "mail to more than 20 addressees"),
    ],
)
def test_what_is_no_act_between_people_is_left_out_and_counted(tmp_path: Path, more: str, why: str) -> None:
    box = in_box(tmp_path, a_mail(1, more=more), a_mail(2))
    records = read(box)
    assert [act.id for act in acts_in(records)] == ["email:m2@mail.example#message"]
    assert skipped_in(records) == {why: 1}


@pytest.mark.parametrize(
    "more", ["Auto-Submitted: no\n", "Content-Type: text/calendar; method=REQUEST\n", "Precedence: normal\n"]
)
def test_what_only_looks_automatic_is_kept(tmp_path: Path, more: str) -> None:
    assert len(acts_in(read(in_box(tmp_path, a_mail(more=more))))) == 1


@pytest.mark.parametrize(
    ("sender", "to", "why"),
    [
        ("no-reply@x.example", _ME, bulk.SENDERS),
        ("ann@lists.x.example", _ME, bulk.LISTS),
        ("ann@x.example", "noreply@x.example, shop@googlegroups.com", acts.TO_MACHINES),
        ("ann@x.example", "ANN@x.example", acts.TO_ONESELF),
        ("ann@x.example", "undisclosed-recipients:;", acts.TO_NOBODY),
        ("ann@x.example", "Bob", acts.TO_NOBODY),
        ("ann@x.example", "Bob, ann@x.example", acts.TO_NOBODY),
    ],
)
def test_mail_that_no_person_wrote_or_gets_is_left_out(tmp_path: Path, sender: str, to: str, why: str) -> None:
    records = read(in_box(tmp_path, a_mail(1, sender, to)))
    assert acts_in(records) == []
    assert skipped_in(records) == {why: 1}


def test_what_i_sent_is_kept_though_a_mailer_marked_it(tmp_path: Path) -> None:
    mark = "List-Unsubscribe: <https://x.example>\nPrecedence: bulk\n"
    box = in_box(tmp_path, a_mail(1, _ME, "bob@x.example", mark), a_mail(2, more=mark))
    assert [act.actor.id for act in acts_in(read(box, me=frozenset({f"email:{_ME}"})))] == [f"email:{_ME}"]
    assert acts_in(read(box)) == []


def test_what_a_list_sends_back_to_me_or_what_answered_for_me_is_not_kept(tmp_path: Path) -> None:
    box = in_box(
        tmp_path,
        a_mail(1, _ME, "bob@x.example", "List-Id: <x.y.example>\n"),
        a_mail(2, _ME, "bob@x.example", "Auto-Submitted: auto-replied\n"),
    )
    assert skipped_in(read(box, me=frozenset({f"email:{_ME}"}))) == {bulk.LISTS: 1, bulk.ANSWERS: 1}


def test_how_many_addressees_are_too_many_is_an_option(tmp_path: Path) -> None:
    box = in_box(tmp_path, a_mail(to="a@x.example, b@x.example, c@x.example"))
    assert skipped_in(read(box, options={"max-addressees": "2"})) == {"mail to more than 2 addressees": 1}
    assert len(acts_in(read(box, options={"max-addressees": "3"}))) == 1
    for wrong in ("0", "-1", "many"):
        with pytest.raises(UsageError, match=wrong):
            read(box, options={"max-addressees": wrong})


@pytest.mark.parametrize(("year", "kept"), [("1970", 0), ("1971", 1), ("2026", 1), ("2106", 0)])
def test_a_date_outside_1971_to_tomorrow_is_a_problem(tmp_path: Path, year: str, kept: int) -> None:
    box = in_box(tmp_path, a_mail().replace("Mon, 2 Mar 2020", f"2 Mar {year}"))
    records = read(box)
    assert (len(acts_in(records)), len(problems_in(records))) == (kept, 1 - kept)


def test_tomorrow_ends_at_its_midnight(tmp_path: Path) -> None:
    mails = [
        a_mail(n).replace("Mon, 2 Mar 2020 10", f"{day} Nov 2026 {hour}") for n, day, hour in ((1, 2, 23), (2, 3, "00"))
    ]
    records = read(in_box(tmp_path, *mails))
    assert [act.id for act in acts_in(records)] == ["email:m1@mail.example#message"]


def test_a_problem_names_no_address(tmp_path: Path) -> None:
    box = in_box(tmp_path, a_mail().replace("2020", "2106").replace("<m1@mail.example>", "<ann@lee.example>"))
    undated = a_mail(2).replace("Date: Mon, 2 Mar 2020", "Date: ann@lee.example")
    (tmp_path / "undated.eml").write_text(undated)
    for path in (box, tmp_path / "undated.eml"):
        (problem,) = problems_in(read(path))
        assert "@" not in problem.where.removeprefix(str(path)) + problem.why


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
    [("Spam.mbox", bulk.JUNK), ("Papierkorb", bulk.JUNK), ("Brouillons", bulk.DRAFTS), ("Trash/2009.mbox", bulk.JUNK)],
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
    (folder / "1.eml").write_text(a_mail(1, _ME, "bob@x.example"))
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
    chunk=st.sampled_from([100, 2100, 5000, 1 << 20]),
)
@settings(max_examples=60, deadline=None)
def test_an_mbox_is_split_into_its_mails(
    bodies: list[list[str]], envelope: str, crlf: bool, blank: bool, chunk: int
) -> None:
    mails = ["\n".join([f"From {envelope}", f"Subject: {n}", "", *body, ""]) for n, body in enumerate(bodies)]
    data = ("\n" if blank else "").join(mails).encode()
    if crlf:
        data = data.replace(b"\n", b"\r\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mbox, "CHUNK", chunk)
        slices = list(mbox.split(io.BytesIO(data)))
    assert len(slices) == len(mails)
    assert b"".join(data[each.offset : each.end] for each in slices) == data
    assert [each.closed for each in slices] == [True] * (len(mails) - 1) + [False]
    for each in slices:
        assert data[each.offset : each.end].startswith(each.head)


@given(data=st.binary(max_size=200), cut=st.integers(0, 200))
@settings(max_examples=60, deadline=None)
def test_splitting_loses_no_byte_and_goes_on_from_any_mail(data: bytes, cut: int) -> None:
    whole = a_box([a_mail(1), a_mail(2)]).encode() + data + a_box([a_mail(3)]).encode()[cut:]
    slices = list(mbox.split(io.BytesIO(whole)))
    for number, each in enumerate(slices):
        stream = io.BytesIO(whole)
        stream.seek(each.offset)
        assert list(mbox.split(stream, each.offset)) == slices[number:]


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


# --- damage and interruption -----------------------------------------------------------------------------------------


def _with_where_gone(records: Iterable[Record]) -> set[str]:
    return {f"{act.id} {act.at} {act.actor} {act.to} {act.item} {act.thread}" for act in acts_in(records)}


@pytest.fixture(scope="module")
def takeout() -> bytes:
    return (FIXTURES / "takeout.zip" / "Takeout" / "Mail" / "All mail Including Spam and Trash.mbox").read_bytes()


@given(data=st.data())
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_box_cut_at_any_byte_gives_no_more_and_nothing_else(
    data: st.DataObject, tmp_path: Path, takeout: bytes
) -> None:
    me = frozenset({f"email:{_ME}", "email:olga@shop.example"})
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
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damage_in_the_middle_never_breaks_the_reading(at: int, junk: bytes, tmp_path: Path, takeout: bytes) -> None:
    path = tmp_path / "box.mbox"
    path.write_bytes(takeout[:at] + junk + takeout[at + 20 :])
    assert len(acts_in(read(path, excerpts=True))) >= 4


def test_a_truncated_zip_and_a_damaged_member_are_told_of(tmp_path: Path) -> None:
    path = tmp_path / "mail.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.mbox", a_box(a_mail(n) for n in range(30)))
        archive.writestr("b.mbox", a_box([a_mail(99)]))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UnreadableError, match="truncated zip"):
        read(path)
    path.write_bytes(whole[:60] + b"\xff" * 40 + whole[100:])
    records = read(path)
    assert "email:m99@mail.example#message" in {act.id for act in acts_in(records)}
    assert any("damaged" in problem.why for problem in problems_in(records))


def _interruptions(path: Path) -> Iterator[tuple[list[Record], str]]:
    """Read, and stop at each checkpoint: what was given until then, and where to go on."""
    records: list[Record] = []
    for record in email.read(path, context()):
        assert not isinstance(record, Batch)
        if isinstance(record, Checkpoint):
            assert record.done is not None
            assert record.total is None or 0 < record.done <= record.total
            yield list(records), record.position
        records.append(record)


@pytest.mark.parametrize("form", ["mbox", "folder", "zip", "gz"])
def test_an_interrupted_run_goes_on_where_it_stopped(
    tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(email, "_CHECK_MAILS", 1)
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
    for name in ("a.mbox", "closed.mbox", "gone.mbox"):
        in_box(tmp_path, a_mail(), name=f"Mail/{name}")
    real_stat, real_open = os.stat, open

    def stat(path: Any, **more: Any) -> os.stat_result:
        if str(path).endswith("gone.mbox"):
            raise FileNotFoundError(2, "No such file or directory")
        return real_stat(path, **more)

    def opened(path: Any, *more: Any, **named: Any) -> Any:
        if str(path).endswith("closed.mbox"):
            raise PermissionError(13, "Permission denied")
        return real_open(path, *more, **named)

    monkeypatch.setattr(os, "stat", stat)
    monkeypatch.setattr("builtins.open", opened)
    records = read(tmp_path / "Mail")
    assert len(acts_in(records)) == 1
    assert sorted(Path(problem.where).name for problem in problems_in(records)) == ["closed.mbox", "gone.mbox"]


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


@pytest.mark.parametrize(("flags", "why"), [("S", None), ("RST", bulk.JUNK), ("DS", bulk.DRAFTS)])
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


# --- whose mailbox it is ---------------------------------------------------------------------------------------------


def owners_of(path: Path) -> list[str]:
    records = read(path)
    owners = [record for record in records if isinstance(record, Owner)]
    assert owners == records[: len(owners)], "the owner comes before anything is written"
    return [account.id for owner in owners for account in owner.accounts]


def test_who_sent_what_lies_in_sent_is_the_owner_under_all_addresses(tmp_path: Path) -> None:
    in_box(tmp_path, a_mail(1), a_mail(2), name="Mail/Inbox")
    in_box(
        tmp_path,
        a_mail(3, _ME, "b@x.example"),
        a_mail(4, _ME, "b@x.example"),
        a_mail(5, "o@alias.example", "b@x.example"),
        name="Mail/Gesendet",
    )
    assert owners_of(tmp_path / "Mail") == [f"email:{_ME}", "email:o@alias.example"]


def test_a_stray_mail_in_a_large_sent_folder_is_nobodys_alias(tmp_path: Path) -> None:
    in_box(
        tmp_path, *(a_mail(n, _ME, "b@x.example") for n in range(150)), a_mail(151, "stray@x.example"), name="Sent.mbox"
    )
    assert owners_of(tmp_path / "Sent.mbox") == [f"email:{_ME}"]


def test_whom_most_mails_were_delivered_to_is_the_owner(tmp_path: Path) -> None:
    delivered = f"Delivered-To: {_ME}\n"
    box = in_box(tmp_path, a_mail(1, more=delivered), a_mail(2, more=delivered), a_mail(3), a_mail(4))
    assert owners_of(box) == [f"email:{_ME}"]
    assert owners_of(in_box(tmp_path, a_mail(1, more=delivered), a_mail(2), a_mail(3))) == []
    assert owners_of(in_box(tmp_path, a_mail(1, more=delivered))) == []


def test_who_writes_and_gets_nearly_all_is_the_owner(tmp_path: Path) -> None:
    mails = [a_mail(n, f"p{n}@x.example") for n in range(15)] + [
        a_mail(n, _ME, f"q{n}@x.example") for n in range(15, 30)
    ]
    assert owners_of(in_box(tmp_path, *mails)) == [f"email:{_ME}"]
    assert owners_of(in_box(tmp_path, *mails[:10], *mails[-5:])) == []


def test_of_two_who_write_to_each_other_nobody_is_taken_for_the_owner(tmp_path: Path) -> None:
    mails = [a_mail(n, *((_ME, "b@x.example") if n % 2 else ("b@x.example", _ME))) for n in range(40)]
    assert owners_of(in_box(tmp_path, *mails)) == []


def test_the_owner_of_a_large_box_is_found_by_samples_from_all_of_it(tmp_path: Path) -> None:
    path = tmp_path / "large.mbox"
    sent = "X-Gmail-Labels: Sent\n"
    with path.open("w") as file:
        for number in range(120):
            sender = _ME if number < 100 else "o@alias.example"
            file.write(a_box([a_mail(number, sender, "b@x.example", sent, "x" * 75 + "\n" + ("y" * 75 + "\n") * 700)]))
    assert path.stat().st_size > 6 << 20
    assert owners_of(path) == [f"email:{_ME}", "email:o@alias.example"]
    packed = tmp_path / "large.mbox.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    with zipfile.ZipFile(tmp_path / "large.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(path, "Mail/large.mbox")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "large.zip").write_bytes((tmp_path / "large.zip").read_bytes())
    for form in (packed, tmp_path / "large.zip", tmp_path / "in"):
        assert owners_of(form) == [f"email:{_ME}"]


def test_a_sample_ends_where_its_budget_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = "X-Gmail-Labels: Sent\n"
    for number in range(3):
        in_box(tmp_path, a_mail(number, f"me{number}@x.example", "b@x.example", sent), name=f"Mail/{number}.mbox")
    monkeypatch.setattr("ingest.mail.owner._BUDGET", 1)
    assert owners_of(tmp_path / "Mail") == ["email:me0@x.example"]


def test_a_file_that_can_t_be_read_says_nothing_of_the_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "Mail" / "large.mbox"
    in_box(tmp_path, *(a_mail(n, body="x" * 70 + "\n") for n in range(30)), name="Mail/large.mbox")
    monkeypatch.setattr("ingest.mail.owner._WINDOW", 100)

    def refuse(*_: Any, **__: Any) -> Any:
        raise UnreadableError("closed")

    assert len(acts_in(read(path))) == 30
    monkeypatch.setattr("ingest.files.Entry.open", refuse)
    records = read(tmp_path / "Mail")
    assert [problem.why for problem in problems_in(records)] == ["closed"]


def test_the_owner_of_many_files_is_found_by_every_nth_of_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.mail.owner._FILES", 10)
    for number in range(60):
        folder = tmp_path / ("Sent" if number % 2 else "Inbox")
        folder.mkdir(exist_ok=True)
        sender, to = (_ME, "b@x.example") if number % 2 else ("b@x.example", _ME)
        (folder / f"{number:03}.eml").write_text(a_mail(number, sender, to))
    assert owners_of(tmp_path) == [f"email:{_ME}"]


# --- into a store ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["takeout.zip", "Local Folders", "Maildir", "hello.eml"])
def test_what_is_brought_in_twice_is_there_once(store: Store, tmp_path: Path, name: str) -> None:
    path = prepared(FIXTURES / name, tmp_path / "in")
    first = pull(store, email.SOURCE, [path], context=context())
    second = pull(store, email.SOURCE, [path], context=context())
    assert first.new > 0
    assert (first.seen, second.new, second.seen) == (0, 0, first.new)
    assert (second.skipped, second.problem_count) == (first.skipped, first.problem_count)


def test_one_mail_in_inbox_sent_and_all_mail_is_one(store: Store, tmp_path: Path) -> None:
    for folder in ("Inbox", "Sent", "All Mail"):
        in_box(tmp_path, a_mail(1, _ME, "b@x.example"), name=f"Mail/{folder}.mbox")
    summary = pull(store, email.SOURCE, [tmp_path / "Mail"], context=context())
    assert (summary.by_kind, summary.new, summary.problem_count) == ({"message": 3}, 1, 0)
    assert store.profiles() == {"me": [f"email:{_ME}"]}
