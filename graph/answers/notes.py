"""Notes on an answer: what its reader should know of the whole of it."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations

from graph.answers.answer import Note, NoteKind
from graph.people.names import fold
from graph.people.person import Directory, Person
from graph.people.resolve import distinct_pairs


def note_ahead(as_of: date | None, today: date) -> Iterator[Note]:
    """Note that the day which is asked for lies ahead: no fault, but nothing is known of it."""
    if as_of is not None and as_of > today:
        yield Note(kind=NoteKind.AHEAD, day=as_of, today=today)


def note_guess(directory: Directory, asked: str, guess: Person | None) -> Iterator[Note]:
    """Note whom an unknown name was taken for, and which joins of accounts are contradicted."""
    if guess is not None:
        yield Note(kind=NoteKind.GUESS, name=asked, people=(guess,))
    for refusal in directory.persons.refused:
        yield Note(kind=NoteKind.REFUSED, refusal=refusal)


def note_together(directory: Directory, asked: str, targets: Sequence[Person]) -> Iterator[Note]:
    """Note that several people are asked for together, and which of them may be one."""
    if len(targets) > 1:
        people = sorted(targets, key=lambda one: one.id)
        maybe_one = tuple(_maybe_one(people, distinct_pairs(directory)))
        yield Note(kind=NoteKind.TOGETHER, name=asked.strip(), people=tuple(people), maybe_one=maybe_one)


def note_namesakes(directory: Directory, people: Iterable[Person]) -> Iterator[Note]:
    """Note that people of an answer bear one full name: if they are one person, there are other ways."""
    named: dict[str, dict[str, Person]] = {}
    for one in people:
        if " " in (name := fold(one.name)):
            named.setdefault(name, {})[one.id] = one
    shared = [same for same in named.values() if len(same) > 1]
    apart = distinct_pairs(directory) if shared else set()
    for same in shared:
        open_to_it = {id_ for pair in _maybe_one(same.values(), apart) for id_ in pair}
        if open_to_it:
            name = next(iter(same.values())).name
            yield Note(kind=NoteKind.NAMESAKES, name=name, people=tuple(same[id_] for id_ in sorted(open_to_it)))


def _maybe_one(people: Iterable[Person], apart: Collection[tuple[str, str]]) -> list[tuple[str, str]]:
    """Give the pairs of the ids of people, each in order, that are not said to be two people."""
    return [pair for pair in combinations(sorted(one.id for one in people), 2) if pair not in apart]
