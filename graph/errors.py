"""Errors that a user can act on: what failed, on which value, what to do next."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to do next, as a command without the program, the store and the profile.

    Attributes:
        words: Its words, unquoted: `("people", "merge", a, b)`. One in CAPITALS is for the reader to choose.
        when: What it is good for, where the error does not say that already.
        store: Which store it is for; None for the one at hand.
    """

    words: tuple[str, ...]
    when: str = ""
    store: str | None = None


def operands(*values: str) -> tuple[str, ...]:
    """Give a command's operands; where one could be taken for an option, `--` stands before them."""
    return ("--", *values) if any(value.startswith("-") for value in values) else values


class IntrographError(Exception):
    """The base of every error that is told to the user as one line, without a traceback.

    Attributes:
        remedies: What to do next, where a command does it.
    """

    def __init__(self, message: str = "", *, remedies: Sequence[Remedy] = ()) -> None:
        super().__init__(message)
        self.remedies = tuple(remedies)


class UsageError(IntrographError):
    """An option, argument or configuration value that can't be used."""


class UnknownMeError(UsageError):
    """The store does not know yet who "me" is under the asked profile."""


class InvalidRecordError(IntrographError):
    """A record that breaks the model; whoever reads a source turns it into a `Problem`."""


class NameUnknownError(IntrographError):
    """Nobody in the store goes by the given name, id or address.

    Attributes:
        candidates: Ids and names of the nearest people, best first; may be empty.
        text: The name, id or address, where the error may be about another than the one that was asked for.
    """

    def __init__(
        self,
        message: str,
        candidates: Sequence[tuple[str, str]] = (),
        *,
        text: str = "",
        remedies: Sequence[Remedy] = (),
    ) -> None:
        super().__init__(message, remedies=remedies)
        self.candidates = tuple(candidates)
        self.text = text


class NotHereError(NameUnknownError):
    """Nobody goes by the given `text`, where whoever is meant could be made instead."""


class NameAmbiguousError(NameUnknownError):
    """Several people go by the given name; `candidates` lists them."""


class StoreError(IntrographError):
    """The store can't be opened, read or written: not reachable, not ours, newer than we are, full disk."""


class NothingReadError(IntrographError):
    """An ingest could read nothing from what it was given."""
