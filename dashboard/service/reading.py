"""How a parcel is read: the command for it, what must be answered first, and how far it is."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dashboard.service.command_run import CommandRun, Summary, read_run
from dashboard.service.parcels import Box, ParcelRecord, ParcelState, Sight
from graph.errors import IntrographError
from ingest import registry
from ingest.source import Prompt

OWNER = "owner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """Something to be brought in.

    Attributes:
        name: As its user knows it: a file's or folder's, or the path that was named.
        size: The bytes that were announced.
        received: Those that are here.
        source: What reads it, several joined by +; None where that is not known yet.
        read: Interactions read so far.
        share: How much of the file at hand is read, from 0 to 1; None where unknown.
        left: Seconds that this takes yet; None where unknown.
        summary: What came of it; None unless it is over.
        why: Why it failed or stopped.
        asks: What must be answered before it can be read.
        before: How far my data saw before it; None where it was not known who I am.
        after: And after it.
        at: When it was offered.
    """

    id: str
    name: str
    size: int
    received: int
    state: ParcelState
    source: str | None
    read: int
    share: float | None
    left: float | None
    summary: Summary | None
    why: str
    asks: tuple[Prompt, ...]
    before: Sight | None
    after: Sight | None
    at: datetime


def command_for(box: Box, record: ParcelRecord) -> tuple[tuple[str, ...], Path | None]:
    """Give the command that reads a parcel, and the folder that it runs in; None for any.

    From within, an upload is told by the names that its user knows.
    """
    if record.place is not None:
        return ("ingest", *_options(record), "--", record.place), None
    return ("ingest", *_options(record), "--", _name(box)), box.content


def _name(box: Box) -> str:
    """Name what was uploaded so that it is taken for no source and no home."""
    top = box.top()
    name = "." if top == box.content else top.name
    return str(top) if name.startswith("~") else f"./{name}"


def _options(record: ParcelRecord) -> list[str]:
    flags = {option.name for source in registry.sources() for option in source.options if option.flag}
    return [
        f"--{name}" if name in flags else f"--{name}={value}"
        for name, value in record.options.items()
        if name not in flags or value == "yes"
    ]


def find_asks(box: Box, record: ParcelRecord, run: CommandRun | None) -> tuple[Prompt, ...]:
    """Tell what a parcel that was read asks, and must be answered before it is read again."""
    if run is None or run.question is None or run.ended:
        return ()
    if run.question.owner:
        asked = Prompt(option=OWNER, text=run.question.why, choices=("me", "other"), guess=None)
        return () if OWNER in record.options else (asked,)
    return ask_columns(box, record)


def ask_columns(box: Box, record: ParcelRecord) -> tuple[Prompt, ...]:
    """Tell what is to be asked of a table; nothing where it is no table, or several."""
    path = Path(record.place) if record.place else box.top()
    if not path.is_file() or OWNER in record.options:  # whose it is, is asked once the columns are known
        return ()
    try:
        source = registry.detect(path)
        answers = {name: value for name, value in record.options.items() if name != OWNER}
        return tuple(source.questions(path, answers)) if source.questions is not None else ()
    except IntrographError:  # reading it says so
        return ()


def sight_in(summary: Summary | None) -> Sight | None:
    """Tell how far my data see after a run; None where it is not known who I am."""
    contacts, behind = (summary.reach.get(name) if summary else None for name in ("contacts", "behind"))
    return Sight(contacts=contacts, behind=behind) if isinstance(contacts, int) and isinstance(behind, int) else None


def show(box: Box, record: ParcelRecord) -> Parcel:
    """Show where a parcel stands."""
    receiving = record.state is ParcelState.RECEIVING
    run = None if receiving else read_run(box.run)
    at, summary = (run.progress, run.summary) if run else (None, None)
    told = at if record.state is ParcelState.READING else None
    return Parcel(
        id=box.id,
        name=record.name,
        size=record.size,
        received=box.received() if receiving else record.size,
        state=record.state,
        source=(summary.source if summary else None) or (at.source if at else None),
        read=summary.new + summary.seen if summary else at.read if at else 0,
        share=min(told.done / told.total, 1.0) if told and told.done is not None and told.total else None,
        left=told.left if told else None,
        summary=summary if record.state.over else None,
        why=record.why,
        asks=record.asks,
        before=record.before,
        after=record.after,
        at=record.at,
    )
