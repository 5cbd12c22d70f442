"""`intrograph introductions`: who introduced whom, and the ask ledger."""

from collections.abc import Iterator

from dashboard.cli.options import make_command
from dashboard.cli.session import Reply, Session
from dashboard.service.introducing import standing
from dashboard.service.naming import open_names
from dashboard.words.introductions import introduction_lines, introduction_to_dict
from dashboard.words.lines import Line, command


@make_command("introductions")
def run(session: Session) -> Reply:
    """Show the introductions and where each stands: those that you asked for first, and what came of them."""
    found = standing(open_names(session.store, session.profile))
    return Reply(
        text=introduction_lines(found, session.program) if found else _none(session),
        data=[introduction_to_dict(one) for one in found],
    )


def _none(session: Session) -> Iterator[Line]:
    first = ("--by", "NAME", "--person", "me", "--to", "NAME", "--at", str(session.today), "--state", "asked")
    yield "No introduction is noted yet. When somebody introduces you, or you ask them to, note it:"
    yield ["  ", command(session.program.line("introduce", *first))]
