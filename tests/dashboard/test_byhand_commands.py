"""`know`, `log`, `introduce`, `introductions`: told by hand, and taken back exactly."""

import shlex
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from graph.store.store import Store
from tests.dashboard.conftest import ANN, ANN_X, BOB, CARA, MIA, NOW, ZED, Cli


def paths(cli: Cli, name: str, *options: str) -> list[list[str]]:
    answer = cli("ask", name, "--json", *options).data
    return [[person["id"] for person in path["people"]] for path in answer["paths"]]


def undo(cli: Cli, command: str) -> None:
    words = shlex.split(command)
    assert words[0] == "intrograph"
    done = cli(*words[1:])
    assert done.code == 0, done.err
    assert "Taken back" in done.out


def declared(store: Store) -> list[tuple[str, str, str]]:
    return [(one.a.id, one.b.id, one.closeness.value) for one in store.declared() if one.retracted_at is None]


def test_knowing_somebody_makes_a_way_and_undo_takes_it_back(office: Cli) -> None:
    done = office("know", "Cara Quill", "--closeness", "close", "--how", "we shared a desk", "--since", "2019")
    assert done.code == 0, done.err
    lines = done.out.splitlines()
    assert lines[0] == "Noted: You know Cara Quill (close)."
    assert [MIA, CARA] in paths(office, "cara")
    assert "You know Cara Quill: close, we shared a desk, since 2019-01-01 (you said so)" in office("ask", "cara").out
    assert paths(office, "cara", "--as-of", "2018", "--kinds", "declared") == []

    undo(office, lines[1].removeprefix("Undo: "))
    assert [MIA, CARA] not in paths(office, "cara")


def test_two_others_know_each_other(office: Cli) -> None:
    done = office("know", "zed", "--and", "ann lee", "--closeness", "familiar", "--json")
    assert done.data["people"] == [{"id": ANN, "name": "Ann Lee"}, {"id": ZED, "name": "Zed Zulu"}]
    assert done.data["closeness"] == "familiar"
    assert paths(office, "zed") == [[MIA, ANN, ZED]]
    undo(office, done.data["undo"])
    assert paths(office, "zed") == []


def test_two_others_are_confirmed_in_the_order_in_which_they_were_typed(office: Cli) -> None:
    words = ("know", "zed", "--and", "ann lee")
    assert office(*words, "--closeness", "slight").out.startswith("Noted: Zed Zulu knows Ann Lee (slight).")
    assert office(*words, "--undo").out == "Taken back: Zed Zulu knows Ann Lee.\n"


def test_said_again_it_is_corrected(office: Cli) -> None:
    for closeness in ("close", "slight", "slight"):
        assert office("know", "zed", "--closeness", closeness).code == 0
    store = office.open()
    assert [one[2] for one in declared(store)] == ["slight"]
    store.close()
    assert office("know", "zed", "--undo").code == 0
    assert office("know", "zed", "--undo").code == 2
    assert office("know", "zed", "--closeness", "close").code == 0
    store = office.open()
    assert [one[2] for one in declared(store)] == ["close"]
    store.close()


def test_undoing_a_correction_brings_back_what_was_said_before(office: Cli) -> None:
    first = ("know", ANN_X, "--and", "zed", "--closeness", "close", "--how", "it's what she told me", "--since", "2019")
    made = office(*first, "--json").data
    assert made["before"] is None
    store = office.open()
    (before,) = store.declared()
    store.close()

    words = ("know", "ann lee", "--and", "zed", "--closeness", "slight")
    lines = office(*words).out.splitlines()
    assert lines[1] == "Before, you said: close, it's what she told me, since 2019-01-01."
    assert lines[3] == f"Take back both: {made['undo'].replace(ANN_X, ANN)}"
    assert lines[2].startswith("Undo, so that this stands again: intrograph know x:201 --and x:900 --closeness close ")
    done = office(*shlex.split(lines[2].removeprefix("Undo, so that this stands again: "))[1:], "--json").data
    assert (done["closeness"], done["how"], done["since"]) == ("close", "it's what she told me", "2019-01-01")
    assert done["before"] == {"closeness": "slight", "how": None, "since": None}
    store = office.open()
    standing = [one for one in store.declared() if one.retracted_at is None]
    assert [replace(one, at=before.at) for one in standing] == [before]
    store.close()

    undo(office, lines[3].removeprefix("Take back both: "))
    store = office.open()
    assert declared(store) == []
    store.close()


def test_of_what_is_said_again_alike_the_undo_is_said_to_take_both(office: Cli) -> None:
    words = ("know", "zed", "--closeness", "close")
    assert office(*words).out.splitlines()[1] == f"Undo: intrograph know {ZED} --undo"
    assert office(*words).out.splitlines()[1:] == [
        "You had said just that before.",
        f"Take back both: intrograph know {ZED} --undo",
    ]


def test_an_unknown_name_is_told_how_to_add_somebody_new(office: Cli) -> None:
    done = office("know", "Ada New", "--closeness", "close")
    assert (done.code, done.out) == (3, "")
    assert "--new 'Ada New'" in done.err

    done = office("know", "Ada New", "--new", "Ada New", "--closeness", "close", "--json")
    assert done.data["people"][1] == {"id": "manual:ada-new", "name": "Ada New"}
    assert office("know", "--new", "Ada New", "--closeness", "slight").code == 0
    assert paths(office, "Ada New") == [[MIA, "manual:ada-new"]]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("know",), "who is it?"),
        (("know", "zed"), "how close is it?"),
        (("know", "zed", "--closeness", "cosy"), "cosy"),
        (("know", "mia", "--closeness", "close"), "one person"),
        (("know", "annlee", "--and", "ann@example.org", "--closeness", "close"), "one person"),
        (("log",), "what was it, and with whom?"),
        (("log", "telepathy", "zed", "--at", "2020-01-01"), "what was it"),
        (("log", "call", "zed"), "when was it?"),
        (("log", "call", "zed", "--at", "2020-06-17"), "outside 1971 to tomorrow"),
        (("log", "call", "zed", "--at", "1970-06-17"), "outside 1971 to tomorrow"),
        (("log", "call", "mia", "--at", "2020-06-01"), "is you"),
        (("log", "comment", "zed", "--at", "2020-06-01", "--url", "javascript:alert(1)"), "is no link"),
        (("log", "--undo", "log:none#call"), "no act was logged"),
        (("log", "--undo", "x:123#reply"), "no act was logged"),
        (("introduce", "--by", "ann lee", "--person", "me", "--at", "2020-06-01"), "takes three people"),
        (("introduce", "--by", "ann lee", "--person", "me", "--to", "bob"), "when was it?"),
        (("introduce", "--by", "ann lee", "--person", "me", "--to", "mia", "--at", "2020-06-01"), "takes three people"),
        (("introduce", "--undo", "introduction:none"), "no introduction stands"),
    ],
)
def test_wrong_use_is_one_clear_line(office: Cli, words: tuple[str, ...], why: str) -> None:
    done = office(*words)
    assert done.code == 2
    line, *commands = done.err.splitlines()
    assert why in line
    assert all("intrograph " in one for one in commands)


def test_a_logged_comment_becomes_an_opening(office: Cli) -> None:
    words = ("log", "comment", "zed", "--at", "2020-06-10", "--url", "https://example.org/z", "--title", "On Z")
    done = office(*words, "--note", "I beg to differ")
    assert done.code == 0, done.err
    lines = done.out.splitlines()
    assert lines[0] == "Noted: you commented on something of Zed Zulu, 10 June 2020."
    hooks = office("ask", "zed", "--json").data["hooks"]
    assert [(hook["kind"], hook["title"], hook["url"], hook["excerpt"], hook["private"]) for hook in hooks] == [
        ("comment", "On Z", "https://example.org/z", "I beg to differ", False)
    ]
    again = office(*words, "--note", "I beg to differ", "--json").data
    assert len(office("ask", "zed", "--json").data["hooks"]) == 1
    assert again["id"].startswith("log:")
    assert again["id"].endswith("#comment")

    undo(office, lines[1].removeprefix("Undo: "))
    assert office("ask", "zed", "--json").data["hooks"] == []


def test_nothing_of_a_logged_comment_stays_once_it_is_taken_back(office: Cli) -> None:
    words = ("log", "comment", "zed", "--at", "2020-06-10", "--url", "https://example.org/z", "--title", "On Zithers")
    undo(office, office(*words, "--json").data["undo"])
    with closing(sqlite3.connect(office.store)) as connection:
        assert connection.execute("SELECT count(*) FROM item WHERE id = 'https://example.org/z'").fetchone() == (0,)
    assert b"Zithers" not in office.store.read_bytes()


def test_a_logged_call_proves_a_tie_in_both_directions(office: Cli) -> None:
    done = office("log", "call", "zed", "--at", "2020-06-10T09:30+02:00", "--json")
    assert done.data["at"] == "2020-06-10T07:30:00Z"
    assert done.data["person"] == {"id": ZED, "name": "Zed Zulu"}
    assert paths(office, "zed") == [[MIA, ZED]]
    undo(office, done.data["undo"])
    assert paths(office, "zed") == []


def test_that_somebody_new_bears_a_known_name_is_said(office: Cli) -> None:
    done = office("know", "--new", "Ann Lée", "--closeness", "slight")
    assert done.out.startswith("Noted: You know Ann Lée (slight).")
    assert done.err.splitlines() == [
        f"another Ann Lee is held: {ANN}, {ANN_X}",
        f"  if they are one person: intrograph people merge manual:ann-lee {ANN}",
    ]
    assert office("log", "call", "--new", "Ada New", "--at", "2020-06-10").err == ""


def test_me_must_be_known(cli: Cli) -> None:
    done = cli("know", "--new", "Ada New", "--closeness", "close")
    assert done.code == 2
    assert "intrograph me ACCOUNT" in done.err


def test_an_introduction_goes_through_its_states(office: Cli) -> None:
    trio = ("--by", "ann lee", "--person", "me", "--to", "zed")
    asked = office("introduce", *trio, "--at", "2020-05-01", "--state", "asked", "--note", "over lunch", "--json").data
    assert (asked["state"], asked["mine"], asked["by"]["id"]) == ("asked", True, ANN)
    assert paths(office, "zed") == []
    met = office("introduce", *trio, "--at", "2020-05-09", "--state", "met", "--json").data
    assert met["id"] == asked["id"]
    assert [step["state"] for step in met["steps"]] == ["asked", "met"]
    assert [MIA, ZED] in paths(office, "zed")
    assert paths(office, "zed", "--as-of", "2020-05-08") == []

    listed = office("introductions")
    assert "You asked for" in listed.out
    assert "Ann Lee introduces Mia Moss to Zed Zulu: met, 9 May 2020" in listed.out
    assert "You asked 1: 1 introduced." in listed.out
    assert [one["id"] for one in office("introductions", "--json").data] == [asked["id"]]

    undo(office, met["undo"])
    assert paths(office, "zed") == []
    (left,) = office("introductions", "--json").data
    assert [(step["state"], step["note"]) for step in left["steps"]] == [("asked", "over lunch")]
    assert (left["mine"], left["initiator"]) == (True, asked["initiator"])
    undo(office, asked["undo"])
    assert office("introductions", "--json").data == []

    again = office("introduce", *trio, "--at", "2020-04-01", "--state", "met", "--json").data
    assert [step["at"] for step in again["steps"]] == ["2020-04-01T00:00:00Z"]
    assert [MIA, ZED] in paths(office, "zed")


def test_whoever_i_asked_for_two_introductions_stands_lower_until_a_month_later(office: Cli) -> None:
    for words in (
        ("ann lee", "--closeness", "close"),
        ("--new", "Dee Okafor", "--closeness", "familiar"),
        ("ann lee", "--and", "zed", "--closeness", "close"),
        ("dee okafor", "--and", "zed", "--closeness", "familiar"),
    ):
        assert office("know", *words).code == 0

    def ask_ann(to: str, at: str) -> str:
        words = ("introduce", "--by", "ann lee", "--person", "me", "--to", to, "--at", at, "--state", "asked", "--json")
        return str(office(*words).data["undo"])

    def order(now: datetime = NOW) -> list[tuple[str, int | None]]:
        ways = office("ask", "zed", "--max-hops", "2", "--json", now=now).data["paths"]
        return [(way["people"][1]["name"], (way["asked_lately"] or {}).get("asks")) for way in ways]

    before = [("Ann Lee", None), ("Dee Okafor", None)]
    assert order() == before
    ask_ann("zed", "2020-06-12")  # this one still waits, and keeps its place
    assert order() == before
    ask_ann("bob", "2020-06-01")
    assert order() == [("Ann Lee", 1), ("Dee Okafor", None)]
    taken_back = ask_ann("cara", "2020-06-10")
    assert order() == [("Dee Okafor", None), ("Ann Lee", 2)]
    shown = office("ask", "zed", "--max-hops", "2").out
    assert "2. You → Ann Lee → Zed Zulu  2 steps, weakest close, asked 12 June 2020, asked lately\n" in shown
    assert "You asked Ann Lee for 2 other introductions in the last 30 days, so this way counts for less.\n" in shown
    undo(office, taken_back)
    assert order() == [("Ann Lee", 1), ("Dee Okafor", None)]
    assert order(datetime(2020, 7, 1, 9, tzinfo=UTC)) == [("Ann Lee", 1), ("Dee Okafor", None)]
    assert order(datetime(2020, 7, 2, 9, tzinfo=UTC)) == before


def test_an_introduction_counts_once_however_far_it_went(office: Cli) -> None:
    trio = ("--by", "ann lee", "--person", "me", "--to", "zed")
    for state, at in (("asked", "2020-05-01"), ("accepted", "2020-05-05"), ("met", "2020-05-09")):
        assert office("introduce", *trio, "--at", at, "--state", state).code == 0
    (hop,) = (path["hops"] for path in office("ask", "zed", "--json").data["paths"] if len(path["hops"]) == 1)
    assert hop[0]["counts"]["introduction"] == {"out": 1, "in": 1}
    shown = [one for one in hop[0]["evidence"] if one["kind"] == "introduction"]
    assert [one["at"] for one in shown] == ["2020-05-09T00:00:00Z"]


def test_what_was_said_is_said_back_also_where_something_later_stands(office: Cli) -> None:
    trio = ("--by", "ann lee", "--person", "me", "--to", "zed")
    office("introduce", *trio, "--at", "2020-05-05", "--state", "accepted")
    said = office("introduce", *trio, "--at", "2020-05-01", "--state", "met").out
    assert "Noted: met, 1 May 2020; that lies before accepted." in said
    assert "It stands: Ann Lee introduces Mia Moss to Zed Zulu: accepted, 5 May 2020" in said


def test_what_i_introduce_is_not_what_i_asked_for(office: Cli) -> None:
    made = office("introduce", "--by", "me", "--person", "bob", "--to", "zed", "--at", "2020-05-01", "--json").data
    assert (made["state"], made["mine"], made["initiator"]) == ("proposed", False, MIA)
    listed = office("introductions").out
    assert "You introduce" in listed
    assert "You asked" not in listed


def test_an_introduction_of_somebody_new_by_somebody_else(office: Cli) -> None:
    words = ("--by", "bob", "--person", "Ada New", "--to", "zed", "--new", "Ada New", "--at", "2020-05-01")
    made = office("introduce", *words, "--initiator", "zed", "--url", "https://example.org/i", "--json").data
    assert (made["state"], made["mine"], made["initiator"]) == ("proposed", False, ZED)
    assert made["person"] == {"id": "manual:ada-new", "name": "Ada New"}
    assert made["by"]["id"] == BOB
    assert "Others" in office("introductions").out
    assert office("introduce", *words, "--state", "declined").code == 0


def test_no_introduction_yet_says_what_to_type(office: Cli) -> None:
    assert "intrograph introduce --by" in office("introductions").out
