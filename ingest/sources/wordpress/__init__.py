"""WordPress: WXR export files; who commented on whose article, and who replied to whose comment.

Posts come in a stream; memory is that of one post with its comments.
"""

from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from graph.model import Problem, Record, Skipped
from ingest.kit.checkpoints import Remaining, is_due, read_each, take_skipped, total_of
from ingest.kit.files import Entry, Tree, head, is_zip, open_tree
from ingest.kit.looks import wrong_format
from ingest.source import Context, Source, UnreadableError
from ingest.sources.wordpress.comments import Comment, interactions, read_comment
from ingest.sources.wordpress.site import Site, read_site
from ingest.sources.wordpress.wxr import WxrStream

OTHER_FILES = "files that are no WordPress export"
CUT_OFF = "the export ends in the middle: it was cut off, or WordPress broke while writing it; export it again"
_MARKS = (b"wordpress.org/export/", b"<wp:wxr_version>")
_LOOK = 1 << 14
_SUFFIXES = (".xml", ".xml.gz", ".wxr", ".wxr.gz")


def detect(path: Path) -> float:
    """Tell how surely a path is, or holds, a WordPress export."""
    try:
        if path.is_dir() or is_zip(path):
            with open_tree(path) as tree:
                return 0.95 if any(_is_export(_top_of(entry)) for entry in _named(tree)[:20]) else 0.0
        return 0.95 if _is_export(head(path, _LOOK)) else 0.0
    except (UnreadableError, OSError):
        return 0.0


def read(place: str, context: Context) -> Iterator[Record]:
    """Read an export: one file, or a folder or zip of the files that a large site comes in.

    Raises:
        UnreadableError: If none of it is a WordPress export.
    """
    path = Path(place)
    with open_tree(path) as tree:
        yield from tree.problems
        entries = list(tree) if tree.kind == "file" else _named(tree)
        exports = [entry for entry in entries if _is_export(_top_of(entry))]
        if not exports:
            raise wrong_format(path, "a WordPress export", "no file in it names WordPress's export format")
        if len(exports) < len(entries):
            yield Skipped(why=OTHER_FILES, count=len(entries) - len(exports))
        sites: dict[str, Site] = {}
        yield from _read_tops(exports, sites)
        read_file = partial(_read_file, sites, context)
        yield from read_each(exports, context.resume, read_file, total=total_of(exports), alone=False)


def _read_tops(exports: list[Entry], sites: dict[str, Site]) -> Iterator[Problem]:
    """Find the site of each file, before any post is read: a site's authors may stand in another of its files."""
    by_place: dict[str, Site] = {}
    for entry in exports:
        try:
            with entry.open() as stream:
                sites[entry.name] = read_site(stream, entry.where, by_place)
        except UnreadableError as error:
            yield Problem(where=entry.where, why=str(error))


def _read_file(sites: dict[str, Site], context: Context, rest: Remaining) -> Iterator[Record]:
    """Yield what a file holds behind its first posts; what is left out is summed up between checkpoints."""
    entry, skipped = rest.entry, Counter[str]()
    if entry.name not in sites:  # it could not be read before
        return
    try:
        with entry.open() as stream:
            export = WxrStream(stream, entry.where)
            yield from _read_posts(export, rest, sites[entry.name], context, skipped)
            if export.cut_off:
                yield Problem(where=f"{entry.where} (its end)", why=CUT_OFF)
    except UnreadableError as error:
        yield Problem(where=entry.where, why=str(error))
    yield from take_skipped(skipped)


def _read_posts(
    export: WxrStream, rest: Remaining, site: Site, context: Context, skipped: Counter[str]
) -> Iterator[Record]:
    comments: list[Comment] = []
    posts = 0
    for element in export.elements():
        where = f"{rest.entry.where}:{element.line}"
        if element.name == "comment" and posts >= rest.place:
            comment = read_comment(element.fields, site, where)
            if isinstance(comment, str):
                skipped[comment] += 1
            else:
                comments.append(comment)
        elif element.name == "item":
            posts += 1
            if posts > rest.place:
                yield from interactions(element.fields, comments, site, context, where, skipped)
                if is_due(posts):
                    yield from take_skipped(skipped)
                    yield rest.checkpoint(posts, export.read_bytes)
            comments.clear()


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


SOURCE = Source(
    name="wordpress",
    title="Blog comments",
    reads="WordPress exports (WXR): an .xml file, also gzipped, or a folder or zip of them",
    obtain=(
        "in the site's dashboard: Tools → Export → All content → Download Export File (on WordPress.com: Tools → "
        "Export → Export all); the same from any site whose owner gives you the file"
    ),
    wait="at once; WordPress.com sends large sites' files by mail within minutes",
    second_hop="much: who comments on whose articles, and who replies to whom under them, all in public",
    sight=3,
    detect=detect,
    read=read,
)
