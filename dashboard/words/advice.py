"""Advice in words: who comes near the target, what would show more, with the command for it, and where to comment."""

from dashboard.words.program import Program
from graph.answers.answer import EngageKind, Engagement, Hint, HintKind, Near


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
