"""What the page says of lists, and of what is done with them."""

from collections.abc import Sequence

from dashboard.words.lines import count, shorten
from graph.people.person import Person

_NAME = 80
PURPOSE = "A list is people whom you want to meet: ask for it, and get the best ways to anybody on it."
EMPTY = "Nobody is on this list. It is kept once somebody is."
PASTED = "Who is not known here is shown then; nobody is made of it."
NOBODY = "say who it is: type a name, or paste some"


def quoted(name: str) -> str:
    """Give a list's name as it stands in a sentence."""
    return f"“{shorten(name, _NAME)}”"


def people_words(people: Sequence[Person]) -> str:
    """Name somebody, or count several people."""
    return shorten(people[0].name, _NAME) if len(people) == 1 else count(len(people), "person", "people")


def added(people: Sequence[Person], name: str, left: int) -> str:
    """Say who is on a list now, and how many names are not clear."""
    on_it = f"{people_words(people)} {'is' if len(people) == 1 else 'are'} on {quoted(name)}." if people else ""
    return f"{on_it} {count(left, 'name is', 'names are')} not clear.".strip() if left else on_it


def adding_title(name: str | None, whom: str) -> str:
    """Say what the form does that puts somebody on a list: one that is given, or is to be named."""
    if name:
        return f"Add people to {quoted(name)}"
    return f"Add {whom} to a list" if whom else "Make a list"


def removed(people: Sequence[Person], name: str) -> str:
    """Say who was taken off a list."""
    return f"{people_words(people)} {'is' if len(people) == 1 else 'are'} off {quoted(name)}."


def dropped(name: str) -> str:
    """Say that a list is gone."""
    return f"The list {quoted(name)} is removed."


def unclear(text: str, meant: int, *, near: bool) -> str:
    """Say why a pasted name is not on the list: how many people it means, or that it is only near to them."""
    if meant and not near:
        return f"{quoted(text)} may mean {count(meant, 'person', 'people')}"
    return f"Nobody here goes by {quoted(text)}{'; these come nearest' if meant else ''}"
