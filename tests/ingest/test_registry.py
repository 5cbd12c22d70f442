"""The registry: sources by name, detection, and what a path that none reads looks like."""

import gzip
import io
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import NoReturn

import pytest

from graph.errors import Remedy, UsageError
from ingest import registry
from ingest.kit.looks import sniff, wrong_format
from ingest.source import UnreadableError

FIXTURES = Path(__file__).parent / "fixtures" / "jsonl"


def test_sources_are_found_by_name() -> None:
    assert [source.name for source in registry.sources()] == list(registry.names())


def test_an_unknown_source_is_told_with_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"no source 'json'; did you mean jsonl\? the sources are csv, email, jsonl"):
        registry.source("json")
    with pytest.raises(UsageError, match="no source 'zzz'; the sources are"):
        registry.source("zzz")


def test_listing_names_imports_no_source() -> None:
    heavy = "[name for name in sys.modules if name.startswith(('lxml', 'ingest.sources.'))]"
    code = f"import sys, ingest.registry as registry; registry.names(); print({heavy})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.strip() == "[]"


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, b"")
    return buffer.getvalue()


MAIL = b"From: ann@example.org\nTo: bob@example.org\nDate: Fri, 24 Apr 2009 10:00:00 +0000\n\nHi\n"
LOOKS = {
    "empty": (b"", "an empty file", None),
    "blank": (b"  \n\n", "plain text", None),
    "mbox": (b"From ann@example.org Fri Apr 24 10:00:00 2009\n" + MAIL, "an mbox mailbox", "email"),
    "eml": (MAIL, "an e-mail message", "email"),
    "page.html": (b"<!DOCTYPE html><html><body>From: me</body></html>", "HTML: a page, not an export", None),
    "export.xml": (
        b'<?xml version="1.0"?><rss xmlns:wp="http://wordpress.org/export/1.2/"><channel/></rss>',
        "a WordPress export",
        "wordpress",
    ),
    "feed.xml": (b'<?xml version="1.0"?><rss><channel/></rss>', "a feed of a site", None),
    "other.xml": (b'<?xml version="1.0"?><svg/>', "XML", None),
    "tweets.js": (b"window.YTD.tweets.part0 = [ ]", "one file of an X archive", None),
    "array.json": (b'[{"a": 1}]', "a JSON array", None),
    "lines.json": (b'{"a": 1}\n{"a": 2}\n', "JSON lines", "jsonl"),
    "outbox.json": (
        b'{"@context": "https://www.w3.org/ns/activitystreams", "orderedItems": [{"actor": "x"}]}',
        "one file of a Mastodon archive",
        None,
    ),
    "pretty.json": (b'{\n  "a": 1\n}\n', "one JSON document", None),
    "table.csv": (b"a,b,c\n1,2,3\n", "a CSV file", "csv"),
    "semicolon.csv": (b"a;b\n1,5;2\n", "a CSV file", "csv"),
    "excel.csv": ("a,b\n".encode("utf-16"), "a CSV file in UTF-16", "csv"),
    "notes.txt": (b"Dear all,\nthis is just a note\n", "plain text", None),
    "paper.pdf": (b"%PDF-1.7\n%\xe2\xe3", "a PDF document", None),
    "box.tar": (b"name".ljust(257, b"\0") + b"ustar\0", "a tar archive", None),
    "blob": (b"ab\0\1\2", "binary data", None),
    "cut.gz": (gzip.compress(b"x" * 100)[:10], "a damaged gzip file", None),
    "a.jsonl.gz": (gzip.compress(b'{"a": 1}\n'), "JSON lines", "jsonl"),
    "old.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Office or Outlook file", None),
    "mail.pst": (b"!BDN....", "an Outlook data file (pst)", None),
    "me.vcf": (b"BEGIN:VCARD\nVERSION:3.0\n", "a vCard file", None),
    "word.docx": (zipped("word/document.xml"), "a Word document", None),
    "sheet.xlsx": (zipped("xl/workbook.xml"), "an Excel workbook", None),
    "sheet.ods": (zipped("mimetype", "content.xml"), "an OpenDocument file", None),
    "x.zip": (zipped("data/manifest.js", "data/tweets.js"), "an X archive", "x-archive"),
    "old-x.zip": (zipped("tweet.js"), "an X archive", "x-archive"),
    "li.zip": (zipped("Connections.csv", "Profile.csv"), "a LinkedIn export", "linkedin"),
    "mastodon.zip": (zipped("actor.json", "outbox.json"), "a Mastodon archive", "mastodon"),
    "outbox.zip": (zipped("outbox.json"), "a part of a Mastodon archive", None),
    "mails.zip": (zipped("Takeout/Mail/All.mbox"), "a collection of mail", "email"),
    "maildir.zip": (zipped("box/cur/1.host:2,S"), "a Maildir mailbox", "email"),
    "other.zip": (zipped("a.txt"), "a zip archive", None),
}


@pytest.mark.parametrize("name", LOOKS)
def test_a_file_is_recognised_by_its_bytes(tmp_path: Path, name: str) -> None:
    data, words, source = LOOKS[name]
    path = tmp_path / name
    path.write_bytes(data)
    looks = sniff(path)
    assert (looks.words, looks.source) == (words, source)
    assert looks.source or looks.advice


def test_folders_are_recognised(tmp_path: Path) -> None:
    assert sniff(tmp_path).words == "an empty folder"
    (tmp_path / "note.txt").write_text("x")
    assert sniff(tmp_path).words == "a folder"
    (tmp_path / "cur").mkdir()
    (tmp_path / "new").mkdir()
    assert sniff(tmp_path).source == "email"


def test_a_damaged_zip_is_recognised_as_such(tmp_path: Path) -> None:
    path = tmp_path / "box.zip"
    path.write_bytes(zipped("a")[:-10])
    assert sniff(path).words == "a zip archive that can't be read"
    with pytest.raises(UnreadableError) as told:
        registry.detect(path)
    assert str(told.value).count("download or copy it again") == 1


def test_what_may_not_be_read_is_not_called_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbid(*_: object, **__: object) -> NoReturn:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.scandir", forbid)
    assert sniff(tmp_path).words == "a folder that can't be read"
    path = tmp_path / "mine"
    path.write_text("x")
    monkeypatch.setattr("pathlib.Path.open", forbid)
    assert sniff(path).words == "a file that can't be read"
    monkeypatch.setattr("pathlib.Path.is_dir", forbid)
    assert sniff(path).words.startswith("something unreadable")


def test_a_wrong_format_is_told_with_what_to_type(tmp_path: Path) -> None:
    path = tmp_path / "box"
    path.write_bytes(LOOKS["mbox"][0])
    error = wrong_format(path, "a LinkedIn export", "no Connections.csv in it")
    assert str(error) == (
        f"{path} is not a LinkedIn export (no Connections.csv in it); it looks like an mbox mailbox; "
        "try the source email"
    )
    assert error.remedies == (Remedy(("ingest", "email", str(path))),)


def test_detect_says_what_a_path_that_no_source_reads_looks_like(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(LOOKS["page.html"][0])
    with pytest.raises(UnreadableError, match="it looks like HTML: a page, not an export; ask the site"):
        registry.detect(path)
    path = tmp_path / "outbox.json"
    path.write_bytes(LOOKS["outbox.json"][0])
    with pytest.raises(UnreadableError, match="it looks like one file of a Mastodon archive; bring in the zip that"):
        registry.detect(path)
    path = tmp_path / "archive.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        archive.add(FIXTURES / "all-types.jsonl", "acts.jsonl")
    with pytest.raises(UnreadableError, match="it looks like a tar archive; unpack it"):
        registry.detect(path)
    with pytest.raises(UnreadableError, match=r"^\S+ does not exist; check the path$"):
        registry.detect(tmp_path / "nothing")


def test_detect_finds_the_source(tmp_path: Path) -> None:
    for name in ("lines.json", "table.csv"):
        path = tmp_path / name
        path.write_bytes(LOOKS[name][0])
        assert registry.detect(path).name == LOOKS[name][2]


@pytest.mark.parametrize("name", registry.names())
@pytest.mark.parametrize("look", LOOKS)
def test_no_source_stumbles_over_any_file(tmp_path: Path, name: str, look: str) -> None:
    path = tmp_path / look
    path.write_bytes(LOOKS[look][0])
    assert 0.0 <= registry.source(name).detect(path) <= 1.0
