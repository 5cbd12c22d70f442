"""A bad line to a server: a TCP proxy that cuts connections, lets them hang, or slows them down."""

import socketserver
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from select import select
from socket import create_connection
from threading import Event, Thread
from urllib.parse import urlsplit


class _Connection(socketserver.BaseRequestHandler):
    server: "Proxy"

    def handle(self) -> None:
        """Carry what comes from either side to the other one, as long as there are bytes left."""
        left = next(self.server.budgets, None)
        with suppress(OSError), create_connection(self.server.behind) as behind:
            other = {self.request: behind, behind: self.request}
            while True:
                for one in select(other, [], [])[0]:
                    data = one.recv(1 << 16)
                    time.sleep(self.server.delay)
                    if one is self.request:
                        self.server.sent += data
                    other[one].sendall(data[:left])
                    if not data:
                        return
                    if left is not None:
                        left -= len(data)
                        if left <= 0:
                            self._end()
                            return

    def _end(self) -> None:
        self.server.ended += 1
        if self.server.hangs:  # so that neither side sees the end of the other
            self.server.over.wait()


class Proxy(socketserver.ThreadingTCPServer):
    """A way to a server; it is a good one until an attribute says otherwise.

    Attributes:
        url: Where the server is reached through it.
        budgets: How many bytes the next connections carry, one after the other; those after them carry all.
        hangs: Whether a connection whose bytes are spent stays open and silent, instead of being cut.
        delay: Seconds that each packet waits.
        ended: How many connections were cut, or hang.
        over: Whether the test is over.
        sent: What went to the server.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self, url: str) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        parts = urlsplit(url)
        self.behind = parts.hostname, parts.port
        self.url = f"bolt://{parts.username}:{parts.password}@127.0.0.1:{self.server_address[1]}"
        self.budgets: Iterator[int] = iter(())
        self.hangs = False
        self.delay = 0.0
        self.ended = 0
        self.over = Event()
        self.sent = b""


@contextmanager
def bad_line(url: str) -> Iterator[Proxy]:
    """Open a proxy to a server."""
    with Proxy(url) as proxy:
        Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield proxy
        finally:
            proxy.over.set()
            proxy.shutdown()
