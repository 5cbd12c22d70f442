"""The name of a job: one input, unchanged, read in one way; its cursor is kept under that name while it runs."""

import hashlib
import os
from pathlib import Path

from ingest.source import Context, Source
from ingest.text import storable

_HEAD = 1 << 16


def job_key(source: Source, path: Path, context: Context) -> str:
    """Name the job of reading a path.

    A file counts as unchanged while its path, size and first 64 KiB are; a folder while the names and sizes of its
    files are. Other options make another job, because they change what is read.
    """
    digest = hashlib.blake2b(digest_size=16)
    options = sorted(context.options.items())
    digest.update(repr((options, context.excerpts)).encode())
    is_folder = os.path.isdir(path)  # noqa: PTH112 # see `_digest_file`
    size = _digest_folder(path, digest) if is_folder else _digest_file(path, digest)
    real = storable(os.path.realpath(path))
    return f"{source.name}|{real}|{size}|{digest.hexdigest()}"


def _digest_file(path: Path, digest: "hashlib.blake2b") -> int:
    if not os.path.isfile(path):  # noqa: PTH113 # `Path.is_file` breaks on over-long names
        return 0  # reading it will say what is wrong
    try:
        with path.open("rb") as stream:
            digest.update(stream.read(_HEAD))
        return path.stat().st_size
    except OSError:
        return 0


def _digest_folder(path: Path, digest: "hashlib.blake2b") -> int:
    total = 0
    for folder, folders, names in os.walk(path):
        folders.sort()
        for name in sorted(names):
            try:
                size = Path(folder, name).stat().st_size
            except OSError:
                size = 0
            digest.update(f"{folder}/{name}\0{size}\0".encode("utf-8", "surrogateescape"))
            total += size
    return total
