"""What the browser sent, read: it is believed to be of no kind until it is read here."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from dashboard.service.desk import Desk
from dashboard.service.naming import Names, new_account, open_names
from dashboard.words import changes as words
from dashboard.words.lines import link, shorten
from graph.errors import UsageError
from graph.model import Account, start_of

Wanted = Mapping[str, Any]
NEW = "+"
"""What stands before the name of somebody who is to be made, where an account id would stand; no id begins so."""
ME = "me"
MOST = 100_000
"""How long a text may be that was written by this program."""
_LONGEST = 2_000


def text_in(wanted: Wanted, name: str, longest: int = _LONGEST) -> str | None:
    """Read a text; None where there is none."""
    value = wanted.get(name)
    return (_plain(value, longest).strip() or None) if isinstance(value, str) else None


def texts_in(wanted: Wanted, name: str, longest: int = _LONGEST) -> list[str]:
    """Read several texts."""
    value = wanted.get(name)
    return [_plain(one, longest) for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _plain(text: str, longest: int) -> str:
    """Leave out half characters, which no store takes, and what is too long."""
    return text[:longest].encode("utf-8", "ignore").decode()


def day_in(desk: Desk, wanted: Wanted, name: str = "day") -> date:
    """Read a day that is over or today.

    Raises:
        UsageError: If there is none, or it lies ahead.
    """
    given = text_in(wanted, name)
    try:
        day = date.fromisoformat((given or "")[:10])
    except ValueError as error:
        raise UsageError(f"{given!r} is no day" if given else "say on which day it was") from error
    if day > desk.today:
        raise UsageError(f"{day} lies ahead; say on which day it was")
    return day


def names_in(desk: Desk, wanted: Wanted, *fields: str) -> tuple[Names, list[str]]:
    """Read who is meant in each of the fields, and make those who are new.

    Raises:
        UsageError: If somebody is left out.
    """
    given = [text_in(wanted, field) for field in fields]
    if None in given:
        raise UsageError("say who it is: type a name, and choose from what is offered below it")
    new = new_in(desk, {field: wanted[field] for field in fields})
    return open_names(desk.store, desk.profile, list(new)), [one.removeprefix(NEW) for one in given if one]


def new_in(desk: Desk, wanted: Wanted) -> dict[str, Account]:
    """Give the accounts of those who are to be made, by name."""
    given = [one for field in wanted for one in (text_in(wanted, field), *texts_in(wanted, field)) if one]
    return {name: new_account(desk.store, name) for one in given if one.startswith(NEW) for name in [one[1:].strip()]}


def instant_in(desk: Desk, wanted: Wanted) -> datetime:
    """Read when something was: an instant as this module wrote it, else the beginning of a day.

    Raises:
        UsageError: If it is none, or lies ahead.
    """
    given = text_in(wanted, "at")
    if given is None:
        return start_of(day_in(desk, wanted))
    try:
        at = datetime.fromisoformat(given).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(words.STALE) from error
    if at.date() > desk.today:
        raise UsageError(words.STALE)
    return at


def link_in(wanted: Wanted) -> str | None:
    """Read a link.

    Raises:
        UsageError: If it is no link to follow.
    """
    url = text_in(wanted, "url")
    if url is not None and link(url) is None:
        raise UsageError(f"{shorten(url, 80)!r} is no link: it begins with http:// or https://, without blanks")
    return url
