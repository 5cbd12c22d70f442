"""What the bundled lines may tell: of the real people only their story, of nobody else anything real."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dashboard.demo import strauss as story
from graph.model import Account, Declared, Interaction, Introduction, Member, Owner, Record, SameAs
from ingest.registry import source
from ingest.source import Context

NOW = datetime(2026, 11, 2, tzinfo=UTC)
FOLDER = Path(story.__file__).parent
REAL = {"manual:you", "manual:rieva-lesonski", "manual:steve-strauss"}
YOU = {"manual:you", "email:you@example.org"}
TITLES = {
    "Should entrepreneurs Twitter? Uh, no.",
    "Twitter for small business… reconsidered",
    "Why I was wrong about Twitter",
    "May I make the introduction?",
    "Your first talk",
}


def read(part: str) -> list[Record]:
    records = source("jsonl").read(str(FOLDER / f"{part}.jsonl"), Context(now=NOW))
    kept = Interaction | Account | SameAs | Declared | Introduction | Owner | Member
    return [record for record in records if isinstance(record, kept)]


def accounts(record: Record) -> set[str]:
    match record:
        case Interaction():
            author = {record.item.author.id} if record.item is not None and record.item.author is not None else set()
            return {record.actor.id} | {to.account.id for to in record.to} | author
        case Account():
            return {record.id}
        case SameAs():
            return {record.a, record.b}
        case Declared():
            return {record.a.id, record.b.id}
        case Introduction():
            return {record.by.id, record.person.id, record.to.id}
        case Owner():
            return {account.id for account in record.accounts}
        case Member():
            return {record.account.id}
        case _:
            raise AssertionError(record)


@pytest.mark.parametrize("part", ["before", "after"])
def test_story_names_the_three_and_nobody_else(part: str) -> None:
    assert {account for record in read(part) for account in accounts(record)} <= REAL


@pytest.mark.parametrize("part", ["before", "after"])
def test_story_invents_no_link_and_no_words(part: str) -> None:
    text = (FOLDER / f"{part}.jsonl").read_text(encoding="utf-8")
    interactions = [record for record in read(part) if isinstance(record, Interaction)]

    assert "http" not in text
    assert {record.item.title for record in interactions if record.item is not None} <= TITLES
    for record in interactions:
        assert record.excerpt is not None
        assert re.fullmatch(r"\[.*(approximate|April 2009).*\]", record.excerpt), record.excerpt


def test_story_happens_in_april_2009() -> None:
    dates = [record.at for part in ("before", "after") for record in read(part) if isinstance(record, Interaction)]

    assert all(at is not None and (at.year, at.month) == (2009, 4) for at in dates)
    assert all(at is not None and at.date() <= story.LATER_DAY for at in dates)


def test_cast_says_nothing_of_the_other_two() -> None:
    named = {account for record in read("cast") for account in accounts(record)}

    assert named & REAL <= YOU
    assert not re.search("rieva|lesonski|strauss", (FOLDER / "cast.jsonl").read_text(encoding="utf-8"), re.IGNORECASE)


def test_cast_has_reserved_addresses_only() -> None:
    text = (FOLDER / "cast.jsonl").read_text(encoding="utf-8")
    hosts = set(re.findall(r"https?://([^/\"]+)", text)) | set(re.findall(r"@([\w.-]+)", text))

    assert hosts
    assert all(host == "example.org" or host.endswith(".example") for host in hosts), hosts
