"""Packing: what is cleaned and what is refused, ids and digests, and that both ways of packing give the same."""

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from graph.errors import InvalidRecordError
from graph.model import (
    EARLIEST,
    KIND_CODES,
    Account,
    Addressee,
    Closeness,
    Declared,
    Interaction,
    Introduction,
    IntroductionState,
    IntroductionStep,
    Item,
    Kind,
    Member,
    Owner,
    Problem,
    Record,
    Role,
    SameAs,
    to_micros,
)
from graph.records.clean import EXCERPT_LIMIT, clean_account_id, clean_block, clean_line, clean_reference, clean_url
from graph.records.pack import Packer, pack
from graph.records.rare import declared_id, introduction_id
from graph.records.rows import ACCOUNT_FIELDS, NO_ACCOUNT, AccountRow, Batch, conflicting, merge_fields, prefer
from tests.graph.records import NOW, act

ANN, BOB, CY = (Account(id=f"x:{number}") for number in (1, 2, 3))
AT = to_micros(NOW)


def one(interaction: Interaction) -> Batch:
    batch = pack([interaction], now=NOW)
    assert batch.problems == []
    assert len(batch.interactions) == 1
    return batch


def why(*records: Record) -> list[str]:
    batch = pack(records, now=NOW)
    assert not batch.interactions
    assert not batch.records
    return [problem.why for problem in batch.problems]


# --- cleaning --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Ann", "Ann"),
        ("  Ann\t Lee\n", "Ann Lee"),
        ("A\0n\x1bn\x9f", "Ann"),
        ("Zoe\u0301", "Zoé"),
        ("half \ud83d here", "half \ufffd here"),
        ("\ud83e\udd8a", "🦊"),
        ("שלום 🦊", "שלום 🦊"),
        ("x" * 400, "x" * 300),
        ("x" * 299 + "  y", "x" * 299),
        (" \0 ", None),
        ("", None),
        (None, None),
    ],
)
def test_a_line_is_cleaned(text: str | None, clean: str | None) -> None:
    assert clean_line(text, 300) == clean


def test_a_block_keeps_its_lines() -> None:
    assert clean_block(" a\r\nb\r  c\0 ", 100) == "a\nb\n  c"
    assert clean_block("x" * 9_000, EXCERPT_LIMIT) == "x" * EXCERPT_LIMIT
    assert clean_block(None, 5) is None
    assert clean_block(" \n ", 5) is None


def test_what_is_no_text_is_refused() -> None:
    for clean in (clean_line, clean_block):
        with pytest.raises(InvalidRecordError, match="5 is not a text"):
            clean(5, 10)  # type: ignore[arg-type] # what a source might hand over


def test_over_long_references_stay_apart() -> None:
    first, second = clean_reference("t" * 600 + "a"), clean_reference("t" * 600 + "b")
    assert first != second
    assert first is not None
    assert len(first) == 512
    assert clean_reference(" t ") == "t"
    assert clean_reference(None) is None


@pytest.mark.parametrize("url", ["https://example.org/" + "a" * 2_000, "javascript:alert(1)", " DATA:text/html,x", ""])
def test_links_that_lead_astray_are_dropped(url: str) -> None:
    assert clean_url(url) is None


@pytest.mark.parametrize("text", ["", "ann", ":", "x:", " : ", "x y:1", "x:" + "a" * 600, "1x:2"])
def test_account_ids_need_a_network_and_an_id(text: str) -> None:
    with pytest.raises(InvalidRecordError):
        clean_account_id(text)


def test_account_ids_are_canonical() -> None:
    assert clean_account_id(" Email:Ann@Example.org\0") == "email:ann@example.org"
    assert clean_account_id("email:Ann@Bücher.example") == "email:ann@xn--bcher-kva.example"
    assert clean_account_id("x:@Ann") == "x:@ann"
    assert clean_account_id("github:Ann") == "github:ann"
    assert clean_account_id("linkedin:in/Ann") == "linkedin:in/ann"
    assert clean_account_id("slack:U012") == "slack:U012"
    assert clean_account_id("web:example.org#ann lee") == "web:example.org#ann lee"


# --- interactions ----------------------------------------------------------------------------------------------------


def test_a_row_holds_what_was_said() -> None:
    to = (Addressee(account=CY), Addressee(account=BOB, role=Role.BCC), Addressee(account=BOB, role=Role.CC))
    item = Item(url="https://example.org/a#part", title=" On  boats ", kind="article", author=BOB)
    made = Interaction(
        kind=Kind.COMMENT,
        at=NOW,
        actor=ANN,
        to=to,
        item=item,
        id="x:5#comment",
        thread="t",
        parent="x:4#post",
        excerpt=" Well\r\nsaid ",
        private=True,
        source="test",
    )
    batch = one(made)
    (row,) = batch.interactions
    assert (row[0], *row[2:]) == (
        "x:5#comment",
        KIND_CODES["comment"],
        AT,
        "x:1",
        "https://example.org/a",
        "t",
        "x:4#post",
        "Well\nsaid",
        1,
        "test",
        (("x:2", 1), ("x:3", 0)),
        2,
    )
    assert batch.items == {"https://example.org/a": ((AT, "On boats"), (AT, "article"), (AT, "x:2"))}
    assert batch.accounts == dict.fromkeys(("x:1", "x:2", "x:3"), NO_ACCOUNT)
    assert batch.read == {KIND_CODES["comment"]: 1}


def test_what_is_missing_is_empty() -> None:
    batch = one(act("x:1", (), Kind.FOLLOW, at=None))
    (row,) = batch.interactions
    assert row[3:] == (0, "x:1", "", "", "", "", 0, "test", (), 0)
    assert batch.items == {}


def test_an_id_is_made_of_what_is_said_where_there_is_none() -> None:
    base = act("email:ann@example.org", ("x:2", "x:3"), thread="t")
    (row,) = one(base).interactions
    assert row[0].startswith("email:~")
    assert row[0].endswith("#message")
    turned = replace(base, to=tuple(reversed(base.to)), source="other", excerpt="a", where="here")
    others = [
        replace(base, at=NOW - timedelta(microseconds=1)),
        replace(base, private=True),
        replace(base, parent="p"),
        replace(base, thread=None, parent="t"),
        replace(base, to=base.to[:1]),
        replace(base, to=(replace(base.to[0], role=Role.CC), base.to[1])),
        replace(base, item=Item(title="t")),
        replace(base, actor=BOB),
        replace(base, kind=Kind.COPIED),
    ]
    assert one(turned).interactions[0][0] == row[0]
    assert len({one(other).interactions[0][0] for other in others} | {row[0]}) == len(others) + 1


def test_the_same_instant_in_another_zone_is_the_same_act() -> None:
    there = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert one(act("x:1", "x:2", at=there)).interactions == one(act("x:1", "x:2", at=NOW)).interactions


def test_an_excerpt_makes_no_conflict_but_other_content_does() -> None:
    plain = act("x:1", "x:2", native="x:5#message")
    rows = {
        name: one(interaction).interactions[0]
        for name, interaction in {
            "plain": plain,
            "quoted": replace(plain, excerpt="a"),
            "otherwise": replace(plain, excerpt="b"),
            "later": replace(plain, thread="t"),
        }.items()
    }
    assert not conflicting(rows["plain"][1], rows["quoted"][1])
    assert not conflicting(rows["quoted"][1], rows["otherwise"][1])
    assert conflicting(rows["plain"][1], rows["later"][1])
    assert prefer(rows["plain"], rows["quoted"]) == rows["quoted"]
    kept = {prefer(prefer(a, b), prefer(c, d)) for a, b, c, d in permutations(rows.values())}
    assert len(kept) == 1


def test_twice_in_a_batch_is_once_and_a_conflict_is_told() -> None:
    first = replace(act("x:1", "x:2", native="x:5#message"), where="a:1", source="mail")
    again = replace(first, where="a:2", source="archive")
    other = replace(first, where="a:3", thread="t")
    batch = pack([first, again, other], now=NOW)
    assert len(batch.interactions) == 1
    assert batch.read == {KIND_CODES["message"]: 3}
    assert [problem.where for problem in batch.problems] == ["a:3"]
    assert one(again).interactions == pack([first, again], now=NOW).interactions


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (None, "a message needs a date"),
        (EARLIEST - timedelta(microseconds=1), "1970-12-31T23:59:59"),
        (datetime(2020, 6, 17, tzinfo=UTC), "2020-06-17"),
        (datetime(2106, 2, 7, tzinfo=UTC), "2106"),
        (datetime(2020, 6, 1), "no time zone"),  # noqa: DTZ001 # a naive date is what is refused
    ],
)
def test_dates_outside_1971_to_tomorrow_are_refused(at: datetime | None, said: str) -> None:
    (told,) = why(act("x:1", "x:2", at=at))
    assert said in told


@pytest.mark.parametrize("at", [EARLIEST, datetime(2020, 6, 16, 23, 59, 59, tzinfo=UTC)])
def test_the_first_and_the_last_date_are_kept(at: datetime) -> None:
    assert one(act("x:1", "x:2", at=at)).interactions[0][3] == to_micros(at)


def test_bad_records_are_told_and_the_good_ones_beside_them_kept() -> None:
    good = act("x:1", "x:2")
    bad = replace(act("nobody", "x:2"), where="mail:7")
    batch = pack([good, bad, Account(id=" "), replace(good, id=" ", where=""), replace(good, id="i" * 600)], now=NOW)
    assert len(batch.interactions) == 1
    assert [problem.where for problem in batch.problems] == ["mail:7", "account 3", " ", "i" * 600]
    assert "nobody" in batch.problems[0].why
    assert sum(batch.read.values()) == 1


def test_what_a_bad_record_names_is_not_kept() -> None:
    batch = pack([replace(act("x:1", "x:2", at=None), item=Item(url="https://example.org/"))], now=NOW)
    assert (batch.accounts, batch.items) == ({}, {})


@pytest.mark.parametrize("record", [Owner(accounts=(ANN,)), Problem(where="a", why="b")])
def test_what_no_store_keeps_is_refused(record: Record) -> None:
    with pytest.raises(TypeError, match="no record that a store keeps"):
        pack([record], now=NOW)


# --- what is said of accounts and items ------------------------------------------------------------------------------


def said_of(*records: Record, id_: str = "x:1") -> dict[str, tuple[int, str]]:
    row = pack(records, now=NOW).accounts[id_]
    return {name: value for name, value in zip(ACCOUNT_FIELDS, row, strict=True) if value[1]}


def test_a_nested_account_takes_the_date_of_its_record_unless_it_has_its_own() -> None:
    nested, own = replace(ANN, name="Ann"), replace(ANN, handle="ann", at=NOW - timedelta(days=9))
    micros = to_micros(NOW - timedelta(days=9))
    shown = Interaction(kind=Kind.MESSAGE, at=NOW, actor=nested, to=(Addressee(account=own),))
    assert said_of(shown) == {"name": (AT, "Ann"), "handle": (micros, "ann")}
    assert said_of(replace(ANN, name="Ann")) == {"name": (0, "Ann")}
    assert said_of(Interaction(kind=Kind.FOLLOW, at=None, actor=nested, to=())) == {"name": (0, "Ann")}


def test_an_items_author_is_an_account_and_an_item_without_url_is_its_title_and_author() -> None:
    author = replace(CY, name="Cy")
    named = one(act("x:1", "x:2", item=Item(title="Untitled", author=author)))
    again = one(act("x:2", "x:1", item=Item(title="Untitled", author=CY, kind="post")))
    other = one(act("x:1", "x:2", item=Item(title="Untitled", author=BOB)))
    assert (AT, "Cy") in named.accounts["x:3"]
    assert list(named.items) == list(again.items) != list(other.items)
    assert next(iter(named.items)).startswith("~")
    assert one(act("x:1", "x:2", item=Item(kind="post"))).items == {}
    odd = one(act("x:1", "x:2", item=Item(url="~abc", title="Odd")))
    assert [id_ != "~abc" and id_.startswith("~") for id_ in odd.items] == [True]
    assert one(act("x:1", "x:2", item=Item(url="#top"))).items == {}


_rows = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["", "a", "b"])), min_size=3, max_size=3).map(tuple)


@settings(max_examples=200)
@given(_rows, _rows, _rows)
def test_what_is_said_merges_in_any_order(first: AccountRow, second: AccountRow, third: AccountRow) -> None:
    merged = merge_fields(merge_fields(first, second), third)
    assert {merge_fields(a, merge_fields(b, c)) for a, b, c in permutations((first, second, third))} == {merged}
    assert merge_fields(merged, second) is merged


# --- rare records ----------------------------------------------------------------------------------------------------


def test_an_assertion_is_the_same_whichever_way_round() -> None:
    there, back = (pack([SameAs(a=a, b=b, at=NOW)], now=NOW).records for a, b in (("x:2", "x:1"), ("x:1", "x:2")))
    assert there == back


def test_a_declared_tie_gets_an_id_of_who_says_it_of_whom() -> None:
    tie = Declared(a=replace(ANN, name="Ann"), b=BOB, closeness=Closeness.CLOSE, at=NOW, how=" at\nsea ")
    (kept,) = pack([tie], now=NOW).records
    assert isinstance(kept, Declared)
    assert (kept.a, kept.how) == (ANN, "at\nsea")
    assert kept.id == declared_id(replace(tie, a=BOB, b=ANN, closeness=Closeness.SLIGHT, how=None))
    assert kept.id != declared_id(replace(tie, by=CY))
    (named,) = pack([replace(tie, id="mine")], now=NOW).records
    assert isinstance(named, Declared)
    assert named.id == "mine"


def test_an_introduction_gets_an_id_of_the_three_and_its_states_in_order() -> None:
    asked = IntroductionStep(state=IntroductionState.ASKED, at=NOW - timedelta(days=1), note=" please ")
    met = IntroductionStep(state=IntroductionState.MET, at=NOW, url="javascript:x")
    story = Introduction(by=ANN, person=BOB, to=CY, steps=(met, asked, met), initiator=CY)
    (kept,) = pack([story], now=NOW).records
    assert isinstance(kept, Introduction)
    assert kept.steps == (replace(asked, note="please"), replace(met, url=None))
    assert kept.id == introduction_id(replace(story, steps=(asked,)))
    assert kept.id != introduction_id(replace(story, person=CY, to=BOB))


def test_rare_records_that_say_nothing_are_refused() -> None:
    tie = Declared(a=ANN, b=BOB, closeness=Closeness.CLOSE, at=NOW)
    step = IntroductionStep(state=IntroductionState.ASKED, at=NOW)
    story = Introduction(by=ANN, person=BOB, to=CY, steps=(step,))
    future, naive = NOW + timedelta(days=9), NOW.replace(tzinfo=None)
    refused: list[Record] = [
        SameAs(a="x:1", b="x:1", at=NOW),
        SameAs(a="x:1", b="x:2", at=NOW, confidence=1.5),
        SameAs(a="x:1", b="x:2", at=future),
        SameAs(a="x:1", b="x:2", at=NOW, retracted_at=naive),
        replace(tie, b=ANN),
        replace(tie, at=naive),
        replace(tie, since=date(1969, 1, 1)),
        replace(tie, retracted_at=future),
        replace(story, steps=()),
        replace(story, to=BOB),
        replace(story, by=BOB),
        replace(story, retracted_at=future),
        replace(story, steps=(replace(step, at=future),)),
        Member(list=" ", account=ANN),
        Member(list="press", account=Account(id="nobody")),
    ]
    assert len(why(*refused)) == len(refused)


def test_every_account_that_a_record_names_is_in_the_batch() -> None:
    by = Account(id="x:4", name="Di")
    step = IntroductionStep(state=IntroductionState.ASKED, at=NOW)
    records: list[Record] = [
        SameAs(a="x:1", b="x:2", at=NOW),
        Declared(a=ANN, b=CY, by=by, closeness=Closeness.SLIGHT, at=NOW),
        Introduction(by=ANN, person=BOB, to=CY, initiator=Account(id="x:5"), steps=(step,)),
        Member(list="press", account=Account(id="x:6", name="Flo")),
    ]
    batch = pack(records, now=NOW)
    assert sorted(batch.accounts) == [f"x:{number}" for number in range(1, 7)]
    assert (AT, "Di") in batch.accounts["x:4"]
    assert (0, "Flo") in batch.accounts["x:6"]


def test_each_batch_tells_only_what_it_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.records.pack._CLEANED_LIMIT", 1)
    packer = Packer(now=NOW)
    for days in (0, 9):
        at = NOW - timedelta(days=days)
        packer.add(replace(act("x:1", "x:2", at=at), actor=Account(id="x:1", name="Ann")))
        assert len(packer) == 1
        named = ((0, ""), (to_micros(at), "Ann"), *NO_ACCOUNT[2:])
        assert packer.take().accounts == {"x:1": named, "x:2": NO_ACCOUNT}
    assert packer.take() == Batch()
