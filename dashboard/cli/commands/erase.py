"""`intrograph erase --all`: everything."""

import click

from dashboard.cli.options import make_command, yes_option
from dashboard.cli.session import Reply, Session
from dashboard.words.lines import count
from graph.errors import Remedy, UsageError


@make_command("erase")
@click.option("--all", "everything", is_flag=True, help="Yes, all of it: there is nothing smaller to erase here.")
@yes_option
def run(session: Session, *, everything: bool, yes: bool) -> Reply:
    """Erase everything in the store: data, rules, profiles, caches. It can't be undone."""
    if not everything:
        raise UsageError(
            "erase removes everything: say so with --all", remedies=[Remedy(("forget", "NAME"), "to erase one person")]
        )
    store = session.store
    held = store.overview()
    what = f"{count(held.accounts, 'account')} and {count(held.interactions, 'act')}"
    session.allow(f"Erase all of {store.location} ({what}) for good?", yes=yes)
    store.erase()
    return Reply(
        text=[f"Erased {what}, and all rules, profiles and caches, from {store.location}."],
        data={"erased": {"accounts": held.accounts, "interactions": held.interactions}},
    )
