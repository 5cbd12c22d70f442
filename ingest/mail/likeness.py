"""How much a path looks like mail: by names and a few first bytes, quickly."""

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path, PurePosixPath

from ingest.files import head, is_zip, open_tree
from ingest.mail import mbox
from ingest.mail.boxes import is_single, looks_like_mail
from ingest.source import UnreadableError

_MANY = 400
_PEEKS = 8
_PEEK = 8192
_SUFFIXES = frozenset({".mbox", ".eml", ".emlx", ".mbx"})


def detect(path: Path) -> float:
    """Tell how surely a path holds mail, from 0 to 1."""
    try:
        if path.is_dir():
            return _of_folder(path)
        if is_zip(path):
            with open_tree(path) as tree:
                return _of_names([entry.name for entry in tree])
    except (UnreadableError, OSError):
        return 0.0
    return _of_bytes(head(path, _PEEK), path.suffix.lower() in _SUFFIXES)


def _of_folder(path: Path) -> float:
    if (path / "cur").is_dir() and (path / "new").is_dir():
        return 0.95
    names = list(islice(_names_in(path), _MANY))
    sure = _of_names(names)
    if sure:
        return sure
    plain = [name for name in names if "." not in PurePosixPath(name).name][:_PEEKS]
    if any(mbox.begins_mbox(head(path / name, _PEEK)) for name in plain):
        return 0.8
    packed = [path / name for name in names if name.lower().endswith(".zip")][:_PEEKS]
    return max(map(detect, packed), default=0.0)


def _of_names(names: list[str]) -> float:
    if any(PurePosixPath(name).suffix.lower() in _SUFFIXES or is_single(name) for name in names):
        return 0.9
    # Thunderbird keeps an index NAME.msf beside each mbox NAME.
    known = set(names)
    return 0.9 if any(name.endswith(".msf") and name.removesuffix(".msf") in known for name in names) else 0.0


def _names_in(path: Path) -> Iterator[str]:
    for folder, _, names in os.walk(path):
        for name in names:
            yield Path(folder, name).relative_to(path).as_posix()


def _of_bytes(data: bytes, named: bool) -> float:
    if mbox.begins_mbox(data):
        return 0.95
    if looks_like_mail(data):
        return 0.9
    return 0.6 if named and data.strip() else 0.0
