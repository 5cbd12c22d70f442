"""The files of a mail folder, one after another: a Maildir of a million mails must not fill the memory.

`ingest.files.Tree` holds every file of its input; here a folder is listed directory by directory. Files come in the
order of their path's parts, so a run can go on after any of them by its name alone.
"""

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

from graph.model import Problem
from ingest.files import BUFFER, Entry, is_zip, open_tree
from ingest.source import UnreadableError

# What mail programs and systems keep beside mail; Maildir's `tmp` holds mails not yet delivered.
_LITTER = frozenset({"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"})


def walk(path: Path) -> Iterator[Entry | Problem]:
    """Yield the files of an input in the order of their parts; those of zips inside a folder as if it held them.

    Raises:
        UnreadableError: If the input itself can't be read.
    """
    if path.is_dir():
        yield from _walk_folder(path, path.resolve(), "")
    else:
        yield from _walk_tree(path, "")


def order_of(name: str) -> tuple[str, ...]:
    """Give the key by which files are ordered."""
    return tuple(name.split("/"))


def _walk_tree(path: Path, prefix: str) -> Iterator[Entry | Problem]:
    with open_tree(path) as tree:
        yield from tree.problems
        for entry in sorted(tree, key=lambda entry: order_of(entry.name)):
            if prefix:
                name = f"{prefix}/{entry.name}"
                entry = Entry(name=name, where=entry.where, size=entry.size, opener=entry.opener)
            yield entry


def _walk_folder(folder: Path, root: Path, prefix: str) -> Iterator[Entry | Problem]:
    try:
        with os.scandir(folder) as listing:
            found = sorted(_listed(listing))
    except OSError as error:
        yield Problem(where=str(folder), why=f"this folder can't be read: {error.strerror or error}")
        return
    names = {name for name, is_folder in found if is_folder}
    for name, is_folder in found:
        path, full = folder / name, f"{prefix}{name}"
        if is_folder:
            if not (name == "tmp" and {"cur", "new"} <= names):
                yield from _walk_folder(path, root, f"{full}/")
        elif name.lower().endswith(".zip") and is_zip(path):
            yield from _walk_zip(path, full)
        else:
            yield from _walk_file(path, full, root)


def _listed(listing: "os._ScandirIterator[str]") -> Iterator[tuple[str, bool]]:
    for found in listing:
        if found.name in _LITTER or found.name.startswith("._"):
            continue
        is_folder = found.is_dir(follow_symlinks=False)
        if is_folder or found.is_file():
            yield found.name, is_folder


def _walk_zip(path: Path, name: str) -> Iterator[Entry | Problem]:
    try:
        yield from _walk_tree(path, name)
    except UnreadableError as error:
        yield Problem(where=str(path), why=str(error))


def _walk_file(path: Path, name: str, root: Path) -> Iterator[Entry | Problem]:
    if path.is_symlink() and not path.resolve().is_relative_to(root):
        yield Problem(where=str(path), why="a link that leads out of the folder is not followed")
        return
    try:
        size = path.stat().st_size
    except OSError as error:
        yield Problem(where=str(path), why=f"this file can't be read: {error.strerror or error}")
        return
    yield Entry(name=name, where=str(path), size=size, opener=partial(_open, path), path=path)


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb", buffering=BUFFER)
    except OSError as error:
        raise UnreadableError(f"{path} can't be read: {error.strerror or error}") from error
