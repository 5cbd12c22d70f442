"""The name of a job: one input, unchanged, read in one way; how far it is read is kept under that name."""

import hashlib
import os
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from ingest.source import Context, Source

_BLOCK = 1 << 20


def job_key(source: Source, place: str, context: Context) -> str:
    """Name the job of reading a place.

    A file counts as unchanged while its content is, wherever it lies; a folder while the names and contents of its
    files are. Other options and another version of intrograph make another job, because they may change what is read.
    """
    digest = hashlib.blake2b(digest_size=16)
    digest.update(repr((version("intrograph"), sorted(context.options.items()), context.excerpts)).encode())
    if source.live:
        return f"{source.name}|{place}|{digest.hexdigest()}"
    for name, path in _files(place):
        digest.update(f"{name}\0".encode("utf-8", "surrogateescape"))
        try:
            with path.open("rb") as stream:
                while block := stream.read(_BLOCK):
                    digest.update(block)
        except OSError:
            pass  # reading it will say what is wrong
    return f"{source.name}|{digest.hexdigest()}"


def _files(place: str) -> Iterator[tuple[str, Path]]:
    """Give the files of an input in order; neither pipes nor devices, which would keep us waiting."""
    if os.path.isfile(place):  # noqa: PTH113 # `Path.is_file` breaks on over-long names
        yield "", Path(place)
    for folder, folders, names in os.walk(place):
        folders.sort()
        for name in sorted(names):
            path = Path(folder, name)
            if path.is_file():
                yield str(path.relative_to(place)), path
