"""The files of a mail folder, one after another: a Maildir of a million mails must not fill the memory.

`ingest.files.Tree` holds every file of its input; here a folder is listed directory by directory. Files come in the
order of their path's parts, so a run can go on after any of them by its name alone.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import BinaryIO

from graph.model import Problem
from ingest.files import Entry, is_zip, open_tree
from ingest.source import UnreadableError
from ingest.streams import BUFFER, reason_of

# What mail programs and systems keep beside mail; Maildir's `tmp` holds mails not yet delivered.
_LITTER = frozenset({"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"})


def walk(path: Path, opened: ExitStack) -> Iterator[Entry | Problem]:
    """Yield the files of an input in the order of their parts; those of zips inside a folder as if it held them.

    A file of a folder is opened by its name alone and bears no `path`: making one for each would take as long as
    reading a mail.

    Args:
        path: A file, a folder or a zip.
        opened: Closes the zips in the end; until then their files can be opened.

    Raises:
        UnreadableError: If the input itself can't be read.
    """
    if path.is_dir():
        yield from _walk_folder(str(path), path.resolve(), "", opened)
    else:
        yield from _walk_tree(path, "", opened)


def order_of(name: str) -> tuple[str, ...]:
    """Give the key by which files are ordered."""
    return tuple(name.split("/"))


def _walk_tree(path: Path, prefix: str, opened: ExitStack) -> Iterator[Entry | Problem]:
    tree = opened.enter_context(open_tree(path))
    yield from tree.problems
    for entry in sorted(tree, key=lambda entry: order_of(entry.name)):
        if prefix:
            name = f"{prefix}/{entry.name}"
            entry = Entry(name=name, where=entry.where, size=entry.size, opener=entry.opener)
        yield entry


def _walk_folder(folder: str, root: Path, prefix: str, opened: ExitStack) -> Iterator[Entry | Problem]:
    try:
        with os.scandir(folder) as listing:
            found = sorted(_listed(listing))
    except OSError as error:
        yield Problem(where=folder, why=f"this folder can't be read: {reason_of(error)}")
        return
    names = {name for name, is_folder, _ in found if is_folder}
    for name, is_folder, is_link in found:
        path, full = f"{folder}/{name}", f"{prefix}{name}"
        if is_folder:
            if not (name == "tmp" and {"cur", "new"} <= names):
                yield from _walk_folder(path, root, f"{full}/", opened)
        elif is_link and not Path(path).resolve().is_relative_to(root):
            yield Problem(where=path, why="a link that leads out of the folder is not followed")
        elif name.lower().endswith(".zip") and is_zip(Path(path)):
            yield from _walk_zip(Path(path), full, opened)
        else:
            yield from _walk_file(path, full)


def _listed(listing: Iterator["os.DirEntry[str]"]) -> Iterator[tuple[str, bool, bool]]:
    for found in listing:
        if found.name in _LITTER or found.name.startswith("._"):
            continue
        is_folder = found.is_dir(follow_symlinks=False)
        if is_folder or found.is_file():
            yield found.name, is_folder, found.is_symlink()


def _walk_zip(path: Path, name: str, opened: ExitStack) -> Iterator[Entry | Problem]:
    try:
        yield from _walk_tree(path, name, opened)
    except UnreadableError as error:
        yield Problem(where=str(path), why=str(error))


def _walk_file(path: str, name: str) -> Iterator[Entry | Problem]:
    try:
        size = os.stat(path).st_size  # noqa: PTH116 # see `walk`
    except OSError as error:
        yield Problem(where=path, why=f"this file can't be read: {reason_of(error)}")
        return
    yield Entry(name=name, where=path, size=size, opener=partial(_open, path, size))


def _open(path: str, size: int) -> BinaryIO:
    try:
        return open(path, "rb", buffering=min(BUFFER, max(size, 1 << 13)))  # noqa: PTH123 # see `walk`; the caller closes it
    except OSError as error:
        raise UnreadableError(f"{path} can't be read: {reason_of(error)}") from error
