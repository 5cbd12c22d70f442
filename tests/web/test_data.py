"""The data that the canvas draws from, as the browser gets them."""

import gzip
import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard.service.connections import Connections, find_connections
from dashboard.service.desk import Desk
from dashboard.web.app import make_app
from dashboard.web.entrance import Entrance
from dashboard.web.safety import protect
from dashboard.words.network import connections_words, how_words
from graph.model import Account, Closeness, Kind, Member, Rule
from graph.network.neighbourhood import Neighbour
from graph.people.person import Person
from graph.records.pack import pack
from graph.store.features import Filters
from graph.store.store import Store
from tests.dashboard.conftest import ANN, BOB, CARA, MIA, NOW, ZED, act, office_records

Get = Callable[..., Any]


@pytest.fixture
def desk(store: Store) -> Desk:
    store.write(pack(office_records(), now=NOW))
    store.refresh()
    store.set_profile("me", [MIA])
    return Desk(store=store, profile="me", clock=lambda: NOW)


@pytest.fixture
def get(desk: Desk) -> Get:
    app = make_app(desk)
    protect(app, Entrance(url="http://localhost", names=frozenset({"localhost"})))
    client = app.server.test_client()

    def ask(query: str = "", **headers: str) -> Any:
        until = time.monotonic() + 30
        while (answer := _ask(client, query, headers)).status_code == 202 and time.monotonic() < until:
            assert answer.json == {"wait": "Finding groups among 7 people"}
        return answer

    return ask


def _ask(client: FlaskClient, query: str, headers: dict[str, str]) -> Any:
    return client.get(f"/graph.json{query}", headers={name.replace("_", "-"): one for name, one in headers.items()})


def links(data: Any) -> list[tuple[str, str, str]]:
    names = data["people"]["name"]
    ends = zip(data["links"]["a"], data["links"]["b"], data["view"]["closeness"], strict=True)
    return [(names[a], names[b], closeness) for a, b, closeness in ends]


def test_the_network_comes_in_columns(desk: Desk, get: Get) -> None:
    desk.store.add_members([Member(list="Press", account=Account(id=ANN))])
    data = get().json
    assert data["people"]["id"] == [ANN, MIA, BOB, CARA]
    assert data["people"]["name"] == ["Ann Lee", "You", "Bob Béranger", "Cara Quill"]
    assert (data["me"], data["total"], data["relationships"]) == (1, 4, None)  # said where some are not drawn
    assert links(data) == [
        ("Ann Lee", "You", "0"),
        ("Ann Lee", "Bob Béranger", "0"),
        ("You", "Cara Quill", "3"),
        ("Bob Béranger", "Cara Quill", "0"),
    ]
    assert data["kinds"] == [["reply", "Replies"], ["comment", "Comments"], ["message", "Messages"]]
    assert data["view"]["out"] == [4, 1, 2, 1]
    assert data["view"]["in"] == [4, 1, 0, 1]
    assert data["networks"] == [["email", "Mail"], ["x", "X"]]
    assert data["people"]["networks"] == [3, 1, 2, 2]
    assert (data["lists"], data["people"]["lists"]) == (["Press"], [1, 0, 0, 0])
    assert data["groups"][0] == ["A", "around You, Ann"] or data["groups"][0] == ["A", "around Ann, You"]
    assert {len(column) for column in data["people"].values()} == {4}


def test_a_view_alone_is_that_of_the_day_asked_for(get: Get) -> None:
    early = (NOW - timedelta(days=61)).date()
    assert get("?only=view").json["view"] == get().json["view"]
    assert get(f"?only=view&asof={early}").json["view"]["closeness"] == "4444"
    assert get(f"?only=view&asof={early + timedelta(days=5)}").json["view"]["closeness"] == "2242"
    data = get(f"?only=view&since={NOW.date()}").json
    assert (sorted(data), data["view"]["closeness"]) == (["key", "view"], "4444")


def test_the_page_is_told_to_wait_while_groups_are_being_found(
    desk: Desk, get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.service.maps._PATIENCE", 0)
    assert desk.maps.network(desk.standing()) is None
    assert get().status_code == 200  # after some answers that say what is being done


def test_what_the_browser_holds_is_not_sent_again_until_it_changes(desk: Desk, get: Get) -> None:
    first = get(Accept_Encoding="gzip")
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert first.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(first.data)) == get().json
    tag = first.headers["ETag"]
    same = get(If_None_Match=tag)
    assert (same.status_code, same.data, same.headers["ETag"]) == (304, b"", tag)

    desk.store.write(pack([act(Kind.CALL, MIA, ZED, 1)], now=NOW))
    assert get(If_None_Match=tag).status_code == 200


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?asof=2020-13-01", "which is no day"),
        ("?since=yesterday", "which is no day"),
        (f"?around={MIA}&steps=9", "not a number from 1 to"),
        ("?around=x:404", "nobody here has the account 'x:404'"),
    ],
)
def test_an_address_that_means_nothing_is_said_so(get: Get, query: str, words: str) -> None:
    answer = get(query)
    assert (answer.status_code, answer.mimetype) == (400, "text/plain")
    assert words in answer.text


def test_who_was_forgotten_is_gone_at_once(desk: Desk, get: Get) -> None:
    assert b"ranger" in get().data
    assert b"ranger" in get(f"?around={MIA}").data
    desk.store.forget([BOB])
    assert b"ranger" not in get().data + get(f"?around={MIA}").data


def test_the_neighbourhood_has_rings_and_grows(get: Get) -> None:
    data = get(f"?around={MIA}").json
    assert data["people"]["name"] == ["You", "Ann Lee", "Bob Béranger"]
    assert data["people"]["ring"] == [0, 1, 2]
    assert data["people"]["how"] == ["", "close", "by Ann"]
    assert data["people"]["mark"] == ["You", "AL", "BB"]
    assert (data["centre"], data["me"], data["more"], data["groups"]) == (0, 0, [0, 0], [])
    assert data["rings"] == [[183, 147], [361, 290]]
    assert data["view"]["closeness"] == "00"
    grown = get(f"?around={MIA}&grown={BOB}&grown=x:404").json
    assert grown["people"]["name"][3:] == ["Cara Quill"]
    assert (grown["people"]["ring"][3], grown["people"]["how"][3]) == (3, "by Bob")
    assert get(f"?around={MIA}&steps=1").json["people"]["name"] == ["You", "Ann Lee"]
    assert get(f"?around={ZED}").json["people"]["name"] == ["Zed Zulu"]


def test_those_who_find_no_room_are_listed(desk: Desk, get: Get) -> None:
    crowd = [f"x:{number}" for number in range(1_000, 1_020)]
    desk.store.write(pack([act(Kind.CALL, MIA, one, 500 + at) for at, one in enumerate(crowd)], now=NOW))
    data = get(f"?around={MIA}").json
    assert data["more"] == [7, 0]
    assert data["rest"]["id"] == crowd[-7:]
    assert set(data["rest"]["how"]) == {"slight, dormant"}
    assert set(data["rest"]["ring"]) == {1}
    assert set(data["rest"]["closeness"]) == {2}


def test_the_protected_are_drawn_but_nobody_is_reached_over_them(desk: Desk, get: Get) -> None:
    desk.store.set_rule(Rule(kind="protect", value=ANN), on=True)
    data = get(f"?around={MIA}&grown={ANN}").json
    assert data["people"]["name"] == ["You", "Ann Lee"]
    assert data["people"]["how"] == ["", "close, protected"]
    assert "Ann Lee" in get().json["people"]["name"]
    me = find_connections(desk, "", Filters(), grouped=False)
    assert me is not None
    assert connections_words(me) == "0 people you can ask, 0 behind them."
    assert desk.view() == me.around


def test_mine_are_as_close_as_i_may_expect_an_answer_and_the_panel_says_what_is_drawn(desk: Desk, get: Get) -> None:
    steve = "email:steve@example.com"
    for one, other in ((MIA, ZED), (ZED, steve)):  # one writes, the other hardly ever
        acts = [act(Kind.MESSAGE, one, other, 1 + number) for number in range(40)]
        desk.store.write(pack([*acts, act(Kind.MESSAGE, other, one, 300)], now=NOW))
    drawn = {(a, b): closeness for a, b, closeness in links(get().json)}
    assert (drawn["You", "Zed Zulu"], drawn["Steve Park", "Zed Zulu"]) == ("2", "0")
    zed = get(f"?around={ZED}").json
    around = {(a, b): closeness for a, b, closeness in links(zed)}
    assert (around["Zed Zulu", "You"], around["Zed Zulu", "Steve Park"]) == ("2", "2")
    how = dict(zip(zed["people"]["name"], zed["people"]["how"], strict=True))
    assert (how["You"], how["Steve Park"]) == ("slight", "slight")
    said = [find_connections(desk, ZED, Filters(), grouped=False, around=middle) for middle in (None, ZED)]
    assert [one and connections_words(one) for one in said] == [
        "2 relationships, the closest: Steve Park, close.",
        "2 relationships, the closest: you, slight.",
    ]


def test_groups_are_told_where_they_are_drawn_and_nowhere_else(desk: Desk, get: Get) -> None:
    assert get().status_code == 200
    said = [find_connections(desk, ANN, Filters(), grouped=grouped) for grouped in (True, False)]
    assert [one and one.group for one in said] == [0, None]


def test_a_network_that_can_t_be_made_is_tried_again(
    desk: Desk, get: Get, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("dashboard.service.maps.build_network", lambda *_: 1 / 0)
        assert desk.maps.network(desk.standing()) is None
    assert "ZeroDivisionError at test_data.py" in caplog.text
    assert get().status_code == 200


def test_how_somebody_stands_is_said_in_two_sentences(desk: Desk, get: Get) -> None:
    assert get().status_code == 200
    one = find_connections(desk, ANN, Filters(), grouped=False)
    assert one is not None
    assert connections_words(one) == "2 relationships, the closest: you, close."
    me = find_connections(desk, "", Filters(), grouped=False)
    assert me is not None
    assert connections_words(me) == "1 person you can ask, 1 behind them."
    assert find_connections(desk, "email:nobody@example.org", Filters(), grouped=False) is None
    noor, marta = Person(id="x:1", name="Noor Haddad"), Person(id="x:3", name="Marta Quill")
    wim = Connections(
        person=Person(id="x:2", name="Wim Castellan"),
        me=MIA,
        group=3,
        connects=(0, 1, 2),
        many=8,
        closest=(noor, Closeness.FAMILIAR),
        around=None,
        bridges=((1, marta),),
    )
    assert connections_words(wim) == (
        "Connects group D with A, B and C. 8 relationships, the closest: Noor Haddad, familiar. "
        "The only relationship between groups D and B is with Marta Quill."
    )
    alone = Connections(person=noor, me=MIA, many=0, closest=None, around=None)
    assert connections_words(alone) == "No relationship in this time."
    assert how_words(Neighbour(person=noor, ring=2, over=wim.person, ways=3), "") == "by 3 ways"
    assert how_words(Neighbour(person=noor, ring=3, over=wim.person), "x:2") == "by you"


def test_of_very_many_lists_the_largest_are_told(desk: Desk, get: Get) -> None:
    held = [Member(list=f"list {number}", account=Account(id=one)) for number in range(40) for one in (ANN, BOB)]
    desk.store.add_members([*held, Member(list="a small one", account=Account(id=ANN))])
    data = get().json
    assert len(data["lists"]) == 30
    assert "a small one" not in data["lists"]
    assert data["people"]["lists"] == [2**30 - 1, 0, 2**30 - 1, 0]


def test_all_months_are_counted(desk: Desk) -> None:
    months = desk.all_months()
    assert sum(months.values()) == 38
    assert list(months) == sorted(months)
