"""What removing promises: nothing of them is left, the others keep what is theirs, and the forgotten stay out."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from graph.model import (
    Account,
    Addressee,
    Declared,
    Interaction,
    Introduction,
    IntroductionState,
    IntroductionStep,
    Item,
    Kind,
    Member,
    Problem,
    Record,
    Role,
    Rule,
    SameAs,
)
from graph.records.pack import pack
from graph.store.documents import Cursor, Overview, Receipt, Run, Written
from graph.store.features import Filters
from graph.store.store import Store
from tests.graph.records import NOW, act, days_ago, interactions_of, known
from tests.stores.conftest import Connect
from tests.stores.reference import ANN, BOB, CARA, DEE, PAGES, dump, expected_ties, ties_of, write

ALL = Filters()
GUS = "x:4711"
GUS_NAMED = Account(id=GUS, handle="gusgrim", name="Gus Grimwald", org="Gloom", at=days_ago(60))
EMPTY = Overview(
    accounts=0,
    interactions=0,
    by_kind={},
    by_source={},
    first=None,
    last=None,
    declared=0,
    introductions=0,
)


def ids(store: Store) -> list[str]:
    return [act_.id or "" for act_ in interactions_of(store)]


def story(by: str, person: str, to: str, *, initiator: str | None = None, note: str | None = None) -> Introduction:
    return Introduction(
        by=Account(id=by),
        person=Account(id=person),
        to=Account(id=to),
        initiator=Account(id=initiator) if initiator else None,
        steps=(IntroductionStep(state=IntroductionState.ASKED, at=days_ago(3), note=note),),
    )


def told_by(by: str) -> Declared:
    return Declared(
        a=Account(id=ANN), b=Account(id=CARA), closeness=known(ANN, BOB).closeness, at=NOW, by=Account(id=by)
    )


# --- forget ----------------------------------------------------------------------------------------------------------


def test_the_receipt_counts_what_went(store: Store) -> None:
    write(
        store,
        GUS_NAMED,
        act(GUS, ANN),
        act(ANN, GUS, native="test:1#message"),
        act(ANN, (GUS, BOB), native="test:2#message"),
        act(ANN, BOB, native="test:3#message"),
        known(ANN, GUS),
        known(ANN, BOB),
        told_by(GUS),
        story(ANN, GUS, BOB),
        story(ANN, BOB, CARA, initiator=GUS),
        SameAs(a=GUS, b=BOB, at=NOW),
        Member(list="press", account=Account(id=GUS)),
    )
    store.set_profile("other", [GUS])
    run = Run(source="x", at=NOW, new=1, seen=0, problems=3, seconds=0.0)
    whys = [f"{GUS} has no date", "Gus Grimwald?", "broken JSON"]
    store.record_run(run, [Problem(where=f"a:{at}", why=why) for at, why in enumerate(whys)])
    assert store.forget([GUS]) == Receipt(
        accounts=1,
        interactions=2,
        addressees=1,
        declared=2,
        introductions=1,
        assertions=1,
        problems=2,
        members=1,
    )
    assert store.forget([GUS, "x:404"]) == Receipt(
        accounts=0, interactions=0, addressees=0, declared=0, introductions=0, assertions=0, problems=0
    )
    assert ids(store) == ["test:2#message", "test:3#message"]
    assert [one.why for one in store.problems()] == ["broken JSON"]
    assert (store.lists(), store.profiles()) == ({}, {})
    assert [one.initiator for one in store.introductions()] == [None]


@pytest.mark.parametrize("settled", [True, False])
def test_a_shared_mail_loses_that_addressee_and_the_others_keep_their_share(store: Store, settled: bool) -> None:
    to = [
        Addressee(account=Account(id=one), role=role)
        for one, role in ((GUS, Role.TO), (BOB, Role.CC), (CARA, Role.BCC))
    ]
    mail = Interaction(id="email:1#message", kind=Kind.MESSAGE, at=NOW, actor=Account(id=ANN), to=tuple(to), source="t")
    pair = act(ANN, (BOB, GUS), native="test:2#message", at=days_ago(3))
    write(store, mail, pair)
    before = expected_ties([mail, pair], ALL)
    if settled:
        store.refresh()
    for _ in range(2):
        receipt = store.forget([GUS])
        assert ties_of(store) == {key: tie for key, tie in before.items() if key[1] != GUS}
        held = {one.id: one for one in interactions_of(store)}
        assert [(one.account.id, one.role) for one in held["email:1#message"].to] == [(BOB, Role.CC), (CARA, Role.BCC)]
        assert [one.account.id for one in held["test:2#message"].to] == [BOB]
        assert write(store, mail, pair) == Written(new=0, seen=2)
    assert receipt.addressees == 0


def test_a_mail_read_after_the_forgetting_has_the_same_shares_and_no_words_to_them(store: Store) -> None:
    held = act(ANN, (BOB, GUS), native="email:1#message")
    write(store, act(GUS, ANN), held)
    store.forget([GUS])
    mails = [replace(held, id=id_, excerpt="@gus hello") for id_ in (held.id, "email:2#message")]
    assert write(store, *mails) == Written(new=1, seen=1)
    assert ties_of(store) == {key: tie for key, tie in expected_ties(mails, ALL).items() if key[1] != GUS}
    assert {one.excerpt for one in interactions_of(store)} == {None}


def test_what_comes_again_is_suppressed_and_counted(store: Store, connect: Connect) -> None:
    write(store, GUS_NAMED, act(GUS, ANN, native="test:1#message"))
    store.forget([GUS])
    comes = [
        act(GUS, ANN, native="test:1#message"),
        act(GUS, BOB, native="test:2#message"),
        act(ANN, GUS),
        act(ANN, BOB),
    ]
    rare: list[Record] = [known(ANN, GUS), story(ANN, BOB, GUS), SameAs(a=GUS, b=ANN, at=NOW), told_by(GUS)]
    member = Member(list="press", account=Account(id=GUS))
    for one in (store, connect()):
        found = write(one, GUS_NAMED, comes, rare, member)
        assert (found.suppressed, found.new + found.seen) == (3, 1)
    assert GUS not in repr(dump(store))
    assert (store.declared(), store.introductions(), store.assertions(), store.lists()) == ([], [], [], {})
    assert store.search("Gus Grimwald") == []
    assert list(store.about([GUS])) == []


def test_an_introduction_that_they_only_started_comes_without_them(store: Store) -> None:
    store.forget([GUS])
    write(store, story(ANN, BOB, CARA, initiator=GUS))
    assert [one.initiator for one in store.introductions()] == [None]


def test_a_handle_is_suppressed_with_its_account(store: Store) -> None:
    write(store, GUS_NAMED)
    store.forget([GUS])
    assert write(store, act(ANN, "x:@GusGrim")).suppressed == 1
    assert write(store, act(ANN, "bluesky:@gusgrim")).suppressed == 0


def test_somebody_who_was_never_here_can_be_kept_out(store: Store) -> None:
    assert store.forget(["x:404"]).accounts == 0
    assert write(store, act("x:404", ANN)).suppressed == 1


def test_an_act_that_has_but_a_subject_goes_with_its_only_addressee(store: Store) -> None:
    subject = Item(title="Your divorce", kind="mail")
    mail = act(ANN, GUS, native="email:1#message", item=subject, private=True)
    shared = act(ANN, (GUS, BOB), native="email:2#message", item=subject, private=True)
    write(store, mail, shared)
    store.refresh()
    store.forget([GUS])
    assert ids(store) == ["email:2#message"]
    assert write(store, mail, shared) == Written(new=0, seen=1, suppressed=1)
    assert ids(store) == ["email:2#message"]


def test_a_comment_on_a_page_stays_though_it_was_addressed_to_them(store: Store) -> None:
    page = Item(url=PAGES[0], title="On tea", author=Account(id=CARA))
    comment = act(ANN, GUS, Kind.COMMENT, native="test:1#comment", item=page)
    write(store, comment)
    store.forget([GUS])
    assert [(one.id, one.to) for one in interactions_of(store)] == [("test:1#comment", ())]
    assert write(store, comment) == Written(new=0, seen=1)
    assert len(store.items_by([CARA], ALL)) == 1


def test_their_items_lose_their_author_and_what_names_them(store: Store) -> None:
    url = "https://example.org/gus-grimwald/tea"
    page = Item(url=url, title="Tea, by Gus Grimwald", kind="post", author=GUS_NAMED)
    held = act(ANN, (), Kind.LIKE, native="test:1#like", item=page)
    write(store, held)
    store.forget([GUS])
    (one,) = interactions_of(store)
    assert one.item == Item(kind="post")
    assert write(store, held) == Written(new=0, seen=1)
    assert interactions_of(store) == [one]
    assert store.items_by([GUS], ALL) == []


def test_words_that_name_them_are_gone_from_what_stays(store: Store) -> None:
    write(
        store,
        GUS_NAMED,
        act(ANN, BOB, native="test:1#message", excerpt="Saw @gusgrim today", thread="list of Gus Grimwald"),
        act(ANN, BOB, native="https://x.com/gusgrim/1#reply", kind=Kind.REPLY),
        Declared(
            a=Account(id=ANN), b=Account(id=BOB), closeness=known(ANN, BOB).closeness, at=NOW, how="by Gus Grimwald"
        ),
        story(ANN, BOB, CARA, note="Gus Grimwald told so"),
    )
    store.write(pack([], now=NOW), Cursor(job="/home/gus grimwald/a", position="1"))
    store.set_rule(Rule(kind="protect", value=GUS), on=True)
    store.record_run(Run(source="x:4711", at=NOW, new=0, seen=0, problems=0, seconds=0.0, job="gusgrim"), [])
    store.forget([GUS])
    said = repr((dump(store), store.rules(), store.runs())).lower()
    assert "grim" not in said
    assert GUS not in said
    assert store.cursor("/home/gus grimwald/a").position is None
    assert len(ids(store)) == 2


def test_a_reply_to_what_they_did_loses_its_parent(store: Store) -> None:
    write(
        store,
        act(GUS, ANN, native="x:1#reply"),
        Interaction(id="x:2#reply", kind=Kind.REPLY, at=NOW, actor=Account(id=ANN), to=(), parent="x:1#reply"),
        Interaction(id="x:3#reply", kind=Kind.REPLY, at=NOW, actor=Account(id=BOB), to=(), parent="x:2#reply"),
    )
    store.forget([GUS])
    parents = {one.id: one.parent for one in interactions_of(store)}
    assert parents["x:3#reply"] == "x:2#reply"
    assert parents["x:2#reply"] != "x:1#reply"


def test_namesakes_and_longer_names_stay(store: Store) -> None:
    write(store, Account(id="x:1", name="Al", handle="al"), Account(id="x:10", name="Al Jo"), act(ANN, "x:10"))
    store.record_run(
        Run(source="csv", at=NOW, new=0, seen=0, problems=2, seconds=0.0),
        [Problem(where="a:1", why="also x:10 is odd"), Problem(where="a:2", why="x:1 is odd")],
    )
    assert store.forget(["x:1"]).problems == 1
    assert [one.why for one in store.problems()] == ["also x:10 is odd"]
    assert next(store.accounts(["x:10"])).name == "Al Jo"


def test_several_are_forgotten_at_once(store: Store) -> None:
    write(store, act(ANN, (BOB, GUS, CARA)), act(BOB, GUS), act(DEE, (BOB, GUS)))
    receipt = store.forget([BOB, GUS])
    assert (receipt.accounts, receipt.interactions, receipt.addressees) == (2, 2, 2)
    assert {key[:2] for key in ties_of(store)} == {(ANN, CARA)}


# --- exclusion, keep, erase ------------------------------------------------------------------------------------------


def test_remove_matching_removes_without_suppression(store: Store) -> None:
    held = [act(GUS, ANN), act(ANN, (GUS, BOB)), act(ANN, BOB, at=days_ago(1))]
    write(store, GUS_NAMED, held)
    before = dump(store)
    receipt = store.remove_matching([GUS])
    assert (receipt.accounts, receipt.interactions, receipt.addressees) == (1, 1, 1)
    assert GUS not in repr(dump(store))
    assert write(store, GUS_NAMED, held).suppressed == 0
    assert [one.id for one in store.accounts()] == [one.id for one in before.accounts]


def test_remove_before_keeps_what_is_newer_and_what_is_named(store: Store) -> None:
    limit = days_ago(100)
    page = Item(url=PAGES[0], author=Account(id="x:author"))
    write(
        store,
        act("x:gone", (ANN, "x:lost"), at=limit - timedelta(microseconds=1), item=page),
        act(ANN, BOB, at=limit, native="test:2#message"),
        act("x:fan", BOB, Kind.FOLLOW, at=None, native="test:3#follow"),
        *(
            act("x:told", one, at=days_ago(900))
            for one in ("x:listed", "x:me", "x:same", "x:by", "x:initiator", "x:ruled")
        ),
        Account(id="x:alone", name="Never Met"),
        Declared(
            a=Account(id="x:told"),
            b=Account(id=BOB),
            closeness=known(ANN, BOB).closeness,
            at=NOW,
            by=Account(id="x:by"),
        ),
        story(ANN, BOB, CARA, initiator="x:initiator"),
        SameAs(a="x:same", b=BOB, at=NOW),
        Member(list="press", account=Account(id="x:listed")),
    )
    store.set_profile("me", ["x:me"])
    store.set_rule(Rule(kind="protect", value="x:ruled"), on=True)
    store.refresh()
    receipt = store.remove_before(limit)
    assert (receipt.interactions, receipt.accounts) == (7, 3)
    assert ids(store) == ["test:3#follow", "test:2#message"]
    left = {one.id for one in store.accounts()}
    assert left.isdisjoint({"x:gone", "x:lost", "x:author"})
    kept = {"x:told", "x:listed", "x:me", "x:same", "x:by", "x:initiator", "x:ruled", "x:alone", "x:fan"}
    assert left == {ANN, BOB, CARA, *kept}
    assert store.overview().interactions == 2
    assert {key[:2] for key in ties_of(store)} == {(ANN, BOB), ("x:fan", BOB)}
    assert write(store, act("x:gone", ANN)).suppressed == 0


def test_remove_before_anything_removes_nothing(store: Store) -> None:
    write(store, act(ANN, BOB))
    before = dump(store)
    assert store.remove_before(days_ago(9_000)).interactions == 0
    assert dump(store) == before


def test_erase_removes_everything(store: Store, connect: Connect) -> None:
    other = connect()
    held: list[Record] = [GUS_NAMED, act(GUS, ANN), act(ANN, (GUS, BOB)), known(ANN, BOB), story(ANN, BOB, CARA)]
    write(store, *held, Member(list="press", account=Account(id=ANN)), SameAs(a=ANN, b=GUS, at=NOW))
    store.set_profile("me", [ANN])
    store.set_rule(Rule(kind="keep", value="3y"), on=True)
    store.record_run(Run(source="x", at=NOW, new=1, seen=0, problems=1, seconds=0.0), [Problem(where="a", why="b")])
    store.forget([DEE])
    store.refresh()
    generation = store.generation()
    store.erase()
    for one in (store, other, connect()):
        assert one.overview() == EMPTY
        assert (one.lists(), one.profiles(), one.rules(), one.runs(), one.problems()) == ({}, {}, [], [], [])
        assert (one.assertions(), one.declared(), one.introductions()) == ([], [], [])
        assert (list(one.accounts()), list(interactions_of(one)), one.source_names()) == ([], [], [])
        assert (ties_of(one), one.search("Gus Grimwald")) == ({}, [])
        assert one.generation() > generation
    assert write(other, *held, act(DEE, ANN)) == Written(new=3)
    assert ties_of(store) == ties_of(other) != {}


@pytest.mark.parametrize(
    "remove",
    [
        lambda s: s.forget([GUS]),
        lambda s: s.remove_matching([GUS]),
        lambda s: s.remove_before(days_ago(30)),
        lambda s: s.erase(),
    ],
    ids=["forget", "remove_matching", "remove_before", "erase"],
)
def test_another_program_sees_the_removal(store: Store, connect: Connect, remove: Callable[[Store], object]) -> None:
    other = connect()
    write(store, GUS_NAMED, act(GUS, ANN, at=days_ago(60)), act(ANN, (GUS, BOB), at=days_ago(50)))
    store.refresh()
    assert len(ties_of(other)) == 3
    assert other.search("grimwald")
    remove(store)
    assert GUS not in {id_ for key in ties_of(other) for id_ in key[:2]}
    assert other.search("grimwald") == []
    assert write(other, act(ANN, BOB, native="test:after#message")).new == 1
    assert dump(other) == dump(store) == dump(connect())


def test_a_forgotten_handle_goes_too_and_so_does_a_comment_on_what_they_wrote(store: Store) -> None:
    page = Item(url="https://example.org/gus", title="What I think", author=Account(id=GUS))
    write(
        store,
        act(ANN, GUS, Kind.COMMENT, item=page, excerpt="well said"),
        act(BOB, "x:@gusgrim", Kind.MENTION),
        GUS_NAMED,
    )
    store.forget([GUS])
    assert interactions_of(store) == []
    assert {account.id for account in store.accounts()} == {ANN, BOB}
    again = store.write(pack([act(ANN, GUS, Kind.COMMENT, item=page), act(BOB, "x:@gusgrim", Kind.MENTION)], now=NOW))
    assert (again.new, again.seen, again.suppressed) == (0, 0, 2)
