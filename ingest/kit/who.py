"""Whom a cell of a table names: what `graph.people.handles` reads, a mailbox with its name, or just a name."""

import re

from graph.errors import InvalidRecordError
from graph.model import Account, account_id
from graph.people.handles import means_me, read_handle, slug
from ingest.kit.mail_addresses import parse_addresses

_NUMBER = re.compile(r"\d+")
_HARD_SEPARATORS = re.compile(r"[;|\n\r]+|\s:::\s")


def account_in(text: str, network: str | None = None, *, me: str = "manual:me") -> Account:
    """Read one account out of a cell.

    Args:
        text: What `read_handle` reads, `Ann Lee <ann@example.org>`, a name, or `me`.
        network: Where the text is this network's own id or handle.
        me: The account that `me` stands for.

    Raises:
        InvalidRecordError: If the text is none of these; a bare number needs its network.
    """
    text = " ".join(text.split())
    if not text:
        raise InvalidRecordError("the cell is empty")
    if means_me(text):
        return Account(id=me)
    found = read_handle(text, network)
    if found is not None and found.id is None:
        raise InvalidRecordError(f"{text[:80]} is not the URL of a profile that can be told apart")
    if found is not None and found.id is not None:
        return Account(id=found.id, url=found.url, handle=None if found.url else found.handle)
    if "@" in text and (mailboxes := [each for each in parse_addresses(text) if each.address]):
        return Account(id=account_id("email", mailboxes[0].address or ""), name=mailboxes[0].name or None)
    if network is not None:
        raise InvalidRecordError(f"{text[:80]!r} is not an e-mail address")
    if _NUMBER.fullmatch(text):
        raise InvalidRecordError(f"{text} is a bare number: say --network, e.g. --network x, whose id it is")
    local = slug(text)
    if not local or local.replace("-", "").isdigit():
        raise InvalidRecordError(f"{text[:60]!r} is no name, id, address or link")
    return Account(id=account_id("manual", local), name=text)


def accounts_in(
    text: str, network: str | None = None, separator: str | None = None, *, me: str = "manual:me"
) -> list[Account]:
    """Read the accounts out of a cell that may hold several.

    Semicolons, bars and line ends part them; commas too where each part is an address, a handle or an id and not a
    name (`Lee, Ann` is one person). A separator that is given is the only one.

    Raises:
        InvalidRecordError: If one of them is no account.
    """
    if separator is not None:
        parts = text.split(separator)
    else:
        parts = [piece for part in _HARD_SEPARATORS.split(text) for piece in _at_commas(part, network)]
    return [account_in(part, network, me=me) for part in parts if part.strip()]


def _at_commas(text: str, network: str | None) -> list[str]:
    if "," not in text:
        return [text]
    if "@" in text and network in (None, "email"):
        mailboxes = parse_addresses(text)
        if all(each.address for each in mailboxes):
            return [f"{each.name} <{each.address}>" if each.name else str(each.address) for each in mailboxes]
    parts = [part.strip() for part in text.split(",")]
    return parts if network is not None or all(" " not in part and _is_form(part) for part in parts if part) else [text]


def _is_form(text: str) -> bool:
    try:
        return means_me(text) or read_handle(text) is not None
    except InvalidRecordError:
        return True
