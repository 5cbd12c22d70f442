"""`intrograph log`: an act of yours that no export holds."""

from datetime import datetime

import click

from dashboard.cli.options import Instant, make_command
from dashboard.cli.session import Reply, Session, undoable
from dashboard.service.byhand import LOGGED, Act, log_act, unlog
from dashboard.words.changes import DID
from dashboard.words.json import named
from dashboard.words.lines import Line, day, link, name
from graph.errors import Remedy, UsageError
from graph.export.json import pick
from graph.model import Kind

_EXAMPLES = """\b
Examples:
  intrograph log comment "Steve Strauss" --at 2009-04-20 --url https://example.org/column --title "Should they?"
  intrograph log call "Ann Lee" --at 2026-11-02T10:00+01:00 --note "the new catalogue"
"""


@make_command("log", epilog=_EXAMPLES)
@click.argument("kind", required=False, metavar="comment|call|meeting|message")
@click.argument("who", required=False, metavar="P")
@click.option("--at", type=Instant(), metavar="D", help="When: a day, or ISO 8601 with a zone.")
@click.option("--url", metavar="U", help="The link of what it is about.")
@click.option("--title", metavar="T", help="What that is called.")
@click.option("--note", metavar="T", help="What was said; kept as its excerpt.")
@click.option("--new", metavar="NAME", help="Make this person, who is in no source.")
@click.option("--undo", metavar="ID", help="Take back what was logged under this id.")
def run(
    session: Session,
    kind: str | None,
    who: str | None,
    at: datetime | None,
    url: str | None,
    title: str | None,
    note: str | None,
    new: str | None,
    undo: str | None,
) -> Reply:
    """Note that you commented on something of P, called, met or wrote to them. The same told twice is one act."""
    if undo is not None:
        unlog(session.store, undo, session.now)
        return Reply(text=[f"Taken back: {undo}."], data={"id": undo, "undone": True, "undo": None})
    who = who or new
    if kind not in {one.value for one in LOGGED} or who is None:
        raise UsageError(
            f"what was it, and with whom? one of {', '.join(LOGGED)}, and a name",
            remedies=[Remedy(("log", "call", "NAME", "--at", "DAY"))],
        )
    if at is None:
        raise UsageError("when was it? add --at 2009-04-15", remedies=[Remedy(("log", kind, who, "--at", "DAY"))])
    if url is not None and link(url.strip()) is None:
        raise UsageError(f"--url {url!r} is no link: it must begin with http:// or https://, without blanks")
    act = Act(kind=Kind(kind), at=at, url=url and url.strip(), title=title, note=note)
    names = session.names([new] if new else ())
    other, noted, _ = log_act(names, who, act, session.now)
    again = session.program.line("log", "--undo", noted)
    line: Line = [f"Noted: {DID[act.kind]} ", name(other.person.name), f", {day(act.at)}."]
    told = {"id": noted, "kind": act.kind, "person": named(other.person), **pick(act, "at url title note")}
    return undoable([line], told | {"undone": False}, again)
