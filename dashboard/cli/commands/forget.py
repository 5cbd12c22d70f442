"""`intrograph forget`: erase somebody and keep them out."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import click

from dashboard.cli.options import make_command, yes_option
from dashboard.cli.session import Reply, Session
from dashboard.service.privacy import find_forgettable, forget
from dashboard.words.json import named
from dashboard.words.lines import Line, count, heading, moment
from dashboard.words.privacy import namesake_lines, receipt_lines
from graph.model import Account
from graph.store.documents import Receipt


@make_command("forget")
@click.argument("who", metavar="P")
@yes_option
def run(session: Session, who: str, *, yes: bool) -> Reply:
    """Erase P and all that was derived, also from the caches and the free pages of the file, and print a receipt.

    A mail that others took part in loses P and keeps the others. A keyed hash of the account ids stays, so that the
    next export does not bring P back. Accounts with the same name that are not joined to P stay, and are named.
    """
    person, namesakes = find_forgettable(session.store, who)
    if not yes:  # the receipt says it else
        for line in namesake_lines(namesakes, person.id, session.program):
            session.terminal.note(line)
    accounts = count(len(person.accounts), "account")
    session.allow(f"Erase {person.name} ({accounts}: {', '.join(person.accounts)}) for good?", yes=yes)
    receipt, at = forget(session.store, person), session.now
    return Reply(
        text=_render(receipt, at, session, namesakes),
        data={"forgotten": person, "at": at, "removed": receipt, "namesakes": [named(one) for one in namesakes]},
    )


def _render(receipt: Receipt, at: datetime, session: Session, namesakes: Sequence[Account]) -> Iterator[Line]:
    yield heading(f"Receipt, {moment(at)}")
    yield f"Erased from {session.store.location}:"
    yield from receipt_lines(receipt)
    yield "A keyed hash of the account ids stays, so that no later ingest brings them back."
    yield "Not reached: exports and backups that you made before, and the files that you brought in. Delete them there."
    yield from namesake_lines(namesakes, "", session.program)  # nobody is left to join them to
