"""What a run of X is asked for, as its options say it."""

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from graph.errors import InvalidRecordError, Remedy, UsageError
from graph.people.handles import read_handle
from ingest.kit.x_posts import valid_handle, valid_id
from ingest.source import Context, Option

OPTIONS = (
    Option(name="mentions", help="Posts that mention your account.", flag=True),
    Option(name="own", help="Your own posts.", flag=True),
    Option(name="user", help="The posts of an account: its handle, or x:ID; repeatable.", metavar="HANDLE", many=True),
    Option(name="search", help="What X's search finds of the last seven days, the query as given.", metavar="QUERY"),
    Option(name="list", help="A list's posts, and its members, who become a list of its name.", metavar="ID"),
    Option(name="conversation", help="All answers to a post, by its id; repeatable.", metavar="ID", many=True),
    Option(name="since", help="Leave out what is older, e.g. 2026-11-01.", metavar="DATE"),
    Option(name="budget", help="Buy no more than this, in dollars, give or take a page.", metavar="USD"),
    Option(name="dry-run", help="Only tell what it may cost; nothing is asked of X, nothing written.", flag=True),
    Option(name="no-wait", help="Stop at a rate limit instead of waiting until it ends.", flag=True),
)
_BEGINS = {4: "-01-01", 7: "-01"}
"""What makes the first day of a year or month of it."""
_NUMBER = re.compile(r"(?:https?://(?:www\.)?(?:x|twitter)\.com/\S*/)?(\d{1,25})/?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked for.

    Attributes:
        me: My accounts: their numbers, or their handles with @.
        users: Others', likewise.
        since: Nothing older is kept.
        budget: In dollars; None for any.
        patient: Whether rate limits are waited for.
    """

    mentions: bool
    own: bool
    me: tuple[str, ...]
    users: tuple[str, ...]
    search: str | None
    list: str | None
    conversations: tuple[str, ...]
    since: datetime | None
    budget: float | None
    patient: bool


def read_options(context: Context) -> Wanted:
    """Read the options of a run.

    Raises:
        UsageError: If nothing is asked for, something asked for can't be, or my account is needed and not known.
    """
    given = context.options
    users = tuple(dict.fromkeys(map(_read_user, _lines(given, "user"))))
    numbers = {name: _read_numbers(name, given) for name in ("list", "conversation")}
    if not any(given.get(name) for name in ("mentions", "own", "user", "search", "list", "conversation")):
        raise UsageError(
            "what is to be read on X? say one or more of --mentions, --own, --user HANDLE, --search QUERY, --list ID, "
            "--conversation ID",
            remedies=[Remedy(("sources", "x"), "to see what each reads")],
        )
    me = _read_me(context.me)
    if not me and ("mentions" in given or "own" in given):
        if len(users) != 1:
            raise UsageError(
                "which account on X is yours? your profile has none", remedies=[Remedy(("me", "x:@HANDLE"))]
            )
        me = users
    return Wanted(
        mentions="mentions" in given,
        own="own" in given,
        me=me,
        users=users,
        search=given.get("search", "").strip() or None,
        list=next(iter(numbers["list"]), None),
        conversations=numbers["conversation"],
        since=max(filter(None, (_read_since(given.get("since"), context.now), context.since)), default=None),
        budget=_read_budget(given.get("budget")),
        patient="no-wait" not in given,
    )


def _lines(given: Mapping[str, str], name: str) -> list[str]:
    return [line.strip() for line in given.get(name, "").splitlines() if line.strip()]


def _read_user(text: str) -> str:
    try:
        found = read_handle(text if valid_handle(text) is None else f"@{text.lstrip('@')}", "x")
    except InvalidRecordError:
        found = None
    local = found.id.removeprefix("x:") if found is not None and found.network == "x" and found.id else ""
    if valid_id(local) or (local.startswith("@") and valid_handle(local)):
        return local
    raise UsageError(f"--user {text} names nobody on X; say a handle, as @ann, or an id, as x:783214")


def _read_numbers(name: str, given: Mapping[str, str]) -> tuple[str, ...]:
    found = [(text, _NUMBER.fullmatch(text)) for text in _lines(given, name)]
    for text, number in found:
        if number is None:
            raise UsageError(f"--{name} {text} is no id; it is the number at the end of its address on x.com")
    return tuple(dict.fromkeys(number[1] for _, number in found if number))


def _read_me(me: Collection[str]) -> tuple[str, ...]:
    """Give my accounts on X: those whose numbers are known, else those that are handles."""
    mine = sorted(account.removeprefix("x:") for account in me if account.startswith("x:"))
    return tuple(each for each in mine if valid_id(each)) or tuple(each for each in mine if each.startswith("@"))


def _read_since(text: str | None, now: datetime) -> datetime | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text + _BEGINS.get(len(text), ""))
    except ValueError:
        raise UsageError(f"--since {text} is no date; write it as 2026-11-01") from None
    found = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    if found > now:
        raise UsageError(f"--since {text} lies in the future; nothing would be read")
    return found


def _read_budget(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        budget = float(text.removeprefix("$"))
    except ValueError:
        budget = math.nan
    if not 0 <= budget < math.inf:
        raise UsageError(f"--budget {text} is no sum; write dollars, as 2.50")
    return budget
