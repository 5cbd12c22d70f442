"""`intrograph keep`: only the last years."""

import click

from dashboard.cli.options import make_command, yes_option
from dashboard.cli.session import Reply, Session
from dashboard.service.privacy import keep, parse_span, rules_of
from dashboard.words.lines import command, day
from dashboard.words.privacy import receipt_lines
from ingest.pull.rules import KEEP, cutoff


@make_command("keep")
@click.argument("span", required=False, metavar="[SPAN]")
@click.option("--everything", is_flag=True, help="Take the rule back: keep all from now on.")
@yes_option
def run(session: Session, span: str | None, *, everything: bool, yes: bool) -> Reply:
    """Keep only the last SPAN (3y, 18m, 26w, 90d): drop what is older now, and leave it out at every ingest.

    Without a SPAN it shows the rule.
    """
    if everything:
        keep(session.store, None, session.today)
        return Reply(text=["Everything is kept from now on."], data={"keep": None, "removed": {}})
    if span is None:
        held = next(iter(rules_of(session.store, KEEP)), None)
        said = f"The last {held} is kept." if held else "Everything is kept: there is no rule."
        return Reply(text=[said], data={"keep": held})
    short = parse_span(span)
    before = cutoff(short, session.today)
    session.allow(f"Remove all acts before {day(before)}, now and at every ingest?", yes=yes)
    receipt = keep(session.store, short, session.today)
    return Reply(
        text=[
            f"Kept from now on: the last {short}. Removed what is older than {day(before)}:",
            *(receipt_lines(receipt) if receipt else ()),
            [
                "Take the rule back: ",
                command(session.program.line("keep", "--everything")),
                " (what was removed stays removed)",
            ],
        ],
        data={"keep": short, "before": before.date(), "removed": receipt},
    )
