"""Options and argument types that several commands share."""

import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from dashboard.cli.commands import HELPS
from dashboard.cli.session import Reply, Session, pass_session
from graph.errors import UsageError
from graph.model import EARLIEST, EVIDENCE_KINDS, start_of

if TYPE_CHECKING:
    from graph.answers.ask import Question
    from graph.store.features import Filters

_Command = TypeVar("_Command", bound=Callable[..., Any])
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


class Day(click.ParamType[date]):
    """A day, month or year (2009-04-15, 2009-04, 2009): its first day, or its last one with `end`."""

    name = "date"

    def __init__(self, *, end: bool = False) -> None:
        self.end = end

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read a day, month or year."""
        if isinstance(value, date):
            return value
        found = _DAY.fullmatch(value.strip())
        try:
            return _day_of(found.groups() if found else (), end=self.end)
        except ValueError:
            self.fail(f"{value!r} is no date: write it as 2009-04-15, 2009-04 or 2009", param, ctx)


class Instant(click.ParamType[datetime]):
    """When something happened: a day (taken as its start in UTC), or ISO 8601 with a zone."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read a day or an instant; it must lie between 1971 and tomorrow."""
        if isinstance(value, datetime):
            return value
        try:
            at = datetime.fromisoformat(value.strip())
        except ValueError:
            self.fail(f"{value!r} is no date: write it as 2009-04-15 or 2009-04-15T09:30+02:00", param, ctx)
        if at.tzinfo is None:
            if at.time() != at.min.time():
                self.fail(f"{value!r} has no time zone: add Z or +02:00, or leave the time out", param, ctx)
            at = at.replace(tzinfo=UTC)
        session = ctx.find_object(Session) if ctx else None
        if session is not None and not EARLIEST <= at <= session.now + timedelta(days=1):
            self.fail(f"{value!r} lies outside 1971 to tomorrow", param, ctx)
        return at.astimezone(UTC)


class KindList(click.ParamType[frozenset[str]]):
    """Kinds of evidence, with commas between them."""

    name = "kinds"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> frozenset[str]:
        """Read the names of kinds; name the nearest where one is unknown."""
        if isinstance(value, frozenset):
            return value
        names = [name.strip().lower() for name in value.split(",") if name.strip()]
        for name in names:
            if name not in EVIDENCE_KINDS:
                near = get_close_matches(name, EVIDENCE_KINDS, n=1)
                hint = f"did you mean {near[0]}? " if near else ""
                self.fail(f"{name!r} is no kind; {hint}the kinds are {', '.join(EVIDENCE_KINDS)}", param, ctx)
        if not names:
            self.fail(f"no kind is named; the kinds are {', '.join(EVIDENCE_KINDS)}", param, ctx)
        return frozenset(names)


def _day_of(parts: Sequence[str | None], *, end: bool) -> date:
    """Make a day of year, month and day; of a whole year or month its first or last one.

    Raises:
        ValueError: If there is no such day.
    """
    year, month, day = (int(part) if part else None for part in (*parts, *[None] * (3 - len(parts))))
    if year is None:
        raise ValueError("no year")
    if month is None:
        month, day = (12, 31) if end else (1, 1)
    elif day is None:
        day = monthrange(year, month)[1] if end else 1
    return date(year, month, day or 1)


def make_command(
    name: str,
    help_line: str | None = None,
    *,
    cls: type[click.Command] = click.Command,
    epilog: str | None = None,
    group: click.Group | None = None,
) -> Callable[[Callable[..., Reply | None]], click.Command]:
    """Make a command, with `--json`, of a function that takes the session; one of a group has its own help line."""

    def make(run: Callable[..., Reply | None]) -> click.Command:
        made = click.command(name, cls, short_help=help_line or HELPS[name], epilog=epilog)(pass_session(run))
        made.params.append(json_option())
        if group is not None:
            group.add_command(made)
        return made

    return make


def json_option() -> click.Option:
    """Make `--json`."""
    what = "Data on stdout, notes on stderr."
    return click.Option(["--json"], is_flag=True, expose_value=False, callback=_note_json, help=what)


def _note_json(context: click.Context, _: click.Parameter, value: bool) -> None:  # click's signature
    session = context.find_object(Session)
    if session is not None and value:
        session.terminal.as_json = True


config_option = click.option(
    "--config",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The jobs; else intrograph.toml in your config folder.",
)
yes_option = click.option("--yes", "-y", is_flag=True, help="Answer yes to what is asked.")


def _all_of(*options: Callable[[_Command], _Command]) -> Callable[[_Command], _Command]:
    def add(command: _Command) -> _Command:
        return reduce(lambda made, option: option(made), reversed(options), command)

    return add


question_options = _all_of(
    click.option("-k", type=int, default=10, show_default=True, help="At most this many ways."),
    click.option("--max-hops", type=int, default=4, show_default=True, help="At most this many steps, 1 to 4."),
    click.option("--avoid", multiple=True, metavar="P", help="No way over this person; repeatable."),
    click.option("--via", multiple=True, metavar="P", help="Only ways over this person; repeatable."),
    click.option(
        "--min-strength", type=float, default=0.0, metavar="S", help="Every step at least this strong (0 to 1)."
    ),
    click.option("--kinds", type=KindList(), metavar="K,..", help="Count only these kinds of evidence."),
    click.option("--since", type=Day(), metavar="D", help="Count only what happened since."),
    click.option("--as-of", type=Day(end=True), metavar="D", help="Answer as of that day, month or year's end."),
)
"""Which ways and which interactions count; `make_question` takes what they give."""
serve_options = _all_of(
    click.option(
        "--host",
        metavar="ADDRESS",
        default="127.0.0.1",
        show_default=True,
        help="The address to listen at: this machine alone reaches 127.0.0.1.",
    ),
    click.option(
        "--port",
        type=click.IntRange(0, 65_535),
        default=8050,
        show_default=True,
        help="The page's port; 0 takes a free one.",
    ),
    click.option("--no-open", is_flag=True, help="Leave opening the page in a browser to you."),
)
"""Where the page is served, and whether a browser opens it."""


def make_question(
    asked: str | None,
    to_org: str | None,
    kinds: frozenset[str] | None,
    since: date | None,
    as_of: date | None,
    to_list: str | None = None,
    **ways: Any,
) -> "Question":
    """Make a question of whom it asks for and of what `question_options` gave."""
    from dashboard.words.ways import anybody_words
    from graph.answers.ask import Question

    filters = make_filters(kinds, since, as_of)
    asked = anybody_words(to_org, to_list) if asked is None else asked
    return Question(asked=asked, org=to_org, list=to_list, filters=filters, **ways)


def make_filters(kinds: frozenset[str] | None, since: date | None, as_of: date | None) -> "Filters":
    """Make filters of which interactions count."""
    from graph.store.features import Filters

    if since is not None and as_of is not None and since > as_of:
        raise UsageError(f"--since {since} is later than --as-of {as_of}: nothing lies between them")
    return Filters(kinds=kinds, since=None if since is None else start_of(since), as_of=as_of)
