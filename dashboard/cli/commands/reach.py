"""`intrograph reach`: how many people stand behind those you can ask."""

import click

from dashboard.cli.options import json_option
from dashboard.cli.session import Reply, Session, pass_session
from dashboard.service.reaching import measure
from dashboard.words.reach import reach_lines, reach_to_dict


@click.command("reach", short_help="Show how many people stand behind those you can ask.")
@json_option
@pass_session
def run(session: Session) -> Reply:
    """Show the people that you can ask, the people behind them, by source, and what would show more."""
    found = measure(session.store, session.profile, session.today)
    return Reply(text=lambda: reach_lines(found, session.program), data=lambda: reach_to_dict(found, session.program))


COMMAND = run
