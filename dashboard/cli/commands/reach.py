"""`intrograph reach`: how many people stand behind those you can ask."""

from dashboard.cli.options import make_command
from dashboard.cli.session import Reply, Session
from dashboard.service.reaching import measure
from dashboard.words.reach import reach_lines


@make_command("reach")
def run(session: Session) -> Reply:
    """Show the people that you can ask, the people behind them, by source, and what would show more."""
    found = measure(session.store, session.profile, session.today)
    return Reply(text=reach_lines(found, session.program), data=found)
