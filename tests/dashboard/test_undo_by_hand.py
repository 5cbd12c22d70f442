"""Undo by hand is exact: the store looks as it did before, also where somebody was made for it."""

import shlex

import pytest

from graph.model import Account, Item, Kind
from graph.records.pack import pack
from tests.dashboard.conftest import ANN_X, BOB, NOW, Cli, act
from tests.graph.records import interactions_of

ADA = "manual:ada-new"
MADE = {
    "a tie": ("know", "--new", "Ada New", "--closeness", "close", "--how", "met at a fair"),
    "a tie of two others": ("know", "Ada New", "--and", "bob", "--new", "Ada New", "--closeness", "slight"),
    "a call": ("log", "call", "--new", "Ada New", "--at", "2020-06-01", "--note", "hello"),
    "a comment": ("log", "comment", "--new", "Ada New", "--at", "2020-06-01", "--title", "On fairs"),
    "an introduction": (
        *("introduce", "--by", "bob", "--person", "Ada New", "--to", "zed", "--new", "Ada New"),
        *("--at", "2020-05-01"),
    ),
}


def undo(cli: Cli, command: str) -> None:
    done = cli(*shlex.split(command)[1:])
    assert done.code == 0, done.err
    assert "Taken back" in done.out


def look(cli: Cli) -> str:
    """What the store holds, as text."""
    store = cli.open()
    try:
        records = (store.assertions(), store.declared(), store.introductions(), store.lists(), store.problems())
        return repr((list(store.accounts()), interactions_of(store), records, store.overview()))
    finally:
        store.close()


@pytest.mark.parametrize("words", MADE.values(), ids=MADE.keys())
def test_somebody_made_for_it_goes_too(office: Cli, words: tuple[str, ...]) -> None:
    store = office.open()
    store.write(pack([act(Kind.MENTION, BOB, ANN_X, 3, excerpt="ask Ada New", item=Item(title="Ada New"))], now=NOW))
    store.close()
    before = look(office)
    undo(office, office(*words, "--json").data["undo"])
    assert look(office) == before
    assert office("people", "search", ADA).code == 3
    assert office("ask", ADA).code == 3
    assert b"ada-new" not in office.store.read_bytes()


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("x.com/adanew", "x:@adanew"),
        ("@ada@forum.example", "mastodon:ada@forum.example"),
        ("ada@new.example", "email:ada@new.example"),
    ],
)
def test_who_is_named_by_an_account_has_that_one_until_it_is_undone(office: Cli, text: str, id_: str) -> None:
    before = look(office)
    made = office("know", text, "--new", text, "--closeness", "close", "--json").data
    assert office("about", id_, "--json").data["person"]["accounts"] == [id_]
    undo(office, made["undo"])
    assert look(office) == before


@pytest.mark.parametrize("words", MADE.values(), ids=MADE.keys())
@pytest.mark.parametrize(
    "also",
    [
        ("log", "meeting", ADA, "--at", "2020-06-02"),
        ("know", ADA, "--and", "cara", "--closeness", "close"),
        ("introduce", "--by", "cara", "--person", ADA, "--to", "zed", "--at", "2020-06-03"),
        ("people", "merge", ADA, "zed"),
        ("list", "add", "press", ADA),
        ("protect", ADA),
    ],
)
def test_somebody_who_is_referred_to_by_then_stays(office: Cli, words: tuple[str, ...], also: tuple[str, ...]) -> None:
    made = office(*words, "--json").data
    assert office(*also).code == 0
    undo(office, made["undo"])
    store = office.open()
    assert [one.name for one in store.accounts([ADA])] == ["Ada New"]
    store.close()


def test_the_last_undo_takes_them(office: Cli) -> None:
    before = look(office)
    undos = [office(*words, "--json").data["undo"] for words in MADE.values()]
    for command in undos:
        undo(office, command)
    assert look(office) == before


def test_somebody_whom_a_file_tells_more_of_stays(office: Cli) -> None:
    store = office.open()
    store.write(pack([Account(id=ADA, name="Ada New", org="Fairs")], now=NOW))
    store.close()
    undo(office, office("know", ADA, "--closeness", "close", "--json").data["undo"])
    assert office("people", "search", ADA).code == 0


# --- introductions, state by state -----------------------------------------------------------------------------------

TRIO = ("introduce", "--by", "ann lee", "--person", "me", "--to", "zed")


def states(cli: Cli) -> list[list[str]]:
    return [[step["state"] for step in one["steps"]] for one in cli("introductions", "--json").data]


def test_each_undo_takes_back_what_its_command_added_in_whatever_order(office: Cli) -> None:
    before = office("ask", "zed", "--json").data
    undos = {
        state: office(*TRIO, "--at", day, "--state", state, "--json").data["undo"]
        for state, day in (("proposed", "2020-05-03"), ("met", "2020-05-09"), ("asked", "2020-05-01"))
    }
    assert states(office) == [["asked", "proposed", "met"]]
    undo(office, undos["asked"])
    assert states(office) == [["proposed", "met"]]
    undo(office, undos["proposed"])
    assert states(office) == [["met"]]
    assert office("ask", "zed", "--json").data["paths"] != []
    undo(office, undos["met"])
    assert states(office) == []
    assert office("ask", "zed", "--json").data == before
    assert office(*TRIO, "--at", "2020-05-01", "--state", "asked").code == 0
    assert states(office) == [["asked"]]


def test_without_a_state_the_last_one_is_taken_back_and_every_id_means_it(office: Cli) -> None:
    first = office(*TRIO, "--at", "2020-05-01", "--state", "asked", "--json").data["id"]
    assert office(*TRIO, "--at", "2020-05-09", "--state", "met").code == 0
    done = office("introduce", "--undo", first)
    assert done.out.splitlines() == [
        "Taken back: met, 9 May 2020.",
        "It stands: Ann Lee introduces Mia Moss to Zed Zulu: asked, 1 May 2020",
    ]
    again = office(*TRIO, "--at", "2020-05-10", "--state", "declined", "--json").data
    assert again["id"] != first
    data = office("introduce", "--undo", first, "--json").data
    assert (data["state"], data["left"]["state"], data["undone"]) == ("declined", "asked", True)
    done = office("introduce", "--undo", again["id"])
    assert done.out.splitlines() == ["Taken back: asked, 1 May 2020.", "Nothing of that introduction is left."]
    assert office("introduce", "--undo", first).code == 2


def test_a_state_that_it_has_not_is_told_with_those_it_has(office: Cli) -> None:
    made = office(*TRIO, "--at", "2020-05-01", "--state", "asked", "--json").data
    done = office("introduce", "--undo", made["id"], "--state", "met")
    assert done.code == 2
    assert "it has asked at 2020-05-01T00:00:00Z" in done.err
    assert states(office) == [["asked"]]
