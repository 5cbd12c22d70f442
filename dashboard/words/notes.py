"""What to mind of an answer and what to do, in words: cautions, notes and advice, with the commands for it.

A caution begins small, so that it can stand behind a step or a mark; whoever shows it alone makes its first letter a
capital one.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from shlex import quote

from dashboard.words.acts import kind_plural
from dashboard.words.lines import day, enumerate_words, in_words, shorten
from dashboard.words.program import Program
from graph.answers.answer import (
    Caution,
    CautionKind,
    EngageKind,
    Engagement,
    Hint,
    HintKind,
    Hop,
    Near,
    Note,
    NoteKind,
    Path,
)
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


def caution_sentence(caution: Caution) -> str:
    """Say one caution, without which step it is about."""
    return _SENTENCES[caution.kind](caution)


def hop_warnings(hop: Hop) -> Iterator[str]:
    """Say the cautions of a step."""
    return map(caution_sentence, hop.warnings)


def path_warnings(path: Path) -> Iterator[str]:
    """Say the cautions of a way in walking order: those of the whole, then those of each step with its names."""
    yield from (caution_sentence(caution) for caution in path.warnings if caution.step is None)
    for place, hop in enumerate(path.hops):
        source = hop.source.name if place else "You"
        yield from (f"{source} → {hop.target.name}: {words}" for words in hop_warnings(hop))


def _name_only(caution: Caution) -> str:
    whose = f" ({shorten(caution.person.name, _NAME)})" if caution.person else ""
    return f"only the name is known, no address{whose}"


_SENTENCES: Mapping[CautionKind, Callable[[Caution], str]] = {
    CautionKind.LONG: lambda one: f"long: {one.count} people have to pass it on",
    CautionKind.ALL_DECLARED: lambda _: "all of it was told, nothing seen",
    CautionKind.DECLARED: lambda _: "told, not seen",
    CautionKind.UNSPOKEN: lambda _: "connected, but no message or reply seen",
    CautionKind.DORMANT: lambda one: f"nothing since {day(one.at)}",
    CautionKind.NAME_ONLY: _name_only,
    CautionKind.ONE_THREAD: lambda _: "one conversation only",
    CautionKind.ONE_KIND: lambda one: f"a single kind of contact only, {kind_plural(one.detail or '')}",
}


def near_words(near: Near) -> str:
    """Say how somebody comes near a target."""
    if near.org is not None:
        return f"also at {near.org}"
    if near.acts:
        acts = ", ".join(f"{one.kind} × {one.out}" for one in near.acts)
        return f"{acts} towards {near.target.name}, unanswered"
    return f"{near.target.name} answers them"


def engagement_words(one: Engagement) -> str:
    """Say why an item is worth a comment."""
    if one.why is EngageKind.REPLIED:
        return f"{one.person.name} replied here"
    return f"a thoughtful comment here is seen by {one.person.name}"


def hint_words(hint: Hint, program: Program) -> tuple[str, str | None]:
    """Say what would show more, and the command that does it where there is one."""
    text, words = _hint(hint)
    return text, program.line(*words) if words else None


def _hint(hint: Hint) -> tuple[str, tuple[str, ...]]:
    name, typed = hint.person.name if hint.person else "", _typed(hint)
    match hint.kind:
        case HintKind.WIDER:
            return "the options left ways out: asked without them, there is a way", ()
        case HintKind.NO_TIES:
            return (
                "you have no proven tie yet: bring in a mailbox or messages, or say whom you know (--new NAME for "
                "somebody in no source)",
                ("know", "NAME", *_HOW),
            )
        case HintKind.OWN_HALF:
            return (
                "your own data show your own half: whom your contacts know is seen where they act in public "
                "(comments, posts and replies), in mails that copied you, and where you say so",
                ("know", "NAME", "--and", "NAME", *_HOW),
            )
        case HintKind.UNSEEN:
            return (
                f"nothing here shows whom {name} answers: bring in where they act in public, such as the comments of "
                "a blog they write for or posts that they reply to; what shows it is listed by",
                ("sources",),
            )
        case HintKind.ASK_AROUND:
            return (
                f"ask around: once you hear who knows {name}, say it (--new WHO for somebody in no source)",
                ("know", "WHO", "--and", typed, *_HOW),
            )
        case HintKind.COMMENT:
            return (
                "a thoughtful comment on something they wrote opens a door: once it is written, record it",
                ("log", "comment", typed, "--at", str(hint.day)),
            )
        case HintKind.LOOK:
            return (
                f"X shows whom {name} answers in public, and bills what is read; what a look may cost is told by",
                ("ingest", "x", "--user", hint.account or "", "--dry-run"),
            )
        case HintKind.MINE:
            whose = hint.person.id if hint.person else ""
            return f"Is {whose} ({name}) you too? Then say", ("me", whose)
        case HintKind.MORE_MINE:
            return f"{hint.count} more bear your name", ("people", "suggest")


_HOW = ("--closeness", "familiar", "--how", "TEXT")


def _typed(hint: Hint) -> str:
    """Write somebody as a command takes them: by name where that is plain and means nobody else, else by id."""
    if hint.person is None:
        return ""
    name = hint.person.name
    plain = name.isprintable() and name == " ".join(name.split()) and not name.startswith("-")
    return name if plain and hint.unique else hint.person.id
