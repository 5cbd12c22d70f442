"""Whom a text names: an account id, address, handle, profile URL or phone number, or just a name."""

import re
from urllib.parse import unquote, urlsplit

from graph.errors import InvalidRecordError
from graph.model import Account, account_id
from graph.people.names import fold
from ingest.kit.mail_addresses import clean_address, parse_addresses

_ID = re.compile(r"[a-z][a-z0-9_-]{0,39}:(?!//)\S.*")
_AT_HOST = re.compile(r"@?([^@\s/]+)@([^@\s/]+\.[^@\s/.]+)")
_HANDLE = re.compile(r"@[^@\s/:,;]+")
_PHONE = re.compile(r"(?:\+|00)[\d\s()./-]{5,30}")
_ID_ALONE = re.compile(r"\d+")
_SLUG = re.compile(r"[^\w]+")
_X_HOSTS = frozenset({"x.com", "twitter.com"})
_X_PAGES = frozenset({"home", "i", "intent", "search", "share", "hashtag", "explore", "settings"})
_HARD_SEPARATORS = re.compile(r"[;|\n\r]+|\s:::\s")


def account_in(text: str, network: str | None = None) -> Account:
    """Read one account out of a cell.

    Args:
        text: `x:783214`, `Ann Lee <ann@example.org>`, `@ann`, a profile's URL, `+49 30 1234`, or a name.
        network: Where the text is this network's own id or handle.

    Raises:
        InvalidRecordError: If the text is none of these; a bare number needs its network.
    """
    text = " ".join(text.split())
    if not text:
        raise InvalidRecordError("the cell is empty")
    if network is not None:
        return _on(network, text)
    found = _by_form(text)
    if found is not None:
        return found
    if _ID_ALONE.fullmatch(text):
        raise InvalidRecordError(f"{text} is a bare number: say --network, e.g. --network x, whose id it is")
    return Account(id=account_id("manual", slug(text)), name=text)


def accounts_in(text: str, network: str | None = None, separator: str | None = None) -> list[Account]:
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
    return [account_in(part, network) for part in parts if part.strip()]


def profile_in(url: str) -> str | None:
    """Read the account id out of the URL of a profile on X, LinkedIn, Bluesky, GitHub or Mastodon; None elsewhere."""
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        host = (parts.hostname or "").lower().removeprefix("www.").removeprefix("mobile.")
    except ValueError:
        return None
    steps = [unquote(step) for step in parts.path.split("/") if step]
    try:
        return _profile(host, steps) if steps and "." in host else None
    except InvalidRecordError:
        return None


def slug(name: str) -> str:
    """Make the local part of an account's id from a name, in any script: `ann-lee`.

    Raises:
        InvalidRecordError: If there is no letter in it.
    """
    made = _SLUG.sub("-", fold(name)).strip("-_")
    if not made or made.replace("-", "").isdigit():
        raise InvalidRecordError(f"{name[:60]!r} is no name, id, address or link")
    return made[:100]


def _by_form(text: str) -> Account | None:
    if _ID.fullmatch(text) and not text.lower().startswith("mailto:"):
        network, _, local = text.partition(":")
        return Account(id=account_id(network, local))
    if "://" in text or text.startswith("www."):
        profile = profile_in(text)
        if profile is None:
            raise InvalidRecordError(f"{text[:80]} is not the URL of a profile that can be told apart")
        return Account(id=profile, url=text)
    if text.startswith("@") and (there := _AT_HOST.fullmatch(text)):
        return Account(id=account_id("mastodon", f"{there[1]}@{there[2]}"), handle=there[1])
    if "@" in text and (mailboxes := [each for each in parse_addresses(text) if each.address]):
        return Account(id=account_id("email", mailboxes[0].address or ""), name=mailboxes[0].name or None)
    if _HANDLE.fullmatch(text):
        return Account(id=account_id("x", text), handle=text[1:])
    if _PHONE.fullmatch(text):
        return Account(id=account_id("phone", "+" + re.sub(r"\D", "", text).removeprefix("00")))
    return None


def _on(network: str, text: str) -> Account:
    network = network.strip().lower()
    if "://" in text and (profile := profile_in(text)) is not None:
        return Account(id=profile, url=text)
    if network == "email":
        found = _by_form(text)
        if found is None or not found.id.startswith("email:"):
            raise InvalidRecordError(f"{text[:80]!r} is not an e-mail address")
        return found
    local = text.removeprefix(f"{network}:")
    if network == "x" and not _ID_ALONE.fullmatch(local):
        handle = local.removeprefix("@")
        return Account(id=account_id("x", f"@{handle}"), handle=handle)
    return Account(id=account_id(network, local if network == "x" else local.removeprefix("@")))


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
    return bool(_ID.fullmatch(text) or _HANDLE.fullmatch(text) or "://" in text or clean_address(text))


def _profile(host: str, steps: list[str]) -> str | None:
    first = steps[0]
    if host in _X_HOSTS and first.lower() not in _X_PAGES:
        return account_id("x", f"@{first.removeprefix('@')}")
    if (host == "linkedin.com" or host.endswith(".linkedin.com")) and len(steps) > 1 and first == "in":
        return account_id("linkedin", f"in/{steps[1].lower()}")
    if host == "bsky.app" and len(steps) > 1 and first == "profile" and steps[1].startswith("did:"):
        return account_id("bluesky", steps[1])
    if host == "github.com" and len(steps) == 1:
        return account_id("github", first.lower())
    if len(steps) == 1 and _HANDLE.fullmatch(first):
        return account_id("mastodon", f"{first[1:]}@{host}")
    return None
