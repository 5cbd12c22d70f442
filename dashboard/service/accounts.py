"""Accounts as a user writes them: an id, an e-mail address, a handle, a profile's URL, or somebody new by name."""

import re
from collections.abc import Collection
from urllib.parse import unquote, urlsplit

from graph.errors import InvalidRecordError, NameAmbiguousError, UsageError
from graph.model import Account, account_id, network_of
from graph.store.store import Store

_ID = re.compile(r"[a-z][a-z0-9_-]{0,39}:(?!//)\S.*")
_ADDRESS = re.compile(r"[^@\s:/]+@[^@\s:/]+\.[^@\s:/.]+")
_AT_HOST = re.compile(r"@([^@\s/]+)@([^@\s/]+\.[^@\s/.]+)")
_HANDLE = re.compile(r"@[^@\s/:]+")
_X_HOSTS = frozenset({"x.com", "twitter.com"})
_X_PAGES = frozenset({"home", "i", "intent", "search", "share", "hashtag", "explore", "settings"})
_EXACT = 0.999
_FORMS = "give an id (x:783214), an e-mail address, a handle (@ann) or a profile's URL"


def find_account(store: Store, text: str) -> str:
    """Tell the account id that a user means, whether the store holds it or not.

    One that the store knows by that handle, address or URL is taken; else the text itself says it.

    Raises:
        NameAmbiguousError: If a handle or URL means accounts on several networks.
        UsageError: If it is none of the forms.
    """
    text = text.strip()
    if next(iter(store.accounts([text])), None) is not None:
        return text
    stated = parse_account(text)
    if stated is not None and (_ID.fullmatch(text) or network_of(stated) in {"email", "mastodon"}):
        return stated
    known = {
        match.account.id: match.account.name or ""
        for match in store.search(text)
        if match.score >= _EXACT and match.why in {"handle", "url"}
    }
    if len(known) > 1:
        raise NameAmbiguousError(f"{text!r} means {len(known)} accounts; say which by its id", list(known.items()))
    if known:
        return next(iter(known))
    if stated is None:
        raise UsageError(f"{text!r} is no account: {_FORMS}")
    return stated


def parse_account(text: str) -> str | None:
    """Read an account id out of an id, address, handle or profile URL; None where it is none of these."""
    text = text.strip()
    try:
        if text.lower().startswith(("http://", "https://")):
            return _of_url(text)
        if text.lower().startswith("mailto:"):
            return account_id("email", unquote(text[7:].partition("?")[0]))
        if _ID.fullmatch(text):
            network, _, local = text.partition(":")
            return account_id(network, local)
        if _ADDRESS.fullmatch(text):
            return account_id("email", text)
        if found := _AT_HOST.fullmatch(text):
            return account_id("mastodon", f"{found[1]}@{found[2]}")
        return account_id("x", text) if _HANDLE.fullmatch(text) else None
    except InvalidRecordError:
        return None


def _of_url(url: str) -> str | None:
    """Read the account out of the URL of a profile on X, LinkedIn, Bluesky or Mastodon."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.").removeprefix("mobile.")
    except ValueError:
        return None
    steps = [unquote(step) for step in parts.path.split("/") if step]
    if host in _X_HOSTS and steps and steps[0].lower() not in _X_PAGES:
        return account_id("x", f"@{steps[0].removeprefix('@')}")
    if (host == "linkedin.com" or host.endswith(".linkedin.com")) and len(steps) > 1 and steps[0] == "in":
        return account_id("linkedin", f"in/{steps[1].lower()}")
    if host == "bsky.app" and len(steps) > 1 and steps[0] == "profile" and steps[1].startswith("did:"):
        return account_id("bluesky", steps[1])
    if host and len(steps) == 1 and _HANDLE.fullmatch(steps[0]):
        return account_id("mastodon", f"{steps[0][1:]}@{host}")
    return None


def slug(name: str) -> str:
    """Make the local part of a hand-made account's id from a name, in any script: `ann-lee`."""
    from graph.people.names import fold

    made = re.sub(r"[^\w]+", "-", fold(name), flags=re.UNICODE).strip("-_")
    if not made:
        raise UsageError(f"{name!r} has no letter in it: give a name")
    return made[:100]


def new_account(store: Store, name: str) -> Account:
    """Make the account of somebody who is in no source: `manual:ann-lee`; the same name gives the same account."""
    name = " ".join(name.split())
    made = Account(id=account_id("manual", slug(name)), name=name)
    held = next(iter(store.accounts([made.id])), None)
    return held or made


def best_account(text: str, members: Collection[str], near: str | None = None) -> str:
    """Choose which account of a person an act by hand is noted on.

    The very account that was named; else one on the same network as `near`; else the first.
    """
    named = parse_account(text)
    if text.strip() in members:
        return text.strip()
    if named in members and named is not None:
        return named
    same = sorted(one for one in members if near is not None and network_of(one) == network_of(near))
    return same[0] if same else min(members)
