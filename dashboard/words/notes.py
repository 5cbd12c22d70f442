"""Notes on an answer in words."""

from shlex import quote

from dashboard.words.program import Program
from graph.answer import Note, NoteKind
from graph.identity import Refusal
from graph.targets import name_places


def note_words(note: Note, program: Program) -> tuple[str, str | None]:
    """Say one note, and the command that settles it where there is one."""
    text, words = _together(note) if note.kind is NoteKind.TOGETHER else (_plain(note), _settled(note))
    return text, program.line(*words) if words else None


def _settled(note: Note) -> tuple[str, ...]:
    match note.kind:
        case NoteKind.NAMESAKES if len(note.people) == 2:
            return ("people", "merge", *(one.id for one in note.people))
        case NoteKind.NAMESAKES:
            return ("people", "merge", "ID", "ID")
        case NoteKind.PROTECTED:
            return ("protect", "--list")
        case _:
            return ()


def _plain(note: Note) -> str:
    if note.refusal is not None:
        return refusal_words(note.refusal)
    match note.kind:
        case NoteKind.AHEAD:
            return f"{note.day} lies ahead: the answer is as of then if nothing more happens after today, {note.today}"
        case NoteKind.GUESS:
            return f"nobody is called {note.name!r}: taken for {', '.join(one.name for one in note.people)}"
        case NoteKind.NAMESAKES:
            return (
                f"{note.name} is here {len(note.people)} times, as {', '.join(one.id for one in note.people)}: "
                "if they are one person, say so, and ways may change"
            )
        case _:
            return "the only ways lead over people whom you protect, who are never suggested; they are listed by"


def refusal_words(refusal: Refusal) -> str:
    """Say which join is not made, and what is said against it."""
    join, apart = refusal.join, refusal.blocked_by
    return (
        f"{join.a} and {join.b} are not joined, although {join.source} says that they are one person: "
        f"{apart.a} and {apart.b} are said to be two"
    )


def _together(note: Note) -> tuple[str, tuple[str, ...]]:
    """Say where each of several people is who are asked for together, and how to join them where they may be one."""
    plain = len(note.people) == 2 and bool(note.maybe_one)
    *most, last = (name_places(one) if plain else f"{name_places(one)} ({one.id})" for one in note.people)
    often, all_of_them = ("twice", "both") if len(note.people) == 2 else (f"{len(note.people)} times", "all of them")
    text = f'"{note.name}" is here {often}, on {", ".join(most)} and {last}: answered for {all_of_them}.'
    if not note.maybe_one:
        return f"{text} They are said to be different people; to ask for one of them, give the id", ()
    if len(note.maybe_one) > 1:
        return f"{text} If some are one person, say so", ("people", "merge", "ID", "ID")
    a, b = note.maybe_one[0]
    who = "they" if plain else f"{quote(a)} and {quote(b)}"
    return f"{text} If {who} are one person, say so", ("people", "merge", a, b)
