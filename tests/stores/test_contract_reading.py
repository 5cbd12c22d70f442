"""What reading promises: each question is answered as a plain pass over the records would answer it."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import product
from operator import attrgetter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.model import (
    KINDS,
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
    SameAs,
)
from graph.store.documents import Run
from graph.store.features import Filters, PairCount
from graph.store.store import Store
from tests.graph.records import NOW, act, days_ago, interactions_of, known, named
from tests.stores.conftest import Connect, Empty
from tests.stores.reference import (
    ANN,
    BOB,
    CARA,
    DEE,
    PAGES,
    PEOPLE,
    ZOE,
    distinct_acts,
    filters,
    ids_in,
    lets,
    people,
    ties_of,
    write,
)

ALL = Filters()
few = settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
crowds = st.lists(people, max_size=3, unique=True)
limits = st.none() | st.integers(1, 2)
some_pairs = st.lists(st.tuples(people, people), max_size=6)


def newest_first(acts: Iterable[Interaction]) -> list[Interaction]:
    held = sorted(acts, key=lambda one: one.id or "")
    dated = [one for one in held if one.at is not None]
    undated = [one for one in held if one.at is None]
    return [*sorted(dated, key=lambda one: one.at or NOW, reverse=True), *undated]


def towards(act_: Interaction, pair: tuple[str, str]) -> bool:
    return act_.actor.id == pair[0] != pair[1] and any(one.account.id == pair[1] for one in act_.to)


# --- recomputed ------------------------------------------------------------------------------------------------------


@few
@given(held=distinct_acts())
def test_about_everybody_gives_each_act_once_by_date_and_id(empty: Empty, held: list[Interaction]) -> None:
    with empty() as store:
        write(store, held)
        undated = sorted(one.id or "" for one in held if one.at is None)
        dated = sorted((one.at, one.id or "") for one in held if one.at is not None)
        found = interactions_of(store)
        assert ids_in(found) == [*undated, *(id_ for _, id_ in dated)]
        by_id = {one.id: one for one in held}
        for one in found:
            said = by_id[one.id]
            assert (one.kind, one.at, one.actor.id) == (said.kind, said.at, said.actor.id)
            assert {each.account.id for each in one.to} == {each.account.id for each in said.to}
            assert (one.thread, one.parent, one.excerpt, one.private, one.source) == (
                (said.thread, said.parent, said.excerpt, said.private, said.source)
            )


@few
@given(
    held=distinct_acts(), pairs=some_pairs, which=filters, limit=st.none() | st.integers(1, 2), cut=st.integers(0, 9)
)
def test_interactions_of_pairs(
    empty: Empty, held: list[Interaction], pairs: list[tuple[str, str]], which: Filters, limit: int | None, cut: int
) -> None:
    expected: dict[str, Interaction] = {}
    for pair, kind in product(pairs, KINDS):
        found = newest_first(one for one in held if one.kind is kind and lets(which, one) and towards(one, pair))
        expected |= {one.id or "": one for one in found[:limit]}
    with empty() as store:
        write(store, held[:cut])
        store.refresh()
        write(store, held[cut:])
        wanted = ids_in(newest_first(expected.values()))
        assert ids_in(list(store.interactions(pairs, which, limit))) == wanted
        store.refresh()
        assert ids_in(list(store.interactions(pairs, which, limit))) == wanted


@few
@given(held=distinct_acts(), pairs=some_pairs, which=filters)
def test_pair_counts(empty: Empty, held: list[Interaction], pairs: list[tuple[str, str]], which: Filters) -> None:
    expected = []
    for pair, kind in product(dict.fromkeys(pairs), KINDS):
        found = [one for one in held if one.kind is kind and lets(which, one) and towards(one, pair)]
        dates = [one.at for one in found if one.at is not None]
        threads = {one.thread for one in found if one.thread}
        alone = sum(one.thread is None for one in found)
        if found:
            expected.append(
                PairCount(
                    source=pair[0],
                    target=pair[1],
                    kind=kind,
                    count=len(found),
                    first=min(dates, default=None),
                    last=max(dates, default=None),
                    threads=min(2, len(threads) + alone),
                )
            )
    with empty() as store:
        write(store, held)
        order = attrgetter("source", "target", "kind")
        assert sorted(store.pair_counts(pairs, which), key=order) == sorted(expected, key=order)


@few
@given(held=distinct_acts(), me=crowds, targets=crowds, which=filters)
def test_one_way(empty: Empty, held: list[Interaction], me: list[str], targets: list[str], which: Filters) -> None:
    with empty() as store:
        write(store, held)
        shown = {one.id: one for one in interactions_of(store)}

        def between(one: Interaction, actors: list[str], others: list[str]) -> bool:
            item = shown[one.id].item
            on_theirs = item is not None and item.author is not None and item.author.id in others
            return one.actor.id in actors and (on_theirs or any(towards(one, (one.actor.id, id_)) for id_ in others))

        let = [one for one in held if lets(which, one)]
        found = [one for one in let if between(one, me, targets) or between(one, targets, me)]
        assert ids_in(list(store.one_way(me, targets, which))) == ids_in(newest_first(found))


# --- items -----------------------------------------------------------------------------------------------------------


def on(actor: str, page: int, days: float, author: str = CARA, kind: Kind = Kind.COMMENT) -> Interaction:
    item = Item(url=PAGES[page], title=f"Page {page}", kind="post", author=Account(id=author))
    return act(actor, author, kind, at=days_ago(days), item=item, native=f"test:{actor}{page}{days}#c")


def test_items_by_gives_the_newest_with_their_dates(store: Store) -> None:
    write(store, on(ANN, 0, 30), on(BOB, 0, 5), on(ANN, 1, 9), on(ANN, 2, 1, author=DEE))
    found = store.items_by([CARA], ALL)
    assert [(item.url, item.title, item.kind, at) for item, at in found] == [
        (PAGES[0], "Page 0", "post", days_ago(5)),
        (PAGES[1], "Page 1", "post", days_ago(9)),
    ]
    assert {item.author and item.author.id for item, _ in found} == {CARA}
    assert [item.url for item, _ in store.items_by([CARA, DEE, "x:404"], ALL, limit=2)] == [PAGES[2], PAGES[0]]
    assert store.items_by([ANN], ALL) == []
    assert store.items_by([], ALL) == []


def test_items_by_counts_what_the_filters_let_through(store: Store) -> None:
    undated = Interaction(
        kind=Kind.FOLLOW,
        at=None,
        actor=Account(id=ANN),
        to=(),
        item=Item(url="https://example.org/undated", author=Account(id=CARA)),
    )
    write(store, on(ANN, 0, 30), on(BOB, 0, 5, kind=Kind.LIKE), on(ANN, 1, 9), undated)
    comments = Filters(kinds=frozenset({"comment"}))
    assert [(item.url, at) for item, at in store.items_by([CARA], comments)] == [
        (PAGES[1], days_ago(9)),
        (PAGES[0], days_ago(30)),
    ]
    assert [item.url for item, _ in store.items_by([CARA], Filters(since=days_ago(6)))] == [PAGES[0]]
    early = Filters(as_of=days_ago(20).date())
    assert [(item.url, at) for item, at in store.items_by([CARA], early)] == [(PAGES[0], days_ago(30))]


def test_items_by_leaves_out_what_only_private_acts_show(store: Store) -> None:
    mail = Item(title="Your divorce", author=Account(id=CARA))
    write(store, on(ANN, 0, 30), act(CARA, ANN, item=mail, private=True))
    assert [item.url for item, _ in store.items_by([CARA], ALL)] == [PAGES[0]]


# --- accounts --------------------------------------------------------------------------------------------------------


def test_accounts_come_in_the_order_of_their_ids(store: Store) -> None:
    ids = [*PEOPLE, "X:upper".lower(), "email:ähm@example.org", "x:Z", "x:a", "x:\U0001f98a", "x:\uffee"]
    write(store, [Account(id=id_) for id_ in ids])
    expected = sorted(ids)
    assert [one.id for one in store.accounts()] == expected
    assert [one.id for one in store.accounts([*ids[::-1], ANN, "x:404"])] == expected
    keys = store.account_keys([*ids, "x:404"])
    assert set(keys) == set(ids)
    assert len(set(keys.values())) == len(ids)
    assert store.keys_by_id().dtype.name == "int32"
    assert store.keys_by_id().tolist() == [keys[id_] for id_ in expected]
    assert store.account_ids([*keys.values(), 10**6]) == {key: id_ for id_, key in keys.items()}
    assert list(store.accounts([])) == []
    assert (store.account_keys([]), store.account_ids([])) == ({}, {})


def test_thousands_of_ids_are_asked_at_once(store: Store, kind: str) -> None:
    many = 21_000 if kind == "sqlite" else 11_000  # more than one statement takes
    ids = [f"x:{number:05}" for number in range(many)]
    write(store, [Account(id=id_) for id_ in ids])
    keys = store.account_keys(ids)
    assert len(keys) == len(ids)
    assert store.account_ids(keys.values())[keys[ids[-1]]] == ids[-1]
    assert [one.id for one in store.accounts(ids[::-1])] == ids


def test_the_overview_counts(store: Store) -> None:
    assert store.overview().interactions == 0
    assert (store.overview().first, store.overview().by_kind) == (None, {})
    follow = act(ANN, CARA, Kind.FOLLOW, at=None, read_by="x")
    write(store, follow)
    assert (store.overview().first, store.overview().last) == (None, None)
    write(store, act(ANN, BOB, at=days_ago(9), native="test:1#message"), known(ANN, BOB))
    write(store, act(ANN, BOB, at=days_ago(2)), act(ANN, BOB, Kind.LIKE, at=days_ago(3)))
    for _ in range(2):
        found = store.overview()
        assert (found.accounts, found.interactions, found.declared, found.introductions) == (3, 4, 1, 0)
        assert found.by_kind == {"message": 2, "like": 1, "follow": 1}
        assert found.by_source == {"test": 3, "x": 1}
        assert (found.first, found.last) == (days_ago(9), days_ago(2))
        store.refresh()
    store.retract("test:1#message", NOW)
    assert (store.overview().interactions, store.overview().first) == (3, days_ago(3))


def test_order_of_kinds_in_pair_counts_and_unknown_accounts(store: Store) -> None:
    write(store, act(ANN, BOB, Kind.CALL), act(ANN, BOB, Kind.MENTION))
    found = store.pair_counts([(ANN, BOB), (ANN, "x:404"), (BOB, ANN), (ANN, BOB)], ALL)
    assert [(one.source, one.target, one.kind, one.count) for one in found] == [
        (ANN, BOB, Kind.MENTION, 1),
        (ANN, BOB, Kind.CALL, 1),
    ]
    assert list(store.interactions([("x:404", ANN)], ALL)) == []
    assert store.pair_counts([], ALL) == []


@pytest.mark.parametrize(("threads", "told"), [(["a", "a"], 1), (["a", "b", "c"], 2), (["a", None], 2), ([None], 1)])
def test_threads_are_told_apart_up_to_two(store: Store, threads: list[str | None], told: int) -> None:
    write(store, [act(ANN, BOB, thread=one, native=f"test:{at}#message") for at, one in enumerate(threads)])
    assert [one.threads for one in store.pair_counts([(ANN, BOB)], ALL)] == [told]


# --- streams ---------------------------------------------------------------------------------------------------------


def test_long_answers_come_whole_while_the_store_is_written_to(store: Store, connect: Connect) -> None:
    held = [act(ANN, BOB, at=NOW - timedelta(minutes=number), native=f"test:{number:05}#m") for number in range(2_500)]
    write(store, held)
    streams = [store.interactions([(ANN, BOB)], ALL), store.one_way([ANN], [BOB], ALL)]
    first = [next(stream).id for stream in streams]
    assert first == ["test:00000#m", "test:00000#m"]
    everybody = store.accounts()
    next(everybody)
    write(connect(), act(CARA, DEE))
    write(store, act(CARA, ZOE))
    assert [len(list(stream)) for stream in streams] == [2_499] * 2
    assert len(list(everybody)) == 1


def test_a_stream_may_be_left_early(store: Store) -> None:
    write(store, [act(ANN, BOB, native=f"test:{number}#m") for number in range(9)])
    stream = store.about([ANN])
    next(stream)
    del stream
    store.erase()
    assert interactions_of(store) == []


# --- about -----------------------------------------------------------------------------------------------------------


def test_about_gives_every_record_held_on_an_account(store: Store) -> None:
    dated = Account(id=ANN, name="Ann Lee", org="Mill", at=days_ago(60))
    newer = Account(id=ANN, title="Head", at=days_ago(10))
    story = Introduction(
        by=Account(id=BOB),
        person=Account(id=ANN),
        to=Account(id=CARA),
        initiator=Account(id=DEE),
        steps=(IntroductionStep(state=IntroductionState.ASKED, at=days_ago(4), note="by phone"),),
    )
    theirs = Item(url=PAGES[0], title="On tea", author=Account(id=ANN))
    mine = [
        act(ANN, BOB, native="test:1#message", private=True, excerpt="Tea?"),
        act(BOB, (ANN, CARA), native="test:2#message"),
        act(BOB, (CARA,), native="test:3#message", item=theirs),
    ]
    write(
        store,
        dated,
        newer,
        mine,
        act(BOB, CARA, native="test:4#message"),
        story,
        known(ANN, BOB),
        known(BOB, CARA),
        SameAs(a=ANN, b=DEE, at=NOW),
        SameAs(a=BOB, b=CARA, at=NOW),
        Member(list="press", account=Account(id=ANN)),
        Member(list="press", account=Account(id=BOB)),
    )
    run = Run(source="jsonl", at=NOW, new=1, seen=0, problems=2, seconds=0.1)
    store.record_run(run, [Problem(where="a:1", why=f"{ANN} has no date"), Problem(where="a:2", why="broken JSON")])
    found = list(store.about([ANN]))
    assert [one for one in found if isinstance(one, Account)] == [dated, newer]
    assert {one.id for one in found if isinstance(one, Interaction)} == {f"test:{n}#message" for n in (1, 2, 3)}
    assert {(one.a, one.b) for one in found if isinstance(one, SameAs)} == {(ANN, DEE)} or {
        (one.a, one.b) for one in found if isinstance(one, SameAs)
    } == {(DEE, ANN)}
    assert [one.id for one in found if isinstance(one, Declared)] == [
        one.id for one in store.declared() if ANN in (one.a.id, one.b.id)
    ]
    assert [one for one in found if isinstance(one, Introduction)] == store.introductions()
    assert [one for one in found if isinstance(one, Member)] == [Member(list="press", account=Account(id=ANN))]
    assert [one.why for one in found if isinstance(one, Problem)] == [f"{ANN} has no date"]
    kinds = Counter(type(one).__name__ for one in found)
    assert kinds.total() == 2 + 3 + 1 + 1 + 1 + 1 + 1


def test_about_of_an_initiator_and_of_one_who_said_it(store: Store) -> None:
    by = Account(id=DEE)
    write(
        store,
        Declared(a=Account(id=ANN), b=Account(id=BOB), closeness=known(ANN, BOB).closeness, at=NOW, by=by),
        Introduction(
            by=Account(id=BOB),
            person=Account(id=ANN),
            to=Account(id=CARA),
            initiator=by,
            steps=(IntroductionStep(state=IntroductionState.ASKED, at=NOW),),
        ),
    )
    found = list(store.about([DEE, "x:404"]))
    assert [type(one) for one in found] == [Account, Declared, Introduction]


@few
@given(st.lists(st.datetimes(datetime(1999, 11, 1), datetime(2000, 2, 28)) | st.none(), max_size=8))  # noqa: DTZ001 - Hypothesis draws naive ones
def test_months_count_what_is_dated(empty: Empty, dates: list[datetime | None]) -> None:
    dated = [at.replace(tzinfo=UTC) for at in dates if at]
    follows = [act(ANN, BOB, Kind.FOLLOW, at=None, native="test:f#follow")] if None in dates else []
    with empty() as store:
        write(store, follows, [act(ANN, (BOB, CARA), at=at, native=f"test:{n}#m") for n, at in enumerate(dated)])
        found = store.months()
    assert found == Counter(at.date().replace(day=1) for at in dated)
    assert list(found) == sorted(found)


def test_about_nobody_is_nothing(store: Store) -> None:
    write(store, act(ANN, BOB))
    store.record_run(
        Run(source="x", at=NOW, new=0, seen=0, problems=1, seconds=0.0), [Problem(where="a:1", why="no date")]
    )
    assert list(store.about(["x:404"])) == []
    assert list(store.about([])) == []


def test_about_shows_many(store: Store) -> None:
    write(store, [act(ANN, BOB, native=f"test:{number:05}#m") for number in range(1_200)], named(ANN, "Ann"))
    assert sum(isinstance(one, Interaction) for one in store.about([BOB])) == 1_200


def test_dates_before_the_filters_may_be_anything(store: Store) -> None:
    write(store, act(ANN, BOB, at=datetime.fromisoformat("1971-01-01T00:00:00+00:00")))
    assert len(ties_of(store, Filters(since=datetime.fromisoformat("1960-01-01T00:00:00+00:00")))) == 1
    assert len(store.tie_rows(Filters(as_of=date(1965, 1, 1))).source) == 0


def test_addressees_keep_their_roles(store: Store) -> None:
    to = tuple(Addressee(account=Account(id=one)) for one in (BOB, CARA))
    write(store, Interaction(kind=Kind.MESSAGE, at=NOW, actor=Account(id=ANN), to=to))
    ((one),) = interactions_of(store)
    assert [(each.account.id, each.role.value) for each in one.to] == [(BOB, "to"), (CARA, "to")]
