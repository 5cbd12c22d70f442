"""WordPress: WXR export files; who commented on whose article, and who replied to whose comment.

A comment on somebody's article is a `comment` to its author; one that answers another comment is also a `reply` to
that comment's author, and where both are the same person only the reply, because it is one act. What one writes to
oneself is none. Posts come in a stream; memory is that of one post with its comments.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from graph.columns import Columns
from graph.model import Checkpoint, Problem, Record, Skipped, start_of
from ingest.detect import wrong_format
from ingest.files import Entry, Tree, head, is_zip, open_tree
from ingest.source import Context, Source, UnreadableError
from ingest.sources.wordpress.comments import Comment, Rules, acts_of, read_comment
from ingest.sources.wordpress.site import Site, merge_sites, read_site
from ingest.sources.wordpress.wxr import Sanitised, elements, fields_of, local_name, release

OTHER_FILES = "files that are no WordPress export"
CUT_OFF = "the export ends in the middle: it was cut off, or WordPress broke while writing it; export it again"
_MARKS = (b"wordpress.org/export/", b"<wp:wxr_version>")
_LOOK = 1 << 14
_SUFFIXES = (".xml", ".xml.gz", ".wxr", ".wxr.gz")
_CHECK_POSTS = 200
_TWO_DAYS = timedelta(days=2, microseconds=-1)  # to the end of tomorrow


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file of an export, and the site that it is of."""

    entry: Entry
    site: Site
    ahead: int


def detect(path: Path) -> float:
    """Tell how surely a path is, or holds, a WordPress export."""
    try:
        if path.is_dir() or is_zip(path):
            with open_tree(path) as tree:
                return 0.9 if any(_is_export(_top_of(entry)) for entry in _named(tree)[:20]) else 0.0
        return 0.95 if _is_export(head(path, _LOOK)) else 0.0
    except (UnreadableError, OSError):
        return 0.0


def read(path: Path, context: Context) -> Iterator[Record | Columns]:
    """Read an export: one file, or a folder or zip of the files that a large site comes in.

    Raises:
        UnreadableError: If none of it is a WordPress export.
    """
    rules = Rules(latest=start_of(context.now.date()) + _TWO_DAYS, excerpts=context.excerpts)
    done, name = _parse_position(context.resume)
    with open_tree(path) as tree:
        yield from tree.problems
        entries = list(tree) if tree.kind == "file" else _named(tree)
        exports = [entry for entry in entries if _is_export(_top_of(entry))]
        if not exports:
            raise wrong_format(path, "a WordPress export", "no file in it names WordPress's export format")
        if len(exports) < len(entries):
            yield Skipped(why=OTHER_FILES, count=len(entries) - len(exports))
        total = None if any(entry.name.endswith(".gz") for entry in exports) else sum(each.size for each in exports)
        for part in _parts(exports):
            if isinstance(part, Problem):
                yield part
            elif part.entry.name >= name:
                yield from _read_part(part, rules, done if part.entry.name == name else 0, total)


def _parts(exports: list[Entry]) -> Iterator[Part | Problem]:
    """Read the top of each file first: a site's authors may stand in another of its files."""
    sites: list[Site | None] = []
    for entry in exports:
        try:
            with entry.open() as stream:
                sites.append(read_site(Sanitised(stream, entry.where)))
        except UnreadableError as error:
            sites.append(None)
            yield Problem(where=entry.where, why=str(error))
        else:
            if sites[-1] is None:
                yield Problem(where=entry.where, why="no link in it tells which site it is of")
    merged = merge_sites(sites)
    ahead = 0
    for entry, site in zip(exports, sites, strict=True):
        if site is not None:
            yield Part(entry=entry, site=merged[site.place], ahead=ahead)
        ahead += entry.size


def _read_part(part: Part, rules: Rules, done: int, total: int | None) -> Iterator[Record]:
    entry = part.entry
    skipped: Counter[str] = Counter()
    try:
        with entry.open() as raw:
            stream = Sanitised(raw, entry.where)
            for record in _read_posts(stream, part, rules, done, total):
                if isinstance(record, Skipped):
                    skipped[record.why] += record.count
                    continue
                if isinstance(record, Checkpoint):
                    yield from _tell(skipped)
                yield record
            if stream.cut_off:
                yield Problem(where=f"{entry.where} (its end)", why=CUT_OFF)
    except UnreadableError as error:
        yield Problem(where=entry.where, why=str(error))
    yield from _tell(skipped)


def _read_posts(stream: Sanitised, part: Part, rules: Rules, done: int, total: int | None) -> Iterator[Record]:
    """Yield what the posts of one file hold, those before number `done` passed over."""
    comments: list[Comment] = []
    posts = seen = 0
    where = part.entry.where
    for element in elements(stream):
        name = local_name(element.tag)
        if name == "comment":
            seen += 1
            # What the end of a cut-off file closed is not whole: half an address would be somebody else's.
            if posts >= done and not (stream.cut_off and seen > stream.closed):
                found = read_comment(fields_of(element), part.site, f"{where}:{element.sourceline}")
                if isinstance(found, Skipped):
                    yield found
                else:
                    comments.append(found)
            element.clear()
        elif name == "item":
            posts += 1
            if posts > done:
                yield from acts_of(fields_of(element), comments, part.site, rules, f"{where}:{element.sourceline}")
            comments.clear()
            release(element)
            if posts % _CHECK_POSTS == 0 and posts > done:
                yield Checkpoint(
                    position=f"{posts} {part.entry.name}", done=part.ahead + stream.read_bytes, total=total
                )


def _tell(skipped: Counter[str]) -> Iterator[Skipped]:
    for why, count in sorted(skipped.items()):
        yield Skipped(why=why, count=count)
    skipped.clear()


def _named(tree: Tree) -> list[Entry]:
    return [entry for entry in tree if entry.name.lower().endswith(_SUFFIXES)]


def _top_of(entry: Entry) -> bytes:
    try:
        with entry.open() as stream:
            return stream.read(_LOOK)
    except (UnreadableError, OSError):
        return b""


def _is_export(top: bytes) -> bool:
    top = top.replace(b"\0", b"")  # as UTF-16 has it between its letters
    return b"<rss" in top and any(mark in top for mark in _MARKS)


def _parse_position(position: str | None) -> tuple[int, str]:
    if position is None:
        return 0, ""
    posts, _, name = position.partition(" ")
    return int(posts), name


SOURCE = Source(
    name="wordpress",
    reads="WordPress exports (WXR): an .xml file, also gzipped, or a folder or zip of them",
    obtain=(
        "in the site's dashboard: Tools → Export → All content → Download Export File (on WordPress.com: Tools → "
        "Export → Export all); the same from any site whose owner gives you the file"
    ),
    wait="none; WordPress.com sends large sites' files by mail within minutes",
    second_hop="much: who comments on whose articles, and who replies to whom under them, all in public",
    detect=detect,
    read=read,
)
