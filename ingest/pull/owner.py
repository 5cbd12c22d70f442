"""Whose archive it is: whether its owner is "me", and what follows from that."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from graph.errors import Remedy, UsageError, operands
from graph.model import Account, Owner, SameAs, network_of


class OwnerQuestionError(UsageError):
    """It must be told whether an archive's owner is "me" before it is read.

    Attributes:
        path: The archive.
        accounts: Its owner's accounts.
        mine: My accounts on the same networks.
    """

    def __init__(
        self, message: str, path: Path, accounts: Collection[Account], mine: Collection[str], remedies: Sequence[Remedy]
    ) -> None:
        super().__init__(message, remedies=remedies)
        self.path = path
        self.accounts = tuple(accounts)
        self.mine = tuple(mine)


def is_me(owner: Owner, me: Collection[str], answer: str | None, source: str, path: Path) -> bool:
    """Decide whether an archive's owner is me.

    The owner is me where one of the accounts (or what stood for one) is mine already, or where I have no account yet
    on any of their networks; else the answer decides.

    Args:
        owner: The accounts of the owner.
        me: All account ids known as me.
        answer: What the user said: `me`, `other`, or None.
        source: The source's name, for the remedy.
        path: The archive, likewise.

    Raises:
        OwnerQuestionError: If the answer is needed and not there.
        UsageError: If the answer is neither word, or `other` of an account that is mine.
    """
    if answer not in (None, "me", "other"):
        raise UsageError(f"--owner {answer} means nothing; say --owner me or --owner other")
    known = (*owner.aliases, *(each for account in owner.accounts for each in (account.id, _as_handle(account))))
    own = [each for each in known if each in me]
    if own and answer == "other":
        raise UsageError(
            f"{path} belongs to {own[0]}, and that is you: leave --owner other out",
            remedies=[Remedy(("me", "--remove", own[0]), "if it is not you")],
        )
    if own or answer is not None:
        return answer != "other"
    networks = {network_of(account.id) for account in owner.accounts}
    mine = sorted(account for account in me if network_of(account) in networks)
    if not mine:
        return True
    theirs = ", ".join(account.id + (f" (@{account.handle})" if account.handle else "") for account in owner.accounts)
    answers = (("me", "if it is you"), ("other", "if it is someone else's"))
    raise OwnerQuestionError(
        f"{path} belongs to {theirs}, and you are {', '.join(mine)}: is that you too?",
        path,
        owner.accounts,
        mine,
        [Remedy(("ingest", source, "--owner", whose, *operands(str(path))), when) for whose, when in answers],
    )


def join_owner(owner: Owner, me: Collection[str], source: str, at: datetime, held: Collection[str]) -> Iterator[SameAs]:
    """Yield the assertions that an owner's accounts (and my others, where the owner is me) are one person.

    Args:
        owner: The accounts of the owner.
        me: The account ids of my profile; empty where the owner is someone else.
        source: Who says so.
        at: The instant of the run.
        held: Ids of assertions that the store holds, retracted or not: those are left as they are.
    """
    first, *others = dict.fromkeys([*(account.id for account in owner.accounts), *me])
    for other in others:
        assertion = SameAs(a=first, b=other, at=at, source=source)
        if assertion.id not in held:
            yield assertion


def _as_handle(account: Account) -> str:
    return f"{network_of(account.id)}:@{(account.handle or '').lower()}"
