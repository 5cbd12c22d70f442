"""Invented mails and mailboxes, and what the source `email` makes of them."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graph.model import Interaction, Problem, Record, Skipped
from ingest.source import Context
from ingest.sources import email

FIXTURES = Path(__file__).parent / "fixtures" / "email"
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
ME = "olga@owner.example"


def context(**fields: Any) -> Context:
    return Context(now=NOW, **fields)


def read(path: Path, **fields: Any) -> list[Record]:
    return list(email.read(str(path), context(**fields)))


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
    to: str = ME,
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
