"""`intrograph exclude`: what is never brought in."""

from collections.abc import Iterator

import click

from dashboard.cli.options import make_command, yes_option
from dashboard.cli.session import DeclinedError, Reply, Session
from dashboard.service.privacy import EXCLUDE, Coverage, exclude, rules_of, stop_rule
from dashboard.words.lines import Line, command, count
from dashboard.words.privacy import receipt_lines
from dashboard.words.program import Program
from graph.errors import operands
from graph.store.documents import Receipt


@make_command("exclude")
@click.argument("what", required=False, metavar="[ADDRESS|DOMAIN|FOLDER]")
@click.option("--remove", is_flag=True, help="Bring it in again from now on.")
@click.option("--list", "listed", is_flag=True, help="Show what is excluded.")
@yes_option
def run(session: Session, what: str | None, *, remove: bool, listed: bool, yes: bool) -> Reply:
    """Never bring in an address, a domain with its subdomains, an account id, or a folder.

    A value with a slash is a folder's path; a single word is the name of a folder anywhere in an input. What is held
    already of an address or domain is removed too, if you say so. Without a value it shows what is excluded.
    """
    if what is None or listed:
        return _listed(session)
    if remove:
        stop_rule(session.store, EXCLUDE, what)
        return Reply(
            text=[f"{what} is no longer excluded; bring its export in again to read what was left out."],
            data={"excluded": rules_of(session.store, EXCLUDE), "removed": {}},
        )
    made = exclude(session.store, what)
    receipt = _remove_held(session, made, yes=yes)
    return Reply(
        text=_render(made, receipt, session.program),
        data={
            "excluded": rules_of(session.store, EXCLUDE),
            "covered": len(made.covered),
            "removed": receipt or {},
        },
    )


_MANY = ("fall", "stay", "them", "their")


def _remove_held(session: Session, made: Coverage, *, yes: bool) -> Receipt | None:
    if not made.covered:
        return None
    held = count(len(made.covered), "account")
    fall, stay, them, their = ("falls", "stays", "it", "its") if len(made.covered) == 1 else _MANY
    if not yes and not session.terminal.asks:
        session.terminal.note(f"{held} held already {fall} under it and {stay}; add --yes to remove {them}")
        return None
    try:
        session.allow(
            f"{held} held already {fall} under {made.value}. Remove {them} and {their} acts for good?", yes=yes
        )
    except DeclinedError:
        return None
    return session.store.remove_matching(made.covered)


def _listed(session: Session) -> Reply:
    values = rules_of(session.store, EXCLUDE)
    return Reply(
        text=values or ["Nothing is excluded."],
        data={"excluded": values},
    )


def _render(made: Coverage, receipt: Receipt | None, program: Program) -> Iterator[Line]:
    yield f"{made.value} is excluded from now on: nothing of it is written."
    if made.folder:
        yield "What came from that folder before can't be told apart; forget people one by one where you want it gone."
    elif receipt is not None:
        yield "Removed of what was held:"
        yield from receipt_lines(receipt)
    elif made.covered:
        yield f"{count(len(made.covered), 'account')} held already {'stays' if len(made.covered) == 1 else 'stay'}."
    undo = command(program.line("exclude", "--remove", *operands(made.value)))
    if receipt is None:
        yield ["Undo: ", undo]
        return
    yield ["Undo, of the rule alone: ", undo]
    yield "That does not bring back what was removed. After it, bring the same files in again; what is in them comes."
    yield "What you told by hand of them (know, log, introduce, lists, joins) does not: tell it again."
