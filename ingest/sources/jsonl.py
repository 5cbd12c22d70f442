"""JSON lines: one record an object a line, the format of docs/jsonl.md that anyone can write an exporter to."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from graph.columns import Columns
from graph.model import Record
from ingest.bulk import read_packed
from ingest.files import Entry, head, is_zip, open_tree
from ingest.jsonlines import BEGINS, SUFFIXES, choose_entries, read_owners, read_records, split_lines
from ingest.objects import TYPES
from ingest.sharing import read_shared
from ingest.source import Context, Source, UnreadableError

_LOOK = 1 << 12
# Interactions in a batch: so many may have to be read again after a crash.
CHUNK = 100_000
# From this size on a second process pays for its start.
_LARGE = 8 << 20
_OURS = re.compile(rb'"type"\s*:\s*"(%s)"|"actor"\s*:\s*[{"]' % b"|".join(name.encode() for name in TYPES))


def detect(path: Path) -> float:
    """Tell how surely a path holds JSON lines of ours."""
    if path.is_dir() or is_zip(path):
        try:
            with open_tree(path) as tree:
                return 0.7 if any(entry.name.lower().endswith(SUFFIXES) for entry in tree) else 0.0
        except UnreadableError:
            return 0.0
    lines = [line for line in split_lines(head(path)) if line.strip()][:20]
    if any(_OURS.search(line[:_LOOK]) for line in lines if BEGINS.match(line)):
        return 0.95
    if any(BEGINS.match(line) for line in lines):
        return 0.8 if path.name.lower().endswith(SUFFIXES) else 0.5
    return 0.0


def read(path: Path, context: Context) -> Iterator[Record | Columns]:
    """Read a file of JSON lines, gzipped or not, or a folder or zip of such.

    Raises:
        UnreadableError: If none of it is JSON lines.
    """
    with open_tree(path) as tree:
        yield from tree.problems
        entries = choose_entries(tree)
        for entry in entries:
            yield from read_owners(entry, context.now)
        if not context.bulk:
            yield from read_records(entries, context.resume, context.now)
        elif _is_large(entries):
            yield from read_shared(path, entries, context.resume, context.now, CHUNK, context.seals)
        else:
            yield from read_packed(entries, context.resume, context.now, CHUNK)


def _is_large(entries: Sequence[Entry]) -> bool:
    return sum(entry.size * (8 if entry.name.lower().endswith(".gz") else 1) for entry in entries) >= _LARGE


SOURCE = Source(
    name="jsonl",
    reads="JSON lines: one record an object a line, as docs/jsonl.md describes; gzipped, in a folder or in a zip too",
    obtain="write it yourself: any script that prints one JSON object a line can feed intrograph",
    wait="none",
    second_hop="whatever you put in: acts between other people show whom your contacts know",
    detect=detect,
    read=read,
)
