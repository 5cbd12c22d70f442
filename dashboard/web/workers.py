"""The server of the page for many: as many processes as are wanted, which gunicorn starts, watches and ends.

Each serves as the only one would (`dashboard.web.server.run`), over the same address.
"""

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from socket import socket
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.workers.base import Worker

from dashboard.web.server import ServedPage, run
from graph.errors import IntrographError

_PATIENCE = 10.0  # seconds that answers may still take once the end is near
_END = 30  # seconds until a worker that does not end is killed
_AGAIN = 1.0  # seconds until a worker that can't begin is tried again
_LOG = logging.getLogger("intrograph")


class PageWorker(Worker):  # type: ignore[misc] # untyped
    """One process: it begins with a page of its own, and ends with the one that started it."""

    app: "Workers"

    def init_signals(self) -> None:
        """Leave Ctrl-C and SIGTERM to `run`; what a closed terminal says is for the first process alone."""
        for one in self.SIGNALS:
            signal.signal(one, signal.SIG_DFL)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.signal(signal.SIGQUIT, lambda *_: os.kill(os.getpid(), signal.SIGTERM))

    def load_wsgi(self) -> None:
        """Load nothing yet: where that fails, the others go on."""

    def run(self) -> None:
        """Serve until told to end."""
        threading.Thread(target=self._end_with_parent, daemon=True).start()
        try:
            page = self.app.make()
        except IntrographError as error:
            _LOG.error("A worker can't begin: %s; it is tried again", type(error).__name__)
            time.sleep(_AGAIN)
            sys.exit(1)
        run(page, self.app.taken, lambda: None, _PATIENCE)

    def _end_with_parent(self) -> None:
        while os.getppid() == self.ppid:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)


class Workers(BaseApplication):  # type: ignore[misc] # untyped
    """Worker processes over one address; one that dies is started anew.

    Args:
        make: Makes the page, in each worker: what is open is not shared between processes.
        taken: The address, from `server.listen`.
        count: How many there are.
        ready: Called once they are being started.
    """

    def __init__(self, make: Callable[[], ServedPage], taken: socket, count: int, ready: Callable[[], None]) -> None:
        self.make, self.taken = make, taken
        hangs_up = signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN

        def begin(_: object) -> None:
            signal.signal(signal.SIGHUP, _end if hangs_up else signal.SIG_IGN)
            ready()

        self._settings: dict[str, Any] = {
            "bind": [f"fd://{os.dup(taken.fileno())}"],  # it closes what it is given
            "workers": count,
            "worker_class": PageWorker,
            "timeout": 0,  # a question that takes long is no worker that hangs
            "graceful_timeout": _END,
            "errorlog": os.devnull,
            "control_socket_disable": True,
            "when_ready": begin,
        }
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn its settings; it reads no file, and no GUNICORN_CMD_ARGS."""
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def serve(self) -> None:
        """Serve until Ctrl-C, SIGTERM or the end of the terminal."""
        first = os.getpid()
        try:
            self.run()
        except SystemExit:  # its way to return, here and in each worker
            if os.getpid() != first:
                raise


def _end(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGTERM)
