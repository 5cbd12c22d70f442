"""Files of JSON lines, read line by line into records; `ingest.bulk` reads the same into packed rows."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from io import BufferedReader
from pathlib import Path

import orjson

from graph.errors import InvalidRecordError
from graph.model import Interaction, Owner, Problem, Record
from graph.rows import pack
from ingest.detect import wrong_format
from ingest.files import Entry, Tree
from ingest.lines import LINE_LIMIT, read_runs
from ingest.objects import Readable, Setting, UnknownTypeError, from_object, setting
from ingest.parts import Part, read_parts
from ingest.source import UnreadableError

SUFFIXES = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz", ".jl")
"""Of the files that are read in a folder or zip."""

BEGINS = re.compile(rb'\s*\{\s*"')
"""How a line that holds an object begins."""

CHECK_EVERY = 2_000
_SAMPLE = 1 << 16
_OWNER = b'"owner"'
_BLOCK = 1 << 20
_DAY = timedelta(days=1)
_LONE = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
TOO_LONG = f"the line is longer than {LINE_LIMIT >> 20} MB"


@dataclass(slots=True)
class Unknown:
    """Lines of a type that is not ours: told once each type, with their number."""

    found: dict[str, tuple[str, int]] = field(default_factory=dict)

    def add(self, where: str, why: str) -> None:
        """Count one more line."""
        first, count = self.found.get(why, (where, 0))
        self.found[why] = (first, count + 1)

    def merge(self, found: Mapping[str, tuple[str, int]]) -> None:
        """Add what was found in another part."""
        for why, (where, count) in found.items():
            first, held = self.found.get(why, (where, 0))
            self.found[why] = (first, held + count)

    def problems(self) -> Iterator[Problem]:
        """Tell of each type once."""
        for why, (where, count) in self.found.items():
            yield Problem(where=where, why=why, count=count)


def choose_entries(tree: Tree) -> list[Entry]:
    """Choose the files of JSON lines; of a single file, whatever it is called, it must look like it.

    Raises:
        UnreadableError: If it does not.
    """
    if tree.kind != "file":
        entries = [entry for entry in tree if entry.name.lower().endswith(SUFFIXES)]
        if not entries:
            raise wrong_format(tree.path, "JSON lines", f"no file in it ends in {' or '.join(SUFFIXES[:2])}")
        return entries
    entries = list(tree)
    _must_fit(entries[0], tree.path)
    return entries


def _must_fit(entry: Entry, path: Path) -> None:
    with entry.open() as stream:
        data = stream.read(_SAMPLE)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableError(f"{entry.where} is text in UTF-16; save it as UTF-8")
    # A line that begins as an object does, even if it is broken or longer than the sample.
    if not any(BEGINS.match(line) for line in split_lines(data)):
        raise wrong_format(path, "JSON lines")


def split_lines(data: bytes) -> list[bytes]:
    """Split bytes at line ends, a byte order mark dropped."""
    return data.removeprefix(b"\xef\xbb\xbf").split(b"\n")


def read_records(entries: Sequence[Entry], resume: str | None, now: datetime) -> Iterator[Record]:
    """Read files of JSON lines into records, from where an interrupted run stopped; owners are left out."""
    under = setting(now)
    unknown = Unknown()
    yield from read_parts(entries, resume, lambda part: _read_part(part, under, unknown))
    yield from unknown.problems()


def read_owners(entry: Entry, now: datetime) -> Iterator[Owner]:
    """Yield whose archive a file is, before anything else: nothing may be written while that is in question."""
    under = setting(now)
    try:
        with entry.open() as stream:
            if not _mentions(stream, _OWNER):
                return
        with entry.open() as stream:
            for line in (each for run in read_runs(stream) for each in run.lines):
                if line is not None and _OWNER in line:
                    record = _readable(line, under)
                    if isinstance(record, Owner):
                        yield record
    except UnreadableError:
        return  # the reading proper meets the same, and tells


def _mentions(stream: BufferedReader, wanted: bytes) -> bool:
    tail = b""
    while block := stream.read(_BLOCK):
        window = tail + block
        if wanted in window:
            return True
        tail = window[-len(wanted) :]
    return False


def _readable(line: bytes, under: Setting) -> Readable | None:
    try:
        return parse_line(line, under)
    except InvalidRecordError:
        return None


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
        return _clean(json.loads(text.rstrip("\r\n")))
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


def _read_part(part: Part, under: Setting, unknown: Unknown) -> Iterator[Record]:
    entry, start = part.entry, part.start
    with entry.open() as stream:
        for run in read_runs(stream, start.offset, start.line):
            for place, line in enumerate(run.lines, 1):
                number = run.before + place
                where = f"{entry.where}:{number}"
                if line is None:
                    yield Problem(where=where, why=TOO_LONG)
                elif line and not line.isspace():
                    yield from read_line(run.line(place), replace(under, where=where), unknown)
                if number % CHECK_EVERY == 0:
                    yield part.checkpoint(run.offset_behind(place), number)


def read_line(line: bytes, under: Setting, unknown: Unknown) -> Iterator[Record]:
    """Read a line into its record, or into a problem; an owner, who was told before, into nothing."""
    try:
        record = parse_line(line, under)
    except UnknownTypeError as error:
        unknown.add(under.where, str(error))
    except InvalidRecordError as error:
        yield Problem(where=under.where, why=str(error))
    else:
        if isinstance(record, Interaction):
            yield record
        elif not isinstance(record, Owner):
            yield from _check(record, under)


def _check(record: Record, under: Setting) -> Iterator[Record]:
    """Tell here what no store will take of a rare record, because here its line is known."""
    problems = pack([record], now=under.latest - _DAY).problems
    for problem in problems:
        yield Problem(where=under.where, why=problem.why)
    if not problems:
        yield record
