"""How a long job shows where it is: a bar on a terminal, a line now and then in a log, or nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TextIO

from dashboard.words.lines import clean

_LOG_EVERY = 5.0
_SHOW_EVERY = 0.1

Show = Callable[[str], None]
"""Takes what a job says of itself, as often as it likes."""


def silent(_: str) -> None:
    """Show nothing (`--quiet`)."""


def in_log(note: Callable[[str], None]) -> Show:
    """Show a line every few seconds, as a log wants it."""
    due = monotonic() + _LOG_EVERY

    def show(status: str) -> None:
        nonlocal due
        if (now := monotonic()) >= due:
            due = now + _LOG_EVERY
            note(status)

    return show


@contextmanager
def on_terminal(stream: TextIO, *, colour: bool) -> Iterator[Show]:
    """Show one line that changes in place, with a spinner, and leave nothing behind."""
    from rich.console import Console
    from rich.text import Text

    console = Console(file=stream, no_color=not colour, highlight=False)
    shown = 0.0
    with console.status("") as status:

        def show(text: str) -> None:
            nonlocal shown
            if monotonic() - shown >= _SHOW_EVERY:
                shown = monotonic()
                status.update(Text(clean(text)))

        yield show
