"""`intrograph doctor`: whether the store is well."""

import click

from dashboard.cli.options import json_option
from dashboard.cli.session import Reply, Session, pass_session
from dashboard.service.health import Inside, check, look_inside
from dashboard.service.overview import find_place
from dashboard.words.health import finding_lines, finding_to_dict, findings
from graph.errors import StoreError


@click.command("doctor", short_help="Check the store: place, permissions, size, health.")
@json_option
@pass_session
def run(session: Session) -> Reply:
    """Check the store, a line each: place, permissions, size, free space, health, who you are; and what to do."""
    inside: Inside | None = None
    error: StoreError | None = None
    if find_place(session.place).exists:
        try:
            inside = look_inside(session.store, session.profile)
        except StoreError as broken:
            error = broken
    found = findings(check(session.place, inside), session.program)
    return Reply(
        text=lambda: finding_lines(found),
        data=lambda: {
            "well": error is None and not any(one.advice for one in found),
            "checks": [finding_to_dict(one) for one in found],
        },
        error=error,
    )


COMMAND = run
