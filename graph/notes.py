"""Notes on an answer: what its reader should know of the whole of it, one line each."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import combinations

from graph.answer import Person
from graph.names import fold
from graph.people import Directory


def tell_ahead(as_of: date | None, today: date) -> Iterator[str]:
    """Say so where the day that is asked for lies ahead: no fault, but nothing is known of it."""
    if as_of is not None and as_of > today:
        yield f"{as_of} lies ahead: the answer is as of then if nothing more happens after today, {today}"


def tell_guess(directory: Directory, asked: str, guess: Person | None) -> Iterator[str]:
    """Say whom an unknown name was taken for, and which joins of accounts are contradicted."""
    if guess is not None:
        yield f"nobody is called {asked!r}: taken for {guess.name}"
    for refusal in directory.persons.refused:
        yield (
            f"{refusal.join.a} and {refusal.join.b} are not joined, although {refusal.join.source} says that they are "
            f"one person: {refusal.blocked_by.a} and {refusal.blocked_by.b} are said to be two"
        )


def tell_namesakes(directory: Directory, people: Iterable[Person]) -> Iterator[str]:
    """Say so where people of an answer bear one full name: if they are one person, there are other ways."""
    named: dict[str, dict[str, Person]] = {}
    for one in people:
        if " " in (name := fold(one.name)):
            named.setdefault(name, {})[one.id] = one
    if all(len(same) == 1 for same in named.values()):
        return
    person_of = directory.persons.person_of
    said = (one for one in directory.store.assertions() if one.retracted_at is None and not one.same)
    apart = {frozenset((person_of(one.a), person_of(one.b))) for one in said}
    for same in named.values():
        open_to_it = {id_ for pair in combinations(same, 2) if frozenset(pair) not in apart for id_ in pair}
        if open_to_it:
            name = next(iter(same.values())).name
            yield (
                f"{name} is here {len(open_to_it)} times, as {', '.join(sorted(open_to_it))}: "
                "if they are one person, `people merge` joins them, and ways may change"
            )
