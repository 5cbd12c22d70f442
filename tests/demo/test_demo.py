import json
import shlex
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dashboard.cli import app as cli
from dashboard.cli.commands.demo import render, write_brief
from dashboard.demo.showing import tell_story
from dashboard.demo.strauss import direct_tie, run_demo
from dashboard.service.overview import Place
from dashboard.words.lines import plain
from graph.answers.answer import CautionKind
from graph.errors import UsageError
from graph.model import Account, Member, Rule
from graph.records.pack import pack
from graph.store.store import Store
from graph.stores import open_store
from graph.ties.formula import CLOSE

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs a command line in a home of its own; gives its exit code and what it wrote."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("INTROGRAPH_STORE", raising=False)

    def call(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            cli.root.main(list(words), obj=lambda: NOW)
        shown = capfd.readouterr()
        return (ended.value.code if isinstance(ended.value.code, int) else 0), shown.out, shown.err

    return call


def test_prints_four_steps(run: Run) -> None:
    code, out, err = run("demo", "--no-serve")

    lines = out.splitlines()
    steps = [line for line in lines if line[:3] in {"1. ", "2. ", "3. ", "4. "}]
    assert (code, err) == (0, "")
    assert lines[0].startswith("This is a demo")
    assert [step[0] for step in steps] == ["1", "2", "3", "4"]
    second = out[out.index("\n2. ") : out.index("\n3. ")]
    assert "1. You → Rieva Lesonski → Steve Strauss" in second
    assert "Your opening" in second
    assert "You commented on something of Steve Strauss: “Should entrepreneurs Twitter? Uh, no.”" in second
    third = out[out.index("\n3. ") : out.index("\n4. ")]
    assert "You → Steve Strauss: not proven on 6 April 2009, close on 30 April 2009" in third
    assert "Why I was wrong about Twitter" in third
    assert "You were introduced to Steve Strauss, introduced by Rieva Lesonski" in third
    assert out.count("only the name is known, no address (Steve Strauss)") == 2
    fourth = out[out.index("\n4. ") :]
    assert "   3. You → " in fourth
    assert "   4. You → " not in fourth
    assert "   and at least 1 more way\n" in fourth


def test_prints_the_same_again(run: Run) -> None:
    first, second = run("demo", "--no-serve"), run("demo", "--no-serve")

    assert first[0] == 0
    assert first == second


def test_keeps_to_a_store_of_its_own(run: Run, tmp_path: Path) -> None:
    run("me", "ann@example.org")
    folder = tmp_path / "data" / "intrograph"
    mine = (folder / "people.db").read_bytes()

    code, out, _ = run("demo", "--no-serve")

    assert code == 0
    assert str(folder / "demo.db") in out
    assert (folder / "people.db").read_bytes() == mine
    assert stat.S_IMODE((folder / "demo.db").stat().st_mode) == 0o600


def test_writes_the_ways_as_a_brief_without_private_evidence(run: Run, tmp_path: Path) -> None:
    run("demo", "--no-serve")

    brief = (tmp_path / "data" / "intrograph" / "demo-paths.md").read_text(encoding="utf-8")
    assert "Marta Quill" in brief
    assert "The regulars told us first" in brief or "Sundays" in brief
    assert "A stand at the autumn fair" not in brief


def test_can_be_asked_on_with_the_commands_it_shows(run: Run) -> None:
    _, out, _ = run("demo", "--no-serve")
    shown = [line.strip().removeprefix("$ intrograph ") for line in out.splitlines() if line.strip().startswith("$ ")]

    assert len(shown) == 3
    for line in shown:
        code, answer, _ = run(*shlex.split(line))
        assert code == 0
        assert "→" in answer


def test_gives_its_answers_as_json(run: Run) -> None:
    code, out, _ = run("demo", "--json")

    told = json.loads(out)
    names = [[person["name"] for person in path["people"]] for path in told["before"]["paths"]]
    assert code == 0
    assert names == [["You", "Rieva Lesonski", "Steve Strauss"]]
    assert [hook["kind"] for hook in told["before"]["hooks"]] == ["comment"]
    assert told["after"]["paths"][0]["people"][-1]["name"] == "Steve Strauss"


def test_respects_a_named_store_and_asks_before_what_was_added_is_lost(run: Run, tmp_path: Path) -> None:
    own = str(tmp_path / "my own.db")

    assert run("--store", own, "demo", "--no-serve")[0] == 0
    assert run("--store", own, "know", "Ann Lee", "--new", "Ann Lee", "--closeness", "close", "--how", "school")[0] == 0
    code, _, err = run("--store", own, "demo", "--no-serve")

    assert code == 2
    assert "holds data that are not the demo's and would be lost" in err
    assert "Make it anew?" in err
    assert "ann-lee" not in err
    assert run("--store", own, "demo", "--no-serve", "--yes")[0] == 0
    assert run("--store", own, "about", "Ann Lee")[0] == 3
    assert not (tmp_path / "data").exists()


def test_on_the_page_it_keeps_whom_somebody_added_and_takes_nobody_s_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    added = pack([Account(id="manual:zed", name="Zed New")], now=NOW)
    place = tell_story(NOW)
    store = open_store(place, now=NOW)
    story = list(store.accounts())
    store.write(added)
    assert tell_story(NOW) == place
    assert len(list(store.accounts())) == len(story) + 1

    store.erase()
    store.write(added)
    with pytest.raises(UsageError, match="holds other data"):
        tell_story(NOW)
    assert [one.id for one in store.accounts()] == ["manual:zed"]
    store.close()


def test_writes_no_brief_beside_a_server(store: Store) -> None:
    server = Place(location="neo4j://people.example", file=None)
    story = run_demo(store, "me", NOW)
    brief = write_brief(story.invented, server)

    shown = "\n".join(plain(line) for line in render(story, server, brief, "me"))
    assert brief is None
    assert "network      used for neo4j://people.example only" in shown
    assert "as a brief" not in shown


def test_the_direct_tie_grows(store: Store) -> None:
    told = run_demo(store, "me", NOW)

    after = direct_tie(told.after)
    assert direct_tie(told.before) is None
    assert after is not None
    assert after.strength >= CLOSE
    assert told.known.problems == told.came.problems == []
    assert told.people == 23


def test_ways_of_every_length_compete_for_the_invented_columnist(store: Store) -> None:
    paths = run_demo(store, "me", NOW).invented.paths

    assert [[person.name for person in path.people[1:-1]] for path in paths] == [
        ["Tomás Birch", "Ines Okoye"],
        ["Noor Haddad"],
        ["Elif Sandström"],
        ["Priya Lund", "Olu Farrow", "Ines Okoye"],
    ]
    warnings = {warning.kind for path in paths for warning in path.warnings}
    assert {CautionKind.DORMANT, CautionKind.ONE_THREAD} <= warnings


@pytest.mark.parametrize("profile", ["me", "work"])
def test_is_told_under_any_profile(store: Store, profile: str) -> None:
    assert run_demo(store, profile, NOW).before.paths


def test_refuses_a_store_with_somebody_else(store: Store) -> None:
    stranger = Member(list="friends", account=Account(id="email:ann@example.org", name="Ann"))
    store.write(pack([stranger], now=NOW))

    with pytest.raises(UsageError, match="holds data that are not the demo's") as told:
        run_demo(store, "me", NOW)

    assert "ann@" not in str(told.value)
    assert [account.id for account in store.accounts()] == ["email:ann@example.org"]


def test_refuses_a_store_with_rules_and_nobody(store: Store) -> None:
    store.set_rule(Rule(kind="exclude", value="clinic.example"), on=True)

    with pytest.raises(UsageError, match="holds data that are not the demo's"):
        run_demo(store, "me", NOW)


def test_refuses_a_store_in_which_somebody_of_the_story_was_noted_by_hand(run: Run, tmp_path: Path) -> None:
    own = str(tmp_path / "my own.db")
    run("--store", own, "me", "you@example.org")
    run("--store", own, "know", "--new", "Rieva Lesonski", "--closeness", "close", "--how", "my friend")
    run("--store", own, "list", "add", "friends", "Rieva Lesonski")

    code, out, err = run("--store", own, "demo", "--no-serve")

    assert (code, out) == (2, "")
    assert "would be lost" in err
    assert "Rieva Lesonski" in run("--store", own, "list", "show", "friends")[1]


def test_refuses_a_store_with_a_profile_and_nothing_else(store: Store) -> None:
    store.set_profile("me", ["manual:you"])

    with pytest.raises(UsageError, match="would be lost"):
        run_demo(store, "me", NOW)

    assert run_demo(store, "me", NOW, named=False).people == 23
    assert run_demo(store, "me", NOW).people == 23


def test_leaves_alone_the_store_that_the_environment_names(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "my own.db"
    monkeypatch.setenv("INTROGRAPH_STORE", str(own))
    run("me", "ann@example.org")
    before = own.read_bytes()

    code, out, _ = run("demo", "--no-serve")

    assert code == 0
    assert str(tmp_path / "data" / "intrograph" / "demo.db") in out
    assert own.read_bytes() == before
