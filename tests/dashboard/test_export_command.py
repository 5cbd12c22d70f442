"""`export`: whole files that only their owner may read, in every format, private evidence left out."""

import csv
import io
import json
import re
import stat
from collections.abc import Callable

import pytest

from graph.export.formats import FORMATS
from tests.dashboard.conftest import CARA, SECRET, Cli

MAILED = "2020-06-14"  # the newest mail; nothing public is of that day
EXPORTS = [(what, form) for what, forms in FORMATS.items() for form in forms]


@pytest.mark.parametrize(("what", "form"), EXPORTS)
def test_every_export_in_every_format(office: Cli, what: str, form: str) -> None:
    file = office.home / f"out.{form}"
    to = ("--to", "cara") if what == "paths" else ()
    done = office("export", what, *to, "--format", form, "-o", str(file), "--json")
    assert done.data == {"what": what, "format": form, "file": str(file), "bytes": file.stat().st_size}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    text = file.read_text(encoding="utf-8")
    assert "Cara Quill" in text
    assert SECRET not in text
    assert [one.name for one in office.home.glob(".out*")] == []
    stdout = office("export", what, *to, "--format", form, "-o", "-")
    assert (stdout.code, stdout.err) == (0, "")
    assert stdout.out.replace("\r\n", "\n") == text.replace("\r\n", "\n")


def test_an_export_goes_to_stdout_by_itself(office: Cli) -> None:
    plain = office("export", "ties", "--format", "csv")
    assert plain == office("export", "ties", "--format", "csv", "-o", "-")
    assert plain.out.startswith("from,to,")
    assert not (office.home / "-").exists()


def test_the_columns_of_ties(office: Cli) -> None:
    text = office("export", "ties", "--format", "csv", "-o", "-").out
    rows = list(csv.DictReader(io.StringIO(text)))
    assert list(rows[0]) == ["from", "to", "from_name", "to_name", "strength", "answers", "last", "out", "in"]
    fewer = office("export", "ties", "--format", "csv", "-o", "-", "--kinds", "message", "--as-of", "2020-06").out
    assert len(fewer.splitlines()) == 3


@pytest.mark.parametrize("what", ["ties", "graph"])
def test_options_of_ways_leave_no_tie_out(office: Cli, what: str) -> None:
    words = ("export", what, "--format", "json")
    of_ways = ("--avoid", "bob", "--via", "ann lee", "-k", "1", "--max-hops", "1")
    assert office(*words, *of_ways).out == office(*words).out
    assert len(office(*words, "--min-strength", "0.01").out) < len(office(*words).out)


def test_exported_paths_are_the_answer(office: Cli) -> None:
    words = ("export", "paths", "--to", CARA, "--format", "json", "-o", "-")
    answer = office("ask", CARA, "--json").data
    assert json.loads(office(*words, "--include-private", "--yes").out) == answer
    public = json.loads(office(*words).out)
    assert [path["people"] for path in public["paths"]] == [path["people"] for path in answer["paths"]]
    by_org = office("export", "paths", "--to-org", "quill", "--format", "csv", "-o", "-")
    assert "Cara Quill" in by_org.out


@pytest.mark.parametrize("form", FORMATS["paths"])
def test_paths_for_others_tell_nothing_that_rests_on_mail(office: Cli, form: str) -> None:
    words = ("export", "paths", "--to", "cara", "--format", form)
    hop = office("ask", "cara", "--json").data["paths"][0]["hops"][0]
    assert (hop["last"][:10], set(hop["counts"]), hop["closeness"]) == (MAILED, {"message"}, "close")
    others, mine = office(*words).out, office(*words, "--include-private", "--yes").out
    assert not re.search(r"\b(close|familiar|slight)\b|a single kind", others)
    for planted in (SECRET, MAILED, repr(hop["strength"])):
        assert planted not in others
    assert re.search(r"\bclose\b", mine)
    assert MAILED in mine or form in {"csv", "mermaid"}  # a row has the newest date of all its steps


def test_private_evidence_is_asked_for(office: Cli, tty: Callable[[], None]) -> None:
    words = ("export", "paths", "--to", "cara", "--format", "md", "-o", "-", "--include-private")
    refused = office(*words)
    assert (refused.code, refused.out) == (2, "")
    assert SECRET in office(*words, "--yes").out
    tty()
    assert office(*words, stdin="n\n").out == ""
    assert SECRET in office(*words, stdin="y\n").out


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (("paths", "--format", "md", "-o", "-"), 2, "paths to whom?"),
        (("paths", "--to", "a", "--to-org", "b", "--format", "md", "-o", "-"), 2, "paths to whom?"),
        (("ties", "--to", "cara", "--format", "csv", "-o", "-"), 2, "goes with paths"),
        (("ties", "--format", "vcard", "-o", "-"), 2, "vcard is there for people"),
        (("ties", "--format", "pdf", "-o", "-"), 2, "can't be written as 'pdf'"),
        (("everything", "--format", "csv", "-o", "-"), 2, "everything"),
        (("ties",), 2, "in which format? ties can be written as csv or json.\n   intrograph export ties --format csv"),
        (("ties", "--format", "csv", "--json"), 2, "name a file with -o"),
        (("ties", "--format", "csv", "-o", "no/such/folder/x.csv"), 2, "can't be written"),
        (("paths", "--to", "Qwertz Uiop", "--format", "md", "-o", "-"), 3, "Qwertz Uiop"),
        (("paths", "--to", "Steve Park", "--format", "md", "-o", "x.md"), 3, "may mean 2 people"),
    ],
)
def test_wrong_use_is_told(office: Cli, words: tuple[str, ...], code: int, why: str) -> None:
    done = office("export", *words)
    assert (done.code, done.out) == (code, "")
    assert why in done.err
    assert not (office.home / "x.md").exists()


def test_a_failed_export_leaves_the_file_that_was_there(office: Cli) -> None:
    file = office.home / "x.md"
    file.write_text("before", encoding="utf-8")
    assert office("export", "paths", "--to", "Qwertz Uiop", "--format", "md", "-o", str(file)).code == 3
    assert file.read_text(encoding="utf-8") == "before"
    assert office("export", "people", "--format", "csv", "-o", str(office.home)).code == 2


@pytest.mark.parametrize("name", ["people.db", "link.db", "people.db-wal", "people.db-shm", "people.db.snap"])
@pytest.mark.parametrize(
    "words",
    [
        ("export", "people", "--format", "csv", "-o"),
        ("about", "cara", "--export"),
        ("ingest", "cara.jsonl", "--problems"),
    ],
    ids=["export", "about", "ingest"],
)
def test_no_file_of_the_store_is_overwritten(office: Cli, words: tuple[str, ...], name: str) -> None:
    (office.home / "link.db").symlink_to(office.store)
    assert office("about", "cara", "--export", "cara.jsonl").code == 0
    done = office(*words, name)
    assert (done.code, done.out) == (2, "")
    assert f"{name} is a file of the store itself" in done.err
    assert office("people", "show", CARA).code == 0


def test_a_pipe_or_device_is_written_as_it_is(office: Cli) -> None:
    done = office("export", "people", "--format", "csv", "-o", "/dev/null")
    assert done.code == 0, done.err
    import pathlib

    assert pathlib.Path("/dev/null").is_char_device()
