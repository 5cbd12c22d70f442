"""`intrograph forget`: erase somebody and keep them out."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import click

from dashboard.cli.options import json_option, yes_option
from dashboard.cli.session import Reply, Session, pass_session
from dashboard.service.privacy import find_forgettable, forget
from dashboard.words.lines import Line, count, heading, moment
from dashboard.words.people import person_to_dict
from dashboard.words.privacy import namesake_lines, namesakes_to_dict, receipt_lines, receipt_to_dict
from graph.export.escapes import iso
from graph.model import Account
from graph.store.documents import Receipt


@click.command("forget", short_help="Erase somebody, and keep them out from now on.")
@click.argument("who", metavar="P")
@yes_option
@json_option
@pass_session
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
        text=lambda: _render(receipt, at, session, namesakes),
        data=lambda: {
            "forgotten": person_to_dict(person),
            "at": iso(at),
            "removed": receipt_to_dict(receipt),
            "namesakes": namesakes_to_dict(namesakes),
        },
    )


def _render(receipt: Receipt, at: datetime, session: Session, namesakes: Sequence[Account]) -> Iterator[Line]:
    yield heading(f"Receipt, {moment(at)}")
    yield f"Erased from {session.store.location}:"
    yield from receipt_lines(receipt)
    yield "A keyed hash of the account ids stays, so that no later ingest brings them back."
    yield "Not reached: exports and backups that you made before, and the files that you brought in. Delete them there."
    yield from namesake_lines(namesakes, "", session.program)  # nobody is left to join them to


COMMAND = run
