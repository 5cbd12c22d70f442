"""`intrograph doctor`: whether the store is well."""

from collections.abc import Iterator, Sequence

import click

from dashboard.options import json_option
from dashboard.service.health import check_place, check_store
from dashboard.service.overview import find_place
from dashboard.session import Reply, Session, pass_session
from dashboard.words.text import Line, command, good, warning
from graph.errors import StoreError
from graph.store import Check


@click.command("doctor", short_help="Check the store: place, permissions, size, health.")
@json_option
@pass_session
def run(session: Session) -> Reply:
    """Check the store, a line each: place, permissions, size, free space, health, who you are; and what to do."""
    place = find_place(session.place)
    found: list[Check] = []
    error: StoreError | None = None
    if place.exists:
        try:
            found = list(check_store(session.store, session.profile))
        except StoreError as broken:
            error = broken
    checks = [*check_place(find_place(session.place)), *found]
    return Reply(
        text=lambda: _render(checks),
        data=lambda: {
            "well": error is None and not any(check.advice for check in checks),
            "checks": [{"name": one.name, "value": one.value, "advice": one.advice} for one in checks],
        },
        error=error,
    )


def _render(checks: Sequence[Check]) -> Iterator[Line]:
    for check in checks:
        yield [good("ok    ") if check.advice is None else warning("look  "), f"{check.name:<12} {check.value}"]
        if check.advice is not None:
            yield ["      ", command(f"{'':<12} {check.advice}")]


COMMAND = run
