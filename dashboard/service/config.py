"""The user's `intrograph.toml`: the jobs, which are what is to be brought in again and again."""

import math
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from pathlib import Path

from platformdirs import user_config_path

from graph.errors import UsageError
from graph.model import account_id
from ingest import registry
from ingest.source import Context, Option, Source

_SPAN = re.compile(r"([1-9]\d{0,3})([mhdw])", re.ASCII)
_UNITS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_LAST = datetime.max.replace(tzinfo=UTC)
_WORDS = "text, a number or a date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something to be brought in again and again.

    Attributes:
        source: The source's name; None where it is found out.
        paths: What it reads; a live source has none.
        every: How long after the beginning of a run the next one is due, as written: `6h`.
        budget: What a run may cost, in dollars; None for any.
        budget_month: What all runs of a calendar month (UTC) may cost.
        owner: `me` or `other`, where it is said whose archive it is.
        options: Those of the source, a flag that is set as "yes".
    """

    name: str
    source: str | None = None
    paths: tuple[str, ...] = ()
    every: str
    budget: float | None = None
    budget_month: float | None = None
    owner: str | None = None
    excerpts: bool = False
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def interval(self) -> timedelta:
        """How long it is from the beginning of a run until the next one is due."""
        many, unit = self.every[:-1], self.every[-1]
        return int(many) * _UNITS[unit]


def config_file() -> Path:
    """Tell where the jobs are read from by themselves: the user's config folder, and never the current one."""
    return user_config_path("intrograph", appauthor=False) / "intrograph.toml"


def find_jobs(named: Path | None) -> list[Job]:
    """Read the jobs of the file that is named, or of the user's own, if that is there.

    Raises:
        UsageError: As `read_jobs`.
    """
    file = named or config_file()
    # `Path.exists` breaks where a folder may not be looked into.
    return read_jobs(file) if named is not None or os.path.exists(file) else []  # noqa: PTH110


def read_jobs(file: Path) -> list[Job]:
    """Read the jobs of a file, in its order.

    Raises:
        UsageError: If it can't be read, or something in it is not as it should be; says where, and what would be right.
    """
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{file} can't be read: {error.strerror}") from error
    except ValueError as error:
        raise UsageError(f"{file} is no TOML: {error}") from error
    for key in content:
        if key != "jobs":
            raise UsageError(f"{file}: {key} is no key of it; a job is a table [jobs.NAME]")
    jobs = content.get("jobs", {})
    if not isinstance(jobs, dict):
        raise UsageError(f"{file}: jobs = {jobs!r} is no job; a job is a table [jobs.NAME]")
    return [_read_job(file, name, table) for name, table in jobs.items()]


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value.strip() != ""


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_sum(value: object) -> bool:
    return isinstance(value, int | float) and _is_number(value) and 0 < value < math.inf


_SHAPES: Mapping[str, tuple[Callable[[object], object], str]] = {
    "source": (_is_text, 'the name of a source, as "x"'),
    "path": (lambda value: bool(value) and all(map(_is_text, _listed(value))), 'a path as "~/exports", or a list'),
    "every": (lambda value: isinstance(value, str) and _SPAN.fullmatch(value), '"30m", "6h", "1d" or "1w"'),
    "budget": (_is_sum, "dollars, more than 0, as 2.50"),
    "budget-month": (_is_sum, "dollars, more than 0, as 20.00"),
    "owner": (lambda value: value in ("me", "other"), '"me" or "other"'),
    "excerpts": (lambda value: isinstance(value, bool), "true or false"),
}
"""The keys of every job, what each takes, and that in words."""


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _read_job(file: Path, name: str, table: object) -> Job:
    where = f"{file}: [jobs.{name}]"
    if not isinstance(table, dict):
        raise UsageError(f"{file}: jobs.{name} = {table!r} is no job; a job is a table [jobs.NAME]")
    for key, (fits, right) in _SHAPES.items():
        if key in table and not fits(table[key]):
            raise _refusal(where, key, table[key], f"it takes {right}")
    if "every" not in table:
        raise UsageError(f"{where} does not say how often it is to run; add every = {_SHAPES['every'][1]}")
    source = _read_source(where, table)
    return Job(
        name=name,
        source=None if source is None else source.name,
        paths=tuple(_place(file, str(path)) for path in _listed(table.get("path", []))),
        every=table["every"],
        budget=table.get("budget"),
        budget_month=table.get("budget-month"),
        owner=table.get("owner"),
        excerpts=table.get("excerpts", False),
        options=_read_options(where, source, table),
    )


def _refusal(where: str, key: str, value: object, right: str) -> UsageError:
    return UsageError(f"{where} {key} = {value!r} can't be; {right}")


def _place(file: Path, path: str) -> str:
    """Give a path as it is from anywhere: what is relative lies beside the file."""
    return str(file.absolute().parent / os.path.expanduser(path))  # noqa: PTH111 # raises nothing, whoever is named


def _read_source(where: str, table: Mapping[str, object]) -> Source | None:
    name = table.get("source")
    try:
        source = None if name is None else registry.source(str(name))
    except UsageError as error:
        raise _refusal(where, "source", name, str(error)) from error
    if source is not None and source.live is not None:
        if "path" in table:
            raise _refusal(where, "path", table["path"], f"{source.name} reads no files; leave it out")
    elif "path" not in table:
        raise UsageError(f"{where} does not say what is to be read; add path = {_SHAPES['path'][1]}")
    return source


def _read_options(where: str, source: Source | None, table: Mapping[str, object]) -> dict[str, str]:
    """Read what is the source's own; where that is found out, any source of files may be meant."""
    sources = [each for each in registry.sources() if each.live is None] if source is None else [source]
    known = {option.name: option for one in sources for option in one.options if option.name != "dry-run"}
    # Only who sells something has a budget.
    keys = dict.fromkeys([*(key for key in _SHAPES if "budget" in known or not key.startswith("budget")), *known])
    options = {}
    for key, value in table.items():
        if key not in keys:
            near = get_close_matches(key, keys, n=1)
            hint = f"did you mean {near[0]}? " if near else ""
            whose = "without a source" if source is None else f"of {source.name}"
            raise _refusal(where, key, value, f"{hint}the keys of a job {whose} are {', '.join(keys)}")
        if key not in _SHAPES:
            options[key] = _read_option(where, known[key], value)
    given = {key: text for key, text in options.items() if text}
    if source is not None and source.check is not None:
        try:  # with some account of mine, as whose it is says the store; at the end of days nothing lies ahead
            source.check(Context(now=_LAST, me=frozenset({account_id(source.name, "1")}), options=given))
        except UsageError as error:
            raise UsageError(f"{where} can't be run: {error}") from error
    return given


def _read_option(where: str, option: Option, value: object) -> str:
    """Give an option's value as the command line has it; '' for none."""
    if option.flag:
        fits, right = isinstance(value, bool), "true or false"
    elif option.many:
        fits, right = all(map(_is_word, _listed(value))), f"{_WORDS}, or a list"
    else:
        fits, right = _is_word(value), _WORDS
    if not fits:
        raise _refusal(where, option.name, value, f"it takes {right} ({option.help.rstrip('.')})")
    return ("yes" if value else "") if option.flag else "\n".join(map(str, _listed(value)))


def _is_word(value: object) -> bool:
    return isinstance(value, str | date) or _is_number(value)
