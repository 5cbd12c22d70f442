"""What is made of a store for an open page: held for a generation of it, the network made in the background."""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import date
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

from dashboard.service.faults import locate
from graph.network.neighbourhood import Neighbourhood, build_neighbourhood
from graph.network.network import LinkView, Network, build_network, evaluate_links
from graph.people.person import open_directory
from graph.store.features import Filters

if TYPE_CHECKING:
    from dashboard.service.desk import Desk

_Value = TypeVar("_Value")
_PATIENCE = 1.0
"""Seconds in which a small network is made, so that nobody is told to wait for it."""
_LOG = logging.getLogger("intrograph")


@dataclass(slots=True, kw_only=True)
class Newest:
    """The newest few of what was made, by what it was made of.

    One thread makes a value, others that want the same one wait for it, and nobody waits for another one: so making a
    value may ask for others, as long as these don't ask for it.
    """

    most: int
    _values: "OrderedDict[object, Future[Any]]" = field(default_factory=OrderedDict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def get(self, key: object, make: Callable[[], _Value]) -> _Value:
        """Give a value; it is made where it is not held, and is not held where making it fails."""
        with self._lock:
            value = self._values.get(key)
            mine = value is None
            if value is None:
                value = self._values[key] = Future()
                if len(self._values) > self.most:
                    self._values.popitem(last=False)
            self._values.move_to_end(key)
        if mine:
            try:
                value.set_result(make())
            except BaseException as error:
                with self._lock:
                    if self._values.get(key) is value:
                        del self._values[key]
                value.set_exception(error)
                raise
        found: _Value = value.result()
        return found


@dataclass(slots=True, kw_only=True)
class Moment:
    """A generation of the store on a day, with what was made of it; what is made of another has no place here.

    When another one takes its place it is let go of as a whole, with what is still being made for it.

    Attributes:
        removals: How many removals were before it.
        changed: When something was said last that counts at once, as `mark_of` tells it.
        ties: By filters.
        views: What is between the people of the network, by filters.
        bodies: What was sent to draw, as it was sent.
        made: Answers, and all else.
        network: The network, or that it is being made; None where nobody asked for it. `Maps.network` gives it.
    """

    generation: int
    removals: int
    changed: object
    day: date
    ties: Newest = field(default_factory=lambda: Newest(most=3))
    views: Newest = field(default_factory=lambda: Newest(most=4))
    bodies: Newest = field(default_factory=lambda: Newest(most=16))
    made: Newest = field(default_factory=lambda: Newest(most=64))
    network: "Future[Network | None] | None" = None

    @property
    def drawn(self) -> Network | None:
        """Give the network where it is made already."""
        return self.network.result() if self.network is not None and self.network.done() else None

    @property
    def key(self) -> str:
        """Name it to a browser."""
        return f"{self.generation}:{self.day}"


_Wanted = tuple[Moment, "Future[Network | None]"]


@dataclass(slots=True, kw_only=True)
class Maps:
    """Makes what is drawn of a desk's store; what it made is held by what it was made for."""

    desk: "Desk"
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _wanted: "SimpleQueue[_Wanted] | None" = field(default=None, repr=False)

    def network(self, on: Moment) -> Network | None:
        """Give the network; None while it is made, which begins when it is asked for."""
        with self._lock:
            making = on.network
            if making is None:
                making = on.network = Future()
                self._begin().put((on, making))
        try:
            return making.result(_PATIENCE)
        except TimeoutError:
            return None

    def view(self, on: Moment, network: Network, filters: Filters) -> LinkView:
        """Evaluate what is between the people of the network under filters."""

        def evaluate() -> LinkView:
            asking = [] if network.me is None else [network.me]
            return evaluate_links(self.desk.store, network.keys, network.links, filters, on.day, asking)

        return on.views.get(filters, evaluate)

    def neighbourhood(
        self, on: Moment, around: str, steps: int, grown: Sequence[str], filters: Filters
    ) -> Neighbourhood:
        """Build the neighbourhood of somebody, of me where nobody is named, under filters; it needs no network.

        Raises:
            NameUnknownError: If nobody here has that account. UnknownMeError if it is not known who I am.
        """
        directory = open_directory(self.desk.store)
        return build_neighbourhood(
            self.desk.store,
            directory,
            self.desk.ties(filters, on),
            filters,
            on.day,
            around=self.desk.somebody(around).id,
            me=self.desk.me(directory),
            steps=steps,
            grown=grown,
            aside=directory.protected(),
        )

    def _begin(self) -> "SimpleQueue[_Wanted]":
        """Start the one thread that makes networks; it stays, as a store keeps a connection for each thread."""
        if self._wanted is None:
            self._wanted = SimpleQueue()
            threading.Thread(target=self._work, args=(self._wanted,), daemon=True).start()
        return self._wanted

    def _work(self, wanted: "SimpleQueue[_Wanted]") -> None:
        while True:
            self._make(*wanted.get())

    def _make(self, on: Moment, making: "Future[Network | None]") -> None:
        made = None
        try:
            if self.desk.stands(on):
                made = self._build(on)
        except Exception as error:  # noqa: BLE001 # the next who asks tries again
            _LOG.error("Internal error: %s", locate(error))
        if made is None:
            on.network = None
        making.set_result(made)

    def _build(self, on: Moment) -> Network:
        with self.desk.timing("network"):
            directory = open_directory(self.desk.store)
            me, aside = self.desk.me(directory), directory.protected()
            return build_network(self.desk.store, directory, self.desk.ties(Filters(), on), me, aside, on.day)
