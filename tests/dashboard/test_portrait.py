"""A person's page: what stands on it beside the story, in its words."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dashboard.service.desk import Desk
from dashboard.words import portrait as words
from graph.errors import NameUnknownError, UnknownMeError
from graph.model import Account, Closeness, Declared, Introduction, IntroductionState, IntroductionStep, Kind
from graph.records.pack import pack
from tests.dashboard.conftest import ANN, ANN_X, BOB, CARA, MIA, NOW, ZED, Cli, act


@pytest.fixture
def desk(office: Cli) -> Desk:
    return Desk(store=office.open(), profile="me", clock=lambda: NOW)


def test_relationships_are_those_that_ways_use(desk: Desk) -> None:
    told = Declared(a=Account(id=ANN), b=Account(id=ZED), closeness=Closeness.SLIGHT, at=NOW, by=Account(id=BOB))
    desk.store.write(pack([told], now=NOW))
    portrait = desk.portrait(ANN_X, None)  # any account of a person's will do

    assert [(hop.source.name, hop.target.name) for hop in portrait.relationships] == [
        ("Mia Moss", "Ann Lee"),
        ("Ann Lee", "Bob Béranger"),
        ("Ann Lee", "Zed Zulu"),
    ]
    assert [words.relationship(hop) for hop in portrait.relationships][1:] == [
        portrait.relationships[1].closeness.value,
        "slight, told by Bob Béranger",
    ]
    assert portrait.others == 0
    me = desk.portrait(MIA, None)
    assert (me.mine, me.story, [hop.target.name for hop in me.relationships]) == (None, None, ["Ann Lee"])


def test_it_says_who_joined_the_accounts_and_where_somebody_works(desk: Desk) -> None:
    profile = desk.portrait(ANN, None).profile
    assert list(words.joined(profile.assertions, profile.person)) == [
        "Joined as one person by x-archive, 15 June 2020, 90% sure."
    ]
    assert [words.account_words(one) for one in profile.accounts] == ["ann@example.org", "x.com/annlee"]
    assert words.works(profile.accounts) == [("Harbour Press", "Editor", "")]
    assert words.account_words(Account(id="web:example.org#ann lee", name="Ann Lee")) == "Ann Lee"


def test_what_i_asked_for_is_counted_and_nobody_is_ranked_by_it(desk: Desk) -> None:
    assert words.asked((), desk.portrait(ANN, None)) is None
    for to, *states in (
        (BOB, IntroductionState.ASKED),
        (CARA, IntroductionState.ASKED, IntroductionState.ACCEPTED),
    ):
        steps = tuple(IntroductionStep(state=one, at=NOW - timedelta(days=3 - n)) for n, one in enumerate(states))
        me, by = Account(id=MIA), Account(id=ANN)
        made = Introduction(by=by, person=me, to=Account(id=str(to)), initiator=me, steps=steps)
        desk.store.write(pack([made], now=NOW))
    portrait = desk.portrait(ANN, None)

    assert words.asked(portrait.trios, portrait) == "Asked 2, introduced 1"
    assert [words.state_kind(one) for one in portrait.trios] == ["good", "waiting"]


def test_it_says_what_is_held_and_only_what_is_so(desk: Desk) -> None:
    shown = desk.portrait(ANN, None)
    assert words.held_words(desk.held(ANN), shown) == "24 interactions, 2 accounts. No text of private messages."
    assert words.held_words(None, shown) == "2 accounts. How many interactions, this counts:"
    desk.store.write(pack([act(Kind.MESSAGE, ANN, MIA, 2, private=True, excerpt="in confidence")], now=NOW))
    said = words.held_words(desk.held(ANN), desk.portrait(ANN, None))
    assert said == "25 interactions, 2 accounts. Private text too, such as notes."


def test_whom_nobody_here_knows_has_no_page_and_i_am_somebody_where_it_is_known_who(desk: Desk) -> None:
    assert (desk.somebody("").name, desk.somebody(ANN_X).name) == ("Mia Moss", "Ann Lee")
    for look in (lambda: desk.portrait("x:nobody", None), lambda: desk.somebody("x:nobody")):
        with pytest.raises(NameUnknownError):
            look()
    with pytest.raises(UnknownMeError):
        replace(desk, profile="work").somebody("")
