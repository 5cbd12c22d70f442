"""`ask` and `reach`: the answer as it reads, as data, and for many."""

import json
import shlex

import pytest

from graph.model import Account, Kind
from graph.records.pack import pack
from tests.dashboard.conftest import ANN, BOB, CARA, MIA, NOW, SECRET, ZED, Cli, act

CARA_IN = "linkedin:in/cara"


def test_reads_like_sentences_with_evidence_and_the_opening(office: Cli) -> None:
    done = office("ask", "cara quill")

    assert done.code == 0, done.err
    lines = done.out.splitlines()
    assert lines[0].startswith("1 way to Cara Quill")
    assert "as of 15 June 2020" in lines[0]
    assert lines.index("Your opening") < next(at for at, line in enumerate(lines) if line.startswith("1. "))
    assert "   · You commented on something of Cara Quill: “On columns”, 10 June 2020" in lines
    assert "     https://example.org/column" in lines
    way = next(line for line in lines if line.startswith("1. "))
    assert way.startswith("1. You → Ann Lee → Bob Béranger → Cara Quill  3 steps, weakest ")
    assert any(
        line.startswith("   You → Ann Lee: close, last 14 June 2020, 12 messages (6 out, 6 back)") for line in lines
    )
    assert any("· Ann Lee replied to Bob Béranger, 13 June 2020" in line for line in lines)
    assert "       https://x.com/bob/status/2" in lines
    assert "0." not in way
    assert "\x1b" not in done.out


def test_the_numbers_come_with_the_details_only(office: Cli) -> None:
    answer = office("ask", "cara", "--json").data
    plain, details = office("ask", "cara").out, office("ask", "cara", "--details").out

    strength = repr(answer["paths"][0]["strength"])
    assert strength not in plain
    assert f"({strength}, weakest {answer['paths'][0]['weakest']!r})" in details
    assert repr(answer["paths"][0]["hops"][0]["strength"]) in details
    assert "more with --details" in plain
    assert "more with --details" not in details


def test_the_data_are_the_documented_ones(office: Cli) -> None:
    done = office("ask", "Cara Quill", "--json")

    answer = done.data
    assert done.err == ""
    assert list(answer)[:8] == ["asked", "as_of", "me", "target", "candidates", "paths", "hooks", "engage"]
    assert answer["me"] == {"id": MIA, "name": "Mia Moss", "accounts": [MIA]}
    assert answer["target"] == {"id": CARA, "name": "Cara Quill", "accounts": [CARA]}
    (path,) = answer["paths"]
    assert [person["id"] for person in path["people"]] == [MIA, ANN, BOB, CARA]
    assert path["weakest"] == min(hop["strength"] for hop in path["hops"])
    assert set(path["hops"][0]) >= {"from", "to", "strength", "last", "counts", "evidence", "warnings"}
    assert path["hops"][0]["counts"]["message"] == {"out": 6, "in": 6}
    assert set(path["hops"][1]["evidence"][0]) >= {"kind", "at", "url", "title", "excerpt", "from", "to", "private"}
    assert answer["hooks"][0]["about"] == {"id": CARA, "name": "Cara Quill"}


@pytest.mark.parametrize("asked", [CARA, "@cara", "CÁRA QUILL", "Cara Qill"])
def test_names_are_ids_handles_and_names_with_typos(office: Cli, asked: str) -> None:
    assert office("ask", asked, "--json").data["target"]["id"] == CARA


def test_no_way_is_said_plainly_with_what_to_do(office: Cli) -> None:
    done = office("ask", "Zed Zulu")

    assert done.code == 0
    assert done.out.startswith("No way to Zed Zulu yet")
    assert "What to do" in done.out
    assert office("ask", "zed", "--json").data["advice"]["more"]


def commands_in(text: str) -> list[list[str]]:
    return [shlex.split(line) for line in text.splitlines() if line.strip().startswith("intrograph ")]


@pytest.mark.parametrize("name", ["Zed Zulu", "Zed O'Zulu; `rm`", "-Zed", "Steve Park", "Zed Zulu " + "long " * 40])
def test_every_command_of_no_way_runs_as_printed(office: Cli, name: str) -> None:
    store = office.open()
    store.write(pack([Account(id=ZED, name=name, handle="zed", at=NOW)], now=NOW))
    store.refresh()
    store.close()
    printed = commands_in(office("ask", ZED).out)
    assert {tuple(words[1:3]) for words in printed} >= {("know", "WHO"), ("log", "comment")}
    for _, *words in printed:
        sources = [word if word != "WHO" else "Ann Lee" for word in words]
        assert {word for word in words if word.isupper() and not word.startswith("-")} <= {"WHO", "TEXT", "NAME"}
        done = office(*sources)
        assert done.code == 0, (words, done.err)


@pytest.mark.parametrize(
    "options",
    [
        ("--avoid", "Ann Lee"),
        ("--via", "Zed Zulu"),
        ("--kinds", "message"),
        ("--min-strength", "0.99"),
        ("--since", "2020-06-14"),
        ("--as-of", "2019"),
        ("--max-hops", "2"),
    ],
)
def test_every_option_can_leave_ways_out(office: Cli, options: tuple[str, ...]) -> None:
    assert office("ask", "cara", *options, "--json").data["paths"] == []


def test_an_introduction_that_came_about_is_told_above_the_ways(office: Cli) -> None:
    trio = ("--by", "ann lee", "--person", "me", "--to", "cara")
    assert office("introduce", *trio, "--at", "2020-06-10", "--state", "met").code == 0
    lines = office("ask", "cara").out.splitlines()
    assert lines[1] == "You were introduced to Cara Quill by Ann Lee on 10 June 2020: write to them directly."
    (told,) = office("ask", "cara", "--json").data["introduced"]
    assert told == {
        "to": {"id": CARA, "name": "Cara Quill"},
        "by": {"id": ANN, "name": "Ann Lee"},
        "at": "2020-06-10T00:00:00Z",
    }
    export = ("export", "paths", "--to", "cara", "--format", "md", "-o", "-")
    assert "introduced to Cara Quill by" not in office(*export).out
    assert (
        "- You were introduced to Cara Quill by Ann Lee on 2020-06-10"
        in office(*export, "--include-private", "--yes").out
    )


def test_a_day_ahead_is_told_and_no_error(office: Cli) -> None:
    note = "31 December 2020 lies ahead"
    done = office("ask", "cara", "--as-of", "2020")
    assert done.code == 0
    assert done.out.splitlines()[-1].startswith(f"Note: {note}")
    (told,) = office("ask", "cara", "--as-of", "2020", "--json").data["notes"]
    assert told.startswith(note)
    assert office("ask", "cara", "--as-of", "2020-06-15", "--json").data["notes"] == []
    table = office.home / "targets.csv"
    table.write_text("name\nCara Quill\nZed Zulu\n", encoding="utf-8")
    assert office("ask", "--from-file", str(table), "--as-of", "2020").out.count(note) == 1


def test_the_last_day_there_is_counts_everything(office: Cli) -> None:
    assert office("ask", "cara", "--as-of", "9999-12-31").code == 0
    words = ("export", "ties", "--format", "csv", "--as-of")
    assert len(office(*words, "9999-12-31").out.splitlines()) == len(office(*words, "2020-06-15").out.splitlines()) > 1


def test_an_export_as_of_a_day_ahead_says_so_beside_it(office: Cli) -> None:
    words = ("export", "paths", "--to", "cara", "--format", "md", "-o", "-")
    done = office(*words, "--as-of", "2020")
    assert (done.code, done.err.partition(":")[0]) == (0, "Note")
    assert "31 December 2020 lies ahead" in done.err
    assert "lies ahead" not in done.out
    assert office(*words, "--as-of", "2019").err == ""


def test_via_and_k_keep_the_way(office: Cli) -> None:
    options = ("--via", "bob", "--via", "ann lee", "-k", "1", "--kinds", "message,reply", "--since", "2020-01")
    assert len(office("ask", "cara", *options, "--json").data["paths"]) == 1


def test_an_unknown_name_lists_the_nearest(office: Cli) -> None:
    done = office("ask", "Qwertz Uiop")

    assert (done.code, done.out) == (3, "")
    assert done.err.startswith("Error: nobody here goes by 'Qwertz Uiop'")


def test_an_ambiguous_name_lists_candidates_with_ids(office: Cli) -> None:
    done = office("ask", "Steve Park")

    assert done.code == 3
    assert done.out == ""
    assert "  email:steve.park@example.org  Steve Park" in done.err.splitlines()
    answer = json.loads(office("ask", "Steve Park", "--json").out)
    assert answer["target"] is None
    assert answer["paths"] == []
    assert {one["id"] for one in answer["candidates"]} == {"email:steve.park@example.org", "email:steve@example.com"}
    assert all(one["accounts"] for one in answer["candidates"])


@pytest.fixture
def twice(office: Cli) -> Cli:
    """The office, in which Cara is on LinkedIn, too, as an entry of her own that Ann knows by mail."""
    store = office.open()
    linked = [act(Kind.MESSAGE, *ends, days) for days in range(1, 25) for ends in ((ANN, CARA_IN), (CARA_IN, ANN))]
    store.write(pack([Account(id=CARA_IN, name="Cara Quill"), *linked], now=NOW))
    store.refresh()
    store.close()
    return office


def test_a_name_on_two_networks_is_asked_for_together_until_it_is_joined(twice: Cli) -> None:
    lines = twice("--store", str(twice.store), "ask", "cara quill").out.splitlines()
    assert lines[0].startswith("2 ways to Cara Quill")
    ways = [line.partition("  ")[0].partition(" ")[2] for line in lines if line[:2] in {"1.", "2."}]
    assert ways == [
        "You → Ann Lee → Cara Quill (linkedin)",
        "You → Ann Lee → Bob Béranger → Cara Quill (x)",
    ]
    assert any("· You commented on something of Cara Quill (x): “On columns”" in line for line in lines)
    said = "Two entries here are called Cara Quill. Answered for both. They are on linkedin and x. "
    said += "If they are one person, say so:"
    assert lines[-2:] == [
        f"Note: {said}",
        f"   intrograph --store {twice.store} people merge {CARA_IN} {CARA}",
    ]
    answer = twice("ask", "cara quill", "--json").data
    assert answer["target"] == answer["targets"][0]
    assert answer["targets"] == [{"id": one, "name": "Cara Quill", "accounts": [one]} for one in (CARA_IN, CARA)]
    assert answer["notes"] == [f"{said} intrograph people merge {CARA_IN} {CARA}"]
    assert twice(*shlex.split(lines[-1])[1:]).code == 0
    joined = twice("ask", "cara quill", "--json").data
    assert ([one["id"] for one in joined["targets"]], joined["notes"]) == ([CARA_IN], [])


def test_a_row_of_a_table_is_asked_for_together(twice: Cli) -> None:
    table = twice.home / "targets.csv"
    table.write_text("name\nCara Quill\nZed Zulu\n", encoding="utf-8")
    together, alone = twice("ask", "--from-file", str(table)).out.splitlines()
    assert together.startswith("Cara Quill: You → Ann Lee → Cara Quill (linkedin), ")
    assert together.endswith(", and 1 other way, 2 entries asked together")
    assert alone == "Zed Zulu: no way yet"
    rows = twice("ask", "--from-file", str(table), "--json").data
    assert [len(row["targets"]) for row in rows] == [2, 1]


def test_an_export_of_paths_tells_those_asked_for_together_apart(twice: Cli) -> None:
    def export(form: str) -> str:
        return twice("export", "paths", "--to", "Cara Quill", "--format", form).out

    brief = export("md")
    assert brief.startswith("# How to reach Cara Quill\n")
    assert "## 1. You → Ann Lee → Cara Quill (linkedin)\n" in brief
    assert "introduce you to **Cara Quill (x)**." in brief
    assert '["Cara Quill #40;linkedin#41;"]' in export("mermaid")
    assert [one["id"] for one in json.loads(export("json"))["targets"]] == [CARA_IN, CARA]


def test_every_other_command_asks_which_of_several_is_meant(twice: Cli) -> None:
    for words in (
        ("ask", "bob", "--avoid", "cara quill"),
        ("ask", "zed", "--via", "cara quill"),
        ("people", "show", "cara quill"),
        ("know", "cara quill", "--closeness", "close"),
        ("protect", "cara quill"),
        ("forget", "cara quill", "--yes"),
    ):
        done = twice(*words)
        assert (done.code, done.out) == (3, ""), words
        assert f"  {CARA_IN}" in done.err


def test_an_unknown_name_to_avoid_is_told(office: Cli) -> None:
    done = office("ask", "cara", "--avoid", "Qwertz Uiop")
    assert done.code == 3
    assert "Qwertz Uiop" in done.err


def test_unknown_me_is_told_with_what_to_type(office: Cli) -> None:
    done = office("--as", "work", "ask", "cara")
    assert (done.code, done.out) == (2, "")
    assert "intrograph --as work me ACCOUNT" in done.err


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((), "whom do you want to meet"),
        (("cara", "--to-org", "Harbour Press"), "give one of"),
        (("cara", "-k", "0"), "asks for no path"),
        (("cara", "--max-hops", "5"), "not from 1 to 4"),
        (("cara", "--min-strength", "2"), "not from 0 to 1"),
        (("cara", "--kinds", "telepathy"), "is no kind"),
        (("cara", "--since", "yesterday"), "is no date"),
        (("cara", "--since", "2020", "--as-of", "2019"), "nothing lies between"),
        (("cara", "--frobnicate"), "No such option"),
        (("--from-file", "nowhere.csv"), "can't be read"),
        (("mia@example.org",), "is you"),
    ],
)
def test_wrong_use_is_one_clear_line(office: Cli, words: tuple[str, ...], why: str) -> None:
    done = office("ask", *words)
    assert done.code == 2
    assert done.out == ""
    assert why in done.err
    assert len(done.err.strip().splitlines()) == 1


def test_an_organisation(office: Cli) -> None:
    answer = office("ask", "--to-org", "quill", "--json").data
    assert answer["target"] is None
    assert [path["people"][-1]["id"] for path in answer["paths"]] == [CARA]
    assert "anybody at quill" in office("ask", "--to-org", "quill").out
    assert office("ask", "--to-org", "Nowhere Ltd").code == 3
    assert "try another spelling" in office("ask", "--to-org", "Nowhere Ltd").err
    near = office("ask", "--to-org", "Habour Pres")
    assert (near.code, near.out) == (3, "")
    assert "did you mean 'Harbour Press'?" in near.err


def test_a_list(office: Cli) -> None:
    office("list", "add", "Spring fair", "cara", "zed", "mia")
    answer = office("ask", "--to-list", "Spring fair", "--json").data
    assert (answer["target"], answer["targets"]) == (None, [])
    assert {path["people"][-1]["id"] for path in answer["paths"]} == {CARA}
    assert "anybody on the list “Spring fair”" in office("ask", "--to-list", "Spring fair").out
    assert "no way to anybody on the list" in office("ask", "--to-list", "Spring fair", "--max-hops", "1").out.lower()

    unknown = office("ask", "--to-list", "fair")
    assert (unknown.code, unknown.out) == (3, "")
    assert "there is no list 'fair'; the lists are Spring fair" in unknown.err
    office("list", "remove", "Spring fair", "cara", "zed")
    alone = office("ask", "--to-list", "Spring fair")
    assert (alone.code, "nobody but you is on the list" in alone.err) == (2, True)


def test_a_table_of_targets(office: Cli) -> None:
    table = office.home / "targets.csv"
    table.write_text("\ufeffCompany;Full Name\nQuill;Cara Quill\nNone;Zed Zulu\nNone;Qwertz Uiop\n", encoding="utf-8")

    done = office("ask", "--from-file", str(table))
    assert done.code == 0, done.err
    assert [line.partition(":")[0] for line in done.out.splitlines()] == ["Cara Quill", "Zed Zulu", "Qwertz Uiop"]
    assert "You → Ann Lee → Bob Béranger → Cara Quill" in done.out
    assert "no way yet" in done.out
    answers = office("ask", "--from-file", str(table), "--json").data
    assert [len(answer["paths"]) for answer in answers] == [1, 0, 0]
    assert "error" in answers[2]
    assert "error" not in answers[0]


def test_a_row_that_is_me_is_told_in_its_place_and_stops_no_other(office: Cli) -> None:
    table = office.home / "targets.csv"
    table.write_text("name\nCara Quill\nmia@example.org\nZed Zulu\n", encoding="utf-8")

    done = office("ask", "--from-file", str(table))
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["Cara Quill", "mia@example.org", "Zed Zulu"]
    assert "is you" in lines[1]
    answers = office("ask", "--from-file", str(table), "--json").data
    assert ["error" in one for one in answers] == [False, True, False]
    assert office("ask", "--from-file", str(table), "--max-hops", "9").code == 2
    assert office("ask", "--from-file", str(table), "-k", "0").out == ""
    table.write_bytes(b"ab\0\1\2")
    assert "is no table of people: it looks like binary data" in office("ask", "--from-file", str(table)).err


@pytest.mark.parametrize(
    ("content", "asked"),
    [
        ("First Name,Last Name\nCara,Quill\n", "Cara Quill"),
        ("Cara Quill\n", "Cara Quill"),
        ("id\tnote\nx:300\tcolumnist\n", "x:300"),
        ("email,phone\n\nx:300,1\n", "x:300"),
    ],
)
def test_the_column_of_a_table_is_guessed(office: Cli, content: str, asked: str) -> None:
    table = office.home / "targets.csv"
    table.write_text(content, encoding="latin-1")
    assert [one["asked"] for one in office("ask", "--from-file", str(table), "--json").data] == [asked]


def test_a_table_that_names_nobody(office: Cli) -> None:
    table = office.home / "targets.csv"
    table.write_text("name\n\n", encoding="utf-8")
    assert "names nobody" in office("ask", "--from-file", str(table)).err
    table.write_text("name\nQwertz Uiop\n", encoding="utf-8")
    assert office("ask", "--from-file", str(table)).code == 3


def test_nothing_secret_is_shown_of_protected_people(office: Cli) -> None:
    assert office("protect", "bob").code == 0
    assert office("ask", "cara", "--json").data["paths"] == []


def test_reach(office: Cli) -> None:
    done = office("reach")
    assert done.code == 0
    assert "people you can ask     1 (1 close)" in done.out
    assert "people behind them     1" in done.out
    reach = office("reach", "--json").data
    assert (reach["contacts"], reach["behind"], reach["close"]) == (1, 1, 1)
    assert {"people", "familiar", "slight", "dormant", "one_way", "sources", "more"} <= set(reach)
    assert office("--as", "work", "reach").code == 2


def test_export_of_paths_leaves_private_evidence_out(office: Cli) -> None:
    assert SECRET in office("ask", "cara").out
    assert SECRET not in office("export", "paths", "--to", "cara", "--format", "md", "-o", "-").out
    done = office("export", "paths", "--to", "cara", "--format", "json", "-o", "-", "--include-private", "--yes")
    assert SECRET in done.out
