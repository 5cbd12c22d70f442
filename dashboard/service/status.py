"""What a run of ours says while it reads, for the process that started it: a line of JSON each time."""

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from msgspec import DecodeError, Struct, ValidationError
from msgspec.json import decode, encode

from ingest.pull.progress import Progress

PROGRESS = "INTROGRAPH_PROGRESS"
"""The variable that asks for it, by the word `json`."""


class OpenQuestion(Struct, frozen=True, kw_only=True):
    """What must be told before an input is read.

    Attributes:
        source: What reads it.
        owner: Whether it is whose archive it is; else it is about the source's own options.
        why: The question, as an error tells it.
    """

    source: str
    owner: bool
    why: str


class StatusLine(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """How far a run is, or what it must be told."""

    progress: Progress | None = None
    question: OpenQuestion | None = None


def is_asked_for() -> bool:
    """Tell whether whoever started this process wants to read it."""
    return os.environ.get(PROGRESS) == "json"


def write_status(*, progress: Progress | None = None, question: OpenQuestion | None = None) -> str:
    """Write a line; of the input at hand its name alone is told."""
    if progress is not None and progress.place is not None:
        progress = replace(progress, place=Path(progress.place).name)
    return encode(StatusLine(progress=progress, question=question)).decode()


def read_status(lines: Iterable[str]) -> StatusLine:
    """Read the newest of what lines of stderr say."""
    told = StatusLine()
    for line in lines:
        try:
            status = decode(line, type=StatusLine)
        except (DecodeError, ValidationError):
            continue
        told = StatusLine(progress=status.progress or told.progress, question=status.question or told.question)
    return told
