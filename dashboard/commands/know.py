"""`intrograph know`: who knows whom, as you say it."""

from collections.abc import Iterator
from datetime import date
from shlex import quote

import click

from dashboard.options import Day, json_option
from dashboard.render.text import Line, command, name
from dashboard.service.byhand import Said, know, unknow
from dashboard.service.names import Named, open_names
from dashboard.session import Reply, Session, pass_session
from graph.errors import UsageError
from graph.model import Closeness

_EXAMPLES = """\b
Examples:
  intrograph know "Rieva Lesonski" --closeness close --how "we worked together"
  intrograph know "Rieva Lesonski" --and "Steve Strauss" --closeness familiar --how "she told me"
  intrograph know --new "Ann Lee" --closeness slight --how "met at a fair" --since 2024
"""


@click.command("know", short_help="Say that you know somebody, or that two people know each other.", epilog=_EXAMPLES)
@click.argument("who", required=False, metavar="P")
@click.option("--and", "other", metavar="Q", help="Say that P and Q know each other, rather than you and P.")
@click.option("--closeness", type=click.Choice([one.value for one in Closeness]), help="How close they are.")
@click.option("--how", metavar="T", help="How they know each other: your evidence, in your words.")
@click.option("--since", type=Day(), metavar="D", help="Since when; an answer as of an earlier day leaves it out.")
@click.option("--new", multiple=True, metavar="NAME", help="Make this person, who is in no source; repeatable.")
@click.option("--undo", is_flag=True, help="Take back what was said of the two.")
@json_option
@pass_session
def run(
    session: Session,
    who: str | None,
    other: str | None,
    closeness: str | None,
    how: str | None,
    since: date | None,
    new: tuple[str, ...],
    *,
    undo: bool,
) -> Reply:
    """Say that you know P, or with --and that P and Q know each other. Said again, it is corrected."""
    who = who or (new[0] if new else None)
    if who is None:
        raise UsageError("who is it? intrograph know NAME --closeness close --how TEXT")
    names = open_names(session.store, session.profile, () if undo else new)
    if undo:
        pair = unknow(names, who, other, session.now)
    elif closeness is None:
        raise UsageError("how close is it? add --closeness close, --closeness familiar or --closeness slight")
    else:
        pair = know(names, who, other, Said(closeness=Closeness(closeness), how=how, since=since), session.now)
    again = _undo(pair, other)
    return Reply(
        text=lambda: _render(pair, other, closeness, again, undone=undo),
        data=lambda: {
            "people": [{"id": one.person.id, "name": one.person.name} for one in reversed(pair)],
            "closeness": None if undo else closeness,
            "how": None if undo else how,
            "since": None if undo or since is None else since.isoformat(),
            "undone": undo,
            "undo": None if undo else again,
        },
    )


def _undo(pair: tuple[Named, Named], other: str | None) -> str:
    one, two = pair
    both = f" --and {quote(two.person.id)}" if other else ""
    return f"intrograph know {quote(one.person.id)}{both} --undo"


def _render(
    pair: tuple[Named, Named], other: str | None, closeness: str | None, again: str, *, undone: bool
) -> Iterator[Line]:
    one, two = pair
    a, verb, b = (one.person.name, "knows", two.person.name) if other else ("You", "know", one.person.name)
    if undone:
        yield ["Taken back: ", name(a), f" {verb} ", name(b), "."]
        return
    yield ["Noted: ", name(a), f" {verb} ", name(b), f" ({closeness})."]
    yield ["Undo: ", command(again)]


COMMAND = run
