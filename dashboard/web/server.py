"""The server of the page: a process with a fixed number of threads."""

import ctypes
import errno
import logging
import os
import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from copy import copy
from functools import partial
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING, Any, NamedTuple

from waitress import create_server
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser

from graph.errors import UsageError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

BODY_LIMIT = 1 << 20
"""How long a request may be, in bytes: callbacks are small."""
UPLOAD = "/upload/"
"""With which the paths begin that take longer ones."""
LARGEST_BODY = 24 << 20
"""How long these may be: the names of 200,000 files."""
_THREADS = 4  # a store holds a connection for each, with a cache of its own
_WAITING = 64
_ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PATIENCE = 2.0
_PORT = 8050
_LOCAL = "localhost"
LOOPBACK = frozenset({"127.0.0.1", "[::1]", _LOCAL})
"""The names of this machine alone, as they stand in a URL."""
_MMAP_THRESHOLD, _LARGE = -3, 1 << 20  # mallopt's M_MMAP_THRESHOLD: what is that large lies by itself
_ARENA_MAX = -8  # mallopt's M_ARENA_MAX: how many heaps, else one a thread
_TAKEN = {errno.EADDRINUSE: "is in use, perhaps by intrograph itself", errno.EACCES: "may not be used by you"}


def listen(host: str, port: int, *, beyond: bool = False) -> socket.socket:
    """Take an address, before anything slow is done; port 0 takes a free one.

    Args:
        host: An address of this machine, or a name of it.
        port: The port.
        beyond: Whether it may be one that others reach.

    Raises:
        UsageError: If others could reach it and may not, or it can't be taken.
    """
    address = _loopback(host)
    if address is None and not beyond:
        raise UsageError(
            f"--host {host!r} is not an address of this machine alone, and the demo is for this machine alone; leave "
            "--host out"
        )
    address = address or _resolve(host)
    try:
        return _bind(address, port)
    except OSError as error:
        why = _TAKEN.get(error.errno or 0)
        if why is None:
            raise UsageError(f"{_url(address, port)} can't be used ({error.strerror}); leave --host out") from error
        other = port + 1 if 1024 <= port < 65_535 else _PORT
        raise UsageError(
            f"{_url(address, port)} {why}; name another port, --port {other}, or --port 0 for any that is free"
        ) from error


def _bind(address: IPv4Address | IPv6Address, port: int) -> socket.socket:
    taken = socket.socket(socket.AF_INET if isinstance(address, IPv4Address) else socket.AF_INET6, socket.SOCK_STREAM)
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((str(address), port))
        taken.listen(_WAITING)
    except OSError:
        taken.close()
        raise
    return taken


def _loopback(host: str) -> IPv4Address | IPv6Address | None:
    """Give a host as an address, if nobody but this machine can reach it."""
    try:
        address = ip_address("127.0.0.1" if host.lower() == _LOCAL else host.strip("[]"))
    except ValueError:
        return None
    # An IPv4 address written as IPv6 counts as loopback for some Pythons.
    return address if address.is_loopback and not getattr(address, "ipv4_mapped", None) else None


def is_local(host: str) -> bool:
    """Tell whether nobody but this machine can reach an address; of names only `localhost` is taken at its word."""
    return _loopback(host) is not None


def _resolve(host: str) -> IPv4Address | IPv6Address:
    try:
        found = socket.getaddrinfo(host.strip("[]"), None, type=socket.SOCK_STREAM)
        return ip_address(found[0][4][0])
    except (OSError, ValueError) as error:  # a scope, as fe80::1%eth0 has one, is no part of an address here
        raise UsageError(
            f"--host {host!r} is no address of this machine; name one, or 0.0.0.0 for all of them"
        ) from error


def _url(address: IPv4Address | IPv6Address, port: int) -> str:
    return f"http://{in_url(str(address))}:{port}"


def in_url(host: str) -> str:
    """Write a host as it stands in a URL."""
    return f"[{host}]" if ":" in host else host


def url_of(taken: socket.socket) -> str:
    """Give the address of the page, as a browser takes it."""
    name, port, *_ = taken.getsockname()
    return _url(ip_address(name), port)


def names_of(taken: socket.socket) -> frozenset[str]:
    """Give the names by which the page may be called: also through a tunnel, whose end may have another port."""
    return LOOPBACK | {in_url(taken.getsockname()[0])}


class ServedPage(NamedTuple):
    """The page as one process has it: what answers, and what ends what it has begun."""

    application: "WSGIApplication"
    close: Callable[[], None]


def run(page: ServedPage, taken: socket.socket, ready: Callable[[], None], patience: float = _PATIENCE) -> None:
    """Serve until Ctrl-C, SIGTERM or the end of the terminal; then all are ignored: nothing is cut off at the end.

    Args:
        page: What to serve; it is closed at the end, in any case.
        taken: Where, from `listen`.
        ready: Called once it is served.
        patience: Seconds that answers may still take once the end is near.
    """
    if os.environ.get("INTROGRAPH_DEBUG"):
        logging.basicConfig(level=logging.INFO, format="%(message)s")
    else:
        logging.getLogger("waitress").setLevel(logging.CRITICAL)  # it names paths, and they hold names
    server = create_server(
        page.application,
        sockets=[taken],
        threads=_THREADS,
        ident=None,
        max_request_body_size=BODY_LIMIT,
        asyncore_use_poll=True,
        clear_untrusted_proxy_headers=False,  # who believes them is told in `safety`
    )
    server.channel_class = _Channel
    threads = server.task_dispatcher
    threads.shutdown = partial(threads.shutdown, timeout=patience)
    _return_memory()
    try:
        with _until_stopped():
            ready()
            server.run()
    finally:
        page.close()
    if threads.threads:  # a request that takes long still uses the store, which any end leaves whole
        sys.stdout.flush()
        os._exit(0)
    server.close()


class _Parser(HTTPRequestParser):  # type: ignore[misc] # untyped
    """Lets uploads be longer than other requests, which are refused before they are received."""

    adj: Any

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        if self.path.startswith(UPLOAD):
            self.adj = copy(self.adj)
            self.adj.max_request_body_size = LARGEST_BODY


class _Channel(HTTPChannel):  # type: ignore[misc] # untyped
    parser_class = _Parser


def _return_memory() -> None:
    """Let glibc give memory back as soon as it is free: else a server over 2 M ties keeps 300 MB for nothing."""
    with suppress(AttributeError, OSError):  # other C libraries need not be told
        library = ctypes.CDLL(None)
        library.mallopt(_MMAP_THRESHOLD, _LARGE)
        library.mallopt(_ARENA_MAX, 1)


@contextmanager
def _until_stopped() -> Iterator[None]:
    # What a shell starts in the background ignores Ctrl-C, and goes on doing so.
    watched = [one for one in _ENDS if signal.getsignal(one) is not signal.SIG_IGN]

    def stop(*_: object) -> None:
        for one in watched:
            signal.signal(one, signal.SIG_IGN)
        raise KeyboardInterrupt

    for one in watched:
        signal.signal(one, stop)
    try:
        yield
    except KeyboardInterrupt:
        return


def end_with_parent() -> None:
    """Stop as by SIGTERM once standard input ends, which a parent keeps open as long as it lives."""

    def wait() -> None:
        os.read(0, 1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


def open_browser(url: str) -> None:
    """Open the page, where there is a screen to open it on; some browsers come back only when they are closed."""
    if sys.platform == "darwin" or any(os.environ.get(one) for one in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")):
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
