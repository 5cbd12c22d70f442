"""Asking: one question, or one for every person in a table; an answer even where the name is not clear."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from graph.answers.answer import Answer
from graph.answers.ask import Question, ask
from graph.errors import NameUnknownError, UsageError
from graph.model import Problem
from graph.people.person import Candidate, Person, open_directory
from graph.people.resolve import find_people, resolve_me
from graph.store.store import Store
from graph.ties.ties import Ties, load_ties

_COLUMNS = (
    *("person", "name", "full name", "fullname", "display name", "contact", "target", "who", "people"),
    *("account", "id", "profile", "profile url", "linkedin", "linkedin url", "url", "email", "e-mail", "email address"),
)
_FIRST, _LAST = frozenset({"first name", "firstname", "given name"}), frozenset({"last name", "lastname", "surname"})
_LIMIT = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What became of one question.

    Attributes:
        answer: With no target, and the candidates, where the name is unknown or ambiguous.
        error: Why there is no target; a UsageError only for one of several questions, as for whom I am myself.
    """

    answer: Answer
    error: NameUnknownError | UsageError | None = None


def ask_one(store: Store, question: Question, profile: str, today: date, ties: Ties | None = None) -> Asked:
    """Answer a question, over its ties where the caller holds them; with candidates where the name is not clear."""
    try:
        return Asked(answer=ask(store, question, profile=profile, today=today, ties=ties))
    except NameUnknownError as error:
        return Asked(answer=_unanswered(store, question, profile, today, error), error=error)


def ask_all(store: Store, questions: Sequence[Question], profile: str, today: date) -> Iterator[Asked]:
    """Answer questions that have the same filters, over ties loaded once."""
    ties = load_ties(store, questions[0].filters, today)
    for question in questions:
        try:
            yield ask_one(store, question, profile, today, ties)
        except UsageError as error:
            yield Asked(answer=_unanswered(store, question, profile, today), error=error)


def _unanswered(
    store: Store, question: Question, profile: str, today: date, error: NameUnknownError | None = None
) -> Answer:
    directory = open_directory(store)
    found = {one.id: one for one in find_people(directory, error.text or question.asked)} if error else {}
    return Answer(
        asked=question.asked,
        as_of=question.filters.as_of or today,
        me=resolve_me(directory, profile),
        target=None,
        candidates=tuple(
            found.get(person) or _candidate(directory.person(person), name)
            for person, name in (error.candidates if error else ())
        ),
    )


def _candidate(person: Person, name: str) -> Candidate:
    return Candidate(
        id=person.id, name=person.name or name, accounts=person.accounts, org=person.org, title=person.title
    )


def questions_of(path: Path, question: Question) -> list[Question]:
    """Make a question for every person in a table: CSV with any delimiter, one column guessed by its title.

    Raises:
        UsageError: If the file can't be read, or names nobody.
    """
    people = list(dict.fromkeys(_people_in(path)))
    if not people:
        raise UsageError(f"{path} names nobody: it needs a column with names, addresses or profile URLs")
    return [replace(question, asked=person) for person in people]


def _people_in(path: Path) -> Iterator[str]:
    header, rows = _read_table(path)
    titles = [title.strip().lower().replace("_", " ") for title in header]
    first = next((place for place, title in enumerate(titles) if title in _FIRST), -1)
    last = next((place for place, title in enumerate(titles) if title in _LAST), -1)
    known = [titles.index(title) for title in _COLUMNS if title in titles]
    columns = known[:1] or ([first, last] if first >= 0 and last >= 0 else [])
    for row in rows if columns else [header, *rows]:
        cells = [row[place].strip() for place in columns or [0] if place < len(row)]
        if text := " ".join(cell for cell in cells if cell):
            yield text


def _read_table(path: Path) -> tuple[list[str], list[list[str]]]:
    """Read the first row and the others of a table, however it is encoded and delimited."""
    from ingest.kit.files import open_tree
    from ingest.kit.looks import sniff
    from ingest.kit.table import find_layout, read_rows
    from ingest.source import UnreadableError

    try:
        if path.stat().st_size > _LIMIT:
            raise UsageError(f"{path} is too big for a list of people to ask for")
        with open_tree(path) as tree:
            if tree.kind == "file" and not (looks := sniff(path)).tabular:
                raise UsageError(f"{path} is no table of people: it looks like {looks.words}")
            entry = next(iter(tree), None)
            if entry is None:
                raise UsageError(f"{path} holds no table of people")
            layout = find_layout(entry, named=True)
            rows = list(read_rows(entry, layout))
            damage = next((row.why for row in rows if isinstance(row, Problem) and row.where == entry.where), None)
            if damage is not None:
                raise UsageError(f"{path} is no table of people: {damage}")
            return list(layout.header), [row.cells for row in rows if not isinstance(row, Problem)]
    except OSError as error:
        raise UsageError(f"{path} can't be read ({error.strerror}); check the path") from error
    except UnreadableError as error:
        raise UsageError(f"{path} is no table of people: {error}") from error
