"""Commands that are shown: every one is made here, so that it runs as it is printed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from shlex import join

from dashboard.words.lines import Line, command, wrapped
from graph.errors import IntrographError, Remedy

DEFAULT_PROFILE = "me"
_NO_STORE = frozenset({"demo", "sources"})
"""Commands that are about no store, or about one of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """How the program is called: the store as it was named on the command line, if it was, and who asks."""

    store: str | None = None
    profile: str = DEFAULT_PROFILE

    def line(self, *words: str) -> str:
        """Write a command as a shell takes it; a word in CAPITALS is for its reader to choose."""
        options: list[str] = []
        if words[0] not in _NO_STORE:
            options += [] if self.store is None else ["--store", self.store]
            options += [] if self.profile == DEFAULT_PROFILE else ["--as", self.profile]
        return join(["intrograph", *options, *words])

    def remedy(self, one: Remedy) -> str:
        """Write what to do next as a shell takes it."""
        return (self if one.store is None else replace(self, store=one.store)).line(*one.words)

    def lines(self, remedies: Iterable[Remedy], indent: str = "   ") -> Iterator[Line]:
        """Give remedies, a line each, never broken: they are to be copied."""
        for one in remedies:
            yield [indent, f"{one.when}: " if one.when else "", command(self.remedy(one))]

    def error(self, error: IntrographError) -> str:
        """Tell an error with what to do next, in one line as data have it."""
        text, remedies = str(error), error.remedies
        if not remedies:
            return text
        told = "; ".join(f"{one.when}: {self.remedy(one)}".removeprefix(": ") for one in remedies)
        return f"{text}{'' if text.endswith('?') else ';' if remedies[0].when else ':'} {told}"


def joined(text: str, typed: str | None) -> str:
    """Put a command behind the words that lead up to it, in one line as data have it."""
    return f"{text}: {typed}" if typed else text


def led(text: str, typed: str | None, first: str = "   · ") -> Iterator[Line]:
    """Put a command on a line of its own below the words that lead up to it."""
    yield from wrapped(f"{text}:" if typed else text, first)
    if typed:
        yield [" " * len(first), command(typed)]
