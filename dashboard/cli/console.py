"""The console: the only printer, the only one that asks, and how a long job shows where it is."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from time import monotonic
from typing import IO, Any, TextIO

import click

from dashboard.words.lines import Line, Span, Style, clean, plain, spans
from graph.errors import UsageError

_LOG_EVERY = 5.0
_SHOW_EVERY = 0.1

Show = Callable[[str], None]
"""Takes what a job says of itself, as often as it likes."""
_COLOURS: dict[Style, dict[str, Any]] = {
    Style.HEADING: {"bold": True},
    Style.NAME: {"bold": True},
    Style.GOOD: {"fg": "green"},
    Style.BAD: {"fg": "red", "bold": True},
    Style.WARNING: {"fg": "yellow"},
    Style.DIM: {"dim": True},
    Style.LINK: {"fg": "blue", "underline": True},
    Style.COMMAND: {"fg": "cyan"},
}
_LINES_A_WRITE = 500
_ANSWERS = {"y": True, "yes": True, "n": False, "no": False}


class PipeClosedError(Exception):
    """Whoever read our output has stopped reading: no fault, and nothing more to say."""


class OutputError(Exception):
    """What we write is not taken: the disk is full, say."""


class Console:
    """What is shown and asked on a terminal, or written into a pipe.

    Attributes:
        as_json: Whether `--json` was given, so that stdout is for JSON.
    """

    def __init__(self, colour: str) -> None:
        self.colour = colour
        self.as_json = False

    @property
    def asks(self) -> bool:
        """Tell whether there is a person to ask: stdin and stderr are a terminal."""
        return sys.stdin.isatty() and sys.stderr.isatty()

    def say(self, lines: Iterable[Line]) -> None:
        """Show lines on stdout, ahead of the reply; on stderr where stdout is for JSON."""
        stream = sys.stderr if self.as_json else sys.stdout
        colour = self._coloured(stream)
        rest = iter(lines)
        while some := list(islice(rest, _LINES_A_WRITE)):
            text = "".join(f"{self._drawn(line, coloured=colour)}\n" for line in some)
            with _quiet_pipe():
                click.echo(text, file=stream, nl=False, color=colour)

    def note(self, line: Line) -> None:
        """Show a line on stderr."""
        colour = self._coloured(sys.stderr)
        with _quiet_pipe():
            click.echo(self._drawn(line, coloured=colour), file=sys.stderr, color=colour)

    def write(self, pieces: Iterable[bytes]) -> None:
        """Write a file's bytes to stdout."""
        stream = sys.stdout.buffer
        for piece in pieces:
            with _quiet_pipe():
                stream.write(piece)
        with _quiet_pipe():
            stream.flush()

    def confirm(self, question: str, *, default: bool | None = False) -> bool:
        """Ask a question with yes or no; without a default until it is answered."""
        choices = {None: "y/n", True: "Y/n", False: "y/N"}[default]

        def read(answer: str) -> bool:
            word = answer.strip().lower()
            if word in _ANSWERS or (not word and default is not None):
                return _ANSWERS.get(word, bool(default))
            raise click.UsageError(f"{answer.strip()!r} is neither yes nor no: type y or n")

        return bool(click.prompt(f"{clean(question)} [{choices}]", "", value_proc=read, show_default=False, err=True))

    def ask(self, question: str, check: Callable[[str], object], *, default: str | None) -> str:
        """Ask for a word or a line, until `check` raises no UsageError of it."""

        def checked(answer: str) -> str:
            try:
                check(answer)
            except UsageError as error:
                raise click.UsageError(str(error)) from error
            return answer

        shown = default is not None
        return str(click.prompt(clean(question), default or "", value_proc=checked, show_default=shown, err=True))

    def ask_password(self, question: str) -> str:
        """Ask for a new password twice, without showing it; without a terminal, read it as a line of stdin."""
        if not sys.stdin.isatty():
            return sys.stdin.readline().rstrip("\r\n")
        again = "The same once more"
        return str(click.prompt(question, hide_input=True, confirmation_prompt=again, err=True))

    @contextmanager
    def progress(self, *, quiet: bool = False) -> Iterator[Callable[[str], None]]:
        """Show on stderr how a long job gets on: give a function that takes what it says of itself."""
        if quiet:
            yield silent
        elif sys.stderr.isatty():
            with on_terminal(sys.stderr, colour=self._coloured(sys.stderr)) as show:
                yield show
        else:
            yield in_log(self.note)

    def _coloured(self, stream: IO[Any]) -> bool:
        if self.colour != "auto":
            return self.colour == "always"
        return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    def _drawn(self, line: Line, *, coloured: bool) -> str:
        return "".join(_draw(span) for span in spans(line)) if coloured else plain(line)


def _draw(span: Span) -> str:
    style = _COLOURS.get(span.style)
    return click.style(clean(span.text), **style) if style else clean(span.text)


@contextmanager
def _quiet_pipe() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        _forget_output()
        raise PipeClosedError from None
    except OSError as error:
        _forget_output()
        raise OutputError(f"the output can't be written ({error.strerror}): make room, or write elsewhere") from error


def _forget_output() -> None:
    """Let what is left in stdout go nowhere: Python flushes it once more when it ends, and would complain then."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())


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
    from rich.console import Console as Screen
    from rich.text import Text

    console = Screen(file=stream, no_color=not colour, highlight=False)
    shown = 0.0
    with console.status("") as status:

        def show(text: str) -> None:
            nonlocal shown
            if monotonic() - shown >= _SHOW_EVERY:
                shown = monotonic()
                status.update(Text(clean(text)))

        yield show
