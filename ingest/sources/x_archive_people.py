"""Who is who in an X archive: its owner, the accounts in it, and which handle is which id.

An account is named by its id where that is known (`x:783214`), by its handle otherwise (`x:@handle`, a retweet's or a
quoted post's author). Where both forms occur, the archive itself proves which belong together, wherever it names
handle and id side by side.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from graph.model import Account, SameAs, account_id
from ingest.sources.x_archive_json import Object, object_in, text_in
from ingest.text import clean

SITE = "https://x.com"
_NAME = "x-archive"
_HANDLE = re.compile(r"@?(\w{1,50})", re.ASCII)
_ID = re.compile(r"[1-9]\d{0,24}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Archivist:
    """Whose archive it is.

    Attributes:
        account: As records name it.
        id: X's number for it.
        handles: Every handle it is known to have had, lower case.
    """

    account: Account
    id: str
    handles: frozenset[str]

    def is_me(self, account: Account) -> bool:
        """Tell whether an account is the owner's own, under whatever handle."""
        return account.id == self.account.id or (
            account.id.startswith("x:@") and account.id.removeprefix("x:@") in self.handles
        )


@dataclass(slots=True)
class Handles:
    """What the archive proves of handles, and which accounts are named by handle only."""

    _ids: dict[str, dict[str, datetime]] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)

    def account(
        self, handle: str | None, number: str | None, name: str | None = None, at: datetime | None = None
    ) -> Account | None:
        """Make the account of a handle, an id or both; None where neither can be one (`-1` is a gone account's id).

        Where it was told `at` which instant handle and id stood side by side, that is kept as a proof.
        """
        handle = valid_handle(handle)
        number = valid_id(number)
        url = f"{SITE}/{handle}" if handle else None
        if number is None:
            if handle is None:
                return None
            self._used.add(handle.lower())
            return Account(id=account_id("x", f"@{handle}"), handle=handle, name=clean(name), url=url)
        if handle is not None and at is not None:
            seen = self._ids.setdefault(handle.lower(), {})
            seen[number] = max(at, seen.get(number, at))
        return Account(id=f"x:{number}", handle=handle, name=clean(name), url=url)

    def proofs(self, owner: Archivist) -> Iterator[SameAs]:
        """Yield what joins an account named by handle to its id; nothing where a handle had several owners."""
        for handle in sorted(self._used - owner.handles):
            ids = self._ids.get(handle, {})
            if len(ids) == 1:
                ((number, at),) = ids.items()
                yield SameAs(a=f"x:@{handle}", b=f"x:{number}", at=at, source=_NAME, confidence=1.0)


def valid_handle(text: str | None) -> str | None:
    """Give a handle without its @; None if the text is none."""
    found = _HANDLE.fullmatch(text) if text else None
    return found[1] if found else None


def valid_id(text: str | None) -> str | None:
    """Give an account's number; None for what stands for a gone account (-1, 0) or is no number."""
    return text if text and _ID.fullmatch(text) else None


def by_number(number: str) -> Account:
    """Make the account of which only the number is known."""
    return Account(id=f"x:{number}", url=f"{SITE}/i/user/{number}")


def archivist_of(fields: Object) -> Archivist | None:
    """Read whose archive it is from account.js, the manifest's userInfo or user_details.js; None if unsaid."""
    number = valid_id(text_in(fields, "accountId", "id_str", "id"))
    if number is None:
        return None
    handle = valid_handle(text_in(fields, "username", "userName", "screen_name"))
    name = clean(text_in(fields, "accountDisplayName", "displayName", "full_name"))
    url = f"{SITE}/{handle}" if handle else f"{SITE}/i/user/{number}"
    return Archivist(
        account=Account(id=f"x:{number}", handle=handle, name=name, url=url),
        id=number,
        handles=frozenset({handle.lower()} if handle else ()),
    )


def old_handles(fields: Object) -> Iterator[str]:
    """Yield the handles that a change of the owner's screen name names, lower case."""
    change = object_in(fields, "screenNameChange") or fields
    for key in ("changedFrom", "changedTo"):
        handle = valid_handle(text_in(change, key))
        if handle is not None:
            yield handle.lower()
