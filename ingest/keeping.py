"""How long acts are kept: what is older than the owner's `keep` rule is left out before anything is written."""

from collections.abc import Iterable
from datetime import date, datetime

from graph.errors import UsageError
from graph.model import EARLIEST, Interaction, Record, start_of
from graph.store import Rule

KEEP = "keep"
TOO_OLD = "older than your keep rule"


def cutoff(span: str, today: date) -> datetime:
    """Tell the instant before which nothing is kept, for a span in short: `90d`, `26w`, `18m`, `3y`.

    Raises:
        UsageError: If it reaches back before all dates.
    """
    from dateutil.relativedelta import relativedelta

    units = {"d": "days", "w": "weeks", "m": "months", "y": "years"}
    try:
        return start_of(today - relativedelta(**{units[span[-1]]: int(span[:-1])}))  # type: ignore[arg-type] # a name of a unit
    except (ValueError, OverflowError) as error:
        raise UsageError(f"{span!r} reaches back before all dates: there is nothing to drop") from error


def read_limit(rules: Iterable[Rule], today: date) -> datetime | None:
    """Tell from the store's standing orders before when nothing is kept; None where everything is."""
    return max((cutoff(rule.value, today) for rule in rules if rule.kind == KEEP), default=None)


def is_too_old(record: Record, limit: datetime | None) -> bool:
    """Tell whether a record is an act from before the limit; an impossible date is for the packer to refuse."""
    if limit is None or not isinstance(record, Interaction) or record.at is None or record.at.tzinfo is None:
        return False
    return EARLIEST <= record.at < limit
