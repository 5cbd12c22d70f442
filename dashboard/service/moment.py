"""What answers stand on: a generation of the store on a day, and all that was made of it."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from graph.network.network import Network

_Value = TypeVar("_Value")


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
        ties: By filters.
        views: What is between the people of the network, by filters.
        bodies: What was sent to draw, as it was sent.
        made: Answers, and all else.
        network: The network, or that it is being made; None where nobody asked for it. `Maps.network` gives it.
    """

    generation: int
    removals: int
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
