"""Which files of an X archive hold what: by its manifest, or by their names where there is none.

Three layouts: since 2020 `data/manifest.js` with `data/tweets.js` (earlier `data/tweet.js`); in 2018 and 2019 the same
files without a manifest, at the root; before that `data/js/tweets/2014_03.js` with `data/js/user_details.js`. Any of
them may lie in a further folder.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath

from graph.model import Problem
from ingest.detect import wrong_format
from ingest.files import Entry, Tree
from ingest.source import UnreadableError
from ingest.sources.x_archive_json import Object, object_in, objects_in, text_in

_MANIFEST = "manifest.js"
_MARKS = frozenset({_MANIFEST, "account.js", "user_details.js"})
_MANIFEST_LIMIT = 64 << 20
_STEM = re.compile(r"(?P<stem>[a-z][a-z_-]*?)(?:-part(?P<part>\d{1,6}))?\.js", re.ASCII)
_MONTH = re.compile(r"(?:^|/)js/tweets/\d{4}_\d\d\.js$")


class Part(StrEnum):
    """What a data file holds; in the order in which they are read."""

    OWNER = "owner"
    HANDLES = "handles"
    PROTECTION = "protection"
    NOTES = "notes"
    POSTS = "posts"
    CIRCLE = "circle"
    DELETED = "deleted"
    MESSAGES = "messages"
    GROUPS = "groups"
    FOLLOWING = "following"
    FOLLOWERS = "followers"
    LIKES = "likes"


_PARTS = {
    "account": Part.OWNER,
    "user-details": Part.OWNER,
    "screen-name-change": Part.HANDLES,
    "protected-history": Part.PROTECTION,
    "note-tweet": Part.NOTES,
    "tweet": Part.POSTS,
    "tweets": Part.POSTS,
    "community-tweet": Part.POSTS,
    "twitter-circle-tweet": Part.CIRCLE,
    "deleted-tweet": Part.DELETED,
    "deleted-tweets": Part.DELETED,
    "direct-message": Part.MESSAGES,
    "direct-messages": Part.MESSAGES,
    "direct-message-group": Part.GROUPS,
    "direct-messages-group": Part.GROUPS,
    "following": Part.FOLLOWING,
    "follower": Part.FOLLOWERS,
    "like": Part.LIKES,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """The files of an archive.

    Attributes:
        files: By what they hold, each list in the order of its parts.
        user: What the manifest says of the owner; empty where there is none.
        problems: Files that the manifest names and that are not there, and the like.
    """

    files: dict[Part, list[Entry]]
    user: Object
    problems: list[Problem]


def part_of(name: str) -> Part | None:
    """Tell what a data file holds, by its path; None for what is not read."""
    if _MONTH.search(name):
        return Part.POSTS
    found = _STEM.fullmatch(PurePosixPath(name).name.lower())
    return _PARTS.get(found["stem"].replace("_", "-")) if found else None


def looks_like_archive(names: Iterable[str]) -> bool:
    """Tell from the paths of files alone whether they are an X archive: posts or a manifest, beside an owner."""
    by_folder: dict[str, set[str]] = {}
    for name in names:
        held = by_folder.setdefault(str(_home_of(name)), set())
        held.add("posts" if part_of(name) is Part.POSTS else PurePosixPath(name).name.lower())
    return any(
        ("account.js" in held and ("posts" in held or _MANIFEST in held)) or {"user_details.js", "posts"} <= held
        for held in by_folder.values()
    )


def find_archive(tree: Tree) -> Archive:
    """Find the data files of the one archive in an input.

    Raises:
        UnreadableError: If there is none, or more than one.
    """
    path = tree.path
    if tree.kind == "file":
        why = f"{path} is one file; an X archive is read whole: give the zip that X sent, or the folder it unpacks to"
        raise UnreadableError(why) if part_of(path.name) else wrong_format(path, "an X archive")
    roots = _roots(tree)
    if not roots and any(part_of(entry.name) is not None for entry in tree):
        why = f"{path} is only a part of an X archive: no data/account.js or data/manifest.js in it says whose it is"
        raise UnreadableError(f"{why}; if it came in several zips, unpack all of them into one folder and ingest that")
    if not roots:
        raise wrong_format(path, "an X archive", "no data/account.js or data/manifest.js in it")
    if len(roots) > 1:
        names = ", ".join(str(path / root) for root in roots[:5])
        raise UnreadableError(f"{path} holds {len(roots)} X archives ({names}); ingest each of them by itself")
    return _archive(tree, roots[0])


def _roots(tree: Tree) -> list[str]:
    """Name the folders that hold data files and say whose they are."""
    marked, filled = set(), set()
    for entry in tree:
        path = PurePosixPath(entry.name)
        if path.name.lower() in _MARKS:
            marked.add(path.parent)
        if part_of(entry.name) is not None:
            filled.add(_home_of(entry.name))
    return sorted(str(home) for home in marked & filled)


def _home_of(name: str) -> PurePosixPath:
    folder = PurePosixPath(name).parent
    return folder.parent if _MONTH.search(name) else folder


def _archive(tree: Tree, home: str) -> Archive:
    problems: list[Problem] = []
    user: Object = {}
    entries = [entry for entry in tree if str(_home_of(entry.name)) == home]
    manifest = next((entry for entry in entries if PurePosixPath(entry.name).name.lower() == _MANIFEST), None)
    listed: list[Entry] = []
    if manifest is not None:
        read = _read_manifest(manifest, problems)
        user = object_in(read, "userInfo")
        listed = list(_listed(read, tree, home, manifest, problems))
    files: dict[Part, list[Entry]] = {part: [] for part in Part}
    for entry in listed or entries:
        part = part_of(entry.name)
        if part is not None:
            files[part].append(entry)
    for held in files.values():
        held.sort(key=_place)
    return Archive(files=files, user=user, problems=problems)


def _place(entry: Entry) -> tuple[str, int, str]:
    found = _STEM.fullmatch(PurePosixPath(entry.name).name.lower())
    return (found["stem"], int(found["part"] or 0), entry.name) if found else ("", 0, entry.name)


def _read_manifest(entry: Entry, problems: list[Problem]) -> Object:
    try:
        text = entry.read(_MANIFEST_LIMIT).decode("utf-8-sig", errors="replace")
        value = json.loads(text.partition("=")[2].strip().rstrip(";"))
    except (UnreadableError, ValueError, RecursionError):
        value = None
    if isinstance(value, dict):
        return value
    problems.append(
        Problem(where=entry.where, why="the manifest is damaged; the files are gone by their names instead")
    )
    return {}


def _listed(manifest: Object, tree: Tree, home: str, where: Entry, problems: list[Problem]) -> Iterator[Entry]:
    # The manifest names files from the archive's root, which is the parent of its own folder `data`.
    root = PurePosixPath(home).parent if PurePosixPath(home).name.lower() == "data" else PurePosixPath(home)
    types = object_in(manifest, "dataTypes")
    for key in types:
        for file in objects_in(object_in(types, key), "files"):
            name = text_in(file, "fileName")
            if name is None or part_of(name) is None:
                continue
            entry = tree.get(str(root / name)) or tree.get(str(PurePosixPath(home) / PurePosixPath(name).name))
            if entry is not None:
                yield entry
            elif text_in(file, "count") != "0":
                why = f"the manifest names {name}, which is not there; download or unpack the archive again"
                problems.append(Problem(where=where.where, why=why))


def names_near(path: Path) -> list[str]:
    """List the files of a folder where an archive's data files would lie; reads no more than that."""
    places = [path, path / "data", path / "data" / "js", path / "data" / "js" / "tweets"]
    places += sorted(path.glob("*/data"))[:100]
    return [
        each.relative_to(path).as_posix() for place in places if place.is_dir() for each in sorted(place.glob("*.js"))
    ]
