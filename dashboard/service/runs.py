"""The runs of a store that a page started."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import time_ns

from dashboard.service.command_run import CommandRun, is_running, read_record, read_run, redact_run
from dashboard.service.parcels import list_boxes
from dashboard.service.private_files import LOCK, exclusive
from dashboard.service.process import Launcher, end_runs, stop_run
from graph.errors import UsageError
from graph.store.store import Store

RUNS, JOBS, PARCELS = "runs", "jobs", "parcels"
"""Under which name the runs of a store lie beside its caches, and what there is of them in there."""
_KEPT = 20


class Runs:
    """The runs of a store that a page started, one at a time of each thing; a thing is named by any text.

    Of those that are over, the newest few are kept.
    """

    def __init__(self, folder: Path, launcher: Launcher, changed: Callable[[], None]) -> None:
        """Prepare to run commands.

        Args:
            folder: Where they are kept; made at the first one.
            launcher: Runs them.
            changed: Called whenever one that was started here is over.
        """
        self._folder, self._launcher, self._changed = folder, launcher, changed

    def find(self, things: Iterable[str]) -> CommandRun | None:
        """Give the newest run of a thing, by any of its names."""
        folder = self._find({*things})
        return None if folder is None else read_run(folder)

    def names(self) -> list[str]:
        """Name the things, newest first."""
        records = (read_record(folder) for folder in self.folders())
        return list(dict.fromkeys(record.thing for record in records if record is not None))

    def start(self, thing: str, words: Sequence[str], budget: float | None) -> None:
        """Run a command for a thing.

        Raises:
            UsageError: If it runs already.
        """
        with exclusive(self._folder / LOCK):
            held = self._find({thing})
            if held is not None and is_running(held):
                raise UsageError("this is being fetched already")
            over = [folder for folder in self.folders() if not is_running(folder)]
            for folder in [held] if held is not None else over[_KEPT - 1 :]:
                shutil.rmtree(folder, ignore_errors=True)
            made = self._folder / str(time_ns())
            self._launcher.launch(made, words, self._changed, thing=thing, budget=budget)

    def stop(self, things: Iterable[str]) -> None:
        """End the run of a thing, by any of its names, if it still runs; what it read is kept."""
        folder = self._find({*things})
        if folder is not None:
            stop_run(folder)

    def clean(self) -> None:
        """Remove those that are over: what came of them is in the store."""
        for folder in self.folders():
            if not is_running(folder):
                shutil.rmtree(folder, ignore_errors=True)

    def folders(self) -> list[Path]:
        """List where they are kept, newest first."""
        return list_runs(self._folder)

    def _find(self, things: set[str]) -> Path | None:
        records = ((folder, read_record(folder)) for folder in self.folders())
        return next((folder for folder, record in records if record is not None and record.thing in things), None)


def list_runs(folder: Path) -> list[Path]:
    """List where the runs of a folder are kept, newest first."""
    return sorted(folder.glob("[0-9]*"), reverse=True)


@contextmanager
def without_runs(store: Store) -> Iterator[None]:
    """Keep runs off a store: they are ended, nothing of them or of an upload stays, and none begins meanwhile."""
    folder = store.cache_path(RUNS)
    parts = [part for name in (JOBS, PARCELS) if (part := folder / name).is_dir()]
    with ExitStack() as held:
        for part in parts:
            held.enter_context(exclusive(part / LOCK))
        jobs, parcels = list_runs(folder / JOBS), list_boxes(folder / PARCELS)
        end_runs([*jobs, *(box.run for box in parcels)])
        for job in jobs:
            shutil.rmtree(job, ignore_errors=True)
        for box in parcels:
            box.remove()
        yield


def forget_runs(store: Store) -> None:
    """Remove what is kept of the runs of a store, as it may name somebody; of what still runs once it is over."""
    folder = store.cache_path(RUNS)
    for run in list_runs(folder / JOBS):
        if is_running(run):
            redact_run(run)
        else:
            shutil.rmtree(run, ignore_errors=True)
    for box in list_boxes(folder / PARCELS):
        record = box.read()
        if not is_running(box.run) and (record is None or record.state.over):
            box.remove()
        else:
            redact_run(box.run)
