"""An answer: ranked ways, each step proven; openings; warnings; and honest advice where there is no way."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from graph.answers.answer import Answer, Caution, CautionKind, EngageKind, HintKind, Note, NoteKind, Way
from graph.answers.ask import Question, ask
from graph.errors import NameAmbiguousError, NameUnknownError, Remedy, UnknownMeError, UsageError
from graph.model import (
    DECLARED,
    INTRODUCTION,
    Account,
    Closeness,
    Declared,
    Interaction,
    Introduction,
    IntroductionState,
    IntroductionStep,
    Item,
    Kind,
    Rule,
    SameAs,
)
from graph.people.person import open_directory
from graph.people.resolve import resolve_person
from graph.store.features import Filters
from graph.store.store import Store
from tests.graph.records import ME, NOW, act, both_ways, days_ago, fill, known, named

TODAY = NOW.date()
BEA, CY, DEE, EVA, FAY = (f"email:{name}@example.org" for name in ("bea", "cy", "dee", "eva", "fay"))
NAMES = [
    named(ME, "Mo Reader"),
    named(BEA, "Bea Lind"),
    named(CY, "Cy Novak", org="Harbour Press", title="Editor"),
    named(DEE, "Dee Okafor", org="Harbour Press"),
    named(EVA, "Eva Brandt"),
    named(FAY, "Fay Marek"),
]


@pytest.fixture
def graph(store: Store) -> Store:
    """Me ↔ Bea ↔ Cy; me ↔ Dee (slighter) ↔ Cy; Eva stands apart."""
    store.set_profile("me", [ME])
    fill(
        store,
        *NAMES,
        both_ways(ME, BEA, count=5),
        both_ways(BEA, CY, count=3),
        both_ways(ME, DEE, days=200),
        both_ways(DEE, CY, kind=Kind.REPLY),
    )
    return store


def answer(store: Store, asked: str, **options: object) -> Answer:
    return ask(store, Question(asked=asked, **options), profile="me", today=TODAY)  # type: ignore[arg-type] # options by name


def walks(found: Answer) -> list[str]:
    return [" → ".join(person.name.split()[0] for person in path.people) for path in found.paths]


def test_ways_are_ranked_and_each_step_is_proven(graph: Store) -> None:
    found = answer(graph, "Cy Novak")
    assert walks(found) == ["Mo → Bea → Cy", "Mo → Dee → Cy"]
    best = found.paths[0]
    assert best.strength == round(best.hops[0].strength * best.hops[1].strength, 12)
    assert best.weakest == min(hop.strength for hop in best.hops)
    first = best.hops[0]
    assert [(count.kind, count.out, count.in_) for count in first.counts] == [("message", 5, 5)]
    assert {one.source for one in first.evidence} == {ME, BEA}
    assert first.last == days_ago(1)
    assert found.target is not None
    assert found.target.accounts == (CY,)
    assert found.advice is None
    assert found.as_of == TODAY


def test_names_ids_and_loose_spelling_mean_the_same_person(graph: Store) -> None:
    for asked in (CY, "cy@example.org", "CY NOVAK", "Novak, Cy", "Cy Novk"):
        assert walks(answer(graph, asked))[0] == "Mo → Bea → Cy", asked


def test_avoid_via_strength_steps_and_number_limit_the_ways(graph: Store) -> None:
    assert walks(answer(graph, CY, avoid=("Bea Lind",))) == ["Mo → Dee → Cy"]
    assert walks(answer(graph, CY, via=("Dee Okafor",))) == ["Mo → Dee → Cy"]
    assert walks(answer(graph, CY, k=1)) == ["Mo → Bea → Cy"]
    assert walks(answer(graph, CY, max_hops=1)) == []
    strong = answer(graph, CY).paths[1].weakest
    assert walks(answer(graph, CY, min_strength=strong + 0.01)) == ["Mo → Bea → Cy"]


def test_an_answer_knows_whether_there_are_more_ways_than_were_asked_for(graph: Store) -> None:
    whole = answer(graph, CY)
    assert not whole.more
    assert not answer(graph, CY, k=len(whole.paths)).more
    best = answer(graph, CY, k=1)
    assert best.more
    assert best.paths == whole.paths[:1]


def test_a_backup_way_shares_nobody_with_the_best_one(graph: Store) -> None:
    fill(graph, both_ways(BEA, DEE), both_ways(ME, CY, days=300))
    found = answer(graph, CY)
    assert walks(found)[0] == "Mo → Bea → Cy"
    assert [walk for walk, path in zip(walks(found), found.paths, strict=True) if path.backup] == ["Mo → Dee → Cy"]
    assert {"Mo → Cy", "Mo → Bea → Dee → Cy"} <= set(walks(found))


def test_a_way_knows_when_i_asked_for_it_until_something_came_of_it(graph: Store) -> None:
    asked = replace(introduced(BEA, ME, CY, (IntroductionState.ASKED, 20)), initiator=Account(id=ME))
    fill(graph, both_ways(ME, BEA, days=300), both_ways(BEA, CY, days=300))
    fill(graph, asked, introduced(DEE, ME, CY, (IntroductionState.ASKED, 10)))  # the other one I did not ask for
    assert [path.asked for path in answer(graph, CY).paths] == [days_ago(20), None]
    told_apart = Filters(kinds=frozenset({"message", "reply"}))
    assert [path.asked for path in answer(graph, CY, filters=told_apart).paths] == [days_ago(20), None]
    assert answer(graph, CY, filters=Filters(as_of=days_ago(25).date())).paths[0].asked is None
    assert answer(graph, BEA).paths[0].asked is None
    fill(graph, replace(asked, steps=(IntroductionStep(state=IntroductionState.DECLINED, at=days_ago(5)),)))
    assert answer(graph, CY).paths[0].asked is None


@pytest.mark.parametrize(
    ("steps", "asks"),
    [
        ({EVA: "asked 30.5"}, 1),
        ({EVA: "asked 30.6"}, 0),
        ({EVA: "asked -1"}, 0),
        ({EVA: "asked 25, asked 5"}, 1),
        ({EVA: "asked 25, declined 20", FAY: "asked 9, met 5"}, 2),
        ({EVA: "proposed 5"}, 0),
        ({CY: "asked 20"}, 0),  # this very one still waits
        ({CY: "asked 20, declined 5"}, 1),
    ],
)
def test_whoever_i_asked_lately_counts_by_the_asks_less_as_a_first_step(
    graph: Store, steps: dict[str, str], asks: int
) -> None:
    before = answer(graph, CY)
    for to, told in steps.items():
        states = ((IntroductionState(state), float(days)) for state, days in (one.split() for one in told.split(", ")))
        fill(graph, replace(introduced(BEA, ME, to, *states), initiator=Account(id=ME)))
    fill(graph, introduced(DEE, ME, FAY, (IntroductionState.ASKED, 5)))  # I am not who asked for it
    for filters in (Filters(), Filters(kinds=frozenset({"message", "reply"}))):  # what I asked for is no evidence
        over_bea = next(path for path in answer(graph, CY, filters=filters).paths if path.people[1].id == BEA)
        assert (over_bea.asked_lately.asks if over_bea.asked_lately else 0) == asks
        assert over_bea.worth == pytest.approx(over_bea.strength / (1 + asks))
    found = answer(graph, CY).paths
    assert [path.worth for path in found] == sorted((path.worth for path in found), reverse=True)
    assert {path.people: path.strength for path in found} == {path.people: path.strength for path in before.paths}
    assert len(answer(graph, CY, min_strength=before.paths[0].weakest).paths) == 1
    assert answer(graph, BEA).paths[0].asked_lately is None  # who is asked for is asked for no introduction


def test_kinds_since_and_as_of_limit_what_counts(graph: Store) -> None:
    assert walks(answer(graph, CY, filters=Filters(kinds=frozenset({"message"})))) == ["Mo → Bea → Cy"]
    assert walks(answer(graph, CY, filters=Filters(since=days_ago(100)))) == ["Mo → Bea → Cy"]
    then = answer(graph, DEE, filters=Filters(as_of=days_ago(150).date()))
    assert walks(then) == ["Mo → Dee"]
    assert then.as_of == days_ago(150).date()
    assert walks(answer(graph, DEE, filters=Filters(as_of=date(2015, 1, 1)))) == []


def test_anybody_at_an_organisation(graph: Store) -> None:
    found = answer(graph, "anybody at Harbour Press", org="harbour press")
    assert found.target is None
    assert {walk.split()[-1] for walk in walks(found)} == {"Cy", "Dee"}
    assert {"Mo → Bea → Cy", "Mo → Dee"} <= set(walks(found))
    with pytest.raises(NameUnknownError, match="nobody here is known to be at 'Nowhere Ltd'"):
        answer(graph, "x", org="Nowhere Ltd")


def test_protected_people_are_never_steps_but_may_be_asked_for(graph: Store) -> None:
    graph.set_rule(Rule(kind="protect", value=BEA), on=True)
    assert walks(answer(graph, CY)) == ["Mo → Dee → Cy"]
    assert walks(answer(graph, BEA))[0] == "Mo → Bea"


def test_that_protection_alone_leaves_no_way_is_said_without_names(graph: Store) -> None:
    for account in (BEA, DEE):
        graph.set_rule(Rule(kind="protect", value=account), on=True)
    closed = answer(graph, CY)
    assert walks(closed) == []
    assert closed.notes == (Note(kind=NoteKind.PROTECTED),)
    graph.set_rule(Rule(kind="protect", value=DEE), on=False)
    assert answer(graph, CY, avoid=(DEE,)).notes == closed.notes
    assert answer(graph, CY, avoid=(BEA, DEE)).notes == ()


def test_people_of_one_name_in_an_answer_are_said_to_be_perhaps_one(graph: Store) -> None:
    fill(graph, both_ways(ME, "x:1"), both_ways("x:2", CY), named("x:1", "Zoë Ek"), named("x:2", "zoe  ek"))
    assert answer(graph, CY).notes == ()
    fill(graph, both_ways("x:1", CY), both_ways(ME, "x:2"))
    (note,) = answer(graph, CY).notes
    assert (note.kind, [one.id for one in note.people]) == (NoteKind.NAMESAKES, ["x:1", "x:2"])
    fill(graph, SameAs(a="x:1", b="x:2", at=NOW, same=False))
    assert answer(graph, CY).notes == ()


def test_who_is_meant_must_be_clear(graph: Store) -> None:
    other = "email:cy.novak@example.org"
    fill(graph, named(other, "Cy Novak"))
    with pytest.raises(NameAmbiguousError, match="may mean 2 people") as ambiguous:
        answer(graph, "Cy Novak")
    assert dict(ambiguous.value.candidates).keys() == {CY, other}
    with pytest.raises(NameUnknownError, match="nobody here goes by 'Zacharias Quux'"):
        answer(graph, "Zacharias Quux")
    with pytest.raises(UsageError, match="is you"):
        answer(graph, ME)
    with pytest.raises(UnknownMeError, match="under the profile 'work'") as unknown:
        ask(graph, Question(asked=CY), profile="work", today=TODAY)
    assert unknown.value.remedies == (Remedy(("me", "ACCOUNT")),)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"k": 0}, "-k 0"),
        ({"max_hops": 0}, "--max-hops 0"),
        ({"max_hops": 5}, "--max-hops 5"),
        ({"min_strength": 1.5}, "--min-strength 1.5"),
        ({"min_strength": float("nan")}, "--min-strength nan"),
    ],
)
def test_options_out_of_range_are_refused(graph: Store, options: dict[str, object], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        answer(graph, CY, **options)


def test_my_unanswered_comment_is_the_opening(graph: Store) -> None:
    column = Item(url="https://example.org/column", title="A column", kind="article", author=Account(id=CY))
    fill(graph, act(ME, CY, Kind.COMMENT, item=column, excerpt="I see it otherwise.", at=days_ago(3)))
    (opening,) = answer(graph, CY).openings
    assert (opening.about.id, opening.evidence.source, opening.evidence.target) == (CY, ME, CY)
    assert (opening.evidence.title, opening.evidence.excerpt) == ("A column", "I see it otherwise.")


def test_their_unanswered_mention_of_me_is_an_opening_too_and_two_way_contact_is_none(graph: Store) -> None:
    fill(graph, act(CY, ME, Kind.MENTION, at=days_ago(2)))
    (opening,) = answer(graph, CY).openings
    assert (opening.evidence.source, opening.evidence.target) == (CY, ME)
    fill(graph, act(ME, CY, Kind.REPLY, at=days_ago(1)))
    assert answer(graph, CY).openings == ()
    fill(graph, act(ME, EVA, Kind.CALL))
    assert answer(graph, EVA).openings == ()


def test_their_items_that_i_have_not_touched_are_worth_a_comment(graph: Store) -> None:
    items = [
        Item(url=f"https://example.org/{number}", title=f"Column {number}", author=Account(id=CY)) for number in (1, 2)
    ]
    fill(
        graph,
        act(EVA, CY, Kind.COMMENT, item=items[0], at=days_ago(9)),
        act(ME, CY, Kind.COMMENT, item=items[1], at=days_ago(3)),
    )
    (engagement,) = answer(graph, CY).engage
    assert (engagement.title, engagement.person.id, engagement.why) == ("Column 1", CY, EngageKind.WROTE)


def test_where_they_replied_lately_is_worth_a_comment_where_they_wrote_nothing(graph: Store) -> None:
    def item(number: int, author: str = BEA) -> Item:
        return Item(url=f"https://example.org/{number}", title=f"Post {number}", author=Account(id=author))

    def reply(number: int, days: int, kind: Kind = Kind.REPLY, **fields: Any) -> Interaction:
        return act(CY, BEA, kind, at=days_ago(days), **{"item": item(number), **fields})

    fill(
        graph,
        *(reply(1, 2, thread="a"), reply(0, 3, thread="a"), reply(2, 5, Kind.COMMENT), reply(3, 7), reply(4, 8)),
        *(reply(5, 1, private=True), reply(6, 1, Kind.LIKE), reply(7, 1, item=item(7, author=ME)), reply(8, 1)),
        act(ME, BEA, Kind.REPLY, item=item(8)),
    )
    found = answer(graph, CY).engage
    assert [(one.title, one.at, one.why) for one in found] == [
        ("Post 1", days_ago(2), EngageKind.REPLIED),
        ("Post 2", days_ago(5), EngageKind.REPLIED),
        ("Post 3", days_ago(7), EngageKind.REPLIED),
    ]
    comments = answer(graph, CY, filters=Filters(kinds=frozenset({"message", "comment"}))).engage
    assert [one.title for one in comments] == ["Post 2"]
    fill(graph, act(EVA, CY, Kind.COMMENT, item=item(9, author=CY)))
    assert [one.title for one in answer(graph, CY).engage] == ["Post 9"]


def test_where_i_wrote_to_them_already_is_not_worth_another_comment(graph: Store) -> None:
    nameless = Item(url="https://example.org/launch", title="On launches")  # whose it is, is not known
    fill(
        graph,
        act(CY, BEA, Kind.COMMENT, item=nameless, at=days_ago(2)),
        act(ME, CY, Kind.COMMENT, item=nameless, at=days_ago(1)),
    )
    assert answer(graph, CY).engage == ()


def test_one_person_with_several_accounts_is_one_step(graph: Store) -> None:
    fill(graph, both_ways("x:1", "x:2", count=9), SameAs(a="x:1", b=BEA, at=NOW), SameAs(a="x:2", b=CY, at=NOW))
    best = answer(graph, CY).paths[0]
    assert best.people[1].accounts == (BEA, "x:1")
    assert [(count.kind, count.out, count.in_) for count in best.hops[1].counts] == [("message", 12, 12)]


def test_a_contradicting_join_is_skipped_and_said(graph: Store) -> None:
    fill(graph, both_ways("x:1", CY), SameAs(a="x:1", b=BEA, at=NOW, same=False))
    fill(graph, SameAs(a="x:1", b=BEA, at=NOW, source="linkedin"))
    (note,) = answer(graph, CY).notes
    assert note.refusal is not None
    assert (note.refusal.join.source, note.refusal.blocked_by.source) == ("linkedin", "manual")


def test_no_way_is_said_with_what_to_do(graph: Store) -> None:
    fill(
        graph,
        both_ways(EVA, FAY),
        act(BEA, EVA, Kind.COMMENT, at=days_ago(5)),
        act(BEA, EVA, Kind.LIKE, at=days_ago(4)),
        named(EVA, "Eva Brandt", org="Lind & Co"),
        named(DEE, "Dee Okafor", org="LIND & CO"),
    )
    found = answer(graph, "Eva Brandt")
    assert found.paths == ()
    assert found.advice is not None
    assert [near.person.id for near in found.advice.answered] == [FAY]
    nearest = {near.person.id: near for near in found.advice.nearest}
    assert {near.target.id for near in nearest.values()} == {EVA}
    assert [(one.kind, one.out) for one in nearest[BEA].acts] == [("comment", 1), ("like", 1)]
    assert nearest[BEA].last == days_ago(4)
    assert (nearest[DEE].org, nearest[DEE].acts) == ("LIND & CO", ())
    assert hints(found) == [HintKind.ASK_AROUND, HintKind.COMMENT]
    comment = found.advice.more[-1]
    assert (comment.person, comment.unique, comment.day) == (found.target, True, TODAY)


def hints(found: Answer) -> list[HintKind]:
    assert found.advice is not None
    return [one.kind for one in found.advice.more]


def test_whom_the_target_answers_are_told_with_my_best_way_to_them(graph: Store) -> None:
    fill(graph, both_ways(FAY, EVA, count=9), both_ways(BEA, EVA, days=90), both_ways(CY, EVA, days=30))
    advice = answer(graph, EVA, max_hops=1).advice
    assert advice is not None
    ways = {near.person.id: near.way for near in advice.answered}
    assert list(ways) == [CY, BEA, FAY]  # Fay is answered most, but nobody leads to Fay
    direct, over_bea, none = ways[BEA], ways[CY], ways[FAY]
    assert direct is not None
    assert (direct.steps, [one.id for one in direct.people]) == (1, [ME, BEA])
    assert over_bea is not None
    assert [one.id for one in over_bea.people] == [ME, BEA, CY]
    assert over_bea.weakest == answer(graph, CY).paths[0].weakest
    assert none is None
    limited = answer(graph, EVA, max_hops=1, min_strength=0.9).advice
    assert limited is not None
    assert {near.way for near in limited.answered} == {None}
    over_dee = answer(graph, EVA, max_hops=1, via=(DEE,)).advice
    assert over_dee is not None
    assert {near.person.id: near.way and near.way.steps for near in over_dee.answered} == {CY: 2, BEA: 3, FAY: None}


def test_a_way_that_only_the_options_left_out_is_mentioned(graph: Store) -> None:
    found = answer(graph, CY, max_hops=1)
    assert found.advice is not None
    hint = found.advice.more[0]
    assert (hint.kind, hint.count, hint.more) == (HintKind.WIDER, 2, False)
    best = answer(graph, CY).paths[0]
    assert hint.best == Way(steps=2, weakest=best.weakest, people=best.people)
    only = answer(graph, CY, max_hops=1, k=1).advice
    assert only is not None
    assert (only.more[0].count, only.more[0].more) == (1, True)


def test_somebody_nobody_ever_answers_has_no_way_and_the_gap_is_named(graph: Store) -> None:
    fill(graph, act(FAY, CY, Kind.LIKE))
    assert HintKind.UNSEEN in hints(answer(graph, FAY))


def test_without_any_tie_of_mine_the_advice_starts_there(store: Store) -> None:
    store.set_profile("me", [ME])
    fill(store, *NAMES)
    assert hints(answer(store, CY))[0] is HintKind.NO_TIES


def warnings(store: Store, target: str) -> set[Caution]:
    (path, *_) = answer(store, target).paths
    return set(path.hops[-1].warnings)


def test_warnings_name_what_is_weak_in_a_step(store: Store) -> None:
    store.set_profile("me", [ME])
    fill(
        store,
        *NAMES,
        both_ways(ME, BEA, days=500),
        act(ME, CY, thread="t1", at=days_ago(3)),
        act(CY, ME, thread="t1", at=days_ago(2)),
        known(ME, DEE),
        act(ME, EVA, Kind.CONNECTION, at=days_ago(30)),
        known(ME, "manual:gil-haas"),
        both_ways(ME, FAY),
    )
    messages_only = Caution(kind=CautionKind.ONE_KIND, detail="message")
    (way,) = answer(store, BEA).paths
    assert way.hops[0].dormant
    assert set(way.hops[0].warnings) == {Caution(kind=CautionKind.DORMANT, at=way.hops[0].last), messages_only}
    assert warnings(store, CY) == {Caution(kind=CautionKind.ONE_THREAD)}
    assert warnings(store, DEE) == {Caution(kind=CautionKind.DECLARED)}
    assert warnings(store, EVA) == {Caution(kind=CautionKind.UNSPOKEN)}
    gil = resolve_person(open_directory(store), "manual:gil-haas")
    assert warnings(store, gil.id) == {
        Caution(kind=CautionKind.DECLARED),
        Caution(kind=CautionKind.NAME_ONLY, person=gil),
    }
    assert warnings(store, FAY) == {messages_only}


def test_a_way_s_warnings_stand_worst_first_each_with_its_step(store: Store) -> None:
    store.set_profile("me", [ME])
    fill(store, *NAMES, both_ways(ME, BEA, days=500), both_ways(BEA, CY), known(CY, DEE), known(DEE, EVA))
    (way,) = answer(store, EVA).paths
    assert [(one.kind, one.step) for one in way.warnings] == [
        (CautionKind.LONG, None),
        (CautionKind.DECLARED, 3),
        (CautionKind.DECLARED, 4),
        (CautionKind.DORMANT, 1),
        (CautionKind.ONE_KIND, 1),
        (CautionKind.ONE_KIND, 2),
    ]
    assert way.warnings[0].count == 3
    fill(store, known(ME, EVA))
    assert answer(store, EVA).paths[0].warnings[0] == Caution(kind=CautionKind.ALL_DECLARED)


def test_what_was_told_and_introduced_is_evidence_of_its_own(store: Store) -> None:
    store.set_profile("me", [ME])
    met = datetime(2020, 5, 1, tzinfo=UTC)
    fill(
        store,
        *NAMES,
        Introduction(
            by=Account(id=BEA),
            person=Account(id=ME),
            to=Account(id=CY),
            steps=(
                IntroductionStep(state=IntroductionState.ASKED, at=days_ago(90)),
                IntroductionStep(state=IntroductionState.ACCEPTED, at=met),
            ),
        ),
        Declared(
            a=Account(id=BEA),
            b=Account(id=CY),
            closeness=Closeness.FAMILIAR,
            at=days_ago(9),
            how="old colleagues",
            since=date(2001, 1, 1),
            by=Account(id=DEE),
        ),
        known(ME, BEA),
    )
    direct, over_bea = sorted(answer(store, CY).paths, key=lambda path: len(path.people))
    (introduced,) = direct.hops[0].evidence
    assert (introduced.kind, introduced.at, introduced.introducer) == (INTRODUCTION, met, "Bea Lind")
    assert [(count.kind, count.out, count.in_) for count in direct.hops[0].counts] == [(INTRODUCTION, 1, 1)]
    (told,) = over_bea.hops[1].evidence
    assert (told.kind, told.said_by, told.private) == (DECLARED, "Dee Okafor", True)
    assert (told.closeness, told.how, told.since) == (Closeness.FAMILIAR, "old colleagues", date(2001, 1, 1))
    only_told = answer(store, CY, filters=Filters(kinds=frozenset({DECLARED})))
    assert walks(only_told) == ["Mo → Bea → Cy"]
    assert only_told.paths[0].hops[0].counts == ()


def introduced(by: str, person: str, to: str, *steps: tuple[IntroductionState, float]) -> Introduction:
    return Introduction(
        by=Account(id=by),
        person=Account(id=person),
        to=Account(id=to),
        steps=tuple(IntroductionStep(state=state, at=days_ago(days)) for state, days in steps),
    )


def test_that_i_was_introduced_already_is_told_and_changes_no_rank(graph: Store) -> None:
    proposed, met = (IntroductionState.PROPOSED, 40), (IntroductionState.MET, 30)
    fill(graph, introduced(BEA, ME, CY, proposed))
    assert answer(graph, CY).introduced == ()
    fill(graph, introduced(BEA, ME, CY, met), introduced(DEE, CY, ME, (IntroductionState.ACCEPTED, 35)))
    found = answer(graph, CY)
    assert [(one.to.id, one.by.id, one.at) for one in found.introduced] == [(CY, BEA, days_ago(30))]
    assert "Mo → Cy" in walks(found)
    assert [path.strength for path in found.paths] == sorted((path.strength for path in found.paths), reverse=True)
    assert [one.by.id for one in answer(graph, CY, filters=Filters(as_of=days_ago(32).date())).introduced] == [DEE]
    assert answer(graph, CY, filters=Filters(kinds=frozenset({"message"}))).introduced == ()
    assert answer(graph, BEA).introduced == ()
    assert [one.to.id for one in answer(graph, "x", org="Harbour Press").introduced] == [CY]


def test_a_declined_introduction_is_none(graph: Store) -> None:
    fill(graph, introduced(BEA, ME, CY, (IntroductionState.ACCEPTED, 40), (IntroductionState.DECLINED, 30)))
    assert answer(graph, CY).introduced == ()


def test_a_misspelt_name_is_a_guess_that_is_said_and_only_ask_guesses(graph: Store) -> None:
    guessed = answer(graph, "Cy Novk")
    assert guessed.target is not None
    assert guessed.notes == (Note(kind=NoteKind.GUESS, name="Cy Novk", people=(guessed.target,)),)
    assert answer(graph, "Novak").notes == ()
    assert answer(graph, "Novak").candidates == ()
    directory = open_directory(graph)
    assert resolve_person(directory, "Novak").id == CY
    with pytest.raises(NameUnknownError) as unknown:
        resolve_person(directory, "Cy Novk")
    assert (CY, "Cy Novak") in unknown.value.candidates
    with pytest.raises(NameUnknownError):
        answer(graph, CY, avoid=("Bea Lindd",))


@pytest.mark.parametrize("asked", ["xcy@example.org", "email:cyy@example.org", "@cyy", "https://example.org/cyy"])
def test_an_address_an_id_a_handle_and_a_link_must_match_exactly(graph: Store, asked: str) -> None:
    with pytest.raises(NameUnknownError):
        answer(graph, asked)


def test_words_that_fit_several_people_are_ambiguous(graph: Store) -> None:
    with pytest.raises(NameAmbiguousError, match="may mean 2 people"):
        resolve_person(open_directory(graph), "Harbour")


def test_a_word_that_is_ones_handle_and_anothers_name_is_asked_about(graph: Store) -> None:
    fill(graph, Account(id="x:55", handle="ann", name="Anneke Vos"), named("x:56", "Ann Ocker"))
    directory = open_directory(graph)
    with pytest.raises(NameAmbiguousError) as several:
        resolve_person(directory, "ann")
    assert [one for one, _ in several.value.candidates] == ["x:55", "x:56"]
    assert resolve_person(directory, "@ann").id == "x:55"


def test_a_name_of_emoji_alone_is_found(graph: Store) -> None:
    fill(graph, named("x:5", "🦊🌻"))
    assert resolve_person(open_directory(graph), "🦊🌻").id == "x:5"


def test_what_only_private_acts_show_is_nothing_to_comment_on(graph: Store) -> None:
    secret = Item(url="https://example.org/secret", title="Secret plan", author=Account(id=CY))
    fill(graph, act(EVA, CY, item=secret, private=True))
    assert answer(graph, CY).engage == ()


def test_a_copy_is_no_opening(graph: Store) -> None:
    fill(graph, act(EVA, ME, Kind.COPIED))
    assert answer(graph, EVA).openings == ()


def test_the_strongest_act_is_shown_beside_the_newest(graph: Store) -> None:
    fill(graph, act(ME, EVA, at=days_ago(30), thread="to her alone"), act(EVA, ME, at=days_ago(40)))
    fill(graph, [act(ME, (EVA, FAY, DEE), at=days_ago(number)) for number in range(1, 9)])
    (hop,) = answer(graph, EVA).paths[0].hops
    assert days_ago(30) in {one.at for one in hop.evidence}


def test_public_acts_are_shown_beside_newer_private_ones(store: Store) -> None:
    store.set_profile("me", [ME])
    fill(store, [act(*pair, private=True, at=days_ago(2)) for pair in ((ME, BEA), (BEA, ME))])
    fill(store, [act(ME, BEA, private=True, at=days_ago(number)) for number in range(3, 9)])
    fill(store, act(ME, BEA, Kind.MENTION, at=days_ago(90)))
    (hop,) = answer(store, BEA).paths[0].hops
    assert [one.kind for one in hop.evidence if not one.private] == ["mention"]
