"""`me`, `people` and `list`: who is who, joined and split by hand, and taken back exactly."""

import shlex
from collections.abc import Callable

import pytest

from graph.model import SameAs
from graph.records.pack import pack
from tests.dashboard.conftest import ANN, ANN_X, BOB, CARA, MIA, NOW, ZED, Cli

STEVE, STEVE2 = "email:steve.park@example.org", "email:steve@example.com"


def accounts(cli: Cli, name: str) -> list[str]:
    return [one["id"] for one in cli("people", "show", name, "--json").data["accounts"]]


# --- me --------------------------------------------------------------------------------------------------------------


def test_me_is_set_shown_joined_and_taken_off(cli: Cli) -> None:
    assert cli("me").code == 2
    done = cli("me", "Mia@Example.org", "https://x.com/MiaMoss", "@mia@example.social")
    assert done.code == 0, done.err
    assert done.out.splitlines()[0].startswith("You are ")
    mine = [MIA, "mastodon:mia@example.social", "x:@miamoss"]
    assert cli("me", "--json").data["profile_accounts"] == mine
    assert cli("me", "--json").data["me"]["accounts"] == mine

    assert cli("me", "--remove", MIA).code == 0
    assert cli("me", "--json").data["me"]["accounts"] == mine[1:]
    assert accounts(cli, MIA) == [MIA]
    assert cli("me", MIA).code == 0
    assert cli("me", "--json").data["me"]["accounts"] == mine
    assert cli("me", "--remove", *mine).code == 0
    assert cli("me").code == 2


def test_profiles_are_apart(cli: Cli) -> None:
    assert cli("me", MIA).code == 0
    assert cli("--as", "work", "me", "mia@work.example").code == 0
    assert cli("me", "--json").data["profile_accounts"] == [MIA]
    assert cli("--as", "work", "me", "--json").data["profile_accounts"] == ["email:mia@work.example"]


def test_a_handle_that_the_store_knows_gives_its_id(office: Cli) -> None:
    assert office("--as", "cara", "me", "@cara", "--json").data["profile_accounts"] == [CARA]
    assert office("--as", "ann", "me", "https://x.com/annlee", "--json").data["profile_accounts"] == [ANN_X]


def test_me_names_the_user_wherever_somebody_is_named(office: Cli) -> None:
    assert office("people", "show", "me", "--json").data["id"] == MIA
    assert office("list", "add", "us", "Me", "--json").data["people"][0]["id"] == MIA
    assert office("about", "me", "--json").data["person"]["id"] == MIA
    assert office("people", "same", "me", "zed", "--json").data["a"]["id"] == MIA
    for refused in (("ask", "me"), ("forget", "me", "--yes"), ("know", "--new", "Me", "--closeness", "close")):
        assert "is you" in office(*refused).err
    assert office("--as", "nobody", "protect", "me").code == 2


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("me", "Mia Moss"), "is no account"),
        (("me", "--remove"), "needs the accounts"),
        (("me", "--remove", ZED), "is not among your accounts"),
    ],
)
def test_wrong_me_is_one_clear_line(office: Cli, words: tuple[str, ...], why: str) -> None:
    done = office(*words)
    assert done.code == 2
    line, *commands = done.err.splitlines()
    assert why in line
    assert all("intrograph " in one for one in commands)


def test_unknown_me_is_guessed_from_messages(office: Cli) -> None:
    assert office("me", "--remove", MIA).code == 0
    done = office("me")
    assert done.code == 2
    assert "mia@example.org (Mia Moss): 6 sent, 6 received" in done.out
    assert "intrograph me email:ann@example.org" in done.out
    assert {one["id"] for one in office("me", "--json").data_of_any()["guesses"]} == {MIA, ANN}


def test_a_guess_is_confirmed_on_a_terminal(office: Cli, tty: Callable[[], None]) -> None:
    assert office("me", "--remove", MIA).code == 0
    tty()
    assert office("me", stdin="n\nn\n").code == 2
    done = office("me", stdin="n\ny\n")
    assert done.code == 0
    assert "6 sent, 6 received. You? [Y/n]" in done.err
    assert len(office("me", "--json").data["profile_accounts"]) == 1


def test_accounts_said_to_be_two_people_can_t_both_be_me(office: Cli) -> None:
    store = office.open()
    store.write(pack([SameAs(a=MIA, b=ZED, at=NOW, same=False)], now=NOW))
    store.close()
    done = office("me", ZED)
    assert done.code == 2
    assert f"intrograph people undo '{MIA}|{ZED}|not|manual'" in done.err
    assert office("me", "--json").data["profile_accounts"] == [MIA]


# --- people ----------------------------------------------------------------------------------------------------------


def test_search_and_show(office: Cli) -> None:
    assert "x:300  Cara Quill" in office("people", "search", "cara").out
    assert [one["id"] for one in office("people", "search", "park", "--json").data] == [STEVE, STEVE2]
    assert len(office("people", "search", "park", "--limit", "1", "--json").data) == 1
    assert office("people", "search", "Qwertz").code == 3
    shown = office("people", "show", "Ann Lee")
    assert "Editor, Harbour Press" in shown.out
    assert "https://x.com/annlee" in shown.out
    data = office("people", "show", ANN_X, "--json").data
    assert [one["id"] for one in data["accounts"]] == [ANN, ANN_X]
    assert (data["lists"], data["protected"], len(data["assertions"])) == ([], False, 1)
    assert office("people", "show", "nobody at all").code == 3
    assert office("people").code == 2


def test_merging_and_its_exact_undo(office: Cli) -> None:
    before = office("export", "ties", "--format", "csv", "-o", "-").out
    done = office("people", "merge", STEVE, STEVE2)
    assert done.code == 0, done.err
    assert done.out.splitlines()[0] == f"One person: Steve Park ({STEVE}, {STEVE2})."
    assert accounts(office, "Steve Park") == [STEVE, STEVE2]
    command = shlex.split(done.out.splitlines()[1].removeprefix("Undo: "))
    assert office(*command[1:]).code == 0
    assert accounts(office, STEVE) == [STEVE]
    assert office("export", "ties", "--format", "csv", "-o", "-").out == before
    assert office("people", "merge", STEVE, STEVE2, "--json").data["person"]["accounts"] == [STEVE, STEVE2]


@pytest.mark.parametrize("pair", [(BOB, BOB), ("Ann Lee", ANN_X), (ANN, ANN_X)])
def test_somebody_merged_into_themselves(office: Cli, pair: tuple[str, str]) -> None:
    done = office("people", "merge", *pair)
    assert (done.code, done.out) == (2, "")
    assert "one person already" in done.err


def test_splitting_keeps_the_rest_together(office: Cli) -> None:
    assert office("people", "merge", ANN_X, STEVE).code == 0
    assert accounts(office, ANN) == [ANN, STEVE, ANN_X]
    done = office("people", "split", ANN_X)
    assert done.code == 0, done.err
    assert accounts(office, ANN_X) == [ANN_X]
    assert accounts(office, ANN) == [ANN, STEVE]
    command = shlex.split(done.out.splitlines()[1].removeprefix("Undo: "))
    assert office(*command[1:]).code == 0
    assert accounts(office, ANN) == [ANN, STEVE, ANN_X]
    assert office("people", "split", ANN_X, "--json").data["rest"]["accounts"] == [ANN, STEVE]


def test_a_contradicting_join_says_what_blocks_it(office: Cli) -> None:
    assert office("people", "split", ANN_X).code == 0
    done = office("people", "merge", ANN, ANN_X)
    assert (done.code, done.out) == (2, "")
    assert f"intrograph people undo '{ANN}|{ANN_X}|not|manual'" in done.err
    assert "not joined" in office("doctor").out
    assert any("are not joined" in note for note in office("ask", "cara", "--json").data["notes"])


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (("split", "Ann Lee"), 2, "say which account"),
        (("split", ZED), 2, "a person by itself"),
        (("undo", "no|such|same|manual"), 2, "no assertion stands"),
        (("same", ANN), 2, "compare two"),
        (("merge", "Qwertz", ANN), 3, "Qwertz"),
        (("merge", "Steve Park", ANN), 3, "may mean 2 people"),
    ],
)
def test_wrong_use_of_people(office: Cli, words: tuple[str, ...], code: int, why: str) -> None:
    done = office("people", *words)
    assert done.code == code
    assert why in done.err


def test_who_says_that_two_are_one(office: Cli) -> None:
    assert "One person: Ann Lee" in office("people", "same", ANN, ANN_X).out
    assert "Nothing is said of the two" in office("people", "same", ANN, BOB).out
    data = office("people", "same", ANN, ANN_X, "--json").data
    assert (data["same"], [one["source"] for one in data["assertions"]]) == (True, ["x-archive"])
    (listed,) = office("people", "same", "--json").data
    assert "90% sure" in office("people", "same").out
    assert "No two accounts are said" in office("people", "undo").out
    assert office("people", "undo", listed["id"], "--json").data == {"undone": [listed["id"]]}
    assert accounts(office, ANN) == [ANN]


def test_likely_joins_are_suggested_and_not_made(office: Cli) -> None:
    done = office("people", "suggest")
    assert f"intrograph people merge {STEVE} {STEVE2}" in done.out
    (suggestion,) = office("people", "suggest", "--json").data
    assert (suggestion["a"]["id"], suggestion["b"]["id"]) == (STEVE, STEVE2)
    assert suggestion["why"] == "name 'steve park' on both"
    assert accounts(office, STEVE) == [STEVE]
    assert office("people", "merge", STEVE, STEVE2).code == 0
    assert office("people", "split", STEVE).code == 0
    assert "Nobody here looks like" in office("people", "suggest").out


def test_the_same_handle_on_two_networks_is_suggested(office: Cli) -> None:
    store = office.open()
    from graph.model import Account

    alike = [Account(id="bluesky:did:plc:z", handle="Bob_B"), Account(id="mastodon:zed@example.social", handle="zed")]
    store.write(pack(alike, now=NOW))
    store.close()
    found = office("people", "suggest", "--json").data
    assert ("bluesky:did:plc:z", BOB) in {(one["a"]["id"], one["b"]["id"]) for one in found}
    assert not any(ZED in (one["a"]["id"], one["b"]["id"]) for one in found)


# --- lists -----------------------------------------------------------------------------------------------------------


def test_lists(office: Cli) -> None:
    assert "There is no list yet" in office("list").out
    done = office("list", "add", "press", "cara", "ann lee")
    assert done.code == 0, done.err
    assert "On the list press: 2 people" in done.out
    assert office("list", "--json").data == {"press": 2}
    assert [one["id"] for one in office("list", "show", "press", "--json").data["people"]] == [ANN, CARA]
    assert "x:300" in office("list", "show", "press").out
    assert office("people", "show", ANN_X, "--json").data["lists"] == ["press"]

    undo = shlex.split(office("list", "remove", "press", "cara", "--json").data["undo"])
    assert office("list", "--json").data == {"press": 1}
    assert office(*undo[1:]).code == 0
    assert office("list", "--json").data == {"press": 2}
    assert office("list", "remove", "press").code == 0
    assert office("list", "--json").data == {}


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (("show", "none"), 3, "there is none yet"),
        (("add", "press", "Qwertz"), 3, "Qwertz"),
        (("add", "  ", "cara"), 2, "can't be a list's name"),
        (("add", "press"), 2, "Missing argument"),
    ],
)
def test_wrong_use_of_lists(office: Cli, words: tuple[str, ...], code: int, why: str) -> None:
    done = office("list", *words)
    assert done.code == code
    assert why in done.err


def test_somebody_who_is_not_on_a_list(office: Cli) -> None:
    assert office("list", "add", "press", "cara").code == 0
    done = office("list", "remove", "press", "zed")
    assert (done.code, done.out) == (2, "")
    assert "the lists are press" in office("list", "show", "pres").err
