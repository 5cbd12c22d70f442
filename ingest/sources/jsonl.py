"""JSON lines: one record an object a line, the format of docs/jsonl.md that anyone can write an exporter to."""

import re
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path

from graph.errors import InvalidRecordError
from graph.model import Interaction, Owner, Problem, Record
from graph.records.pack import pack
from ingest.kit.checkpoints import Remaining, is_due, read_each, total_of
from ingest.kit.files import Entry, Tree, head, is_zip, open_tree
from ingest.kit.json_reader import ObjectReader, Readable
from ingest.kit.json_wire import TYPES, UnknownTypeError
from ingest.kit.looks import ACTIVITY, wrong_format
from ingest.kit.streams import LINE_LIMIT, Line, read_lines
from ingest.source import Context, Source, UnreadableError

_SUFFIXES = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz", ".jl")
_LOOK = 1 << 12
_SAMPLE = 1 << 16
_BLOCK = 1 << 20
_OWNER = b'"owner"'
_BEGINS = re.compile(rb'\s*\{\s*"')
"""How a line that holds an object begins."""
_OURS = re.compile(rb'"type"\s*:\s*"(%s)"|"actor"\s*:\s*[{"]' % b"|".join(name.encode() for name in TYPES))
_TOO_LONG = f"the line is longer than {LINE_LIMIT >> 20} MB"


def detect(path: Path) -> float:
    """Tell how surely a path holds JSON lines of ours."""
    if path.is_dir() or is_zip(path):
        try:
            with open_tree(path) as tree:
                return 0.7 if any(entry.name.lower().endswith(_SUFFIXES) for entry in tree) else 0.0
        except UnreadableError:
            return 0.0
    data = head(path)
    lines = [] if ACTIVITY.match(data) else [line for line in _split(data) if line.strip()][:20]
    if any(_OURS.search(line[:_LOOK]) for line in lines if _BEGINS.match(line)):
        return 0.95
    if any(_BEGINS.match(line) for line in lines):
        return 0.8 if path.name.lower().endswith(_SUFFIXES) else 0.5
    return 0.0


def read(place: str, context: Context) -> Iterator[Record]:
    """Read a file of JSON lines, gzipped or not, or a folder or zip of such.

    Raises:
        UnreadableError: If none of it is JSON lines.
    """
    reader = ObjectReader(context.now)
    unknown: dict[str, Problem] = {}
    with open_tree(place) as tree:
        yield from tree.problems
        entries = _choose_entries(tree)
        for entry in entries:
            yield from _read_owners(entry, reader)
        yield from read_each(
            entries,
            context.resume,
            lambda rest: _read_file(rest, reader, context, unknown),
            total=total_of(entries),
            alone=len(entries) == 1,
        )
    yield from unknown.values()


def _choose_entries(tree: Tree) -> list[Entry]:
    """Choose the files of JSON lines; a single file, whatever it is called, must look like it."""
    entries = list(tree)
    if tree.kind != "file":
        entries = [entry for entry in entries if entry.name.lower().endswith(_SUFFIXES)]
        if not entries:
            raise wrong_format(tree.path, "JSON lines", f"no file in it ends in {' or '.join(_SUFFIXES[:2])}")
        return entries
    with entries[0].open() as stream:
        data = stream.read(_SAMPLE)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableError(f"{entries[0].where} is text in UTF-16; save it as UTF-8")
    # A line that begins as an object does, even if it is broken or longer than the sample.
    if ACTIVITY.match(data) or not any(_BEGINS.match(line) for line in _split(data)):
        raise wrong_format(tree.path, "JSON lines")
    return entries


def _split(data: bytes) -> list[bytes]:
    return data.removeprefix(b"\xef\xbb\xbf").split(b"\n")


def _read_owners(entry: Entry, reader: ObjectReader) -> Iterator[Owner]:
    """Yield whose archive a file is, before anything else: nothing may be written while that is in question."""
    try:
        with entry.open() as stream:
            if not _mentions(stream, _OWNER):
                return
        with entry.open() as stream:
            for line in read_lines(stream):
                if line.data is not None and _OWNER in line.data:
                    record = _readable(line.data, reader)
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


def _readable(line: bytes, reader: ObjectReader) -> Readable | None:
    try:
        return reader.read(line)
    except InvalidRecordError:
        return None


def _read_file(
    rest: Remaining, reader: ObjectReader, context: Context, unknown: dict[str, Problem]
) -> Iterator[Record]:
    """Read one file; lines of a type that is not ours are told once each type, at the end of all files."""
    with rest.entry.open() as stream:
        for line in read_lines(stream):
            if line.number > rest.place:
                yield from _read_line(line, f"{rest.entry.where}:{line.number}", reader, context, unknown)
                if is_due(line.number):
                    yield rest.checkpoint(line.number, line.offset)


def _read_line(
    line: Line, where: str, reader: ObjectReader, context: Context, unknown: dict[str, Problem]
) -> Iterator[Record]:
    try:
        if line.data is None:
            yield Problem(where=where, why=_TOO_LONG)
        elif not line.data.isspace():
            record = reader.read(line.data, where)
            if isinstance(record, Interaction):
                yield record
            elif not isinstance(record, Owner):  # who was told before
                yield from _checked(record, where, context)
    except UnknownTypeError as error:
        held = unknown.get(str(error))
        first, count = (held.where, held.count) if held else (where, 0)
        unknown[str(error)] = Problem(where=first, why=str(error), count=count + 1)
    except InvalidRecordError as error:
        yield Problem(where=where, why=str(error))


def _checked(record: Record, where: str, context: Context) -> Iterator[Record]:
    """Yield a rare record, or tell what no store takes of it here, where its line is known."""
    problems = pack([record], now=context.now).problems
    yield from (Problem(where=where, why=problem.why) for problem in problems)
    if not problems:
        yield record


SOURCE = Source(
    name="jsonl",
    title="Anything else, by a program",
    reads="JSON lines: one record an object a line, as docs/jsonl.md describes; gzipped, in a folder or in a zip too",
    obtain="write it yourself: any script that prints one JSON object a line can feed intrograph",
    wait="at once",
    second_hop="whatever you put in: acts between other people show whom your contacts know",
    sight=2,
    detect=detect,
    read=read,
)
