"""Notes on an answer in words."""

from graph.answer import Note, NoteKind


def note_words(note: Note) -> str:
    """Say one note."""
    if note.refusal is not None:
        join, apart = note.refusal.join, note.refusal.blocked_by
        return (
            f"{join.a} and {join.b} are not joined, although {join.source} says that they are one person: "
            f"{apart.a} and {apart.b} are said to be two"
        )
    match note.kind:
        case NoteKind.AHEAD:
            return f"{note.day} lies ahead: the answer is as of then if nothing more happens after today, {note.today}"
        case NoteKind.GUESS:
            return f"nobody is called {note.name!r}: taken for {', '.join(one.name for one in note.people)}"
        case NoteKind.NAMESAKES:
            return (
                f"{note.name} is here {len(note.people)} times, as {', '.join(one.id for one in note.people)}: "
                "if they are one person, `people merge` joins them, and ways may change"
            )
        case _:
            return "the only ways lead over people whom you protect, who are never suggested; `protect` lists them"
