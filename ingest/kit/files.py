"""Inputs: a file, a folder or a zip, seen alike as files with names, and opened safely.

Nothing is ever extracted to disk. A zip is read member by member in a stream; names that lead out of it are refused,
and a member that swells beyond reason (a zip bomb) stops the reading. Gzipped files open as what they hold.
"""

import gzip
import os
import stat
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from io import BufferedReader
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import BinaryIO, Self

from graph.model import Problem
from ingest.kit.streams import BUFFER, DAMAGE, LIMITS, damaged, guard, peek, reason_of
from ingest.kit.text import storable
from ingest.source import UnreadableError

_GZIP_MAGIC = b"\x1f\x8b\x08"
_ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
# What file managers leave behind: no record of a person, so not worth a word.
_LITTER = frozenset({"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file of an input.

    Attributes:
        name: Its path inside the input, with slashes; the file's own name where the input is one file.
        where: Its path as the user would name it, for problems: `archive.zip/data/tweets.js`.
        size: Its bytes, uncompressed where the zip says so.
        path: Where it lies on disk; None inside a zip.
    """

    name: str
    where: str
    size: int
    opener: Callable[[], BinaryIO]
    path: Path | None = None

    def open(self) -> BufferedReader:
        """Open it for reading bytes; what is gzipped is unpacked on the way.

        Raises:
            UnreadableError: Here or while reading: not allowed, encrypted, damaged or a bomb.
        """
        stream = self.opener()
        assert isinstance(stream, BufferedReader)  # noqa: S101 # as `open` gives for reading bytes
        try:
            packed = peek(stream, len(_GZIP_MAGIC)) == _GZIP_MAGIC
        except BaseException:
            stream.close()
            raise
        if not packed:
            return stream
        return guard(gzip.GzipFile(fileobj=stream), stream, self.where, self.size, LIMITS)

    def read(self, limit: int = 1 << 30) -> bytes:
        """Read it whole.

        Raises:
            UnreadableError: As for `open`, and if it is larger than `limit` bytes.
        """
        with self.open() as stream:
            data = stream.read(limit + 1)
        if len(data) > limit:
            raise UnreadableError(f"{self.where} is larger than {limit >> 20} MB, which no export of its kind is")
        return data


class Tree:
    """An opened input: its files in the order of `sort_key`. Close it, or use it in a `with`.

    Attributes:
        path: The input.
        kind: `file`, `folder` or `zip`.
        problems: Files that were refused by their names, and why.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self._zip: zipfile.ZipFile | None = None
        mode = mode_of(path)
        if stat.S_ISDIR(mode):
            self.kind = "folder"
            found = walk_folder(path)
        elif not stat.S_ISREG(mode):
            raise UnreadableError(f"{path} is neither a file nor a folder; save what it gives to a file first")
        elif is_zip(path):
            self.kind = "zip"
            self._zip = _open_zip(path)
            found = _members(path, self._zip)
        else:
            self.kind = "file"
            found = iter([_entry_of(path, path.name)])
        entries: list[Entry] = []
        for one in found:
            if isinstance(one, Problem):
                self.problems.append(one)
            else:
                entries.append(one)
        self._entries = {entry.name: entry for entry in sorted(entries, key=lambda entry: sort_key(entry.name))}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    def close(self) -> None:
        """Let go of the zip."""
        if self._zip is not None:
            self._zip.close()

    def get(self, name: str) -> Entry | None:
        """Give the file of exactly that name."""
        return self._entries.get(name)

    def find(self, base: str) -> list[Entry]:
        """Give the files whose last name is `base`, whatever its case and folder; the shortest path first."""
        wanted = base.casefold()
        found = [entry for entry in self if PurePosixPath(entry.name).name.casefold() == wanted]
        return sorted(found, key=lambda entry: (entry.name.count("/"), entry.name))


def open_tree(path: str | Path) -> Tree:
    """Open a file, a folder or a zip as files with names.

    Raises:
        UnreadableError: If it is not there, may not be read, or is a damaged, encrypted or exploding zip.
    """
    return Tree(Path(path))


def _is_litter(name: str) -> bool:
    return name in _LITTER or name.startswith("._")


def sort_key(name: str) -> list[str]:
    """Give what files are ordered by: the parts of their names, so that a folder's files stand together."""
    return name.split("/")


def head(path: Path, size: int = 1 << 16) -> bytes:
    """Read the first bytes of a file, unpacked if it is gzipped; nothing of what is no file or can't be read."""
    if not os.path.isfile(path):  # noqa: PTH113 # a pipe would keep us waiting; `Path.is_file` breaks on long names
        return b""
    try:
        with _entry_of(path, path.name).open() as stream:
            return stream.read(size)
    except (UnreadableError, OSError):
        return b""


def is_zip(path: Path) -> bool:
    """Tell whether a file begins as a zip, whatever its suffix."""
    if not os.path.isfile(path):  # noqa: PTH113 # see `head`
        return False
    try:
        with path.open("rb") as stream:
            return stream.read(4) in _ZIP_MAGICS
    except OSError:
        return False


def mode_of(path: Path) -> int:
    """Give the mode of a file or folder.

    Raises:
        UnreadableError: If it is not there, or can't be told.
    """
    try:
        return path.stat().st_mode
    except FileNotFoundError as error:
        raise UnreadableError(f"{path} does not exist; check the path") from error
    except (OSError, ValueError) as error:
        raise UnreadableError(f"{path} can't be read: {reason_of(error)}") from error


# --- folders ---------------------------------------------------------------------------------------------------------


def walk_folder(root: Path, *, zips: bool = False) -> Iterator[Entry | Problem]:
    """Yield the files below a folder in the order of `sort_key`; links that lead out of it are refused.

    Args:
        root: The folder; links to folders in it are not followed.
        zips: Whether zips in it are seen as if it held their files, each of which can be opened until the next is asked
            for.
    """
    yield from _walk(str(root), root.resolve(), "", zips=zips)


def _walk(folder: str, root: Path, prefix: str, *, zips: bool) -> Iterator[Entry | Problem]:
    try:
        with os.scandir(folder) as listing:
            found = sorted(listing, key=lambda each: storable(each.name))
    except OSError as error:
        yield Problem(where=storable(folder), why=f"this folder can't be read: {reason_of(error)}")
        return
    for each in found:
        name = prefix + storable(each.name)
        if _is_litter(each.name):
            continue
        if each.is_dir(follow_symlinks=False):
            yield from _walk(each.path, root, f"{name}/", zips=zips)
        elif _is_file(each):
            yield from _walk_file(each, root, name, zips=zips)


def _is_file(found: "os.DirEntry[str]") -> bool:
    try:
        return found.is_file()
    except OSError:  # a link that leads to itself
        return False


def _walk_file(found: "os.DirEntry[str]", root: Path, name: str, *, zips: bool) -> Iterator[Entry | Problem]:
    path = Path(found.path)
    if found.is_symlink() and not path.resolve().is_relative_to(root):
        yield Problem(where=storable(str(path)), why="a link that leads out of the folder is not followed")
    elif zips and name.lower().endswith(".zip") and is_zip(path):
        try:
            with open_tree(path) as tree:
                yield from tree.problems
                yield from (replace(entry, name=f"{name}/{entry.name}") for entry in tree)
        except UnreadableError as error:
            yield Problem(where=storable(str(path)), why=str(error))
    else:
        yield _entry_of(path, name)


def _entry_of(path: Path, name: str) -> Entry:
    def opener() -> BufferedReader:
        try:
            return BufferedReader(path.open("rb", buffering=0), BUFFER)
        except OSError as error:
            raise UnreadableError(f"{path} can't be read: {reason_of(error)}") from error

    try:
        size = path.stat().st_size
    except OSError:
        size = 0
    return Entry(name=storable(name), where=storable(str(path)), size=size, opener=opener, path=path)


# --- zips ------------------------------------------------------------------------------------------------------------


def _open_zip(path: Path) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(path)
    except PermissionError as error:
        raise UnreadableError(f"{path} can't be read: {reason_of(error)}") from error
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        why = f"{path} is a damaged or truncated zip ({reason_of(error)}); download or copy it again"
        raise UnreadableError(why) from error
    infos = archive.infolist()
    total = sum(info.file_size for info in infos)
    if len(infos) > LIMITS.members or total > max(LIMITS.free, LIMITS.ratio * path.stat().st_size):
        archive.close()
        why = f"{path} claims to unpack to {total >> 20:,} MB in {len(infos):,} files, as only a zip bomb does"
        raise UnreadableError(f"{why}; if you trust it, unpack it yourself and bring in the folder")
    return archive


def _members(path: Path, archive: zipfile.ZipFile) -> Iterator[Entry | Problem]:
    for info in archive.infolist():
        name = info.filename
        if not name or name.endswith("/") or any(map(_is_litter, PurePosixPath(name).parts)):
            continue
        refusal = _refusal(info)
        if refusal is not None:
            shown = name.encode("unicode_escape").decode("ascii")
            yield Problem(where=f"{path}/{shown[:200]}", why=refusal)
            continue
        # macOS writes decomposed names; everyone asks for composed ones.
        composed = unicodedata.normalize("NFC", name)
        where = f"{path}/{composed}"
        yield Entry(name=composed, where=where, size=info.file_size, opener=_member_opener(archive, info, where))


def _refusal(info: zipfile.ZipInfo) -> str | None:
    name = info.filename
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if name.startswith(("/", "\\")) or ".." in parts or (len(name) > 1 and name[1] == ":"):
        return "this name leads out of the zip, so the file is not read"
    if not name.isprintable():
        return "this name holds unprintable characters, so the file is not read"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "a link inside a zip is not followed"
    return None


def _member_opener(archive: zipfile.ZipFile, info: zipfile.ZipInfo, where: str) -> Callable[[], BufferedReader]:
    def opener() -> BufferedReader:
        if info.flag_bits & 0x1:
            raise UnreadableError(f"{where} is encrypted; unpack the zip with its password and bring in the folder")
        try:
            stream = archive.open(info)
        except NotImplementedError as error:
            why = f"{where} is compressed in a way that can't be read here ({error})"
            raise UnreadableError(f"{why}; unpack the zip and bring in the folder") from error
        except DAMAGE as error:
            raise damaged(where, error) from error
        return guard(stream, None, where, info.compress_size, LIMITS)

    return opener
