"""`intrograph doctor`: whether the store is well."""

from dashboard.cli.options import make_command
from dashboard.cli.session import Reply, Session
from dashboard.service.health import Inside, check, look_inside
from dashboard.service.overview import find_place
from dashboard.words.health import finding_lines, findings
from dashboard.words.program import joined
from graph.errors import StoreError


@make_command("doctor")
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
        text=finding_lines(found),
        data={
            "well": error is None and not any(one.advice for one in found),
            "checks": [
                {"name": one.name, "value": one.value, "advice": joined(one.advice, one.typed) if one.advice else None}
                for one in found
            ],
        },
        error=error,
    )
