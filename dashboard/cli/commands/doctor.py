"""`intrograph doctor`: whether the store is well."""

from dashboard.cli.options import make_command
from dashboard.cli.session import Reply, Session
from dashboard.service.overview import find_place, read_contents
from dashboard.words.health import Finding, finding_lines, look_inside, look_outside
from dashboard.words.program import joined
from graph.errors import StoreError


@make_command("doctor")
def run(session: Session) -> Reply:
    """Check the store, a line each: place, permissions, size, free space, health, who you are; and what to do."""
    inside: list[Finding] = []
    error: StoreError | None = None
    if find_place(session.place).exists:
        try:
            store = session.store
            contents, last = read_contents(store, session.profile), next(iter(store.runs()), None)
            inside = list(look_inside(store.health(), contents, last, session.program))
        except StoreError as broken:
            error = broken
    found = [*look_outside(find_place(session.place), session.program), *inside]
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
