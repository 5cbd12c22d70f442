"""Exports: written to a file that only its owner may read, whole or not at all, or to stdout."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from shutil import rmtree
from tempfile import mkstemp

from dashboard.service.asking import ask_one
from graph.answers.answer import Answer
from graph.answers.ask import Question
from graph.errors import UsageError
from graph.export.formats import export
from graph.export.tables import Material, TieRecord, Words
from graph.store.store import Store

_ENCODED = 65_536
_BESIDE = ("", "-wal", "-shm", "-journal", ".snap", ".acts", ".pairs", ".names")
"""What the names of a store's files end in: its own, SQLite's, the caches'."""


def write_export(
    store: Store,
    what: str,
    form: str,
    question: Question,
    profile: str,
    today: date,
    *,
    words: Words,
    include_private: bool,
) -> Iterator[bytes]:
    """Write an export as UTF-8, piece by piece.

    Raises:
        UsageError: If that does not go in that format.
        NameUnknownError: If paths to somebody unknown are asked for.
    """
    from graph.export.read import read_people, read_ties

    by_kind = what == "graph" or form == "json"

    def answer() -> Answer:
        asked = ask_one(store, question, profile, today)
        if asked.error is not None:
            raise asked.error
        return asked.answer

    def ties() -> Iterator[TieRecord]:
        found = read_ties(store, question.filters, today, by_kind=by_kind)
        return (tie for tie in found if tie.strength >= question.min_strength)

    material = Material(answer=answer, people=lambda: read_people(store), ties=ties, words=words)
    return encode(export(what, form, material, include_private=include_private))


def encode(pieces: Iterable[str]) -> Iterator[bytes]:
    """Encode text as UTF-8 in pieces of some size; a lone surrogate becomes a question mark."""
    held: list[str] = []
    length = 0
    for piece in pieces:
        held.append(piece)
        length += len(piece)
        if length >= _ENCODED:
            yield "".join(held).encode("utf-8", "replace")
            held, length = [], 0
    if held:
        yield "".join(held).encode("utf-8", "replace")


def save(pieces: Iterable[bytes], path: Path, store: str) -> int:
    """Write a file that only its owner may read, by a temporary file beside it; give its size.

    Args:
        pieces: What to write.
        path: Where.
        store: The open store's location.

    Raises:
        UsageError: If it can't be written, or is the store's; what was there before stays.
    """
    try:
        _spare_store(path, Path(store))
        if path.exists() and not path.is_file():  # a pipe or a device is written as it is; a folder fails
            with path.open("wb") as stream:
                return sum(map(stream.write, pieces))
        return _replace(pieces, path.resolve())
    except OSError as error:
        raise UsageError(f"{path} can't be written ({error.strerror}); name another file") from error


def save_folder(fill: Callable[[Path], None], path: Path) -> int:
    """Make a folder that only its owner may read, filled or not at all; give the size of its files.

    Raises:
        UsageError: If something is there, or it can't be written.
    """
    try:
        path.mkdir(mode=0o700)
        try:
            fill(path)
        except BaseException:
            rmtree(path)
            raise
        return sum(one.stat().st_size for one in path.iterdir())
    except OSError as error:
        raise UsageError(f"{path} can't be written ({error.strerror}); name a new folder") from error


def _spare_store(path: Path, store: Path) -> None:
    # SQLite puts its files beside what a link leads to; a disk may know a file by a name in other letters, too.
    for own in (held.with_name(held.name + end) for held in (store, store.resolve()) for end in _BESIDE):
        if path.resolve() == own.resolve() or (path.exists() and own.exists() and path.samefile(own)):
            raise UsageError(f"{path} is a file of the store itself, which this would overwrite; name another file")


def _replace(pieces: Iterable[bytes], path: Path) -> int:
    handle, temporary = mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")  # mkstemp's mode is 0600
    try:
        with os.fdopen(handle, "wb") as stream:
            size = sum(map(stream.write, pieces))
        Path(temporary).replace(path)
    finally:
        with suppress(FileNotFoundError):
            Path(temporary).unlink()
    return size
