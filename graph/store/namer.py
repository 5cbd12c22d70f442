"""Telling whether a text names somebody who is to be forgotten."""

import re
from collections.abc import Mapping

from graph.people.names import fold
from graph.records.rows import AccountRow

_LONG = 5
_SCHEME = re.compile(r"^[a-z]+://(www\.)?")


class Namer:
    """Knows the ids, handles, links and full names of some accounts, and finds them in texts.

    Of what an account was called earlier the store keeps what stands in an id: the handle under which it was met
    before its own id was known, the name of somebody made by hand or of a commenter on a site.
    """

    def __init__(self, accounts: Mapping[str, AccountRow]) -> None:
        words: set[str] = set()
        handles: set[str] = set()
        links: set[str] = set()
        for id_ in accounts:
            network, _, local = id_.partition(":")
            words |= {fold(id_), *_worthwhile(local.removeprefix("@"))}
            if local.startswith("@"):
                handles.add(fold(local[1:]))
            elif network == "manual":
                words |= _worthwhile(local.replace("-", " "))
            elif network == "web":
                words |= _worthwhile(local.partition("#")[2])
        for (_, handle), (_, name), (_, url), *_ in accounts.values():
            words |= _worthwhile(handle) | _worthwhile(name)
            links.add(_SCHEME.sub("", fold(url)).rstrip("/"))
            handles.add(fold(handle).removeprefix("@"))
        # The words of a name are parted by anything in a URL or a file's name.
        spelled = [r"[\W_]+".join(map(re.escape, word.split())) for word in sorted(words)]
        parts = [rf"(?<![^\W_]){word}(?![^\W_])" for word in spelled]
        parts += [rf"[@/]{re.escape(handle)}(?![^\W_])" for handle in sorted(handles - {""})]
        # Of a link the whole is meant: a site alone, or a page above others, is not theirs alone.
        parts += [rf"(?<![^\W_]){re.escape(link)}/?(?![^\s\"'<>()\[\],;.!?])" for link in sorted(links) if "/" in link]
        self._pattern = re.compile("|".join(parts) or r"(?!)")

    def finds(self, text: str) -> bool:
        """Tell whether a text names one of them: by id, full name or link, or by handle (a short one behind @ or /)."""
        return bool(text) and self._pattern.search(fold(text)) is not None


def _worthwhile(text: str) -> set[str]:
    """Keep what is no common word: several words, or a long one."""
    folded = fold(text)
    return {folded} if len(folded) >= _LONG or " " in folded else set()
