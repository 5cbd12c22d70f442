"""A name borne on different networks, one bearer on each, is asked for together, and nothing else is."""

import pytest

from graph.answers.answer import Answer, HintKind, NoteKind
from graph.answers.ask import Question, ask
from graph.answers.targets import name_apart
from graph.errors import NameAmbiguousError, UsageError
from graph.model import Account, Introduction, IntroductionState, IntroductionStep, Item, Kind, Rule, SameAs
from graph.store.store import Store
from tests.graph.records import ME, NOW, act, both_ways, days_ago, fill, named

TODAY = NOW.date()
ANN, BEA = "email:ann@example.org", "email:bea@example.org"
ANN_X, ANN_IN, ANN_BLOG, ANN_NEWS = "x:7", "linkedin:in/ann", "web:blog.example#ann lee", "web:news.example#ann lee"


@pytest.fixture
def graph(store: Store) -> Store:
    """Me ↔ Bea ↔ Ann by mail; me ↔ Ann on X, closer."""
    store.set_profile("me", [ME])
    fill(
        store,
        *(named(ME, "Mo Reader"), named(BEA, "Bea Lind"), named(ANN, "Ann Lee"), named(ANN_X, "ANN  Lée")),
        *(both_ways(ME, BEA), both_ways(BEA, ANN), both_ways(ME, ANN_X, count=5)),
    )
    return store


def answer(store: Store, asked: str = "Ann Lee", **options: object) -> Answer:
    return ask(store, Question(asked=asked, **options), profile="me", today=TODAY)  # type: ignore[arg-type] # options by name


def targets(store: Store, asked: str = "Ann Lee") -> list[str]:
    return [one.id for one in answer(store, asked).targets]


def ends(found: Answer) -> list[str]:
    return [path.people[-1].id for path in found.paths]


def apart(a: str, b: str) -> SameAs:
    return SameAs(a=a, b=b, at=NOW, same=False)


def test_ways_lead_to_each_and_the_best_says_who_is_the_target(graph: Store) -> None:
    found = answer(graph, "ann lee")
    assert ends(found) == [ANN_X, ANN]
    assert found.target is not None
    assert (found.target.id, [one.id for one in found.targets]) == (ANN_X, [ANN_X, ANN])
    assert (found.candidates, found.advice) == ((), None)
    fill(graph, both_ways(ME, ANN, count=50))
    assert targets(graph) == [ANN, ANN_X]


def test_without_a_way_the_smallest_id_is_the_target_and_the_advice_is_for_all(store: Store) -> None:
    store.set_profile("me", [ME])
    fill(store, named(ANN_X, "Ann Lee"), named(ANN, "Ann Lee"), named(BEA, "Bea Lind"), both_ways(ANN_X, BEA))
    found = answer(store)
    assert [one.id for one in found.targets] == [ANN, ANN_X]
    assert found.advice is not None
    assert [near.person.id for near in found.advice.answered] == [BEA]
    assert [hint.kind for hint in found.advice.more][1:] == [HintKind.ASK_AROUND, HintKind.COMMENT]  # one is seen
    comment = found.advice.more[-1]
    assert (comment.person, comment.unique) == (found.target, False)


def test_one_bearer_or_one_id_is_one_target(graph: Store) -> None:
    for asked, only in (("Bea Lind", BEA), (ANN, ANN), (ANN_X, ANN_X)):
        assert targets(graph, asked) == [only]
    fill(graph, SameAs(a=ANN, b=ANN_X, at=NOW))
    assert targets(graph) == [ANN]


def test_openings_items_and_introductions_are_those_of_each(graph: Store) -> None:
    columns = {one: Item(url=f"https://example.org/{one}", title=one, author=Account(id=one)) for one in (ANN, ANN_IN)}
    fill(
        graph,
        named(ANN_IN, "Ann Lee"),
        *(act(BEA, one, Kind.COMMENT, item=column) for one, column in columns.items()),
        *(act(ME, one, Kind.COMMENT, at=days_ago(3)) for one in (ANN, ANN_IN)),
        *(
            Introduction(
                by=Account(id=BEA),
                person=Account(id=ME),
                to=Account(id=one),
                steps=(IntroductionStep(state=IntroductionState.MET, at=days_ago(9)),),
            )
            for one in (ANN_X, ANN_IN)
        ),
    )
    found = answer(graph)
    assert {one.about.id for one in found.openings} == {ANN, ANN_IN}
    assert {one.person.id for one in found.engage} == {ANN, ANN_IN}
    assert {one.to.id for one in found.introduced} == {ANN_X, ANN_IN}


def test_no_way_to_one_leads_over_another_unless_it_is_asked_for(graph: Store) -> None:
    fill(graph, both_ways(ANN_X, ANN, count=9))
    assert ends(answer(graph)) == [ANN_X, ANN]
    assert ends(answer(graph, via=(ANN_X,))) == [ANN]


def test_who_only_resembles_the_name_is_not_drawn_in(graph: Store) -> None:
    fill(graph, named("mastodon:a@example.social", "Ann Leeds"), named(ANN_IN, "Ann Le"), named("x:9", "Lee Ann"))
    assert targets(graph) == [ANN_X, ANN]


def test_by_mail_on_linkedin_and_on_two_blogs_are_four(graph: Store) -> None:
    fill(graph, *(named(one, "Ann Lee") for one in (ANN_IN, ANN_BLOG, ANN_NEWS)))
    assert set(targets(graph)) == {ANN, ANN_X, ANN_IN, ANN_BLOG, ANN_NEWS}


def refused(store: Store, asked: str = "Ann Lee") -> set[str]:
    with pytest.raises(NameAmbiguousError) as several:
        answer(store, asked)
    assert f"may mean {len(several.value.candidates)} people" in str(several.value)
    return {person for person, _ in several.value.candidates}


@pytest.mark.parametrize("other", ["x:8", "x:@annlee", "email:ann.lee@example.com"])
def test_two_on_one_network_are_a_question(graph: Store, other: str) -> None:
    fill(graph, named(other, "Ann Lee"))
    assert refused(graph) == {ANN, ANN_X, other}


def test_a_network_that_somebody_is_on_by_another_name_counts(graph: Store) -> None:
    fill(graph, named("x:8", "annie"), SameAs(a="x:8", b=ANN, at=NOW))
    assert refused(graph) == {ANN, ANN_X}


def test_a_handle_or_an_organisation_that_fits_too_is_a_question(graph: Store) -> None:
    fill(graph, named("x:1", "Zora"), named(ANN_IN, "Zora"))
    assert set(targets(graph, "zora")) == {"x:1", ANN_IN}
    fill(graph, named("mastodon:z@example.social", "Zed Zulu", handle="zora"))
    assert refused(graph, "zora") == {"x:1", ANN_IN, "mastodon:z@example.social"}
    fill(graph, named("bluesky:did:plc:1", "Ed Ek", org="Ann Lee"))
    assert refused(graph) == {ANN, ANN_X, "bluesky:did:plc:1"}


def test_so_many_that_there_may_be_more_are_a_question(graph: Store) -> None:
    fill(graph, *(named(f"web:{number}.example#ann lee", "Ann Lee") for number in range(9)))
    assert len(refused(graph)) == 10


def test_i_am_left_out_of_those_who_bear_my_name(graph: Store) -> None:
    mine = "linkedin:in/me"
    fill(graph, named(mine, "Ann Lee"), SameAs(a=ME, b=mine, at=NOW))
    assert targets(graph) == [ANN_X, ANN]
    fill(graph, named(ME, "Bea Lind"))
    alone = answer(graph, "Bea Lind")
    assert ([one.id for one in alone.targets], alone.notes) == ([BEA], ())
    fill(graph, named("email:ann.lee@example.com", "Ann Lee"))
    assert refused(graph) == {ANN, ANN_X, "email:ann.lee@example.com"}
    with pytest.raises(UsageError, match="is you"):
        answer(graph, "Mo Reader")


def test_in_avoid_and_via_several_are_a_question(graph: Store) -> None:
    for option in ("avoid", "via"):
        with pytest.raises(NameAmbiguousError):
            answer(graph, BEA, **{option: ("Ann Lee",)})


def test_protected_bearers_are_asked_for_and_forgotten_ones_are_not(graph: Store) -> None:
    graph.set_rule(Rule(kind="protect", value=ANN), on=True)
    assert ends(answer(graph)) == [ANN_X, ANN]
    graph.forget([ANN_X])
    assert targets(graph) == [ANN]


def maybe_one(store: Store) -> tuple[tuple[str, str], ...]:
    found = answer(store)
    (note,) = found.notes
    assert (note.kind, note.name) == (NoteKind.TOGETHER, "Ann Lee")
    assert list(note.people) == sorted(found.targets, key=lambda one: one.id)
    return note.maybe_one


def test_that_they_are_asked_for_together_is_told_and_who_of_them_may_be_one(graph: Store) -> None:
    assert maybe_one(graph) == ((ANN, ANN_X),)
    fill(graph, named(ANN_BLOG, "Ann Lee"))
    assert maybe_one(graph) == ((ANN, ANN_BLOG), (ANN, ANN_X), (ANN_BLOG, ANN_X))
    fill(graph, apart(ANN, ANN_X), apart(ANN, ANN_BLOG))
    assert maybe_one(graph) == ((ANN_BLOG, ANN_X),)


def test_two_who_are_said_to_be_two_are_asked_for_and_not_called_one(graph: Store) -> None:
    fill(graph, apart(ANN, ANN_X))
    assert ends(answer(graph)) == [ANN_X, ANN]
    assert maybe_one(graph) == ()


def test_those_asked_for_together_are_called_by_their_networks_wherever_they_stand(graph: Store) -> None:
    fill(graph, named(ANN_IN, "Ann Lee"), SameAs(a=ANN, b=ANN_IN, at=NOW))
    found = name_apart(answer(graph))
    names = [(path.people[-1].name, path.hops[-1].target.name) for path in found.paths]
    assert names == [("ANN Lée (x)",) * 2, ("Ann Lee (email, linkedin)",) * 2]
    assert name_apart(answer(graph, BEA)) == answer(graph, BEA)
