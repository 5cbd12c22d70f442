"""The intake: exports that are brought in on the page, one after the other, whichever server takes them.

Where each stands is kept on disk, and changed under one lock.
"""

import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from dashboard.service.command_run import age, is_running, read_run, redact_run
from dashboard.service.limits import TooManyError, check_files, check_id, need_room
from dashboard.service.parcels import Box, ParcelRecord, ParcelState, Sight, list_boxes
from dashboard.service.private_files import LOCK, exclusive
from dashboard.service.process import Launcher, end_runs, stop_run
from dashboard.service.reading import OWNER, Parcel, ask_columns, command_for, find_asks, show, sight_in
from graph.answers.reach import View
from graph.errors import IntrographError, UsageError

_MOST = 50
"""How many parcels there may be that are not over; of those that are, so many are kept."""
_SILENT = 3600.0  # seconds without a part, after which nothing more is expected
_LONGEST = 6 * 3600.0  # seconds that one may be read
_LONGEST_NAME = 255
_SLOW = f"this took more than {_LONGEST / 3600:.0f} hours; what was read is kept. Bring in the rest in smaller parts"
_LOST = "it ended without saying why; what was read is kept. Bring it in again for the rest"
_GONE = "intrograph was ended meanwhile; what was read is kept. Bring it in again for the rest"
_SILENCE = "nothing more of it came for an hour; bring it in again"
_STOPPED = "you stopped it; what was read is kept. Bring it in again for the rest"
_LEFT = "you stopped it before it was read"


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
        return [show(box, record) for box, record in reversed(self._held())]

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
            record = box.read()
            if record is not None and not record.state.over:
                if box.announced() == files:
                    box.touch()
                    return {path: held for path in files if (held := box.held(path))}
                if record.state is not ParcelState.RECEIVING:
                    raise UsageError("this is being brought in already")
            self._check_many()
            need_room(self._folder, size)
            box.remove()
            box.announce(files)
            box.write(ParcelRecord(name=name, size=size, at=self._launcher.clock(), state=ParcelState.RECEIVING))
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
        box, before = Box(self._folder / check_id(id_)), self._sight()
        with self._alone():
            record = box.read()
            if record is not None and record.state is ParcelState.RECEIVING:
                if not box.whole():
                    raise UsageError("not all of it is here; drop it again, and it goes on from where it was")
                record.state, record.before = ParcelState.WAITS, before
                box.write(record)
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
        before = self._sight()
        with self._alone():
            record = box.read()
            if record is not None and not record.state.over:
                raise UsageError("this is being brought in already")
            self._check_many()
            box.remove()
            size = os.path.getsize(place) if os.path.isfile(place) else 0  # noqa: PTH113, PTH202 # of any text
            at = self._launcher.clock()
            record = ParcelRecord(
                name=path.strip(), size=size, at=at, state=ParcelState.WAITS, place=str(place), before=before
            )
            box.write(record)
        self._advance()
        return show(box, box.read() or record)

    # --- what becomes of it ------------------------------------------------------------------------------------------

    def stop(self, id_: str) -> None:
        """Receive or read no more of a parcel; what was read is kept, its files are not."""
        box = Box(self._folder / check_id(id_))
        with self._alone():
            record = box.read()
            if record is None or record.state.over:
                return
            if record.state is ParcelState.READING:
                stop_run(box.run)
            else:
                _end(box, record, ParcelState.STOPPED, _LEFT)
        self._advance()

    def answer(self, id_: str, answers: Mapping[str, str]) -> None:
        """Answer what a parcel asks; what is not answered is as it was guessed.

        Raises:
            UsageError: If something is not answered that must be, or the answer is none of the choices.
        """
        box = Box(self._folder / check_id(id_))
        with self._alone():
            record = _expect(box, ParcelState.ASKS)
            for one in record.asks:
                answer = answers.get(one.option, one.guess)
                if answer not in one.choices:
                    said = "is not answered yet" if answer is None else f"is answered by {answer[:80]!r}"
                    raise UsageError(f"“{one.text}” {said}; choose one of {', '.join(one.choices)}")
                record.options[one.option], record.why = answer, ""
            record.asks = ask_columns(box, record)
            record.state = ParcelState.ASKS if record.asks else ParcelState.WAITS
            box.write(record)
        self._advance()

    def dismiss(self, id_: str) -> None:
        """Take a parcel that is over, or asks, off the list.

        Raises:
            UsageError: If it is neither.
        """
        box = Box(self._folder / check_id(id_))
        with self._alone():
            record = box.read()
            if record is not None and not record.state.over and record.state is not ParcelState.ASKS:
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
            for box in list_boxes(self._folder):
                record = box.read()
                if record is None:
                    box.remove()
                elif places or record.place is None or not is_running(box.run):
                    end_runs([box.run])
                    if record.state is ParcelState.READING:
                        record.why = _GONE
                        self._settle(box, record)
                    if not record.state.over:
                        _end(box, record, ParcelState.STOPPED, _GONE)
                    redact_run(box.run)

    # --- within ------------------------------------------------------------------------------------------------------

    def _alone(self) -> AbstractContextManager[None]:
        return exclusive(self._folder / LOCK)

    def _held(self) -> list[tuple[Box, ParcelRecord]]:
        """Give the parcels, oldest first."""
        held = [(box, record) for box in list_boxes(self._folder) if (record := box.read()) is not None]
        return sorted(held, key=lambda one: (one[1].at, one[0].id))

    def _check_many(self) -> None:
        if sum(not record.state.over for _, record in self._held()) >= _MOST:
            raise TooManyError(f"{_MOST} are being brought in already; wait for one of them, or stop it")

    def _sight(self) -> Sight | None:
        """Tell how far my data see; never asked for while others are kept waiting, as many ties take seconds."""
        with suppress(IntrographError):
            view = self._look()
            return None if view is None else Sight(contacts=view.contacts, behind=view.behind)
        return None

    def _advance(self) -> None:
        """Go on with what can: end what takes too long, note what is over, read the next one."""
        read = False
        with self._alone():
            held = self._held()
            waiting = [(box, record) for box, record in held if record.state is ParcelState.WAITS]
            for box, record in held:
                if record.state is ParcelState.RECEIVING and box.silent() > _SILENT:
                    _end(box, record, ParcelState.STOPPED, _SILENCE)
                elif record.state is ParcelState.READING and is_running(box.run):
                    _hurry(box, record)
                elif record.state is ParcelState.READING:
                    read = True
                    self._settle(box, record)
                    for other, next_ in waiting:
                        next_.before = record.after or next_.before
                        other.write(next_)
            if waiting and not any(record.state is ParcelState.READING for _, record in held):
                self._begin(*waiting[0])
            over = [box for box, record in held if record.state.over]
            for box in over[:-_MOST]:
                box.remove()
        if read:
            self._changed()

    def _begin(self, box: Box, record: ParcelRecord) -> None:
        record.state = ParcelState.READING
        box.write(record)
        words, within = command_for(box, record)
        self._launcher.launch(box.run, words, self._advance, within=within, most=_LONGEST)

    def _settle(self, box: Box, record: ParcelRecord) -> None:
        """Note what came of one that was read."""
        run = read_run(box.run)
        record.asks = find_asks(box, record, run)
        if not record.asks and run is not None and run.failed and run.question is not None:
            # What was answered leaves it unclear: it is asked once more, with what was wrong.
            record.options = {name: value for name, value in record.options.items() if name == OWNER}
            record.asks, record.why = ask_columns(box, record), run.error
        if record.asks:
            record.state = ParcelState.ASKS
            box.write(record)
        elif run is None or run.ended or not (run.summary or run.error):
            why = _STOPPED if run is not None and run.ended else _LOST
            _end(box, record, ParcelState.STOPPED, record.why or why)
        elif run.failed:
            _end(box, record, ParcelState.FAILED, run.error)
        else:
            record.after = sight_in(run.summary)
            _end(box, record, ParcelState.DONE, "; ".join(run.summary.questions if run.summary else ()))


def _expect(box: Box, state: ParcelState) -> ParcelRecord:
    record = box.read()
    if record is None or record.state is not state:
        raise UsageError("this is not here any more, or goes on already; reload the page")
    return record


def _end(box: Box, record: ParcelRecord, state: ParcelState, why: str) -> None:
    record.state, record.why, record.asks = state, why, ()
    box.empty()  # first: whoever sees that it is over finds nothing of it
    box.write(record)


def _hurry(box: Box, record: ParcelRecord) -> None:
    """End one that takes too long; one that was told to end and does not, is told again."""
    run = read_run(box.run)
    if run is not None and run.ended:
        stop_run(box.run)
    elif age(box.run) > _LONGEST:
        record.why = _SLOW
        box.write(record)
        stop_run(box.run)
