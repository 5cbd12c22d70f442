"""Telling whether a text names somebody who is to be forgotten."""

import re
import sqlite3
from collections.abc import Collection, Iterable

from graph.names import fold

_LONG = 5


class Namer:
    """Knows the ids, handles and full names of some accounts, and finds them in texts."""

    def __init__(self, connection: sqlite3.Connection, ids: Iterable[str], keys: Collection[int]) -> None:
        words: set[str] = set()
        handles: set[str] = set()
        for id_ in ids:
            words |= {fold(id_), *_worthwhile(id_.partition(":")[2].removeprefix("@"))}
        for key in keys:
            handle, name = connection.execute("SELECT handle, name FROM account WHERE key = ?", (key,)).fetchone()
            words |= _worthwhile(handle) | _worthwhile(name)
            handles.add(fold(handle).removeprefix("@"))
        # The words of a name are parted by anything in a URL or a file's name.
        spelled = [r"[\W_]+".join(map(re.escape, word.split())) for word in sorted(words)]
        parts = [rf"(?<![^\W_]){word}(?![^\W_])" for word in spelled]
        parts += [rf"[@/]{re.escape(handle)}(?![^\W_])" for handle in sorted(handles - {""})]
        self._pattern = re.compile("|".join(parts) or r"(?!)")

    def finds(self, text: str) -> bool:
        """Tell whether a text names one of them: by id, by full name, or by handle (a short one behind @ or /)."""
        return bool(text) and self._pattern.search(fold(text)) is not None


def _worthwhile(text: str) -> set[str]:
    """Keep what is no common word: several words, or a long one."""
    folded = fold(text)
    return {folded} if len(folded) >= _LONG or " " in folded else set()
