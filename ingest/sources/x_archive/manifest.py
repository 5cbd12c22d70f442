"""Which files of an X archive hold what: by their names, and by its manifest where there is one.

Three layouts: since 2020 `data/manifest.js` with `data/tweets.js` (earlier `data/tweet.js`); in 2018 and 2019 the same
files without a manifest, at the root; before that `data/js/tweets/2014_03.js` with `data/js/user_details.js`. Any of
them may lie in a further folder.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path, PurePosixPath

from graph.model import Problem
from ingest.kit.files import Entry, Tree
from ingest.kit.looks import wrong_format
from ingest.source import UnreadableError
from ingest.sources.x_archive.javascript import Decoded, Object, object_in, objects_in, read_objects, text_in

_STEM = re.compile(r"(?P<stem>[a-z][a-z_-]*?)(?:-part(?P<part>\d{1,6}))?\.js", re.ASCII)
_MONTH = re.compile(r"(?:^|/)js/tweets/\d{4}_\d\d\.js$")


class Part(Enum):
    """What a data file holds.

    Attributes:
        stems: How such files are called, without their suffix and their number.
        keys: Each object in them has one of these, wrapped or not; conversations are read otherwise.
    """

    MANIFEST = ("manifest", "")
    OWNER = ("account user-details", "accountId")
    HANDLES = ("screen-name-change", "screenNameChange changedTo")
    PROTECTION = ("protected-history", "protectedAt")
    LONG_TEXTS = ("note-tweet", "core")
    POSTS = ("tweet tweets community-tweet", "created_at")
    CIRCLE = ("twitter-circle-tweet", "created_at")
    DELETED = ("deleted-tweet deleted-tweets", "created_at tweetId")
    MESSAGES = ("direct-message direct-messages", "")
    GROUPS = ("direct-message-group direct-messages-group", "")
    FOLLOWING = ("following", "accountId")
    FOLLOWERS = ("follower", "accountId")
    LIKES = ("like", "tweetId")

    def __init__(self, stems: str, keys: str) -> None:
        self.stems = stems.split()
        self.keys = keys.split()


_PARTS = {stem: part for part in Part for stem in part.stems}


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """The files of an archive.

    Attributes:
        files: By what they hold, each list in the order of its numbers.
        user: What the manifest says of the owner.
        problems: A damaged manifest, and files that it names and that are not there.
    """

    files: dict[Part, list[Entry]]
    user: Object = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def part_of(name: str) -> Part | None:
    """Tell what a data file holds, by its path; None for what is not read."""
    if _MONTH.search(name):
        return Part.POSTS
    found = _STEM.fullmatch(PurePosixPath(name).name.lower())
    return _PARTS.get(found["stem"].replace("_", "-")) if found else None


def looks_like_archive(names: Iterable[str]) -> bool:
    """Tell from the paths of files alone whether they are an X archive: posts or a manifest, beside an owner."""
    found = _parts_by_folder(names).values()
    return any(Part.OWNER in parts and parts & {Part.POSTS, Part.MANIFEST} for parts in found)


def names_near(path: Path) -> list[str]:
    """List the files of a folder where an archive's data files would lie; reads no more than that."""
    places = [path, path / "data", path / "data" / "js", path / "data" / "js" / "tweets"]
    places += sorted(path.glob("*/data"))[:100]
    return [
        each.relative_to(path).as_posix() for place in places if place.is_dir() for each in sorted(place.glob("*.js"))
    ]


def find_archive(tree: Tree) -> Archive:
    """Find the data files of the one archive in an input.

    Raises:
        UnreadableError: If there is none, or more than one.
    """
    path = tree.path
    if tree.kind == "file":
        why = f"{path} is one file; an X archive is read whole: give the zip that X sent, or the folder it unpacks to"
        raise UnreadableError(why) if part_of(path.name) else wrong_format(path, "an X archive")
    found = _parts_by_folder(entry.name for entry in tree)
    folders = {name: parts for name, parts in found.items() if parts - {Part.MANIFEST}}
    roots = sorted(name for name, parts in folders.items() if parts & {Part.OWNER, Part.MANIFEST})
    if folders and not roots:
        why = f"{path} is only a part of an X archive: no data/account.js or data/manifest.js in it says whose it is"
        raise UnreadableError(f"{why}; of several zips unpack all into one folder and bring that in")
    if not roots:
        raise wrong_format(path, "an X archive", "no data/account.js or data/manifest.js in it")
    if len(roots) > 1:
        names = ", ".join(str(path / root) for root in roots[:5])
        raise UnreadableError(f"{path} holds {len(roots)} X archives ({names}); bring in each of them by itself")
    return _archive(tree, roots[0])


def _parts_by_folder(names: Iterable[str]) -> dict[str, set[Part]]:
    folders: dict[str, set[Part]] = {}
    for name in names:
        part = part_of(name)
        if part is not None:
            folders.setdefault(_folder_of(name), set()).add(part)
    return folders


def _folder_of(name: str) -> str:
    folder = PurePosixPath(name).parent
    return str(folder.parent if _MONTH.search(name) else folder)


def _archive(tree: Tree, folder: str) -> Archive:
    archive = Archive(files={part: [] for part in Part})
    for entry in tree:
        part = part_of(entry.name)
        if part is not None and _folder_of(entry.name) == folder:
            archive.files[part].append(entry)
    for held in archive.files.values():
        held.sort(key=_place)
    for manifest in archive.files[Part.MANIFEST]:
        read = next(read_objects(manifest, ()), None)
        if isinstance(read, Decoded):
            archive.user.update(object_in(read.value, "userInfo"))
            _keep_listed(archive, read.value, manifest.where)
        else:
            why = "the manifest is damaged; the files are gone by their names instead"
            archive.problems.append(Problem(where=manifest.where, why=why))
    return archive


def _place(entry: Entry) -> tuple[str, int, str]:
    found = _STEM.fullmatch(PurePosixPath(entry.name).name.lower())
    return (found["stem"], int(found["part"] or 0), entry.name) if found else ("", 0, entry.name)


def _keep_listed(archive: Archive, manifest: Object, where: str) -> None:
    """Keep the files that a manifest names, if there are any of them; those that are not there are problems."""
    there = {PurePosixPath(entry.name).name for held in archive.files.values() for entry in held}
    types = object_in(manifest, "dataTypes")
    listed = set()
    for file in (file for key in types for file in objects_in(object_in(types, key), "files")):
        name = text_in(file, "fileName")
        if name is None or part_of(name) is None:
            continue
        listed.add(PurePosixPath(name).name)
        if PurePosixPath(name).name not in there and text_in(file, "count") != "0":
            why = f"the manifest names {name}, which is not there; download or unpack the archive again"
            archive.problems.append(Problem(where=where, why=why))
    for held in archive.files.values() if listed & there else ():
        held[:] = [entry for entry in held if PurePosixPath(entry.name).name in listed]
