"""`exclude`, `protect`, `about`, `forget`, `keep`, `erase`: what each did, in numbers; nothing is destroyed unasked."""

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from graph.model import Account, Kind
from graph.records.pack import pack
from ingest.registry import source
from ingest.source import Context
from tests.dashboard.conftest import ANN, ANN_X, BOB, CARA, MIA, NOW, SECRET, ZED, Cli, act


def held(cli: Cli) -> int:
    total = cli("--json").data["interactions"]
    assert isinstance(total, int)
    return total


# --- exclude ---------------------------------------------------------------------------------------------------------


def test_one_account_falls_and_stays(office: Cli) -> None:
    one = office("exclude", "steve.park@example.org")
    assert "1 account held already stays." in one.out
    assert "1 account held already falls under it and stays; add --yes to remove it" in one.err


def test_an_excluded_domain_is_noted_and_what_is_held_stays_unasked(office: Cli) -> None:
    before = held(office)
    done = office("exclude", "example.org")
    assert done.code == 0, done.err
    assert "example.org is excluded from now on" in done.out
    assert "3 accounts held already stay" in done.out
    assert "3 accounts held already fall under it and stay; add --yes to remove them" in done.err
    assert "add --yes to remove them" in done.err
    assert held(office) == before
    assert office("exclude", "--json").data == {"excluded": ["example.org"]}
    assert office("exclude", "--list").out == "example.org\n"


def test_what_is_held_of_it_is_removed_if_said_so(office: Cli) -> None:
    data = office("exclude", "ann@example.org", "--yes", "--json").data
    assert data["covered"] == 1
    assert data["removed"]["interactions"] >= 6
    assert office("exclude", "--list").out == "ann@example.org\n"
    assert office("people", "show", ANN).code == 3
    assert office("people", "show", "annlee").code == 0
    assert "Removed" not in office("exclude", "zed@example.com", "--yes").out


def test_undoing_an_exclusion_is_said_to_lift_the_rule_alone_where_something_was_removed(office: Cli) -> None:
    kept = office("exclude", "mia@example.org").out.splitlines()
    assert kept[-1] == "Undo: intrograph exclude --remove mia@example.org"
    removed = office("exclude", "ann@example.org", "--yes").out.splitlines()
    assert removed[-3:] == [
        "Undo, of the rule alone: intrograph exclude --remove ann@example.org",
        "That does not bring back what was removed. After it, bring the same files in again; what is in them comes.",
        "What you told by hand of them (know, log, introduce, lists, joins) does not: tell it again.",
    ]


def test_excluding_asks_on_a_terminal(office: Cli, tty: Callable[[], None]) -> None:
    tty()
    before = held(office)
    assert "stay" in office("exclude", "mia@example.org", stdin="n\n").out
    assert held(office) == before
    done = office("exclude", "ann@example.org", stdin="y\n")
    assert "Removed of what was held:" in done.out
    assert held(office) < before


def test_an_exclusion_acts_before_ingest_and_is_taken_back(office: Cli) -> None:
    line = {
        "kind": "message",
        "at": "2020-06-01T10:00:00Z",
        "actor": {"network": "email", "id": "mia@example.org"},
        "to": [{"network": "email", "id": "doc@clinic.example"}],
    }
    file = office.home / "more.jsonl"
    file.write_text(json.dumps(line), encoding="utf-8")
    assert office("exclude", "clinic.example").code == 0
    assert office("ingest", "jsonl", str(file), "--json").data["new"] == 0
    assert "no longer excluded" in office("exclude", "Clinic.example", "--remove").out
    assert office("exclude", "clinic.example", "--remove").code == 2
    assert office("ingest", "jsonl", str(file), "--json").data["new"] == 1


def test_a_folder_can_t_be_told_afterwards(office: Cli) -> None:
    done = office("exclude", "Spam").out
    assert "can't be told apart" in done
    assert done.startswith("Folders called Spam are excluded from now on: nothing in them is written.\n")
    assert "a person, an address or a domain called Spam is not excluded" in done
    assert "Nothing is excluded" in office("exclude", "Spam", "--remove").out + office("exclude").out


def test_what_a_text_is_taken_for_is_said_and_undone_as_a_whole(office: Cli) -> None:
    folder = office.home / "bob"
    done = office("exclude", "@cara", "--yes").out
    assert "That is the account x:@cara and any folder called @cara.\n" in done
    assert "Removed of what was held:\n  1 account\n" in done
    assert "the domain example.org with its subdomains" in office("exclude", "*.example.org").out
    assert (
        f"the account github:bob and the folder {Path.cwd()}/github.com/bob" in office("exclude", "github.com/bob").out
    )
    assert f"the folder {folder}." in office("exclude", str(folder)).out
    for value in ("@cara", "*.example.org", "github.com/bob", str(folder)):
        assert office("exclude", "--remove", value).code == 0
    assert office("exclude", "--json").data["excluded"] == []


def test_a_folder_stays_excluded_wherever_the_next_command_is_given(
    office: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(office.home)
    assert office("exclude", "./letters").code == 0
    folder = office.home / "letters"
    folder.mkdir()
    (folder / "more.jsonl").write_text('{"kind": "follow", "actor": "x:1", "to": "x:2"}', encoding="utf-8")
    monkeypatch.chdir(folder)
    assert "excluded by your rules" in office("ingest", "jsonl", "more.jsonl").out


def test_a_name_is_not_taken_for_a_folder_s(office: Cli) -> None:
    done = office("exclude", "Ann Lee")
    assert done.code == 2
    near = f"   Ann Lee: intrograph exclude {ANN}\n   Ann Lee: intrograph exclude {ANN_X}\n"
    assert near in done.err
    misspelt = office("exclude", "Ann Leee")
    assert misspelt.code == 2
    assert near in misspelt.err
    assert "   the folder: intrograph exclude './Ann Leee'\n" in misspelt.err
    assert office("exclude", "--json").data["excluded"] == []


@pytest.mark.parametrize("value", ["mia@example.org", "example.org", "email:mia@example.org"])
def test_that_i_am_excluded_is_said(office: Cli, value: str) -> None:
    told = office("exclude", value).err
    assert (
        "Warning: you are email:mia@example.org, and nothing of what you do there is written from now on; undo: "
        in told
    )
    assert f"intrograph exclude --remove {value}\n" in told
    assert "no folder" in office("exclude", "me").err
    assert "write it as example.org" in office("exclude", "*.example").err


@pytest.mark.parametrize("value", ["", "!!", "ann@", "@", "x:", ".", "a@b@c", "https://x.com/home"])
def test_nonsense_is_not_excluded(office: Cli, value: str) -> None:
    assert "give an e-mail address, a domain, an account" in office("exclude", value).err


# --- protect ---------------------------------------------------------------------------------------------------------


def test_a_protected_person_is_never_a_step_but_can_be_asked_for(office: Cli) -> None:
    done = office("protect", "Bob Béranger")
    assert done.out.splitlines()[0] == "Bob Béranger is protected: no way leads over them."
    assert office("ask", "cara", "--json").data["paths"] == []
    assert len(office("ask", "bob", "--json").data["paths"]) == 1
    assert office("people", "show", "bob", "--json").data["protected"] is True
    assert [one["id"] for one in office("protect", "--json").data["protected"]] == [BOB]
    assert "x:200" in office("protect").out
    assert "protected" in office("people", "show", "bob").out

    assert office("protect", "bob", "--remove").code == 0
    assert "Nobody is protected" in office("protect", "--list").out
    assert office("protect", "bob", "--remove").code == 2
    assert len(office("ask", "cara", "--json").data["paths"]) == 1


# --- about -----------------------------------------------------------------------------------------------------------


def test_about_tells_all_that_is_held_and_writes_it(office: Cli) -> None:
    done = office("about", "Ann Lee")
    assert "12 message" in done.out
    assert "private acts    12" in done.out
    data = office("about", "Ann Lee", "--json").data
    assert data["person"]["id"] == ANN
    assert data["by_kind"] == {"message": 12, "reply": 12}
    assert data["records"] == sum(data["by_type"].values())

    file = office.home / "ann.jsonl"
    assert office("about", "Ann Lee", "--export", str(file)).code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert len(lines) == data["records"]
    assert {line["type"] for line in lines} == {"interaction", "account", "same_as"}
    assert SECRET in file.read_text(encoding="utf-8")
    assert office("about", "Ann Lee", "--export", "-").out == file.read_text(encoding="utf-8")
    problems = [one for one in source("jsonl").read(str(file), Context(now=NOW)) if type(one).__name__ == "Problem"]
    assert problems == []
    assert office("about", "Ann Lee", "--export", str(file), "--json").data["file"] == str(file)
    assert office("about", "Qwertz").code == 3


def test_about_tells_that_i_asked_for_them(office: Cli) -> None:
    store = office.open()
    store.record_ask("me", CARA, NOW)
    store.close()
    assert "  1 recent ask\n" in office("about", "cara").out
    assert (
        '{"type": "asked", "profile": "me", "account": "x:300", "at": "2020-06-15T12:00:00Z"}\n'
        in office("about", "cara", "--export", "-").out
    )


# --- forget ----------------------------------------------------------------------------------------------------------


def test_forgetting_asks_and_prints_a_receipt(office: Cli) -> None:
    refused = office("forget", "bob")
    assert (refused.code, refused.out) == (2, "")
    assert "add --yes" in refused.err
    done = office("forget", "bob", "--yes")
    assert done.code == 0, done.err
    assert done.out.startswith("Receipt, 15 June 2020 12:00 UTC\n")
    assert "  1 account\n" in done.out
    assert "keyed hash" in done.out
    assert office("people", "show", BOB).code == 3
    assert b"ranger" not in office.store.read_bytes()
    assert office("ask", "cara", "--json").data["paths"] == []


def test_the_receipt_counts_entries_of_lists(office: Cli) -> None:
    for name in ("press", "friends"):
        assert office("list", "add", name, "bob").code == 0
    assert "  2 list entries\n" in office("forget", "bob", "--yes").out
    assert office("list", "add", "press", "cara").code == 0
    assert office("forget", "cara", "--yes", "--json").data["removed"]["members"] == 1


def test_forgetting_is_asked_on_a_terminal(office: Cli, tty: Callable[[], None]) -> None:
    tty()
    done = office("forget", "bob", stdin="maybe\nNo\n")
    assert (done.code, done.out) == (0, "")
    assert "Error: 'maybe' is neither yes nor no: type y or n\n" in done.err
    assert "Nothing was changed." in done.err
    assert office("forget", "bob", "--json", stdin="y\n").data["removed"]["accounts"] == 1


def test_i_can_t_be_forgotten(office: Cli) -> None:
    done = office("forget", MIA, "--yes")
    assert done.code == 2
    assert "that is you" in done.err
    assert "intrograph erase --all" in done.err
    assert office("protect", "me").out.startswith("You are protected: no way leads over you.\n")


def test_the_end_of_input_at_a_question_changes_nothing(office: Cli, tty: Callable[[], None]) -> None:
    tty()
    assert office("forget", "bob", stdin="").code == 130
    assert office("people", "show", BOB).code == 0


# --- keep ------------------------------------------------------------------------------------------------------------


def test_keeping_only_the_last_years(office: Cli) -> None:
    assert "Everything is kept" in office("keep").out
    assert office("keep", "1y").code == 2
    done = office("keep", "1y", "--yes")
    assert done.code == 0, done.err
    assert "Kept from now on: the last 1y. Removed what is older than 15 June 2019:" in done.out
    assert "  1 act\n" in done.out
    assert office("keep", "--json").data == {"keep": "1y"}
    assert office("people", "show", ZED).code in {0, 3}

    again = office("keep", "30 days", "--yes", "--json").data
    assert (again["keep"], again["before"]) == ("30d", "2020-05-16")
    assert again["removed"]["interactions"] > 0
    assert "The last 30d is kept." in office("keep").out
    assert office("keep", "--everything").code == 0
    assert office("keep", "--json").data == {"keep": None}
    assert office("keep", "a while").code == 2


def test_a_standing_keep_is_applied_by_ingest(office: Cli) -> None:
    assert office("keep", "1y", "--yes").code == 0
    line = {
        "kind": "message",
        "at": "2010-06-01T10:00:00Z",
        "actor": {"network": "email", "id": "mia@example.org"},
        "to": [{"network": "email", "id": "old@example.org"}],
    }
    file = office.home / "old.jsonl"
    file.write_text(json.dumps(line), encoding="utf-8")
    data = office("ingest", str(file), "--json").data
    assert (data["new"], data["dropped"], data["skipped"]) == (0, 0, {"older than your keep rule": 1})
    assert "left out 1: older than your keep rule" in office("ingest", str(file)).out


# --- erase -----------------------------------------------------------------------------------------------------------


def test_erasing_everything(office: Cli) -> None:
    assert office("erase").code == 2
    assert office("erase", "--all").code == 2
    office("protect", "bob")
    data = office("erase", "--all", "--yes", "--json").data
    assert data["erased"]["accounts"] == 8
    assert office("--json").data["accounts"] == 0
    assert office("protect", "--json").data["protected"] == []
    assert office("ask", "cara").code == 2
    content = b"".join(file.read_bytes() for file in office.home.glob("people.db*"))
    assert b"Cara Quill" not in content
    assert "Erased 0 accounts" in office("erase", "--all", "--yes").out


@pytest.mark.parametrize("name", ["cara", CARA])
def test_what_was_forgotten_stays_out_and_is_counted(office: Cli, name: str) -> None:
    file = office.home / "cara.jsonl"
    assert office("about", name, "--export", str(file)).code == 0
    assert office("forget", name, "--yes").code == 0
    data = office("ingest", str(file), "--json").data
    assert data["new"] == 0
    assert data["suppressed"] > 0
    assert "their people are forgotten here" in office("ingest", str(file)).out
    assert office("people", "show", CARA).code == 3


def test_one_is_told_in_the_singular_and_dates_end_in_z(office: Cli) -> None:
    assert "  1 account\n" in office("about", "zed").out
    held = office("about", "bob", "--json").data
    assert held["first"].endswith("Z")
    assert office("--json").data["last"].endswith("Z")


def test_a_protected_person_is_not_advised_either(office: Cli) -> None:
    store = office.open()
    store.write(
        pack([Account(id="x:950", name="Yan Yew", org="Harbour Press"), act(Kind.MENTION, ANN_X, "x:950", 3)], now=NOW)
    )
    store.refresh()
    store.close()
    assert [one["person"]["id"] for one in office("ask", "yan", "--json").data["advice"]["nearest"]] == [ANN, ANN]
    assert [one["person"]["id"] for one in office("ask", "zed", "--json").data["advice"]["answered"]] == []
    assert office("protect", "ann lee").code == 0
    assert office("ask", "yan", "--json").data["advice"]["nearest"] == []
    advice = office("ask", "cara", "--json", "--min-strength", "0.99").data["advice"]
    assert not any("there is a way" in line for line in advice["more"])
    assert office("protect", "bob").code == 0
    assert office("ask", "cara", "--json").data["advice"]["answered"] == []


def test_an_avoided_person_is_not_advised(office: Cli) -> None:
    assert [
        one["person"]["id"] for one in office("ask", "cara", "--json", "--avoid", "ann lee").data["advice"]["answered"]
    ] == [BOB]
    advice = office("ask", "cara", "--json", "--avoid", "bob").data["advice"]
    assert advice["answered"] == []
    assert "there is a way" in advice["more"][0]


@pytest.mark.parametrize("words", [("forget", ANN), ("exclude", "ann@example.org"), ("erase", "--all")])
def test_what_runs_of_the_page_said_of_somebody_goes_with_them(office: Cli, words: tuple[str, ...]) -> None:
    run = office.home / "people.db.runs" / "jobs" / "1"
    run.mkdir(parents=True)
    (run / "err").write_text(f"{ANN} belongs to somebody else")
    assert office(*words, "--yes").code == 0
    assert not run.exists()
