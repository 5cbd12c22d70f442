"""How an ingest tells how far it is: in words for a reader, in JSON for the page that started it."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from time import monotonic

from dashboard.cli.console import Console
from dashboard.service.status import OpenQuestion, is_asked_for, write_status
from dashboard.words.outcome import progress_words
from graph.errors import UsageError
from ingest.pull.owner import OwnerQuestionError
from ingest.pull.progress import Progress

_EVERY = 0.5  # seconds


@contextmanager
def tell_progress(terminal: Console, *, quiet: bool) -> Iterator[Callable[[Progress], None]]:
    """Give a function that takes how far an ingest is, as often as it likes."""
    if is_asked_for() and not quiet:
        yield _in_json(terminal)
        return
    with terminal.progress(quiet=quiet) as show:
        yield lambda at: show(progress_words(at))


def tell_questions(terminal: Console, source: str, errors: Iterable[UsageError]) -> None:
    """Tell who reads JSON what must be answered before inputs are read; whose they are last, as the last one counts."""
    asked = [OpenQuestion(source=source, owner=isinstance(one, OwnerQuestionError), why=str(one)) for one in errors]
    for question in sorted(asked, key=lambda one: one.owner) if is_asked_for() else ():
        terminal.note(write_status(question=question))


def _in_json(terminal: Console) -> Callable[[Progress], None]:
    due = monotonic()

    def show(at: Progress) -> None:
        nonlocal due
        if (now := monotonic()) >= due:
            due = now + _EVERY
            terminal.note(write_status(progress=at))

    return show
