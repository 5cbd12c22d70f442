"""Where the page is opened: its address, the names it answers to, and whether others reach it."""

import re
import socket
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from dashboard.web.server import LOOPBACK, in_url, is_local, names_of, url_of
from graph.errors import UsageError

_NAME = re.compile(r"\[[0-9a-f:.]+\]|[a-z0-9.-]+")
_ELSEWHERE = ("192.0.2.1", 9)  # of no network: an address for documents


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """Where the page is opened.

    Attributes:
        url: The address that is told.
        names: By which it may be called, without ports, as they stand in a URL: `127.0.0.1`, `[::1]`.
        local: Whether nobody but this machine reaches it.
        proxied: Whether a proxy stands before it, whose word on who asks for what is believed.
    """

    url: str
    names: frozenset[str]
    local: bool = True
    proxied: bool = False

    @property
    def host(self) -> str:
        """The name in the address."""
        return urlsplit(self.url).hostname or ""

    @property
    def encrypted(self) -> bool:
        """Whether nobody on the way to it can read along."""
        return self.url.startswith("https:")

    def answers_to(self, name: str, asker: str) -> bool:
        """Tell whether it may be called by a name (lower case) from an address.

        No other site can make an address point here; a name it can.
        """
        if name in self.names:
            return True
        if self.proxied:
            return name in LOOPBACK and is_local(asker)
        return not self.local and _is_address(name)


def open_entrance(host: str, taken: socket.socket, url: str | None = None) -> Entrance:
    """Tell where the page is opened that listens there.

    Args:
        host: As `listen` took it.
        taken: What `listen` gave.
        url: The public address, from `read_url`, if there is one.
    """
    if url is not None:
        return Entrance(url=url, names=frozenset({_named(url)}), local=False, proxied=True)
    if is_local(host):
        return Entrance(url=url_of(taken), names=names_of(taken))
    own = socket.gethostname().lower()
    names = {own, f"{own.partition('.')[0]}.local", host.lower()}
    return Entrance(url=_reachable(taken), names=names_of(taken) | names, local=False)


def read_url(url: str) -> str:
    """Read the public address of the page.

    Raises:
        UsageError: If it is not a scheme and a host, with a port at most.
    """
    try:
        parts = urlsplit(url.strip().lower())
        port = "" if parts.port is None else f":{parts.port}"
        bare = parts._replace(path="").geturl() == f"{parts.scheme}://{in_url(parts.hostname or '')}{port}"
        if parts.scheme in ("http", "https") and parts.path in ("", "/") and bare and _NAME.fullmatch(_named(url)):
            return f"{parts.scheme}://{parts.netloc}"
    except ValueError:
        pass  # as below
    raise UsageError(
        f"--url {url!r} can't be the page's address: write it as https://graph.example.org, without a path"
    )


def _named(url: str) -> str:
    return in_url(urlsplit(url.strip().lower()).hostname or "")


def _reachable(taken: socket.socket) -> str:
    """Give an address at which others find this machine, where it listens at all of them."""
    bound = ip_address(taken.getsockname()[0])
    if not bound.is_unspecified:
        return url_of(taken)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        try:
            way.connect(_ELSEWHERE)  # sends nothing: it only finds the way out
            host = way.getsockname()[0]
        except OSError:  # there is no network
            host = "127.0.0.1"
    return f"http://{host}:{taken.getsockname()[1]}"


def _is_address(name: str) -> bool:
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True
