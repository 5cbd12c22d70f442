"""What writing promises: counts, cursors, one transaction, conflicts, corrections, and what lies beside the graph."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from graph.model import (
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
    Problem,
    Role,
    Rule,
    SameAs,
)
from graph.records.pack import pack
from graph.records.rare import declared_id, introduction_id
from graph.records.rows import CONFLICT, Batch
from graph.store.documents import Cursor, Run, Written
from graph.store.features import Filters
from graph.store.store import Store
from tests.graph.records import NOW, act, days_ago, interactions_of, known, named
from tests.stores.conftest import Connect
from tests.stores.reference import ANN, BOB, CARA, DEE, PAGES, ZOE, dump, expected_ties, ties_of, write

ALL = Filters()
OLD, NEW = days_ago(20), days_ago(10)


def everything(store: Store) -> list[Interaction]:
    return interactions_of(store)


def account(store: Store, id_: str) -> Account:
    return next(store.accounts([id_]))


def introduced(*steps: tuple[IntroductionState, float]) -> Introduction:
    by, person, to = (Account(id=one) for one in (ANN, BOB, CARA))
    dated = tuple(IntroductionStep(state=state, at=days_ago(days)) for state, days in steps)
    return Introduction(by=by, person=person, to=to, steps=dated)


# --- counts and cursors ----------------------------------------------------------------------------------------------


def test_new_and_seen_count_the_interactions_of_a_batch(store: Store) -> None:
    first = [act(ANN, BOB, native="test:1#message"), act(BOB, ANN, native="test:2#message")]
    assert write(store, first) == Written(new=2, seen=0)
    assert write(store, first, act(ANN, CARA, native="test:3#message")) == Written(new=1, seen=2)
    assert write(store) == Written()


def test_repeats_within_a_batch_are_seen(store: Store) -> None:
    assert write(store, [act(ANN, BOB)] * 3) == Written(new=1, seen=2)


def test_what_is_written_is_read_back(store: Store, connect: Connect) -> None:
    full = Interaction(
        id="x:77#reply",
        kind=Kind.REPLY,
        at=NEW,
        actor=Account(id=BOB, handle="bob", name="Bob Öz", url="https://x.com/bob", org="Mill", title="Head"),
        to=(
            Addressee(account=Account(id=ANN, at=NEW, name="Ann"), role=Role.CC),
            Addressee(account=Account(id=ZOE), role=Role.GROUP),
        ),
        item=Item(url="https://example.org/a", title="On tea", kind="post", author=Account(id=CARA)),
        thread="t1",
        parent="x:76#reply",
        excerpt="Well said\nindeed",
        private=True,
        source="x-archive",
    )
    write(store, full)
    (held,) = interactions_of(connect())
    assert (held.id, held.kind, held.at, held.thread, held.parent) == (full.id, full.kind, full.at, "t1", full.parent)
    assert (held.excerpt, held.private, held.source) == (full.excerpt, True, "x-archive")
    assert held.actor == Account(
        id=BOB, handle="bob", name="Bob Öz", url="https://x.com/bob", org="Mill", title="Head", at=NEW
    )
    assert [(one.account.id, one.role) for one in held.to] == [(ANN, Role.CC), (ZOE, Role.GROUP)]
    assert held.item is not None
    assert (held.item.url, held.item.title, held.item.kind) == ("https://example.org/a", "On tea", "post")
    assert held.item.author == Account(id=CARA)


def test_a_cursor_is_kept_until_its_input_is_done(store: Store, connect: Connect) -> None:
    assert store.cursor("jsonl a").position is None
    store.write(pack([act(ANN, BOB)], now=NOW), Cursor(job="jsonl a", position="120"))
    store.write(pack([], now=NOW), Cursor(job="jsonl b", position="7"))
    store.write(pack([], now=NOW), Cursor(job="jsonl a", position="240"))
    assert (connect().cursor("jsonl a").position, connect().cursor("jsonl b").position) == ("240", "7")
    store.write(pack([], now=NOW), Cursor(job="jsonl a", position=None))
    assert (connect().cursor("jsonl a").position, connect().cursor("jsonl b").position) == (None, "7")


def test_a_failing_write_keeps_neither_rows_nor_cursor(store: Store, connect: Connect) -> None:
    write(store, act(ANN, BOB))
    before, generation = dump(store), store.generation()
    broken = pack([named(DEE, "Dee"), act(BOB, CARA)], now=NOW)
    del broken.accounts[CARA]  # a batch must hold every account that its rows name
    with pytest.raises(KeyError):
        store.write(broken, Cursor(job="jsonl a", position="9"))
    assert (dump(store), store.generation(), store.cursor("jsonl a").position) == (before, generation, None)
    assert write(connect(), act(BOB, CARA)).new == 1
    assert write(store, act(BOB, CARA)) == Written(new=0, seen=1)
    assert len(everything(store)) == 2


def test_the_generation_rises_with_every_change_and_stays_otherwise(store: Store, connect: Connect) -> None:
    seen = [store.generation()]
    changes = (
        lambda: write(store, act(ANN, BOB, native="test:1#message")),
        lambda: write(store, named(ANN, "Ann")),
        lambda: write(store, known(ANN, BOB)),
        lambda: store.add_members([Member(list="press", account=Account(id=ANN))]),
        lambda: store.set_profile("me", [ANN]),
        lambda: store.set_rule(Rule(kind="exclude", value="example.com"), on=True),
        lambda: store.retract("test:1#message", NOW),
        lambda: store.forget([BOB]),
        lambda: store.erase(),
    )
    for change in changes:
        change()
        seen.append(store.generation())
    assert seen == sorted(set(seen))
    assert connect().generation() == seen[-1]
    interactions_of(store)
    store.search("ann")
    store.refresh()
    store.set_rule(Rule(kind="exclude", value="nobody.example"), on=False)
    assert store.generation() == seen[-1]


def test_another_connection_sees_what_was_written(store: Store, connect: Connect) -> None:
    other = connect()
    write(store, act(ANN, BOB, native="test:1#message"))
    assert write(other, act(BOB, ANN, native="test:2#message"), named(CARA, "Cara")).new == 1
    write(store, act(ANN, CARA, native="test:3#message"))
    write(other, act(CARA, DEE, native="test:4#message"))
    assert dump(store) == dump(other)
    assert len(everything(store)) == 4
    assert ties_of(store) == expected_ties(everything(other), ALL)


# --- conflicts and corrections ---------------------------------------------------------------------------------------


def test_other_content_under_a_known_id_is_told_and_settled_alike(store: Store) -> None:
    one, other = (act(ANN, target, native="test:1#message", read_by="csv") for target in (BOB, CARA))
    kept = []
    for order in ([one, other], [other, one]):
        assert write(store, order[0]) == Written(new=1)
        store.refresh()
        second = write(store, order[1])
        assert (second.new, second.seen) == (0, 1)
        assert second.problems == (Problem(where="test:1#message", why=CONFLICT.format(id="test:1#message")),)
        kept += everything(store)
        assert ties_of(store) == expected_ties(kept[-1:], ALL)
        assert store.overview().interactions == 1
        store.erase()
    assert kept[0] == kept[1]


def test_another_source_may_know_more_of_an_act_which_is_no_conflict(store: Store) -> None:
    one, other = (
        act(ANN, to, native="test:1#message", read_by=source) for to, source in ((BOB, "csv"), (CARA, "jsonl"))
    )
    kept = []
    for order in ([one, other], [other, one]):
        assert [write(store, each).problems for each in order] == [(), ()]
        kept += everything(store)
        store.erase()
    assert kept[0] == kept[1]


@pytest.mark.parametrize("held", [(BOB,), (CARA,)])
def test_what_an_ended_exclusion_narrowed_makes_room_whatever_comes_first(store: Store, held: tuple[str, ...]) -> None:
    """One within the other, or nothing in common: the three versions that come then settle it among themselves."""
    whole, part, other = (
        act(ANN, to, native="test:1#message", read_by="csv") for to in ((BOB, CARA), (BOB,), (CARA, DEE))
    )
    kept = []
    for order in permutations((whole, part, other)):
        narrowed = pack([act(ANN, held, native="test:1#message")], now=NOW)
        store.write(replace(narrowed, narrowed=(("test:1#message", "test:1#message"),)))
        store.set_rule(Rule(kind="exclude", value="x.example"), on=False)
        first, *others = (write(store, one) for one in order)
        assert (first.new, first.problems) == (0, ())
        assert [len(each.problems) for each in others] == [1, 1]
        assert store.overview().interactions == 1
        kept += everything(store)
        assert ties_of(store) == expected_ties(kept[-1:], ALL)
        store.erase()
    assert all(one == kept[0] for one in kept)


def test_an_excerpt_that_comes_later_is_added_and_is_no_conflict(store: Store) -> None:
    bare, quoted = (act(ANN, BOB, native="test:1#message", excerpt=text) for text in (None, "Tea at four?"))
    write(store, bare)
    assert write(store, quoted) == Written(new=0, seen=1)
    assert write(store, bare) == Written(new=0, seen=1)
    assert [held.excerpt for held in everything(store)] == ["Tea at four?"]


def test_of_two_sources_of_one_act_the_first_by_name_counts(store: Store) -> None:
    for name in ("jsonl", "csv", "x"):
        assert write(store, act(ANN, BOB, native="test:1#message", read_by=name)).problems == ()
        store.refresh()
    assert store.overview().by_source == {"csv": 1}
    assert [held.source for held in everything(store)] == ["csv"]
    assert [tie.sources for tie in ties_of(store).values()] == [frozenset({"csv"})]


def test_the_source_of_an_act_of_several_addressees_changes_for_all_of_them(store: Store) -> None:
    for name in ("jsonl", "csv"):
        write(store, act(ANN, (ANN, BOB, CARA), native="test:1#message", read_by=name))
    assert {key[1]: tie.sources for key, tie in ties_of(store).items()} == {key: {"csv"} for key in (BOB, CARA)}


@pytest.mark.parametrize("turn", [1, -1])
def test_what_is_said_of_an_account_is_the_newest_of_each_field(store: Store, turn: int) -> None:
    said = [
        Account(id=ANN, name="Ann Lee", org="Mill", at=OLD),
        Account(id=ANN, name="Ann Lee-Roy", at=NEW),
        Account(id=ANN, title="Head"),
        Account(id=ANN),
    ]
    for one in said[::turn]:
        write(store, one)
        store.refresh()
    assert account(store, ANN) == Account(id=ANN, name="Ann Lee-Roy", org="Mill", title="Head", at=NEW)


@pytest.mark.parametrize("turn", [1, -1])
def test_of_what_is_said_at_one_instant_the_larger_counts(store: Store, turn: int) -> None:
    for name in ("Ann A", "Ann B")[::turn]:
        write(store, Account(id=ANN, name=name, at=OLD))
    assert account(store, ANN).name == "Ann B"


def test_an_account_without_a_date_takes_that_of_the_act_that_shows_it(store: Store) -> None:
    write(store, Interaction(kind=Kind.LIKE, at=NEW, actor=Account(id=ANN, name="Ann"), to=()))
    assert account(store, ANN) == Account(id=ANN, name="Ann", at=NEW)
    own = Account(id=ANN, name="Ann Older", at=OLD)
    write(store, Interaction(kind=Kind.LIKE, at=NOW, actor=own, to=()))
    assert account(store, ANN).name == "Ann"
    write(store, Interaction(kind=Kind.LIKE, at=NOW, actor=Account(id=ANN, name="Ann"), to=(), id="test:9#like"))
    assert account(store, ANN).at == NOW


@pytest.mark.parametrize("turn", [1, -1])
def test_what_is_said_of_an_item_is_the_newest_of_each_field(store: Store, turn: int) -> None:
    url = "https://example.org/a"
    said = [
        (OLD, Item(url=url, title="Draft", kind="post", author=Account(id=CARA))),
        (NEW, Item(url=url, title="On tea")),
        (NEW + timedelta(days=1), Item(url=url + "#comments")),
    ]
    for number, (at, item) in list(enumerate(said))[::turn]:
        write(store, act(ANN, BOB, Kind.COMMENT, at=at, item=item, native=f"test:{number}#comment"))
    shown = {held.item for held in everything(store)}
    assert shown == {Item(url=url, title="On tea", kind="post", author=Account(id=CARA))}


def test_an_item_shown_again_with_the_same_words_only_moves_its_date(store: Store) -> None:
    for number, (at, title) in enumerate(((OLD, "On tea"), (NOW, "On tea"), (NEW, "On salt"))):
        item = Item(url="https://example.org/a", title=title)
        write(store, act(ANN, BOB, Kind.COMMENT, at=at, item=item, native=f"test:{number}#comment"))
    assert {held.item.title for held in everything(store) if held.item} == {"On tea"}


def test_an_item_keeps_the_author_whom_another_program_named(store: Store, connect: Connect) -> None:
    url = "https://example.org/a"
    write(store, act(ANN, (), Kind.LIKE, at=OLD, item=Item(url=url, title="Draft", author=Account(id=CARA))))
    write(connect(), act(BOB, (), Kind.LIKE, at=NEW, item=Item(url=url, title="On tea")))
    assert {held.item for held in everything(store)} == {Item(url=url, title="On tea", author=Account(id=CARA))}


def test_hostile_texts_are_kept_clean(store: Store) -> None:
    name = "שרה\u202e \x00Öz \ud83d\ude00\udfff 🦊"
    write(store, named(ANN, name), act(ANN, BOB, excerpt="a\x00b\ud800", native="test:1#message"))
    assert account(store, ANN).name == "שרה\u202e Öz 😀\ufffd 🦊"
    assert [held.excerpt for held in everything(store)] == ["ab\ufffd"]


# The last are more than one statement of a server takes; 100,000 are brought in by tests/faults/test_bad_records.py.
@pytest.mark.parametrize("count", [0, 1, 255, 10_500])
def test_any_number_of_addressees(store: Store, count: int) -> None:
    to = tuple(f"email:p{number}@example.org" for number in range(count))
    write(store, act(ANN, to))
    (held,) = everything(store)
    assert [one.account.id for one in held.to] == sorted(to)
    rows = store.tie_rows(ALL)
    assert len(rows.source) == count
    assert rows.decayed.sum(axis=0) == pytest.approx([1.0] * 3 if count else [0.0] * 3)


# --- taking back -----------------------------------------------------------------------------------------------------


def test_an_interaction_that_is_retracted_is_gone(store: Store) -> None:
    write(store, act(ANN, BOB, native="manual:1#call"), act(ANN, CARA, native="manual:2#call"))
    store.refresh()
    assert store.retract("manual:1#call", NOW)
    assert not store.retract("manual:1#call", NOW)
    assert not store.retract("manual:3#call", NOW)
    assert [held.id for held in everything(store)] == ["manual:2#call"]
    assert {key[1] for key in ties_of(store)} == {CARA}
    assert store.overview().interactions == 1


@pytest.mark.parametrize("others", [0, 1])
def test_the_item_of_a_retracted_interaction_goes_with_it_unless_something_else_is_on_it(
    store: Store, others: int
) -> None:
    page = Item(url=PAGES[0], title="On tea", author=Account(id=BOB))
    write(store, [act(ANN, BOB, native=f"manual:{at}#call", item=page) for at in range(1 + others)])
    assert store.retract("manual:0#call", NOW)
    write(store, act(ANN, BOB, native="manual:9#call", item=Item(url=PAGES[0])))
    held = next(one.item for one in everything(store) if one.id == "manual:9#call")
    assert held == (Item(url=PAGES[0], title="On tea", author=Account(id=BOB)) if others else Item(url=PAGES[0]))


def test_an_assertion_that_is_retracted_stays_as_such_until_it_is_said_again(store: Store) -> None:
    said = SameAs(a=BOB, b=ANN, at=OLD, confidence=0.5, source="x")
    write(store, said, SameAs(a=ANN, b=BOB, at=OLD))
    assert store.retract(said.id, NEW)
    (manual, held) = store.assertions()
    assert (manual.source, manual.retracted_at) == ("manual", None)
    assert held == SameAs(a=ANN, b=BOB, at=OLD, confidence=0.5, source="x", retracted_at=NEW)
    write(store, said)
    assert store.assertions()[1].retracted_at == NEW
    write(store, SameAs(a=BOB, b=ANN, at=NOW, confidence=0.7, source="x"))
    assert store.assertions()[1] == SameAs(a=ANN, b=BOB, at=NOW, confidence=0.7, source="x")


def test_a_declared_tie_is_corrected_retracted_and_restored(store: Store) -> None:
    tie = Declared(a=Account(id=ANN), b=Account(id=BOB), closeness=Closeness.CLOSE, at=OLD, how="school")
    slight = Declared(a=Account(id=BOB), b=Account(id=ANN), closeness=Closeness.SLIGHT, at=NEW)
    write(store, tie)
    write(store, slight)
    write(store, tie)
    (held,) = store.declared()
    assert (held.id, held.closeness, held.how, held.at) == (declared_id(tie), Closeness.SLIGHT, None, NEW)
    assert store.retract(declared_id(tie), NOW - timedelta(hours=1))
    assert store.declared()[0].retracted_at == NOW - timedelta(hours=1)
    assert store.overview().declared == 0
    write(store, Declared(a=Account(id=ANN), b=Account(id=BOB), closeness=Closeness.FAMILIAR, at=NOW))
    (held,) = store.declared()
    assert (held.closeness, held.retracted_at) == (Closeness.FAMILIAR, None)
    assert store.overview().declared == 1


def test_each_says_their_own_of_a_tie(store: Store) -> None:
    write(store, known(ANN, BOB), known(BOB, ANN))
    for by in (CARA, DEE):
        tie = Declared(a=Account(id=ANN), b=Account(id=BOB), closeness=Closeness.SLIGHT, at=OLD, by=Account(id=by))
        write(store, tie)
    assert sorted(held.by.id if held.by else "" for held in store.declared()) == ["", DEE, CARA]
    assert [held.id for held in store.declared()] == sorted(held.id or "" for held in store.declared())


def test_states_of_an_introduction_are_added_to_those_held(store: Store) -> None:
    asked, met = introduced((IntroductionState.ASKED, 9)), introduced((IntroductionState.MET, 3))
    write(store, met)
    write(store, asked)
    (held,) = store.introductions()
    assert held.id == introduction_id(asked)
    assert [step.state for step in held.steps] == [IntroductionState.ASKED, IntroductionState.MET]
    assert store.retract(held.id, NOW)
    assert not store.retract(held.id, NOW)
    assert store.introductions()[0].retracted_at == NOW
    assert store.overview().introductions == 0
    write(store, introduced((IntroductionState.ACCEPTED, -0.4)))
    assert store.introductions()[0].retracted_at is None
    assert len(store.introductions()[0].steps) == 3


def test_taken_back_before_it_was_said_it_does_not_stand_either(store: Store) -> None:
    write(store, known(ANN, BOB))
    tie = store.declared()[0]
    assert store.retract(tie.id or "", tie.at - timedelta(days=300))
    assert store.declared()[0].retracted_at == tie.at
    assert not store.retract(tie.id or "", NOW)


# --- beside the graph ------------------------------------------------------------------------------------------------


def test_lists_hold_accounts_until_the_last_is_taken_off(store: Store, connect: Connect) -> None:
    press = [Member(list="press", account=Account(id=one)) for one in (BOB, ANN)]
    write(store, press[0])
    store.add_members([*press, *press, Member(list="Team Ö", account=Account(id=DEE))])
    assert connect().lists() == {"Team Ö": [DEE], "press": [ANN, BOB]}
    assert [one.id for one in store.accounts()] == [DEE, ANN, BOB]
    store.remove_members([press[0], Member(list="press", account=Account(id="x:404")), *press[:1]])
    assert store.lists() == {"Team Ö": [DEE], "press": [ANN]}
    store.remove_members(press)
    assert connect().lists() == {"Team Ö": [DEE]}


def test_a_profile_is_fixed_as_a_whole(store: Store, connect: Connect) -> None:
    assert store.profiles() == {}
    store.set_profile("me", [CARA, ANN, ANN])
    store.set_profile("work", [BOB])
    assert connect().profiles() == {"me": [ANN, CARA], "work": [BOB]}
    assert set(store.account_keys([ANN, BOB, CARA])) == {ANN, BOB, CARA}
    store.set_profile("me", [DEE])
    store.set_profile("work", [])
    assert connect().profiles() == {"me": [DEE]}


def test_rules_stand_until_they_are_taken_off(store: Store, connect: Connect) -> None:
    rules = [Rule(kind="exclude", value="example.com"), Rule(kind="keep", value="3y"), Rule(kind="protect", value=ANN)]
    for rule in [*rules[::-1], rules[0]]:
        store.set_rule(rule, on=True)
    assert connect().rules() == rules
    store.set_rule(rules[1], on=False)
    store.set_rule(Rule(kind="keep", value="9y"), on=False)
    assert connect().rules() == [rules[0], rules[2]]


def test_runs_are_listed_newest_first_and_the_newest_tells_its_problems(store: Store, connect: Connect) -> None:
    assert (store.runs(), store.problems()) == ([], [])
    bad = [Problem(where=f"a.jsonl:{number}", why="no date", count=number) for number in range(1, 1_101)]
    first = Run(source="jsonl", at=NEW, new=4, seen=1, problems=1_100, seconds=0.5)
    older = Run(source="csv", at=OLD, new=2, seen=0, problems=1, seconds=1.25)
    store.record_run(first, bad)
    store.record_run(older, bad[5:6])
    assert connect().runs() == [first, older]
    assert connect().problems() == bad[:1_000]
    key = store.record_run(Run(source="x", at=NOW, new=0, seen=0, problems=0, seconds=0.0), bad)
    newest = Run(source="x", at=NOW, new=3, seen=0, problems=0, seconds=0.1, stopped="budget", job="mentions")
    assert store.record_run(newest, [], key) == key
    assert (store.runs(), store.problems()) == ([newest, first, older], [])


def test_health_tells_what_was_interrupted(store: Store) -> None:
    store.write(pack([act(ANN, BOB)], now=NOW), Cursor(job="jsonl a", position="1"))
    assert [check.name for check in store.health() if check.advice] == ["settled"]
    store.write(Batch(), Cursor(job="jsonl a", counts="[1]"))
    checks = store.health()
    assert [check for check in checks if check.advice] == []
    assert all(check.name and check.value for check in checks)


def test_a_store_tells_its_place(store: Store) -> None:
    assert store.location
    assert store.cache_path("snap").name.endswith(".snap")
