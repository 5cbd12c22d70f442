"""What the terminal prints as a command runs as printed: the store named, the profile too, all of it quoted."""

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.model import Account, SameAs
from graph.records.pack import pack
from graph.stores import open_store
from tests.dashboard.conftest import ANN, ANN_X, CARA, MIA, NOW, ZED, Cli, office_records
from tests.faults.inputs import make_linkedin

_COMMAND = re.compile("\x1b\\[36m(intrograph .*?)\x1b\\[0m")
_BARE = ("demo", "sources")
NAMESAKE, TWIN = "web:blog.example#ann o'lee", "linkedin:in/ann-olee"
LIST = "the writers' list"
CHOSEN = {
    **dict.fromkeys(("NAME", "WHO", "P", "A"), "Ann O'Lee"),
    "B": "zed",
    "ACCOUNT": "email:new@example.org",
    "ID": MIA,
    "PATH": "acts.jsonl",
    "SOURCE": "jsonl",
    "FILE": "out.jsonl",
    "TEXT": "we met",
    "DAY": "2020-06-01",
}
"""What a reader puts in the place of what is for them to choose."""


class Work:
    """The command line over an office in a store whose path a shell would take apart, under the profile `work`."""

    def __init__(self, cli: Cli) -> None:
        self.cli = cli
        self.store = cli.home / "my store's" / "my people.db"
        self.store.parent.mkdir()
        opened = open_store(self.store, now=NOW)
        extra: list[Account | SameAs] = [
            Account(id=NAMESAKE, name="Ann O'Lee"),
            Account(id=TWIN, name="Ann O'Lee"),
            Account(id="web:blog.example#mia moss", name="Mia Moss"),
            SameAs(a=ANN, b=CARA, at=NOW, same=False),
            SameAs(a=CARA, b=ANN, at=NOW, source="x-archive", confidence=0.9),
        ]
        opened.write(pack([*office_records(), *extra], now=NOW))
        opened.refresh()
        opened.set_profile("work", [MIA])
        opened.close()

    def printed(self, *words: str, profile: str = "work") -> list[str]:
        """Run a command line, and give the commands that it prints."""
        done = self.cli("--store", str(self.store), "--as", profile, "--color", "always", *words)
        told = done.out + done.err
        shown = _COMMAND.findall(told)
        assert "intrograph " not in _COMMAND.sub("", told), "a command that is not marked as one"
        return shown

    def follow(self, shown: str) -> None:
        """Run a command as it was printed, over a copy of the store, and see that it was understood."""
        program, *words = shlex.split(shown)
        assert program == "intrograph"
        if words[0] in _BARE:
            return
        option, store, *rest = words
        assert (option, store) == ("--store", str(self.store))
        copy = self.store.with_name("copy.db")
        shutil.copy(self.store, copy)
        done = self.cli("--store", str(copy), *(CHOSEN.get(word, word) for word in rest))
        assert "Usage:" not in done.err
        assert "--help" not in done.err, done.err  # the syntax was not understood
        if not set(rest) & CHOSEN.keys() and "no terminal to ask on" not in done.err:
            assert done.code == 0, done.err
        copy.unlink()


@pytest.fixture
def work(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Work:
    monkeypatch.setattr("dashboard.cli.console.Console._coloured", lambda *_: True)  # errors, too, are told in colours
    (cli.home / "acts.jsonl").write_text('{"type": "member", "list": "l", "account": "x:1"}\n')
    return Work(cli)


SITUATIONS: dict[str, tuple[str, ...]] = {
    "home": (),
    "a way": ("ask", "cara"),
    "no way": ("ask", "zed"),
    "nobody": ("ask", "qwertz"),
    "several of one name": ("ask", "Steve Park"),
    "several asked together": ("ask", "Ann O'Lee"),
    "reach": ("reach",),
    "doctor": ("doctor",),
    "jobs": ("jobs",),
    "sources": ("sources",),
    "a tie": ("know", "Ann O'Lee's son", "--new", "Ann O'Lee's son", "--closeness", "close", "--how", "we 'met'"),
    "a tie of two": ("know", TWIN, "--and", "zed", "--closeness", "close"),
    "nobody known": ("know",),
    "a call": ("log", "call", NAMESAKE, "--at", "2020-06-01"),
    "nothing logged": ("log",),
    "no introduction": ("introductions",),
    "an introduction": ("introduce", "--by", "bob", "--person", "me", "--to", NAMESAKE, "--at", "2020-06-01"),
    "an unknown introduction": ("introduce", "--undo", "x y"),
    "no list": ("list",),
    "an unknown list": ("list", "show", LIST),
    "a list": ("list", "add", LIST, NAMESAKE, "zed"),
    "a list like an option": ("list", "add", "--", "-o'", "zed"),
    "a person": ("people", "show", ANN),
    "one person": ("people", "merge", NAMESAKE, TWIN),
    "not one person": ("people", "merge", ANN, CARA),
    "two people": ("people", "split", ANN_X),
    "who is who": ("people", "same"),
    "half a comparison": ("people", "same", "zed"),
    "suggestions": ("people", "suggest"),
    "an unknown assertion": ("people", "undo", "x y"),
    "what was undone by hand": ("people", "undo"),
    "not me": ("me", ANN, CARA),
    "me taken off": ("me", "--remove"),
    "protected": ("protect", NAMESAKE),
    "excluded": ("exclude", "my letters/of 2020"),
    "excluded and removed": ("exclude", "x:900", "--yes"),
    "kept": ("keep", "3y", "--yes"),
    "held": ("about", NAMESAKE),
    "to be forgotten": ("forget", NAMESAKE),
    "forgotten": ("forget", NAMESAKE, "--yes"),
    "not forgotten": ("forget", MIA),
    "not erased": ("erase",),
    "nothing brought in": ("ingest",),
    "no path": ("ingest", "csv"),
    "not that source": ("ingest", "email", "a table's.csv"),
    "a part unread": ("ingest", "jsonl", "acts.jsonl", "a table's.csv"),
    "paths to nobody": ("export", "paths", "--format", "md"),
}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_printed_command_runs_as_printed(work: Work, situation: str) -> None:
    (work.cli.home / "a table's.csv").write_text("From,To,Date,Kind\nx:1,x:2,2020-01-01,reply\n")
    shown = work.printed(*SITUATIONS[situation])
    if situation not in {"a way", "nobody"}:
        assert shown
    for one in shown:
        work.follow(one)


def corrected(work: Work) -> Iterator[list[str]]:
    """Say of a pair first this, then that; note what stands, and of an introduction each state."""
    for how in ("at 'school'", "at work"):
        yield work.printed("know", NAMESAKE, "--and", "zed", "--closeness", "close", "--how", how)
    work.printed("introduce", "--by", "bob", "--person", "me", "--to", NAMESAKE, "--at", "2020-06-01")
    yield work.printed("introductions")


def test_what_undoes_a_correction_runs_as_printed(work: Work) -> None:
    for shown in corrected(work):
        assert shown
        for one in shown:
            work.follow(one)


def test_who_asks_is_asked_for_under_their_profile(work: Work) -> None:
    for words in ((), ("me",), ("ask", "zed"), ("doctor",), ("ingest", "acts.jsonl")):
        shown = work.printed(*words, profile="my 'other' work")
        assert shown
        for one in shown:
            assert shlex.split(one)[3:5] == ["--as", "my 'other' work"]


def test_whose_archive_it_is_is_answered_as_printed(work: Work) -> None:
    archive = work.cli.home / "their 'own' letters"
    archive.mkdir()
    path = make_linkedin(archive, 5, "Otto Olsen")
    work.printed("me", "linkedin:in/mia")
    shown = work.printed("ingest", str(path))
    assert [shlex.split(one)[-3:] for one in shown] == [["--owner", whose, str(path)] for whose in ("me", "other")]
    for one in shown:
        work.follow(one)


def test_data_name_the_store_in_their_commands_too(work: Work) -> None:
    start = f"intrograph --store {shlex.quote(str(work.store))} --as work "
    call = ("--store", str(work.store), "--as", "work")
    undo = work.cli(*call, "list", "add", LIST, "zed", "--json").data["undo"]
    assert undo.startswith(f"{start}list remove")
    told = work.cli(*call, "ask", "zed", "--json").data["advice"]["more"]
    assert all(start in one for one in told if "intrograph " in one and "intrograph sources" not in one)
    assert start in work.cli(*call, "ask", "Ann O'Lee", "--json").data["notes"][-1]
    assert start in work.cli(*call, "ask", "Steve Park", "--json").data_of_any()["error"]
    assert start in work.cli(*call, "reach", "--json").data["more"][0]
    checks = work.cli(*call, "doctor", "--json").data["checks"]
    assert any(start in one["advice"] for one in checks if one["advice"])


def test_a_file_for_others_names_no_store_of_mine(work: Work) -> None:
    call = ("--store", str(work.store), "--as", "work")
    for form in ("md", "json"):
        told = work.cli(*call, "export", "paths", "--to", "zed", "--format", form).out
        assert "intrograph --as work know" in told
        assert str(work.store.name) not in told
        assert ZED in told or form == "md"


def test_a_command_is_quoted_for_a_shell() -> None:
    from dashboard.words.program import Program
    from graph.errors import operands

    program = Program(store="my store.db", profile="a b")
    assert program.line("people", "undo", "x|y") == "intrograph --store 'my store.db' --as 'a b' people undo 'x|y'"
    assert program.line("demo") == "intrograph demo"
    assert Program().line("know", "NAME", "--how", "TEXT") == "intrograph know NAME --how TEXT"
    assert operands("-a", "b") == ("--", "-a", "b")
    assert operands(str(Path("a"))) == ("a",)
