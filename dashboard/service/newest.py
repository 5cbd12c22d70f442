"""What was made and may be asked for again: the newest few."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

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
