"""Who bears a handle: accounts of which only that is known, joined to the one whose number came with it."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from graph.model import Account, SameAs
from graph.people.identity import derive_persons

NETWORK = "x"
"""The network whose people are named by handles, and known by numbers."""


def has_number(account: str) -> bool:
    """Tell whether an account is one that is known by its number."""
    return account.startswith(f"{NETWORK}:") and not account.startswith(f"{NETWORK}:@")


def join_bearers(
    accounts: Iterable[Account], assertions: Iterable[SameAs], source: str, at: datetime
) -> Iterator[SameAs]:
    """Yield what joins `x:@handle` to the one number that bears that handle.

    Nothing is said where several bear it, where who it stands for has a number already (a handle may have changed
    hands), or where something was said of the two before, be it taken back.

    Args:
        accounts: Those that are held; of other networks they are passed over.
        assertions: All that are held.
        source: Who says so.
        at: When.
    """
    alone: set[str] = set()
    bearers: dict[str, set[str]] = {}
    for account in accounts:
        network, _, local = account.id.partition(":")
        if network == NETWORK and local.startswith("@"):
            alone.add(local[1:].lower())
        elif network == NETWORK and account.handle:
            bearers.setdefault(account.handle.lower(), set()).add(account.id)
    held = list(assertions)
    persons = derive_persons(held)
    said = {frozenset((one.a, one.b)) for one in held}
    for handle in sorted(alone & bearers.keys()):
        number, *others = bearers[handle]
        pair = f"{NETWORK}:@{handle}", number
        if not others and frozenset(pair) not in said and not any(map(has_number, persons.members(pair[0]))):
            yield SameAs(a=pair[0], b=number, at=at, source=source)
