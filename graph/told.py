"""Mentions of accounts in columns, which grow as a source makes more of them."""

from collections.abc import Sequence

import numpy as np

from graph.batch import ACCOUNT_TEXTS
from graph.digest import hash_texts
from graph.mention import Mention

SAYS_NOT = -(1 << 62)
"""Stands in `Told.since` for a mention that does not say since when it holds."""


class Told:
    """Mentions of accounts in columns; state is what was made of those so far.

    Attributes:
        first: By place, the first place with the same id.
        since: Micros, or SAYS_NOT.
    """

    def __init__(self) -> None:
        self._firsts: dict[str, int] = {}
        self.ids = np.empty(0, dtype=object)
        self.texts = [self.ids] * len(ACCOUNT_TEXTS)
        self.hashes = self.mark = self.since = self.first = np.empty(0, dtype=np.int64)

    def add(self, mentions: Sequence[Mention]) -> None:
        """Take up those that are new at the end."""
        new = mentions[len(self.ids) :]
        if not new:
            return
        ids = [mention.id for mention in new]
        firsts = [self._firsts.setdefault(id_, place) for place, id_ in enumerate(ids, len(self.ids))]
        since = [SAYS_NOT if mention.since is None else mention.since for mention in new]
        self.ids = np.append(self.ids, np.array(ids, dtype=object))
        self.texts = [
            np.append(held, np.array(column, dtype=object))
            for held, column in zip(self.texts, zip(*[mention.texts for mention in new], strict=True), strict=True)
        ]
        self.hashes = np.append(self.hashes, hash_texts(ids))
        self.mark = np.append(self.mark, np.array([mention.mark for mention in new], dtype=np.int64))
        self.since = np.append(self.since, np.array(since, dtype=np.int64))
        self.first = np.append(self.first, np.array(firsts, dtype=np.int64))
