"""The name of a job: one input, unchanged, read in one way; how far it is read is kept under that name."""

import hashlib
import os
from importlib.metadata import version
from pathlib import Path

from ingest.source import Context, Source

_BLOCK = 1 << 20
Stamps = list[tuple[str, int, int]]
"""Of each file of an input: its path, its size, and when it or the right to it changed last, in nanoseconds."""


def job_key(source: Source, place: str, context: Context, stamps: Stamps) -> str:
    """Name the job of reading a place.

    A file counts as unchanged while its path and content are; a folder while the names, sizes and dates of its files
    are. Other options and another version of intrograph make another job, because they may change what is read.

    Args:
        source: What reads it.
        place: The input.
        context: The options it is read under.
        stamps: Those of its files.
    """
    real, options = os.path.realpath(place), sorted(context.options.items())
    what: list[object] = [version("intrograph"), real, options, context.excerpts]
    what.append(_hash_file(place) if [path for path, *_ in stamps] == [place] else stamps)
    return f"{source.name}|{hashlib.blake2b(repr(what).encode(), digest_size=16).hexdigest()}"


def stamp(place: str) -> Stamps:
    """Give the names, sizes and dates of an input's files, by which a change is told, of the right to read them too."""
    # `Path.is_file` breaks on over-long names.
    found = [place] if os.path.isfile(place) else []  # noqa: PTH113
    for folder, folders, names in os.walk(place):
        folders.sort()
        found += [os.path.join(folder, name) for name in sorted(names)]  # noqa: PTH118 # many
    stamps = []
    for path in found:
        try:
            held = os.stat(path)  # noqa: PTH116
        except OSError:
            continue  # reading it will say what is wrong
        stamps.append((path, held.st_size, held.st_ctime_ns))
    return stamps


def _hash_file(place: str) -> str:
    digest = hashlib.blake2b(digest_size=16)
    try:
        with Path(place).open("rb") as stream:
            while block := stream.read(_BLOCK):
                digest.update(block)
    except OSError:
        return ""
    return digest.hexdigest()
