"""What was made and may be asked for again: the newest few, for as long as what it was made of stands."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

_Value = TypeVar("_Value")


@dataclass(slots=True, kw_only=True)
class Newest:
    """The newest few of what was made, by what it was made of."""

    most: int
    values: "OrderedDict[object, object]" = field(default_factory=OrderedDict)
    lock: threading.RLock = field(default_factory=threading.RLock)
    _clearings: int = 0

    def get(self, key: object, make: Callable[[], _Value]) -> _Value:
        """Give a value; it is made where it is not held, by one thread at a time.

        What is made while all is let go of, perhaps by its making itself, is not held.
        """
        with self.lock:
            if key in self.values:
                self.values.move_to_end(key)
                return self.values[key]  # type: ignore[return-value] # a key stands for values of one type
            before = self._clearings
            value = make()
            if before == self._clearings:
                self.values[key] = value
                while len(self.values) > self.most:
                    self.values.popitem(last=False)
            return value

    def clear(self) -> None:
        """Let go of everything."""
        with self.lock:
            self._clearings += 1
            self.values.clear()
