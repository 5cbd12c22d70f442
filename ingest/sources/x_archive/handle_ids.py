"""Whose archive it is, and which handle is which id.

An account is named by its id where that is known (`x:783214`), by its handle otherwise (`x:@handle`, a retweet's or a
quoted post's author). Where both forms occur, the archive itself proves which belong together, wherever it names both
side by side.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from graph.model import Account, Interaction, SameAs
from ingest.sources.x_archive.posts import account_by_number, account_of, valid_id
from ingest.sources.x_archive.values import Object, text_in
from ingest.text import clean


class HandleIds:
    """The owner under every handle that they had, and what the archive proves of the others' handles.

    Attributes:
        owner: As records name them.
        own: The owner's handles, lower case.
    """

    def __init__(self, owner: Account) -> None:
        self.owner = owner
        self.own = {owner.handle.lower()} if owner.handle else set()
        self._ids: dict[str, dict[str, datetime]] = {}
        self._alone: set[str] = set()

    def account(
        self, number: str | None, handle: str | None = None, name: str | None = None, at: datetime | None = None
    ) -> Account | None:
        """Make an account, the owner's own under whatever handle; None where neither id nor handle can be one.

        An earlier handle of the owner's is joined to them where it stood beside their id `at` an instant.
        """
        account = account_of(number, handle, name)
        if account is None:
            return None
        if account.id == self.owner.id and at is not None:
            self._keep(account, at)
        own = account.id == self.owner.id or account.id.removeprefix("x:@") in self.own
        return self.owner if own else account

    def note(self, act: Interaction) -> None:
        """Keep which accounts an act names by handle alone, and which by handle and id."""
        authors = [act.item.author] if act.item and act.item.author else []
        for account in (*authors, *(each.account for each in act.to)):
            if act.at is not None:
                self._keep(account, act.at)

    def _keep(self, account: Account, at: datetime) -> None:
        if account.handle is None:
            return
        handle = account.handle.lower()
        if account.id.startswith("x:@"):
            self._alone.add(handle)
        else:
            seen = self._ids.setdefault(handle, {})
            seen[account.id] = max(at, seen.get(account.id, at))

    def joins(self) -> Iterator[SameAs]:
        """Yield what joins an account named by handle to its id; nothing where a handle had several owners."""
        for handle in sorted(self._alone - self.own):
            ids = self._ids.get(handle, {})
            if len(ids) == 1:
                ((id_, at),) = ids.items()
                yield SameAs(a=f"x:@{handle}", b=id_, at=at, source="x-archive", confidence=1.0)


def read_owner(fields: Object) -> Account | None:
    """Read whose archive it is from account.js, the manifest's userInfo or user_details.js; None if unsaid."""
    number = valid_id(text_in(fields, "accountId", "id_str", "id"))
    account = account_of(number, text_in(fields, "username", "userName", "screen_name"))
    if number is None or account is None:
        return None
    name = clean(text_in(fields, "accountDisplayName", "displayName", "full_name"))
    return replace(account, name=name, url=account.url or account_by_number(number).url)
