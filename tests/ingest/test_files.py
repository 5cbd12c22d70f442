"""Inputs are opened safely: names, bombs, damage, encryption, rights."""

import gzip
import io
import os
import struct
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.kit.files import head, open_tree
from ingest.kit.streams import Limits
from ingest.source import UnreadableError


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.kit.files.LIMITS", Limits(ratio=20, free=10_000, members=50))


def make_zip(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def test_a_file_is_a_tree_of_one(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(b"hello")
    with open_tree(path) as tree:
        assert tree.kind == "file"
        assert [(entry.name, entry.where, entry.size, entry.path) for entry in tree] == [
            ("notes.txt", str(path), 5, path)
        ]
        assert next(iter(tree)).read() == b"hello"


def test_a_folder_gives_its_files_by_name_and_no_litter(tmp_path: Path) -> None:
    for name in ("b.txt", "a/c.txt", "a/.DS_Store", "__MACOSX/b.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    with open_tree(tmp_path) as tree:
        assert tree.kind == "folder"
        assert [entry.name for entry in tree] == ["a/c.txt", "b.txt"]
        assert [entry.name for entry in tree.find("C.TXT")] == ["a/c.txt"]
        assert tree.get("b.txt") is not None
        assert tree.get("nothing") is None
        assert len(tree) == 2


def test_links_stay_inside_their_folder(tmp_path: Path) -> None:
    outside, inside = tmp_path / "secret", tmp_path / "box"
    outside.write_text("secret")
    inside.mkdir()
    (inside / "real").write_text("real")
    (inside / "good").symlink_to(inside / "real")
    (inside / "bad").symlink_to(outside)
    (inside / "gone").symlink_to(inside / "nothing")
    (inside / "loop").symlink_to(inside / "loop")
    with open_tree(inside) as tree:
        assert [entry.name for entry in tree] == ["good", "real"]
        assert [(problem.where, problem.why) for problem in tree.problems] == [
            (str(inside / "bad"), "a link that leads out of the folder is not followed")
        ]


def test_a_zip_is_read_without_extracting(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "box.zip", {"data/a.js": b"one", "data/": b"", "b.txt": b"two"})
    with open_tree(path) as tree:
        assert tree.kind == "zip"
        assert [(entry.name, entry.where, entry.size) for entry in tree] == [
            ("b.txt", f"{path}/b.txt", 3),
            ("data/a.js", f"{path}/data/a.js", 3),
        ]
        assert [entry.read() for entry in tree] == [b"two", b"one"]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["box.zip"]


def test_a_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "box.zip"
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with open_tree(path) as tree:
        assert list(tree) == []
        assert tree.problems[0].why == "a link inside a zip is not followed"


def test_decomposed_names_are_composed(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "box.zip", {"Zoe\u0308.csv": b"x"})
    with open_tree(path) as tree:
        assert tree.get("Zoë.csv") is not None


@pytest.mark.usefixtures("small")
def test_too_many_members_are_refused(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "many.zip", {str(n): b"" for n in range(51)})
    with pytest.raises(UnreadableError, match="in 51 files"):
        open_tree(path)


@pytest.mark.usefixtures("small")
def test_one_swelling_member_among_honest_ones_is_stopped_while_reading(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "box.zip", {"noise": os.urandom(400_000), "zeros": bytes(2_000_000)})
    with open_tree(path) as tree:
        entry = tree.get("zeros")
        assert entry is not None
        with pytest.raises(UnreadableError, match=r"box\.zip/zeros swells as only a compression bomb does"):
            entry.read()


def test_gzip_is_opened_as_what_it_holds_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "plain"
    path.write_bytes(gzip.compress(b"hello"))
    with open_tree(path) as tree:
        assert next(iter(tree)).read() == b"hello"
    assert head(path) == b"hello"


def test_a_member_of_another_compression_is_read_too(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "box.zip", {"a": b"hello"}, zipfile.ZIP_BZIP2)
    with open_tree(path) as tree:
        assert next(iter(tree)).read() == b"hello"


def test_an_unknown_compression_is_told(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "box.zip", {"a": b"hello"}, zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    struct.pack_into("<H", data, 8, 99)
    struct.pack_into("<H", data, data.index(b"PK\x01\x02") + 10, 99)
    path.write_bytes(data)
    with open_tree(path) as tree, pytest.raises(UnreadableError, match="unpack the zip and bring in the folder"):
        next(iter(tree)).open()


def test_an_encrypted_member_is_told(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "box.zip", {"data/a.js": b"hello"})
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    with (
        open_tree(path) as tree,
        pytest.raises(UnreadableError, match=r"data/a\.js is encrypted; unpack the zip with its password"),
    ):
        next(iter(tree)).open()


def forbid(*_: object, **__: object) -> NoReturn:
    raise PermissionError(13, "Permission denied")


def test_missing_rights_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, folder = make_zip(tmp_path / "mine.zip", {"a": b"x"}), tmp_path / "folder"
    folder.mkdir()
    monkeypatch.setattr("os.scandir", forbid)
    with open_tree(folder) as tree:
        assert list(tree) == []
        assert tree.problems[0].why.startswith("this folder can't be read: permission denied; give yourself")
    monkeypatch.setattr("zipfile.ZipFile.__init__", forbid)
    with pytest.raises(UnreadableError, match=r"mine\.zip can't be read: permission denied"):
        open_tree(path)
    monkeypatch.setattr("pathlib.Path.open", forbid)
    with open_tree(path) as tree, pytest.raises(UnreadableError, match="permission denied"):
        next(iter(tree)).open()
    monkeypatch.setattr("pathlib.Path.stat", forbid)
    with pytest.raises(UnreadableError, match=r"mine\.zip can't be read: permission denied"):
        open_tree(path)


def test_a_file_that_is_too_large_to_hold_is_told(tmp_path: Path) -> None:
    path = tmp_path / "large.js"
    path.write_bytes(bytes(2_000_000))
    with open_tree(path) as tree, pytest.raises(UnreadableError, match="larger than 1 MB"):
        next(iter(tree)).read(limit=1 << 20)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(position=st.integers(0, 10_000), value=st.integers(0, 255), cut=st.integers(0, 300))
def test_whatever_happens_to_a_zip_only_clear_errors_come(tmp_path: Path, position: int, value: int, cut: int) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data/a.js", b"window.YTD = [1, 2, 3]" * 20)
        archive.writestr("b.csv", b"From,To\n")
    data = bytearray(buffer.getvalue())
    data[position % len(data)] = value
    path = tmp_path / "box.zip"
    path.write_bytes(data[: len(data) - cut])
    with suppress(UnreadableError), open_tree(path) as tree:
        for entry in tree:
            entry.read()
