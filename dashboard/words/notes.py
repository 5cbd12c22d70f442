"""Notes on an answer in words: one sentence each, and the command that settles it."""

from collections.abc import Sequence
from shlex import quote

from dashboard.words.lines import day, enumerate_words, in_words, shorten
from dashboard.words.program import Program
from graph.answers.answer import Note, NoteKind
from graph.answers.targets import name_places
from graph.people.identity import Refusal
from graph.people.person import Person

_NAME = 80
PROTECTED = "The only ways lead over people you protect"


def note_sentence(note: Note) -> str:
    """Say one note, without its full stop."""
    match note.kind:
        case NoteKind.AHEAD:
            today = day(note.today)
            return f"{day(note.day)} lies ahead: the answer is as of then if nothing more happens after today, {today}"
        case NoteKind.GUESS:
            names = enumerate_words(shorten(one.name, _NAME) for one in note.people)
            return f"Nobody here goes by “{shorten(note.name, _NAME)}”: taken for {names}"
        case NoteKind.TOGETHER:
            return together_words(note.people).removesuffix(".")
        case NoteKind.NAMESAKES:
            return f"{_entries(note.people)}. They may be one person; ways may change if you say so"
        case NoteKind.PROTECTED:
            return f"{PROTECTED}, who are never suggested"
        case NoteKind.REFUSED:
            return refusal_words(note.refusal) if note.refusal else ""


def note_words(note: Note, program: Program) -> tuple[str, str | None]:
    """Say one note, and the command that settles it where there is one, with what its reader needs to choose."""
    text, words = note_sentence(note), _settled(note)
    match note.kind:
        case NoteKind.TOGETHER:
            text = f"{text}. {_where(note)} {_open(note)}"
        case NoteKind.NAMESAKES if len(note.people) > 2:
            text += f" ({', '.join(one.id for one in note.people)})"
        case NoteKind.PROTECTED:
            text += "; they are listed by"
    return text, program.line(*words) if words else None


def _settled(note: Note) -> tuple[str, ...]:
    match note.kind:
        case NoteKind.TOGETHER if note.maybe_one:
            return ("people", "merge", *(note.maybe_one[0] if len(note.maybe_one) == 1 else ("ID", "ID")))
        case NoteKind.NAMESAKES:
            return ("people", "merge", *([one.id for one in note.people] if len(note.people) == 2 else ["ID", "ID"]))
        case NoteKind.PROTECTED:
            return ("protect", "--list")
        case _:
            return ()


def together_words(people: Sequence[Person]) -> str:
    """Say that several entries of one name were asked for together."""
    return f"{_entries(people)}. Answered for {'both' if len(people) == 2 else 'all'}."


def _entries(people: Sequence[Person]) -> str:
    return f"{in_words(len(people))} entries here are called {shorten(people[0].name, _NAME) if people else ''}"


def refusal_words(refusal: Refusal) -> str:
    """Say which join is not made, and what is said against it."""
    join, apart = refusal.join, refusal.blocked_by
    return (
        f"{join.a} and {join.b} are not joined, although {join.source} says that they are one person: "
        f"{apart.a} and {apart.b} are said to be two"
    )


def _where(note: Note) -> str:
    """Say where each of those is who are asked for together, with their ids where no command names them."""
    named = _named_by_command(note)
    places = (name_places(one) if named else f"{name_places(one)} ({one.id})" for one in note.people)
    return f"They are on {enumerate_words(places)}."


def _open(note: Note) -> str:
    """Lead up to the command that joins them, where they may be one person."""
    if not note.maybe_one:
        return "They are said to be different people; to ask for one of them, give the id"
    if len(note.maybe_one) > 1:
        return "If some are one person, say so"
    who = "they" if _named_by_command(note) else enumerate_words(map(quote, note.maybe_one[0]))
    return f"If {who} are one person, say so"


def _named_by_command(note: Note) -> bool:
    return len(note.people) == 2 and bool(note.maybe_one)
