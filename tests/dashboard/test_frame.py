"""The frame: alone, errors and exit codes, JSON, colours, completion; what every command must keep."""

import json
import os
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from dashboard.cli.app import root
from dashboard.cli.commands import HELPS
from graph.model import (
    Account,
    Closeness,
    Declared,
    Interaction,
    Introduction,
    IntroductionState,
    IntroductionStep,
    Item,
    Kind,
)
from graph.records.pack import pack
from graph.store.store import Store
from tests.dashboard.conftest import ANN, ANN_X, BOB, CARA, MIA, NOW, ZED, Cli, act

STEERING = "\x1b[31m\u202egnp.exe\u2066\x9b2J\x07\x00"


# --- alone -----------------------------------------------------------------------------------------------------------


def test_alone_on_nothing_says_what_it_is_and_what_to_do(cli: Cli) -> None:
    done = cli()
    assert done.code == 0, done.err
    for told in ("intrograph demo", "intrograph me you@example.org", "intrograph ingest PATH", "x-archive", "linkedin"):
        assert told in done.out
    assert str(cli.store) in done.out
    assert "no network used" in done.out
    assert not cli.store.exists()
    assert cli("--json").data["exists"] is False


def test_alone_tells_what_is_in_the_store(office: Cli) -> None:
    done = office()
    assert done.code == 0
    for told in (
        "people       7 (8 accounts)",
        "acts         38, from 16 July 2018 to 14 June 2020",
        "by kind      reply 24, message 12",
        "by source    test 38",
        "you          Mia Moss (email:mia@example.org)",
        "only you may read it",
        "no network used",
        "intrograph ask NAME ",
    ):
        assert told in done.out
    data = office("--json").data
    assert (data["people"], data["accounts"], data["interactions"], data["mode"]) == (7, 8, 38, "0600")
    assert data["me"]["id"] == MIA


def test_alone_asks_who_i_am_and_tells_what_was_told(office: Cli) -> None:
    office("know", "zed", "--closeness", "slight")
    assert "  told by you  1 declared relationship\n" in office().out
    done = office("--as", "work")
    assert "not known yet under the profile 'work'" in done.out
    assert "intrograph --as work me" in done.out


def test_what_somebody_else_told_is_not_told_by_you(office: Cli) -> None:
    met = IntroductionStep(state=IntroductionState.MET, at=NOW)
    store = office.open()
    store.write(
        pack(
            [
                Declared(a=Account(id=ANN), b=Account(id=ZED), closeness=Closeness.CLOSE, at=NOW, by=Account(id=ANN_X)),
                Introduction(by=Account(id=BOB), person=Account(id=MIA), to=Account(id=CARA), steps=(met,), source="x"),
            ],
            now=NOW,
        )
    )
    store.refresh()
    store.close()
    assert "told by you" not in office().out
    assert "  by others    1 declared relationship\n  in files     1 introduction\n" in office().out
    assert "told by others and files" in office("reach").out
    office("know", "zed", "--closeness", "slight")
    assert "  told by you  1 declared relationship\n  by others    1 declared relationship\n" in office().out


def test_an_open_store_file_is_made_private_again(office: Cli) -> None:
    office.store.chmod(0o644)
    assert office("doctor").code == 0
    assert stat.S_IMODE(office.store.stat().st_mode) == 0o600


def test_the_default_store_lies_in_the_user_s_data_folder(home: Path) -> None:
    result = CliRunner().invoke(root, ["me", "mia@example.org"], obj=lambda: NOW)
    assert result.exit_code == 0, result.stderr
    (file,) = home.rglob("people.db")
    assert file.parent.name == "intrograph"
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_store_comes_from_the_environment_or_a_url(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTROGRAPH_STORE", f"sqlite:///{home}/elsewhere.db")
    assert CliRunner().invoke(root, ["me", "mia@example.org"], obj=lambda: NOW).exit_code == 0
    assert (home / "elsewhere.db").exists()
    shown = CliRunner().invoke(root, [], obj=lambda: NOW).stdout
    assert f"{home}/elsewhere.db" in shown


# --- errors ----------------------------------------------------------------------------------------------------------


def newer(file: Path) -> None:
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA user_version = 9999")
    connection.close()


def no_store(file: Path) -> None:
    file.write_text("a shopping list", encoding="utf-8")


def somebody_else_s(file: Path) -> None:
    file.unlink()
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE recipes (name)")
    connection.commit()
    connection.close()


def folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize("spoil", [newer, no_store, somebody_else_s, folder])
@pytest.mark.parametrize("words", [("ask", "cara"), ("people", "search", "cara"), (), ("doctor",), ("me", MIA)])
def test_a_store_that_is_not_ours_is_code_4(office: Cli, spoil: Callable[[Path], None], words: tuple[str, ...]) -> None:
    spoil(office.store)
    done = office(*words)
    assert done.code == 4
    assert str(office.store) in done.err
    assert len(done.err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("store", "why"),
    [
        ("/no/such/folder/people.db", "no folder"),
        ("neo4j://localhost", "there is no password for neo4j://localhost"),
        ("neo4j://neo4j:secret@localhost:1", "neo4j://neo4j@localhost:1 can't be reached"),
        ("postgres://localhost/x", "no kind of store"),
    ],
)
def test_a_store_that_can_t_be_reached_is_code_4(home: Path, store: str, why: str) -> None:
    del home
    result = CliRunner().invoke(root, ["--store", store, "ask", "x"], obj=lambda: NOW)
    assert (result.exit_code, result.stdout) == (4, "")
    assert why in result.stderr


@pytest.mark.parametrize("words", [(), ("ask", "cara"), ("doctor",), ("demo",)])
def test_an_empty_store_is_not_the_users_own(office: Cli, words: tuple[str, ...]) -> None:
    done = office("--store", "", *words)
    assert (done.code, done.out) == (2, "")
    assert "--store names nothing; give a path" in done.err


@pytest.mark.parametrize("name", HELPS)
def test_an_internal_error_is_one_line_without_data(office: Cli, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(*_: object, **__: object) -> None:
        raise KeyError("ann@example.org")

    command = root.get_command(None, name)  # type: ignore[arg-type] # our own does not look at it
    assert command is not None
    monkeypatch.setattr(command, "make_context", explode)
    done = office(name)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("Internal error: KeyError at test_frame.py, line ")
    assert "ann@example.org" not in done.err
    assert "INTROGRAPH_DEBUG=1" in done.err
    assert len(done.err.strip().splitlines()) == 1


def test_the_traceback_is_for_those_who_ask(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTROGRAPH_DEBUG", "1")
    monkeypatch.setattr("dashboard.service.overview.find_place", None)
    monkeypatch.setattr("dashboard.cli.commands.home.find_place", None)
    result = CliRunner().invoke(root, ["--store", str(home / "x.db")], obj=lambda: NOW)
    assert result.exit_code == 1
    assert "Traceback" in result.stderr


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("asc", "x"), "Did you mean 'ask'? See intrograph --help."),
        (("--colour", "x"), "No such option"),
        (("--color", "sometimes"), "sometimes"),
        (("ask", "--since"), "requires an argument"),
        (("completion", "tcsh"), "tcsh"),
        (("people", "serch", "x"), "search"),
    ],
)
def test_wrong_use_is_one_clear_line(cli: Cli, words: tuple[str, ...], why: str) -> None:
    done = cli(*words)
    assert (done.code, done.out) == (2, "")
    assert why in done.err
    assert len(done.err.strip().splitlines()) == 1


def test_help_and_version(cli: Cli) -> None:
    done = cli("--help")
    assert done.code == 0
    assert all(name in done.out for name in HELPS)
    assert cli("--version").out.startswith("intrograph ")
    for name in HELPS:
        assert cli(name, "-h").code == 0


# --- hostile data ----------------------------------------------------------------------------------------------------


def spoil_names(store: Store) -> None:
    """Write names that steer a terminal past the cleaning that a store does, as another writer might."""
    hostile = Item(url="javascript:alert(1)", title=f"Title {STEERING}", author=Account(id=CARA))
    records: list[Account | Interaction] = [
        Account(id=ANN, name=f"Ann {STEERING} Lee", org=f"Org {STEERING}", at=NOW),
        act(Kind.MESSAGE, MIA, ANN, 0.5, item=hostile, excerpt=f"Hi {STEERING}", thread="t2"),
    ]
    store.write(pack(records, now=NOW))
    store.refresh()


@pytest.mark.parametrize(
    "words",
    [
        ("ask", "cara"),
        ("people", "show", ANN),
        ("people", "search", "gnp"),
        ("about", ANN),
        ("ask", "cara", "--json"),
        ("forget", ANN, "--yes"),
        ("know", ANN, "--closeness", "close", "--how", f"told {STEERING}"),
        ("ask", f"nobody {STEERING}"),
        ("people", "search", STEERING),
        ("export", "paths", "--to", "cara", "--format", "md", "-o", "-"),
    ],
)
def test_nothing_from_the_data_steers_a_terminal(office: Cli, words: tuple[str, ...]) -> None:
    store = office.open()
    spoil_names(store)
    store.close()
    done = office(*words)
    shown = done.out + done.err
    assert shown
    assert not set(shown) & set(STEERING) - set("[31mgnp.exe2J")
    assert "javascript:" not in shown or words[-1] == "--json"


def test_json_holds_steering_characters_as_escapes_only(office: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.cli.commands.reach.measure", lambda *_: {"x": f"{STEERING}\ud83d", "f": 0.1 + 0.2})
    done = office("reach", "--json")
    assert not set(done.out) & set("\x1b\u202e\u2066\x9b\x07\x00")
    assert json.loads(done.out) == {"x": f"{STEERING}\ufffd", "f": 0.30000000000000004}


# --- colours and pipes -----------------------------------------------------------------------------------------------


def test_colours_only_where_wanted(office: Cli) -> None:
    assert "\x1b[" not in office("reach").out
    assert (
        "\x1b[1mYour reach"
        in CliRunner()
        .invoke(root, ["--store", str(office.store), "--color", "always", "reach"], obj=lambda: NOW, color=True)
        .stdout
    )
    assert "\x1b[" not in office("--color", "never", "reach").out


def test_json_before_the_command_does_too(office: Cli) -> None:
    assert office("--json", "reach").data == office("reach", "--json").data


# --- completion ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(cli: Cli, shell: str) -> None:
    done = cli("completion", shell)
    assert done.code == 0
    assert "_INTROGRAPH_COMPLETE" in done.out
    assert cli("completion", shell, "--json").data["script"].splitlines() == done.out.splitlines()


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("intrograph ", "introduce"),
        ("intrograph in", "ingest"),
        ("intrograph --st", "--store"),
        ("intrograph ask --", "--avoid"),
        ("intrograph people ", "merge"),
        ("intrograph know x --closeness ", "familiar"),
        ("intrograph add ", ""),
    ],
)
def test_completion_offers_commands_options_and_values(
    home: Path, monkeypatch: pytest.MonkeyPatch, typed: str, offered: str
) -> None:
    del home
    words = typed.split(" ")
    monkeypatch.setenv("_INTROGRAPH_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", typed)
    monkeypatch.setenv("COMP_CWORD", str(len(words) - 1))
    result = CliRunner().invoke(root, [], obj=lambda: NOW)
    assert result.exit_code == 0, result.stderr
    assert offered in result.stdout


# --- doctor ----------------------------------------------------------------------------------------------------------


def test_doctor_checks_the_store_a_line_each(office: Cli) -> None:
    done = office("doctor")
    assert done.code == 0, done.err
    for name in ("store", "network", "permissions", "size", "free space", "format", "whole", "settled", "me"):
        assert any(line.startswith(f"ok    {name} ") for line in done.out.splitlines()), name
    data = office("doctor", "--json").data
    assert data["well"] is True
    assert {"name", "value", "advice"} == set(data["checks"][0])


def test_doctor_says_what_to_do(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "not made yet" in cli("doctor").out
    assert not cli.store.exists()
    cli.open().close()
    monkeypatch.setattr("dashboard.service.overview.free_space", lambda _: 1000)
    done = cli("doctor")
    assert "look  free space" in done.out
    assert "intrograph ingest PATH" in done.out
    assert "look  me" in done.out
    assert cli("doctor", "--json").data["well"] is False
    assert ZED not in done.out


def test_doctor_of_a_damaged_store_is_code_4(office: Cli) -> None:
    with office.store.open("r+b") as stream:
        stream.seek(100)
        stream.write(os.urandom(4000))
    done = office("doctor")
    assert done.code == 4 or "damaged" in done.out


@pytest.mark.parametrize(
    "words",
    [
        ("ask", "cara"),
        ("export", "ties", "--format", "csv"),
        ("reach",),
        ("people", "search", "cara"),
        ("list",),
        ("introductions",),
        ("about", "cara"),
        ("forget", "cara", "--yes"),
        ("jobs",),
    ],
)
def test_what_only_reads_makes_no_store(cli: Cli, words: tuple[str, ...]) -> None:
    done = cli(*words)
    assert (done.code, done.out) == (4, "")
    assert f"there is no store at {cli.store}" in done.err
    assert not cli.store.exists()
