"""The command line: the composition root, and the only one that sets exit codes.

0 done; 1 internal error, or the output can't be written; 2 usage, or unknown `me`; 3 name unknown or ambiguous; 4 store
not reachable; 5 nothing could be read; 130 Ctrl-C.
"""

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from io import TextIOWrapper
from shlex import quote
from typing import Any

import click
from click.core import ParameterSource

from dashboard.cli.commands import HALF, READING, Commands
from dashboard.cli.console import Console, OutputError, PipeClosedError
from dashboard.cli.session import DeclinedError, Reply, Session
from dashboard.words.lines import Line, Span, Style, table
from dashboard.words.program import DEFAULT_PROFILE, Program
from graph.errors import (
    IntrographError,
    InvalidRecordError,
    NameUnknownError,
    NotHereError,
    NothingReadError,
    StoreError,
    UsageError,
)

PROGRAM = "intrograph"
INTERNAL, USAGE, NAME, STORE, NOTHING_READ, INTERRUPTED = 1, 2, 3, 4, 5, 130
_CODES: tuple[tuple[type[Exception], int], ...] = (
    (DeclinedError, 0),
    (UsageError, USAGE),
    (InvalidRecordError, USAGE),
    (NameUnknownError, NAME),
    (StoreError, STORE),
    (NothingReadError, NOTHING_READ),
)


class Root(Commands):
    """All commands, and what becomes of their errors."""

    def main(self, *args: Any, **options: Any) -> Any:
        """Run a command line, with the options of click, and exit with its code; what fails is told in one line."""
        try:
            code = super().main(*args, **{"prog_name": PROGRAM, **options, "standalone_mode": False})
        except PipeClosedError:
            code = 0
        except OutputError as error:
            code = _tell([Span("Error: ", Style.BAD), _sentence(str(error))], INTERNAL)
        except (click.Abort, KeyboardInterrupt):
            code = _tell("Stopped.", INTERRUPTED)
        except click.ClickException as error:
            code = _tell_click(error)
        except IntrographError as error:
            code = _tell_error(error, Program())
        except Exception as error:  # noqa: BLE001 # the last resort: one line that says what to report
            code = _tell_internal(error)
        sys.exit(code)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error is told with what to do next, for the store and profile of this call."""
        try:
            return super().invoke(ctx)
        except IntrographError as error:
            session = ctx.find_object(Session)
            return _tell_error(error, session.program if session is not None else Program())


def _tell(line: Line, code: int, more: Iterable[Line] = ()) -> int:
    console = Console("auto")
    with suppress(PipeClosedError, OutputError):
        for one in (line, *more):
            console.note(one)
    return code


def _tell_click(error: click.ClickException) -> int:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        first, *rest = error.format_message().splitlines()
        return _tell(first, USAGE, rest)
    context = getattr(error, "ctx", None)
    hint = f" See {context.command_path} --help." if context is not None else ""
    return _tell([Span("Error: ", Style.BAD), f"{_sentence(error.format_message())}{hint}"], USAGE)


def _tell_error(error: IntrographError, program: Program) -> int:
    # What is left is told by a source: an input that it can't read.
    code = next((code for kind, code in _CODES if isinstance(error, kind)), NOTHING_READ)
    told = str(error)
    if isinstance(error, NotHereError):
        told += f"; if {error.text} is in no source yet, add: --new {quote(error.text)}"
    message = _sentence(told)
    if isinstance(error, DeclinedError):
        return _tell(f"{message[:1].upper()}{message[1:]}", code)
    candidates = error.candidates if isinstance(error, NameUnknownError) else ()
    more = [*(table(candidates) if candidates else ()), *program.lines(error.remedies)]
    return _tell([Span("Error: ", Style.BAD), message], code, more)


def _sentence(message: str) -> str:
    message = message.strip()
    return message if message.endswith((".", "?", "!")) else f"{message}."


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(PROGRAM)
    except PackageNotFoundError:  # run from a folder, not installed
        return "of unknown version"


def _tell_internal(error: Exception) -> int:
    """Say what to report; an error's own words may hold somebody's data, so they are not asked for."""
    if os.environ.get("INTROGRAPH_DEBUG"):
        from traceback import format_exception

        _tell("", INTERNAL, [line for part in format_exception(error) for line in part.splitlines()])
    from platform import python_version

    from dashboard.service.faults import locate

    what = f"{locate(error)} ({PROGRAM} {_version()}, Python {python_version()})"
    return _tell(
        [
            Span("Internal error: ", Style.BAD),
            f"{what}. Please report this line and what you typed; INTROGRAPH_DEBUG=1 shows the traceback.",
        ],
        INTERNAL,
    )


def _show_version(context: click.Context, _: click.Parameter, value: bool) -> None:  # click's signature
    if value:
        Console("never").say([f"{PROGRAM} {_version()}"])
        context.exit()


@click.group(
    PROGRAM,
    cls=Root,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Everything stays on this machine. STORE is also read from INTROGRAPH_STORE.",
)
@click.option("--store", metavar="STORE", envvar="INTROGRAPH_STORE", help="A path, sqlite:///PATH, or a Neo4j's URL.")
@click.option("--as", "profile", metavar="PROFILE", default=DEFAULT_PROFILE, show_default=True, help="Who asks.")
@click.option("--color", "colour", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colours.")
@click.option("--json", "as_json", is_flag=True, help="Data on stdout; also after every command.")
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help="Show the version."
)
@click.pass_context
def root(context: click.Context, store: str | None, profile: str, colour: str, *, as_json: bool) -> Reply | None:
    """Who can introduce you to somebody: ranked, proven contact paths from data that you own.

    Alone it shows what is in the store and what to do next.
    """
    if store == "":  # as from an unset variable in a script; INTROGRAPH_STORE set to nothing counts as not set
        raise UsageError("--store names nothing; give a path, or leave --store out for the store in your data folder")
    clock = context.obj or (lambda: datetime.now(UTC))
    console = Console(colour)
    named = store if context.get_parameter_source("store") is ParameterSource.COMMANDLINE else None
    console.as_json = as_json
    called = context.invoked_subcommand
    reads, half = called in READING, called in HALF
    session = Session(
        location=store, named=named, profile=profile, terminal=console, clock=clock, reads=reads, half=half
    )
    context.obj = session
    context.call_on_close(session.close)
    if called is not None:
        return None
    from dashboard.cli.commands.home import home

    return home(session)


@root.result_callback()
@click.pass_obj
def show(session: Session, /, reply: Reply | None, **_: object) -> int:
    """Print a command's reply, and give the exit code."""
    if reply is None:
        return 0
    console = session.terminal
    if reply.raw is not None:
        console.write(reply.raw)
    elif session.as_json:
        from dashboard.words.json import encode_answer
        from graph.export.json import dumps

        console.write([f"{dumps(reply.data, partial(encode_answer, program=session.program))}\n".encode()])
    else:
        console.say(reply.text)
    return 0 if reply.error is None else _tell_error(reply.error, session.program)


def main() -> None:
    """Run the command line of this process."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    root()
