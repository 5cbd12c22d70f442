"""Files that are not what they should be: one clear line that says what to do, exit code 5, and the good ones read."""

import gzip
import io
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest import registry
from tests.dashboard.conftest import Cli
from tests.faults.inputs import MAKERS

PEOPLE = '"actor": "email:ann@example.org", "to": "email:bob@example.org"'
ACT = f'{{"kind": "message", "at": "2015-01-01T00:00:00Z", {PEOPLE}}}\n'

# A live source reads none.
FILES = [name for name in registry.names() if registry.source(name).live is None]


def refused(cli: Cli, *words: str, code: int = 5) -> str:
    """Run what must fail with one clear line on stderr, and nothing on stdout or in the store; give what is told."""
    done = cli("ingest", *words, "--quiet")
    assert (done.code, done.out) == (code, ""), done
    line, *commands = done.err.splitlines()
    assert line.startswith("Error: ")
    assert all(one.startswith("   intrograph ") for one in commands)
    assert "please report" not in line
    assert len(line) < 600
    assert cli("--json").data["interactions"] == 0
    return done.err


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def in_memory(cli: Cli, make: Callable[[Path, int], Path]) -> tuple[str, bytes]:
    path = make(cli.home, 200)
    data = path.read_bytes()
    path.unlink()
    return path.name, data


# --- zips ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", ["x-archive", "linkedin"])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.99])
def test_a_truncated_zip(cli: Cli, source: str, share: float) -> None:
    name, data = in_memory(cli, MAKERS[source])
    path = cli.home / name
    path.write_bytes(data[: int(len(data) * share)])
    for words in ((source, str(path)), (str(path),)):
        assert "download or copy it again" in refused(cli, *words)


@pytest.mark.parametrize("source", FILES)
def test_a_zip_of_something_else(cli: Cli, source: str) -> None:
    path = cli.home / "holiday.zip"
    path.write_bytes(zipped({"beach.jpg": b"\xff\xd8\xff", "hut.jpg": b"\xff\xd8\xff"}))
    line = refused(cli, source, str(path))
    assert "it looks like a zip archive; unpack it" in line


@pytest.mark.parametrize("source", FILES)
def test_what_was_downloaded_is_a_page_that_asks_to_log_in(cli: Cli, source: str) -> None:
    path = cli.home / "export.zip"
    path.write_bytes(b"<!DOCTYPE html>\r\n<html><body>Please log in</body></html>")
    assert "it looks like HTML: a page, not an export; ask the site" in refused(cli, source, str(path))


def test_a_bomb_that_says_so_is_not_opened(cli: Cli) -> None:
    path = cli.home / "bomb.zip"
    path.write_bytes(zipped({"data/account.js": b"", "data/tweets.js": bytes(80 << 20)}))
    assert "as only a zip bomb does; if you trust it, unpack it yourself" in refused(cli, "x-archive", str(path))


def test_a_bomb_that_lies_about_its_size_is_stopped(cli: Cli) -> None:
    data = bytearray(zipped({"acts.jsonl": ACT.encode() + b" " * (80 << 20)}))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = data.index(mark) + at
        data[place : place + 4] = struct.pack("<I", 1_000_000)
    path = cli.home / "bomb.zip"
    path.write_bytes(data)
    done = cli("ingest", "jsonl", str(path), "--quiet")
    assert done.code in (0, 5)
    assert "unpack it yourself" in done.out + done.err or "damaged" in done.out + done.err
    assert "Traceback" not in done.err


def test_a_gzip_bomb_is_stopped(cli: Cli) -> None:
    path = cli.home / "acts.jsonl.gz"
    path.write_bytes(gzip.compress(ACT.encode() + (b" " * (1 << 20) + b"\n") * 80))
    done = cli("ingest", str(path), "--quiet")
    assert "swells as only a compression bomb does" in done.out + done.err
    assert "if you trust it, unpack it yourself" in done.out + done.err


def test_names_that_lead_out_of_a_zip_are_problems_and_the_rest_is_read(cli: Cli) -> None:
    names = ("../../evil.jsonl", "/etc/evil.jsonl", "C:\\evil.jsonl", "a\\..\\..\\evil.jsonl", "\x1b[2Jevil.jsonl")
    path = cli.home / "acts.zip"
    path.write_bytes(zipped({**dict.fromkeys(names, ACT.encode()), "good/acts.jsonl": ACT.encode()}))
    done = cli("ingest", "jsonl", str(path), "--quiet")
    assert done.code == 0
    assert "1 new, 0 seen before, 5 problems" in done.out
    assert done.out.count("this name leads out of the zip, so the file is not read") == 4
    assert "\x1b" not in done.out
    assert [found.name for found in cli.home.rglob("*evil*")] == []


# --- the wrong format ------------------------------------------------------------------------------------------------

LOOKS = {
    "jsonl": "JSON lines",
    "csv": "a CSV file",
    "email": "an mbox mailbox",
    "x-archive": "an X archive",
    "linkedin": "a LinkedIn export",
    "wordpress": "a WordPress export",
    "mastodon": "a Mastodon archive",
}
# A table of acts is read by both, whoever wrote it.
ALIKE = {("linkedin", "csv"), ("csv", "linkedin")}


@pytest.mark.parametrize("given", LOOKS)
def test_a_source_that_is_given_another_one_s_file_says_which_it_is(cli: Cli, given: str) -> None:
    path = MAKERS[given](cli.home, 20)
    for wrong in FILES:
        if wrong != given and (wrong, given) not in ALIKE:
            line = refused(cli, wrong, str(path))
            assert f"it looks like {LOOKS[given]}" in line, wrong
            assert f"; try the source {given}.\n   intrograph ingest {given} {path}\n" in line
    assert cli("ingest", str(path), "--json").data["source"] == given


def test_office_and_other_files_are_told_by_name(cli: Cli) -> None:
    sheet = zipped({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<w/>"})
    for name, data, words in (
        ("people.xlsx", sheet, "an Excel workbook; save the sheet as CSV"),
        ("letter.docx", zipped({"word/document.xml": b"<w/>"}), "a Word document; save its table as CSV"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "an old Office or Outlook file; save it as CSV"),
        ("paper.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF document; nothing in it can be brought in"),
        ("acts.jsonl", ACT.encode("utf-16"), "JSON lines in UTF-16; save it as UTF-8"),
        ("zeros.bin", bytes(5_000), "binary data; nothing in it can be brought in"),
        ("noise.csv", os.urandom(64) + b"\0" + os.urandom(5_000), "nothing in it can be brought in"),
        ("box.csv.gz", gzip.compress(b"From,To,Date\n" * 50)[:30], "a damaged gzip file; download or copy it again"),
    ):
        path = cli.home / name
        path.write_bytes(data)
        for source in ("", *FILES):
            if (name, source) in {("acts.jsonl", "jsonl"), ("box.csv.gz", "jsonl"), ("box.csv.gz", "email")}:
                continue  # these say it in words of their own
            assert words in refused(cli, *filter(None, [source]), str(path)), (name, source)


def test_line_ends_and_marks_of_windows_are_read(cli: Cli) -> None:
    mail = (
        "From: Ann <ann@example.org>\nTo: bob@example.org\nDate: Fri, 24 Apr 2009 10:00:00 +0000\nSubject: Hi\n\nHi\n"
    )
    table = "From;To;Date;Subject\nann@example.org;bob@example.org;13.02.2015;Grüße\n"
    for name, text in (
        ("a.jsonl", ACT),
        ("b.csv", table),
        ("c.eml", mail),
        ("d.mbox", f"From - Fri Apr 24 10:00:00 2009\n{mail}"),
    ):
        path = cli.home / name
        path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
        done = cli("ingest", str(path), "--json").data
        assert (done["new"] + done["seen"], done["problem_count"]) == (1, 0), name


# --- not there, empty, unreadable ------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", ["", *FILES])
def test_what_can_t_be_opened_at_all(cli: Cli, source: str) -> None:
    pipe, loop, dangling, folder = (cli.home / name for name in ("pipe", "loop", "dangling", "folder"))
    os.mkfifo(pipe)
    loop.symlink_to(loop)
    dangling.symlink_to(cli.home / "gone")
    folder.mkdir()
    words = [source] if source else []
    assert "save what it gives to a file first" in refused(cli, *words, str(pipe))
    assert str(loop) in refused(cli, *words, str(loop))
    assert "does not exist; check the path" in refused(cli, *words, str(dangling))
    assert "an empty folder; check the path" in refused(cli, *words, str(folder))
    assert "does not exist; check the path" in refused(cli, *words, str(cli.home / "nowhere"))
    assert str(cli.home) in refused(cli, *words, str(cli.home / ("n" * 300)))


@pytest.mark.parametrize("source", ["", *FILES])
def test_an_empty_file(cli: Cli, source: str) -> None:
    path = cli.home / "export"
    path.touch()
    line = refused(cli, *filter(None, [source]), str(path))
    assert "empty" in line
    assert "export it again" in line


def test_a_file_without_permission(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    path = cli.home / "acts.jsonl"
    path.write_text(ACT, encoding="utf-8")
    whole = Path.open

    def forbid(self: Path, *args: str, **more: int) -> object:
        if self == path:
            raise PermissionError(13, "Permission denied")
        return whole(self, *args, **more)  # type: ignore[call-overload] # handed through as it came

    monkeypatch.setattr(Path, "open", forbid)  # root may read whatever chmod says
    for words in ((), ("jsonl",), ("csv",), ("email",), ("linkedin",), ("x-archive",), ("wordpress",)):
        assert "give yourself the right to read it" in refused(cli, *words, str(path))


def test_a_file_that_vanishes_between_two_looks(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    path = MAKERS["csv"](cli.home, 50)
    found = registry.detect

    def detect_and_remove(path: Path) -> object:
        source = found(path)
        path.unlink()
        return source

    monkeypatch.setattr(registry, "detect", detect_and_remove)
    assert f"{path} does not exist; check the path" in refused(cli, str(path))


def test_a_file_whose_name_is_no_text(cli: Cli) -> None:
    path = cli.home / os.fsdecode(b"B\xe9ranger.jsonl")
    path.write_text(ACT + "{broken\n", encoding="utf-8")
    done = cli("ingest", str(path), "--quiet")
    assert done.code == 0, done.err
    assert "1 new, 0 seen before, 1 problem" in done.out
    assert "1 seen before" in cli("ingest", str(path), "--quiet").out


@pytest.mark.parametrize("bad", ["gone.mbox", "empty.zip", "page.html"])
def test_good_files_beside_a_bad_one_are_read(cli: Cli, bad: str) -> None:
    (cli.home / "empty.zip").write_bytes(zipped({}))
    (cli.home / "page.html").write_text("<html></html>", encoding="utf-8")
    good = [str(MAKERS[source](cli.home, 30)) for source in ("csv", "email")]
    done = cli("ingest", good[0], str(cli.home / bad), good[1], "--json").data
    assert (done["new"], done["problem_count"]) == (60, 1)
    assert bad in done["problems"][0]["why"]
