"""What a command gets (the session) and what it gives back (a reply); `app` opens the one and prints the other."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from dashboard.cli.console import Console
from dashboard.words.lines import Line, command
from dashboard.words.program import Program
from graph.errors import IntrographError, Remedy, StoreError, UsageError

if TYPE_CHECKING:
    from dashboard.service.naming import Names
    from graph.store.store import Store


_SAFER = "neo4j+s:// in its place encrypts it, where the server has a certificate"


class DeclinedError(IntrographError):
    """The user said no to a question; nothing was changed, which is no failure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a command answers.

    Attributes:
        text: The lines for a reader, on stdout.
        data: The same for a program, on stdout as JSON instead of the text with `--json`; records may stand in it.
        raw: Pieces of a file that go to stdout as they are (`-o -`), instead of either.
        error: What is told after the answer and sets the exit code, where the answer itself is a partial one.
    """

    text: Iterable[Line] = ()
    data: object = None
    raw: Iterable[bytes] | None = None
    error: IntrographError | None = None


def undoable(lines: Iterable[Line], data: dict[str, object], undo: str) -> Reply:
    """Answer what was done, with the command that undoes it."""
    return Reply(text=[*lines, ["Undo: ", command(undo)]], data={**data, "undo": undo})


@dataclass(slots=True, kw_only=True)
class Session:
    """One call of the command line: which store, who asks, and the clock.

    Attributes:
        location: What `--store` or INTROGRAPH_STORE says; None for the user's data folder.
        named: The same where it was named on the command line, as shown commands name it again.
        profile: Whose `me`.
        reads: Whether the command has nothing to do in a store that is not there, so that none is made.
        half: Whether it is for a store, too, into which a copy is under way.
        file: What the store in the user's data folder is called.
    """

    location: str | None
    profile: str
    terminal: Console
    clock: Callable[[], datetime]
    reads: bool = False
    half: bool = False
    file: str = "people.db"
    named: str | None = None
    _store: "Store | None" = field(default=None, repr=False)

    @property
    def as_json(self) -> bool:
        """Whether `--json` was given."""
        return self.terminal.as_json

    @property
    def program(self) -> Program:
        """How the commands that are shown begin."""
        from graph.stores import name_place

        return Program(store=self.named and name_place(self.named), profile=self.profile)

    @property
    def now(self) -> datetime:
        """The instant of asking, in UTC."""
        return self.clock()

    @property
    def today(self) -> date:
        """The day of asking, in UTC."""
        return self.clock().date()

    @property
    def place(self) -> str:
        """The store's place as `open_store` takes it; the default one is not created yet."""
        if self.location is not None:
            return self.location
        from dashboard.service.overview import usual_place

        return usual_place(self.file)

    @property
    def store(self) -> "Store":
        """The store, opened at first use and closed at the end of the call.

        Raises:
            StoreError: If it can't be reached, is not ours, or holds half a copy.
        """
        if self._store is None:
            if self.location is None:
                from dashboard.service.overview import make_private_folder

                make_private_folder(self.place)
            elif self.reads:
                _expect_store(self.place)
            self._store = self.open(self.place)
            if not self.half:
                self._store.expect_whole()
        return self._store

    def open(self, place: str) -> "Store":
        """Open a store; that it is read and written over the network unencrypted, is noted."""
        from graph.stores import is_exposed, name_place, open_store

        if is_exposed(place):
            self.terminal.note(f"What is read and written goes to {name_place(place)} unencrypted; {_SAFER}.")
        return open_store(place, now=self.now)

    def whom(self, text: str) -> str:
        """Give a text that says who is meant; of `me`, an account of who asks.

        Raises:
            UnknownMeError: If it is `me`, and that is not known.
        """
        from graph.people.handles import means_me
        from graph.people.person import open_directory
        from graph.people.resolve import resolve_me

        return resolve_me(open_directory(self.store), self.profile).id if means_me(text) else text

    def names(self, new: Sequence[str] = ()) -> "Names":
        """Prepare to tell who is meant; that others bear the name of who is to be new, is noted."""
        from dashboard.service.naming import open_names
        from dashboard.words.people import another_lines

        names = open_names(self.store, self.profile, new)
        for made, other in names.namesakes():
            for line in another_lines(made, other, self.program):
                self.terminal.note(line)
        return names

    def close(self) -> None:
        """Let go of the store, if it was opened."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def allow(self, question: str, *, yes: bool) -> None:
        """Ask before what can't be taken back.

        Raises:
            DeclinedError: If the user says no.
            UsageError: If there is nobody to ask, and `--yes` was not given.
        """
        if yes:
            return
        if not self.terminal.asks:
            raise UsageError(
                f"nothing was done, as there is no terminal to ask on: add --yes if the answer is yes to: {question}"
            )
        if not self.terminal.confirm(question):
            raise DeclinedError("nothing was changed")


pass_session = click.make_pass_decorator(Session)


def _expect_store(location: str) -> None:
    from dashboard.service.overview import find_place

    place = find_place(location)
    # Where the folder is missing, too, opening says so better, and makes nothing either.
    if place.file is not None and not place.exists and place.file.parent.is_dir():
        raise StoreError(
            f"there is no store at {place.location}; check --store and INTROGRAPH_STORE, or bring something in",
            remedies=[Remedy(("ingest", "PATH"))],
        )
