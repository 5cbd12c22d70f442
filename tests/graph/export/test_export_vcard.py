import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
import vobject
from hypothesis import given

from graph.export.tables import PersonRecord, TieRecord
from graph.export.vcard import fold, people_vcard, uid_of
from graph.model import Account
from graph.records.clean import line
from tests.graph.export.cases import (
    HOSTILE_NAMES,
    NOON,
    UNSAFE_LINKS,
    any_text,
    people_named,
    record,
    tie,
    ties_between,
)


def read(people: Iterable[PersonRecord], ties: Iterable[TieRecord] = ()) -> list[Any]:
    return list(vobject.readComponents("".join(people_vcard(people, ties))))


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


def test_a_card() -> None:
    accounts = (
        Account(id="email:ann@example.org", name="Ann"),
        Account(id="linkedin:in/ann-lee", at=NOON, org="Example, Ltd; Sons", title="Head of R\\D"),
        Account(id="mastodon:ann@example.social", handle="ann", url="https://example.social/@ann"),
        Account(id="web:example.com#ann lee", url="https://ann.example.com/a,b;c"),
        Account(id="manual:ann"),
        Account(id="x:5", handle='a"n^n;', url="https://x.example/ann"),
    )
    assert "".join(
        people_vcard([PersonRecord(id="email:ann@example.org", name="Ann; Lee, Dr", accounts=accounts)], ())
    ) == (
        "BEGIN:VCARD\r\n"
        "VERSION:4.0\r\n"
        f"UID:{uid_of('email:ann@example.org')}\r\n"
        "FN:Ann\\; Lee\\, Dr\r\n"
        "ORG:Example\\, Ltd\\; Sons\r\n"
        "TITLE:Head of R\\\\D\r\n"
        "EMAIL:ann@example.org\r\n"
        "SOCIALPROFILE;SERVICE-TYPE=linkedin;VALUE=text:in/ann-lee\r\n"
        "SOCIALPROFILE;SERVICE-TYPE=mastodon;USERNAME=ann:https://example.social/@an\r\n"
        " n\r\n"
        "URL:https://ann.example.com/a,b;c\r\n"
        'SOCIALPROFILE;SERVICE-TYPE=x;USERNAME="a^\'n^^n;":https://x.example/ann\r\n'
        "END:VCARD\r\n"
    )


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_vobject_reads_back_hostile_names(name: str) -> None:
    (card,) = read(people_named([name]))
    told = line(name)
    assert card.fn.value == (told or "x:1")
    assert card.version.value == "4.0"
    if told:
        assert card.org.value == [told]
        assert card.title.value == told


@given(any_text)
def test_vobject_reads_back_any_name(name: str) -> None:
    cards = read([record("x:1", name, title=name, handle=name), record("x:2", "B")])
    assert [card.fn.value for card in cards] == [line(name) or "x:1", "B"]
    assert all(card.contents.keys() <= {"version", "uid", "fn", "title", "socialprofile"} for card in cards)


@given(any_text.map(line))
def test_lines_are_folded_by_octets_and_unfold_to_the_same(text: str) -> None:
    content = "FN:" + text * 9
    folded = fold(content)
    assert all(len(part.encode()) <= 75 for part in folded.split("\r\n"))
    assert unfolded(folded) == [content, ""]


def test_relations_say_closeness_in_the_standard_s_words_and_no_number() -> None:
    people = [record(f"x:{number}", name) for number, name in enumerate("ABCD")]
    ties = [
        tie("x:0", "x:1", strength=0.875),
        tie("x:0", "x:2", strength=0.3125),
        tie("x:0", "x:3", strength=0.015625),
        tie("x:1", "x:0", strength=0.0),
        tie("x:0", "x:9", strength=0.875),
    ]
    written = "".join(people_vcard(people, ties))
    cards = list(vobject.readComponents(written))
    assert [(one.type_param, one.value) for one in cards[0].contents["related"]] == [
        ("friend", uid_of("x:1")),
        ("acquaintance", uid_of("x:2")),
        ("contact", uid_of("x:3")),
    ]
    assert cards[1].uid.value == uid_of("x:1")
    assert all("related" not in card.contents for card in cards[1:])
    assert not re.search(r"0\.\d", written)


def test_a_uid_is_the_same_in_every_export_and_bears_any_id() -> None:
    assert uid_of("x:1") == uid_of("x:1") != uid_of("x:2")
    assert uid_of("x:\ud800").startswith("urn:uuid:")


@pytest.mark.parametrize("url", UNSAFE_LINKS)
def test_unsafe_links_stay_out(url: str) -> None:
    written = "".join(people_vcard([record("x:1", "Ann", url=url), record("web:e#a", "Bo", url=url)], ()))
    assert "SOCIALPROFILE;SERVICE-TYPE=x;VALUE=text:1\r\n" in written
    assert "URL" not in written


def test_many_cards_stay_apart() -> None:
    people = people_named(HOSTILE_NAMES)
    cards = read(people, ties_between(people))
    assert len(cards) == len(HOSTILE_NAMES)
    assert len({card.uid.value for card in cards}) == len(HOSTILE_NAMES)


@pytest.mark.parametrize("network", ["phone", "tel"])
def test_a_phone_is_one_and_no_profile(network: str) -> None:
    (card,) = read([record(f"{network}:+493012345", "Ann")])
    assert card.tel.value == "+493012345"
    assert "socialprofile" not in card.contents


def test_lists_stay_out() -> None:
    assert "maybe" not in "".join(people_vcard([PersonRecord(id="x:1", name="A", lists=("maybe hire",))], ()))


def test_the_newest_organisation_counts() -> None:
    old = Account(id="x:1", org="Old", at=NOON - timedelta(days=1))
    (card,) = read([PersonRecord(id="x:1", name="A", accounts=(old, Account(id="x:2", org="New", at=NOON)))])
    assert card.org.value == ["New"]
