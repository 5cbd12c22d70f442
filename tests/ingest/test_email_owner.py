"""The source `email`: whose mailbox it is."""

import gzip
import zipfile
from pathlib import Path
from typing import Any

import pytest

from graph.model import Owner
from ingest.source import UnreadableError
from tests.ingest.mails import ME, a_box, a_mail, acts_in, in_box, problems_in, read


def owners_of(path: Path) -> list[str]:
    records = read(path)
    owners = [record for record in records if isinstance(record, Owner)]
    assert owners == records[: len(owners)], "the owner comes before anything is written"
    return [account.id for owner in owners for account in owner.accounts]


def test_who_sent_what_lies_in_sent_is_the_owner_under_all_addresses(tmp_path: Path) -> None:
    in_box(tmp_path, a_mail(1), a_mail(2), name="Mail/Inbox")
    in_box(
        tmp_path,
        a_mail(3, ME, "b@x.example"),
        a_mail(4, ME, "b@x.example"),
        a_mail(5, "o@alias.example", "b@x.example"),
        name="Mail/Gesendet",
    )
    assert owners_of(tmp_path / "Mail") == [f"email:{ME}", "email:o@alias.example"]


def test_a_stray_mail_in_a_large_sent_folder_is_nobodys_alias(tmp_path: Path) -> None:
    in_box(
        tmp_path, *(a_mail(n, ME, "b@x.example") for n in range(150)), a_mail(151, "stray@x.example"), name="Sent.mbox"
    )
    assert owners_of(tmp_path / "Sent.mbox") == [f"email:{ME}"]


def test_whom_most_mails_were_delivered_to_is_the_owner(tmp_path: Path) -> None:
    delivered = f"Delivered-To: {ME}\n"
    box = in_box(tmp_path, a_mail(1, more=delivered), a_mail(2, more=delivered), a_mail(3), a_mail(4))
    assert owners_of(box) == [f"email:{ME}"]
    assert owners_of(in_box(tmp_path, a_mail(1, more=delivered), a_mail(2), a_mail(3))) == []
    assert owners_of(in_box(tmp_path, a_mail(1, more=delivered))) == []


def test_who_writes_and_gets_nearly_all_is_the_owner(tmp_path: Path) -> None:
    mails = [a_mail(n, f"p{n}@x.example") for n in range(15)] + [
        a_mail(n, ME, f"q{n}@x.example") for n in range(15, 30)
    ]
    assert owners_of(in_box(tmp_path, *mails)) == [f"email:{ME}"]
    assert owners_of(in_box(tmp_path, *mails[:10], *mails[-5:])) == []


def test_of_two_who_write_to_each_other_nobody_is_taken_for_the_owner(tmp_path: Path) -> None:
    mails = [a_mail(n, *((ME, "b@x.example") if n % 2 else ("b@x.example", ME))) for n in range(40)]
    assert owners_of(in_box(tmp_path, *mails)) == []


def test_the_owner_of_a_large_box_is_found_by_samples_from_all_of_it(tmp_path: Path) -> None:
    path = tmp_path / "large.mbox"
    sent = "X-Gmail-Labels: Sent\n"
    with path.open("w") as file:
        for number in range(120):
            sender = ME if number < 100 else "o@alias.example"
            file.write(a_box([a_mail(number, sender, "b@x.example", sent, "x" * 75 + "\n" + ("y" * 75 + "\n") * 700)]))
    assert path.stat().st_size > 6 << 20
    assert owners_of(path) == [f"email:{ME}", "email:o@alias.example"]
    packed = tmp_path / "large.mbox.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    with zipfile.ZipFile(tmp_path / "large.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(path, "Mail/large.mbox")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "large.zip").write_bytes((tmp_path / "large.zip").read_bytes())
    for form in (packed, tmp_path / "large.zip", tmp_path / "in"):
        assert owners_of(form) == [f"email:{ME}"]


def test_a_sample_ends_where_its_budget_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = "X-Gmail-Labels: Sent\n"
    for number in range(3):
        in_box(tmp_path, a_mail(number, f"me{number}@x.example", "b@x.example", sent), name=f"Mail/{number}.mbox")
    monkeypatch.setattr("ingest.sources.email.mailbox_owner._BUDGET", 1)
    assert owners_of(tmp_path / "Mail") == ["email:me0@x.example"]


def test_a_file_that_can_t_be_read_says_nothing_of_the_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "Mail" / "large.mbox"
    in_box(tmp_path, *(a_mail(n, body="x" * 70 + "\n") for n in range(30)), name="Mail/large.mbox")
    monkeypatch.setattr("ingest.sources.email.mailbox_owner._WINDOW", 100)

    def refuse(*_: Any, **__: Any) -> Any:
        raise UnreadableError("closed")

    assert len(acts_in(read(path))) == 30
    monkeypatch.setattr("ingest.kit.files.Entry.open", refuse)
    records = read(tmp_path / "Mail")
    assert [problem.why for problem in problems_in(records)] == ["closed"]


def test_the_owner_of_many_files_is_found_by_every_nth_of_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.sources.email.mailbox_owner._FILES", 10)
    for number in range(60):
        folder = tmp_path / ("Sent" if number % 2 else "Inbox")
        folder.mkdir(exist_ok=True)
        sender, to = (ME, "b@x.example") if number % 2 else ("b@x.example", ME)
        (folder / f"{number:03}.eml").write_text(a_mail(number, sender, to))
    assert owners_of(tmp_path) == [f"email:{ME}"]
