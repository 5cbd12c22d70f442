"""Notes on an answer: what its reader should know of the whole of it."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import combinations

from graph.answers.answer import Note, NoteKind
from graph.people.names import fold
from graph.people.person import Directory, Person


def tell_ahead(as_of: date | None, today: date) -> Iterator[Note]:
    """Say so where the day that is asked for lies ahead: no fault, but nothing is known of it."""
    if as_of is not None and as_of > today:
        yield Note(kind=NoteKind.AHEAD, day=as_of, today=today)


def tell_guess(directory: Directory, asked: str, guess: Person | None) -> Iterator[Note]:
    """Say whom an unknown name was taken for, and which joins of accounts are contradicted."""
    if guess is not None:
        yield Note(kind=NoteKind.GUESS, name=asked, people=(guess,))
    for refusal in directory.persons.refused:
        yield Note(kind=NoteKind.REFUSED, refusal=refusal)


def tell_namesakes(directory: Directory, people: Iterable[Person]) -> Iterator[Note]:
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
            yield Note(kind=NoteKind.NAMESAKES, name=name, people=tuple(same[id_] for id_ in sorted(open_to_it)))
