"""`intrograph introductions`: who introduced whom, and the ask ledger."""

import click

from dashboard.options import json_option
from dashboard.service.introducing import standing
from dashboard.service.names import open_names
from dashboard.session import Reply, Session, pass_session
from dashboard.words.introductions import introduction_lines, introduction_to_dict
from dashboard.words.text import Line, command

_NONE: list[Line] = [
    "No introduction is noted yet. When somebody introduces you, or you ask them to, note it:",
    ["  ", command('intrograph introduce --by "NAME" --person me --to "NAME" --at 2026-11-02 --state asked')],
]


@click.command("introductions", short_help="Show introductions, and the ones that you asked for.")
@json_option
@pass_session
def run(session: Session) -> Reply:
    """Show the introductions and where each stands: those that you asked for first, and what came of them."""
    found = standing(open_names(session.store, session.profile))
    return Reply(
        text=lambda: introduction_lines(found) if found else _NONE,
        data=lambda: [introduction_to_dict(one) for one in found],
    )


COMMAND = run
