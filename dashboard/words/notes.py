"""Notes on an answer in words."""

from shlex import quote

from dashboard.words.advice import program
from graph.answer import Note, NoteKind
from graph.targets import name_places


def note_words(note: Note, profile: str) -> tuple[str, str | None]:
    """Say one note, and the command that settles it where there is one."""
    if note.kind is NoteKind.TOGETHER:
        return _together(note, profile)
    return _plain(note), None


def _plain(note: Note) -> str:
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


def _together(note: Note, profile: str) -> tuple[str, str | None]:
    """Say where each of several people is who are asked for together, and how to join them where they may be one."""
    plain = len(note.people) == 2 and bool(note.maybe_one)
    *most, last = (name_places(one) if plain else f"{name_places(one)} ({one.id})" for one in note.people)
    often, all_of_them = ("twice", "both") if len(note.people) == 2 else (f"{len(note.people)} times", "all of them")
    text = f'"{note.name}" is here {often}, on {", ".join(most)} and {last}: answered for {all_of_them}.'
    if not note.maybe_one:
        return f"{text} They are said to be different people; to ask for one of them, give the id", None
    if len(note.maybe_one) > 1:
        return f"{text} If some are one person, say so", f"{program(profile)} people merge ID ID"
    a, b = map(quote, note.maybe_one[0])
    who = "they" if plain else f"{a} and {b}"
    return f"{text} If {who} are one person, say so", f"{program(profile)} people merge {a} {b}"
