"""The demo's page beside one's own: served by a process of its own over a store of its own, while this one runs."""

import subprocess
import threading
from datetime import datetime

from msgspec import Struct
from msgspec.json import decode

from dashboard.demo.strauss import STORE, demo_day, run_demo
from dashboard.service.overview import make_private_folder, usual_place
from dashboard.service.process import PROGRAM
from graph.errors import UsageError
from graph.stores import open_store

_SERVE = ("serve", "--json", "--no-open", "--port", "0", "--with-parent")


class _Served(Struct):
    url: str


class Showing:
    """The demo's page, which is served once it is asked for, and ends with this process, however that ends."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._url = ""

    def open(self, now: datetime) -> str:
        """Give its address.

        Raises:
            UsageError: If it can't be served, or somebody's own data lie where its store is to be.
        """
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._serve(tell_story(now))
            return self._url

    def _serve(self, place: str) -> None:
        process = subprocess.Popen(  # noqa: S603 # our own program
            [*PROGRAM, "--store", place, *_SERVE],
            stdin=subprocess.PIPE,  # it is closed by whatever ends this process
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C in the terminal is for this process
        )
        assert process.stdout is not None  # noqa: S101 # for the type checker
        with process.stdout as told:
            line = told.readline()
        if not line:
            process.kill()
            process.wait()
            raise UsageError("the demo can't be shown here; see it in a terminal: intrograph demo")
        self._process, self._url = process, decode(line, type=_Served).url


def tell_story(now: datetime) -> str:
    """Tell the story into the demo's store, and give its place; where somebody was added to it, it stays as it is.

    Raises:
        UsageError: If it holds what is not the demo's.
    """
    place = usual_place(STORE)
    make_private_folder(place)
    store = open_store(place, now=now)
    try:
        run_demo(store, "me", now)
    except UsageError as error:
        if demo_day(store) is None:
            raise UsageError(f"{place} is to be the demo's store, and holds other data; move it elsewhere") from error
    finally:
        store.close()
    return place
