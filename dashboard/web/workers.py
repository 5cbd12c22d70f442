"""The server of the page for many: worker processes with a few threads each, under gunicorn."""

import os
from collections.abc import Callable
from socket import socket
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication

from dashboard.web.server import Page, return_memory

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_THREADS = 4
_PATIENCE = 10  # seconds that answers may still take once the end is near
_IDLE = 75  # seconds that a connection stays open between two requests: longer than a proxy keeps it
_LONGEST_LINE = 8190


class Workers(BaseApplication):  # type: ignore[misc] # untyped
    """Worker processes over one address; one that dies is started anew.

    Args:
        make: Makes the page, in each worker: what is open is not shared between processes.
        taken: The address, from `server.listen`.
        count: How many there are.
        ready: Called once they can be asked.
    """

    def __init__(self, make: Callable[[], Page], taken: socket, count: int, ready: Callable[[], None]) -> None:
        self._make = make
        self._page: Page | None = None
        self._settings: dict[str, Any] = {
            "bind": [f"fd://{os.dup(taken.fileno())}"],  # it closes what it is given
            "workers": count,
            "worker_class": "gthread",
            "threads": _THREADS,
            "graceful_timeout": _PATIENCE,
            "keepalive": _IDLE,
            "timeout": 0,  # a question that takes long is no worker that hangs
            "limit_request_line": _LONGEST_LINE,  # an address holds a whole question
            "errorlog": os.devnull,  # it names paths, and they hold names
            "forwarded_allow_ips": "",  # who believes such headers is told in `safety`
            "control_socket_disable": True,
            "post_fork": lambda _, __: return_memory(),
            "when_ready": lambda _: ready(),
            "worker_exit": lambda _, __: self._close(),
        }
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn its settings; it reads no file, and no GUNICORN_CMD_ARGS."""
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> "WSGIApplication":
        """Make the page of one worker."""
        self._page = self._make()
        return self._page.application

    def _close(self) -> None:
        if self._page is not None:
            self._page.close()
