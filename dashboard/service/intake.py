"""The intake: exports that are brought in on the page, one after the other, whichever server takes them.

Where each stands is kept on disk, and changed under one lock.
"""

import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from dashboard.service.limits import check_files, check_id, need_room
from dashboard.service.parcels import Box, Known, ParcelState, Sight
from dashboard.service.private_files import exclusive
from dashboard.service.process import (
    Launcher,
    age,
    end_runs,
    is_running,
    read_run,
    redact_run,
    stop_run,
)
from dashboard.service.reading import Parcel, ask_columns, command_for, find_asks, show, sight_in
from graph.answers.reach import View
from graph.errors import IntrographError, UsageError

_MOST = 50
"""How many parcels there may be that are not over; of those that are, so many are kept."""
_SILENT = 3600.0  # seconds without a part, after which nothing more is expected
_LONGEST = 6 * 3600.0  # seconds that one may be read
_LONGEST_NAME = 255
_SLOW = f"this took more than {_LONGEST / 3600:.0f} hours; what was read is kept. Bring in the rest in smaller parts"
_LOST = "it ended without saying why; what was read is kept. Bring it in again, and it goes on from there"
_GONE = "intrograph was ended meanwhile; what was read is kept. Bring it in again, and it goes on from there"
_SILENCE = "nothing more of it came for an hour; bring it in again"
_STOPPED = "you stopped it; what was read is kept"


class Intake:
    """What is brought in on the page."""

    def __init__(
        self, folder: Path, launcher: Launcher, look: Callable[[], View | None], changed: Callable[[], None]
    ) -> None:
        """Prepare to bring in.

        Args:
            folder: Where parcels are kept; made at the first one.
            launcher: Runs what reads them.
            look: Counts the people around me.
            changed: Called whenever one was read.
        """
        self._folder, self._launcher, self._look, self._changed = folder, launcher, look, changed

    def parcels(self) -> list[Parcel]:
        """List the parcels, newest first."""
        if not self._folder.is_dir():
            return []
        self._advance()
        return [show(box, known) for box, known in reversed(self._held())]

    # --- what comes in -----------------------------------------------------------------------------------------------

    def offer(self, id_: str, name: str, size: int, files: Mapping[str, int]) -> dict[str, int]:
        """Announce files that are to be uploaded, and tell how much is here of each of which there is something.

        Args:
            id_: The parcel's: the same again for the same files.
            name: The file's or the folder's.
            size: Of all, in bytes.
            files: Of each by its path, with slashes; of a single file that is its name.

        Raises:
            TooLargeError: If they are too many or too large.
            NoRoomError: If the disk has no room for them.
            UsageError: If they can't be what is said of them, or too many parcels are open.
        """
        box = Box(self._folder / check_id(id_))
        if check_files(files) != size or not name.strip() or len(name) > _LONGEST_NAME:
            raise UsageError("what was announced does not fit together; reload the page and drop it again")
        with self._alone():
            known = box.read()
            if known is not None and not known.state.over:
                if box.announced() == files:
                    box.touch()
                    return {path: held for path in files if (held := box.held(path))}
                if known.state is not ParcelState.RECEIVING:
                    raise UsageError("this is being brought in already")
            self._check_many()
            need_room(self._folder, size)
            box.remove()
            box.announce(files)
            box.write(Known(name=name, size=size, at=self._launcher.clock(), state=ParcelState.RECEIVING))
        return {}

    def receive(self, id_: str, path: str, offset: int, stream: BinaryIO) -> int:
        """Add a part to a file of a parcel, and tell how many bytes of it are here.

        Raises:
            UsageError: As `parcels.Box.add`, and if the parcel is not being received.
        """
        box = Box(self._folder / check_id(id_))
        _expect(box, ParcelState.RECEIVING)
        return box.add(path, offset, stream)

    def complete(self, id_: str) -> None:
        """Read a parcel, as all of it is here.

        Raises:
            UsageError: If that is not so.
        """
        box = Box(self._folder / check_id(id_))
        with self._alone():
            known = box.read()
            if known is not None and known.state is ParcelState.RECEIVING:
                if not box.whole():
                    raise UsageError("not all of it is here; drop it again, and it goes on from where it was")
                known.state, known.before = ParcelState.WAITS, self._sight()
                box.write(known)
        self._advance()

    def read_place(self, path: str) -> Parcel:
        """Read a file or folder of this machine.

        Raises:
            UsageError: If that is no path, or it is being read already.
        """
        if not path.strip() or "\0" in path:
            raise UsageError("which file or folder? Type its path")
        place = Path(os.path.expanduser(path.strip())).absolute()  # noqa: PTH111 # raises nothing, whoever is named
        box = Box(self._folder / blake2b(str(place).encode(errors="replace"), digest_size=16).hexdigest())
        with self._alone():
            known = box.read()
            if known is not None and not known.state.over:
                raise UsageError("this is being brought in already")
            self._check_many()
            box.remove()
            size = os.path.getsize(place) if os.path.isfile(place) else 0  # noqa: PTH113, PTH202 # of any text
            at, before = self._launcher.clock(), self._sight()
            known = Known(name=path.strip(), size=size, at=at, state=ParcelState.WAITS, place=str(place), before=before)
            box.write(known)
        self._advance()
        return show(box, box.read() or known)

    # --- what becomes of it ------------------------------------------------------------------------------------------

    def stop(self, id_: str) -> None:
        """Receive or read no more of a parcel; what was read is kept, its files are not."""
        box = Box(self._folder / check_id(id_))
        with self._alone():
            known = box.read()
            if known is None or known.state.over:
                return
            if known.state is ParcelState.READING:
                stop_run(box.run)
            else:
                _end(box, known, ParcelState.STOPPED, _STOPPED)
        self._advance()

    def answer(self, id_: str, answers: Mapping[str, str]) -> None:
        """Answer what a parcel asks; what is not answered is as it was guessed.

        Raises:
            UsageError: If something is not answered that must be, or the answer is none of the choices.
        """
        box = Box(self._folder / check_id(id_))
        with self._alone():
            known = _expect(box, ParcelState.ASKS)
            for one in known.asks:
                answer = answers.get(one.option, one.guess)
                if answer not in one.choices:
                    said = "is not answered yet" if answer is None else f"is answered by {answer[:80]!r}"
                    raise UsageError(f"“{one.text}” {said}; choose one of {', '.join(one.choices)}")
                known.options[one.option] = answer
            known.asks = ask_columns(box, known)
            known.state = ParcelState.ASKS if known.asks else ParcelState.WAITS
            box.write(known)
        self._advance()

    def dismiss(self, id_: str) -> None:
        """Take a parcel that is over, or asks, off the list.

        Raises:
            UsageError: If it is neither.
        """
        box = Box(self._folder / check_id(id_))
        with self._alone():
            known = box.read()
            if known is not None and not known.state.over and known.state is not ParcelState.ASKS:
                raise UsageError("this is being brought in; stop it first")
            box.remove()

    def end(self, *, places: bool) -> None:
        """End what no server is at work on any more: nothing of what was uploaded stays.

        Args:
            places: Whether what is read from this machine's own files is ended, too.
        """
        if not self._folder.is_dir():
            return
        with self._alone():
            for folder in self._folder.glob("[0-9a-f]*"):
                box = Box(folder)
                known = box.read()
                if known is None:
                    box.remove()
                elif places or known.place is None or not is_running(box.run):
                    end_runs([box.run])
                    if known.state is ParcelState.READING:
                        known.why = _GONE
                        self._settle(box, known)
                    if not known.state.over:
                        _end(box, known, ParcelState.STOPPED, _GONE)
                    redact_run(box.run)

    # --- within ------------------------------------------------------------------------------------------------------

    def _alone(self) -> AbstractContextManager[None]:
        return exclusive(self._folder / "lock")

    def _held(self) -> list[tuple[Box, Known]]:
        """Give the parcels, oldest first."""
        boxes = map(Box, self._folder.glob("[0-9a-f]*"))
        held = [(box, known) for box in boxes if (known := box.read()) is not None]
        return sorted(held, key=lambda one: (one[1].at, one[0].id))

    def _check_many(self) -> None:
        if sum(not known.state.over for _, known in self._held()) >= _MOST:
            raise UsageError(f"{_MOST} are being brought in already; wait for one of them, or stop it")

    def _sight(self) -> Sight | None:
        with suppress(IntrographError):
            view = self._look()
            return None if view is None else Sight(contacts=view.contacts, behind=view.behind)
        return None

    def _advance(self) -> None:
        """Go on with what can: end what takes too long, note what is over, read the next one."""
        read = False
        with self._alone():
            held = self._held()
            waiting = [(box, known) for box, known in held if known.state is ParcelState.WAITS]
            for box, known in held:
                if known.state is ParcelState.RECEIVING and box.silent() > _SILENT:
                    _end(box, known, ParcelState.STOPPED, _SILENCE)
                elif known.state is ParcelState.READING and is_running(box.run):
                    _hurry(box, known)
                elif known.state is ParcelState.READING:
                    read = True
                    self._settle(box, known)
                    for other, next_ in waiting:
                        next_.before = known.after or next_.before
                        other.write(next_)
            if waiting and not any(known.state is ParcelState.READING for _, known in held):
                self._begin(*waiting[0])
            over = [box for box, known in held if known.state.over]
            for box in over[:-_MOST]:
                box.remove()
        if read:
            self._changed()

    def _begin(self, box: Box, known: Known) -> None:
        known.state = ParcelState.READING
        box.write(known)
        words, within = command_for(box, known)
        self._launcher.launch(box.run, words, self._advance, within=within, most=_LONGEST)

    def _settle(self, box: Box, known: Known) -> None:
        """Note what came of one that was read."""
        run = read_run(box.run)
        known.asks = find_asks(box, known, run)
        if known.asks:
            known.state = ParcelState.ASKS
            box.write(known)
        elif run is None or run.ended or not (run.summary or run.error):
            why = _STOPPED if run is not None and run.ended else _LOST
            _end(box, known, ParcelState.STOPPED, known.why or why)
        elif run.failed:
            _end(box, known, ParcelState.FAILED, run.error)
        else:
            known.after = sight_in(run.summary)
            _end(box, known, ParcelState.DONE, "")


def _expect(box: Box, state: ParcelState) -> Known:
    known = box.read()
    if known is None or known.state is not state:
        raise UsageError("this is not here any more, or goes on already; reload the page")
    return known


def _end(box: Box, known: Known, state: ParcelState, why: str) -> None:
    known.state, known.why, known.asks = state, why, ()
    box.write(known)
    box.empty()


def _hurry(box: Box, known: Known) -> None:
    """End one that takes too long; one that was told to end and does not, is told again."""
    run = read_run(box.run)
    if run is not None and run.ended:
        stop_run(box.run)
    elif age(box.run) > _LONGEST:
        known.why = _SLOW
        box.write(known)
        stop_run(box.run)
