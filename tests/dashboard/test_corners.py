"""Corners of the services: what seldom happens, and what it is told."""

import gzip
from pathlib import Path

import pytest
from click.testing import CliRunner

from dashboard.cli.app import root
from dashboard.cli.commands import Commands
from dashboard.cli.console import Console
from dashboard.cli.options import Instant
from dashboard.service.overview import Place, find_place
from dashboard.words.health import look_outside
from dashboard.words.lines import heading
from dashboard.words.program import Program
from graph.model import Account
from graph.records.pack import pack
from tests.dashboard.conftest import ANN_X, BOB, NOW, Cli


def test_a_table_of_targets_in_an_old_encoding_with_breaks_in_cells(office: Cli) -> None:
    table = office.home / "targets.csv"
    table.write_bytes('Name;Note\r\nBob Béranger;"two\r\nlines"\r\nCara Quill;ß\r\n'.encode("cp1252"))
    asked = office("ask", "--from-file", str(table), "--json").data
    assert [one["asked"] for one in asked] == ["Bob Béranger", "Cara Quill"]
    assert [len(one["paths"]) for one in asked] == [1, 1]


def test_a_table_of_targets_that_is_none(office: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    table = office.home / "targets.csv"
    table.write_bytes(b"")
    assert "is no table of people" in office("ask", "--from-file", str(table)).err
    whole = gzip.compress("".join(f"Cara Quill,{n}\n" for n in range(40_000)).encode())
    table.write_bytes(whole[: len(whole) // 2])
    assert "is damaged or truncated" in office("ask", "--from-file", str(table)).err
    (office.home / "empty").mkdir()
    assert office("ask", "--from-file", "empty").code == 2
    table.write_text("name\nCara Quill\n", encoding="utf-8")
    monkeypatch.setattr("dashboard.service.asking._LIMIT", 10)
    assert "is too big" in office("ask", "--from-file", str(table)).err


def test_a_name_near_somebody_else_gives_them_as_a_candidate(office: Cli) -> None:
    table = office.home / "targets.csv"
    table.write_text("name\nCarla Quilt\ncara quill\n", encoding="utf-8")
    done = office("ask", "--from-file", str(table))
    assert done.code == 0, done.err
    assert "You → Ann Lee → Bob Béranger → Cara Quill" in done.out


def test_a_handle_on_several_networks_is_ambiguous(office: Cli) -> None:
    store = office.open()
    store.write(pack([Account(id="github:bob", handle="bob_b")], now=NOW))
    store.refresh()
    store.close()
    done = office("--as", "bob", "me", "@bob_b")
    assert done.code == 3
    assert "github:bob" in done.err
    assert BOB in done.err


def test_what_is_said_by_hand_keeps_to_the_account_named(office: Cli) -> None:
    assert office("know", ANN_X, "--closeness", "close").code == 0
    assert office("know", "ann lee", "--closeness", "slight").code == 0
    store = office.open()
    standing = [(one.b.id, one.closeness) for one in store.declared() if one.retracted_at is None]
    store.close()
    assert len(standing) == 1
    assert standing[0][1] == "slight"


def test_a_record_that_breaks_the_model_is_told(office: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    at = Instant().convert("2030-01-01", None, None)
    monkeypatch.setattr("dashboard.cli.options.Instant.convert", lambda *_: at)
    done = office("log", "call", "zed", "--at", "2030-01-01")
    assert (done.code, done.out) == (2, "")
    assert "2030" in done.err


def test_a_folder_that_can_t_be_made_is_code_4(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "blocked").write_text("", encoding="utf-8")
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "blocked"))
    result = CliRunner().invoke(root, ["me", "mia@example.org"], obj=lambda: NOW)
    assert result.exit_code == 4
    assert "can't be made" in result.stderr


def test_a_server_has_no_file() -> None:
    place = find_place("neo4j://localhost")
    assert (place.exists, place.private) == (True, False)
    assert list(look_outside(place, Program()))[1].value == "used for neo4j://localhost only"


def test_others_who_may_read_are_told() -> None:
    place = Place(location="/x/my people.db", file=Path("/x/my people.db"), size=1, mode=0o644)
    advice = {one.name: (one.advice, one.typed) for one in look_outside(place, Program())}
    assert advice["permissions"] == ("others may read it", "chmod 600 '/x/my people.db'")
    folder = Place(location="/", file=Path("/"), size=1, mode=0o755)
    assert all(one.typed is None for one in look_outside(folder, Program()))


def test_the_group_of_commands_knows_no_others() -> None:
    context = root.make_context("intrograph", [], resilient_parsing=True)
    assert isinstance(root, Commands)
    assert root.get_command(context, "sing") is None
    assert root.list_commands(context)[0] == "demo"


@pytest.mark.parametrize(("name", "coloured"), [("auto", False), ("always", True), ("never", False)])
def test_colours_are_of_the_stream(name: str, coloured: bool, capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(name)
    console.say([heading("x")])
    console.note(heading("y"))
    shown = capsys.readouterr()
    assert ("\x1b[1mx" in shown.out, "\x1b[1my" in shown.err) == (coloured, coloured)


def test_with_json_only_data_go_to_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console("never")
    console.as_json = True
    console.say(["ahead"])
    assert capsys.readouterr() == ("", "ahead\n")


def test_ties_are_exported_with_the_filters_of_ask(office: Cli) -> None:
    whole = office("export", "ties", "--format", "csv", "-o", "-").out.splitlines()
    strong = office("export", "ties", "--format", "csv", "-o", "-", "--min-strength", "0.1").out.splitlines()
    without = office("export", "ties", "--format", "csv", "-o", "-", "--avoid", "bob").out.splitlines()
    assert len(strong) < len(whole)
    assert without == whole  # to avoid somebody is about ways
