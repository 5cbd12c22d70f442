"""What a text names: an account id, an address, a handle, the URL of a profile, or a phone number; decided here alone.

Table cells, `me`, commands by hand, `ask`, search and `exclude` all read what they are given by this.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from graph.errors import InvalidRecordError
from graph.model import account_id, ascii_host
from graph.people.names import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Handle:
    """What a text names.

    Attributes:
        id: The account's id; None where the network alone can tell it (a Bluesky handle).
        handle: As written, without @; None where the text gives the id itself.
        url: The profile's, without what marks a visit; None where the text is no URL.
    """

    network: str
    id: str | None
    handle: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Platform:
    """How a network writes its profiles.

    Attributes:
        host: Pattern of its host, without `www.`, `m.` or `mobile.`.
        path: Pattern of a profile's path; its first group is the handle, the second the host where it lives elsewhere.
        local: What its ids are made of: the handle, and the host.
        url: A profile's URL: of the handle, and the host.
        native: Pattern of what is an id already where its own ids are given; of a handle that is one, where `local`
            says nothing more.
        reserved: Pattern of what stands there for its own pages and for nobody.
    """

    network: str
    host: str
    path: str
    local: str
    url: str
    native: str = ""
    reserved: str = ""


PLATFORMS = (
    Platform(
        "x", r"(?:x|twitter)\.com", r"@?([^/@\s]+)(?:/.*)?", "@{0}", "https://x.com/{0}", native=r"\d+",
        reserved=(
            "about|account|compose|download|explore|hashtag|home|i|intent|jobs|login|logout|messages|notifications"
            "|oauth|privacy|search|settings|share|signup|tos"
        ),
    ),
    Platform(
        "linkedin", r"(?:[\w-]+\.)*linkedin\.com", r"(?:mwlite/|m/)?in/([^/\s]+)(?:/.*)?", "in/{0}",
        "https://www.linkedin.com/in/{0}", native=r"(?:in|pub)/.+|~.+",
    ),
    # A URL of before 2014; LinkedIn's rule for what it is now is not published, so it stays as it is.
    Platform(
        "linkedin", r"(?:[\w-]+\.)*linkedin\.com", r"(?:mwlite/|m/)?pub/(\S+)", "pub/{0}",
        "https://www.linkedin.com/pub/{0}",
    ),
    Platform(
        "bluesky", r"bsky\.app", r"profile/([^/\s]+)(?:/.*)?", "{0}", "https://bsky.app/profile/{0}", native="did:.+"
    ),
    Platform(
        "github", r"github\.com", r"([^/@\s]+)", "{0}", "https://github.com/{0}",
        reserved=(
            "about|apps|collections|contact|enterprise|events|explore|features|issues|join|login|logout|marketplace"
            "|new|notifications|orgs|pricing|pulls|search|security|settings|signup|sponsors|stars|topics|trending"
        ),
    ),
    # Any other host may be one of Mastodon's, but those that write their own handles so. It stays the last.
    Platform(
        "mastodon",
        r"(?!(?:.+\.)?(?:bsky\.app|(?:x|twitter|linkedin|github|youtube|tiktok|medium|substack)\.com)$).+",
        r"@([^/@\s]+)(?:@([^/@\s]+))?(?:/\d+)?", "{0}@{1}", "https://{1}/@{0}",
    ),
)  # fmt: skip
_OTHERS = frozenset({"email", "phone", "manual", "web"})
_NETWORKS = _OTHERS.union(one.network for one in PLATFORMS)

_ID = re.compile(r"([A-Za-z][A-Za-z0-9_-]{0,39}):(?!//)(\S.*)")
_URL = re.compile(
    r"(?:https?://(?:[^@/\s]*@)?)?(?:www\.|m\.|mobile\.)?([\w-]+(?:\.[\w-]+)+)(?::\d+)?(?:/([^?#]*))?(?:[?#].*)?",
    re.IGNORECASE,
)
_ME = frozenset({"me", "myself"})
_SCHEMES = frozenset({"mailto", "acct"})
_ADDRESS = re.compile(r"[^@\s/:<>()\",;]+@[^@\s/:<>()\",;]+")
_AT_HOST = re.compile(r"@([^@\s/]+)@([^@\s/]+\.[^@\s/.]+)")
_HANDLE = re.compile(r"@[^@\s/:,;]+")
_PHONE = re.compile(r"(?:\+|00)[\d\s()./-]{5,30}")
_NO_WORD = re.compile(r"[^\w]+")

_DOMAIN = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*|\[[0-9a-z.:]{3,60}\]")
# What servers write where there was no domain: no identity beyond that one machine.
_NO_DOMAIN = re.compile(
    r"localhost(\.localdomain)?|localdomain|missing[_-](domain|host)(_?name)?|unspecified-domain|unknown(\.email)?"
    r"|\.?syntax-error\.?|.*\.invalid|host_not_specified|none|invalid"
)


def read_handle(text: str, network: str | None = None) -> Handle | None:
    """Read what a text names; None for words that may be a name.

    Args:
        text: `x:783214`, `web:example.org#ann lee`, `ann@example.org`, `mailto:…`, `acct:…`, `@ann`,
            `@ann@example.social`, a profile's URL with or without its scheme, or `+49 30 1234`.
        network: Where the text is this network's own id or handle.

    Raises:
        InvalidRecordError: If it is the URL of no profile, or an id or address that can't be one.
    """
    text = " ".join(text.split())
    if (profile := read_profile(text)) is not None:
        return profile
    if network is not None and network.strip().lower() != "email":
        return _read_on(network.strip().lower(), text)
    found = _read_id(text) or _read_address(text)
    return found if network is None or (found is not None and found.network == "email") else None


def read_profile(url: str) -> Handle | None:
    """Read whose profile a URL shows, with or without its scheme; None where it shows nobody's."""
    host, path = split_url(url.strip()) or ("", "")
    path = path.replace("%40", "@")
    for row in PLATFORMS:
        found = re.fullmatch(row.path, path, re.IGNORECASE) if re.fullmatch(row.host, host) else None
        if found is None or re.fullmatch(row.reserved, found[1], re.IGNORECASE):
            continue
        host = found[2] if found.lastindex == 2 else host
        handle = unquote(found[1])
        if not (handle.isprintable() or handle.isascii()):
            handle = found[1]  # ids are printable, so the joiners of emoji stay encoded
        if row.network != "linkedin" and re.search(r"[/@\s]", handle):
            return None
        # Where ids are other than handles, a handle makes no id.
        sure = row.local != "{0}" or not row.native or re.fullmatch(row.native, handle)
        try:
            id_ = account_id(row.network, row.local.format(handle, host)) if sure else None
        except InvalidRecordError:
            return None
        return Handle(network=row.network, id=id_, handle=handle, url=row.url.format(found[1], host))
    return None


def account_named(text: str) -> str | None:
    """Read the account id that a text names; None where it names none."""
    try:
        found = read_handle(text)
    except InvalidRecordError:
        return None
    return found.id if found is not None else None


def means_me(text: str) -> bool:
    """Tell whether a text stands for the user, in a cell of a table as in a command."""
    return text.strip().lower() in _ME


def split_url(text: str) -> tuple[str, str] | None:
    """Part a URL, with or without its scheme, into host (`www.` and its like left out) and path; None for no URL."""
    found = _URL.fullmatch(text)
    return (found[1].lower(), "/".join(filter(None, (found[2] or "").split("/")))) if found is not None else None


def is_platform(host: str) -> bool:
    """Tell whether a host writes its profiles in a form of its own, so that other pages there are nobody's."""
    return not re.fullmatch(PLATFORMS[-1].host, host)


def slug(name: str) -> str:
    """Make the local part of a hand-made account's id from a name, in any script: `ann-lee`; empty without a letter."""
    return _NO_WORD.sub("-", fold(name)).strip("-_")[:100]


@lru_cache(maxsize=1 << 16)
def clean_address(raw: str) -> str | None:
    """Bring an e-mail address to the one form it is compared in; None where it is not a full address.

    Lower case, domain in ASCII (IDNA), without `mailto:`, source routes and stray quotes; `+tags` stay.
    """
    raw = raw.strip(" \t\r\n'\"<>,;").rstrip(".")
    if raw[:7].lower() == "mailto:":
        raw = raw[7:]
    if raw.startswith("@") and ":" in raw:
        raw = raw.rpartition(":")[2]
    local, at, domain = raw.rpartition("@")
    local, domain = local.strip().strip("'\""), _clean_domain(domain)
    if not at or not domain or not local or len(local) > 250 or " " in local or "@" in local:
        return None
    if local[:8].lower() == "imceaex-" or not local.isprintable():
        return None
    return f"{unicodedata.normalize('NFC', local).lower()}@{domain}"


def _read_on(network: str, text: str) -> Handle:
    row = next((one for one in PLATFORMS if one.network == network), None)
    if row is not None:
        _refuse_link(text)
    local = text.removeprefix(f"{network}:")
    bare = local.removeprefix("@")
    if row is None or "{1}" in row.local or (row.native and re.fullmatch(row.native, local)):
        return Handle(network=network, id=account_id(network, bare))
    made = account_id(network, row.local.format(bare))
    return Handle(network=network, id=made, handle=bare if row.local.startswith("@") else None)


def _read_id(text: str) -> Handle | None:
    found = _ID.fullmatch(text)
    if found is None or not (found[1].islower() or found[1].lower() in _NETWORKS) or found[1].lower() in _SCHEMES:
        return None
    network, local = found[1].lower(), found[2]
    if any(one.network == network for one in PLATFORMS):
        return _read_on(network, local)
    if network == "web":
        site, mark, name = local.partition("#")
        local = f"{site.lower()}{mark}{fold(name)}"
    elif network == "email":
        local = clean_address(local) or local
    elif network == "phone":
        local = _clean_number(local) or local
    return Handle(network=network, id=account_id(network, local))


def _read_address(text: str) -> Handle | None:
    scheme, _, rest = text.partition(":")
    if scheme.lower() == "mailto":
        text = unquote(rest.partition("?")[0])
    elif scheme.lower() == "acct":
        text = f"@{rest.removeprefix('@')}"
    _refuse_link(text)
    if there := _AT_HOST.fullmatch(text):
        return Handle(network="mastodon", id=account_id("mastodon", f"{there[1]}@{there[2]}"), handle=there[1])
    if _ADDRESS.fullmatch(text) and (address := clean_address(text)):
        return Handle(network="email", id=account_id("email", address))
    if _HANDLE.fullmatch(text):
        return Handle(network="x", id=account_id("x", text), handle=text[1:])
    if number := _clean_number(text):
        return Handle(network="phone", id=account_id("phone", number))
    return None


def _clean_number(text: str) -> str | None:
    return "+" + re.sub(r"\D", "", text).removeprefix("00") if _PHONE.fullmatch(text) else None


def _refuse_link(text: str) -> None:
    """Refuse a URL, given that it is no profile's; without a scheme, one of a host whose profiles are known."""
    host, path = split_url(text) or ("", "")
    if "://" in text or text.startswith("www.") or (path and is_platform(host)):
        raise InvalidRecordError(f"{text[:80]} is not the URL of a profile that can be told apart")


def _clean_domain(domain: str) -> str:
    domain = domain.strip(" .'\"").lower()
    domain = domain if domain.isascii() else ascii_host(domain)
    if len(domain) > 255 or not _DOMAIN.fullmatch(domain) or _NO_DOMAIN.fullmatch(domain):
        return ""
    return domain
