"""The owner's rules: what is kept out, and how long acts are kept; applied before anything is written."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path, PurePath

from msgspec.structs import replace

from graph.errors import UsageError
from graph.model import (
    EARLIEST,
    Account,
    Interaction,
    Item,
    Record,
    Rule,
    account_id,
    ascii_host,
    network_of,
    start_of,
)
from graph.people.handles import account_named, split_url
from graph.records.rows import Storable, named_by

RECORD_EXCLUDED = "excluded by your rules"
ADDRESSEE_EXCLUDED = "addressees excluded by your rules"
KEEP = "keep"
TOO_OLD = "older than your keep rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """What is excluded.

    Attributes:
        accounts: Account ids.
        domains: Domains, their subdomains included, of e-mail and Mastodon addresses and of sites.
        paths: Folders on disk, resolved.
        folders: Names of folders anywhere in an input's path or inside a zip, lower case.
    """

    accounts: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    paths: tuple[Path, ...] = ()
    folders: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.accounts or self.domains or self.paths or self.folders)

    def covers(self, account: str) -> bool:
        """Tell whether an account id is excluded."""
        if account in self.accounts:
            return True
        domain = _domain_of(account)
        while domain:
            if domain in self.domains:
                return True
            domain = domain.partition(".")[2]
        return False

    def covers_account(self, account: Account) -> bool:
        """Tell whether an account is excluded: by its id, or by the handle that stands for it while that is unknown."""
        handle = (account.handle or "").lower().removeprefix("@")
        return self.covers(account.id) or (bool(handle) and f"{network_of(account.id)}:@{handle}" in self.accounts)

    def covers_path(self, path: Path) -> bool:
        """Tell whether an input lies in an excluded folder."""
        resolved = Path(os.path.realpath(path))  # unlike `Path.resolve` it takes a link to itself
        return any(resolved.is_relative_to(folder) for folder in self.paths) or self._in_named(resolved)

    def covers_place(self, where: str) -> bool:
        """Tell whether a record's file and line lie in an excluded folder."""
        if not where or not (self.paths or self.folders):
            return False
        return self._in_named(PurePath(where)) or any(_absolute(where).is_relative_to(folder) for folder in self.paths)

    def _in_named(self, place: PurePath) -> bool:
        return not self.folders.isdisjoint(part.lower() for part in place.parts)


def read_rules(rules: Iterable[Rule]) -> Exclusion:
    """Make an exclusion of the store's standing orders; other kinds and what means nothing are passed over.

    A value with a slash (or ~ before it) is a folder, but a URL is a profile's; with a colon in it an account's id;
    with an @ in it an e-mail or Mastodon address; else a domain, or, with a letter or digit, the name of a folder. What
    also names an account (`@ann`, `x.com/ann`) is that account beside.
    """
    accounts, domains, paths, folders = set(), set(), [], set()
    for value in (rule.value.strip() for rule in rules if rule.kind == "exclude"):
        lowered = value.lower().removeprefix("@").removeprefix("*.")
        named = {one for one in map(account_named, (value, value.lower())) if one}
        accounts |= named
        if "://" in value:
            continue
        if "/" in value or value.startswith("~"):
            paths.append(Path(os.path.expanduser(value)).resolve())  # noqa: PTH111 # unlike `Path` it takes ~nobody
        elif ":" in value:
            accounts |= {value} if named else set()
        elif "@" in lowered:
            accounts |= {account_id(network, lowered) for network in ("email", "mastodon") if named}
        elif split_url(lowered):
            domains |= {lowered, ascii_host(lowered)}
        elif any(map(str.isalnum, value)):
            folders.add(value.lower())
    return Exclusion(
        accounts=frozenset(accounts), domains=frozenset(domains), paths=tuple(paths), folders=frozenset(folders)
    )


def keep_allowed(record: Storable, exclusion: Exclusion) -> tuple[Storable | None, int]:
    """Take out of a record what is excluded.

    Returns:
        The record, or None where nothing of it may stay; and how many addressees it lost.
    """
    if isinstance(record, Interaction):
        return _allowed_interaction(record, exclusion)
    if isinstance(record, Account):
        return (None if exclusion.covers_account(record) else record), 0
    return (None if any(map(exclusion.covers, named_by(record))) else record), 0


def _allowed_interaction(record: Interaction, exclusion: Exclusion) -> tuple[Interaction | None, int]:
    if exclusion.covers_account(record.actor) or exclusion.covers_place(record.where):
        return None, 0
    to = tuple(addressee for addressee in record.to if not exclusion.covers_account(addressee.account))
    lost = len(record.to) - len(to)
    item = record.item
    if item is not None and item.author is not None and exclusion.covers_account(item.author):
        # The item may name the person too (a profile's page, a title), so nothing of it stays.
        item = Item()
    if not to and (lost or item == Item()):
        return None, 0
    if not lost and item is record.item:
        return record, 0
    return replace(record, to=to, item=None if item == Item() else item), lost


def _domain_of(account: str) -> str:
    network, _, local = account.partition(":")
    if network == "web":
        return local.partition("#")[0].partition("/")[0].lower()
    return local.rpartition("@")[2].lower() if "@" in local else ""


def _absolute(where: str) -> PurePath:
    path = Path(where)
    return path if path.is_absolute() else Path.cwd() / path


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
