"""JSON lines: one record an object a line, the format of docs/jsonl.md that anyone can write an exporter to."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

import orjson

from graph.errors import InvalidRecordError
from graph.model import Checkpoint, Owner, Problem, Record
from graph.rows import Batch
from ingest.detect import wrong_format
from ingest.files import Entry, Tree, head, is_zip, open_tree
from ingest.lines import LINE_LIMIT, read_lines
from ingest.objects import TYPES, Readable, Setting, UnknownTypeError, from_object, setting
from ingest.source import Context, Source, UnreadableError

CHECK_EVERY = 2_000
_SUFFIXES = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz", ".jl")
_OWNER = b'"owner"'
_SAMPLE = 1 << 16
_BLOCK = 1 << 20
_LOOK = 1 << 12
_BEGINS = re.compile(rb'\s*\{\s*"')
_OURS = re.compile(rb'"type"\s*:\s*"(%s)"|"actor"\s*:\s*[{"]' % b"|".join(name.encode() for name in TYPES))
_LONE = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where reading stands: in which file, behind which byte and line."""

    name: str = ""
    offset: int = 0
    line: int = 0


@dataclass(slots=True)
class Unknown:
    """Lines of a type that is not ours: told once each type, with their number."""

    found: dict[str, tuple[str, int]] = field(default_factory=dict)

    def add(self, where: str, why: str) -> None:
        """Count one more line."""
        first, count = self.found.get(why, (where, 0))
        self.found[why] = (first, count + 1)

    def problems(self) -> Iterator[Problem]:
        """Tell of each type once."""
        for why, (where, count) in self.found.items():
            yield Problem(where=where, why=why, count=count)


def detect(path: Path) -> float:
    """Tell how surely a path holds JSON lines of ours."""
    if path.is_dir() or is_zip(path):
        try:
            with open_tree(path) as tree:
                return 0.7 if any(entry.name.lower().endswith(_SUFFIXES) for entry in tree) else 0.0
        except UnreadableError:
            return 0.0
    lines = [line for line in _lines(head(path)) if line.strip()][:20]
    if any(_OURS.search(line[:_LOOK]) for line in lines if _BEGINS.match(line)):
        return 0.95
    if any(_BEGINS.match(line) for line in lines):
        return 0.8 if path.name.lower().endswith(_SUFFIXES) else 0.5
    return 0.0


def read(path: Path, context: Context) -> Iterator[Record | Batch]:
    """Read a file of JSON lines, gzipped or not, or a folder or zip of such.

    Raises:
        UnreadableError: If none of it is JSON lines.
    """
    under = setting(context.now)
    at = parse_place(context.resume)
    with open_tree(path) as tree:
        yield from tree.problems
        entries = entries_of(tree)
        if not entries:
            raise wrong_format(path, "JSON lines", f"no file in it ends in {', '.join(_SUFFIXES[:2])}")
        for entry in entries:
            yield from _owners(entry, under)
        unknown = Unknown()
        ahead, total = 0, total_of(entries)
        for entry in entries:
            if entry.name >= at.name:
                start = at if entry.name == at.name else Place(name=entry.name)
                yield from _read_entry(entry, start, under, unknown, ahead, total)
            ahead += entry.size
        yield from unknown.problems()


# --- the whole -------------------------------------------------------------------------------------------------------


def entries_of(tree: Tree) -> list[Entry]:
    """Choose the files of JSON lines; of a single file, whatever it is called, it must look like it.

    Raises:
        UnreadableError: If it does not.
    """
    if tree.kind != "file":
        return [entry for entry in tree if entry.name.lower().endswith(_SUFFIXES)]
    entries = list(tree)
    _must_fit(entries[0], tree.path)
    return entries


def _must_fit(entry: Entry, path: Path) -> None:
    with entry.open() as stream:
        data = stream.read(_SAMPLE)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableError(f"{entry.where} is text in UTF-16; save it as UTF-8")
    # A line that begins as an object does, even if it is broken or longer than the sample.
    if not any(_BEGINS.match(line) for line in _lines(data)):
        raise wrong_format(path, "JSON lines")


def _lines(data: bytes) -> list[bytes]:
    return data.removeprefix(b"\xef\xbb\xbf").split(b"\n")


def _owners(entry: Entry, under: Setting) -> Iterator[Owner]:
    """Yield whose archive this is before anything else, so that nothing is written while that is in question."""
    try:
        with entry.open() as stream:
            if not _mentions(stream, _OWNER):
                return
        with entry.open() as stream:
            for _, _, line in read_lines(stream):
                if line is not None and _OWNER in line:
                    record = _readable(line, under)
                    if isinstance(record, Owner):
                        yield record
    except UnreadableError:
        return  # the reading proper meets the same, and tells


def _mentions(stream: BinaryIO, wanted: bytes) -> bool:
    tail = b""
    while block := stream.read(_BLOCK):
        if wanted in tail + block[: len(wanted)] or wanted in block:
            return True
        tail = block[-len(wanted) :]
    return False


def _readable(line: bytes, under: Setting) -> Readable | None:
    try:
        return parse_line(line, under)
    except InvalidRecordError:
        return None


# --- one file --------------------------------------------------------------------------------------------------------


def _read_entry(
    entry: Entry, start: Place, under: Setting, unknown: Unknown, ahead: int, total: int | None
) -> Iterator[Record]:
    with entry.open() as stream:
        for number, offset, line in read_lines(stream, start.offset, start.line):
            where = f"{entry.where}:{number}"
            if line is None:
                yield Problem(where=where, why=f"the line is longer than {LINE_LIMIT >> 20} MB")
            elif not line.isspace():
                yield from _read_line(line, replace(under, where=where), unknown)
            if number % CHECK_EVERY == 0:
                yield checkpoint(entry.name, offset, number, ahead, total)


def _read_line(line: bytes, under: Setting, unknown: Unknown) -> Iterator[Record]:
    try:
        record = parse_line(line, under)
    except UnknownTypeError as error:
        unknown.add(under.where, str(error))
    except InvalidRecordError as error:
        yield Problem(where=under.where, why=str(error))
    else:
        if not isinstance(record, Owner):
            yield record


def parse_line(line: bytes, under: Setting) -> Readable:
    """Read the record on one line.

    Raises:
        InvalidRecordError: If it is not JSON, or not a record; says why.
    """
    try:
        return from_object(orjson.loads(line), under)
    except (orjson.JSONDecodeError, InvalidRecordError):
        # orjson refuses lone surrogates and rounds integers over 64 bits: the slower reader knows better.
        return from_object(_loads(line), under)


def _loads(line: bytes) -> object:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidRecordError(f"byte {error.start + 1} of the line is not UTF-8; save the file as UTF-8") from error
    try:
        return _clean(json.loads(text))
    except (ValueError, RecursionError) as error:
        ends = "" if line.endswith(b"\n") else "; the file seems to be cut off here"
        reason = f"{error.msg} at column {error.colno}" if isinstance(error, json.JSONDecodeError) else str(error)
        raise InvalidRecordError(f"this line is not JSON: {reason}{ends}") from error


def _clean(value: object) -> object:
    """Replace lone surrogates, which no store and no terminal can take."""
    if isinstance(value, str):
        return value.translate(_LONE)
    if isinstance(value, list):
        return [_clean(each) for each in value]
    if isinstance(value, dict):
        return {key: _clean(each) for key, each in value.items()}
    return value


# --- where reading stands --------------------------------------------------------------------------------------------


def total_of(entries: list[Entry]) -> int | None:
    """Sum up the bytes to read; None where some are gzipped, whose real size nobody knows."""
    return (
        None if any(entry.name.lower().endswith(".gz") for entry in entries) else sum(entry.size for entry in entries)
    )


def checkpoint(name: str, offset: int, line: int, ahead: int, total: int | None) -> Checkpoint:
    """Make the checkpoint behind a line; `ahead` is the size of the files before this one."""
    return Checkpoint(position=f"{offset}:{line}:{name}", done=ahead + offset, total=total)


def parse_place(position: str | None) -> Place:
    """Read a checkpoint's position back; the beginning where there is none."""
    if position is None:
        return Place()
    offset, line, name = position.split(":", 2)
    return Place(name=name, offset=int(offset), line=int(line))


SOURCE = Source(
    name="jsonl",
    reads="JSON lines: one record an object a line, as docs/jsonl.md describes; gzipped, in a folder or in a zip too",
    obtain="write it yourself: any script that prints one JSON object a line can feed intrograph",
    wait="none",
    second_hop="whatever you put in: acts between other people show whom your contacts know",
    detect=detect,
    read=read,
)
