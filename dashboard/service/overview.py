"""What is in a store, where it lies and who may read it: shown wherever trust is decided."""

import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from glob import escape
from pathlib import Path

from platformdirs import user_data_path

from graph.errors import StoreError
from graph.people.identity import Refusal
from graph.people.person import Person, open_directory
from graph.store.documents import Overview
from graph.store.store import Store
from graph.stores import name_place
from graph.ties.introductions import Statements, count_statements

_URL_MARK = "://"
_SQLITE = "sqlite:///"
_LITTLE_SPACE = 500_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a store lies.

    Attributes:
        location: As a user would name it.
        file: The store's file; None for a server.
        size: Bytes of the file with its caches and log.
        mode: Permission bits of the file; None where there is no file yet.
        free: Bytes free there.
    """

    location: str
    file: Path | None
    size: int = 0
    mode: int | None = None
    free: int = 0

    @property
    def exists(self) -> bool:
        """Tell whether there is something to open."""
        return self.file is None or self.mode is not None

    @property
    def private(self) -> bool:
        """Tell whether only the owner can read the file."""
        return self.mode is not None and not self.mode & 0o077

    @property
    def cramped(self) -> bool:
        """Tell whether an ingest may find too little space: it needs as much again as the store has."""
        return self.free < max(_LITTLE_SPACE, self.size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What is in a store, and who asks.

    Attributes:
        people: Accounts, those of one person counted once.
        me: None where the profile is not known yet.
        told: The declared relationships and introductions, by who said them.
        refused: The joins of accounts that contradict others.
    """

    overview: Overview
    people: int
    profile: str
    me: Person | None
    told: tuple[Statements, ...]
    refused: tuple[Refusal, ...]

    @property
    def empty(self) -> bool:
        """Tell whether nothing was brought in yet."""
        held = self.overview
        mine = len(self.me.accounts) if self.me else 0
        return not (held.interactions or held.declared or held.introductions or held.accounts > mine)


def usual_place(file: str) -> str:
    """Name the place of a store of that name in the user's data folder."""
    return str(user_data_path("intrograph", appauthor=False) / file)


def make_private_folder(place: str) -> None:
    """Make the folder that a store's file lies in, for its owner alone.

    Raises:
        StoreError: If it can't be made.
    """
    folder = Path(place).parent
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StoreError(f"the folder {folder} can't be made ({error.strerror}); name another with --store") from error


def find_place(location: str) -> Place:
    """Look at a store's place without opening it."""
    if location.startswith(_SQLITE):
        location = location.removeprefix(_SQLITE)
    if _URL_MARK in location:
        return Place(location=name_place(location), file=None)
    file = Path(location).expanduser()
    try:
        found = file.stat()
    except OSError:
        return Place(location=str(file), file=file, free=free_space(file))
    size, mode = found.st_size + _size_beside(file), stat.S_IMODE(found.st_mode)
    return Place(location=str(file), file=file, size=size, mode=mode, free=free_space(file))


def _size_beside(file: Path) -> int:
    """Sum up the log and the caches beside a store's file; a writer may remove one meanwhile."""
    total = 0
    for beside in file.parent.glob(f"{escape(file.name)}[-.]*"):
        with suppress(OSError):
            total += beside.stat().st_size
    return total


def free_space(file: Path) -> int:
    """Tell how many bytes are free where a file lies or would lie."""
    folder = next((one for one in file.absolute().parents if one.is_dir()), Path("/"))
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


def read_contents(store: Store, profile: str) -> Contents:
    """Count what is in a store, and tell who asks."""
    overview = store.overview()
    directory = open_directory(store)
    joined = sum(len(members) - 1 for members in directory.persons.groups.values())
    accounts = store.profiles().get(profile)
    me = directory.person(min(accounts)) if accounts else None
    return Contents(
        overview=overview,
        people=max(overview.accounts - joined, 0),
        profile=profile,
        me=me,
        told=tuple(count_statements(store.declared(), store.introductions(), directory.persons, me)),
        refused=directory.persons.refused,
    )
